import Foundation
import Tern
import TernExperiment
import TernStudio
import TestSupport
import Testing

/// The view of runs reads what a run's folder holds, and no other folder.
@Suite struct RunsTests {
    private static let yaml = """
        name: rain
        data: {files: {fields: pacific.nc}, inputs: [sst], targets: [{variable: sst, scale: standard}]}
        split: {by: period, validation_fraction: 0.2, test_fraction: 0.2}
        model: {layers: [conv2d: {filters: 2, kernel_size: 3, padding: same, activation: tanh}, conv2d: {filters: 1, kernel_size: 1}]}
        training: {epochs: 2, batch_size: 8}
        output: {figures: false}
        """

    private func fields(in folder: TemporaryFolder) throws {
        let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
        try Dataset([sst, rain]).write(to: folder.path("pacific.nc"))
        try Self.yaml.write(toFile: folder.path("rain.yaml"), atomically: true, encoding: .utf8)
    }

    private func experiment(in folder: TemporaryFolder, epochs: Int = 2) throws -> Experiment {
        var experiment = try Experiment(contentsOf: folder.path("rain.yaml"))
        experiment.training.epochs = epochs
        return experiment
    }

    private func page(_ folder: TemporaryFolder) -> TestPage {
        TestPage(setup: StudioSetup(folders: [folder.path("runs")]))
    }

    private func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func aPageNamesRunsOfTheGivenFoldersAlone() async throws {
        let folder = TemporaryFolder()
        for name in ["runs/deep/a", "other/b"] {
            try write(Self.yaml, to: folder.path(name + "/experiment.yaml"))
            try write("network,epoch,loss\n1,1,0.5\n", to: folder.path(name + "/history.csv"))
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("runs/link"), withDestinationPath: folder.path("other/b"))
        let found = RunFolders([folder.path("runs")])
        #expect(found.runs().map(\.id) == ["0/deep/a"])
        #expect(try found.run("0/deep/a").folder == folder.path("runs/deep/a"))
        for id in [
            "0/../other/b", "0/deep/../../other/b", "0/link", "1/deep/a", "0//deep/a", "0/deep/a/",
            folder.path("other/b"),
            "-1/deep/a", "0", "", "0/deep", "0/deep/a\0", "0/./deep/a",
        ] {
            #expect(throws: StudioMistake.self, "\(id)") { try found.run(id) }
        }
        let complaint = try await page(folder).complaint(
            "{\"id\": 1, \"view\": \"runs\", \"action\": \"open\", \"arguments\": {\"run\": \"0/../other/b\"}}")
        #expect(complaint.contains("there is no run"))
    }

    @Test(arguments: [
        ("--search", "the epochs of a search's many fits are not written"),
        ("--cross-validate=5", "folds follow, whose epochs are not written"),
        ("--seed=1", "epoch 2 of 10"),
    ])
    func aFitSaysWhichEpochsAreNotToBeSeen(option: String, sentence: String) throws {
        let folder = TemporaryFolder(), run = folder.path("runs/co2.safetensors.training")
        try write("{\"arguments\": [\"co2.csv\", \"\(option)\", \"x\"], \"folder\": \"/\"}", to: run + "/fit.json")
        if option != "--search" {
            try write("epoch,epochs,seconds,loss\n1,10,2.0,0.5\n2,10,4.0,0.4\n", to: run + "/epochs.csv")
        }
        let place = try #require(RunFolders([folder.path("runs")]).runs().first)
        #expect(RunState(place).sentence.contains(sentence))
    }

    @Test func aRunUnderWayTellsItsEpochsAndTheTimeThatIsLeft() throws {
        let folder = TemporaryFolder(), run = folder.path("runs/a")
        try write(Self.yaml, to: run + "/training/experiment.yaml")
        try write(
            "epoch,epochs,seconds,loss,val_loss\n1,10,2.0,0.5,0.6\n2,10,4.0,0.4,0.55\n3,10,6.0,0.3",
            to: run + "/training/network-1/epochs.csv")
        let name = ProcessInfo.processInfo.hostName, own = ProcessInfo.processInfo.processIdentifier
        try write("process \(own) on \(name), since now\n", to: run + "/training/lock")
        let place = try #require(RunFolders([folder.path("runs")]).runs().first)
        let state = RunState(place)
        #expect(state.status == .training && state.done == 2 && state.all == 10)
        #expect(state.secondsLeft == 16)
        #expect(state.sentence == "epoch 2 of 10, 16 s left")
        // The line that is still written is left out.
        #expect(state.curves.map(\.quantity) == ["loss", "val_loss"])
        #expect(state.curves[1].values.values == [0.6, 0.55] && state.curves[1].epochs.values == [1, 2])
        try FileManager.default.removeItem(atPath: run + "/training/lock")
        #expect(RunState(place).status == .interrupted)
    }

