import Foundation
import TestSupport
import Testing

/// Trainings that are long, many, or on any number of threads.
@Suite struct EnduranceTests {
    private func soak(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ProgramRun {
        try ProgramRun(
            ProgramRun.product("soak"), arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }

    /// Whole trainings, of networks of all kinds, of the default for tables and of a Gaussian process, have the same
    /// bits on any number of threads, Tern's and those of the library of linear algebra.
    @Test func trainingsHaveTheSameBitsOnAnyNumberOfThreads() throws {
        let runs = try ["1", "2", "3", "7"].map {
            try soak(["bits"], ["TERN_NUM_THREADS": $0, "OPENBLAS_NUM_THREADS": $0])
        }
        #expect(runs[0].output.split(separator: "\n").count == 10, "\(runs[0])")
        for run in runs { #expect(run.status == 0 && run.output == runs[0].output, "\(run.output)\(runs[0].output)") }
    }

    /// `Scripts/soak.sh` does the same for 10,000 epochs and 1,000 models. A sanitizer keeps memory of its own.
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm")),
        .disabled(if: ProcessInfo.processInfo.environment["TERN_SANITIZER"] != nil),
        arguments: [("epochs", 600), ("models", 100), ("cancelled", 60), ("broken", 100), ("threads", 60)])
    func nothingGrows(mode: String, count: Int) throws {
        let run = try soak([mode, "\(count)"], ["TERN_NUM_THREADS": "2"])
        #expect(run.status == 0 && run.output.hasSuffix("\(mode): nothing grew\n"), "\(run.output)\(run.error)")
    }

    @Test func trainNamesTheLayerThatBreaks() throws {
        let small = try SmallExperiment()
        for more in [[], ["--debug-numerics"]] {
            let train = try Tool(
                ["train", "small.yaml", "-q", "-o", "run", "--set", "training.learning_rate=1e30"] + more,
                in: small.folder)
            #expect(train.status == 1 && train.error.contains("lower training.learning_rate"), "\(train.error)")
            #expect(train.error.contains("(step ") && train.error.contains("layer"), "\(train.error)")
            #expect(!FileManager.default.fileExists(atPath: small.folder.path("run/report.html")))
        }
    }
}
