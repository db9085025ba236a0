import Foundation
import Tern
import TestSupport
import Testing

/// Trainings that end before their time, and go on.
@Suite struct InterruptionTests {
    private static let long = ["--set", "training.epochs=400", "--set", "model.ensemble=2"]

    /// Trains in the background until a file appears, then sends a signal, and waits for the end.
    ///
    /// - Returns: what the process said on standard error, and how it ended.
    private func interrupt(
        _ small: SmallExperiment, _ arguments: [String], when file: String, signal: String
    ) throws -> Tool {
        let line = """
            "$tern" train \(arguments.joined(separator: " ")) & process=$!
            while [ ! -e \(file) ] && kill -0 $process 2> /dev/null; do sleep 0.005; done
            kill -s \(signal) $process; wait $process
            """
        return try Tool(shell: line, in: small.folder)
    }

    /// All files of a folder but what tells the time.
    private func contents(_ path: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            found[name] = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
        }
        return found
    }

    @Test(
        arguments: [
            ("-o run", "run/training/network-1/previous.safetensors"),
            ("-o run", "run/training/network-2/latest.safetensors"),
            (
                "-o run --folds 2 --set split.validation=null --set split.test=null",
                "run/training/fold-2/network-1/latest.safetensors"
            ),
            ("-o run --set data.streaming=true --set data.chunk=50", "run/training/network-2/previous.safetensors"),
        ])
    func aKilledTrainingEndsInTheBitsOfOneThatWasNot(_ options: String, _ file: String) throws {
        let small = try SmallExperiment()
        let arguments = ["small.yaml", "-q", "--set", "output.figures=false"] + Self.long
        let options = options.split(separator: " ").map(String.init)
        let whole = try Tool(["train"] + arguments + options.map { $0 == "run" ? "whole" : $0 }, in: small.folder)
        #expect(whole.status == 0, "\(whole.error)")
        let killed = try interrupt(
            small, arguments + options + ["--checkpoint-every", "3steps"], when: file, signal: "KILL")
        #expect(killed.status == 137, "\(killed.status) \(killed.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: small.folder.path("run")) == ["training"])
        let resumed = try Tool(
            ["train", "--resume", "run", "-q", "--checkpoint-every", "1h"], in: small.folder,
            environment: ["TERN_NUM_THREADS": "2"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try contents(small.folder.path("run")) == contents(small.folder.path("whole")))
    }

    @Test(arguments: [("INT", Int32(130)), ("TERM", 143), ("USR1", 138)])
    func aSignalEndsTrainingInOrderAndNamesTheCommandThatGoesOn(_ signal: String, _ status: Int32) throws {
        let small = try SmallExperiment()
        let ended = try interrupt(
            small,
            ["small.yaml", "-o", "run", "--set", "output.figures=false"] + Self.long
                + ["--checkpoint-every", "1epoch"],
            when: "run/training/network-1/latest.safetensors", signal: signal)
        #expect(
            ended.status == status && ended.error.hasSuffix("interrupted; go on with: tern train --resume run\n"),
            "\(ended)")
        // Nothing lies about but what is needed.
        let left = try FileManager.default.subpathsOfDirectory(atPath: small.folder.path("run"))
        #expect(!left.contains { $0.hasSuffix(".tmp") || $0.hasSuffix("lock") }, "\(left)")
        let early = try small.tern("predict", "run", "fields.nc", "-o", "x.nc")
        #expect(early.status == 1 && early.error.contains("tern train --resume run"), "\(early.error)")
        #expect(try small.tern("train", "--resume", "run", "--checkpoint-every", "1h").status == 0)
        let again = try small.tern("train", "--resume", "run")
        #expect(again.status == 1 && again.error.contains("this run is finished"), "\(again.error)")
    }

    @Test func aRunUnderWayIsRefusedToAnotherProcess() throws {
        let small = try SmallExperiment()
        let ended = try Tool(
            shell: """
                "$tern" train small.yaml -o run -q --checkpoint-every 1epoch \(Self.long.joined(separator: " ")) & process=$!
                while [ ! -e run/training/network-1/latest.safetensors ] && kill -0 $process; do sleep 0.01; done
                tern train --resume run; echo $?
                kill -9 $process
                """, in: small.folder)
        #expect(ended.output.hasPrefix("1\n"), "\(ended.output)")
        #expect(ended.error.contains("run: another process writes to it: process "), "\(ended.error)")
    }

    @Test func dataThatHaveChangedAreRefused() throws {
        let small = try SmallExperiment()
        _ = try interrupt(
            small, ["small.yaml", "-q", "-o", "run", "--checkpoint-every", "1epoch"] + Self.long,
            when: "run/training/network-1/latest.safetensors", signal: "KILL")
        try SmallExperiment.dataset(models: 0..<6, years: 41).write(to: small.folder.path("fields.nc"))
        let resumed = try small.tern("train", "--resume", "run")
        #expect(
            resumed.status == 1 && resumed.error.contains("fields.nc: this is not the file that the run began with"),
            "\(resumed.error)")
        // What was trained is still there.
        #expect(FileManager.default.fileExists(atPath: small.folder.path("run/training/network-1/latest.safetensors")))
    }

    @Test func aFolderWithoutATrainingCannotGoOn() throws {
        let small = try SmallExperiment()
        let none = try small.tern("train", "--resume", "absent")
        #expect(none.status == 1 && none.error.contains("no run that was interrupted"), "\(none.error)")
        let both = try small.tern("train", "small.yaml", "--resume", "absent")
        #expect(both.status == 64 && both.error.contains("leave out the file"), "\(both.error)")
        // Longer than a clock of a run goes.
        let endless = try small.tern("train", "small.yaml", "--checkpoint-every", "999999999h")
        #expect(endless.status != 0 && endless.error.contains("an interval such as 30s"), "\(endless)")
        let odd = try small.tern("train", "small.yaml", "--checkpoint-every", "often")
        #expect(odd.status == 64 && odd.error.contains("30s, 5min"), "\(odd.error)")
    }

    @Test(
        arguments: [
            "--estimator tabular", "--estimator mlp --epochs 1000 --no-early-stopping",
            "--estimator tabular --epochs 60 --cross-validate 3",
        ])
    func aKilledFitEndsInTheBitsOfOneThatWasNot(_ options: String) throws {
        let folder = TemporaryFolder()
        var random = RandomState(seed: 4)
        let rows = (0..<300).map { _ in
            let x = random.standardNormal(count: 3)
            return "\(x[0]),\(x[1]),\(sin(2 * x[0]) + x[1] * x[1] + 0.1 * x[2])"
        }
        _ = folder.write((["a,b,y"] + rows).joined(separator: "\n") + "\n", as: "t.csv")
        let arguments = "t.csv --target y -q " + options
        #expect(try Tool(shell: "tern fit \(arguments) -o whole.safetensors", in: folder).status == 0)
        let killed = try Tool(
            shell: """
                "$tern" fit \(arguments) -o m.safetensors --checkpoint-every 1epoch & process=$!
                while ! ls m.safetensors.training/*previous* > /dev/null 2>&1 && kill -0 $process; do sleep 0.005; done
                kill -s KILL $process; wait $process
                """, in: folder)
        #expect(killed.status == 137, "\(killed.error)")
        let again = try Tool(shell: "tern fit \(arguments) -o m.safetensors", in: folder)
        #expect(
            again.status == 1 && again.error.contains("go on with: tern fit --resume m.safetensors"), "\(again.error)")
        let resumed = try Tool(
            ["fit", "--resume", "m.safetensors", "--checkpoint-every", "1h"], in: folder,
            environment: ["TERN_NUM_THREADS": "2"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try contents(folder.url.path).keys.sorted() == ["m.safetensors", "t.csv", "whole.safetensors"])
        #expect(
            FileManager.default.contentsEqual(
                atPath: folder.path("m.safetensors"), andPath: folder.path("whole.safetensors")))
    }

    @Test func anInterruptedSearchGoesOn() throws {
        let folder = TemporaryFolder()
        let rows = (0..<200).map { "\($0 % 17),\($0 % 5),\(sin(Double($0 % 17)))" }
        _ = folder.write((["a,b,y"] + rows).joined(separator: "\n") + "\n", as: "t.csv")
        _ = folder.write(
            "parameters: {hiddenLayerSizes: [[8], [16]], learningRate: [0.001, 0.01]}\n", as: "search.yaml")
        let arguments = "t.csv --target y --search search.yaml --epochs 30"
        let ended = try Tool(
            shell: """
                "$tern" fit \(arguments) -o m.safetensors --checkpoint-every 1epoch & process=$!
                while [ ! -e m.safetensors.training/search-search-1.latest.safetensors ] && kill -0 $process; do sleep 0.005; done
                kill -s TERM $process; wait $process
                """, in: folder)
        #expect(
            ended.status == 143 && ended.error.hasSuffix("interrupted; go on with: tern fit --resume m.safetensors\n"),
            "\(ended)")
        let resumed = try Tool(["fit", "--resume", "m.safetensors"], in: folder)
        let whole = try Tool(shell: "tern fit \(arguments) -o whole.safetensors", in: folder)
        #expect(resumed.status == 0 && whole.status == 0, "\(resumed.error) \(whole.error)")
        #expect(
            FileManager.default.contentsEqual(
                atPath: folder.path("m.safetensors"), andPath: folder.path("whole.safetensors")))
    }

    // MARK: What is kept belongs to its work

    @Test func aConfigurationThatWasChangedIsRefused() throws {
        let small = try SmallExperiment()
        _ = try interrupt(
            small, ["small.yaml", "-q", "-o", "run", "--checkpoint-every", "1epoch"] + Self.long,
            when: "run/training/network-1/latest.safetensors", signal: "KILL")
        let path = small.folder.path("run/training/experiment.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = small.folder.write(text.replacing("0.01", with: "0.5"), as: "run/training/experiment.yaml")
        let changed = try small.tern("train", "--resume", "run")
        #expect(
            changed.status == 1 && changed.error.contains("experiment.yaml: this was changed after the run began"),
            "\(changed.error)")
        // What others have put into the folder is not the run's to replace.
        _ = small.folder.write(text, as: "run/training/experiment.yaml")
        _ = small.folder.write("mine", as: "run/scores.json")
        let foreign = try small.tern(
            "train", "--resume", "run", "-q", "--checkpoint-every", "1h")
        #expect(
            foreign.status == 1 && foreign.error.contains("run/scores.json: this is not of the run"), "\(foreign.error)"
        )
        #expect(try String(contentsOfFile: small.folder.path("run/scores.json"), encoding: .utf8) == "mine")
        try FileManager.default.removeItem(atPath: small.folder.path("run/scores.json"))
        #expect(try small.tern("train", "--resume", "run", "-q").status == 0)
    }

    @Test func aFitIsGoneOnWithByItsOwnCommandAlone() throws {
        let folder = TemporaryFolder()
        let rows = (0..<300).map { "\($0 % 17),\($0 % 5),\(sin(Double($0 % 17)))" }
        _ = folder.write((["a,b,y"] + rows).joined(separator: "\n") + "\n", as: "t.csv")
        let killed = try Tool(
            shell: """
                "$tern" fit t.csv --target y -q -o "my m.safetensors" --checkpoint-every 1epoch & process=$!
                while ! ls my*/*latest* > /dev/null 2>&1 && kill -0 $process; do sleep 0.005; done
                tern fit t.csv --target y -q -o "my m.safetensors" --seed 3
                kill -s STOP $process; tern fit --resume "my m.safetensors"
                kill -s KILL $process; wait $process; tern fit t.csv --target y -q -o "my m.safetensors"
                mkdir sub; cd sub; tern fit --resume "../my m.safetensors" -q --seed 4
                tern fit --resume "../my m.safetensors" -q
                """, in: folder)
        #expect(killed.status == 0, "\(killed.error)")
        #expect(
            killed.error.components(separatedBy: "another process writes to it: process ").count == 3, "\(killed.error)"
        )
        #expect(killed.error.contains("go on with: tern fit --resume 'my m.safetensors', or remove"), "\(killed.error)")
        #expect(killed.error.contains("leave out --seed"), "\(killed.error)")
        #expect(try contents(folder.url.path).keys.sorted() == ["my m.safetensors", "sub", "t.csv"])
    }
}
