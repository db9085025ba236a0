import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// The articles in Sources/Tern/Tern.docc say what is so: their Swift is that of a program, which prints what stands
/// under it.
@Suite struct ArticlesTests {
    private static let names = [
        "ExperimentKeys", "FieldsFromNetCDF", "FirstNetwork", "FromKeras", "FromScikitLearn", "Reproducibility",
        "Speed", "TrainingLoops", "YourOwnParts",
    ]

    private static func article(_ name: String) throws -> String {
        try String(
            contentsOf: Fixture.root.appendingPathComponent("Sources/Tern/Tern.docc/\(name).md"), encoding: .utf8)
    }

    @Test func eachHasAProgram() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Fixture.root.appendingPathComponent("Sources/Tern/Tern.docc").path)
        let overview = try Self.article("Tern")
        #expect(Set(files.map { String($0.dropLast(3)) }) == Set(Self.names + ["Tern"]))
        for name in Self.names { #expect(overview.contains("<doc:\(name)>")) }
    }

    @Test(arguments: names) func theirSwiftIsThatOfAProgram(_ name: String) throws {
        let program = try String(
            contentsOf: Fixture.root.appendingPathComponent("Tests/Articles/\(name).swift"), encoding: .utf8)
        let shown = FencedBlock.marked("article", in: program),
            blocks = try FencedBlock.statements(in: Self.article(name))
        #expect(blocks == shown && !blocks.isEmpty)
    }

    @Test(arguments: names) func theirProgramsPrintWhatTheyShow(_ name: String) throws {
        let folder = TemporaryFolder(), run = try ProgramRun(ProgramRun.product("articles"), [name], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        var rest = run.output[...]
        for block in try FencedBlock.all(in: Self.article(name)) where block.language.isEmpty {
            let text = block.lines.joined(separator: "\n")
            guard let range = rest.range(of: text) else {
                Issue.record("\(name) says\n\(text)\nthe program prints\n\(rest)")
                break
            }
            rest = rest[range.upperBound...]
        }
    }

    /// TERN_WRITE_KEYS=1 writes it.
    @Test func theExperimentsKeysAreThoseOfTheCode() throws {
        let file = Fixture.root.appendingPathComponent("Sources/Tern/Tern.docc/ExperimentKeys.md")
        let text = try KeysArticle.text()
        if ProcessInfo.processInfo.environment["TERN_WRITE_KEYS"] != nil { try Data(text.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "run the tests with TERN_WRITE_KEYS=1")
    }

    @Test func theTableOfKerasNamesAllThatThereIs() throws {
        let article = try Self.article("FromKeras")
        // Other tests may have registered layers of their own.
        let kinds = LayerRegistry.kinds.filter {
            String(reflecting: LayerRegistry.prototype(of: $0)!.type).hasPrefix("TernNN.")
        }
        #expect(kinds.count > 80)
        let names = kinds.map { $0 == "ActivationLayer" ? "Activation" : $0 }
        for name in names { #expect(article.contains("`\(name)`"), "FromKeras.md does not name the layer \(name)") }
        let lower = article.lowercased()
        for optimizer in NamedOptimizer.allCases where optimizer != .momentum && optimizer != .nesterov {
            #expect(lower.contains("`\(optimizer.rawValue)`"), "it does not name the optimiser \(optimizer.rawValue)")
        }
        let plain = lower.replacing("_", with: "")
        for name in Loss.all.map(\.name) + Metric.all.map(\.name) {
            #expect(plain.contains(name.replacing("_", with: "")), "it does not name \(name)")
        }
    }
}
