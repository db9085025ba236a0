import Foundation
import Tern

/// All models beside all scores, on the same examples.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let ridge = try Baseline(fitting: data, BaselineConfiguration()).predict(data.test)
/// let table = try ScoreTable(data, predictions: ["ridge": ridge], baseline: "ridge")
/// print(table.rows.map(\.model))  // ["ridge", "persistence", "climatology"]
/// print(table["ridge", .rmse, of: "precipitation"]! > 0)  // true
/// ```
///
/// The climatology and, where earlier targets are known (not in runs that are kept apart whole), persistence stand in
/// it too. Scores are of physical units; what is not defined, such as the correlation of a constant, is left out.
/// ``Row/intervals`` say between which values a score may lie by the chance of the sample, ``evidence`` how they were
/// made.
public struct ScoreTable: Codable, Sendable, Equatable {
    /// The scores of one model for one target.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let configuration = DataConfiguration(
    ///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
    ///     targets: [VariableConfiguration(variable: "precipitation")])
    /// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    /// let row: ScoreTable.Row = try ScoreTable(data, predictions: ["truth": data.test.targets]).rows[0]
    /// print(row.model, row.units!, row.scores[.rmse]!)  // truth mm day-1 0.0
    /// ```
    public struct Row: Codable, Sendable, Equatable {
        /// As the predictions were named, or `climatology` or `persistence`.
        public var model: String
        /// As the file calls it, with its level where it has several.
        public var target: String
        /// Of errors; nil where the file does not say.
        public var units: String?
        /// Of what is defined.
        public var scores: [Score: Double]
        /// The 95 % intervals; nil where the sample allows none, and in runs that do not say.
        public var intervals: [Score: ClosedRange<Double>]?
        /// By how much the model is better than the baseline: the difference of scores, turned so that more is better.
        public var gains: [Score: Gain]?
        /// How many independent times tell as much of the correlation; nil where times do not follow each other.
        public var effectiveCount: Double?
    }

    /// By how much a model is better than the baseline.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let configuration = DataConfiguration(
    ///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
    ///     targets: [VariableConfiguration(variable: "precipitation")])
    /// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    /// let row = try ScoreTable(data, predictions: ["a": data.test.targets], baseline: "a").rows[0]
    /// let gains: [Score: ScoreTable.Gain]? = row.gains
    /// print(gains == nil)  // true
    /// ```
    public struct Gain: Codable, Sendable, Equatable {
        /// The difference of the scores, turned so that more is better.
        public var mean: Double
        /// The 95 % interval.
        public var interval: ClosedRange<Double>

        /// "better by 0.0123 in RMSE (95 % interval of the gain 0.002 to 0.03)".
        func text(in score: Score) -> String {
            "\(mean >= 0 ? "better" : "worse") by \(String(format: "%.3g", abs(mean))) in \(score.title) (95 % interval of the gain \(interval.short))"
        }
    }

    /// What the two models of a run are called.
    public static let network = "network", baseline = "ridge on EOFs"
    /// What the forecasts are called beside which all others stand.
    public static let climatology = "climatology", persistence = "persistence"

    /// By target, the models given first, then those to compare with.
    public var rows: [Row]
    /// How many examples were scored; 0 for a run without a test part.
    public var count: Int
    /// For each target; nil in runs that do not say.
    public var evidence: [Evidence]?
    /// What training knew of these examples; nil for a test part, and where nothing is known of it.
    public var seen: SeenExamples?

    /// Without a test part.
    init() { (rows, count, evidence) = ([], 0, []) }

    /// Scores of predictions for examples of an experiment.
    ///
    /// - Parameters:
    ///   - predictions: scaled, by the model's name, in the shape of ``Examples/targets``.
    ///   - examples: by default the test part.
    ///   - baseline: which model others are compared with.
    ///   - keepsGroups: whether the split keeps groups whole, so that groups are drawn anew for intervals where there
    ///     are enough.
    ///   - seed: of these draws.
    /// - Throws: `DataError` where the examples have no targets, or shapes differ.
    public init(
        _ data: ExperimentData, predictions: [String: Tensor], on examples: Examples? = nil, baseline: String? = nil,
        keepsGroups: Bool = false,
        seed: UInt64 = 0
    ) throws {
        try self.init(
            data.preprocessing, climatology: ClimatologyForecast(fitting: data), predictions: predictions,
            on: examples ?? data.test, baseline: baseline,
            keepsGroups: keepsGroups, seed: seed)
    }

