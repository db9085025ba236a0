import TernCore

/// Mean and standard deviation, learned from one field and applied to others.
///
/// ```swift
/// let training = Field("t", Tensor([10.0, 14]), dimensions: ["time"], attributes: ["units": "K"])
/// let scale = try Standardization(of: training, over: ["time"])
/// let x = try scale(training)  // less the mean, divided by the deviation
/// print(x.values.doubles, x.units!)  // [-1.0, 1.0] 1
/// print(try scale.undone(x).values.doubles)  // [10.0, 14.0]
/// ```
public struct Standardization: Sendable {
    /// On the dimensions that were not averaged over.
    public var mean: Field
    /// Of the whole population (divided by the count); 1 where all values are the same.
    public var deviation: Field

    /// Learns from the values that are there.
    ///
    /// - Parameter dimensions: over which mean and deviation are taken; nil means all.
    /// - Throws: `DataError` where a dimension does not exist.
    public init(of field: Field, over dimensions: [String]? = nil) throws {
        let means = try field.mean(over: dimensions), spread = try field.standardDeviation(over: dimensions).values
        // The sum of many that are the same is rounded, and their mean then none of them.
        let least = try field.minimum(over: dimensions).values
        let isSame = least .== (try field.maximum(over: dimensions).values)
        mean = means.with(select(isSame, least, means.values))
        deviation = means.with(select(isSame .| (spread .== 0), Tensor.ones([], dtype: spread.dtype), spread))
    }

    /// The field less the mean, divided by the deviation; its units are `1`.
    ///
    /// - Throws: `DataError` where labels, lengths or units do not fit what it learned from.
    public func callAsFunction(_ field: Field) throws -> Field {
        var scaled = try (field - mean) / deviation
        scaled.attributes["units"] = "1"
        return scaled
    }

    /// The field from its standardised form, in the units of what it learned from.
    ///
    /// - Throws: `DataError` where labels or lengths do not fit.
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
