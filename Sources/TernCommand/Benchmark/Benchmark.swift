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
              lecture  8 points of a sine, hidden layers 50 and 50, 200 steps of Adam
              table    100,000 rows of 20 features, hidden layers 100 and 100, batches of 200, one epoch
              classifier  60,000 rows of 784 features in 10 classes, a hidden layer of 100, batches of 200, one epoch
              gp       a Gaussian process of 2,000 points of 2 features, four hyperparameters fitted
              climate  the CNN-LSTM that emulates a climate model, 10 years of 96 x 144 x 4, batches of 16
              sst      a small CNN on sea-surface temperature, 14 x 19, 3,548 samples, batches of 128, one epoch
              unet     an encoder and decoder on 96 x 144 with 32 to 128 channels, batches of 8
              layers   single convolutions of 1 to 128 channels, kernels 1 to 7, strides 1 and 2
              optimizer  updates of 10 million parameters, beside a plain copy of as many bytes
              fields   reading and reducing 360 x 180 x 360 values, beside xarray
              tables   predictions of the default estimators of tables, on the tables that Scripts/tables has made \
            (--tables)

            All libraries get the same shapes of data and number of threads; what is done once (imports, \
            conversion, compilation) is not timed. Tern is timed before and after its peers, and the medians \
            are compared. Peers may live in several environments:

              tern benchmark --python venv/bin/python --python venv-tensorflow/bin/python --threads 2
            """)

    @Option(
        name: .customLong("case"),
        help: "lecture, table, classifier, gp, climate, sst, unet, layers, optimizer, fields, tables or all."
    )
    var work: BenchmarkCase = .all

    @Option(help: ArgumentHelp("A Python with any of the peers; may be given several times.", valueName: "path"))
    var python: [String] = []

    @Option(help: "Threads for all libraries (default: TERN_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Option(help: "Counted runs of each.")
    var repeats: Int = 7

    @Option(help: ArgumentHelp("The folder of tables that the case tables predicts.", valueName: "folder"))
    var tables: String?

    @Option(help: ArgumentHelp("The folder of predictions beside the tables.", valueName: "name"))
    var label = "tern"

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A hyperparameter of the case tables, in JSON.", valueName: "name=value"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Predict this table only; may be given several times.", valueName: "name"))
    var only: [String] = []

    @Flag(help: "Small data and a run of each, to see that all cases work; the times say nothing.")
    var quick = false

    func validate() throws {
        try check("--threads", threads, in: 1...4096)
        try check("--repeats", repeats, in: 1...100_000)
        if quick, !python.isEmpty { throw UsageError("--quick goes without peers: their data are of full size") }
    }

    func run() throws {
        if let threads { setenv("TERN_NUM_THREADS", "\(threads)", 1) }
        let repeats = quick ? 1 : repeats
        for path in python where !FileManager.default.isExecutableFile(atPath: path) {
            throw UsageError(
                "there is no Python at \(path); give --python the interpreter of an environment with the peers")
        }
        let peers = Peers(pythons: python, threads: ThreadPool.shared.threads, repeats: repeats)
        print("\(peers.threads) thread(s), median of \(2 * repeats) runs of Tern and \(repeats) of each peer")
        for work in work == .all ? BenchmarkCase.allCases.filter({ $0 != .all }) : [work] {
            switch work {
            case .lecture, .table: for dtype in [DType.float32, .float64] { try compareFits(work, dtype, peers) }
            case .classifier: try compareFits(work, .float32, peers)
            case .gp: try compareFits(work, .float64, peers)
            case .climate, .sst, .unet: try compareNetwork(NetworkTraining(work, isQuick: quick), peers)
            case .layers: try compareLayers(peers)
            case .optimizer: printUpdates(repeats)
            case .fields: try compareFields(peers)
            case .tables: try predictTables()
            case .all: break
            }
        }
    }

    private func predictTables() throws {
        guard let tables else {
            if work == .tables { throw UsageError("the case tables needs --tables, a folder that Scripts/tables made") }
            return
        }
        let parameters = try settings.map { text -> (String, ParameterValue) in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2,
                let value = try? JSONDecoder().decode(ParameterValue.self, from: Data(parts[1].utf8))
            else { throw UsageError("--set is \(text); it must be a name, =, and a value in JSON") }
            return (parts[0], value)
        }
        let work = TableScores(
            folder: tables, label: label, parameters: Dictionary(parameters) { _, last in last })
        for name in try work.names() where only.isEmpty || only.contains(name) {
            print(name, String(format: "%.1f s", try work.predict(name)))
        }
    }

    private func compareFits(_ work: BenchmarkCase, _ dtype: DType, _ peers: Peers) throws {
        let fit = EstimatorFit(work, dtype, isQuick: quick)
        var ours = try fit.time(peers.repeats)
        let theirs = try peers.times(estimatorsCase: work, dtype)
        ours.seconds += try fit.time(peers.repeats).seconds
        print("\n\(work), \(dtype)")
        printComparison(ours.seconds, theirs)
        print(String(format: "%@ after the fit: %.6g", work == .gp ? "negative log likelihood" : "loss", ours.loss))
        for peer in theirs {
            guard let loss = peer.loss, abs(loss - ours.loss) > 0.02 * abs(ours.loss) else { continue }
            print(String(format: "%@ has %.6g there: it has not done the same work", peer.peer, loss))
        }
    }

    private func compareNetwork(_ network: NetworkTraining, _ peers: Peers) throws {
        var ours = try network.time(peers.repeats)
        let theirs = try peers.times(networksCase: network.work)
        for (what, seconds) in try network.time(peers.repeats) { ours[what]! += seconds }
        let best = bestMatrixProduct()
        for what in ["training", "inference"] {
            print("\n\(network.work), float32, \(network.title(what))")
            printComparison(ours[what]!, theirs.filter { $0.what == what || $0.error != nil })
            let rate = network.arithmetic(what) / median(ours[what]!)
            print(
                String(
                    format: "%.2f GFLOP in convolutions at %.0f GFLOP/s: %.0f %% of the matrix product's %.0f",
                    network.arithmetic(what) / 1e9, rate / 1e9, rate / best * 100, best / 1e9))
        }
    }

    /// Tern's time and that of each peer, with their ratio.
    private func printComparison(_ seconds: [Double], _ peers: [Peers.Measurement]) {
        let ours = median(seconds)
        var rows = [["library", "ms", "times Tern"], ["Tern", String(format: "%.2f", ours * 1e3), "1.0"]]
        for peer in peers {
            guard let times = peer.seconds, !times.isEmpty else {
                rows.append([peer.peer, "-", peer.error ?? "no result"])
                continue
            }
            let theirs = median(times)
            rows.append([
                "\(peer.peer) \(peer.version ?? "")", String(format: "%.2f", theirs * 1e3),
                String(format: "%.1f", theirs / ours),
            ])
        }
        print(textTable(rows))
    }

    private func printUpdates(_ repeats: Int) {
        let count = quick ? 10_000 : 10_000_000, updates = OptimizerUpdate.all(count: count)
        let copy = OptimizerUpdate.copySpeed(count: count, repeats)
        var rows = [
            ["update of \(quick ? "10 thousand" : "10 million")", "ms", "GB/s", "of a copy"],
            ["copy", "", String(format: "%.1f", copy / 1e9), "1.00"],
        ]
        for update in updates {
            let seconds = median(update.time(repeats)), speed = update.byteCount / seconds
            rows.append([
                update.name, String(format: "%.2f", seconds * 1e3), String(format: "%.1f", speed / 1e9),
                String(format: "%.2f", speed / copy),
            ])
        }
        print("\noptimizer, float32\n" + textTable(rows))
    }

    private func compareFields(_ peers: Peers) throws {
        let work = try FieldWork(shape: quick ? [24, 18, 36] : [360, 180, 360])
        defer { work.remove() }
        var ours = try work.time(peers.repeats)
        let theirs = try peers.times(fieldsIn: work.folder)
        ours.merge(try work.time(peers.repeats)) { $0 + $1 }
        let size = work.shape.map(String.init).joined(separator: " x ")
        var rows = [["\(size), float32", "ms", "xarray ms", "times Tern"]]
        for name in FieldWork.names {
            let seconds = median(ours[name]!)
            var row = [name, String(format: "%.1f", seconds * 1e3)]
            let peer = theirs.first { $0.what == name || $0.what == nil }
            if let others = peer?.seconds, !others.isEmpty {
                row += [String(format: "%.1f", median(others) * 1e3), String(format: "%.1f", median(others) / seconds)]
            } else {
                row += ["-", peer?.error ?? "-"]
            }
            rows.append(row)
        }
        print("\nfields\n" + textTable(rows))
    }

    private func compareLayers(_ peers: Peers) throws {
        var ours: [String: [Double]] = [:]
        let input = quick ? [1, 8, 12] : [8, 48, 72], shapes = ConvolutionShape.all(input: input)
        for shape in shapes { ours.merge(shape.time(peers.repeats)) { $0 + $1 } }
        let theirs = try peers.times(networksCase: .layers)
        for shape in shapes { ours.merge(shape.time(peers.repeats)) { $0 + $1 } }
        let best = bestMatrixProduct()
        print(
            "\nlayers, float32: (\(input.map(String.init).joined(separator: ", ")), channels), kernel x kernel, no padding; gradients: forward and both gradients"
        )
        print(String(format: "%% of peak: of a matrix product of 512 x 512, %.0f GFLOP/s", best / 1e9))
        var rows = [
            [
                "channels", "kernel", "stride", "forward ms", "% of peak", "fastest peer", "gradients ms", "% of peak",
                "fastest peer",
            ]
        ]
        var slower: [String] = []
        for shape in shapes {
            var row = ["\(shape.inputs) -> \(shape.outputs)", "\(shape.kernel)", "\(shape.stride)"]
            for what in ["forward", "gradients"] {
                let seconds = median(ours[shape.key(what)]!), rate = shape.arithmetic(what) / seconds
                row += [String(format: "%.3f", seconds * 1e3), String(format: "%.0f", rate / best * 100)]
                let fastest = theirs.filter { $0.what == shape.key(what) && $0.seconds?.isEmpty == false }
                    .min { median($0.seconds!) < median($1.seconds!) }
                guard let fastest else { row.append("-"); continue }
                let ratio = median(fastest.seconds!) / seconds
                if ratio < 1 { slower.append(shape.key(what)) }
                row.append(String(format: "%.1f x (%@)", ratio, fastest.peer))
            }
            rows.append(row)
        }
        print(textTable(rows))
        for peer in theirs where peer.error != nil { print("\(peer.peer): \(peer.error!)") }
        if !theirs.isEmpty {
            print(
                slower.isEmpty
                    ? "No shape is slower than the fastest peer."
                    : "Slower than the fastest peer: \(slower.joined(separator: "; "))")
        }
    }
}

enum BenchmarkCase: String, ExpressibleByArgument, CaseIterable {
    case lecture, table, classifier, gp, climate, sst, unet, layers, optimizer, fields, tables, all
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let n = sorted.count
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
}

/// Seconds of each of `repeats` runs, after one that is not counted.
func times(_ repeats: Int, _ work: () throws -> Void) rethrows -> [Double] {
    try (0...repeats).map { _ in
        let start = ContinuousClock.now
        try work()
        return (ContinuousClock.now - start) / .seconds(1)
    }.dropFirst().map { $0 }
}

/// Operations a second of a matrix product of 512 x 512 in single precision: what this machine can do.
func bestMatrixProduct() -> Double {
    let size = 512
    let a = Tensor.ones([size, size]), plan = Plan(inputs: [a.spec, a.spec]) { [matmul($0[0], $0[1])] }
    return withExtendedLifetime(a) {
        for i in 0..<2 { a.withUnsafeBytes { plan.bind(i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) } }
        return 2 * pow(Double(size), 3) / times(30) { plan.run() }.min()!
    }
}
