import ArgumentParser
import Foundation
import Tern

/// Times Tern and, where a Python environment is given, its peers on the same work.
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training against scikit-learn, PyTorch and JAX.",
        discussion: """
            Cases:
              lecture  8 points of a sine, hidden layers 50 and 50, 200 steps of Adam
              table    100,000 rows of 20 features, hidden layers 100 and 100, batches of 200, one epoch

            All libraries get the same data, weights and number of threads; what is done once (imports, \
            conversion, compilation) is not timed. Tern is timed before and after its peers, and the medians \
            are compared.

              tern benchmark --python venv/bin/python --threads 2
            """)

    enum Case: String, ExpressibleByArgument, CaseIterable { case lecture, table, all }

    @Option(name: .customLong("case"), help: "lecture, table or all.")
    var work: Case = .all

    @Option(help: ArgumentHelp("A Python with any of scikit-learn, torch and jax.", valueName: "path"))
    var python: String?

    @Option(help: "Threads for all libraries (default: TERN_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Option(help: "Counted runs of each.")
    var repeats: Int = 7

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); it must be at least 1.") }
        if repeats < 1 { throw ValidationError("--repeats is \(repeats); it must be at least 1.") }
    }

    func run() throws {
        if let threads { setenv("TERN_NUM_THREADS", "\(threads)", 1) }
        if let python, !FileManager.default.isExecutableFile(atPath: python) {
            throw UsageError("there is no Python at \(python); give --python the interpreter of an environment with the peers")
        }
        let threads = ThreadPool.shared.threads
        print("\(threads) thread(s), median of \(2 * repeats) runs of Tern and \(repeats) of each peer")
        for name in work == .all ? ["lecture", "table"] : [work.rawValue] {
            for dtype in [DType.float32, .float64] {
                let job = Job(name, dtype)
                var seconds = try job.time(repeats)
                let peers = try python.map { try runPeers($0, name, dtype, threads) } ?? []
                seconds += try job.time(repeats)
                report(name, dtype, median(seconds), peers)
            }
        }
    }

    private func report(_ name: String, _ dtype: DType, _ ours: Double, _ peers: [Peer]) {
        print("\n\(name), \(dtype)")
        var rows = [["library", "ms", "times Tern"], ["Tern", String(format: "%.2f", ours * 1e3), "1.0"]]
        for peer in peers {
            guard let seconds = peer.seconds, !seconds.isEmpty else {
                rows.append([peer.peer, "-", peer.error ?? "no result"])
                continue
            }
            let theirs = median(seconds)
            rows.append(["\(peer.peer) \(peer.version ?? "")", String(format: "%.2f", theirs * 1e3), String(format: "%.1f", theirs / ours)])
        }
        print(textTable(rows))
    }

    // MARK: Peers

    /// A line of peers.py.
    private struct Peer: Decodable {
        var peer: String
        var version: String?
        var seconds: [Double]?
        var error: String?
    }

    private func runPeers(_ python: String, _ name: String, _ dtype: DType, _ threads: Int) throws -> [Peer] {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("tern-peers-\(getpid()).py")
        try Data(PackageResources.peers_py).write(to: script)
        defer { try? FileManager.default.removeItem(at: script) }
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            script.path, "--case", name, "--dtype", "\(dtype)", "--threads", "\(threads)", "--repeats", "\(repeats)",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Peer.self, from: $0) }
    }
}

/// Training runs as peers.py does them.
private struct Job {
    let x: Tensor, y: Tensor
    var model: MLPRegressor

    init(_ name: String, _ dtype: DType) {
        if name == "lecture" {
            var random = RandomState(seed: 0)
            let points = random.uniform(low: -4, high: 4, count: 8)
            x = Tensor(points, shape: [8, 1]).cast(to: dtype)
            y = sin(Tensor(points)).cast(to: dtype)
            model = MLPRegressor(hiddenLayerSizes: [50, 50], maxIter: 200, randomState: 42, tol: 0, nIterNoChange: 1 << 40)
        } else {
            var random = Generator(seed: 0)
            let features = Tensor(random.standardNormal(count: 2_000_000), shape: [100_000, 20])
            func column(_ i: Int) -> Tensor { features[.all, i] }
            let signal = sin(2 * column(0)) + column(1) * column(2) + tanh(column(3) - column(4))
                + 0.5 * square(column(5)) + 0.3 * column(6)
            x = features.cast(to: dtype)
            y = (signal + 0.1 * Tensor(random.standardNormal(count: 100_000))).cast(to: dtype)
            model = MLPRegressor(hiddenLayerSizes: [100, 100], batchSize: 200, maxIter: 1, randomState: 42)
        }
    }

    /// Seconds of each of `repeats` trainings, after one that is not counted.
    func time(_ repeats: Int) throws -> [Double] {
        var model = model
        return try (0...repeats).map { _ in
            let start = ContinuousClock.now
            try model.fit(x, y)
            return (ContinuousClock.now - start) / .seconds(1)
        }.dropFirst().map { $0 }
    }
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let n = sorted.count
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
}
