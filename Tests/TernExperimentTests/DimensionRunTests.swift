import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

/// Whole runs on stations, levels and members: what they write, and what they make of other files.
struct DimensionRunTests {
    let folder = TemporaryFolder()
    static let stations = ["Bergen", "Oslo", "Å"]

    /// Rain and flow of stations by month, and air on levels over a small map; more years continue the same course.
    private func write(_ name: String, months: Range<Int>, stations: [String] = stations) throws -> String {
        var random = RandomState(seed: 7)
        let count = 120, all = random.standardNormal(count: count * 3),
            air = random.standardNormal(count: count * 2 * 12)
        let times = SampleFields.months(from: 2000, months)
        let names = Coordinate(
            "name", dimension: "station", labels: .texts(stations), attributes: ["cf_role": "timeseries_id"])
        let height = Coordinate(
            "height", dimension: "station", numbers: stations.indices.map { 12.5 * Double($0) },
            attributes: ["units": "m"])
        func field(_ name: String, _ value: (Int, Int) -> Double) -> Field {
            Field(
                name,
                Tensor(
                    months.flatMap { month in stations.indices.map { value(month, $0) } },
                    shape: [months.count, stations.count]), dimensions: ["time", "station"],
                coordinates: [Coordinate("time", times: times)] + [names, height], attributes: ["units": "mm"])
        }
        let rain = field("rain") { all[$0 * 3 + $1] }
        let flow = field("flow") { month, station in
            0.8 * all[month * 3 + station] * Double(station + 1) + 0.1 * cos(Double(month)) + 10
        }
        let t = Field(
            "t",
            Tensor(months.flatMap { air[$0 * 24..<($0 + 1) * 24] }, shape: [months.count, 2, 3, 4]).cast(to: .float32),
            dimensions: ["time", "level", "lat", "lon"],
            coordinates: [
                Coordinate("time", times: times),
                Coordinate("level", numbers: [850, 500], attributes: ["units": "hPa"]),
            ] + SampleFields.grid)
        let path = folder.path(name)
        try Dataset([rain, flow, t]).write(to: path)
        return path
    }

    private func experiment(
        _ path: String, _ data: String,
        split: String = "{by: period, training: [2000, 2005], validation: [2006, 2006], test: [2007, 2007]}",
        _ rest: String = ""
    ) throws -> Experiment {
        try Experiment(
            yaml: """
                name: tiny
                data:
                  files: {f: "\(path)"}
                \(data.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
                split: \(split)
                model: {name: linear}
                training: {epochs: 2, batch_size: 16\(rest)}
                baseline: {components: 3, alphas: [0.1]}
                output: {figures: false}
                """)
    }

