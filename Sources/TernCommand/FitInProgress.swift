import Foundation
import Tern
import TernExperiment

/// What is kept of a fit that takes long, beside the model that it is to write: its arguments, and how it is known again.
struct FitInProgress: Codable {
    let arguments: [String]
    private let data: DataMarks, maker: String, instructionSet: String

    init(arguments: [String], data: String) throws {
        self.arguments = arguments
        self.data = try DataMarks(of: [data])
        (maker, instructionSet) = (TernVersion.maker, Machine.instructionSet)
    }

    /// - Throws: `DataError` where nothing is kept of a model's fit.
    init(of model: String) throws {
        let folder = Self.folder(beside: model)
        guard let data = FitFolder.description(in: folder) else {
            throw DataError(
                file: model,
                "nothing is kept of its fit (\(folder)): it ended, or had not taken long; fit it anew")
        }
        do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
            throw DataError(file: folder, "what is kept is damaged; remove the folder and fit anew")
        }
    }

    static func folder(beside model: String) -> String { model + ".training" }

    var encoded: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return try encoder.encode(self)
        }
    }

    /// - Throws: `DataError` where the table is another now. That Tern is another is told.
    func check(_ path: String) throws {
        try DataMarks(of: [path]).check(data)
        if (maker, instructionSet) != (TernVersion.maker, Machine.instructionSet) {
            tell(
                "warning: the fit was begun by \(maker) on \(instructionSet): it ends near, but not at the bits to which it would have come"
            )
        }
    }
}
