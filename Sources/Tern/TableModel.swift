import Foundation
import TernCore
import TernData
import TernLearn

/// A network for a table: it knows the columns it reads, scales them and its target, and lives in one file.
///
/// ```swift
/// let table = try Table(csvText: "year,month,sst\n2000,1,26.1\n2000,2,26.4\n2000,3,27.0\n2000,4,27.3\n")
/// let network = MLPRegressor(hiddenLayerSizes: [4], maxIter: 20, randomState: 0)
/// var model = TableModel(features: ["year", "month"], target: "sst", network: network)
/// try model.fit(table.matrix(of: model.features), Tensor(table.numbers(of: "sst")))
/// try model.write(to: "sst.safetensors")
/// let sst = try TableModel(contentsOf: "sst.safetensors").predict(table)
/// print(sst.count, model.featureRanges[1])  // 4 1.0...4.0
/// ```
///
/// What a column says and which rows are whole is found by ``TableExamples``; ``TableTraining`` does all of it and
/// scores.
public struct TableModel: Sendable {
    /// The columns that are read, in the order of the network's inputs.
    public var features: [String]
    /// The column that is predicted.
    public var target: String
    /// Works on scaled features and gives a scaled target.
    public var network: MLPRegressor
    /// How the features are scaled before the network sees them.
    public private(set) var featureScaler = StandardScaler()
    /// How the target is scaled while the network learns.
    public private(set) var targetScaler = StandardScaler()
    /// From the least to the greatest value that the network was trained on, of each feature and of the target; empty
    /// and nil in files that do not say.
    public private(set) var featureRanges: [ClosedRange<Double>] = [], targetRange: ClosedRange<Double>?
    /// What to put in place of a missing feature, one for each; empty where rows with gaps have no prediction.
    public var featureFill: [Double] = []
    /// The features that are read as dates, in years with a fraction, and those that are True and False.
    public var dates: Set<String> = [], truths: Set<String> = []
    /// What stood for a missing value in the table it learned from, beside what always does.
    public var missingValues: Set<String> = []
    /// What to remember beside the weights: the file, the split, the scores.
    public var notes: [String: String] = [:]

    /// A model that is not trained yet.
    public init(features: [String], target: String, network: MLPRegressor) {
        self.features = features
        self.target = target
        self.network = network
    }

    /// Scales, in double precision, and trains: `x` is [rows, features], `y` [rows].
    ///
    /// - Parameter dtype: of the network's weights; by default that of `x`. Give it rather than an `x` in single
    ///   precision, which does not hold dates, identifiers and small changes of large values.
    /// - Throws: `EstimatorError` where shapes do not fit or a value is NaN or infinite, `TrainingError` where the
    ///   loss became infinite or NaN.
    public mutating func fit(_ x: Tensor, _ y: Tensor, dtype: DType? = nil) throws {
        let dtype = dtype ?? (x.dtype == .float32 ? .float32 : .float64)
        (featureRanges, targetRange) = (Self.ranges(of: x), Self.ranges(of: y.reshaped([-1, 1])).first)
        let scaledX = try featureScaler.fitTransform(x.cast(to: .float64)).cast(to: dtype)
        let scaledY = try targetScaler.fitTransform(y.cast(to: .float64).reshaped([-1, 1])).cast(to: dtype)
        try network.fit(scaledX, scaledY.flattened())
        // Early stopping, as in scikit-learn, takes the best weights even of a training that broke down.
        if let epoch = network.lossCurve.firstIndex(where: { !$0.isFinite }) {
            throw TrainingError(
                description:
                    "in epoch \(epoch + 1) the loss became \(network.lossCurve[epoch].isNaN ? "NaN" : "infinite"), so nothing was learned; lower the learning rate, or look for values far off the others"
            )
        }
    }

