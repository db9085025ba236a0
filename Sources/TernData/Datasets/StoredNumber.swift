import TernCore

/// A type of number in files. Each names its conversions itself, so that they are single instructions.
protocol StoredNumber {
    var float: Float { get }
    var double: Double { get }
    /// The nearest number of this type; 0 for NaN where there is none.
    init(nearest value: Double)
}

/// A type of values in memory.
protocol FieldNumber: StoredNumber, BinaryFloatingPoint, TensorScalar {
    init(stored: some StoredNumber)
}

extension Float: FieldNumber {
    var float: Float { self }
    var double: Double { Double(self) }
    init(nearest value: Double) { self = Float(value) }
    @inline(__always) init(stored: some StoredNumber) { self = stored.float }
}

extension Double: FieldNumber {
    var float: Float { Float(self) }
    var double: Double { self }
    init(nearest value: Double) { self = value }
    @inline(__always) init(stored: some StoredNumber) { self = stored.double }
}

extension StoredNumber where Self: FixedWidthInteger {
    init(nearest value: Double) {
        self = value.isNaN ? 0 : Self(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : .min)
    }
}

extension Int8: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension Int16: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension Int32: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension Int64: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension UInt8: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension UInt16: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension UInt32: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}

extension UInt64: StoredNumber {
    var float: Float { Float(self) }
    var double: Double { Double(self) }
}
