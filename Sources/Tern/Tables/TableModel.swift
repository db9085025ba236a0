import Foundation
import TernCore
import TernData
import TernLearn
import TernText

/// A trained estimator for a table: it knows the columns it reads, what becomes of them, what it predicts, and lives in
/// one file.
///
/// ```swift
/// let rows = (0..<24).map { "\(2000 + $0 / 12),\($0 % 12 + 1),\(26 + $0 % 7)" }.joined(separator: "\n")
/// let table = try Table(csvText: "year,month,sst\n\(rows)\n")
/// let model = try TableModel(TableExamples(table, target: "sst"), estimator: Ridge())
/// try model.write(to: "sst.safetensors")
/// let sst = try TableModel(contentsOf: "sst.safetensors").predict(table)
/// print(sst.values[0].count, model.encoding.features[1].range!)  // 24 1.0...12.0
/// ```
///
/// What a column says and which rows are whole is found by ``TableExamples``; ``TableTraining`` does all of it and
/// scores. Any estimator, pipeline or search serves; it predicts the same bits from its file.
public struct TableModel: Sendable {
    /// What the estimator sees of a table.
    public let encoding: TableEncoding
    /// The columns that are predicted; of a series those some rows ahead.
    public let targets: [String]
    /// The classes of the target, in their order; empty where targets are numbers.
    public let classes: [String]
    /// How rows follow each other, where there are lags or a horizon.
    public let series: TableSeries?
    /// Predicts from ``encoding``'s matrix: numbers, or the places of classes.
    public internal(set) var estimator: any Predictor
    /// A linear model of the same rows, and what needs none: beside them scores stand.
    public internal(set) var linear: (any Predictor)?, naive: NaiveBaseline?
    /// What messages and scores call estimator and linear model.
    public var title: String, linearTitle = TableEstimator.linear.title
    /// The targets as they were trained on, by which new values are judged; none of classes.
    let targetFeatures: [TableFeature]
    /// What stood around the numbers of columns of texts, such as %.
    let marks: [String: MarkedNumbers]
    /// The column that said how much rows count in training and in scores; nil: all alike.
    public let weights: String?
    /// What stood for a missing value in the table it learned from, beside what always does.
    public var missingValues: Set<String> = []
    /// What to remember beside the weights: the file, the split, the scores.
    public var notes: [String: String] = [:]

    /// Learns from rows of examples.
    ///
    /// - Parameters:
    ///   - rows: numbers of rows in the examples' table, from 0; nil: all.
    ///   - estimator: is trained; of one with early stopping that is turned off where fewer than 20 rows are to train on,
    ///     too few to hold any out.
    ///   - title: what scores call it; by default its kind.
    /// - Throws: `DataError` where a feature has no value in these rows, `EstimatorError` and `TrainingError` where the
    ///   estimator cannot learn from them.
    public init(_ examples: TableExamples, rows: [Int]? = nil, estimator: any Predictor, title: String? = nil) throws {
        let learned = try TableLearning(examples, rows ?? Array(0..<examples.table.rowCount), for: estimator)
        try self.init(examples, learned, estimator, title)
        try fit(learned.data)
    }

    /// A model that has learned its encoding alone.
    init(_ examples: TableExamples, _ learned: TableLearning, _ estimator: any Predictor, _ title: String?) throws {
        encoding = learned.encoding
        (targets, classes, series) = (examples.targets, examples.classes, examples.series)
        (self.estimator, marks, weights) = (estimator, examples.marks, examples.weights)
        self.title = title ?? type(of: innermost(estimator)).kind
        let seen = examples.isClassified ? nil : examples.table.rows(learned.rows)
        targetFeatures = examples.isClassified ? [] : targets.map { .number($0, of: seen?[$0]?.numbers ?? []) }
    }

