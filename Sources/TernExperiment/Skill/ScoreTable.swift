import Tern

/// All models beside all scores, on the same examples.
///
/// ```swift
/// let table = try ScoreTable(data, predictions: ["network": network, "ridge": baseline.predict(data.test)], baseline: "ridge")
/// table["network", .r, of: "precip"]
/// try JSONEncoder().encode(table)
/// ```
///
/// The climatology and, where earlier targets are known, persistence stand in it too. Scores are of physical units; what is
/// not defined, such as the correlation of a constant, is left out.
public struct ScoreTable: Codable, Sendable, Equatable {
    public struct Row: Codable, Sendable, Equatable {
        public var model: String
        public var target: String
        public var units: String?
        public var scores: [Score: Double]
    }

    /// What the two models of a run are called.
    public static let network = "network", baseline = "ridge on EOFs"

    public var rows: [Row]
    /// How many examples were scored.
    public var count: Int

    /// - Parameters:
    ///   - predictions: scaled, by the model's name.
    ///   - examples: by default the test part.
    ///   - baseline: which model others are compared with.
    public init(_ data: ExperimentData, predictions: [String: Tensor], on examples: Examples? = nil, baseline: String? = nil) throws {
        try self.init(
            data.preprocessing, climatology: ClimatologyForecast(fitting: data), predictions: predictions, on: examples ?? data.test, baseline: baseline)
    }

    /// Of a saved run, on any examples that have targets.
    public init(
        _ preprocessing: Preprocessing, climatology: ClimatologyForecast, predictions: [String: Tensor], on examples: Examples, baseline: String? = nil
    ) throws {
        guard examples.hasTargets else { throw DataError(file: "scores", "the examples have no targets to compare predictions with") }
        var forecasts = predictions
        forecasts["climatology"] = climatology.predict(examples)
        if isNaN(examples.previousTargets).cast(to: .float32).min().item == 0 { forecasts["persistence"] = examples.previousTargets }
        let truth = try preprocessing.restore(predictions: examples.targets, for: examples)
        var fields: [String: [Field]] = [:]
        for (name, forecast) in forecasts { fields[name] = try preprocessing.restore(predictions: forecast, for: examples) }
        // Models that were given first, then those to compare with.
        let own = predictions.keys.sorted { ($0 == baseline ? 1 : 0, $0) < ($1 == baseline ? 1 : 0, $1) }
        let order = own + ["persistence", "climatology"].filter { !own.contains($0) && fields[$0] != nil }
        rows = []
        count = examples.count
        for (k, truth) in truth.enumerated() {
            let found = fields.mapValues { Comparison(truth: truth, prediction: $0[k]) }
            for model in order {
                rows.append(Row(
                    model: model, target: truth.name, units: truth.units,
                    scores: Self.scores(found[model]!, model, found, examples, baseline)))
            }
        }
    }

    private static func scores(
        _ own: Comparison, _ model: String, _ all: [String: Comparison], _ examples: Examples, _ baseline: String?
    ) -> [Score: Double] {
        let climatology = all["climatology"]!
        var scores: [Score: Double] = [
            .rmse: own.rmse, .mae: own.mae, .bias: own.bias, .r: own.r, .rByGroup: own.rByGroup(examples.groups),
            .skillOverClimatology: own.skill(over: climatology), .anomalyCorrelation: own.anomalyCorrelation(over: climatology),
        ]
        if let other = all["persistence"] { scores[.skillOverPersistence] = own.skill(over: other) }
        if let baseline, let other = all[baseline], model != baseline { scores[.skillOverBaseline] = own.skill(over: other) }
        if own.latitudes != nil {
            scores[.areaWeightedRMSE] = own.areaWeightedRMSE
            let emulator = own.emulatorScores(examples.runs)
            scores[.nrmseSpatial] = Comparison.mean(emulator.map(\.spatial))
            scores[.nrmseGlobal] = Comparison.mean(emulator.map(\.global))
            scores[.nrmseTotal] = Comparison.mean(emulator.map(\.total))
        }
        return scores.filter { $0.value.isFinite }
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
