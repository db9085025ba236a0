import Tern

/// What the scores of several models on one target are made of, unit by unit: sums whose totals over any choice of
/// units give the scores of that choice.
///
/// A model has sums of errors, the moments of truth and prediction that their correlations need, and for each forecast
/// that it is compared with the squared errors of both where both are known.
struct ScoreSums {
    /// Scores that are computed from sums, in this order; what stands for RMSE of maps is by area too.
    static let scores: [Score] = [
        .rmse, .areaWeightedRMSE, .r, .anomalyCorrelation, .skillOverClimatology, .skillOverPersistence,
        .skillOverBaseline,
    ]

    private let comparisons: [Comparison]
    private let climatology: Int, persistence: Int?, baseline: Int?
    /// Whether the anomaly correlation of numbers is defined: the climatology changes.
    private let hasAnomalies: Bool
    private let areMaps: Bool
    /// Truth and predictions are counted from here, so that moments keep their digits: what is usual left out, and the
    /// climatology.
    private let centers: [(truth: Double, prediction: Double, truthAnomaly: Double, predictionAnomaly: Double)]

    private static let errors = 0, moments = 4, anomalies = 12, pairs = 20
    /// The forecasts that others are compared with.
    private var references: [Int] { [climatology] + [persistence, baseline].compactMap { $0 } }
    private var modelWidth: Int { Self.pairs + 2 * references.count }

    let units: Int
    var width: Int { comparisons.count * modelWidth }
    /// [units, width].
    private(set) var values: [Double]

    /// - Parameters:
    ///   - comparisons: of each model with the same truth.
    ///   - climatology: the place of the climatology among them, as of the others.
    ///   - unitOfRow: the unit of each example.
    init(_ comparisons: [Comparison], climatology: Int, persistence: Int?, baseline: Int?, unitOfRow: [Int], units: Int)
    {
        (self.comparisons, self.climatology, self.persistence, self.baseline, self.units) = (
            comparisons, climatology, persistence, baseline, units
        )
        areMaps = comparisons[0].latitudes != nil
        hasAnomalies = areMaps || !comparisons[climatology].isConstant
        let usual = comparisons[climatology].prediction
        centers = comparisons.map { comparison in
            let own = Self.means(of: comparison, over: comparison.usual),
                anomaly = Self.means(of: comparison, over: usual)
            return (own.truth, own.prediction, anomaly.truth, anomaly.prediction)
        }
        values = []
        values = [Double](repeating: 0, count: units * width)
        for model in comparisons.indices {
            for (row, unit) in unitOfRow.enumerated() { add(row, of: model, at: unit * width + model * modelWidth) }
        }
    }

    private static func means(of comparison: Comparison, over usual: [Double]?) -> (truth: Double, prediction: Double) {
        var truth = 0.0, prediction = 0.0, count = 0.0
        for i in comparison.truth.indices {
            let x = comparison.truth[i] - (usual?[i] ?? 0), y = comparison.prediction[i] - (usual?[i] ?? 0)
            guard x.isFinite, y.isFinite else { continue }
            truth += x
            prediction += y
            count += 1
        }
        return count > 0 ? (truth / count, prediction / count) : (0, 0)
    }

    private mutating func add(_ row: Int, of model: Int, at place: Int) {
        let own = comparisons[model], cells = own.cells, usual = comparisons[climatology].prediction
        let references = references, center = centers[model], comparisons = comparisons, climatology = climatology
        let areMaps = areMaps, hasAnomalies = hasAnomalies
        values.withUnsafeMutableBufferPointer { values in
            func addMoments(_ x: Double, _ y: Double, _ i: Int, _ weight: Double, _ at: Int) {
                values[at] += weight
                values[at + 1] += weight * x
                values[at + 2] += weight * y
                values[at + 3] += weight * x * x
                values[at + 4] += weight * y * y
                values[at + 5] += weight * x * y
                values[at + 6] += weight * own.truth[i] * own.truth[i]
                values[at + 7] += weight * own.prediction[i] * own.prediction[i]
            }
            for i in row * cells..<(row + 1) * cells {
                let weight = own.areas[i - row * cells], error = own.prediction[i] - own.truth[i]
                guard error.isFinite else { continue }
                values[place + Self.errors] += weight * error * error
                values[place + Self.errors + 1] += weight
                values[place + Self.errors + 2] += error * error
                values[place + Self.errors + 3] += 1
                for (k, reference) in references.enumerated() {
                    let other = comparisons[reference].prediction[i] - own.truth[i]
                    guard other.isFinite else { continue }
                    values[place + Self.pairs + 2 * k] += weight * error * error
                    values[place + Self.pairs + 2 * k + 1] += weight * other * other
                }
                guard weight > 0 else { continue }
                let left = own.usual?[i] ?? 0
                if left.isFinite {
                    addMoments(
                        own.truth[i] - left - center.truth, own.prediction[i] - left - center.prediction, i, weight,
                        place + Self.moments)
                }
                if !areMaps, hasAnomalies, usual[i].isFinite {
                    addMoments(
                        own.truth[i] - usual[i] - center.truthAnomaly,
                        own.prediction[i] - usual[i] - center.predictionAnomaly, i, weight,
                        place + Self.anomalies)
                }
            }
            if areMaps {
                let r = own.correlation(at: row * cells..<(row + 1) * cells, over: comparisons[climatology])
                guard r.isFinite else { return }
                values[place + Self.anomalies] += r
                values[place + Self.anomalies + 1] += 1
            }
        }
    }