    /// - Throws: as the estimator does.
    mutating func fit(_ data: TableMatrices) throws {
        if data.x.shape[0] < 20 {
            for (name, value) in try estimator.parameters
            where value == .bool(true) && (name == "earlyStopping" || name.hasSuffix("__earlyStopping")) {
                try estimator.setParameter(name, to: false)
            }
        }
        try estimator.fit(data.x, data.y, sampleWeight: data.weights, holdingOut: data.groups)
        // Early stopping, as in scikit-learn, takes the best weights even of a training that broke down.
        let losses = lossCurve
        if let epoch = losses.firstIndex(where: { !$0.isFinite }) {
            throw TrainingError(
                description:
                    "in epoch \(epoch + 1) the loss became \(losses[epoch].isNaN ? "NaN" : "infinite"), so nothing was learned; lower the learning rate, or look for values far off the others"
            )
        }
    }

    /// The estimator within pipelines and transformations of targets: the network, the Gaussian process.
    public var core: any Estimator { innermost(estimator) }

    /// The loss of each epoch of a multi-layer perceptron; empty of all else.
    public var lossCurve: [Double] {
        (core as? MLPRegressor)?.lossCurve ?? (core as? MLPClassifier)?.lossCurve ?? []
    }

    /// Of a tabular network the loss of the line and, after each epoch, that of held-out rows, for each kind of networks;
    /// empty of all else.
    var heldOutCurves: [[Double]] {
        (core as? any TabularEstimator)?.validationCurves ?? []
    }

    /// How many epochs it was trained, and how that ended; nil of what has none.
    public var epochs: (count: Int, words: String)? {
        func words(_ didConverge: Bool) -> String {
            didConverge ? "stopped when progress stalled" : "all that were asked for"
        }
        func kept(_ best: [Int]) -> String {
            best.allSatisfy { $0 == 0 }
                ? "the networks never bettered the line"
                : "the networks of the epochs \(best.map(String.init).joined(separator: " and ")) are kept"
        }
        let count = heldOutCurves.reduce(0) { $0 + max(0, $1.count - 1) }
        return switch core {
        case let network as MLPRegressor: (network.nIter, words(network.didConverge))
        case let network as MLPClassifier: (network.nIter, words(network.didConverge))
        case let network as any TabularEstimator: (count, kept(network.bestEpochs))
        default: nil
        }
    }

    private init(_ configuration: Configuration, estimator: any Predictor, linear: (any Predictor)?) {
        (encoding, targets, classes) = (configuration.encoding, configuration.targets, configuration.classes)
        (series, naive, targetFeatures) = (configuration.series, configuration.naive, configuration.targetFeatures)
        (self.estimator, self.linear) = (estimator, linear)
        (title, linearTitle) = (configuration.title, configuration.linearTitle)
        (missingValues, notes) = (configuration.missingValues, configuration.notes)
        (marks, weights) = (configuration.marks ?? [:], configuration.weights)
    }
}

// MARK: - Files

extension TableModel {
    /// What the file says beside the estimators, as JSON in its metadata.
    private struct Configuration: Codable {
        var encoding: TableEncoding, targets: [String], classes: [String], series: TableSeries?, naive: NaiveBaseline?
        var targetFeatures: [TableFeature], title: String, linearTitle: String
        var missingValues: Set<String>, notes: [String: String]
        /// Absent where no column is so.
        var marks: [String: MarkedNumbers]?, weights: String?
    }

    package static let format = "tern.table-model/2"

