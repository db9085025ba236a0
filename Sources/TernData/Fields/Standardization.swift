import TernCore

/// Mean and standard deviation, learned from one field and applied to others.
///
/// ```swift
/// let scale = try Standardization(of: training, over: ["time"])
/// let x = try scale(test)                  // with the mean and deviation of the training data
/// let y = try scale.undone(prediction)     // back in units
/// ```
public struct Standardization: Sendable {
    public var mean: Field
    /// 1 where all values are the same.
    public var deviation: Field

    /// - Parameter dimensions: over which mean and deviation are taken; nil means all.
    public init(of field: Field, over dimensions: [String]? = nil) throws {
        mean = try field.mean(over: dimensions)
        let spread = try field.standardDeviation(over: dimensions)
        deviation = spread.with(select(spread.values .== 0, Tensor.ones([], dtype: spread.values.dtype), spread.values))
    }

    /// The field less the mean, divided by the deviation; without units.
    public func callAsFunction(_ field: Field) throws -> Field {
        var scaled = try (field - mean) / deviation
        scaled.attributes["units"] = "1"
        return scaled
    }

    /// The field from its standardised form.
    public func undone(_ field: Field) throws -> Field {
        var plain = field
        plain.attributes["units"] = nil
        var whole = try plain * deviation
        whole.attributes["units"] = nil
        whole = try whole + mean
        whole.attributes["units"] = mean.attributes["units"]
        return whole
    }
}
