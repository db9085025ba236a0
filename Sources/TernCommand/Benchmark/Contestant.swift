import Foundation
import Tern
import TernText

/// A process that does the work of one library, run by run as it is told.
final class Contestant {
    /// Who it is: "tern", or a peer as the scripts call it.
    let key: String
    private let process = Process()
    private let input = Pipe(), output = Pipe()
    private let complaints: URL
    private var unread = Data()

    /// What keeps all libraries to AVX2 where Tern does, by `TERN_ISA` or for want of more. ONNX Runtime and MLX know no
    /// such setting.
    private static let sameInstructions =
        Machine.instructionSet != "avx2"
        ? [:]
        : [
            "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "OPENBLAS_CORETYPE": "Haswell",
            "MKL_ENABLE_INSTRUCTIONS": "AVX2", "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        ]

    /// Starts the process.
    ///
    /// - Parameter folder: where what it says on standard error goes: a file takes whatever comes, where a full pipe
    ///   would stop both.
    init(_ key: String, executable: URL, arguments: [String], threads: Int, folder: URL) throws {
        self.key = key
        complaints = folder.appendingPathComponent("\(key)-\(UUID().uuidString).txt")
        try Data().write(to: complaints)
        process.executableURL = executable
        process.arguments = arguments
        process.environment = Self.sameInstructions.merging(ProcessInfo.processInfo.environment) { $1 }.merging(
            ["TERN_NUM_THREADS": "\(threads)", "TORCHINDUCTOR_CACHE_DIR": folder.path]
        ) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
    }

    /// Makes data and model, and runs once.
    func prepare(_ part: BenchmarkPart) -> BenchmarkServer.Answer { ask("prepare \(part.name)") }

    /// As many runs as fit into `seconds`, at least one.
    func run(seconds: Double) -> BenchmarkServer.Answer { ask("run \(seconds)") }

    /// Ends the process.
    func end() {
        try? input.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func ask(_ question: String) -> BenchmarkServer.Answer {
        do {
            try input.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
            guard let line = try readLine() else { return BenchmarkServer.Answer(error: lastWords) }
            if let answer = try? JSONDecoder.ofAllNumbers.decode(BenchmarkServer.Answer.self, from: line) {
                return answer
            }
            // It waits for the next question.
            return BenchmarkServer.Answer(
                error: "its answer cannot be read: \(String(decoding: line, as: UTF8.self).shortened(to: 100))")
        } catch { return BenchmarkServer.Answer(error: lastWords) }
    }

    private func readLine() throws -> Data? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread = Data(unread[(end + 1)...]) }
                return unread[..<end]
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }

    private var lastWords: String {
        process.waitUntilExit()
        let last = (try? String(contentsOf: complaints, encoding: .utf8))?.split(separator: "\n").last
        return "ended with status \(process.terminationStatus): \(last ?? "it said nothing")"
    }
}