    /// Writes estimator, encoding, ranges, column names and notes to one safetensors file.
    ///
    /// - Throws: `DataError` where the file cannot be written; nothing is left half-written. `EstimatorError` where an
    ///   estimator of one's own does not encode itself.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let configuration = try encoder.encode(
            Configuration(
                encoding: encoding, targets: targets, classes: classes, series: series, naive: naive,
                targetFeatures: targetFeatures, title: title, linearTitle: linearTitle, missingValues: missingValues,
                notes: notes, marks: marks.isEmpty ? nil : marks, weights: weights))
        var file = Safetensors(
            tensors: [:],
            metadata: [
                "format": Self.format, "maker": TernVersion.maker,
                "configuration": String(decoding: configuration, as: UTF8.self),
            ])
        for (name, estimator) in [("estimator", estimator), ("linear", linear)] {
            guard let estimator else { continue }
            let archive = try EstimatorArchive(estimator)
            file.metadata[name] = archive.text
            for (path, tensor) in archive.tensors { file.tensors["\(name)/\(path)"] = tensor }
        }
        try file.write(to: path, hasChecksum: true)
    }

    /// Reads a file that ``write(to:)`` wrote.
    ///
    /// - Throws: `DataError` where the file cannot be read, is damaged, or holds something else.
    public init(contentsOf path: String) throws {
        try FileKind.check(path, isOneOf: .safetensors, as: "model of `tern fit`")
        let file = try Safetensors(contentsOf: path)
        guard let format = file.metadata["format"], format.hasPrefix("tern.table-model/") else {
            throw DataError(file: path, "this file holds tensors but no model of `tern fit`")
        }
        guard format == Self.format else {
            throw DataError(file: path, "this model of `tern fit` is of another version (\(format)); train it again")
        }
        guard let text = file.metadata["configuration"] else {
            throw DataError(file: path, "the file is damaged: its description is missing")
        }
        let configuration: Configuration
        do { configuration = try JSONFileDecoder().decode(Configuration.self, from: Data(text.utf8)) } catch {
            throw DataError(
                file: path, "the file is damaged: its description cannot be read: \(words(ofDecoding: error))")
        }
        func estimator(_ name: String) throws -> (any Predictor)? {
            guard let text = file.metadata[name] else { return nil }
            let head = "\(name)/"
            let tensors = file.tensors.filter { $0.key.hasPrefix(head) }.map {
                (String($0.key.dropFirst(head.count)), $0.value)
            }
            do {
                let archive = EstimatorArchive(text: text, tensors: Dictionary(uniqueKeysWithValues: tensors))
                return try archive.estimator() as? any Predictor
            } catch let error as EstimatorError {
                throw DataError(file: path, "the \(name) cannot be read: \(error.description)")
            }
        }
        guard let own = try estimator("estimator") else {
            throw DataError(file: path, "the file is damaged: it holds no estimator")
        }
        self.init(configuration, estimator: own, linear: try estimator("linear"))
        try check(path)
    }

    /// Whether the parts of a file fit each other: one row is predicted.
    private func check(_ path: String) throws {
        let width = encoding.names.count
        guard width > 0, !targets.isEmpty, targetFeatures.count == (classes.isEmpty ? targets.count : 0) else {
            throw DataError(file: path, "the file is damaged: the model has no features or no targets")
        }
        guard naive?.fits(targets: targets, classes: classes, series: series) ?? true, series?.hasSteps ?? true
        else { throw DataError(file: path, "the file is damaged: the baseline or the lags of the model are none") }
        guard encoding.fill.isEmpty || encoding.fill.count == width else {
            throw DataError(
                file: path,
                "what stands in for missing features has \(encoding.fill.count) numbers; there are \(width) features")
        }
        let row = encoding.sample, own = estimator, classes = classes, targets = targets
        func predicts(_ estimator: any Predictor) throws -> Bool {
            if classes.isEmpty { return try estimator.predict(row).count == targets.count }
            guard estimator.classes.allSatisfy({ classes.indices.contains(Int(exactly: $0) ?? -1) }) else {
                return false
            }
            return try estimator.predictProba(row).shape == [1, estimator.classes.count]
        }
        let linear = linear
        do {
            let fits = try catchingFailure { () throws -> Bool in
                guard try predicts(own) else { return false }
                guard let linear else { return true }
                return try predicts(linear)
            }
            if fits { return }
        } catch is CaughtFailure {} catch is EstimatorError {}
        throw DataError(file: path, "the parts of the model do not fit together")
    }
}
