import TernText

extension Dataset {
    /// A dimension of a file.
    ///
    /// ```swift
    /// let data = Dataset([Field("sst", Tensor([20.5, 21]), dimensions: ["time"])])
    /// print(data.dimensions == [Dataset.Dimension("time", length: 2)])  // true
    /// ```
    public struct Dimension: Sendable, Equatable {
        /// With the path of its group, such as `model/time`.
        public var name: String
        /// The number of its entries at present.
        public var length: Int
        /// Whether a file may grow along it.
        public var isUnlimited: Bool

        /// A dimension, of fixed length unless it is said otherwise.
        public init(_ name: String, length: Int, isUnlimited: Bool = false) {
            self.name = name
            self.length = length
            self.isUnlimited = isUnlimited
        }
    }

    /// What a file says of a variable, without its values.
    ///
    /// ```swift
    /// let sst = Field("sst", Tensor([[20.5, 21]]), dimensions: ["lat", "lon"], attributes: ["units": "degC"])
    /// let variable: Dataset.Variable = try Dataset([sst]).variable("sst")
    /// print(variable.type, variable.shape, variable.attributes["units"]!.text!)  // double [1, 2] degC
    /// ```
    public struct Variable: Sendable, Equatable {
        /// With the path of its group, such as `model/sst`.
        public var name: String
        /// Of the elements as they are stored, before they are unpacked.
        public var type: ElementType
        /// Names, the slowest first.
        public var dimensions: [String]
        /// The lengths of its dimensions.
        public var shape: [Int]
        /// In the order of the file, those of packing among them.
        public var storedAttributes: [StoredAttribute]
        /// The store's own number for it.
        var id = 0
        /// Why its values cannot be read and what to do about it, such as "its codec pcodec is unknown; ...": a
        /// variable that Tern cannot read is listed like any other and does not hide them. Nil where it can be read.
        public var complaint: String?

        /// What netCDF writes where nothing is written, in files of its own.
        var defaultFill: Double?

        /// By name; of two of one name the last.
        public var attributes: Attributes { storedAttributes.asDictionary }

        /// What somebody should know who reads the file with xarray too; nil where it reads the same.
        public var note: String? {
            limits.map { limits in
                limitsComplaint ?? "values outside \(limits) are taken for missing (CF), which xarray does not do"
            }
        }

        /// Why limits of valid values are passed over; nil where they are not.
        package var limitsComplaint: String? {
            Unpacking(self).valid != nil
                ? nil
                : limits.map {
                    "its limits \($0) are no range and are passed over, so that no value is missing by them; correct the file"
                }
        }

        /// The limits of valid values, with their numbers where those are odd; nil where there are none.
        private var limits: String? {
            let limits = ["valid_range", "valid_min", "valid_max"].compactMap { attribute($0) }
            guard !limits.isEmpty, !type.isText else { return nil }
            let isRange = Unpacking(self).valid != nil
            return limits.map { limit in
                isRange && !limit.numbers.contains(where: \.isNaN)
                    ? limit.name : "\(limit.name) (\(limit.numbers.map(\.plain).joined(separator: ", ")))"
            }.joined(separator: ", ")
        }

        /// What its header says that keeps values from being read in any store; nil where nothing does.
        var headerComplaint: String? {
            if Set(dimensions).count < dimensions.count {
                return "it has one dimension twice (\(dimensions.joined(separator: ", "))), so that labels say nothing"
            }
            guard !type.isText else { return nil }
            for name in [
                "scale_factor", "add_offset", "_FillValue", "missing_value", "valid_range", "valid_min", "valid_max",
            ] {
                if case .text(let text)? = attribute(name)?.value, attribute(name)!.numbers.isEmpty {
                    return
                        "its attribute \(name) is the text \"\(text.shortened(to: 40))\" and no number; correct the file"
                }
                guard ["scale_factor", "add_offset"].contains(name), let numbers = attribute(name)?.numbers else {
                    continue
                }
                if numbers.count != 1 {
                    return
                        "its attribute \(name) holds \(numbers.isEmpty ? "no number" : "\(numbers.count) numbers (\(numbers.prefix(4).map { "\($0)" }.joined(separator: ", ")))")"
                        + " where one is meant; correct the file"
                }
                if !numbers[0].isFinite || numbers[0] == 0 && name == "scale_factor" {
                    return
                        "its attribute \(name) is \(numbers[0]), which leaves nothing of the values; correct the file"
                }
            }
            return nil
        }

