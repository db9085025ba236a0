import Foundation
import Tern
import TernText

/// An experiment in folds: each group, such as a climate model, or each span of time is tested once, by networks that
/// have not seen it.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let experiment = try Experiment(
///     yaml: """
///         name: rain
///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
///         split: {by: period}
///         model: {name: linear}
///         training: {epochs: 2}
///         output: {figures: false}
///         """)
/// let validation = try experiment.crossValidate(folds: 2, into: "runs/folds").result
/// let summary = validation.summary(.r, of: "precipitation")
/// print(summary.map(\.model), validation.count)  // ["network", "ridge on EOFs"] 60
/// ```
///
/// The folder holds a run for each fold (`fold-1`, ...), `cross-validation.json`, `scores.csv` by group, and
/// `report.html`.
public struct CrossValidation: Codable, Sendable, Equatable {
    /// The scores of one group, or of one fold where time is split.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let experiment = try Experiment(
    ///     yaml: """
    ///         name: rain
    ///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
    ///         split: {by: period}
    ///         model: {name: linear}
    ///         training: {epochs: 2}
    ///         output: {figures: false}
    ///         """)
    /// let rows: [CrossValidation.Row] = try experiment.crossValidate(folds: 2, into: "runs/rows").result.rows
    /// print(rows.map(\.fold), rows.map(\.count))  // [1, 2] [30, 30]
    /// ```
    public struct Row: Codable, Sendable, Equatable {
        /// As the file calls it.
        public var target: String
        /// The group, or the number of the fold.
        public var unit: String
        /// From 1.
        public var fold: Int
        /// How many examples it has.
        public var count: Int
        /// By model: `network`, `ridge on EOFs`; of what is defined. Of a target that is prepared as an anomaly, r is
        /// that of anomalies.
        public var scores: [String: [Score: Double]]
    }

    /// How one model did over all groups.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let experiment = try Experiment(
    ///     yaml: """
    ///         name: rain
    ///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
    ///         split: {by: period}
    ///         model: {name: linear}
    ///         training: {epochs: 2}
    ///         output: {figures: false}
    ///         """)
    /// let validation = try experiment.crossValidate(folds: 2, into: "runs/summary").result
    /// let ridge: CrossValidation.Summary = validation.summary(.rmse, of: "precipitation")[1]
    /// print(ridge.model, ridge.standardError >= 0)  // ridge on EOFs true
    /// ```
    public struct Summary: Sendable, Equatable {
        /// `network` or `ridge on EOFs`.
        public var model: String
        /// Over groups, each counting the same; NaN where none has the score.
        public var mean: Double
        /// Of the mean: the deviation of groups by the root of their number; NaN of a single group.
        public var standardError: Double
        /// Of all examples together, as predicted by the networks of their folds.
        public var pooled: Double
    }

    /// By how much a model is better than another, group by group.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let experiment = try Experiment(
    ///     yaml: """
    ///         name: rain
    ///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
    ///         split: {by: period}
    ///         model: {name: linear}
    ///         training: {epochs: 2}
    ///         output: {figures: false}
    ///         """)
    /// let validation = try experiment.crossValidate(folds: 3, into: "runs/gain").result
    /// let gain: CrossValidation.Gain = validation.gain(.rmse, of: "precipitation")!
    /// print(gain.count, gain.interval == nil)  // 3 true
    /// ```
    public struct Gain: Sendable, Equatable {
        /// The mean over groups of network minus other, the sign turned where less is better.
        public var mean: Double
        /// Its 95 % interval, as of ``Evidence``, groups drawn anew; nil where they are fewer than ten, whose draws are
        /// too much alike to say anything.
        public var interval: ClosedRange<Double>?
        /// In how many groups the network is better.
        public var wins: Int
        /// How many groups both models were scored on.
        public var count: Int
    }

    /// What is kept of each group: for maps the RMSE is by area.
    public static let scores: [Score] = [.r, .rmse]

    /// What the experiment is called.
    public var name: String
    /// What a group is, such as `model`; `fold` where time is split.
    public var unitName: String
    /// How many there are.
    public var folds: Int
    /// A row for each target and group.
    public var rows: [Row]
    /// Of all examples together, by target and model.
    public var pooled: [String: [String: [Score: Double]]]
    /// What correlations of a target that is prepared as an anomaly are of departures from; nil in older ones.
    public var departures: [String: String]?

    /// As the files call them, each once.
    public var targets: [String] { rows.map(\.target).distinct }
    /// The network and the baseline, by the names of ``ScoreTable``.
    public var models: [String] { [ScoreTable.network, ScoreTable.baseline] }
    /// How many groups were tested.
    public var unitCount: Int { rows.filter { $0.target == rows.first?.target }.count }
    /// How many examples were tested, all groups together.
    public var count: Int { rows.filter { $0.target == rows.first?.target }.reduce(0) { $0 + $1.count } }

