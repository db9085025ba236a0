import Foundation
import TernCore

// Metrics of maps, [..., latitude, longitude], in which each cell counts by its area; gaps (NaN) count for nothing.

/// The areas of rows of cells, with a mean of 1.
private func areaWeights(_ latitudes: [Double], _ bounds: [ClosedRange<Double>]?, _ map: Tensor, _ name: String)
    -> Tensor
{
    guard map.rank >= 2, map.shape[map.rank - 2] == latitudes.count else {
        fail(
            "\(name): maps of shape \(map.shape) do not fit \(latitudes.count) latitudes; they are [..., latitude, longitude]"
        )
    }
    // One row has all the area, wherever it lies.
    if latitudes.count > 1, let complaint = Sphere.complaint(aboutLatitudes: latitudes) {
        fail("\(name): \(complaint)")
    }
    return Tensor(Sphere.rowAreas(latitudes: latitudes, bounds: bounds), shape: [latitudes.count, 1])
}

/// The mean of each map by area: [..., latitude, longitude] to [...], `float64`.
///
/// ```swift
/// let map = Tensor([[0.0, 0], [3, 3], [0, 0]])                // [latitude, longitude]
/// areaWeightedMean(map, latitudes: [-60, 0, 60])              // 1.5: the equator's row is half of the area
/// ```
///
/// Cells count by their area. Gaps (NaN) count for nothing; a map of gaps alone is NaN.
///
/// - Parameters:
///   - latitudes: in degrees, one for each row. Another number of them, and numbers that are no latitudes, end the
///     program.
///   - bounds: where each row begins and ends; half-way between latitudes where nobody says.
public func areaWeightedMean(_ maps: Tensor, latitudes: [Double], bounds: [ClosedRange<Double>]? = nil) -> Tensor {
    let maps = maps.cast(to: .float64), present = (.!isNaN(maps)).cast(to: .float64)
    let weights = areaWeights(latitudes, bounds, maps, "areaWeightedMean") * present
    let axes = [maps.rank - 2, maps.rank - 1]
    return (select(isNaN(maps), Tensor(0.0), maps) * weights).sum(axes: axes) / weights.sum(axes: axes)
}

/// The root of the mean squared error over all maps, each cell by its area, in the units of the maps.
///
/// Each map [..., latitude, longitude] counts alike; where truth or prediction is NaN, a cell counts for nothing in its
/// map. A map of gaps alone makes the result NaN.
public func areaWeightedRootMeanSquaredError(
    _ truth: Tensor, _ prediction: Tensor, latitudes: [Double], bounds: [ClosedRange<Double>]? = nil
) -> Double {
    guard truth.shape == prediction.shape else {
        fail(
            "areaWeightedRootMeanSquaredError: maps of shape \(prediction.shape) are no prediction of maps of shape \(truth.shape)"
        )
    }
    let error = truth.cast(to: .float64) - prediction.cast(to: .float64)
    let factor = error.replacingNaN(by: 0).factorForSquares(), squares = square(error * factor)
    return areaWeightedMean(squares, latitudes: latitudes, bounds: bounds).mean().item.squareRoot() / factor.item
}

/// ClimateBench's errors of an emulator over a period, as shares of the true global mean.
///
/// ```swift
/// let truth = Tensor([1.0, 1, 2, 2, 1, 1], shape: [1, 3, 2])  // [years, latitude, longitude], in K
/// let scores = EmulatorScores(truth: truth, prediction: truth + 0.3, latitudes: [-60, 0, 60])
/// scores.spatial                          // 0.2: 0.3 K of a global mean of 1.5 K, up to rounding
/// scores.global                           // 0.2
/// scores.total                            // 1.2
/// ```
///
/// Source: Watson-Parris et al., "ClimateBench v1.0: a benchmark for data-driven climate projections", JAMES 14, 2022,
/// doi:10.1029/2021MS002954, equations 1 to 3. Cells count by their area; the paper's cosines of latitude are 0 at the
/// poles, where rows of these data lie (some parts in ten thousand of a score).
public struct EmulatorScores: Sendable, Equatable {
    /// The root mean square error of the maps averaged over time, divided by the size of the true mean over area and
    /// time.
    public var spatial: Double
    /// The root mean square error of the global means, year by year, divided by the same.
    public var global: Double
    /// spatial + 5 · global.
    public var total: Double

    /// The scores of predicted maps.
    ///
    /// - Parameters:
    ///   - truth: [time, latitude, longitude], the mean over members. Where it or the prediction is NaN, a cell counts
    ///     for nothing in the global mean of its time, and for nothing at all in the mean over time.
    ///   - prediction: of the same shape and units; another shape ends the program.
    ///   - latitudes: in degrees, one for each row.
    ///   - bounds: where each row begins and ends; half-way between latitudes where nobody says.
    public init(truth: Tensor, prediction: Tensor, latitudes: [Double], bounds: [ClosedRange<Double>]? = nil) {
        guard truth.rank == 3, truth.shape == prediction.shape else {
            fail(
                "EmulatorScores: true maps of shape \(truth.shape) and predictions of shape \(prediction.shape) do not fit; both are [time, latitude, longitude]"
            )
        }
        // The scores are shares: a factor of both changes none, but keeps squares of very large numbers finite.
        let given = (truth: truth.cast(to: .float64), prediction: prediction.cast(to: .float64))
        let factor = Tensor.concatenated([given.truth, given.prediction]).factorForSquares()
        // A cell that one of both lacks counts in neither, so that both means are of the same cells.
        let gaps = isNaN(given.truth + given.prediction)
        func counted(_ maps: Tensor) -> Tensor { select(gaps, Tensor(Double.nan), maps * factor) }
        let truth = counted(given.truth), prediction = counted(given.prediction)
        func globalMean(_ maps: Tensor) -> Tensor { areaWeightedMean(maps, latitudes: latitudes, bounds: bounds) }
        let means = globalMean(truth)
        let scale = Swift.abs(means.mean().item)
        let mapError = square(truth.mean(axis: 0) - prediction.mean(axis: 0))
        spatial = globalMean(mapError).item.squareRoot() / scale
        global = square(means - globalMean(prediction)).mean().item.squareRoot() / scale
        total = spatial + 5 * global
    }
}

/// Pearson's correlation of two series of as many values, whatever their shapes; NaN where one is constant, or holds
/// NaN.
///
/// Another number of values ends the program. Equals `scipy.stats.pearsonr(a, b).statistic` up to rounding.
public func correlation(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.count == b.count else { fail("correlation: \(a.count) and \(b.count) values do not fit") }
    let a = a.cast(to: .float64).flattened(), b = b.cast(to: .float64).flattened()
    // The mean of equal values may be a unit in the last place beside them.
    for values in [a.doubles, b.doubles] where values.allSatisfy({ $0 == values[0] }) { return .nan }
    func deviations(_ x: Tensor) -> Tensor {
        let scaled = x * x.factorForSquares()
        return scaled - scaled.mean()
    }
    let da = deviations(a), db = deviations(b), squares = ((da * da).sum().item, (db * db).sum().item)
    let both = squares.0 * squares.1
    // The product of two sums may be too large or too small where each of them is a number.
    let lengths = both.isNormal ? both.squareRoot() : squares.0.squareRoot() * squares.1.squareRoot()
    return (da * db).sum().item / lengths
}