    @Test(arguments: [
        "", "\n", "epoch\n", "epoch,epochs,seconds\nnan,inf,-1e300\n1e300,1,1\n",
        "epoch,epochs,seconds,loss\n5,1,nan,x\n",
        "loss\n1\n", "epoch,epochs,seconds,loss\n1,1000000000,1,1\n2,1000000000,1000000000,1\n",
        "epoch,epochs,seconds,loss\n-10,-5,1,0.5\n",
    ])
    func whateverAFileSaysOfEpochsIsRead(text: String) throws {
        let folder = TemporaryFolder()
        try write(Self.yaml, to: folder.path("runs/a/training/experiment.yaml"))
        try write(text, to: folder.path("runs/a/training/network-1/epochs.csv"))
        try write("process 1 on elsewhere, since now\n", to: folder.path("runs/a/training/lock"))
        try write(
            #"{"maker": "", "instructionSet": "", "experiment": "", "folds": 9000000000000000000,"#
                + #" "checkpoints": {"afterEpochs": {"_0": 1}}}"#, to: folder.path("runs/a/training/run.json"))
        let state = RunState(try RunFolders([folder.path("runs")]).run("0/a"))
        #expect(state.curves.allSatisfy { $0.epochs.values.allSatisfy(\.isFinite) })
    }

    @Test func eachNetworkOfAHistoryHasItsCurves() throws {
        let folder = TemporaryFolder()
        try write(Self.yaml, to: folder.path("runs/a/experiment.yaml"))
        try write(
            "network,epoch,loss,val_loss\n2,1,7,8\n1,1,5,6\n2,2,3,4\n1,2,1,2\n", to: folder.path("runs/a/history.csv"))
        let curves = RunState(try RunFolders([folder.path("runs")]).run("0/a")).curves
        #expect(
            curves.map { "\($0.network) \($0.quantity) \($0.values.values)" } == [
                "network 1 loss [5.0, 1.0]", "network 1 val_loss [6.0, 2.0]", "network 2 loss [7.0, 3.0]",
                "network 2 val_loss [8.0, 4.0]",
            ])
        #expect(curves.allSatisfy { $0.epochs.values == [1, 2] })
    }

    /// More than anybody trains: files of somebody else's.
    @Test(.ends, arguments: [true, false])
    func historiesOfManyNamesAreReadInTime(areColumns: Bool) throws {
        let folder = TemporaryFolder(), names = 0..<50_000
        try write(Self.yaml, to: folder.path("runs/a/experiment.yaml"))
        try write(
            areColumns
                ? "epoch" + names.map { ",q\($0)" }.joined() + "\n1" + names.map { _ in ",1" }.joined() + "\n"
                : "network,epoch,loss\n" + names.map { "\($0),1,1\n" }.joined(), to: folder.path("runs/a/history.csv"))
        let state = RunState(try RunFolders([folder.path("runs")]).run("0/a"))
        #expect(state.status == .finished && state.curves.isEmpty)
    }