    /// Of a saved run, on any examples that have targets.
    ///
    /// - Throws: `DataError` where the examples have no targets, or shapes differ.
    public init(
        _ preprocessing: Preprocessing, climatology: ClimatologyForecast, predictions: [String: Tensor],
        on examples: Examples, baseline: String? = nil,
        keepsGroups: Bool = false, seed: UInt64 = 0
    ) throws {
        guard examples.hasTargets else {
            throw DataError(file: "scores", "the examples have no targets to compare predictions with")
        }
        var forecasts = predictions
        forecasts[Self.climatology] = climatology.predict(examples)
        // A run that is kept apart whole, such as a scenario, is unseen: nobody knows its last step, from which to go
        // on.
        let isUnseen = keepsGroups && examples.groups == examples.runs && examples.runs.contains { !$0.isEmpty }
        // Models that were given first, then those to compare with.
        let own = predictions.keys.sorted { ($0 == baseline ? 1 : 0, $0) < ($1 == baseline ? 1 : 0, $1) }
        if !isUnseen {
            var last = examples.previousTargets
            // What is not foretold, such as where training knows no value, is scored for nobody.
            if let first = own.first.flatMap({ predictions[$0] }), first.shape == last.shape {
                last = select(isNaN(first), Tensor(Float.nan), last)
            }
            if isNaN(last).cast(to: .float32).min().item == 0 { forecasts[Self.persistence] = last }
        }
        let truth = try preprocessing.restoreChannels(predictions: examples.targets, for: examples),
            usual = try preprocessing.usual(for: examples)
        let targets = preprocessing.targetOfField
        let order = own + [Self.persistence, Self.climatology].filter { !own.contains($0) && forecasts[$0] != nil }
        let fields = try order.map { try preprocessing.restoreChannels(predictions: forecasts[$0]!, for: examples) }
        let units = SamplingUnits(examples, keepsGroups: keepsGroups)
        (rows, count) = ([], examples.count)
        var found: [Evidence] = []
        for (k, truth) in truth.enumerated() {
            let first = Comparison(truth: truth, prediction: fields[0][k], usual: usual[k])
            let comparisons = fields.map { first.with($0[k]) },
                all = Dictionary(zip(order, comparisons), uniquingKeysWith: { first, _ in first })
            let start = rows.count
            for (model, comparison) in zip(order, comparisons) {
                rows.append(
                    Row(
                        model: model, target: truth.name, units: truth.units,
                        scores: Self.scores(comparison, model, all, examples, baseline)))
            }
            var evidence = Evidence(
                of: truth.name, first, preparedAs: targets[k].departure, units, groupName: preprocessing.groupName,
                keepsGroups: keepsGroups)
            evidence.noteAbsence(first)
            if let k = order.firstIndex(of: Self.persistence) {
                evidence.notePersistence(of: comparisons[k], beside: first, examples)
            }
            evidence.fill(&rows[start...], comparisons, baseline: baseline, examples, units, seed: seed)
            found.append(evidence)
        }
        evidence = found
    }

    private static func scores(
        _ own: Comparison, _ model: String, _ all: [String: Comparison], _ examples: Examples, _ baseline: String?
    ) -> [Score: Double] {
        let climatology = all[Self.climatology]!
        var scores: [Score: Double] = [
            .rmse: own.rmse, .mae: own.mae, .bias: own.bias, .r: own.r, .rByGroup: own.rByGroup(examples.groups),
            .skillOverClimatology: own.skill(over: climatology),
            .anomalyCorrelation: own.anomalyCorrelation(over: climatology),
        ]
        if let other = all[Self.persistence] { scores[.skillOverPersistence] = own.skill(over: other) }
        if let baseline, let other = all[baseline], model != baseline {
            scores[.skillOverBaseline] = own.skill(over: other)
        }
        if own.latitudes != nil {
            scores[.areaWeightedRMSE] = own.areaWeightedRMSE
            let emulator = own.emulatorScores(examples.runs)
            scores[.nrmseSpatial] = Comparison.mean(emulator.map(\.spatial))
            scores[.nrmseGlobal] = Comparison.mean(emulator.map(\.global))
            scores[.nrmseTotal] = Comparison.mean(emulator.map(\.total))
        }
        return scores.filter { $0.value.isFinite }
    }

    /// Warns of inputs that are targets in another form, which says more than that a model follows one.
    mutating func warn(of found: [DisguisedTarget]) {
        for (target, own) in Dictionary(grouping: found, by: \.target) {
            guard let k = evidence?.firstIndex(where: { $0.target == target }) else { continue }
            evidence![k].warnings = own.map(\.warning)
        }
    }

    /// What looks like a mistake, each once.
    public var warnings: [String] { (evidence ?? []).flatMap(\.warnings) }

    /// The evidence of a target.
    public func evidence(of target: String) -> Evidence? { evidence?.first { $0.target == target } }

    /// Whether another table has the same scores, as far as both have them, but for the rounding by which processors
    /// differ: what older runs do not say does not count.
    func agrees(with other: ScoreTable) -> Bool {
        guard count == other.count, targets == other.targets else { return false }
        let isOlder = evidence == nil || other.evidence == nil
        let areOneTruth = targets.allSatisfy { target in
            guard let own = evidence(of: target), let theirs = other.evidence(of: target) else { return isOlder }
            return own.departure == theirs.departure && own.unitCount == theirs.unitCount
                && Evidence.areAlike((own.mean, own.deviation), (theirs.mean, theirs.deviation))
        }
        return areOneTruth
            && rows.allSatisfy { row in
                let spread = (evidence(of: row.target) ?? other.evidence(of: row.target))?.deviation ?? 0
                return row.scores.allSatisfy { score, value in
                    // Correlations of anomalies were others in older runs.
                    guard !isOlder || score.isError, let known = other[row.model, score, of: row.target] else {
                        return true
                    }
                    return abs(value - known) <= 1e-4 * max(abs(value), abs(known), score.isError ? spread : 1)
                }
            }
    }

    /// A score; nil where it is not defined. A lone target need not be named.
    public subscript(model: String, score: Score, of target: String? = nil) -> Double? {
        rows.first { $0.model == model && (target == nil || $0.target == target) }?.scores[score]
    }

    /// The targets, each once.
    public var targets: [String] { rows.map(\.target).distinct }

    /// The scores that any model has for a target.
    public func columns(for target: String) -> [Score] {
        columns.filter { score in rows.contains { $0.target == target && $0.scores[score] != nil } }
    }

    /// The scores that any model has, in the order of their declaration.
    public var columns: [Score] { Score.allCases.filter { score in rows.contains { $0.scores[score] != nil } } }
}