    /// Of each column of a matrix; empty where one holds what has no place in a range.
    private static func ranges(of x: Tensor) -> [ClosedRange<Double>] {
        let x = x.cast(to: .float64), least = x.min(axis: 0).doubles, greatest = x.max(axis: 0).doubles
        guard zip(least, greatest).allSatisfy({ $0.isFinite && $1.isFinite && $0 <= $1 }) else { return [] }
        return zip(least, greatest).map { $0...$1 }
    }

    /// The predicted target of each row of `x`, [rows, features], in its own units.
    ///
    /// - Throws: `EstimatorError` where the model is not trained or `x` does not fit it.
    public func predict(_ x: Tensor) throws -> [Double] {
        let scaled = try featureScaler.transform(x.cast(to: .float64)).cast(to: network.coefs[0].dtype)
        return try targetScaler.inverseTransform(network.predict(scaled).cast(to: .float64).reshaped([-1, 1])).doubles
    }

    /// The features, with word of what the model expects where one is no number.
    private func numbers(of table: Table) throws -> Tensor {
        do { return try table.matrix(of: features) } catch var error as DataError {
            guard let place = error.column, case .text(_, _, let text) = table.columns[place - 1].values else {
                throw error
            }
            let name = table.columns[place - 1].name
            let remedy =
                dates.contains(name)
                ? "the model reads dates there, such as 2020-01-31"
                : truths.contains(name)
                    ? "the model reads True and False there, or 1 and 0"
                    : ["true", "false", "yes", "no"].contains(text.lowercased())
                        ? "the model was trained on numbers there: write 1 and 0"
                        : "mend it, or say so where it means a missing value (--missing-values)"
            error.message += "; \(remedy)"
            throw error
        }
    }

    /// The predicted target of each row of a table, missing features filled if the model was trained so; NaN where a
    /// feature is missing and it was not.
    ///
    /// - Throws: `DataError` where the table lacks a feature, or one is no number or infinite, with the line.
    public func predict(_ table: Table) throws -> [Double] {
        let rows = table.rowCount, width = features.count
        var values = try numbers(of: table).doubles
        if let i = values.firstIndex(where: \.isInfinite) {
            throw table.failure(inRow: i / width, of: features[i % width], ": an infinite value cannot be used")
        }
        var hasGap = [Bool](repeating: false, count: rows)
        for i in values.indices where values[i].isNaN {
            if featureFill.isEmpty { hasGap[i / width] = true }
            values[i] = featureFill.isEmpty ? featureScaler.mean[i % width] : featureFill[i % width]
        }
        let predicted = try predict(Tensor(values, shape: [rows, width]))
        return zip(predicted, hasGap).map { $1 ? .nan : $0 }
    }
}

// MARK: - Files

extension TableModel {
    /// What the file says beside the weights, as JSON in its metadata.
    private struct Configuration: Codable {
        var features: [String]
        var target: String
        var activation: MLPRegressor.Activation
        var notes: [String: String]
        // Files of earlier versions know none of these.
        var dates: Set<String>?, truths: Set<String>?, missingValues: Set<String>?
    }

    package static let format = "tern.table-model/1"

    /// Writes weights, scalers, ranges, column names and notes to one safetensors file.
    ///
    /// - Throws: `DataError` where the file cannot be written; nothing is left half-written.
    public func write(to path: String) throws {
        var tensors: [String: Tensor] = [
            "features.mean": Tensor(featureScaler.mean), "features.scale": Tensor(featureScaler.scale),
            "target.mean": Tensor(targetScaler.mean), "target.scale": Tensor(targetScaler.scale),
        ]
        for (name, ranges) in [("features.range", featureRanges), ("target.range", targetRange.map { [$0] } ?? [])]
        where !ranges.isEmpty {
            tensors[name] = Tensor(ranges.flatMap { [$0.lowerBound, $0.upperBound] }, shape: [ranges.count, 2])
        }
        if !featureFill.isEmpty { tensors["features.fill"] = Tensor(featureFill) }
        for (i, coef) in network.coefs.enumerated() { tensors["coefs.\(i)"] = coef }
        for (i, intercept) in network.intercepts.enumerated() { tensors["intercepts.\(i)"] = intercept }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let configuration = try encoder.encode(
            Configuration(
                features: features, target: target, activation: network.activation, notes: notes, dates: dates,
                truths: truths,
                missingValues: missingValues))
        try Safetensors(
            tensors: tensors,
            metadata: [
                "format": Self.format, "maker": TernVersion.maker,
                "configuration": String(decoding: configuration, as: UTF8.self),
            ]
        ).write(to: path)
    }