    @Test func mapsSeriesAndScoresAreThoseOfTheRun() async throws {
        let folder = TemporaryFolder()
        try fields(in: folder)
        let run = try experiment(in: folder).run(into: folder.path("runs/a"), note: { _ in }, warn: { _ in })
        let truth = try Dataset(contentsOf: folder.path("runs/a/predictions.nc")).field("sst")
        let predicted = try Dataset(contentsOf: folder.path("runs/a/predictions.nc")).field("sst_predicted")
        let page = page(folder), opened = try await page.ask("open", "{\"run\": \"0/a\"}", view: "runs")
        let target = (opened["targets"] as! [[String: Any]])[0]
        #expect(target["fields"] as? [String] == ["truth", "prediction", "baseline"])
        let rows = opened["scores"] as! [[String: Any]]
        #expect((rows[0]["scores"] as! [String: Double])["rmse"] == run.scores.rows[0].scores[.rmse])
        let x = target["x"] as! [Double], y = target["y"] as! [Double]
        #expect(x == x.sorted() && y == y.sorted())

        let maps = try await TestPage(setup: StudioSetup(folders: [folder.path("runs")]))
            .ask("maps", "{\"run\": \"0/a\", \"sample\": 3}", view: "runs")
        let map = (maps["maps"] as! [String: [Double]])["prediction"]!
        let latitudes = predicted.coordinates.first { $0.name == "lat" }!.numbers!
        let row = latitudes.firstIndex(of: y[2])!, width = x.count
        let cell = predicted.values.doubles[(3 * y.count + row) * width + 5]
        #expect(abs(map[2 * width + 5] - cell) <= 1e-6 * abs(cell))
        let difference = maps["difference"] as! [Double], truths = (maps["maps"] as! [String: [Double]])["truth"]!
        #expect(zip(difference, zip(map, truths)).allSatisfy { abs($0 - ($1.0 - $1.1)) < 1e-5 })
        #expect(difference.contains { $0 != 0 })
        let ends = maps["differenceRange"] as! [Double]
        #expect(ends.map(Float.init) == [difference.min()!, difference.max()!].map(Float.init))

        let series = try await TestPage(setup: StudioSetup(folders: [folder.path("runs")]))
            .ask("series", "{\"run\": \"0/a\", \"column\": 5, \"row\": 2}", view: "runs")
        let own = (0..<truth.shape[0]).map { truth.values.doubles[($0 * y.count + row) * width + 5] }
        let answers = (0..<truth.shape[0]).map { predicted.values.doubles[($0 * y.count + row) * width + 5] }
        let values = series["values"] as! [String: [Double]]
        #expect(values["truth"] == own && values["prediction"] == answers)
        let rmse = (zip(own, answers).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / Double(own.count)).squareRoot()
        let shown = (series["scores"] as! [String: [String: Double]])["prediction"]!["rmse"]!
        #expect(abs(shown - rmse) < 1e-12)
    }

    /// A region over Greenwich, whose latitudes lie unevenly and begin in the north.
    @Test func mapsGoOnOverGreenwichAndCellsEndHalfWay() throws {
        let folder = TemporaryFolder()
        let field = Field(
            "t", Tensor((0..<24).map(Double.init), shape: [2, 3, 4]), dimensions: ["time", "lat", "lon"],
            coordinates: [
                Coordinate("lat", numbers: [80, 10, 0]), Coordinate("lon", numbers: [350, 355, 0, 5]),
            ])
        try Dataset([field]).write(to: folder.path("t.nc"))
        let shown = try ShownFields(Dataset(contentsOf: folder.path("t.nc")), ["t"])
        let target = shown.targets[0]
        #expect(target.x == [-10, -5, 0, 5] && target.xEdges == [-12.5, -7.5, -2.5, 2.5, 7.5])
        #expect(target.y == [0, 10, 80] && target.yEdges == [-5, 5, 45, 90])
        let map = try shown.maps(target: 0, sample: 0, part: 0).maps["truth"]!
        #expect(map.values == [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3])
        let series = try shown.series(target: 0, column: 0, row: 1, part: 0)
        #expect(series.values["truth"]!.values == [4, 16] && series.place == "10° N, 10° W")
    }

    /// The bounds of longitudes lie in the other convention, as files have them.
    @Test func cellsOfMapsEndWhereTheFileSays() throws {
        let folder = TemporaryFolder()
        let field = Field(
            "t", Tensor((0..<12).map(Double.init), shape: [2, 3, 2]), dimensions: ["time", "lat", "lon"],
            coordinates: [
                Coordinate("lat", labels: .numbers([60, 0, -60]), bounds: [31...90, -40...31, -90 ... -40]),
                Coordinate("lon", labels: .numbers([355, 0]), bounds: [-8 ... -1, -1...4]),
            ])
        try Dataset([field]).write(to: folder.path("t.nc"))
        let target = try ShownFields(Dataset(contentsOf: folder.path("t.nc")), ["t"]).targets[0]
        #expect(target.y == [-60, 0, 60] && target.yEdges == [-90, -40, 31, 90])
        #expect(target.x == [355, 360] && target.xEdges == [352, 359, 364])
    }

    @Test func aFitThatEndedIsToldByItsModel() async throws {
        let folder = TemporaryFolder(), run = "0/co2.safetensors.training"
        func hasModel(_ run: String, since began: Double) async throws -> Bool {
            let answer = try await page(folder).ask("ended", "{\"run\": \"\(run)\", \"began\": \(began)}", view: "runs")
            return answer["hasModel"] as! Bool
        }
        let now = Date.now.timeIntervalSince1970
        #expect(try await hasModel(run, since: now - 10) == false)
        try write("model", to: folder.path("runs/co2.safetensors"))
        #expect(try await hasModel(run, since: now - 10))
        // A model that was there before the fit began is another's.
        #expect(try await hasModel(run, since: now + 1000) == false)
        try write("model", to: folder.path("else.safetensors"))
        for other in ["0/../else.safetensors.training", "1/co2.safetensors.training", "0/co2.safetensors", ""] {
            #expect(try await hasModel(other, since: now - 10) == false, "\(other)")
        }
    }

