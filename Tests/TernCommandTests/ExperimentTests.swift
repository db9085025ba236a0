import Foundation
import Tern
import TestSupport
import Testing

/// `tern train`, `evaluate`, `predict` and `compare`.
struct ExperimentTests {
    @Test func aRunLeavesAWholeFolder() throws {
        let small = try SmallExperiment()
        let train = try small.tern("train", "small.yaml")
        #expect(
            train.status == 0 && train.error.contains("epoch 1/20  ") && train.error.contains("epoch 20/20"),
            "\(train.error)")
        #expect(
            train.output.hasPrefix("precip (mm/day), 40 examples") && train.output.contains("ridge on EOFs")
                && train.output.contains("runs/small"))
        let files = try FileManager.default.contentsOfDirectory(atPath: small.folder.path("runs/small")).sorted()
        let expected = [
            "baseline.safetensors", "climatology.json", "experiment.yaml", "history.csv", "parts.json",
            "predictions.nc", "preprocessing.json", "scores.json", "weights",
        ]
        #expect(files.filter { !$0.hasPrefix("report") } == expected)
        #expect(try FileManager.default.contentsOfDirectory(atPath: small.folder.path("runs")) == ["small"])
        let history = try String(contentsOfFile: small.folder.path("runs/small/history.csv"), encoding: .utf8).split(
            separator: "\n")
        #expect(history.count == 21 && history[0] == "network,epoch,loss,val_loss", "\(history[0])")
        let predictions = try Dataset(contentsOf: small.folder.path("runs/small/predictions.nc"))
        let truth = try predictions.field("precip"), predicted = try predictions.field("precip_predicted")
        #expect(
            truth.coordinate("model")?.numbers == [Double](repeating: 5, count: 40)
                && truth.coordinate("year")?.numbers?.first == 1950)
        #expect(correlation(truth.values, predicted.values) > 0.8)
        if Figure.canDraw {
            let page = try String(contentsOfFile: small.folder.path("runs/small/report.html"), encoding: .utf8)
            #expect(
                page.contains("From sst, as 3 × 4") && page.contains("95 % interval")
                    && page.contains("errors are in mm/day"))
            #expect(
                DrawnTexts.all(inPage: page).count > 2 && DrawnTexts.faults(inPage: page).isEmpty,
                "\(DrawnTexts.faults(inPage: page))")
        }
        // The next one of the name gets a number.
        #expect(try small.tern("train", "small.yaml", "--quiet", "--set", "output.figures=false").output.isEmpty)
        #expect(FileManager.default.fileExists(atPath: small.folder.path("runs/small-2/scores.json")))
    }

    @Test func theSameSeedGivesTheSameRunOnAnyNumberOfThreads() throws {
        let small = try SmallExperiment()
        for (name, threads) in [("a", "1"), ("b", "3")] {
            let train = try Tool(
                ["train", "small.yaml", "-q", "-o", name, "--set", "output.figures=false"], in: small.folder,
                environment: ["TERN_NUM_THREADS": threads])
            #expect(train.status == 0)
        }
        for file in [
            "weights/last-1.safetensors", "weights/best-1.safetensors", "scores.json", "parts.json",
            "baseline.safetensors", "history.csv",
        ] {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: small.folder.path("a/\(file)"), andPath: small.folder.path("b/\(file)")), "\(file)")
        }
    }

    @Test func quietMeansWithoutNotes() throws {
        let small = try SmallExperiment()
        func train(_ more: String...) throws -> String {
            try Tool(
                ["train", "small.yaml", "--set", "output.figures=false", "--set", "training.area_weighted=true"] + more,
                in: small.folder
            ).error
        }
        #expect(try train().contains("note: small: area_weighted: precip has no cells to weigh"))
        #expect(try train("-q").isEmpty)
    }

    @Test func aRunPredictsAFileThatNamesNoModels() throws {
        let small = try SmallExperiment()
        #expect(try small.train().status == 0)
        try SmallExperiment.dataset(models: nil, years: 30).write(to: small.folder.path("observed.nc"))
        #expect(try small.tern("predict", "run", "observed.nc", "-o", "predicted.nc").status == 0)
        #expect(
            try small.tern("predict", "run", "observed.nc", "--delimiter", ";").error.contains(
                "--delimiter is for tables; run is a run of `tern train`"))
        #expect(
            try small.tern("evaluate", "run", "--missing-values=-999").error.contains(
                "--missing-values is for tables; run is a run of `tern train`"))
        // A second time it takes the place of the first.
        let predict = try small.tern("predict", "run", "observed.nc", "-o", "predicted.nc")
        #expect(
            predict.status == 0 && predict.output == "predicted.nc written: precip [30]\n",
            "\(predict.output)\(predict.error)")
        let predicted = try Dataset(contentsOf: small.folder.path("predicted.nc")).field("precip")
        let truth = try Dataset(contentsOf: small.folder.path("observed.nc")).field("precip")
        let r = correlation(truth.values, predicted.values)
        #expect(r > 0.8 && predicted.units == "mm/day")
        let evaluate = try small.tern("evaluate", "run", "observed.nc", "--json")
        let scores = try JSONSerialization.jsonObject(with: Data(evaluate.output.utf8)) as? [String: Any]
        let network =
            (scores?["rows"] as? [[String: Any]])?.first { $0["model"] as? String == "network" }?["scores"]
            as? [String: Double]
        #expect(abs((network?["r"] ?? 0) - r) < 1e-6 && scores?["count"] as? Int == 30, "\(evaluate.output)")
        // Without a file, the run's own test part.
        #expect(try small.tern("evaluate", "run").output.hasPrefix("precip (mm/day), 40 examples"))
    }

    @Test func eachModelIsTestedOnceInFolds() throws {
        let small = try SmallExperiment()
        let train = try small.train("--folds", "3", "--set", "split.test=null", "--set", "split.validation=null")
        #expect(
            train.status == 0 && train.output.contains("240 examples of 6 values of model in 3 folds"),
            "\(train.output)\(train.error)")
        #expect(train.output.contains("(6 are too few for an interval)"))
        let rows = try String(contentsOfFile: small.folder.path("run/scores.csv"), encoding: .utf8).split(
            separator: "\n")
        #expect(
            rows.count == 7
                && Set(rows.dropFirst().map { $0.split(separator: ",")[1] }) == ["0", "1", "2", "3", "4", "5"])
        #expect(try small.tern("evaluate", "run/fold-2").output.contains("80 examples"))
        let named = try small.tern("train", "small.yaml", "--folds", "3", "-o", "other")
        #expect(
            named.status == 1 && named.error.contains("validation is named, but folds name the parts")
                && small.folder.contents == ["fields.nc", "run", "small.yaml"])
    }

    @Test func runsAreSetSideBySide() throws {
        let small = try SmallExperiment()
        #expect(try small.train().status == 0)
        #expect(
            try small.tern(
                "train", "small.yaml", "-o", "wide", "--set", "model.units=[32]", "--set", "output.figures=false"
            ).status == 0)
        let compare = try small.tern("compare", "run", "wide")
        #expect(compare.status == 0 && compare.output.contains("*"))
        #expect(
            compare.output.contains("wide is ") && compare.output.contains("than run: 40 times")
                && compare.output.contains("drawn anew for both"), "\(compare.output)")
        let lines = compare.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("model.units [8] [32]"), "\(compare.output)")
        #expect(try small.tern("compare", "run", "fields.nc").error.contains("this is no run"))
        // Other groups are another test: nothing is best.
        #expect(
            try small.tern(
                "train", "small.yaml", "-q", "-o", "other", "--set", "split.test=[3]", "--set", "output.figures=false"
            ).status == 0)
        let other = try small.tern("compare", "run", "other").output
        #expect(
            !other.contains("*") && other.contains("No best is marked, since these were not asked the same:"),
            "\(other)")
        #expect(
            other.split(separator: "\n").contains {
                $0.hasPrefix("test part") && $0.contains("model 5, 1950 to 1989") && $0.contains("model 3, ")
            })
    }

    @Test func scoresSayWhatFlattersThem() throws {
        let small = try SmallExperiment()
        let train = try small.train()
        #expect(
            train.output.contains("95 % intervals: 40 times drawn anew 2,000 times")
                && train.output.contains("effective n of r"), "\(train.output)")
        #expect(train.output.contains(" than ridge on EOFs") && train.output.contains("  95 %  "))
        // The same file: four models trained, one was watched.
        let evaluate = try small.tern("evaluate", "run", "fields.nc")
        #expect(
            evaluate.output.contains(
                "160 of 240 examples were trained on and 40 watched while training (validation): these scores flatter"),
            "\(evaluate.output)")
        let json =
            try JSONSerialization.jsonObject(
                with: Data(small.tern("evaluate", "run", "fields.nc", "--json").output.utf8)) as? [String: Any]
        #expect((json?["seen"] as? [String: Any])?["training"] as? Int == 160)
    }

    @Test func aTargetAmongTheInputsIsWarnedOf() throws {
        let small = try SmallExperiment()
        #expect(try !small.train().error.contains("warning"))
        let train = try small.tern(
            "train", "small.yaml", "-q", "-o", "twin", "--set", "output.figures=false", "--set",
            "data.inputs=[precip, {variable: sst, fill: mean}]")
        #expect(
            train.status == 0 && train.error.contains("warning: small: the input \"precip\" gives precip to rounding"),
            "\(train.error)")
        // It stays with the scores.
        #expect(try small.tern("evaluate", "twin").error.contains("gives precip to rounding"))
    }

    @Test func aRunWithoutATestPartSaysSo() throws {
        let small = try SmallExperiment()
        let train = try small.train("--set", "split.test=null", "--set", "split.test_fraction=0")
        #expect(
            train.status == 0
                && train.output.hasPrefix("There is no test part (split.test_fraction is 0): there are no test scores."),
            "\(train.output)\(train.error)")
        #expect(try small.tern("evaluate", "run").output.hasPrefix("There is no test part"))
        #expect(
            try small.tern("evaluate", "run", "fields.nc").output.contains(
                "200 of 240 examples were trained on and 40 watched"))
        #expect(try small.tern("predict", "run", "fields.nc", "-o", "p.nc", "-q").status == 0)
        #expect(
            try small.tern("train", "small.yaml", "-q", "-o", "tested", "--set", "output.figures=false").status == 0)
        #expect(
            try small.tern("compare", "run", "tested").output.contains("run has no test part, and so no test scores."))
    }

    @Test(arguments: [
        ("data.inputs.0.variable=ssst", "fields.nc: there is no variable \"ssst\"; did you mean \"sst\"?"),
        ("data.files.fields=nothing.nc", "nothing.nc: there is no such file for variable \"sst\""),
        ("data.files.fields=small.yaml", "small.yaml: "),
        (
            "data.sample=samples",
            "has no dimension \"samples\", only sample, lat, lon; name the one along which examples lie as data.sample"
        ), ("split.group=modle", "there is no coordinate \"modle\""),
        ("split.test=[9]", "test: there is no 9; there are values of model 0, 1, 2, 3, 4, 5"),
        ("data.inputs.0.fill=null", "variable \"sst\" is missing at"),
        ("modl.units=[8]", "there is no key \"modl\""), ("model.unit=8", "did you mean \"units\"?"),
        ("training.epochs=0", "it must be at least 1"),
        ("model.name=cnn-lstm", "set data.window.length"),
        ("training.learning_rate=1e30", "lower training.learning_rate"),
    ])
    func aMistakeIsOneLineAndLeavesNothing(_ setting: String, _ message: String) throws {
        let small = try SmallExperiment()
        let train = try small.train("-q", "--set", setting)
        #expect(train.status == 1 && train.output.isEmpty)
        #expect(train.error.contains(message) && train.error.hasPrefix("error: "), "\(train.error)")
        #expect(train.error.count { $0 == "\n" } == 1, "\(train.error)")
        #expect(small.folder.contents == ["fields.nc", "small.yaml"])
    }

    @Test func filesThatDoNotFitARunAreTold() throws {
        let small = try SmallExperiment()
        #expect(try small.train().status == 0)
        let data = SmallExperiment.dataset(models: nil, years: 30), whole = small.folder.path("whole.nc")
        try data.write(to: whole)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        _ = small.folder.write(bytes.prefix(bytes.count / 2), as: "half.nc")
        _ = small.folder.write("model,precip\n1,2\n", as: "table.nc")
        try Dataset([data.field("precip")]).write(to: small.folder.path("rain.nc"))
        try Dataset([data.field("sst").select(["lat": .range(0, 10)])]).write(to: small.folder.path("part.nc"))
        try SmallExperiment.dataset(models: nil, years: 30, units: "Celsius").write(to: small.folder.path("celsius.nc"))
        let messages = [
            "half.nc": "copied only in part", "table.nc": "this is a table of text, and no NetCDF file",
            "rain.nc": "there is no variable \"sst\"", "part.nc": "on the grid of the training data",
            "celsius.nc": "variable \"sst\" is in Celsius, in K in the training data",
            "absent.nc": "there is no such file",
        ]
        for (name, message) in messages {
            let predict = try small.tern("predict", "run", name, "-o", "predicted.nc")
            #expect(
                predict.status == 1 && predict.error.contains("\(name): ") && predict.error.contains(message),
                "\(predict.error)")
            #expect(
                predict.error.count { $0 == "\n" } == 1 && !small.folder.contents.contains("predicted.nc"),
                "\(predict.error)")
        }
        #expect(try small.tern("evaluate", "run", "part.nc").status == 1)
        #expect(try small.tern("predict", "run", "whole.nc", "-o", "nowhere/predicted.nc").error.contains("nowhere"))
    }
}
