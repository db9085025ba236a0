import Foundation
import TernCore
import TernData
import TernFiles
import TernLearn

// An estimator in a file: its tensors as safetensors, and all else of it as JSON in the metadata.
extension Estimator {
    /// Writes the estimator to one file in the safetensors format, with all that it has learned: any estimator, pipeline
    /// or search.
    ///
    /// ```swift
    /// var model = Pipeline(StandardScaler(), Ridge(alpha: 0.1))
    /// let x = Tensor([[0.0], [1], [3]])
    /// try model.fit(x, Tensor([1.0, 3, 7]))
    /// try model.write(to: "line.safetensors")
    /// let same = try readEstimator(contentsOf: "line.safetensors", as: Pipeline.self)
    /// try same.predict(x) == model.predict(x)         // true, to the bit
    /// ```
    ///
    /// Numbers keep every bit. What is a function or an optimiser of one's own is not written: progress, `optimizer`.
    ///
    /// - Throws: `DataError` where the file cannot be written, and `EstimatorError` where the estimator does not encode
    ///   itself; nothing is left half-written.
    public func write(to path: String) throws {
        let archive = try EstimatorArchive(self)
        try Safetensors(
            tensors: archive.tensors,
            metadata: ["format": EstimatorFile.format, "maker": TernVersion.maker, "configuration": archive.text]
        ).write(to: path, hasChecksum: true)
    }
}

/// The estimator of a file that an estimator's `write(to:)` wrote, of whatever kind it is, or of the kind that is
/// wanted.
///
/// ```swift
/// var scaler = MinMaxScaler()
/// try scaler.fit(Tensor([[1.0], [3]]))
/// try scaler.write(to: "scaler.safetensors")
/// let found = try readEstimator(contentsOf: "scaler.safetensors")
/// type(of: found).kind                                                    // "MinMaxScaler"
/// let same = try readEstimator(contentsOf: "scaler.safetensors", as: (any Transformer).self)
/// try same.transform(Tensor([[2.0]]))                                     // [[0.5]]
/// ```
///
/// Estimators of your own must be registered before: `EstimatorRegistry.register`.
///
/// - Parameter type: the estimator's own type, or a protocol such as `(any Predictor).self`.
/// - Throws: `DataError` where the file cannot be read, is damaged, holds no estimator, or one of another type.
public func readEstimator<Kind>(contentsOf path: String, as type: Kind.Type = (any Estimator).self) throws -> Kind {
    try FileKind.check(path, isOneOf: .safetensors, as: "file of an estimator")
    let file = try EstimatorFile(contentsOf: path)
    guard let archive = file.archive else {
        throw DataError(
            file: path, "this file holds tensors but no estimator; one is written by an estimator's write(to:)")
    }
    let value: any Registered
    do { value = try archive.estimator() } catch let error as EstimatorError {
        throw DataError(file: path, error.description)
    }
    guard let estimator = value as? Kind else {
        throw DataError(file: path, "this file holds a \(Swift.type(of: value).kind), not the \(type) that is wanted")
    }
    return estimator
}

/// A file that may hold an estimator.
package struct EstimatorFile {
    package static let format = "tern.estimator/1"

    /// nil where the file holds something else.
    package let archive: EstimatorArchive?

    /// - Throws: `DataError` where the file is no whole safetensors file.
    package init(contentsOf path: String) throws {
        let file = try Safetensors(contentsOf: path)
        archive =
            file.metadata["format"] == Self.format
            ? EstimatorArchive(text: file.metadata["configuration"] ?? "", tensors: file.tensors) : nil
    }
}
