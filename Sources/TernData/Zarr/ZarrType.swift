import Foundation

/// What an element of an array is, and how many bytes it has in a chunk.
enum ZarrType: Equatable {
    case number(ElementType)
    /// IEEE 754 numbers of 16 bits, widened on reading.
    case half
    /// Counts of NumPy's `datetime64`.
    case date(NumPyTimeUnit)
    /// Counts of NumPy's `timedelta64`, in units that are named.
    case duration(units: String)
    /// Letters of 4 bytes (UTF-32) or of one, zeros behind them.
    case fixedText(length: Int, isWide: Bool)
    case variableText

    /// What is read of it.
    var element: ElementType {
        switch self {
        case .number(let type): type
        case .half: .float
        case .date, .duration: .int64
        case .fixedText, .variableText: .string
        }
    }

    /// Bytes in a chunk; 0 for texts of any length.
    var storedSize: Int {
        switch self {
        case .number(let type): type.size
        case .half: 2
        case .date, .duration: 8
        case .fixedText(let length, let isWide): length * (isWide ? 4 : 1)
        case .variableText: 0
        }
    }

    /// Bytes whose order may be turned round.
    var wordSize: Int {
        switch self {
        case .fixedText(_, let isWide): isWide ? 4 : 1
        default: max(1, storedSize)
        }
    }

    /// Whether the bytes of a chunk are those of the values.
    var isPlain: Bool {
        switch self {
        case .number: true
        case .date(let unit): unit.isPlain
        case .duration: true
        default: false
        }
    }

    /// Attributes that say what the type says.
    var attributes: [StoredAttribute] {
        let missing = StoredAttribute(name: "_FillValue", type: .int64, value: .numbers([-0x1p63]))
        func text(_ name: String, _ value: String) -> StoredAttribute {
            StoredAttribute(name: name, type: .string, value: .text(value))
        }
        return switch self {
        case .date(let unit):
            [missing, text("units", "\(unit.units) since 1970-01-01"), text("calendar", "proleptic_gregorian")]
        case .duration(let units): [missing, text("units", units)]
        default: []
        }
    }

    private static let numbers: [String: ElementType] = [
        "bool": .ubyte, "int8": .byte, "int16": .short, "int32": .int, "int64": .int64, "uint8": .ubyte,
        "uint16": .ushort, "uint32": .uint,
        "uint64": .uint64, "float32": .float, "float64": .double,
    ]
    private static let remedy = "store it as numbers, dates or texts"

    private static func text(_ length: Int, isWide: Bool) throws -> ZarrType {
        guard (0...1 << 30).contains(length) else { throw ZarrDamage(description: "no texts have \(length) letters") }
        return .fixedText(length: length, isWide: isWide)
    }

    /// - Parameter dtype: as NumPy writes it, such as "<f8" or "|S3".
    init(version2 dtype: String, filters: [String]) throws {
        let digits = dtype.dropFirst(2), size = Int(digits)
        let kinds = ["b": "bool", "i": "int", "u": "uint", "f": "float"]
        switch dtype.dropFirst().first {
        case "U", "S":
            guard let size else { throw ZarrDamage(description: "no texts have \(digits) letters") }
            self = try Self.text(size, isWide: dtype.dropFirst().first == "U")
        case "O" where ["vlen-utf8", "vlen-bytes"].contains(filters.first): self = .variableText
        case "O":
            let filter = filters.first.map { "the filter \"\($0)\"" } ?? "no filter"
            throw ZarrUnknown(
                description: "it holds objects stored by \(filter), which Tern does not know; store texts by vlen-utf8")
        case "M", "m":
            guard dtype.dropFirst(2).hasPrefix("8["), dtype.hasSuffix("]") else {
                throw ZarrUnknown(description: "its type \(dtype) is unknown to Tern; \(Self.remedy)")
            }
            let unit = dtype.dropFirst(4).dropLast(), scale = unit.prefix { $0.isNumber }
            self = try Self.time(
                isDate: dtype.dropFirst().first == "M", unit: String(unit.dropFirst(scale.count)),
                scale: scale.isEmpty ? 1 : Int(scale) ?? 0)
        case let kind?:
            let name = (kinds[String(kind)] ?? "?") + (kind == "b" ? "" : size.map { String($0 &* 8) } ?? "?")
            if name == "float16" { self = .half; return }
            guard let type = Self.numbers[name], kind != "b" || size == 1 else {
                throw ZarrUnknown(description: "its type \(dtype) is unknown to Tern; \(Self.remedy)")
            }
            self = .number(type)
        case nil: throw ZarrUnknown(description: "its type \"\(dtype)\" is unknown to Tern; \(Self.remedy)")
        }
    }

