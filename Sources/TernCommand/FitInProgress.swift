import Foundation
import Tern
import TernExperiment

/// What is kept of a fit that takes long, beside the model that it is to write: its arguments, and how it is known again.
struct FitInProgress: Codable {
    let arguments: [String]
    private var data: DataMarks?
    private let maker: String, instructionSet: String

    init(arguments: [String]) {
        self.arguments = arguments
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

    /// As it is kept, with how the table's file is known again.
    func encoded(data path: String) throws -> Data {
        var work = self
        work.data = try data ?? DataMarks(of: [path])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(work)
    }

    /// - Throws: `DataError` where the table is another now. That Tern is another is told.
    func check(_ path: String) throws {
        if let data { try DataMarks(of: [path]).check(data) }
        if (maker, instructionSet) != (TernVersion.maker, Machine.instructionSet) {
            tell(
                "warning: the fit was begun by \(maker) on \(instructionSet): it ends near, but not at the bits to which it would have come"
            )
        }
    }
}
