import Foundation
import Tern
import TestSupport
import Testing

@Suite struct BenchmarkTests {
    private let folder = TemporaryFolder()

    /// Cases by what their tables begin with.
    @Test(arguments: [
        ("lecture", ["lecture, float32, a fit", "lecture, float64, a fit"]), ("table", ["table, float64, an epoch"]),
        ("chain", ["chain, float32, a fit"]), ("classifier", ["classifier, float32, an epoch"]),
        ("gp", ["gp, float64, a fit"]), ("sst", ["sst, training, an epoch", "sst, inference, a batch of 128"]),
        ("mnist", ["mnist, training, an epoch"]), ("climate", ["climate, training, a step"]),
        ("unet", ["unet, inference, a batch of 8"]), ("lstm", ["lstm, training, 10 steps"]),
        ("fold", ["fold, folds, five folds"]),
        ("inference", ["inference, sst, a sample", "inference, unet, a sample"]),
        ("python", ["python, predict, a sample of sst"]), ("layers", ["1 1 1 1 forward", "128 128 7 2 gradients"]),
        ("optimizer", ["SGD, momentum", "Lion"]), ("fields", ["read packed.zarr", "rolling mean"]),
    ])
    func everyCaseRuns(_ name: String, _ titles: [String]) throws {
        let benchmark = try Tool(["benchmark", "--case", name, "--quick"], in: folder)
        #expect(benchmark.status == 0, "\(benchmark.error)")
        for title in titles { #expect(benchmark.output.contains(title), "\(benchmark.output)") }
        #expect(!benchmark.output.contains("ended with status"), "\(benchmark.output)")
        #expect(folder.contents.isEmpty)
    }

    @Test func allMeasurementsAreWritten() throws {
        let benchmark = try Tool(["benchmark", "--case", "chain", "--quick", "--json", "chain.json"], in: folder)
        #expect(benchmark.status == 0, "\(benchmark.error)")
        let record = try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: folder.url.appending(path: "chain.json")))
        let result = try #require(record.results.first)
        #expect(result.work == "chain" && result.part.steps == 100 && result.product > 0 && result.copy > 0)
        let tern = try #require(result.entries.first)
        #expect(tern.key == "tern" && tern.seconds.count >= 2 && tern.seconds.allSatisfy { $0 > 0 })
        // Tracing and planning are in the first.
        #expect(try #require(tern.first) > tern.seconds.min()!)
    }

    /// Of what `--json` writes.
    private struct Record: Decodable {
        struct Result: Decodable {
            var work: String, part: Part, entries: [Entry], product: Double, copy: Double
        }
        struct Part: Decodable { var steps: Int }
        struct Entry: Decodable { var key: String, first: Double?, seconds: [Double] }
        var results: [Result]
    }

    @Test func aPeerStandsBesideTern() throws {
        let benchmark = try compared(with: #"echo '{"version": "1.0", "first": 2, "value": 5}'"#)
        #expect(benchmark.status == 0, "\(benchmark.error)")
        let line = benchmark.output.split(separator: "\n").first { $0.hasPrefix("JAX 1.0") }
        // Turns of 1 and 3 seconds.
        #expect(
            line?.split(separator: " ").dropFirst(2).prefix(4) == ["1000", "2000", "20.0", "2000"],
            "\(benchmark.output)")
        #expect(benchmark.output.contains("JAX has 5 there: it has not done the same work"), "\(benchmark.output)")
    }

    @Test func aPeerThatEndsIsTold() throws {
        let benchmark = try compared(with: "echo no luck >&2; exit 3")
        #expect(benchmark.status == 0, "\(benchmark.error)")
        #expect(benchmark.output.contains("ended with status 3: no luck"), "\(benchmark.output)")
    }

    @Test(arguments: [
        ("echo NaN", "its answer cannot be read: NaN"),
        (#"echo '{"version": "1.0", "first": 2, "value": "nan"}'"#, "JAX has nan there"),
    ])
    func aPeerWhoseAnswerIsNoNumberIsTold(_ answer: String, _ expected: String) throws {
        let benchmark = try compared(with: answer)
        #expect(benchmark.status == 0 && benchmark.output.contains(expected), "\(benchmark)")
    }

    /// The case chain beside a script in the place of Python, which speaks as peers.py does.
    private func compared(with preparation: String) throws -> Tool {
        let script = """
            #!/bin/sh
            case "$*" in *--list*) echo jax; exit;; esac
            while read word rest; do
                case $word in
                    prepare) \(preparation);;
                    run) echo '{"seconds": [1, 3]}';;
                    end) exit;;
                esac
            done
            """
        let path = folder.write(script, as: "python")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return try Tool(["benchmark", "--case", "chain", "--quick", "--python", path], in: folder)
    }

    @Test(arguments: [
        (["--case", "lectures"], "--case is lectures; the cases are lecture, table, chain,"),
        (["--without", "torch-fast"], "--without is torch-fast; the peers are jax,"),
        (["--without", "tern"], "--without is tern; the peers are jax,"),
        (["--repeats", "3"], "--repeats: --quick takes two turns"),
        (["--case", "tables", "--tables", "."], "--quick is for the cases that are timed"),
        (["--python", "nowhere/python"], "there is no Python at nowhere/python"),
        (["--case", "chain", "--only", "epoch"], "--only is epoch, which no case has; the parts are"),
        (["--case", "chain", "--set", "maxEpochs=2"], "--set is for the case tables"),
        (["--tables", "."], "--tables is for the case tables"),
        (["--serve-in", "."], "--serve-in is for one case"),
        (["--case", "chain", "--json", "nowhere/chain.json"], "nowhere"),
        (["--case", "chain", "--json", "chain.csv"], "name it chain.json"),
    ])
    func whatIsNotKnownIsRefused(_ arguments: [String], _ message: String) throws {
        let benchmark = try Tool(["benchmark", "--quick"] + arguments, in: folder)
        #expect(benchmark.status != 0 && benchmark.error.contains(message), "\(benchmark.error)")
    }

    @Test func theBenchmarkPredictsTables() throws {
        let rows = (0..<40).map { "\($0 % 2 + 1),\($0),\(2 * $0 + 5)" }
        try FileManager.default.createDirectory(atPath: folder.path("tables"), withIntermediateDirectories: true)
        _ = folder.write((["fold,x,target"] + rows).joined(separator: "\n"), as: "tables/line.csv")
        let arguments = ["benchmark", "--case", "tables", "--tables", "tables", "--label", "mine"]
        let benchmark = try Tool(arguments + ["--set", "maxEpochs=2"], in: folder)
        #expect(benchmark.status == 0, "\(benchmark.error)")
        let table = try Table(csv: folder.path("tables/predictions/mine/line.csv"))
        #expect(table.columnNames == ["row", "p0"])
        expectClose(try table.numbers(of: "p0"), try table.numbers(of: "row").map { 2 * $0 + 5 }, 0.05)
        for (setting, words) in [("maxEpochs", "a value in JSON"), ("epochs=2", "there is no parameter \"epochs\"")] {
            let wrong = try Tool(arguments + ["--set", setting], in: folder)
            #expect(wrong.status != 0 && wrong.error.contains(words), "\(wrong.error)")
        }
        let other = try Tool(arguments + ["--only", "lin"], in: folder)
        #expect(other.status == 1 && other.error.contains("--only is lin, and tables has no such table; it has line"))
        let timed = try Tool(arguments + ["--json", "x.json"], in: folder)
        #expect(timed.status != 0 && timed.error.contains("--json is for the cases that are timed"), "\(timed.error)")
        let nowhere = try Tool(["benchmark", "--case", "tables"], in: folder)
        #expect(nowhere.status != 0 && nowhere.error.contains("needs --tables"), "\(nowhere.error)")
    }
}