    /// Reads a file that ``write(to:)`` wrote; what early versions did not write is empty.
    ///
    /// - Throws: `DataError` where the file cannot be read, is damaged, or holds something else.
    public init(contentsOf path: String) throws {
        if let kind = FileKind(of: path), kind != .safetensors {
            throw DataError(file: path, kind.complaint(insteadOf: "model of `tern fit`"))
        }
        let file = try Safetensors(contentsOf: path)
        guard file.metadata["format"] == Self.format, let text = file.metadata["configuration"],
            let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(text.utf8))
        else { throw DataError(file: path, "this file holds tensors but no model of `tern fit`") }
        func numbered(_ name: String) -> [Tensor] {
            var tensors: [Tensor] = []
            while let tensor = file.tensors["\(name).\(tensors.count)"] { tensors.append(tensor) }
            return tensors
        }
        func scaler(_ name: String, _ count: Int) throws -> StandardScaler {
            guard let mean = file.tensors["\(name).mean"], let scale = file.tensors["\(name).scale"],
                mean.shape == [count], scale.shape == [count]
            else { throw DataError(file: path, "the model lacks the scaling of its \(name)") }
            return StandardScaler(mean: mean.doubles, scale: scale.doubles)
        }
        guard !configuration.features.isEmpty else { throw DataError(file: path, "the model has no features") }
        let coefs = numbered("coefs"), intercepts = numbered("intercepts")
        let widths = [configuration.features.count] + coefs.map { $0.shape.last ?? 0 }
        guard !coefs.isEmpty, coefs.count == intercepts.count,
            coefs.indices.allSatisfy({
                coefs[$0].shape == [widths[$0], widths[$0 + 1]] && intercepts[$0].shape == [widths[$0 + 1]]
            }),
            widths.last == 1, let dtype = coefs.first?.dtype, dtype.isFloatingPoint,
            (coefs + intercepts).allSatisfy({ $0.dtype == dtype })
        else { throw DataError(file: path, "the layers of the model do not fit together") }
        self.init(
            features: configuration.features, target: configuration.target,
            network: MLPRegressor(coefs: coefs, intercepts: intercepts, activation: configuration.activation))
        featureScaler = try scaler("features", features.count)
        targetScaler = try scaler("target", 1)
        if let fill = file.tensors["features.fill"] {
            guard fill.shape == [features.count] else {
                throw DataError(
                    file: path,
                    "what stands in for missing features has the shape \(fill.shape); there are \(features.count) features"
                )
            }
            featureFill = fill.doubles
        }
        /// Files of earlier versions have none.
        func ranges(_ name: String, _ count: Int) throws -> [ClosedRange<Double>] {
            guard let tensor = file.tensors["\(name).range"] else { return [] }
            let ends = tensor.doubles
            guard tensor.shape == [count, 2], ends.allSatisfy(\.isFinite),
                (0..<count).allSatisfy({ ends[2 * $0] <= ends[2 * $0 + 1] })
            else {
                throw DataError(file: path, "the file is damaged: the ranges of its \(name) are none")
            }
            return (0..<count).map { ends[2 * $0]...ends[2 * $0 + 1] }
        }
        featureRanges = try ranges("features", features.count)
        targetRange = try ranges("target", 1).first
        notes = configuration.notes
        (dates, truths) = (configuration.dates ?? [], configuration.truths ?? [])
        missingValues = configuration.missingValues ?? []
    }
}
