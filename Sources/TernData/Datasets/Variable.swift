import TernText

extension Dataset {
    /// A dimension of a file.
    public struct Dimension: Sendable, Equatable {
        public var name: String
        public var length: Int
        /// Whether a file may grow along it.
        public var isUnlimited: Bool

        public init(_ name: String, length: Int, isUnlimited: Bool = false) {
            self.name = name
            self.length = length
            self.isUnlimited = isUnlimited
        }
    }

    /// What a file says of a variable, without its values.
    public struct Variable: Sendable, Equatable {
        public var name: String
        public var type: ElementType
        public var dimensions: [String]
        public var shape: [Int]
        /// In the order of the file.
        public var storedAttributes: [StoredAttribute]
        /// The store's own number for it.
        var id = 0
        /// Why its values cannot be read and what to do about it, such as "its codec pcodec is unknown; ...": a
        /// variable that Tern cannot read is listed like any other and does not hide them. Nil where it can be read.
        public var complaint: String?

        /// What netCDF writes where nothing is written, in files of its own.
        var defaultFill: Double?

        public var attributes: Attributes { storedAttributes.asDictionary }

        /// What somebody should know who reads the file with xarray too; nil where it reads the same.
        public var note: String? {
            let limits = ["valid_range", "valid_min", "valid_max"].filter { attribute($0) != nil }
            guard !limits.isEmpty, !type.isText else { return nil }
            return
                "values outside \(limits.joined(separator: ", ")) are taken for missing (CF), which xarray does not do"
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

        public var count: Int { shape.reduce(1, *) }

        /// What it would be as a coordinate; nil for others.
        public var role: Coordinate.Role? { Coordinate.Role(name: name, attributes: attributes) }

        func attribute(_ name: String) -> StoredAttribute? { storedAttributes.first { $0.name == name } }
    }
}

// Short names within this module; outside, other modules have a `Variable` and a `Dimension` of their own.
typealias Variable = Dataset.Variable
typealias Dimension = Dataset.Dimension

/// An attribute as it lies in a file, with its type.
public struct StoredAttribute: Sendable, Equatable {
    public var name: String
    public var type: ElementType
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
public enum ElementType: String, Sendable, CaseIterable {
    case byte, char, short, int, float, double, ubyte, ushort, uint, int64, uint64, string
    /// Compounds, enumerations and others, which Tern does not read; a variable of them has a complaint.
    case other

    public var isFloatingPoint: Bool { self == .float || self == .double }

    public var isInteger: Bool { !isFloatingPoint && !isText && self != .other }

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
