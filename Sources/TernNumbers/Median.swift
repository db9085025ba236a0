extension Collection<Double> {
    /// The middle one of the values in their order, or the mean of the two; NaN where there are none. None may be NaN.
    package var median: Double {
        let sorted = self.sorted(), middle = sorted.count / 2
        guard !sorted.isEmpty else { return .nan }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The middle one of the values in their order, of an even number the greater of the two, so that it is always one
    /// of them; nil where there are none. None may be NaN.
    package var upperMedian: Double? { isEmpty ? nil : sorted()[count / 2] }
}
