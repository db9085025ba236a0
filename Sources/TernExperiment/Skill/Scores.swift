import Foundation
import Tern

/// One number that says how good predictions are.
///
/// ```swift
/// print(Score.rmse.isBetterWhenLarger, Score.r.isBetterWhenLarger)  // false true
/// print(Score.skillOverClimatology.title)  // skill over climatology
/// ```
public enum Score: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    /// The root of the mean squared error, each value counting the same.
    case rmse
    /// The root of the mean squared error, each cell by its area.
    case areaWeightedRMSE = "rmse_area"
    /// The mean absolute error, each value counting the same.
    case mae
    /// The mean of prediction minus truth, each cell by its area.
    case bias
    /// Pearson's correlation of all values together; for maps each cell by its area. Of a target that is prepared as an
    /// anomaly, the correlation of what departs from the climatology and trend that were left out.
    case r
    /// The mean over groups of the correlation within each.
    case rByGroup = "r_by_group"
    /// Of departures from the climatology: for maps the mean over examples of the centred pattern correlation by area,
    /// for numbers Pearson's correlation, where the climatology changes with the month.
    case anomalyCorrelation = "anomaly_correlation"
    /// ClimateBench's of the mean maps, each test run by itself, then their mean (`EmulatorScores`).
    case nrmseSpatial = "nrmse_spatial"
    /// ClimateBench's of the global means, each test run by itself, then their mean.
    case nrmseGlobal = "nrmse_global"
    /// ClimateBench's sum of both, the global one five times, each test run by itself, then their mean.
    case nrmseTotal = "nrmse_total"
    /// 1 − MSE / MSE of the climatology, by area: 1 is perfect, 0 no better.
    case skillOverClimatology = "skill_over_climatology"
    /// The same over persistence, where the earlier target is known.
    case skillOverPersistence = "skill_over_persistence"
    /// The same over the baseline.
    case skillOverBaseline = "skill_over_baseline"

    /// Whether more of it is better; for the bias, less of its size.
    public var isBetterWhenLarger: Bool {
        switch self {
        case .rmse, .areaWeightedRMSE, .mae, .bias, .nrmseSpatial, .nrmseGlobal, .nrmseTotal: false
        default: true
        }
    }

    /// Whether it is in the units of the target.
    var isError: Bool {
        switch self {
        case .rmse, .areaWeightedRMSE, .mae, .bias: true
        default: false
        }
    }
}

