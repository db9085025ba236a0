import TernCore

extension Field {
    /// The least and the largest value that are there; nil where none is.
    public var range: ClosedRange<Double>? {
        func scan<S: BinaryFloatingPoint & TensorScalar>(_ type: S.Type) -> ClosedRange<Double>? {
            values.withScalars(type) { values in
                var low = S.infinity, high = -S.infinity
                for x in values {
                    if x < low { low = x }
                    if x > high { high = x }
                }
                return low <= high ? Double(low)...Double(high) : nil
            }
        }
        return values.dtype == .float32 ? scan(Float.self) : scan(Double.self)
    }

    /// The share of values that are missing, from 0 to 1.
    public var missingShare: Double {
        values.count == 0 ? 0 : isNaN(values).sum().item / Double(values.count)
    }
}