    @Test func aDroppedFileIsPredictedAsTheRunPredictsIt() async throws {
        let folder = TemporaryFolder()
        try fields(in: folder)
        let run = try experiment(in: folder).run(into: folder.path("runs/a"), note: { _ in }, warn: { _ in })
        let expected = try run.predict(from: ["fields": folder.path("pacific.nc")], note: { _ in })[0]
        let page = page(folder), file = try Data(contentsOf: URL(fileURLWithPath: folder.path("pacific.nc")))
        let opened = try await page.ask("predict", "{\"run\": \"0/a\"}", view: "runs", id: 2, file: file)
        let target = (opened["targets"] as! [[String: Any]])[0]
        #expect((target["labels"] as! [String]).count == 60)
        let maps = try await page.ask(
            "maps", "{\"run\": \"0/a\", \"isPredicted\": true, \"sample\": 59}", view: "runs")
        let map = (maps["maps"] as! [String: [Double]])["prediction"]!
        let own = expected.values.doubles.suffix(map.count)
        #expect(map.sorted() == own.map { Double(Float($0)) }.sorted())
        page.connection.receive(bytes: Data([2, 0, 0, 0]) + Data("{}".utf8))
        let damaged = try await TestPage(setup: StudioSetup(folders: [folder.path("runs")])).complaint(
            "{\"id\": 1, \"view\": \"runs\", \"action\": \"predict\", \"arguments\": {\"run\": \"0/a\"}}")
        #expect(damaged.contains("drop a NetCDF file"))
    }

    /// Ends a training after some epochs, as an error would.
    private final class Breaker: Callback {
        struct Enough: Error {}
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
            if epoch == 2 { throw Enough() }
        }
    }

    @Test func aCheckpointForecastsAsARunOfSoManyEpochs() throws {
        let folder = TemporaryFolder()
        try fields(in: folder)
        let whole = try experiment(in: folder).run(into: folder.path("whole"), note: { _ in }, warn: { _ in })
        #expect(throws: InterruptedRun.self) {
            try experiment(in: folder, epochs: 5).run(
                into: folder.path("part"), checkpoints: .afterEpochs(1), callbacks: { [Breaker()] }, note: { _ in },
                warn: { _ in })
        }
        let log = try String(contentsOfFile: folder.path("part/training/network-1/epochs.csv"), encoding: .utf8)
        #expect(log.hasPrefix("epoch,epochs,seconds,loss,val_loss\n1,5,"))
        let snapshot = try RunSnapshot(folder.path("part/training/experiment.yaml"))
        #expect(snapshot.part == "validation")
        let found = try snapshot.forecasts(of: 1, in: folder.path("part/training/network-1"))
        #expect(found.epoch == 2 && found.fields.map(\.name) == ["sst", "sst_predicted", "sst_baseline"])
        let all = try whole.predict(from: ["fields": folder.path("pacific.nc")], note: { _ in })[0]
        let times = all.coordinates.first { $0.name == "time" }!.labelTexts
        let shown = found.fields[1].coordinates.first { $0.name == "time" }!.labelTexts
        let size = all.shape.dropFirst().reduce(1, *), expected = all.values.doubles
        let own = found.fields[1].values.doubles
        #expect(!shown.isEmpty)
        for (i, time) in shown.enumerated() {
            let j = try #require(times.firstIndex(of: time))
            for k in 0..<size { #expect(abs(own[i * size + k] - expected[j * size + k]) < 1e-5) }
        }
    }

    @Test func epochsBehindACheckpointAreTakenBack() throws {
        let folder = TemporaryFolder()
        let log = EpochLog(in: folder.url.path)
        for epoch in 1...5 { log.record(epoch, of: 9, ["loss": Double(epoch)]) }
        log.flush()
        let next = EpochLog(in: folder.url.path)
        next.record(4, of: 9, ["loss": 40])
        next.flush()
        let lines = try String(contentsOfFile: folder.path(EpochLog.name), encoding: .utf8).split(separator: "\n")
        #expect(
            lines.map { $0.split(separator: ",") }.map { "\($0[0]) \($0[3])" } == [
                "epoch loss", "1 1.0", "2 2.0", "3 3.0", "4 40.0",
            ])
    }
}
