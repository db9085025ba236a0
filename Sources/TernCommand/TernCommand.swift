import ArgumentParser
import Foundation
import Tern

@main
struct TernCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tern",
        abstract: "Neural networks for the geo and environmental sciences.",
        discussion: """
            Train a network on a table, look at it, and predict with it:

              tern fit examples/mauna_loa_co2.csv --target co2 --output co2.safetensors
              tern inspect co2.safetensors
              tern predict co2.safetensors examples/mauna_loa_co2.csv --output predicted.csv

            TERN_NUM_THREADS sets the number of threads (default: one per processor); results \
            have the same bits on any number. TERN_ISA=avx512|avx2|portable asks for a lower \
            instruction set.
            """,
        version: TernVersion.current,
        subcommands: [
            Fit.self, Train.self, Predict.self, Evaluate.self, Compare.self, MakeReport.self, Inspect.self,
            MakeData.self, LectureCommand.self, Descend.self, StudioCommand.self,
            Benchmark.self, Unpack.self,
        ])

    static func main() {
        StandardStreams.prepare()
        Interruption.prepare()
        do {
            if let complaint = Machine.complaint ?? TernVersion.complaint { throw UsageError(complaint) }
            var command = try parseAsRoot()
            try command.run()
        } catch let end as Interrupted {
            fflush(nil)
            tell(end.description)
            _exit(128 + end.signal)
        } catch let error as any CommandFailure {
            // Libraries' own last words (HDF5 after a full disk) may crash; ours have been said.
            fflush(nil)
            tell("error: \(error)")
            _exit(1)
        } catch {
            // Help and what is wrong with arguments, which may name files.
            let code = exitCode(for: error), text = fullMessage(for: error)
            if !text.isEmpty { code.isSuccess ? print(text) : tell(text) }
            Foundation.exit(code.rawValue)
        }
    }
}

/// What is wrong with the user's data: one line on standard error and exit status 1.
protocol CommandFailure: Error, CustomStringConvertible {}

extension EstimatorError: CommandFailure {}

/// A mistake in what was asked for.
struct UsageError: CommandFailure {
    let description: String
    init(_ description: String) { self.description = description }
}
