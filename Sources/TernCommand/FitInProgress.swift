import Foundation
import Tern
import TernExperiment
import TernText

/// What is kept of a fit beside the model that it is to write: its arguments, where it began, and how its files are known
/// again.
struct FitInProgress: Codable {
    let arguments: [String]
    /// The working directory.
    let folder: String
    private let files: DataMarks
    private let maker: String, instructionSet: String

    /// - Parameter paths: of the table, and of what else is read.
    init(arguments: [String], reading paths: [String]) throws {
        self.arguments = arguments
        folder = FileManager.default.currentDirectoryPath
        files = try DataMarks(of: paths)
        (maker, instructionSet) = (TernVersion.maker, Machine.instructionSet)
    }

    static func folder(beside model: String) -> String { model + FitFolder.ending }

    /// The fit of a model, its command, and what is kept as it is; works in its working directory from then on.
    ///
    /// - Throws: `DataError` where nothing is kept, it is damaged, or it is of another model or other files.
    static func resume(_ model: String) throws -> (command: Fit, description: Data) {
        let kept = folder(beside: model)
        guard let data = FitFolder.description(in: kept) else {
            throw DataError(file: model, "nothing is kept of its fit (\(kept)): it ended, or never began; fit it anew")
        }
        func damaged(_ what: String) -> DataError {
            DataError(file: "\(kept)/\(FitFolder.descriptionFile)", "\(what); remove the folder and fit anew")
        }
        guard let work = try? JSONFileDecoder().decode(Self.self, from: data),
            let command = try? Fit.parse(work.arguments),
            command.resume == nil
        else { throw damaged("the file is damaged") }
        guard let place = FilePath.real(kept) else { throw damaged("the folder cannot be found") }
        guard FileManager.default.changeCurrentDirectoryPath(work.folder) else {
            throw damaged("the fit began in \(work.folder), which is not there")
        }
        guard FilePath.real(folder(beside: command.modelPath)) == place else {
            throw damaged(
                "the fit is to write \(command.modelPath), seen from \(work.folder), and no model beside this folder: put it back"
            )
        }
        try DataMarks(of: command.readFiles).check(work.files)
        if let text = noteOfOrigin("fit", maker: work.maker, instructionSet: work.instructionSet) {
            tell("warning: \(text)")
        }
        return (command, data)
    }

    var encoded: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return try encoder.encode(self)
        }
    }
}