    /// The sums over all units.
    var total: [Double] {
        var total = [Double](repeating: 0, count: width)
        for unit in 0..<units {
            for i in 0..<width { total[i] += values[unit * width + i] }
        }
        return total
    }

    /// The scores of a model in the order of ``scores``, of sums over some units; NaN where one is not defined.
    func scores(_ total: UnsafeBufferPointer<Double>, of model: Int) -> [Double] {
        let place = model * modelWidth
        func skill(_ reference: Int?) -> Double {
            guard let reference, let k = references.firstIndex(of: reference) else { return .nan }
            return 1 - total[place + Self.pairs + 2 * k] / total[place + Self.pairs + 2 * k + 1]
        }
        let anomaly =
            areMaps
            ? total[place + Self.anomalies] / total[place + Self.anomalies + 1]
            : correlation(total, place + Self.anomalies)
        return [
            (total[place + 2] / total[place + 3]).squareRoot(),
            areMaps ? (total[place] / total[place + 1]).squareRoot() : .nan,
            correlation(total, place + Self.moments), anomaly, skill(climatology), skill(persistence),
            baseline == model ? .nan : skill(baseline),
        ]
    }

    private func correlation(_ total: UnsafeBufferPointer<Double>, _ at: Int) -> Double {
        let w = total[at], x = total[at + 1], y = total[at + 2]
        return Comparison.correlation(
            total[at + 3] - x * x / w, total[at + 4] - y * y / w, total[at + 5] - x * y / w, total[at + 6],
            total[at + 7],
            isDouble: comparisons[0].isDouble)
    }

    /// The length of the blocks in which units are drawn for the scores of models: single choices are uncertain, and no
    /// score should have blocks of its own.
    func blockLength(of models: some Sequence<Int>) -> Int {
        let lengths = models.flatMap { influences(of: $0) }.map { BlockBootstrap.blockLength(of: $0) }.sorted()
        return Int(lengths[lengths.count / 2].rounded(.up))
    }

    /// Series along the units whose means make the scores of a model, each unit by its weight: squared errors, and its
    /// part in the correlation.
    func influences(of model: Int) -> [[Double]] {
        let place = model * modelWidth, all = total, rows = (0..<units).map { $0 * width + place }
        let meanError = all[place] / all[place + 1]
        let errors = rows.map { values[$0] - meanError * values[$0 + 1] }
        let at = Self.moments, w = all[place + at], x = all[place + at + 1] / w, y = all[place + at + 2] / w
        let xx = all[place + at + 3] / w - x * x, yy = all[place + at + 4] / w - y * y,
            xy = all[place + at + 5] / w - x * y
        guard xx > 0, yy > 0 else { return [errors] }
        let r = xy / (xx * yy).squareRoot()
        let products = rows.map { row -> Double in
            let s = row + at
            // Sums of squares and products about the means, of this unit.
            let own = (
                xx: values[s + 3] - 2 * x * values[s + 1] + x * x * values[s],
                yy: values[s + 4] - 2 * y * values[s + 2] + y * y * values[s],
                xy: values[s + 5] - x * values[s + 2] - y * values[s + 1] + x * y * values[s]
            )
            return own.xy / (xx * yy).squareRoot() - r / 2 * (own.xx / xx + own.yy / yy)
        }
        return [errors, products]
    }
}
