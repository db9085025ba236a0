import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

/// What runs and cross-validations keep, refuse and say.
struct RunTests {
    let folder = TemporaryFolder()

    /// Made maps of months, of so many rows, and rain that follows them.
    ///
    /// - Parameters:
    ///   - gaps: whether there are maps too that lack a cell every seventh month.
    ///   - turn: the month from which on rain falls where the maps rise.
    private func write(rows: Int = 3, months: Int = 96, gaps: Bool = false, turn: Int = .max) throws {
        var random = RandomState(seed: 4)
        let air = random.standardNormal(count: months * rows * 4)
        let times = SampleFields.months(from: 2000, 0..<months)
        let time = Coordinate("time", times: times)
        let air3 = Field(
            "t", Tensor(air, shape: [months, rows, 4]), dimensions: ["time", "lat", "lon"],
            coordinates: [
                time, Coordinate("lat", numbers: (0..<rows).map { Double($0) * 10 }),
                Coordinate("lon", numbers: [0, 90, 180, 270]),
            ])
        let rain = (0..<months).map { month -> Double in
            let course = air[month * rows * 4]
            return month < turn ? 5 + course : 5 - course
        }
        let group = Coordinate("group", dimension: "time", numbers: (0..<months).map { Double($0 % 12) })
        let series = Field(
            "rain", Tensor(rain), dimensions: ["time"], coordinates: [time, group], attributes: ["units": "mm"])
        var holed = air
        for month in stride(from: 3, to: months, by: 7) { holed[month * rows * 4 + 5] = .nan }
        let air4 = Field(
            "holed", Tensor(holed, shape: [months, rows, 4]), dimensions: air3.dimensions,
            coordinates: air3.coordinates)
        try Dataset([air3, series] + (gaps ? [air4] : [])).write(to: folder.path("f.nc"))
    }

    private func experiment(
        _ target: String = "rain", split: String = "{by: period}", _ training: String = "",
        epochs: Int = 3, output: String = "{figures: false}"
    ) throws -> Experiment {
        try Experiment(
            yaml: """
                name: tiny
                data: {files: {f: "\(folder.path("f.nc"))"}, inputs: [t], targets: [\(target)]}
                split: \(split)
                model: {name: linear}
                training: {epochs: \(epochs)\(training)}
                baseline: {components: 2, alphas: [0.1]}
                output: \(output)
                """)
    }

    @Test func aRunOfRelativePathsFindsItsDataAgain() throws {
        try write()
        var experiment = try experiment()
        let up = String(repeating: "../", count: FileManager.default.currentDirectoryPath.count)
        experiment.data.files["f"] = up + folder.path("f.nc")
        let run = try experiment.run(into: folder.path("run"), note: { _ in })
        #expect(try run.predict(from: [:], note: { _ in })[0].shape == [96])
    }

    @Test(.enabled(if: Figure.canDraw)) func aTargetOnOneLatitudeHasAReportWithoutMaps() throws {
        try write(rows: 1)
        var warnings: [String] = []
        _ = try experiment("t", output: "{figures: true}").run(
            into: folder.path("run"), warn: { warnings.append($0) })
        #expect(!warnings.contains { $0.contains("whole but for its report") }, "\(warnings)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path("run/report"))
        #expect(files.contains("result-t/scatter.svg") && !files.contains("result-t/maps.svg"), "\(files)")
    }

    @Test(.enabled(if: Figure.canDraw)) func aReportMadeAgainKeepsWhatOthersPutBesideIt() throws {
        try write()
        let run = try experiment(output: "{figures: true}").run(into: folder.path("run"), warn: { _ in })
        _ = folder.write("mine", as: "run/report/notes.txt")
        try run.writeReport()
        #expect(try String(contentsOfFile: folder.path("run/report/notes.txt"), encoding: .utf8) == "mine")
        _ = folder.write("mine", as: "run/report/result-rain/scatter.csv")
        #expect(message { try run.writeReport() }.contains("scatter.csv: no report wrote this file as it is"))
        _ = folder.write("mine", as: "run/report.html")
        #expect(message { try run.writeReport() }.contains("report.html: this is no page of a report"))
    }

    @Test func aReportOfEpochsThatNoTrainingHasIsMadeAllTheSame() throws {
        try write()
        let run = try experiment().run(into: folder.path("run"))
        _ = folder.write("network,epoch,loss\n1,-9223372036854775808,4\n1,1e300,3\n", as: "run/history.csv")
        try run.writeReport()
        #expect(FileManager.default.fileExists(atPath: folder.path("run/report.html")))
    }

