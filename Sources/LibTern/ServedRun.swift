import Foundation
import Tern
import TernExperiment

/// A run of `tern train`: each variable is an input in its units, and each target an output.
final class ServedRun: ServedModel, @unchecked Sendable {
    private let run: Run
    private let predicting = NSLock()
    private let ports: (inputs: [Port], outputs: [Port])

    init(_ folder: String) throws {
        run = try Run(contentsOf: folder)
        if let complaint = run.preprocessing.complaintAboutArrays { throw ArgumentError("\(folder): \(complaint)") }
        func ports(_ variables: [Preprocessing.ArrayVariable]) -> [Port] {
            variables.map { Port($0.name, unit: $0.units, .float32, $0.shape) }
        }
        self.ports = (ports(run.preprocessing.arrayInputs), ports(run.preprocessing.arrayTargets))
    }

    override var inputs: [Port] { ports.inputs }
    override var outputs: [Port] { ports.outputs }
    // A layer is traced by one thread.
    override var turns: NSLock? { predicting }

    override var description: [String: ParameterValue] {
        ["kind": "run", "name": .text(run.experiment.name), "folder": .text(run.folder)]
    }

    override func predict(_ inputs: [Tensor], count: Int) throws -> [Tensor] {
        do { return Array(try run.predict(arrays: inputs).prefix(count)) } catch let error as DataError {
            // The run's own files are read when it is first asked.
            let isOfArrays = ports.inputs.contains { error.file == "input \"\($0.name)\"" }
            throw isOfArrays ? ValuesError(error.description) : error
        }
    }
}