    /// - Parameter value: the `data_type` of version 3.
    init(version3 value: Any?) throws {
        guard let type = ZarrExtension(value) else { throw ZarrDamage(description: "its data_type is missing") }
        let bytes = type.settings["length_bytes"] as? Int ?? -1
        switch type.name {
        case "float16": self = .half
        case "string", "variable_length_utf8", "variable_length_bytes", "bytes": self = .variableText
        case "fixed_length_utf32":
            guard bytes % 4 == 0 else { throw ZarrDamage(description: "no texts have \(bytes) bytes in UTF-32") }
            self = try Self.text(bytes < 0 ? bytes : bytes / 4, isWide: true)
        case "null_terminated_bytes", "fixed_length_ascii": self = try Self.text(bytes, isWide: false)
        case "numpy.datetime64", "numpy.timedelta64":
            self = try Self.time(
                isDate: type.name == "numpy.datetime64", unit: type.settings["unit"] as? String ?? "",
                scale: type.settings["scale_factor"] as? Int ?? 1)
        default:
            guard let number = Self.numbers[type.name] else {
                throw ZarrUnknown(description: "its type \(type.name) is unknown to Tern; \(Self.remedy)")
            }
            self = .number(number)
        }
    }

    private static func time(isDate: Bool, unit: String, scale: Int) throws -> ZarrType {
        guard scale > 0 else { throw ZarrDamage(description: "its times count \(scale) \(unit)") }
        if isDate, let unit = NumPyTimeUnit(unit, scale: scale) { return .date(unit) }
        if !isDate, let units = NumPyTimeUnit.names[unit], scale == 1 { return .duration(units: units) }
        let counted = (scale == 1 ? "" : "\(scale) ") + (unit.isEmpty ? "nothing" : unit)
        throw ZarrUnknown(description: "its times count \(counted), a unit unknown to Tern; store them in seconds")
    }
}

/// A unit of NumPy's `datetime64`, and the one in which such times are read: to a microsecond, months and years as
/// days.
///
/// Source: https://numpy.org/doc/stable/reference/arrays.datetime.html.
struct NumPyTimeUnit: Equatable {
    /// As CF names them.
    let units: String
    private let multiplier: Int, divisor: Int
    private let isMonths: Bool

    static let names = [
        "Y": "years", "M": "months", "W": "weeks", "D": "days", "h": "hours", "m": "minutes", "s": "seconds",
        "ms": "milliseconds",
        "us": "microseconds", "μs": "microseconds", "ns": "nanoseconds", "ps": "picoseconds", "fs": "femtoseconds",
        "as": "attoseconds",
    ]

    init?(_ unit: String, scale: Int) {
        guard let name = Self.names[unit], scale < 1 << 31 else { return nil }
        isMonths = unit == "Y" || unit == "M"
        multiplier = unit == "Y" ? 12 * scale : scale
        divisor = ["ns": 1000, "ps": 1_000_000, "fs": 1_000_000_000, "as": 1_000_000_000_000][unit] ?? 1
        units = isMonths ? "days" : divisor > 1 ? "microseconds" : name
    }

    var isPlain: Bool { multiplier == 1 && divisor == 1 && !isMonths }

    /// A count in the units that are read; `Int64.min`, NumPy's "not a time", for that and for what no count reaches.
    func count(_ stored: Int64) -> Int64 {
        if stored == .min { return stored }
        let (product, overflows) = stored.multipliedReportingOverflow(by: Int64(multiplier))
        guard !overflows else { return .min }
        if !isMonths { return Int64(floorDivide(Int(product), divisor)) }
        // No calendar of Tern reaches further.
        guard product.magnitude < 1_200_000 else { return .min }
        let month = Int(product) + 12 * 1970
        let year = floorDivide(month, 12)
        func day(_ year: Int, _ month: Int) -> Int {
            CalendarDate(year: year, month: month, calendar: .prolepticGregorian).dayNumber
        }
        return Int64(day(year, month - 12 * year + 1) - day(1970, 1))
    }
}
