import ArgumentParser
import Foundation
import Tern

/// For commands that read files at the mercy of a library.
struct ProcessArguments: ParsableArguments {
    @Flag(help: .hidden)
    var inThisProcess = false

    /// Whether a child process did the command's work, since HDF5 would read one of the files, or may read one of those
    /// that a pattern names.
    ///
    /// - Throws: ``UsageError`` where the library ended the child, and its status where it failed.
    func runsInChild(_ paths: [String]) throws -> Bool {
        guard !inThisProcess, let path = paths.first(where: mayHoldHDF5) else { return false }
        let arguments = CommandLine.arguments.dropFirst()
        guard
            let status = try ChildProcess.run(
                arguments.prefix(1) + ["--in-this-process"] + arguments.dropFirst(), reading: path)
        else { return false }
        if status != 0 { throw ExitCode(status) }
        return true
    }
}

/// What does not exist may be a pattern of files, as experiments have them.
private func mayHoldHDF5(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
        ? FileKind.holdsHDF5(path) : path.contains("{run}") || path.contains(where: "*?".contains)
}

/// Runs the command a second time, as a process of its own that reads a file at the mercy of a library: HDF5 may end
/// the process that reads a damaged file, and then only the child is lost.
enum ChildProcess {
    /// Runs the command with these arguments; what it prints goes where this process's output goes.
    ///
    /// - Returns: its exit status; nil where it could not be started.
    /// - Throws: ``UsageError`` about the file at `file` where a signal ended it.
    static func run(_ arguments: [String], reading file: String) throws -> Int32? {
        guard let path = Bundle.main.executablePath else { return nil }
        let process = Process(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardError = errors
        do { try process.run() } catch { return nil }
        // What a library says as it dies is no help to anybody.
        let said = Interruption.waiting(for: process.processIdentifier) {
            let said = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return said
        }
        // Whoever read its output has seen enough.
        if process.terminationReason == .uncaughtSignal, process.terminationStatus == SIGPIPE { return 128 + SIGPIPE }
        if let complaint = process.complaintAboutEnd { throw UsageError("\(file): \(complaint)") }
        StandardStreams.error(String(decoding: said, as: UTF8.self))
        return process.terminationStatus
    }
}