    /// Each model's mean over groups, with its standard error.
    public func summary(_ score: Score, of target: String) -> [Summary] {
        models.map { model in
            let values = rows.filter { $0.target == target }.compactMap { $0.scores[model]?[score] }
            let mean = Comparison.mean(values), n = Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return Summary(
                model: model, mean: mean, standardError: n > 1 ? (squares / (n - 1) / n).squareRoot() : .nan,
                pooled: pooled[target]?[model]?[score] ?? .nan)
        }
    }

    /// A model, by default the network, against the linear baseline of the same or another cross-validation, over the
    /// groups that both have; nil where these are fewer than two.
    public func gain(
        _ score: Score, of target: String, by model: String = ScoreTable.network, over other: CrossValidation? = nil
    ) -> Gain? {
        let sign = score.isBetterWhenLarger ? 1.0 : -1.0
        let gains = rows.filter { $0.target == target }.compactMap { row -> Double? in
            let reference = (other ?? self).rows.first { $0.target == target && $0.unit == row.unit }?.scores[
                ScoreTable.baseline]?[score]
            guard let own = row.scores[model]?[score], let reference else { return nil }
            return sign * (own - reference)
        }
        guard gains.count > 1 else { return nil }
        return Gain(
            mean: Comparison.mean(gains), interval: Self.interval(gains), wins: gains.count { $0 > 0 },
            count: gains.count)
    }

    /// Of the mean, where groups are drawn anew.
    private static func interval(_ gains: [Double]) -> ClosedRange<Double>? {
        let count = Double(gains.count)
        guard gains.count >= SamplingUnits.fewestGroups else { return nil }
        var means: [Double] = []
        BlockBootstrap(units: gains.count, blockLength: 1, seed: 0).visit(gains, width: 1) {
            means.append($0[0] / count)
        }
        return BlockBootstrap.interval(means, size: count)
    }

    /// Opens what ``Experiment/crossValidate(folds:into:numbering:checkpoints:callbacks:stage:note:warn:)`` wrote; nil where the
    /// folder holds no cross-validation.
    ///
    /// - Throws: `DataError` where its file is damaged.
    public init?(contentsOf folder: String) throws {
        let path = Run.path(folder, Self.file)
        guard let found = try Run.read(Self.self, from: path) else { return nil }
        self = found
        guard rows.allSatisfy({ (0...1 << 40).contains($0.count) }) else {
            throw DataError(file: path, "the file is damaged: a group cannot have so many examples")
        }
    }

    static let file = FileKind.foldsMark

    /// What is to be said of a target's correlations; nil where they are of the values themselves.
    public func note(of target: String) -> String? {
        departures?[target].map { "correlations are of departures from \($0) of each fold's training part" }
    }

    init(name: String, unitName: String, folds: Int) {
        (self.name, self.unitName, self.folds, rows, pooled) = (name, unitName, folds, [], [:])
        departures = [:]
    }
}

/// Truth and forecasts of one target over all folds, group by group.
struct FoldResults {
    var target: String, units: [String] = [], folds: [Int] = []
    var truth: [Field] = [], forecasts: [String: [Field]] = [:]
    /// Of a target that is prepared as an anomaly, what each fold's training part knew to be usual.
    var usual: [Field?] = []

    init(target: String) { self.target = target }

    /// Adds the groups of a fold's predictions.
    ///
    /// - Parameters:
    ///   - k: the number of the target.
    ///   - isByGroup: whether the groups of the examples are units; a fold of time is one by itself.
    mutating func add(_ results: RunResults, _ k: Int, fold: Int, isByGroup: Bool) {
        let truth = results.truth[k], sample = truth.dimensions[0], count = truth.shape[0]
        let labels = isByGroup ? results.test.groups : [String](repeating: "\(fold)", count: count)
        let members = Dictionary(grouping: labels.indices) { labels[$0] }
        for unit in labels.distinct {
            let rows = members[unit]!
            units.append(unit)
            folds.append(fold)
            self.truth.append(truth.taking(rows, along: sample))
            usual.append(results.usual[k]?.taking(rows, along: sample))
            for (model, field) in [
                (ScoreTable.network, results.prediction[k]), (ScoreTable.baseline, results.baseline[k]),
            ] {
                forecasts[model, default: []].append(field.taking(rows, along: sample))
            }
        }
    }

    func scores(_ model: String, _ indices: Range<Int>) throws -> [Score: Double] {
        func joined(_ fields: [Field]) throws -> Field {
            indices.count == 1
                ? fields[indices.lowerBound]
                : try Field.concatenated(Array(fields[indices]), along: fields[0].dimensions[0])
        }
        let all = usual.compactMap { $0 }
        let comparison = Comparison(
            truth: try joined(truth), prediction: try joined(forecasts[model]!),
            usual: all.isEmpty ? nil : try joined(all))
        return [.r: comparison.r, .rmse: comparison.latitudes == nil ? comparison.rmse : comparison.areaWeightedRMSE]
            .filter { $0.value.isFinite }
    }
}
