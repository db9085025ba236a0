import Foundation
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
            try OwnProcess.run(
                program, ["predict", place.folder, input, "--output", output], work, hiding: folder.path)
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
}
