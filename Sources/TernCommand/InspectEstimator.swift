import Tern
import TernText

/// Prints which estimator a file holds, its parameters and the arrays that it has learned.
struct EstimatorReport {
    private let archive: EstimatorArchive, estimator: any Estimator

    /// nil where the file holds no estimator.
    ///
    /// - Throws: `DataError` where it holds one that is damaged.
    init?(_ path: String) throws {
        guard let archive = try? EstimatorFile(contentsOf: path).archive else { return nil }
        self.archive = archive
        estimator = try readEstimator(contentsOf: path)
    }

    func printAll() throws {
        print("a \(type(of: estimator).kind)" + parts)
        if let search = estimator as? any ParameterSearch {
            print("\n" + search.description.printable(keepingLines: true))
        }
        let parameters = try estimator.parameters.sorted { $0.key < $1.key }
        if !parameters.isEmpty {
            print(
                "\n"
                    + textTable(
                        [["parameter", "value"]]
                            + parameters.map { [$0.key.printable, $0.value.description.shortened(to: 100).printable] }))
        }
        if !archive.tensors.isEmpty {
            print(
                "\n"
                    + textTable(
                        [["learned", "shape", "type"]]
                            + archive.tensors.sorted { $0.key < $1.key }.map {
                                [$0.key.printable, "\($0.value.shape)", "\($0.value.dtype)"]
                            }))
        }
    }

    /// Of what it is made.
    private var parts: String {
        switch estimator {
        case let pipeline as Pipeline: ": " + pipeline.steps.map { type(of: $0.estimator).kind }.joined(separator: ", ")
        case let search as any ParameterSearch: " of a \(type(of: search.estimator).kind)"
        case let regressor as TransformedTargetRegressor: " of a \(type(of: regressor.regressor).kind)"
        default: ""
        }
    }
}
