import Foundation
import Tern

/// By how much one run is better than another on the same test examples, with the interval of the difference.
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
/// let one = try experiment.run(into: "runs/one"), other = try experiment.run(into: "runs/other")
/// let gain = try PairedGain(of: one, over: other, target: "precipitation")!
/// print(gain.complaint!)  // 9 times are too few, or too much alike, for an interval of the difference
/// ```
///
/// Both are scored on the same draws of times in blocks, or of groups, as a network and its baseline are
/// (``Evidence``): what makes an example hard is hard for both, and falls out of the difference.
public struct PairedGain: Sendable, Equatable {
    /// Of correlation and RMSE (for maps by area), turned so that more is better.
    public var gains: [Score: ScoreTable.Gain] = [:]
    /// What was drawn: "480 times in blocks of 3".
    public var draws = ""
    /// Why there are no intervals; nil where there are.
    public var complaint: String?

    /// The network of a run beside that of another, by their predictions of the test part.
    ///
    /// - Precondition: Both were asked the same (``TestTask/differences(_:)``).
    /// - Returns: nil where a run's predictions are gone, or those of other examples.
    /// - Throws: `DataError` where a run's `predictions.nc` cannot be read.
    public init?(of run: Run, over other: Run, target: String) throws {
        guard let own = try TestForecast(run, target), let theirs = try TestForecast(other, target),
            own.truth.shape == theirs.truth.shape,
            own.examples.labels == theirs.examples.labels, own.examples.groups == theirs.examples.groups,
            own.examples.runs == theirs.examples.runs
        else { return nil }
        let first = Comparison(truth: own.truth, prediction: own.prediction, usual: own.usual),
            comparisons = [first, first.with(theirs.prediction)]
        let units = SamplingUnits(own.examples, keepsGroups: run.experiment.split.by == .group)
        let joined = units.joined(atMost: Evidence.mostUnits)
        let sums = ScoreSums(
            comparisons, climatology: 1, persistence: nil, baseline: nil, unitOfRow: joined.unitOfExample,
            units: joined.count)
        let neighbours = units.neighbours(in: own.examples), truth = first.autocorrelationOfTruth(neighbours)
        let sizes = comparisons.compactMap { $0.effectiveSize(of: units.count, truth: truth, neighbours: neighbours) },
            size = min(Double(units.count), sizes.min() ?? .infinity)
        var length = 1
        if units.kind == .times {
            length = sums.blockLength(of: comparisons.indices)
            guard sums.units >= Evidence.fewestUnits, size >= Evidence.fewestIndependent,
                sums.units >= Evidence.fewestBlocks * length
            else {
                complaint =
                    "\(units.count.grouped) times are too few, or too much alike, for an interval of the difference"
                return
            }
        }
        draws =
            "\(units.count.grouped) \(units.kind == .times ? "times" : "groups")\(length * joined.size > 1 ? " in blocks of \((length * joined.size).grouped)" : "")"
        var found = ScoreSums.scores.map { _ in [Double]() }
        func differences(_ total: UnsafeBufferPointer<Double>) -> [Double] {
            zip(ScoreSums.scores, zip(sums.scores(total, of: 0), sums.scores(total, of: 1))).map {
                ($0.isBetterWhenLarger ? 1 : -1) * ($1.0 - $1.1)
            }
        }
        BlockBootstrap(units: sums.units, blockLength: length, seed: run.experiment.seed).visit(
            sums.values, width: sums.width
        ) { total in
            for (i, difference) in differences(total).enumerated() { found[i].append(difference) }
        }
        let means = sums.total.withUnsafeBufferPointer(differences)
        for (i, score) in ScoreSums.scores.enumerated()
        where [.r, first.latitudes == nil ? .rmse : .areaWeightedRMSE].contains(score) {
            guard means[i].isFinite, let interval = BlockBootstrap.interval(found[i], size: size) else { continue }
            gains[score] = ScoreTable.Gain(mean: means[i], interval: interval)
        }
    }

    /// "better by 0.0123 in RMSE (95 % interval of the gain 0.002 to 0.03) and worse by ...".
    public var text: String {
        Score.allCases.compactMap { score in
            gains[score].map { $0.mean == 0 ? "equal in \(score.title)" : $0.text(in: score) }
        }.joined(separator: ", ")
    }
}

/// What a run's predictions.nc holds of a target.
private struct TestForecast {
    let truth: Field, prediction: Field, usual: Field?
    /// Their labels and groups, without values.
    let examples: Examples

    init?(_ run: Run, _ target: String) throws {
        let path = Run.path(run.folder, Run.predictionsFile), preprocessing = run.preprocessing
        guard FileManager.default.fileExists(atPath: path),
            let k = preprocessing.targets.firstIndex(where: { $0.channelNames.contains(target) })
        else { return nil }
        let data = try Dataset(contentsOf: path), fitted = preprocessing.targets[k],
            channel = fitted.channelNames.firstIndex(of: target)!
        func part(_ field: OutputField) throws -> Field {
            try preprocessing.parts(ofTarget: k, data.field(field.name(of: fitted.name)))[channel]
        }
        (truth, prediction) = (try part(.truth), try part(.prediction))
        let sample = run.experiment.data.sample.withoutGroup, count = truth.shape[0],
            along = truth.coordinates.filter { $0.dimension == sample }
        guard truth.dimensions.first == sample else { return nil }
        func texts(_ name: String?) -> [String] {
            along.first { $0.name == name }?.labelTexts ?? [String](repeating: "", count: count)
        }
        let runs = texts("run"), none = Tensor.zeros([0])
        // Times of several calendars stand as texts that do not say theirs: months and shares of a year are told by them
        // all the same.
        let dates = along.first { $0.name == preprocessing.labelName }?.texts.flatMap {
            Timeline.dates(of: $0, in: [.standard, .days360])
        }
        examples = Examples(
            inputs: none, targets: none, previousTargets: none,
            labels: dates?.map { .date($0) } ?? Timeline(of: sample, length: count, along).labels,
            groups: preprocessing.groupName == "run" ? runs : texts(preprocessing.groupName?.withoutGroup), runs: runs,
            coordinates: along, sample: sample)
        let first = preprocessing.targets.prefix(k).reduce(0) { $0 + $1.channelNames.count }
        usual = fitted.departure == nil ? nil : try preprocessing.usual(for: examples)[first + channel]
    }
}
