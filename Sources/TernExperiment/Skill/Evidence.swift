import Tern

/// What stands behind the scores of a target: how it was prepared, what was drawn anew for intervals, and what a reader
/// should know.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let table = try ScoreTable(data, predictions: ["truth": data.test.targets])
/// let evidence: Evidence = table.evidence(of: "precipitation")!
/// print(evidence.unitCount, evidence.complaint!)  // 9 9 times are too few for intervals
/// ```
///
/// Intervals are those of the percentile bootstrap: 2,000 samples are drawn from the units that were scored, with the
/// experiment's seed, and about 95 of 100 scores lie between the interval's ends. All models are scored on the same
/// draws, so that the interval of a gain is that of the difference. A sample of few times, few blocks or little that is
/// independent gives none.
///
/// Of made series that are correlated by 0.6, so many in a hundred intervals held that correlation, where a time
/// remembers 0, 0.5 and 0.8 of the one before: of 40 times 91, 91 and 89; of 60 times 94, 89 and 88; of 240 times 95,
/// 89 and 90. Where it remembers 0.95, most samples of 40 to 120 times are refused.
///
/// Source: D. S. Wilks, "Statistical Methods in the Atmospheric Sciences", 4th edition, Elsevier, 2019, chapter 5.
public struct Evidence: Codable, Sendable, Equatable {
    /// The target that it is of.
    public var target: String
    /// What was left out to prepare the target as an anomaly, such as "the mean of each month"; nil where nothing was.
    public var departure: String?
    /// Mean and standard deviation of the truth, in physical units.
    public var mean: Double?, deviation: Double?
    /// What is drawn anew: `times`, or such as `values of model`.
    public var unit: String
    /// How many of them there are.
    public var unitCount: Int
    /// How many times make a block; nil where there are no intervals.
    public var blockLength: Int?
    /// Why there are no intervals; nil where there are.
    public var complaint: String?
    /// What a reader of the scores should know.
    public var notes: [String] = []
    /// What looks like a mistake.
    public var warnings: [String] = []

    /// Whether means and deviations are those of one truth, to the rounding that scaling leaves.
    static func areAlike(
        _ one: (mean: Double?, deviation: Double?), _ other: (mean: Double?, deviation: Double?)
    ) -> Bool {
        guard let mean = one.mean, let deviation = one.deviation, let otherMean = other.mean,
            let otherDeviation = other.deviation
        else { return one.mean == other.mean && one.deviation == other.deviation }
        // Single precision leaves seven digits of a value, which may be large beside its deviation.
        let tolerance = 1e-4 * max(deviation, otherDeviation) + 1e-6 * max(abs(mean), abs(otherMean))
        return abs(mean - otherMean) <= tolerance && abs(deviation - otherDeviation) <= tolerance
    }

    /// More times than that are joined into so many units.
    static let mostUnits = 4096
    /// With fewer units or blocks, draws are too much alike for their spread to say anything.
    static let fewestUnits = 20, fewestBlocks = 5, fewestIndependent = 10.0

    init(
        of target: String, _ truth: Comparison, preparedAs departure: String?, _ units: SamplingUnits,
        groupName: String?, keepsGroups: Bool
    ) {
        (self.target, self.departure, unitCount) = (target, departure, units.count)
        unit = units.kind == .groups ? "values of \(groupName ?? "group")" : "times"
        let present = truth.truth.filter(\.isFinite)
        if !present.isEmpty {
            let found = spread(of: present)
            (mean, deviation) = (found.mean, found.deviation)
        }
        if let departure {
            notes.append(
                "correlations are of departures from \(departure) of the training part; predictions have it put back, and errors are the same either way"
            )
        }
        if keepsGroups, units.kind == .times, let groupName {
            notes.append(
                "intervals are for other times of the same values of \(groupName), which are too few to say how others would do"
            )
        }
    }

    /// Adds intervals, gains and effective sizes to the rows of the target's models, and what they tell to the notes.
    mutating func fill(
        _ rows: inout ArraySlice<ScoreTable.Row>, _ comparisons: [Comparison], baseline: String?, _ examples: Examples,
        _ units: SamplingUnits, seed: UInt64
    ) {
        let models = rows.map(\.model), start = rows.startIndex
        let neighbours = units.neighbours(in: examples), truth = comparisons[0].autocorrelationOfTruth(neighbours)
        for (k, comparison) in comparisons.enumerated() where rows[start + k].scores[.r] != nil {
            rows[start + k].effectiveCount = comparison.effectiveSize(
                of: units.count, truth: truth, neighbours: neighbours)
        }
        let joined = units.joined(atMost: Self.mostUnits)
        let sums = ScoreSums(
            comparisons, climatology: models.firstIndex(of: ScoreTable.climatology)!,
            persistence: models.firstIndex(of: ScoreTable.persistence),
            baseline: baseline.flatMap(models.firstIndex), unitOfRow: joined.unitOfExample, units: joined.count)
        draw(sums, &rows, isInBlocks: units.kind == .times, joined: joined.size, baseline: baseline, seed: seed)
        noteClimatology(rows)
        let exact = rows.filter { row in Self.isJudged(row) && row.scores[.r].map { 1 - $0 * abs($0) < 1e-7 } ?? false }
            .map(\.model)
        if !exact.isEmpty {
            warnings.append(
                "\(exact.joined(separator: " and ")) \(exact.count == 1 ? "follows" : "follow") \(target) to rounding (r is 1): is an input the target in another form?"
            )
        }
    }