/// Truth and predictions of one target in physical units, with which scores are computed.
///
/// A value that is missing on either side counts nowhere.
package struct Comparison {
    let truth: [Double]
    private(set) var prediction: [Double]
    /// What was left out to prepare the target as an anomaly; nil where nothing was. Correlations are of what departs
    /// from it.
    let usual: [Double]?
    /// Rows are examples.
    let rows: Int, cells: Int
    /// Of the cells of a map.
    let areas: [Double]
    /// Of the rows of maps; nil of other values.
    let latitudes: Coordinate?
    let shape: [Int]
    /// Whether values far from 0 keep their digits.
    let isDouble: Bool

    package init(truth: Field, prediction: Field, usual: Field? = nil) {
        self.truth = truth.values.doubles
        self.usual = usual?.values.doubles
        self.prediction = prediction.values.doubles
        shape = truth.shape
        isDouble = truth.values.dtype == .float64 && prediction.values.dtype == .float64
        self.rows = truth.shape[0]
        cells = truth.shape.dropFirst().reduce(1, *)
        let
            rows =
                truth.coordinate(.latitude).flatMap { $0.labelsRows ? $0 : nil }
                ?? truth.coordinates.first(where: \.labelsRows),
            columns = truth.coordinate(.longitude)?.dimension
        latitudes =
            truth.shape.count == 3
                && Array(truth.dimensions.dropFirst()) == [rows?.dimension, columns].compactMap { $0 }
            ? rows : nil
        // Cells without a latitude of their own, such as stations, count the same.
        if let rows, let axis = truth.dimensions.firstIndex(of: rows.dimension), axis > 0 {
            areas = rows.cellAreas(in: Array(truth.shape.dropFirst()), axis: axis - 1)
        } else {
            areas = [Double](repeating: 1, count: cells)
        }
    }

    /// Another prediction of the same truth, which is held once.
    func with(_ prediction: Field) -> Comparison {
        var other = self
        other.prediction = prediction.values.doubles
        return other
    }

    /// The mean of `value(index)` over what is there, by area or not; NaN where nothing is.
    private func mean(byArea: Bool, _ value: (Int) -> Double) -> Double {
        mean(at: truth.indices, byArea: byArea, value)
    }

    private func mean(at indices: some Sequence<Int>, byArea: Bool, _ value: (Int) -> Double) -> Double {
        var sum = 0.0, weights = 0.0
        for i in indices {
            let x = value(i)
            guard x.isFinite else { continue }
            let weight = byArea ? areas[i % cells] : 1
            sum += weight * x
            weights += weight
        }
        return sum / weights
    }

    package var rmse: Double {
        mean(byArea: false) { (prediction[$0] - truth[$0]) * (prediction[$0] - truth[$0]) }.squareRoot()
    }
    package var areaWeightedRMSE: Double { meanSquaredError(at: truth.indices, where: nil).squareRoot() }
    package var mae: Double { mean(byArea: false) { abs(prediction[$0] - truth[$0]) } }
    package var bias: Double { mean(byArea: true) { prediction[$0] - truth[$0] } }

    /// By area, where another forecast has a value too.
    private func meanSquaredError(at indices: some Sequence<Int>, where other: Comparison?) -> Double {
        mean(at: indices, byArea: true) { i in
            if let other, !other.prediction[i].isFinite { return .nan }
            return (prediction[i] - truth[i]) * (prediction[i] - truth[i])
        }
    }

    /// 1 − MSE / MSE of another forecast, over what both predict.
    package func skill(over other: Comparison) -> Double { skill(at: truth.indices, over: other) }

    /// The same of the values at these indices.
    func skill(at indices: some Sequence<Int>, over other: Comparison) -> Double {
        1 - meanSquaredError(at: indices, where: other) / other.meanSquaredError(at: indices, where: self)
    }

    /// Of the values at these indices, each by its area, as departures from the reference; without one, from what is
    /// usual.
    func correlation(at indices: some Sequence<Int>, over reference: Comparison? = nil) -> Double {
        let usual = reference?.prediction ?? usual
        func visit(_ body: (_ i: Int, _ x: Double, _ y: Double, _ weight: Double) -> Void) {
            for i in indices {
                let usual = usual?[i] ?? 0
                let (x, y, weight) = (truth[i] - usual, prediction[i] - usual, areas[i % cells])
                if x.isFinite, y.isFinite, weight > 0 { body(i, x, y, weight) }
            }
        }
        var w = 0.0, a = 0.0, b = 0.0
        visit { _, x, y, weight in
            w += weight
            a += weight * x
            b += weight * y
        }
        (a, b) = (a / w, b / w)
        var xx = 0.0, yy = 0.0, xy = 0.0, truths = 0.0, predictions = 0.0
        visit { i, x, y, weight in
            xx += weight * (x - a) * (x - a)
            yy += weight * (y - b) * (y - b)
            xy += weight * (x - a) * (y - b)
            truths += weight * truth[i] * truth[i]
            predictions += weight * prediction[i] * prediction[i]
        }
        return Self.correlation(xx, yy, xy, truths, predictions, isDouble: isDouble)
    }

    /// - Parameters:
    ///   - xx: the sums of squares and products of what departs from the means.
    ///   - truths: the sums of squares of the values themselves.
    ///   - isDouble: whether the values had double precision.
    static func correlation(
        _ xx: Double, _ yy: Double, _ xy: Double, _ truths: Double, _ predictions: Double, isDouble: Bool
    ) -> Double {
        // What rounding alone could have caused is no variation.
        let least = isDouble ? 1e-26 : 1e-12
        return xx > least * truths && yy > least * predictions && xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : .nan
    }

    package var r: Double { correlation(at: truth.indices) }

    package func rByGroup(_ groups: [String]) -> Double {
        let members = Dictionary(grouping: 0..<rows) { groups[$0] }
        guard members.count > 1 else { return .nan }
        return Self.mean(
            members.sorted { $0.key < $1.key }.map { _, rows in
                correlation(at: rows.flatMap { $0 * cells..<($0 + 1) * cells })
            })
    }

    package func anomalyCorrelation(over climatology: Comparison) -> Double {
        guard latitudes == nil else {
            return Self.mean((0..<rows).map { correlation(at: $0 * cells..<($0 + 1) * cells, over: climatology) })
        }
        return climatology.isConstant ? .nan : correlation(at: truth.indices, over: climatology)
    }

    /// Whether all predictions are one number.
    var isConstant: Bool {
        let present = prediction.lazy.filter(\.isFinite)
        return present.allSatisfy { $0 == present.first }
    }

    /// The mean over runs.
    package func emulatorScores(_ runs: [String]) -> [EmulatorScores] {
        guard let latitudes else { return [] }
        return Dictionary(grouping: 0..<rows) { runs[$0] }.sorted { $0.key < $1.key }.map { _, rows in
            func maps(_ values: [Double]) -> Tensor {
                Tensor(rows.flatMap { values[$0 * cells..<($0 + 1) * cells] }, shape: [rows.count] + shape.dropFirst())
            }
            return EmulatorScores(
                truth: maps(truth), prediction: maps(prediction), latitudes: latitudes.numbers ?? [],
                bounds: latitudes.bounds)
        }
    }

    static func mean(_ values: [Double]) -> Double {
        values.filter(\.isFinite).mean
    }
}
