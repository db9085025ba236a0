import Foundation

/// A program that was run as a process: how it ended and what it printed.
public struct ProgramRun {
    public var status: Int32, output: String, error: String

    /// - Parameters:
    ///   - folder: where it runs, by default where the tests do.
    ///   - environment: all of it, by default that of the tests.
    public init(_ program: URL, _ arguments: [String], in folder: URL? = nil, environment: [String: String]? = nil)
        throws
    {
        let process = Process(), out = Pipe(), err = Pipe()
        process.executableURL = program
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let folder { process.currentDirectoryURL = folder }
        process.standardOutput = out
        process.standardError = err
        try process.run()
        // Both at once, lest a full pipe stops the program.
        nonisolated(unsafe) var said = Data()
        let reading = DispatchGroup()
        DispatchQueue.global().async(group: reading) { said = err.fileHandleForReading.readDataToEndOfFile() }
        output = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        reading.wait()
        error = String(decoding: said, as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// A program that was built with the tests.
    public static func product(_ name: String) -> URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name)
    }
}
