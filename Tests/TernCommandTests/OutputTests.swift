import Foundation
import TestSupport
import Testing

/// What `-o` replaces, and the endings that it takes.
@Suite struct OutputTests {
    private let folder = TemporaryFolder()

    private func tableAndModel() throws {
        _ = folder.write("x,y\n" + (0..<40).map { "\($0),\($0 * $0 % 17)\n" }.joined(), as: "t.csv")
        #expect(
            try Tool(["fit", "t.csv", "--target", "y", "--epochs", "1", "-q", "-o", "m.safetensors"], in: folder).status
                == 0)
    }

    @Test func onlyWhatTernWroteIsReplaced() throws {
        try tableAndModel()
        _ = folder.write("mine", as: "notes"); _ = folder.write("a,b\n1,2\n", as: "mine.csv");
        _ = folder.write("step,temperature\n1,2\n", as: "other.csv")
        _ = folder.write("<html>mine</html>", as: "mine.png"); _ = folder.write(#"{"mine": 1}"#, as: "mine.json")
        for (line, file) in [
            ("tern fit t.csv --target y --epochs 1 -q -o notes", "notes"),
            ("tern fit t.csv --target y --epochs 1 -q -o mine.csv", ""),
            ("tern predict m.safetensors t.csv -q -o mine.csv", "mine.csv"),
            ("tern descend --steps 1 --no-figure --csv other.csv", "other.csv"),
            ("tern descend --steps 1 -o mine.png", "mine.png"),
            ("tern benchmark --case chain --quick --json mine.json", "mine.json"),
            ("ln -s notes l; tern fit t.csv --target y --epochs 1 -q -o l", "l"),
        ] {
            let before = file.isEmpty ? nil : FileManager.default.contents(atPath: folder.path(file))
            let tool = try Tool(shell: line, in: folder)
            let said =
                file.isEmpty
                ? "mine.csv: .csv is no ending of a model of `tern fit` (safetensors), which is written; name it mine.safetensors"
                : "\(file): this is a"
            #expect(tool.status != 0 && tool.error.contains(said), "\(line): \(tool)")
            if let before, file != "l" {
                #expect(FileManager.default.contents(atPath: folder.path(file)) == before, "\(line)")
            }
        }
        #expect(FileManager.default.contents(atPath: folder.path("notes")) == Data("mine".utf8))
    }

    @Test func theLectureReplacesNoFilesOfAFolderOfItsName() throws {
        for name in ["results/numbers.json", "results/neuron/mine.csv"] {
            let path = folder.url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            _ = folder.write("precious", as: name)
            let tool = try Tool(["lecture", "--quick", "-q", "--section", "neuron", "-o", "results.html"], in: folder)
            #expect(tool.status == 1 && tool.error.contains("\(name): no report wrote this file"), "\(tool.error)")
            #expect(try String(contentsOf: path, encoding: .utf8) == "precious")
            try FileManager.default.removeItem(at: path)
        }
    }

    /// The shell makes a home of "~", and what it leaves is a name.
    @Test func aFolderOfTheNameOfAHomeIsNone() throws {
        try FileManager.default.createDirectory(atPath: folder.path("~/tables"), withIntermediateDirectories: true)
        let tool = try Tool(["descend", "--steps", "1", "--no-figure", "--csv", "~/tables/s.csv"], in: folder)
        #expect(tool.status == 0 && FileManager.default.fileExists(atPath: folder.path("~/tables/s.csv")), "\(tool)")
    }

    @Test func ownFilesAndEmptyOnesAreReplaced() throws {
        try tableAndModel()
        let line =
            "touch p.csv && tern predict m.safetensors t.csv -q -o p.csv && tern predict m.safetensors t.csv -q -o p.csv"
            + " && tern fit t.csv --target y --epochs 1 -q -o m.safetensors && tern descend --steps 1 --no-figure --csv d.csv && tern descend --steps 1 --no-figure --csv d.csv"
        let tool = try Tool(shell: line, in: folder)
        #expect(tool.status == 0, "\(tool.error)")
    }

    @Test func predictionsMayBeATableWithTabs() throws {
        try tableAndModel()
        let line = "tern predict m.safetensors t.csv -q -o p.tsv && tern predict m.safetensors t.csv -q -o p.tsv"
        let tool = try Tool(shell: line + "; head -1 p.tsv", in: folder)
        #expect(tool.output == "x\ty\tpredicted_y\n", "\(tool)")
    }

    @Test(arguments: [
        ("predict m.safetensors t.csv -o", "p.nc", "p.csv"), ("predict m.safetensors t.csv -o", "p.csv.gz", "p.csv"),
        ("fit t.csv --target y -o", "sub.d/notes.txt", "sub.d/notes.safetensors"),
        ("descend --steps 1 --no-figure --csv", "x.png", "x.csv"),
    ])
    func anEndingOfAnotherFormIsRefused(_ command: String, _ name: String, _ better: String) throws {
        try tableAndModel()
        let tool = try Tool(shell: "mkdir sub.d; tern \(command) \(name)", in: folder)
        #expect(
            tool.status != 0 && tool.error.contains("name it \(better)")
                && !FileManager.default.fileExists(atPath: folder.path(name)), "\(tool)")
    }
}
