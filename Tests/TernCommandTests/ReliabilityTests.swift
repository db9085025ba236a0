import Foundation
import Tern
import TestSupport
import Testing

/// What is made is kept, what exists is not replaced, and what fails is said.
struct ReliabilityTests {
    private let folder = TemporaryFolder()

    /// A table whose target is a line of its feature, and a model of it.
    private func tableAndModel() throws {
        _ = folder.write("x,y\n" + (0..<3000).map { "\($0),\(2 * $0 + $0 % 7)\n" }.joined(), as: "t.csv")
        #expect(
            try Tool(["fit", "t.csv", "--target", "y", "--epochs", "2", "-q", "-o", "m.safetensors"], in: folder).status
                == 0)
    }

    // MARK: Standard output and standard error

    @Test(arguments: [
        "tern predict m.safetensors t.csv -q > /dev/full", "tern predict m.safetensors t.csv -q >&-",
        "tern --help > /dev/full",
    ])
    func lostOutputIsAnError(_ line: String) throws {
        try tableAndModel()
        let tool = try Tool(shell: line, in: folder)
        #expect(tool.status == 1 && tool.error.hasPrefix("error: standard output"), "\(tool.status): \(tool.error)")
    }

    @Test(arguments: ["2>&-", "2>/dev/full"])
    func aLostStandardErrorIsNoTrap(_ redirection: String) throws {
        #expect(try Tool(shell: "tern fit nope.csv --target y \(redirection)", in: folder).status == 1)
        try tableAndModel()
        // The file that is opened first does not become standard error.
        #expect(try Tool(shell: "tern predict m.safetensors t.csv -o p.csv \(redirection)", in: folder).status == 0)
        #expect(try String(contentsOfFile: folder.path("p.csv"), encoding: .utf8).hasPrefix("x,y,predicted_y\n"))
    }

    @Test func fewDescriptorsAreToldOf() throws {
        let tool = try Tool(shell: "ulimit -n 5; tern fit nope.csv --target y", in: folder)
        #expect(tool.status == 1 && tool.error.contains("ulimit -n"), "\(tool.error)")
    }

    @Test(arguments: [
        ("TERN_ISA", "AVX2"), ("TERN_NUM_THREADS", "abc"), ("TERN_NUM_THREADS", "0"),
        ("TERN_NUM_THREADS", "1025"), ("TERN_NUM_THREADS", "9223372036854775808"),
    ])
    func wrongSettingsAreTold(_ name: String, _ value: String) throws {
        let tool = try Tool(["fit", "t.csv", "--target", "y"], in: folder, environment: [name: value])
        #expect(tool.status == 1 && tool.error.hasPrefix("error: \(name) is \"\(value)\""), "\(tool.error)")
    }

    /// As many as a large node has processors.
    @Test func manyThreadsMayBeAskedFor() throws {
        let tool = try Tool(["--version"], environment: ["TERN_NUM_THREADS": "384"])
        #expect(tool.status == 0, "\(tool.error)")
    }

    #if os(Linux)
    /// Stacks that are larger than all memory that may be had: no thread of a usual one starts.
    @Test(arguments: ["1", "2"]) func withoutMoreThreadsWorkGoesOn(_ threads: String) throws {
        _ = folder.write("x,y\n" + (0..<3000).map { "\($0 % 70),\($0 % 7)\n" }.joined(), as: "few.csv")
        let tool = try Tool(
            shell: """
                ulimit -s 8000000 && ulimit -v 4000000
                timeout 60 "$tern" fit few.csv --target y --estimator mlp --epochs 2 -q -o \(threads).safetensors &&
                timeout 60 "$tern" predict \(threads).safetensors few.csv -q -o \(threads).csv
                """, in: folder, environment: ["TERN_NUM_THREADS": threads])
        #expect(tool.status == 0, "\(tool.status) \(tool.error)")
    }
    #endif

    // MARK: Destinations

    /// Commands that write a file with -o.
    private static let writers = [
        "tern predict m.safetensors t.csv -o", "tern fit t.csv --target y --epochs 1 -q -o",
        "tern predict run fields.nc -q -o",
        "tern inspect map.nc --map sst -o", "tern descend --function 'x*x' --from 1 --steps 3 --csv",
    ]

    @Test func allWritersTreatLinksFoldersAndDevicesAlike() throws {
        let small = try SmallExperiment()
        #expect(try small.train("--set", "training.epochs=1").status == 0)
        _ = small.folder.write("x,y\n" + (0..<300).map { "\($0),\(2 * $0)\n" }.joined(), as: "t.csv")
        #expect(
            try small.tern("fit", "t.csv", "--target", "y", "--epochs", "1", "-q", "-o", "m.safetensors").status == 0)
        try Dataset([SmallExperiment.dataset(models: nil, years: 1).field("sst").mean(over: ["sample"])]).write(
            to: small.folder.path("map.nc"))
        for (i, writer) in Self.writers.enumerated() {
            let ending = ["csv", "safetensors", "nc", "png", "csv"][i]
            // A link stays one, and what it leads to is replaced.
            let link = try Tool(
                shell:
                    "mkdir -p to; touch to/\(i).\(ending); ln -s to/\(i).\(ending) link\(i).\(ending); \(writer) link\(i).\(ending)",
                in: small.folder)
            #expect(link.status == 0, "\(writer): \(link.error)")
            #expect(
                (try? FileManager.default.destinationOfSymbolicLink(atPath: small.folder.path("link\(i).\(ending)")))
                    == "to/\(i).\(ending)", "\(writer)")
            #expect(FileManager.default.contents(atPath: small.folder.path("to/\(i).\(ending)")) != Data(), "\(writer)")
            // A folder stays one.
            let inFolder = try Tool(
                shell: "mkdir folder\(i).\(ending); \(writer) folder\(i).\(ending)", in: small.folder)
            #expect(inFolder.status == 1 && inFolder.error.contains("this is a folder"), "\(writer): \(inFolder.error)")
            // A device (here a pipe, which anyone can make) stays one: read, or refused.
            let device = try Tool(
                shell:
                    "mkfifo d\(i).\(ending); timeout 5 cat d\(i).\(ending) > got\(i) 2>&1 & \(writer) d\(i).\(ending)",
                in: small.folder)
            #expect(
                device.status == 0 || device.status == 1 && device.error.contains("this is a device"),
                "\(writer): \(device.error)")
            #expect(try Tool(shell: "test -p d\(i).\(ending)", in: small.folder).status == 0, "\(writer)")
        }
    }

    @Test(.enabled(if: getuid() != 0, "who may do anything is not stopped")) func aWriteProtectedFileIsKept() throws {
        try tableAndModel()
        let tool = try Tool(
            shell: "echo mine > p.csv; chmod 444 p.csv; tern predict m.safetensors t.csv -o p.csv", in: folder)
        #expect(tool.status == 1 && tool.error.contains("write-protected"))
    }

    @Test func aFolderThatIsNotTheFitsOwnStays() throws {
        try tableAndModel()
        let line = "tern fit t.csv --target y --estimator ridge -q -o own.safetensors"
        let tool = try Tool(shell: "mkdir -p own.safetensors.training/photos; \(line)", in: folder)
        #expect(tool.status == 1 && tool.error.contains("this folder holds \"photos\""), "\(tool.error)")
        #expect(FileManager.default.fileExists(atPath: folder.path("own.safetensors.training/photos")))
        let linked = try Tool(
            shell: "rm -r own.safetensors.training; mkdir mine; ln -s mine own.safetensors.training; \(line)",
            in: folder)
        #expect(linked.status == 1 && linked.error.contains("this is a link"), "\(linked.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("mine")).isEmpty)
        let within = try Tool(
            shell: """
                rm own.safetensors.training; mkdir own.safetensors.training
                ln -s ../own.txt own.safetensors.training/fit.next.safetensors; \(line)
                """, in: folder)
        #expect(
            within.status == 1 && within.error.contains("fit.next.safetensors: this is a link"), "\(within.error)")
    }

    /// The folder of an interrupted run may be somebody else's.
    @Test(arguments: ["training", "training/network-1", "training/network-1/next.safetensors"])
    func aRunIsGoneOnWithInItsOwnFolderAlone(_ place: String) throws {
        let link = folder.path("run/\(place)"), files = FileManager.default
        for path in [folder.path("own"), (link as NSString).deletingLastPathComponent] {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try files.createSymbolicLink(atPath: link, withDestinationPath: folder.path("own"))
        let tool = try Tool(["train", "--resume", "run"], in: folder)
        #expect(tool.status == 1 && tool.error.contains("run/\(place): this is a link"), "\(tool.error)")
        #expect(try files.contentsOfDirectory(atPath: folder.path("own")).isEmpty)
    }

    @Test func nothingOfAFolderWithoutARunIsRemoved() throws {
        let tool = try Tool(
            shell: "mkdir -p a/training/results; echo all > a/training/results/thesis.txt; tern train --resume a",
            in: folder
        )
        #expect(tool.status == 1 && tool.error.contains("experiment.yaml: this file is missing"), "\(tool.error)")
        #expect(FileManager.default.fileExists(atPath: folder.path("a/training/results/thesis.txt")))
    }

    // MARK: Made data

    /// Nor do they come where a link leads that leads nowhere yet.
    @Test func madeDataFollowNoLink() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("sst_precipitation.nc"), withDestinationPath: folder.path("elsewhere"))
        let made = try Tool(["make-data", "sst-precipitation"], in: folder)
        #expect(made.status == 1 && made.error.contains("the file exists"), "\(made.error)")
        _ = folder.write(
            """
            name: x
            data: {files: {fields: sst_precipitation.nc}, made: sst-precipitation, sample: time, inputs: [sst], targets: [precip]}
            split: {by: period, validation_fraction: 0.2, test_fraction: 0.2}
            model: {name: mlp, units: [2]}
            """, as: "x.yaml")
        let train = try Tool(["train", "x.yaml", "-q"], in: folder)
        #expect(train.status == 1 && train.error.contains("sst_precipitation.nc exists"), "\(train.error)")
        #expect(folder.contents == ["sst_precipitation.nc", "x.yaml"])
    }

    @Test func madeDataReplaceNothing() throws {
        _ = folder.write("precious", as: "sst_precipitation.nc")
        let again = try Tool(["make-data", "sst-precipitation"], in: folder)
        #expect(again.status == 1 && again.error.contains("the file exists"), "\(again.error)")
        // A mistyped path, beside the file that would be made.
        func train(_ files: String, made: String, runs: String = "") throws -> Tool {
            _ = folder.write(
                """
                name: x
                data:
                  files: \(files)
                  made: \(made)
                \(runs)
                  sample: time
                  inputs: [sst]
                  targets: [precip]
                split: {by: period, validation_fraction: 0.2, test_fraction: 0.2}
                model: {name: mlp, units: [2]}
                """, as: "x.yaml")
            return try Tool(["train", "x.yaml", "-q"], in: folder)
        }
        let mistyped = try train("{fields: sst_precipitatoin.nc}", made: "sst-precipitation")
        #expect(
            mistyped.status == 1 && mistyped.error.contains("makes sst_precipitation.nc, not sst_precipitatoin.nc"),
            "\(mistyped.error)")
        // One of a set is missing.
        _ = folder.write("precious", as: "inputs_historical.nc")
        let incomplete = try train(
            "{inputs: \"inputs_{run}.nc\"}", made: "climate-emulation", runs: "  runs: [historical, ssp245]")
        #expect(
            incomplete.status == 1 && incomplete.error.contains("inputs_historical.nc exists"), "\(incomplete.error)")
        #expect(folder.contents == ["inputs_historical.nc", "sst_precipitation.nc", "x.yaml"])
        #expect(FileManager.default.contents(atPath: folder.path("inputs_historical.nc")) == Data("precious".utf8))
    }

    // MARK: Finished work

    @Test(arguments: ["exit 1", "kill -9 $$", "exec sleep 60"])
    func aRunOutlivesItsReport(_ gnuplot: String) throws {
        let small = try SmallExperiment()
        try FileManager.default.createDirectory(atPath: small.folder.path("bin"), withIntermediateDirectories: true)
        _ = small.folder.write("#!/bin/sh\n\(gnuplot)\n", as: "bin/gnuplot")
        chmod(small.folder.path("bin/gnuplot"), 0o755)
        let path = ["PATH": "\(small.folder.path("bin")):/usr/bin:/bin", "TERN_GNUPLOT_SECONDS": "1"]
        let train = try Tool(
            ["train", "small.yaml", "-q", "-o", "run", "--set", "training.epochs=2"], in: small.folder,
            environment: path)
        #expect(
            train.status == 0 && train.error.hasPrefix("warning: small: run is whole but for its report")
                && train.error.contains("tern report run"), "\(train.error)")
        #expect(try small.tern("evaluate", "run").status == 0)
        let report = try small.tern("report", "run")
        #expect(report.status == 0 && report.output == "run/report.html written\n", "\(report.error)")
        #expect(try String(contentsOfFile: small.folder.path("run/report.html"), encoding: .utf8).contains("precip"))
    }

    @Test func theReportOfFoldsIsMadeAgain() throws {
        let small = try SmallExperiment()
        let train = try small.train(
            "--folds", "2", "--set", "training.epochs=1", "--set", "split.test=null", "--set", "split.validation=null")
        #expect(train.status == 0, "\(train.error)")
        #expect(try small.tern("report", "run", "-q").status == 0)
        #expect(FileManager.default.fileExists(atPath: small.folder.path("run/report.html")))
        #expect(try small.tern("evaluate", "run").error.contains("this is a cross-validation"))

        // A folder from elsewhere leads to no file of the reader.
        _ = small.folder.write("precious", as: "own.txt")
        let files = FileManager.default
        for place in ["run/report.html", "run/report/numbers.json", "run/report"] {
            try files.moveItem(atPath: small.folder.path(place), toPath: small.folder.path("kept"))
            try files.createSymbolicLink(
                atPath: small.folder.path(place),
                withDestinationPath: small.folder.path(place == "run/report" ? "kept" : "own.txt"))
            let report = try small.tern("report", "run")
            #expect(report.status == 1 && report.error.contains("\(place): this is a link"), "\(report.error)")
            try files.removeItem(atPath: small.folder.path(place))
            try files.moveItem(atPath: small.folder.path("kept"), toPath: small.folder.path(place))
        }
        #expect(try String(contentsOfFile: small.folder.path("own.txt"), encoding: .utf8) == "precious")
    }

    @Test func runsAtOnceGetNamesOfTheirOwn() throws {
        let small = try SmallExperiment()
        nonisolated(unsafe) let shared = small
        DispatchQueue.concurrentPerform(iterations: 3) { _ in
            let train = try? Tool(
                ["train", "small.yaml", "-q", "--set", "output.figures=false", "--set", "training.epochs=3"],
                in: shared.folder, environment: ["TERN_NUM_THREADS": "1"])
            #expect(train?.status == 0, "\(train?.error ?? "")")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: small.folder.path("runs")).sorted() == [
                "small", "small-2", "small-3",
            ])
        // And a run that fails gives its name back.
        #expect(try small.tern("train", "small.yaml", "--set", "data.targets=[nope]", "-q").status == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: small.folder.path("runs")).count == 3)
    }

    @Test func whatIsReadIsNeverReplaced() throws {
        try tableAndModel()
        let before = try Data(contentsOf: folder.url.appendingPathComponent("t.csv"))
        for line in [
            "tern fit t.csv --target y -q -o t.csv", "tern predict m.safetensors t.csv -o t.csv",
            "tern predict m.safetensors t.csv -o ./m.safetensors", "ln -s t.csv l; tern fit l --target y -q -o t.csv",
        ] {
            let tool = try Tool(shell: line, in: folder)
            #expect(tool.status == 1 && tool.error.contains("this is read for the same work"), "\(line): \(tool.error)")
        }
        #expect(try Data(contentsOf: folder.url.appendingPathComponent("t.csv")) == before)
        let small = try SmallExperiment()
        #expect(try small.train("-q").status == 0)
        let fields = try Data(contentsOf: small.folder.url.appendingPathComponent("fields.nc"))
        #expect(
            try small.tern("predict", "run", "fields.nc", "-o", "fields.nc").error.contains(
                "this is read for the same work"))
        #expect(
            try small.tern("predict", "run", "fields.nc", "-o", "run/predictions.nc").error.contains("this lies in"))
        #expect(try Data(contentsOf: small.folder.url.appendingPathComponent("fields.nc")) == fields)
    }

    @Test func aFileThatGrowsTooLargeIsAnError() throws {
        try tableAndModel()
        let fit = try Tool(
            shell: "ulimit -f 1; tern fit t.csv --target y -q --hidden 300,300 --epochs 1 -o big.st", in: folder)
        #expect(
            fit.status == 1 && fit.error.contains("ulimit -f") && !folder.contents.contains("big.st"), "\(fit.error)")
    }

    // MARK: Training that taught nothing

    @Test(arguments: [[], ["--no-early-stopping"]])
    func aBrokenTrainingWritesNoModel(_ more: [String]) throws {
        try tableAndModel()
        let fit = try Tool(
            [
                "fit", "t.csv", "--target", "y", "-q", "--estimator", "mlp", "--learning-rate", "1e30", "-o",
                "n.safetensors",
            ] + more, in: folder
        )
        #expect(fit.status == 1 && fit.error.contains("lower"), "\(fit.error)")
        #expect(!folder.contents.contains("n.safetensors"))
    }

    @Test func whatIsWhollyMissingIsNoFeature() throws {
        _ = folder.write("x,z,y\n" + (0..<50).map { "\($0),\($0 < 45 ? "" : "\($0)"),\($0)\n" }.joined(), as: "t.csv")
        let fit = try Tool(
            ["fit", "t.csv", "--target", "y", "--missing", "mean", "--split", "last", "--test-fraction", "0.1", "-q"],
            in: folder)
        #expect(fit.status == 1 && fit.error.contains("z"), "\(fit.error)")
        let small = try SmallExperiment()
        let dataset = SmallExperiment.dataset(models: 0..<6, years: 10)
        var sst = try dataset.field("sst")
        sst.values = Tensor(repeating: .nan, shape: sst.shape, dtype: .float32)
        try Dataset([sst, dataset.field("precip")]).write(to: small.folder.path("fields.nc"))
        for scale in ["cell", "standard", "max"] {
            let train = try small.tern(
                "train", "small.yaml", "-q", "--set", "data.inputs=[{variable: sst, scale: \(scale), fill: mean}]")
            #expect(train.status == 1 && train.error.contains("\"sst\" has no value"), "\(scale): \(train.error)")
        }
    }
}
