extension Collection<Double> {
    /// The middle one of the values in their order, or the mean of the two; NaN where there are none. None may be NaN.
    package var median: Double {
        let sorted = self.sorted(), middle = sorted.count / 2
        guard !sorted.isEmpty else { return .nan }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
