import Foundation
import TestSupport

/// Runs the command line as a user does: as a process.
struct Tool {
    var status: Int32, output: String, error: String

    /// Runs a line of the shell in which `tern` is the command, for what only a shell can set up.
    init(shell line: String, in folder: TemporaryFolder? = nil, environment: [String: String] = [:]) throws {
        try self.init("/bin/sh", ["-c", "tern() { '\(Self.path)' \"$@\"; }; " + line], in: folder, environment)
    }

    init(_ arguments: [String], in folder: TemporaryFolder? = nil, environment: [String: String] = [:]) throws {
        try self.init(Self.path, arguments, in: folder, environment)
    }

    static var path: String { URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("tern").path }

    private init(_ program: String, _ arguments: [String], in folder: TemporaryFolder?, _ environment: [String: String]) throws {
        let process = Process(), out = Pipe(), err = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        // Tests run side by side already.
        let alone = ["TERN_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]
        process.environment = ProcessInfo.processInfo.environment.merging(alone) { $1 }.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = folder.url }
        process.standardOutput = out
        process.standardError = err
        try process.run()
        output = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        error = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}
