import Foundation

/// The program that draws.
enum Gnuplot {
    static let install =
        "gnuplot is not installed; install it (Debian, Ubuntu: apt-get install gnuplot-nox; macOS: brew install gnuplot)"

    /// Where the program lies, nil where it is not installed.
    static var path: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").map { "\($0)/gnuplot" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a script in a folder of its own and returns what it drew to the file of this name, or else what it printed.
    ///
    /// Nobody's settings are read: not those of the system or the home folder, nor those of the environment
    /// (gnuplot(1), `-d`).
    static func run(_ script: String, drawing name: String? = nil) throws -> Data {
        guard let path else { throw PlotError(install) }
        let script = try GnuplotScript(script)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tern-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch { throw PlotError("\(folder.path) cannot be made; is there room for temporary files?") }
        defer { try? FileManager.default.removeItem(at: folder) }
        do { try Data(script.text.utf8).write(to: folder.appendingPathComponent("figure.gp")) } catch {
            throw PlotError("\(folder.path) cannot be written to; is there room for temporary files?")
        }
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-d", "figure.gp"]
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { throw PlotError("gnuplot cannot be started: \(error.localizedDescription)") }
        let watch = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: watch)
        defer { watch.cancel() }
        // Read one side aside, lest a full pipe stops the other.
        let box = DataBox()
        let reader = Thread { box.fill(errors.fileHandleForReading.readDataToEndOfFile()) }
        reader.start()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal, process.terminationStatus == SIGKILL {
            throw PlotError(
                "gnuplot was stopped: it did not finish within \(patience) s (TERN_GNUPLOT_SECONDS allows more), or the system lacked memory"
            )
        }
        guard process.terminationStatus == 0 else {
            let message = String(decoding: box.wait(), as: UTF8.self).split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            .filter { !$0.isEmpty && $0 != "^" }.joined(separator: " ").replacing("\"figure.gp\"", with: "script")
            throw PlotError("gnuplot could not draw the figure: \(message)")
        }
        guard let name else { return printed }
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)), !data.isEmpty else {
            throw PlotError("gnuplot has drawn nothing")
        }
        return data
    }

    /// The seconds that a figure may take.
    private static var patience: Double {
        ProcessInfo.processInfo.environment["TERN_GNUPLOT_SECONDS"].flatMap { Double($0) }.flatMap {
            $0 > 0 ? min($0, 1e6) : nil
        } ?? 120
    }

    /// Where fonts are told, and nothing that gnuplot would read settings, drivers or programs from.
    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter {
            ["FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR"].contains($0.key)
        }
        .merging(["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]) { $1 }
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
