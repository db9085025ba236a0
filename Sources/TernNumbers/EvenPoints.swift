extension ClosedRange<Double> {
    /// Points that are equally far apart, with both ends; two or more.
    package func points(_ count: Int) -> [Double] {
        (0..<count).map { lowerBound + (upperBound - lowerBound) * Double($0) / Double(count - 1) }
    }
}
