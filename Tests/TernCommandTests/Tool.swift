import Foundation
import TestSupport

/// Runs the command line as a user does: as a process.
struct Tool {
    var status: Int32, output: String, error: String

    init(_ arguments: [String], in folder: TemporaryFolder? = nil, environment: [String: String] = [:]) throws {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process(), out = Pipe(), err = Pipe()
        process.executableURL = products.appendingPathComponent("tern")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
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
