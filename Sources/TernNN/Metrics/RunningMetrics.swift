import TernCore

// Sums and means of any numbers, for training loops of your own; a function of targets and predictions is a ``Metric``.

/// The mean of numbers that come one after the other.
///
/// ```swift
/// var loss = Mean()
/// loss.update(Tensor([1, 3, 5, 7]))
/// loss.update(Tensor([2, 4]), sampleWeight: Tensor([1, 0]))
/// loss.result             // 3.6: (16 + 2) / (4 + 1)
/// ```
///
/// Values of several axes count as one for each example, their mean. Without values the mean is 0. As
/// Keras's `metrics.Mean`; a value type, so a copy keeps what was seen so far.
public struct Mean: Sendable {
    /// The sum of the weighted values and of the weights.
    public private(set) var total: Tensor, count: Tensor

    /// A mean of no numbers yet.
    ///
    /// - Parameter dtype: of the sums and the result.
    public init(dtype: DType = .float32) {
        (total, count) = (Tensor.zeros([], dtype: dtype), Tensor.zeros([], dtype: dtype))
    }

    /// Takes in values, the first axis of which numbers the examples.
    ///
    /// - Parameter sampleWeight: how much each value counts, of the values' leading axes.
    public mutating func update(_ values: Tensor, sampleWeight: Tensor? = nil) {
        let parts = SamplewiseMean.parts(
            values.cast(to: total.dtype), mask: nil, weight: sampleWeight?.cast(to: total.dtype))
        total = total + parts[0]
        count = count + parts[1]
    }

    /// The mean so far, of shape [].
    public var result: Tensor { divideOrZero(total, count) }

    /// Forgets what was seen.
    public mutating func reset() { self = Mean(dtype: total.dtype) }
}

/// The sum of numbers that come one after the other.
///
/// ```swift
/// var rain = Sum()
/// rain.update(Tensor([1, 3, 5, 7]), sampleWeight: Tensor([1, 1, 0, 0]))
/// rain.result             // 4
/// ```
///
/// As Keras's `metrics.Sum`.
public struct Sum: Sendable {
    /// The sum so far, of shape [].
    public private(set) var result: Tensor

    /// A sum of no numbers yet.
    ///
    /// - Parameter dtype: of the sum.
    public init(dtype: DType = .float32) { result = .zeros([], dtype: dtype) }

    /// Adds all values.
    ///
    /// - Parameter sampleWeight: how often each value counts, of the values' leading axes.
    public mutating func update(_ values: Tensor, sampleWeight: Tensor? = nil) {
        result =
            result
            + SamplewiseMean.parts(
                values.cast(to: result.dtype), mask: nil, weight: sampleWeight?.cast(to: result.dtype), sums: true)[0]
    }

    /// Forgets what was seen.
    public mutating func reset() { self = Sum(dtype: result.dtype) }
}