        /// The number of elements, 1 of a variable without dimensions.
        public var count: Int { shape.reduce(1, *) }

        /// What it would be as a coordinate, by its attributes and its name; nil for others.
        public var role: Coordinate.Role? { Coordinate.Role(name: name, attributes: attributes) }

        func attribute(_ name: String) -> StoredAttribute? { storedAttributes.first { $0.name == name } }
    }
}

// Short names within this module; outside, other modules have a `Variable` and a `Dimension` of their own.
typealias Variable = Dataset.Variable
typealias Dimension = Dataset.Dimension

/// An attribute as it lies in a file, with its type.
///
/// ```swift
/// let data = Dataset([], attributes: ["title": "Made data"])
/// let attribute: StoredAttribute = data.storedAttributes[0]
/// print(attribute.name, attribute.type, attribute.value.text!)  // title char Made data
/// ```
public struct StoredAttribute: Sendable, Equatable {
    /// Such as `units`.
    public var name: String
    /// `char` and `string` for texts.
    public var type: ElementType
    /// Numbers of every type as doubles.
    public var value: Attribute

    /// The numbers, also of a text that holds one or, between blanks or commas, several.
    var numbers: [Double] {
        switch value {
        case .numbers(let numbers): return numbers
        case .text(let text):
            let words = text.split { $0 == " " || $0 == "," || $0 == "\0" }.map { Double($0) }
            return words.contains(nil) ? [] : words.map { $0! }
        }
    }
}

extension [StoredAttribute] {
    var asDictionary: Attributes { Attributes(map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }) }
}

/// The types of elements in files, named as `ncdump` names them.
///
/// ```swift
/// print(ElementType.short.isInteger, ElementType.char.isText, ElementType(rawValue: "double")!)  // true true double
/// ```
public enum ElementType: String, Sendable, CaseIterable {
    /// A signed integer of 1 byte.
    case byte
    /// A letter; a text is a dimension of them.
    case char
    /// A signed integer of 2, 4 bytes.
    case short, int
    /// A floating-point number of 4 bytes (IEEE 754 single), 8 bytes (double).
    case float, double
    /// An unsigned integer of 1, 2, 4 bytes.
    case ubyte, ushort, uint
    /// An integer of 8 bytes, with a sign and without.
    case int64, uint64
    /// A text of any length.
    case string
    /// Compounds, enumerations and others, which Tern does not read; a variable of them has a complaint.
    case other

    /// Whether it is `float` or `double`.
    public var isFloatingPoint: Bool { self == .float || self == .double }

    /// Whether it counts, with a sign or without.
    public var isInteger: Bool { !isFloatingPoint && !isText && self != .other }

    /// Whether it is `char` or `string`.
    public var isText: Bool { self == .char || self == .string }

    var isUnsigned: Bool { self == .ubyte || self == .ushort || self == .uint || self == .uint64 }

    /// The same bits without a sign, and with one.
    var unsigned: ElementType { [.byte: .ubyte, .short: .ushort, .int: .uint, .int64: .uint64][self] ?? self }
    var signed: ElementType { [.ubyte: .byte, .ushort: .short, .uint: .int, .uint64: .int64][self] ?? self }

    /// A type of Swift for numbers.
    var number: (any StoredNumber.Type)? {
        switch self {
        case .byte: Int8.self
        case .short: Int16.self
        case .int: Int32.self
        case .int64: Int64.self
        case .ubyte: UInt8.self
        case .ushort: UInt16.self
        case .uint: UInt32.self
        case .uint64: UInt64.self
        case .float: Float.self
        case .double: Double.self
        case .char, .string, .other: nil
        }
    }

    /// Bytes of an element.
    var size: Int {
        switch self {
        case .byte, .ubyte, .char: 1
        case .short, .ushort: 2
        case .int, .uint, .float: 4
        case .double, .int64, .uint64: 8
        case .string, .other: 0
        }
    }
}
