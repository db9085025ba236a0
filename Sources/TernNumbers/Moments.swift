/// Means and deviations of plain lists.
extension Collection<Double> {
    /// The mean, summed in order; NaN where there are no values.
    package var mean: Double { reduce(0, +) / Double(count) }

    /// The mean and the variance; NaN where there are no values.
    ///
    /// - Parameter degreesOfFreedom: what the squares are divided by is the count less this, NumPy's `ddof`.
    package func moments(degreesOfFreedom: Int = 0) -> (mean: Double, variance: Double) {
        let mean = mean
        return (mean, reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - degreesOfFreedom))
    }
}
