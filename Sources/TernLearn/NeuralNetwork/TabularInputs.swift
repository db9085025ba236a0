import TernCore

/// How the features of a table come to a network: about their medians, in units of their quartiles' distance, and
/// smoothly clipped, so that no value is far away; and for the linear part about their means in standard deviations.
///
/// Source: Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular
/// data", NeurIPS 2024, arXiv:2407.04491 (robust scaling and smooth clipping).
struct TabularInputs: Codable, Sendable {
    /// [features], `float64`; a scale of 0 stands for a feature that does not vary.
    private let median: Tensor, scale: Tensor, mean: Tensor, deviation: Tensor

    /// - Parameter x: [rows, features], `float64`.
    init(_ x: Tensor) {
        var medians: [Double] = [], scales: [Double] = [], means: [Double] = [], deviations: [Double] = []
        for column in Columns(x).values {
            let quartiles = Columns.percentiles(column, [0.25, 0.5, 0.75])
            let (mean, deviation) = TernLearn.spread(of: column)
            let spread = quartiles[2] - quartiles[0], range = (column.max()! - column.min()!) / 2
            // A feature that is mostly one value has no quartiles apart; its range scales it.
            let width = spread > 0 ? spread : range
            let varies = deviation > 1e-12 * abs(mean) && width > 0
            medians.append(quartiles[1])
            scales.append(varies ? 1 / width : 0)
            means.append(mean)
            deviations.append(varies ? 1 / deviation : 0)
        }
        (median, scale) = (Tensor(medians), Tensor(scales))
        (mean, deviation) = (Tensor(means), Tensor(deviations))
    }

    /// Whether what a file holds is of so many features.
    func fits(features: Int) -> Bool {
        [median, scale, mean, deviation].allSatisfy { $0.spec == TensorSpec(shape: [features], dtype: .float64) }
    }

    /// What networks see, [rows, features] of `float32`: z / √(1 + (z / 3)²), between −3 and 3.
    func forNetwork(_ x: Tensor) -> Tensor {
        let z = (x - median) * scale
        return (z / sqrt(1 + square(z / 3))).cast(to: .float32)
    }

    /// What the linear part sees, [rows, features] of `float64`.
    func forLine(_ x: Tensor) -> Tensor { (x - mean) * deviation }
}
