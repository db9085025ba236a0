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

    /// What the sums of a model are, in the order in which they lie.
    private enum Errors {
        static let byArea = 0, area = 1, plain = 2, count = 3, width = 4
    }
    /// Weighted sums of truth x and prediction y less a center, of their products, and of the squares of both themselves.
    private enum Moments {
        static let weight = 0, x = 1, y = 2, xx = 3, yy = 4, xy = 5, truths = 6, predictions = 7, width = 8
    }
    /// Correlations of maps with anomalies; of numbers there are moments in their place.
    private enum MapCorrelations {
        static let sum = 0, count = 1
    }
    /// Squared errors by area where another forecast is known too, of both.
    private enum Pair {
        static let own = 0, other = 1, width = 2
    }
    private static let errors = 0, moments = errors + Errors.width, anomalies = moments + Moments.width,
        pairs = anomalies + Moments.width
    /// The forecasts that others are compared with.
    private var references: [Int] { [climatology] + [persistence, baseline].compactMap { $0 } }
    private var modelWidth: Int { Self.pairs + Pair.width * references.count }

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
                values[at + Moments.weight] += weight
                values[at + Moments.x] += weight * x
                values[at + Moments.y] += weight * y
                values[at + Moments.xx] += weight * x * x
                values[at + Moments.yy] += weight * y * y
                values[at + Moments.xy] += weight * x * y
                values[at + Moments.truths] += weight * own.truth[i] * own.truth[i]
                values[at + Moments.predictions] += weight * own.prediction[i] * own.prediction[i]
            }
            for i in row * cells..<(row + 1) * cells {
                let weight = own.areas[i - row * cells], error = own.prediction[i] - own.truth[i]
                guard error.isFinite else { continue }
                let errors = place + Self.errors
                values[errors + Errors.byArea] += weight * error * error
                values[errors + Errors.area] += weight
                values[errors + Errors.plain] += error * error
                values[errors + Errors.count] += 1
                for (k, reference) in references.enumerated() {
                    let other = comparisons[reference].prediction[i] - own.truth[i]
                    guard other.isFinite else { continue }
                    let pair = place + Self.pairs + Pair.width * k
                    values[pair + Pair.own] += weight * error * error
                    values[pair + Pair.other] += weight * other * other
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
                values[place + Self.anomalies + MapCorrelations.sum] += r
                values[place + Self.anomalies + MapCorrelations.count] += 1
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
            let pair = place + Self.pairs + Pair.width * k
            return 1 - total[pair + Pair.own] / total[pair + Pair.other]
        }
        let errors = place + Self.errors, anomalies = place + Self.anomalies
        return Self.scores.map { score in
            switch score {
            case .rmse: (total[errors + Errors.plain] / total[errors + Errors.count]).squareRoot()
            case .areaWeightedRMSE:
                areMaps ? (total[errors + Errors.byArea] / total[errors + Errors.area]).squareRoot() : .nan
            case .r: correlation(total, place + Self.moments)
            case .anomalyCorrelation:
                areMaps
                    ? total[anomalies + MapCorrelations.sum] / total[anomalies + MapCorrelations.count]
                    : correlation(total, anomalies)
            case .skillOverClimatology: skill(climatology)
            case .skillOverPersistence: skill(persistence)
            case .skillOverBaseline: baseline == model ? .nan : skill(baseline)
            default: .nan
            }
        }
    }

    private func correlation(_ total: UnsafeBufferPointer<Double>, _ at: Int) -> Double {
        let w = total[at + Moments.weight], x = total[at + Moments.x], y = total[at + Moments.y]
        return Comparison.correlation(
            total[at + Moments.xx] - x * x / w, total[at + Moments.yy] - y * y / w, total[at + Moments.xy] - x * y / w,
            total[at + Moments.truths], total[at + Moments.predictions], isDouble: comparisons[0].isDouble)
    }

    /// The length of the blocks in which units are drawn for the scores of models: single choices are uncertain, and no
    /// score should have blocks of its own.
    func blockLength(of models: some Sequence<Int>) -> Int {
        let lengths = models.flatMap { influences(of: $0) }.map { BlockBootstrap.blockLength(of: $0) }
        return Int(lengths.upperMedian!.rounded(.up))
    }

    /// Series along the units whose means make the scores of a model, each unit by its weight: squared errors, and its
    /// part in the correlation.
    func influences(of model: Int) -> [[Double]] {
        let place = model * modelWidth, all = total, rows = (0..<units).map { $0 * width + place }
        let byArea = Self.errors + Errors.byArea, area = Self.errors + Errors.area
        let meanError = all[place + byArea] / all[place + area]
        let errors = rows.map { values[$0 + byArea] - meanError * values[$0 + area] }
        let at = place + Self.moments, w = all[at + Moments.weight]
        let x = all[at + Moments.x] / w, y = all[at + Moments.y] / w
        let xx = all[at + Moments.xx] / w - x * x, yy = all[at + Moments.yy] / w - y * y,
            xy = all[at + Moments.xy] / w - x * y
        guard xx > 0, yy > 0 else { return [errors] }
        let r = xy / (xx * yy).squareRoot()
        let products = rows.map { row -> Double in
            let s = row + Self.moments, w = values[s + Moments.weight]
            let sumX = values[s + Moments.x], sumY = values[s + Moments.y]
            // Sums of squares and products about the means, of this unit.
            let own = (
                xx: values[s + Moments.xx] - 2 * x * sumX + x * x * w,
                yy: values[s + Moments.yy] - 2 * y * sumY + y * y * w,
                xy: values[s + Moments.xy] - x * sumY - y * sumX + x * y * w
            )
            return own.xy / (xx * yy).squareRoot() - r / 2 * (own.xx / xx + own.yy / yy)
        }
        return [errors, products]
    }
}