    @Test func historiesOfNetworksThatARunHasNotAreRefused() throws {
        try write()
        let run = try experiment().run(into: folder.path("run"))
        for (networks, found) in [("1 2 3", "3 networks"), ("2", "1 network"), ("1.5", "1 network")] {
            let rows = networks.split(separator: " ").map { "\($0),1,4\n" }.joined()
            _ = folder.write("network,epoch,loss\n" + rows, as: "run/history.csv")
            let said = message { try run.writeReport() }
            #expect(said.contains("history.csv: it tells of \(found) where the experiment has 1"), "\(said)")
        }
    }

    /// Of a run from elsewhere: a pipe would be waited for without end, and a device read so.
    @Test(.ends) func pipesAndDevicesInTheFolderOfARunAreNoFiles() throws {
        try write()
        let run = try experiment().run(into: folder.path("run")), words = "this is a pipe or a device, not a file"
        let history = folder.path("run/history.csv")
        try FileManager.default.removeItem(atPath: history)
        try FileManager.default.createSymbolicLink(atPath: history, withDestinationPath: "/dev/zero")
        #expect(message { try run.writeReport() }.contains("history.csv: \(words)"))
        for name in ["history.csv", "baseline.safetensors", "weights/last-1.safetensors"] {
            let path = folder.path("run/" + name)
            try? FileManager.default.removeItem(atPath: path)
            #expect(mkfifo(path, 0o600) == 0)
        }
        #expect(message { try run.writeReport() }.contains("history.csv: \(words)"))
        #expect(message { try Run(contentsOf: folder.path("run")) }.contains("baseline.safetensors: \(words)"))
        #expect(
            message { try Model(contentsOf: folder.path("run/weights/last-1.safetensors")) }.contains(words))
    }

    @Test func aKeyOfARunsFileThatStandsTwiceIsNamed() throws {
        try write()
        _ = try experiment().run(into: folder.path("run"))
        let scores = try String(contentsOfFile: folder.path("run/scores.json"), encoding: .utf8)
        _ = folder.write("{\"twice\": 1, \"twice\": 2, " + scores.dropFirst(), as: "run/scores.json")
        let said = message { try Run(contentsOf: folder.path("run")) }
        #expect(said.contains("scores.json: the file is damaged: the key \"twice\" stands twice"), "\(said)")
    }

    @Test func runsThatWouldReadTheSameFilesAreRefused() throws {
        try write()
        let run = try experiment().run(into: folder.path("run"))
        #expect(
            message { try run.predict(from: [:], runs: ["x", "y"]) }.contains(
                "\"x\" and \"y\" would read the same, as no path of a file holds {run}"))
        let path = folder.path("{run}.nc")
        #expect(message { try run.predict(from: ["f": path], runs: ["f", "f"]) }.contains("\"f\" is named twice"))
        #expect(try run.predict(from: ["f": path], runs: ["f"])[0].shape == [96])
    }

    @Test(arguments: [
        ("2007-1", "output.maps: no example of the test part is \"2007-1\"; they are 2006-"),
        ("nowhere", "is \"nowhere\""),
    ])
    func mapsOfLabelsThatAreNotThereAreRefusedBeforeTraining(_ label: String, _ complaint: String) throws {
        try write()
        let wrong = try experiment("t", output: "{figures: true, maps: [\"\(label)\"]}")
        var trained = false
        let said = message {
            try wrong.run(into: folder.path("run"), stage: { if case .training = $0 { trained = true } })
        }
        #expect(said.contains(complaint) && !trained, "\(said)")
    }

    @Test(.enabled(if: Figure.canDraw)) func mapsOfOneLabelAreDrawnOnce() throws {
        try write()
        _ = try experiment("t", output: "{figures: true, maps: [\"2007-10\", \"2007-10-15\", 2007]}").run(
            into: folder.path("run"), warn: { _ in })
        let maps = try FileManager.default.contentsOfDirectory(atPath: folder.path("run/report/result-t")).filter {
            $0.hasPrefix("map-") && $0.hasSuffix(".svg")
        }
        #expect(maps.count == 2, "\(maps)")
    }

    /// A change that makes an experiment none that a file could hold, and the key that is named.
    struct Mistake: Sendable {
        let key: String, make: @Sendable (inout Experiment) -> Void

        init(_ key: String, _ make: @escaping @Sendable (inout Experiment) -> Void) {
            (self.key, self.make) = (key, make)
        }
    }

    @Test(arguments: [
        Mistake("training.optimizer") { $0.training.optimizer = "adamm" },
        Mistake("training.schedule") { $0.training.schedule = "cosinus" },
        Mistake("training.loss") { $0.training.loss = "mses" },
        Mistake("training.batch_size") { $0.training.batchSize = 0 },
        Mistake("model.ensemble") { $0.model.ensemble = 0 }, Mistake("model") { $0.model.activation = "reluu" },
        Mistake("seed") { $0.seed = 1 << 32 },
    ])
    func whatNoFileMayHoldIsRefusedBeforeAnythingIsDone(_ mistake: Mistake) throws {
        try write()
        var wrong = try experiment()
        mistake.make(&wrong)
        #expect(message { try wrong.run(into: folder.path("run")) }.contains(mistake.key))
        #expect(message { try wrong.crossValidate(folds: 2, into: folder.path("run")) }.contains(mistake.key))
        #expect(folder.contents == ["f.nc"])
    }

    @Test func earlyStoppingGoesBackToTheBestOfWhatItWatches() throws {
        // The validation part follows another law, and is foretold the worse the more is learned.
        try write(turn: 53)
        let run = try experiment(
            split: "{by: period, validation_fraction: 0.3}",
            ", learning_rate: 0.03, early_stopping: {monitor: loss, patience: 2}", epochs: 20
        ).run(into: folder.path("run"))
        let table = try Table(csv: folder.path("run/history.csv")), losses = try table.numbers(of: "loss"),
            others = try table.numbers(of: "val_loss")
        #expect(losses == losses.sorted(by: >) && others.min()! < others.last!, "\(losses) \(others)")
        let best = try Model(contentsOf: folder.path("run/weights/best-1.safetensors")),
            last = try Model(contentsOf: folder.path("run/weights/last-1.safetensors"))
        #expect(zip(best.variables, last.variables).allSatisfy { $0.variable.value == $1.variable.value })
        #expect(run.scores.count > 0)
    }

    @Test func epochsWhoseLossIsNoNumberAreNotTheBest() throws {
        // An answer below 0 has no logarithm: those of the validation part rise above it after some epochs.
        let years = 1900...1959
        try Dataset([
            SampleFields.series("x", years) { (1940...1949).contains($0) ? -0.5 : 0.5 + Double(($0 - 1900) % 11) / 10 },
            SampleFields.series("n", years) { 2 + Double(($0 - 1900) % 3) / 10 },
        ]).write(to: folder.path("p.nc"))
        let experiment = try Experiment(
            yaml: """
                name: counts
                data: {files: {f: "\(folder.path("p.nc"))"}, inputs: [{variable: x, scale: none}], targets: [{variable: n, scale: none}]}
                split: {by: period, training: [1900, 1939], validation: [1940, 1949], test: [1950, 1959]}
                model: {layers: [{dense: {units: 1, kernel_initializer: ones}}]}
                training: {epochs: 12, batch_size: 16, learning_rate: 0.1, loss: poisson}
                output: {figures: false}
                """)
        var warnings: [String] = []
        try experiment.run(into: folder.path("run"), note: { _ in }, warn: { warnings.append($0) })
        let losses = try Table(csv: folder.path("run/history.csv")).numbers(of: "val_loss")
        #expect(losses[0].isNaN && losses.filter { !$0.isNaN }.min() == losses.last, "\(losses)")
        let best = try Model(contentsOf: folder.path("run/weights/best-1.safetensors")),
            last = try Model(contentsOf: folder.path("run/weights/last-1.safetensors"))
        #expect(zip(best.variables, last.variables).allSatisfy { $0.variable.value == $1.variable.value })
        let count = losses.count { $0.isNaN }
        #expect(
            warnings.contains {
                $0.hasPrefix("network 1: val_loss is no finite number in \(count) of 12 epochs, first in epoch 1; ")
            }, "\(warnings)")
    }

    @Test func epochsAreATableWhateverTheirValuesAreCalled() throws {
        let log = EpochLog(in: folder.url.path)
        log.record(1, of: 1, ["a, b": 2, "loss": 1])
        log.flush()
        let table = try Table(csv: folder.path(EpochLog.name))
        #expect(try table.numbers(of: "a, b") == [2])
        #expect(try table.numbers(of: "loss") == [1])
    }

    @Test func foldsOfGroupsAskForNoDates() throws {
        try write()
        // Times in units that nobody can read.
        var fields = try ["t", "rain"].map { try Dataset(contentsOf: folder.path("f.nc")).field($0) }
        for i in fields.indices {
            let place = fields[i].coordinates.firstIndex { $0.name == "time" }!
            fields[i].coordinates[place] = Coordinate(
                "time", numbers: (0..<96).map(Double.init), attributes: ["units": "fortnights since 2000-01-01"])
        }
        try Dataset(fields).write(to: folder.path("f.nc"))
        let found = try experiment(split: "{by: group, group: group}").crossValidate(
            folds: 3, into: folder.path("folds"), note: { _ in }
        ).result
        #expect(found.unitCount == 12)
        // Twelve groups are drawn anew; three folds of time are too few.
        let gain = try #require(found.gain(.rmse, of: "rain")), interval = try #require(gain.interval)
        #expect(interval.contains(gain.mean) && interval.lowerBound < interval.upperBound)
        try write()
        let spans = try experiment().crossValidate(folds: 3, into: folder.path("spans")).result
        let few = try #require(spans.gain(.rmse, of: "rain"))
        #expect(few.interval == nil && few.text(over: "x").contains("(3 are too few for an interval)"))
    }

    @Test func gapsOfATargetThatAreFilledByANumberAreTold() throws {
        try write(gaps: true)
        func notes(_ target: String) throws -> [String] {
            var notes: [String] = []
            _ = try experiment(target).run(into: folder.path("run"), numbering: true, note: { notes.append($0) })
            return notes.filter { $0.contains("gaps of the training part") }
        }
        #expect(
            try notes("{variable: holed, fill: 0}").first?.hasPrefix(
                "variable \"holed\": 10 gaps of the training part are learned as 0 after scaling") == true)
        #expect(try notes("{variable: holed, fill: 0, scale: none}").isEmpty)
        #expect(try notes("{variable: holed, mask: true}").isEmpty)
    }

    @Test func whatIsAskedOfAVariableThatDoesNotChangeIsTold() throws {
        try write()
        let height = Field(
            "height", Tensor((0..<12).map(Double.init), shape: [3, 4]), dimensions: ["lat", "lon"],
            coordinates: [
                Coordinate("lat", numbers: [0, 10, 20]), Coordinate("lon", numbers: [0, 90, 180, 270]),
            ])
        let fields = try ["t", "rain"].map { try Dataset(contentsOf: folder.path("f.nc")).field($0) }
        try Dataset(fields + [height]).write(to: folder.path("f.nc"))
        var experiment = try experiment(), notes: [String] = []
        var variable = VariableConfiguration(variable: "height")
        (variable.detrend, variable.anomaly) = (true, .month)
        experiment.data.inputs.append(variable)
        _ = try experiment.run(into: folder.path("run"), note: { notes.append($0) })
        #expect(
            notes.contains(
                "variable \"height\" does not change along the samples, and anomaly and detrend changes nothing of it"),
            "\(notes)")
    }

    @Test(arguments: [
        ("{by: group, group: group, gap: 2}", "split.gap is for by: period; by is group"),
        ("{by: period, allow_leak: true}", "split.allow_leak is for by: random; by is period"),
    ])
    func settingsOfAnotherSplitAreRefused(_ split: String, _ complaint: String) {
        #expect(message { try experiment(split: split) }.contains(complaint))
    }

    @Test func targetsThatAreThereAndCannotBeReadAreAnError() throws {
        try write()
        let run = try experiment().run(into: folder.path("run"))
        let field = try Dataset(contentsOf: folder.path("f.nc")).field("t"), other = folder.path("other.nc")
        try Dataset([field]).write(to: other)
        #expect(try run.preprocessing.examples(from: other).targets.count == 0)
        // In other units: no target is no answer to that.
        var rain = try Dataset(contentsOf: folder.path("f.nc")).field("rain")
        rain.attributes["units"] = "K"
        try Dataset([field, rain]).write(to: other)
        #expect(message { try run.preprocessing.examples(from: other) }.contains("is in K, in mm in the training data"))
        rain = Field("rain", Tensor([1.0, 2]), dimensions: ["elsewhere"])
        try Dataset([field, rain]).write(to: other)
        #expect(message { try run.preprocessing.examples(from: other) }.contains("rain"))
    }

    @Test func aFolderNamedWithASlashIsNumberedBesideItself() throws {
        try write()
        let run = folder.path("runs/x") + "/"
        for _ in 0..<2 { _ = try experiment().run(into: run, numbering: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("runs")).sorted() == ["x", "x-2"])
    }
}
