import Foundation
import Tern

/// The other libraries, timed by Python scripts in the environments that hold them.
struct Peers {
    let pythons: [String]
    let threads: Int, repeats: Int

    /// A line of a script.
    struct Measurement: Decodable {
        var peer: String
        var version: String?
        var what: String?
        var seconds: [Double]?
        /// What the fit has made small.
        var loss: Double?
        var error: String?
    }

    func times(estimatorsCase work: BenchmarkCase, _ dtype: DType) throws -> [Measurement] {
        try run(Data(PackageResources.peers_py), ["--case", work.rawValue, "--dtype", "\(dtype)"])
    }

    func times(networksCase work: BenchmarkCase) throws -> [Measurement] {
        try run(Data(PackageResources.peers_networks_py), ["--case", work.rawValue])
    }

    func times(fieldsIn folder: URL) throws -> [Measurement] {
        try run(Data(PackageResources.peers_fields_py), ["--data", folder.path])
    }

    /// The measurements of all environments; a peer that one of them lacks and another has is no error.
    private func run(_ script: Data, _ arguments: [String]) throws -> [Measurement] {
        let all = try pythons.flatMap { try run($0, script, arguments) }
        let measured = Set(all.filter { $0.error == nil }.map(\.peer))
        var missed = Set<String>()
        return all.filter { $0.error == nil || !measured.contains($0.peer) && missed.insert($0.peer).inserted }
    }

    private func run(_ python: String, _ script: Data, _ arguments: [String]) throws -> [Measurement] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tern-peers-\(getpid()).py")
        try script.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [file.path] + arguments + ["--threads", "\(threads)", "--repeats", "\(repeats)"]
        process.standardOutput = output
        // A file takes whatever comes, where a full pipe would stop both.
        let said = file.appendingPathExtension("txt")
        defer { try? FileManager.default.removeItem(at: said) }
        try Data().write(to: said)
        process.standardError = try FileHandle(forWritingTo: said)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let measured = data.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(Measurement.self, from: $0)
        }
        guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 else { return measured }
        let last = (try? String(contentsOf: said, encoding: .utf8))?.split(separator: "\n").last ?? "it said nothing"
        return measured + [
            Measurement(peer: python, error: "ended with status \(process.terminationStatus): \(last)")
        ]
    }
}
