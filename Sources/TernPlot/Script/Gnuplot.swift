import Foundation

/// The program that draws.
enum Gnuplot {
    static let install = "gnuplot is not installed; install it (Debian, Ubuntu: apt-get install gnuplot-nox; macOS: brew install gnuplot)"

    /// Where the program lies, nil where it is not installed.
    static var path: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map { "\($0)/gnuplot" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a script and returns what it printed.
    @discardableResult
    static func run(_ script: String) throws -> String {
        guard let path else { throw PlotError(install) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tern-\(UUID().uuidString).gp")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [file.path]
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Read one side aside, lest a full pipe stops the other.
        let box = DataBox()
        let reader = Thread { box.fill(errors.fileHandleForReading.readDataToEndOfFile()) }
        reader.start()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let message = String(decoding: box.wait(), as: UTF8.self).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty && $0 != "^" }.joined(separator: " ").replacing(file.path, with: "script")
            throw PlotError("gnuplot could not draw the figure: \(message)")
        }
        return String(decoding: printed, as: UTF8.self)
    }

    /// Data from another thread.
    private final class DataBox: @unchecked Sendable {
        private var data = Data()
        private let done = DispatchSemaphore(value: 0)
        func fill(_ data: Data) {
            self.data = data
            done.signal()
        }
        func wait() -> Data {
            done.wait()
            return data
        }
    }
}