    private mutating func draw(
        _ sums: ScoreSums, _ rows: inout ArraySlice<ScoreTable.Row>, isInBlocks: Bool, joined: Int, baseline: String?,
        seed: UInt64
    ) {
        let start = rows.startIndex, models = rows.indices.map { $0 - start }
        var length = 1
        let size = min(Double(unitCount), rows.filter(Self.isJudged).compactMap(\.effectiveCount).min() ?? .infinity)
        if isInBlocks {
            guard sums.units >= Self.fewestUnits else {
                complaint = "\(unitCount) \(unitCount == 1 ? "time is" : "times are") too few for intervals"
                return
            }
            guard size >= Self.fewestIndependent else {
                complaint =
                    "\(unitCount) times are too few for intervals: they tell no more than \(Int(size.rounded())) independent ones"
                return
            }
            length = sums.blockLength(of: models)
            guard sums.units >= Self.fewestBlocks * length else {
                complaint =
                    "\(unitCount) times are too few for intervals: what lies less than \(length * joined) times apart is alike"
                return
            }
        }
        blockLength = length * joined
        var found = models.map { _ in ScoreSums.scores.map { _ in [Double]() } }
        BlockBootstrap(units: sums.units, blockLength: length, seed: seed).visit(sums.values, width: sums.width) {
            total in
            for model in models {
                for (i, score) in sums.scores(total, of: model).enumerated() { found[model][i].append(score) }
            }
        }
        let reference = baseline.flatMap { name in models.first { rows[start + $0].model == name } }
        for model in models {
            var intervals: [Score: ClosedRange<Double>] = [:], gains: [Score: ScoreTable.Gain] = [:]
            for (i, score) in ScoreSums.scores.enumerated() {
                guard let own = rows[start + model].scores[score] else { continue }
                if let interval = BlockBootstrap.interval(found[model][i], size: size),
                    interval.lowerBound < interval.upperBound
                {
                    intervals[score] = interval
                }
                guard let reference, model < reference, let other = rows[start + reference].scores[score],
                    Self.gained.contains(score)
                else { continue }
                let sign = score.isBetterWhenLarger ? 1.0 : -1.0
                let differences = zip(found[model][i], found[reference][i]).map { sign * ($0 - $1) }
                if let interval = BlockBootstrap.interval(differences, size: size) {
                    gains[score] = ScoreTable.Gain(mean: sign * (own - other), interval: interval)
                }
            }
            if gains[.areaWeightedRMSE] != nil { gains[.rmse] = nil }
            rows[start + model].intervals = intervals
            if !gains.isEmpty { rows[start + model].gains = gains }
        }
    }

    /// Whether a model is more than what others are compared with.
    private static func isJudged(_ row: ScoreTable.Row) -> Bool {
        ![ScoreTable.climatology, ScoreTable.persistence].contains(row.model)
    }

    private static let gained: Set<Score> = [.r, .rmse, .areaWeightedRMSE]

    /// What is not known of the truth, and where training knows nothing of it, no score is of.
    mutating func noteAbsence(_ comparison: Comparison) {
        let present = comparison.truth.indices.filter { comparison.truth[$0].isFinite },
            unknown = present.count { !comparison.prediction[$0].isFinite }
        if present.isEmpty { return notes.append("not one value of \(target) is present: there is nothing to score") }
        guard unknown > 0 else { return }
        notes.append(
            "\(unknown.grouped) of \(present.count.grouped) values are not foretold, as where training knows none: no score is of them"
        )
    }

    /// Persistence is known of the examples alone whose earlier target is.
    ///
    /// - Parameter other: of what is foretold.
    mutating func notePersistence(of comparison: Comparison, beside other: Comparison, _ examples: Examples) {
        let size = comparison.truth.count / max(1, examples.count)
        guard size > 0 else { return }
        func count(_ isScored: (Int) -> Bool) -> Int {
            (0..<examples.count).count { (($0 * size)..<(($0 + 1) * size)).contains(where: isScored) }
        }
        let scored = count { comparison.truth[$0].isFinite && other.prediction[$0].isFinite },
            known = count { comparison.truth[$0].isFinite && comparison.prediction[$0].isFinite }
        // The first of a series have none before them.
        if 10 * known < 9 * scored {
            notes.append(
                "persistence is known for \(known.grouped) of \(scored.grouped) examples; its scores, and the skill over it, are of these alone"
            )
        }
    }

    /// A season, or a pattern of what is usual, flatters whoever knows it; an anomaly from the mean of all times, and
    /// what is left of a trend, hold it still.
    private mutating func noteClimatology(_ rows: ArraySlice<ScoreTable.Row>) {
        guard let r = rows.first(where: { $0.model == ScoreTable.climatology })?.scores[.r], r > 0.5 else { return }
        let anomaly = rows.contains { $0.scores[.anomalyCorrelation] != nil } ? "the anomaly correlation and " : ""
        notes.append(
            "the climatology alone reaches r = \(Self.short(r)): \(anomaly)the skill over climatology say what is beyond it"
        )
    }

    private static func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
