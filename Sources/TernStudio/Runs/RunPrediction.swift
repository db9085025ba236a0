import Foundation
import Synchronization
import Tern
import TernData
import TernExperiment

/// A prediction by a run for a file that was dropped on the page.
enum RunPrediction {
    /// Predicts by `tern predict` in a process of its own, where the program is known: a damaged file may end it, and the
    /// page can abandon it.
    ///
    /// - Throws: `StudioMistake` in the command's words, or where the run reads several files.
    static func fields(_ place: RunFolders.Place, _ work: StudioWork) throws -> ShownFields {
        let run = try Run(contentsOf: place.folder), names = run.experiment.data.files.keys.sorted()
        guard let file = work.attachment, !file.isEmpty else { throw StudioMistake("drop a NetCDF file on the page") }
        guard names.count == 1, run.experiment.data.runs == nil else {
            throw StudioMistake(
                "this run reads \(names.count == 1 ? "the files of several runs" : "several files (\(names.joined(separator: ", ")))"); predict with: tern predict \(place.folder) --file name=path"
            )
        }
        let folder = try TemporaryFolder()
        let input = try folder.keep(file, as: "dropped.nc"), output = folder.path + "/predicted.nc"
        if let program = work.setup.program {
            try predict(program, [place.folder, input, "--output", output], work, hiding: folder.path)
        } else {
            try run.predict(from: [names[0]: input], to: output, progress: { _, _ in }, note: { _ in })
        }
        try work.report(0.9)
        // Read whole, since the file goes.
        let targets = run.preprocessing.arrayTargets.map(\.name), data = try Dataset(contentsOf: output)
        return try ShownFields(
            Dataset(targets.filter { name in data.variables.contains { $0.name == name } }.map { try data.field($0) }),
            targets, isPrediction: true)
    }

    /// Those that run.
    private static let running = Mutex<Set<Int32>>([])

    static func endAll() {
        running.withLock { running in
            for number in running { kill(number, SIGKILL) }
        }
    }

    private static func predict(_ program: String, _ arguments: [String], _ work: StudioWork, hiding folder: String)
        throws
    {
        let process = Process(), errors = folder + "/errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["predict"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: errors)
        do { try process.run() } catch {
            throw StudioMistake("tern predict cannot be started: \(error.localizedDescription)")
        }
        let number = process.processIdentifier
        running.withLock { _ = $0.insert(number) }
        while process.isRunning {
            usleep(10_000)
            if work.isAbandoned { process.terminate() }
        }
        running.withLock { _ = $0.remove(number) }
        try work.checkAbandoned()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let said = FileManager.default.contents(atPath: errors).map {
                String(decoding: $0.prefix(2000), as: UTF8.self)
            }
            let words = (said ?? "").replacing(folder + "/", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
            throw StudioMistake(
                words.isEmpty ? "tern predict ended without a word on this file" : words, argument: "file")
        }
    }
}