    @Test(arguments: [false, true]) func stationsKeepTheirNamesInAllThatIsWritten(isStreamed: Bool) throws {
        let path = try write("a.nc", months: 0..<96)
        let run = try experiment(
            path,
            "streaming: \(isStreamed)\ndimensions: {station: cells}\ninputs: [{variable: rain, scale: cell}]\ntargets: [{variable: flow, scale: cell}]",
            ", area_weighted: true"
        )
        .run(into: folder.path("run"))
        let written = try Dataset(contentsOf: folder.path("run/predictions.nc"))
        for name in ["flow", "flow_predicted", "flow_baseline"] {
            let field = try written.field(name)
            #expect(
                field.dimensions == ["time", "station"] && field.shape == [12, 3]
                    && field.coordinate("name")?.texts == Self.stations)
            #expect(field.coordinate("height")?.numbers == [0, 12.5, 25] && field.units == "mm")
        }
        // A linear course is found by the ridge regression, whatever the station.
        #expect(
            run.scores[ScoreTable.baseline, .r]! > 0.95 && run.scores[ScoreTable.baseline, .areaWeightedRMSE] == nil)
        // Other months, in pieces and at once.
        let other = try write("b.nc", months: 96..<120), fields = try run.predict(from: ["f": other])
        #expect(fields[0].shape == [24, 3] && fields[0].coordinate("name")?.texts == Self.stations)
        let shapes = try run.predict(from: ["f": other], to: folder.path("p.nc")) { _, _ in }
        let again = try Dataset(contentsOf: folder.path("p.nc")).field("flow")
        #expect(
            shapes.map(\.shape) == [[24, 3]] && again.coordinate("name")?.texts == Self.stations
                && abs(again.values - fields[0].values).max().item < 1e-5)
        #expect(try run.evaluate(on: ["f": other])[ScoreTable.baseline, .r]! > 0.9)
        let strangers = try write("c.nc", months: 96..<120, stations: ["Bergen", "Oslo", "Ås"])
        let error = #expect(throws: DataError.self) { try run.predict(from: ["f": strangers]) }
        // Stations without names may be others.
        var nameless = try Dataset(contentsOf: other).field("rain"), notes: [String] = []
        nameless.coordinates.removeAll { $0.name == "name" }
        try Dataset([nameless]).write(to: folder.path("nameless.nc"))
        _ = try run.predict(from: ["f": folder.path("nameless.nc")]) { notes.append($0) }
        #expect(
            notes == [
                "variable \"rain\": \(folder.path("nameless.nc")) has no labels of \"station\"; its places are taken in the order of the training data, Bergen, Oslo, Å"
            ], "\(notes)")
        // A file of the run that does not fit together is refused.
        let saved = folder.path("run/preprocessing.json"), text = try String(contentsOfFile: saved, encoding: .utf8)
        #expect(text.contains("\"count\":3"))
        try text.replacing("\"count\":3", with: "\"count\":4").write(toFile: saved, atomically: true, encoding: .utf8)
        let damaged = #expect(throws: DataError.self) { try Run(contentsOf: folder.path("run")) }
        #expect(
            damaged?.message == "the file is damaged: variable \"rain\" has dimensions that do not fit their labels",
            "\(damaged!)")
        #expect(
            error?.description
                == "\(strangers): variable \"rain\" has station Ås where Å stands in the training data; select the same labels",
            "\(error!)")
    }

    @Test func levelsArePredictedAndScoredEachByItself() throws {
        let path = try write("a.nc", months: 0..<96)
        let whole = try experiment(
            path,
            "dimensions: {level: channels, station: channels}\ninputs: [t, rain]\ntargets: [t]\nwindow: {length: 2, lead: 1, as: channels}"
        ).run(into: folder.path("run"))
        #expect(whole.scores.targets == ["t level 850", "t level 500"] && whole.preprocessing.channels.count == 10)
        #expect(
            whole.scores["climatology", .areaWeightedRMSE, of: "t level 500"] != nil
                && whole.scores["persistence", .rmse, of: "t level 850"] != nil)
        let field = try Dataset(contentsOf: folder.path("run/predictions.nc")).field("t_predicted")
        #expect(
            field.dimensions == ["time", "level", "lat", "lon"] && field.coordinate("level")?.numbers == [850, 500])
        let predicted = try whole.predict(from: [:])[0].select(["time": .dates("2007", "2007")])
        #expect(predicted.shape == field.shape && abs(predicted.values - field.values).max().item < 1e-5)
        let folds = try experiment(
            path, "dimensions: {level: channels}\ninputs: [t]\ntargets: [t]", split: "{by: period}"
        ).crossValidate(folds: 2, into: folder.path("folds")).result
        #expect(folds.targets == ["t level 850", "t level 500"] && folds.rows.count == 4)
    }

    @Test func stationsAsSamplesAreSplitByName() throws {
        let path = try write("a.nc", months: 0..<24)
        let data = "dimensions: {station: samples}\ninputs: [rain]\ntargets: [flow]\nwindow: {length: 2}"
        let folds = try experiment(path, data, split: "{by: group, group: name}").crossValidate(
            folds: 3, into: folder.path("folds"))
        #expect(
            Set(folds.result.rows.map(\.unit)) == Set(Self.stations) && folds.result.rows.allSatisfy { $0.count == 23 })
        let field = try Dataset(contentsOf: folder.path("folds/fold-1/predictions.nc")).field("flow")
        #expect(
            Set(field.coordinate("name")?.texts ?? []).count == 1 && field.coordinate("height")?.dimension == "time"
                && field.shape == [23])
        // One part of time for all stations, without groups said: they are groups all the same.
        let run = try experiment(
            path, data,
            split: "{by: period, training: [2000, 2000], validation: [2001-01, 2001-03], test: [2001-04, 2001-12]}"
        ).run(into: folder.path("run"))
        #expect(run.scores.count == 27 && run.scores[ScoreTable.baseline, .rByGroup] != nil)
        // A file of one station is predicted too.
        let lone = folder.path("lone.nc")
        try Dataset([Dataset(contentsOf: path).field("rain").select(["station": .index(1)])]).write(to: lone)
        #expect(try run.predict(from: ["f": lone])[0].shape == [23])
    }

    @Test func rowsWithoutLatitudeAreMapsOfEqualWeight() throws {
        var random = RandomState(seed: 5)
        let values = Tensor(random.standardNormal(count: 60 * 12 * 14), shape: [60, 12, 14]).cast(to: .float32)
        let field = Field(
            "t", values, dimensions: ["time", "y", "x"],
            coordinates: [Coordinate("time", numbers: (1900..<1960).map(Double.init))])
        let path = folder.path("grid.nc")
        try Dataset([field]).write(to: path)
        let split = "{by: period, training: [1900, 1939], validation: [1940, 1949], test: [1950, 1959]}"
        let open = #expect(throws: DataError.self) {
            try experiment(path, "inputs: [t]\ntargets: [t]", split: split).run(into: folder.path("open"))
        }
        #expect(open?.message.contains("data.dimensions: {y: cells, x: cells}") == true, "\(open!)")
        var own = try experiment(
            path, "dimensions: {y: cells, x: cells}\ninputs: [t]\ntargets: [t]", split: split, ", area_weighted: true")
        own.model = ModelConfiguration(name: "unet")
        own.model.filters = 2
        let run = try own.run(into: folder.path("run"))
        #expect(run.scores["network", .rmse] != nil && run.scores["network", .areaWeightedRMSE] == nil)
        #expect(
            try Dataset(contentsOf: folder.path("run/predictions.nc")).field("t_predicted").dimensions == [
                "time", "y", "x",
            ])
    }

    @Test func aReportListsScoresByStation() throws {
        let path = try write("a.nc", months: 0..<96)
        var own = try experiment(path, "inputs: [rain]\ntargets: [flow]")
        own.output.figures = true
        _ = try own.run(into: folder.path("run"))
        let page = try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
        #expect(page.contains("Scores by station, on the test part.") && Self.stations.allSatisfy { page.contains($0) })
        // Months are written as dates.
        #expect(
            page.contains("<text>Jul</text>") || page.contains("<text>Jun</text>") || page.contains("<text>Apr</text>"))
    }

    @Test(.enabled(if: Figure.canDraw)) func aReportOfMapsHasItsTextsInTheirPlaces() throws {
        let path = folder.path("maps.nc")
        try Dataset([SampleFields.yearly("t", 1900...1959) { 3e-6 * (Double($1) + sin(Double($0 * ($1 + 1)))) }]).write(
            to: path)
        var own = try experiment(
            path, "inputs: [t]\ntargets: [t]",
            split: "{by: period, training: [1900, 1929], validation: [1930, 1934], test: [1935, 1959]}")
        own.output.figures = true
        _ = try own.run(into: folder.path("run"))
        let page = try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8),
            faults = DrawnTexts.faults(inPage: page)
        #expect(
            page.contains("Skill by grid cell") && DrawnTexts.all(inPage: page).count > 6 && faults.isEmpty,
            "\(faults.joined(separator: "\n"))")
    }

    // MARK: - Names

    @Test func namesThatCannotBeWrittenAreToldBeforeTraining() throws {
        func refusal(_ names: [String], coordinate: String? = nil) throws -> String {
            let years = Coordinate("time", numbers: (1900..<1930).map(Double.init))
            let others =
                coordinate.map { [Coordinate($0, dimension: "time", numbers: (0..<30).map(Double.init))] } ?? []
            let fields = Dictionary(
                names.map {
                    (
                        $0,
                        Field(
                            $0, Tensor((0..<30).map { sin(Double($0)) }), dimensions: ["time"],
                            coordinates: [years] + others)
                    )
                }
            ) { a, _ in a }
            let data = DataConfiguration(
                files: ["f": "f"], inputs: [VariableConfiguration(variable: names[0])],
                targets: names.map { VariableConfiguration(variable: $0) })
            let made = try ExperimentData(
                data, split: SampleFields.periods(1900...1915, 1916...1920, 1921...1929), fields: fields)
            do {
                try made.preprocessing.checkOutputNames(OutputField.allCases, for: made.test, file: "e")
            } catch { return "\(error)" }
            return ""
        }
        #expect(try refusal(["a", "b"]) == "" && refusal(["a", "a_other"], coordinate: "model") == "")
        #expect(
            try refusal(["a", "a"]).contains(
                "the target \"a\" cannot be written to predictions.nc: two targets have this name"))
        #expect(
            try refusal(["a", "a_predicted"]).contains(
                "\"a_predicted\" is written for the target \"a\" too; rename one of them"))
        #expect(
            try refusal(["model", "b"], coordinate: "model_baseline").contains(
                "\"model_baseline\" is the name of a coordinate there"))
        #expect(try refusal([" a"]).contains("cannot be the name of a variable"))
    }

    /// What was counted to in training is asked for by its label afterwards.
    @Test(arguments: [false, true]) func aPlaceIsRememberedByItsLabel(isStreamed: Bool) throws {
        let path = try write("a.nc", months: 0..<96), turned = folder.path("turned.nc"),
            all = try Dataset(contentsOf: path), t = try all.field("t")
        var other = t
        other.values = .concatenated([t.values.sliced(1..<2, axis: 1), t.values.sliced(0..<1, axis: 1)], axis: 1)
        other.coordinates = t.coordinates.map {
            $0.name == "level" ? Coordinate("level", numbers: [500, 850], attributes: ["units": "hPa"]) : $0
        }
        try Dataset([try all.field("rain"), try all.field("flow"), other]).write(to: turned)
        let data =
            "streaming: \(isStreamed)\ninputs: [{variable: t, select: {level: \"#1\"}, mean: [lat, lon]}]\ntargets: [{variable: flow, select: {station: \"#0\"}}]"
        let run = try experiment(path, data).run(into: folder.path("run"))
        let own = try run.evaluate(on: ["f": path]), same = try run.evaluate(on: ["f": turned])
        #expect(own[ScoreTable.network, .rmse]! == same[ScoreTable.network, .rmse]!)
        let byLabel = try experiment(path, data.replacing("\"#1\"", with: "500")).run(into: folder.path("label"))
        #expect(byLabel.scores[ScoreTable.network, .rmse] == run.scores[ScoreTable.network, .rmse])
    }

    @Test(.enabled(if: Figure.canDraw)) func correlationsByStationAreOfDeparturesAsThoseOfAll() throws {
        let path = try write("a.nc", months: 0..<96), all = try Dataset(contentsOf: path)
        var flow = try all.field("flow")
        // Nothing but a trend can be known of it.
        flow.values = flow.values + Tensor((0..<96).map { 10.0 * Double($0) }, shape: [96, 1])
        try Dataset([flow, try all.field("t")]).write(to: folder.path("b.nc"))
        var own = try experiment(
            folder.path("b.nc"),
            "inputs: [{variable: t, select: {level: 850}, mean: [lat, lon]}]\ntargets: [{variable: flow, detrend: true}]"
        )
        own.output.figures = true
        _ = try own.run(into: folder.path("run"), note: { _ in }, warn: { _ in })
        let table = try Table(csv: folder.path("run/report/result-flow/cells.csv"))
        for model in [ScoreTable.network, ScoreTable.baseline] {
            let r = try table.numbers(of: "\(model), r")
            #expect(r.count == 3 && r.allSatisfy { $0 < 0.95 }, "\(model) \(r)")
        }
    }
}
