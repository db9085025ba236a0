import TernPlot

extension Axis.Scale {
    /// A logarithmic scale where all values are above 0 and the greatest is more than so many times the least; else a
    /// linear one.
    static func suiting(_ values: [Double], beyond ratio: Double) -> Self {
        guard let least = values.min(), let greatest = values.max(), least > 0, greatest / least > ratio else {
            return .linear
        }
        return .logarithmic
    }
}
