import Foundation
import Synchronization
import TernFiles

/// A command of this program in a process of its own: a damaged file may end it, and the page can abandon it.
enum OwnProcess {
    /// Those that run.
    private static let running = Mutex<Set<Int32>>([])

    static func endAll() {
        running.withLock { running in
            for number in running { kill(number, SIGKILL) }
        }
    }

    /// - Parameter folder: what is left out of the command's words, since the page knows no such place.
    /// - Throws: `StudioMistake` in the command's words.
    static func run(_ program: String, _ arguments: [String], _ work: StudioWork, hiding folder: String) throws {
        let process = Process(), errors = folder + "/errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: errors)
        do { try process.run() } catch {
            throw StudioMistake("tern \(arguments[0]) cannot be started: \(error.localizedDescription)")
        }
        let number = process.processIdentifier
        running.withLock { _ = $0.insert(number) }
        while process.isRunning {
            usleep(10_000)
            if work.isAbandoned { process.terminate() }
        }
        running.withLock { _ = $0.remove(number) }
        try work.checkAbandoned()
        if process.terminationReason == .exit, process.terminationStatus == 0 { return }
        if let complaint = process.complaintAboutEnd {
            throw StudioMistake("dropped.nc: \(complaint)", argument: "file")
        }
        let said = FileManager.default.contents(atPath: errors).map { String(decoding: $0.prefix(2000), as: UTF8.self) }
        let words = (said ?? "").replacing(folder + "/", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        throw StudioMistake(
            words.isEmpty ? "tern \(arguments[0]) ended without a word on this file" : words, argument: "file")
    }
}
