import ArgumentParser
import Foundation
import Tern
import TernText

/// Times Tern and, where Python environments are given, its peers on the same work.
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training against scikit-learn, Keras, PyTorch and JAX, fields against xarray.",
        discussion: """
            Cases:
            \(BenchmarkName.allCases.map { "  \($0)  \($0.type.summary)" }.joined(separator: "\n"))
              tables  predictions of the default estimators of tables, on the tables that Scripts/tables has made \
            (--tables)

            Each library works in a process of its own, with the same shapes of data and number of threads, and all \
            take turns. Imports and the making of data are not timed; the first call, with tracing and compilation, \
            stands apart. Beside the runs the machine's own speed is measured, and whether others use it. \
            Scripts/peers.sh makes an environment of the peers; several may be given:

              tern benchmark --case sst --python venv/bin/python --threads 2 --json sst.json
            """)

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("A case, or all but tables; may be given several times.", valueName: "case"))
    var work: [String] = ["all"]

    @Option(help: ArgumentHelp("A Python with any of the peers; may be given several times.", valueName: "path"))
    var python: [String] = []

    @Option(help: ArgumentHelp("Leave a peer out, such as torch-compiled; may be given often.", valueName: "peer"))
    var without: [String] = []

    @Option(help: "Threads for all libraries (default: TERN_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Option(help: "Turns of each; a turn is as many runs as fit into 30 ms, at least one (default: 7).")
    var repeats: Int?

    @Option(help: ArgumentHelp("Write all that was measured to a file.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("The folder of tables that the case tables predicts.", valueName: "folder"))
    var tables: String?

    @Option(help: ArgumentHelp("The folder of predictions beside the tables.", valueName: "name"))
    var label = "tern"

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A hyperparameter of the case tables, in JSON.", valueName: "name=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Time this part, or predict this table, only; may be given several times.", valueName: "name"))
    var only: [String] = []

    @Flag(help: "Small data and two turns, to see that all cases work; the times say nothing.")
    var quick = false

    @Option(help: .hidden)
    var serveIn: String?

    func validate() throws {
        try check("--threads", threads, in: 1...4096)
        try check("--repeats", repeats, in: 1...100_000)
        let known = BenchmarkName.allCases.map(\.rawValue) + ["all", "tables"]
        for name in work where !known.contains(name) {
            throw ValidationError("--case is \(name); the cases are \(known.joined(separator: ", ")).")
        }
        let peers = Peers.titles.keys.filter { $0 != "tern" }.sorted()
        for peer in without where !peers.contains(peer) {
            let peers = peers.joined(separator: ", ")
            throw ValidationError("--without is \(peer); the peers are \(peers).")
        }
        guard serveIn == nil else { return }
        if !work.contains("tables") {
            let given = [(tables != nil, "--tables"), (label != "tern", "--label"), (!settings.isEmpty, "--set")]
            if let option = given.first(where: \.0)?.1 {
                throw ValidationError("\(option) is for the case tables; give --case tables.")
            }
            // Of tables the folder says which there are.
            for name in only where !parts.contains(name) {
                throw ValidationError(
                    "--only is \(name), which no case has; the parts are \(Set(parts).sorted().joined(separator: ", "))."
                )
            }
        } else if cases.isEmpty {
            let given = [
                (json != nil, "--json"), (!python.isEmpty, "--python"), (repeats != nil, "--repeats"),
                (quick, "--quick"), (!without.isEmpty, "--without"),
            ]
            if let option = given.first(where: \.0)?.1 {
                throw ValidationError("\(option) is for the cases that are timed; leave it out with --case tables.")
            }
        }
        if quick, repeats != nil { throw ValidationError("--repeats: --quick takes two turns; leave one of both out.") }
    }

    /// The names of all parts of the cases.
    private var parts: [String] { cases.flatMap { $0.type.parts(isQuick: quick).map(\.name) } }

    private var cases: [BenchmarkName] {
        BenchmarkName.allCases.filter { work.contains("all") || work.contains($0.rawValue) }
    }

    func run() throws {
        if let folder = serveIn {
            let setting = BenchmarkSetting(isQuick: quick, folder: URL(fileURLWithPath: folder))
            guard work.count == 1, let name = BenchmarkName(rawValue: work[0]) else {
                throw UsageError("--serve-in is for one case")
            }
            return try BenchmarkServer(name: name, setting: setting).serve()
        }
        if let json {
            try checkWritable(json)
            try OutputKind.benchmark.check(json)
        }
        if let threads { setenv("TERN_NUM_THREADS", "\(threads)", 1) }
        if work.contains("tables") { try predictTables() }
        for path in python where !FileManager.default.isExecutableFile(atPath: path) {
            throw UsageError(
                "there is no Python at \(path); give --python the interpreter of an environment with the peers")
        }
        // A contestant that has ended is told by its answer, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        let threads = ThreadPool.shared.threads,
            folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("tern-benchmark-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var record = BenchmarkRecord(threads: threads)
        let peers = try Peers(pythons: python, threads: threads, folder: folder)
        if !cases.isEmpty { print(record.heading) }
        let progress = BenchmarkProgress(parts: cases.reduce(0) { $0 + parts(of: $1).count })
        for name in cases {
            let results = try compare(name, peers, progress, threads: threads, in: folder)
            record.results += results
            print("\n" + (name.type.sharesProcess ? BenchmarkText.rows(results) : BenchmarkText.tables(results)))
            fflush(nil)
            try json.map { try record.write(to: $0) }
        }
    }

    /// The parts of a case that are asked for.
    private func parts(of name: BenchmarkName) -> [BenchmarkPart] {
        name.type.parts(isQuick: quick).filter { only.isEmpty || only.contains($0.name) }
    }

    private func compare(
        _ name: BenchmarkName, _ peers: Peers, _ progress: BenchmarkProgress, threads: Int, in folder: URL
    ) throws -> [Contest.Result] {
        let type = name.type
        let setting = BenchmarkSetting(isQuick: quick, folder: folder.appendingPathComponent(name.rawValue))
        try FileManager.default.createDirectory(at: setting.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: setting.folder) }
        try type.makeFiles(setting)
        func contestants() throws -> [Contestant] {
            let arguments = ["benchmark", "--case", name.rawValue, "--serve-in", setting.folder.path]
            let tern = try Contestant(
                "tern", executable: URL(fileURLWithPath: Bundle.main.executablePath!),
                arguments: arguments + (quick ? ["--quick"] : []), threads: threads, folder: folder)
            return [tern] + (try peers.contestants(type.peers.filter { !without.contains($0) }, name, setting))
        }
        var shared: [Contestant]?
        defer { shared?.forEach { $0.end() } }
        return try parts(of: name).map { part in
            let contest = Contest(part: part, turns: quick ? 2 : repeats ?? 7, isQuick: quick, progress: progress)
            if type.sharesProcess {
                if shared == nil { shared = try contestants() }
                return contest.run(name, shared!, isFresh: false)
            }
            let fresh = try contestants()
            defer { fresh.forEach { $0.end() } }
            return contest.run(name, fresh, isFresh: true)
        }
    }

    private func predictTables() throws {
        guard let tables else { throw UsageError("the case tables needs --tables, a folder that Scripts/tables made") }
        let parameters = try settings.map { text -> (String, ParameterValue) in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2,
                let value = try? JSONDecoder().decode(ParameterValue.self, from: Data(parts[1].utf8))
            else { throw UsageError("--set is \(text); it must be a name, =, and a value in JSON") }
            return (parts[0], value)
        }
        let work = TableScores(
            folder: tables, label: label, parameters: Dictionary(parameters) { _, last in last })
        let names = try work.names()
        if let other = only.first(where: { !names.contains($0) && !parts.contains($0) }) {
            throw UsageError(
                "--only is \(other), and \(tables) has no such table; it has \(names.joined(separator: ", "))")
        }
        for name in names where only.isEmpty || only.contains(name) {
            print("\(name) \(String(format: "%.1f s", try work.predict(name)))")
        }
    }
}
