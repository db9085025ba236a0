import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// Which runs may be set beside each other, and how splits without a test part are told.
struct TestTaskTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()

    private func write() throws {
        let sst = S.monthly("sst", from: 1990, count: 240) { month, cell in
            sin(Double(month * 31 + cell)) + Double(cell)
        }
        let rain = Field(
            "rain", Tensor((0..<240).map { cos(Double($0) / 5) }), dimensions: ["time"],
            coordinates: [sst.coordinate("time")!], attributes: ["units": "mm"])
        try Dataset([sst, rain]).write(to: folder.path("fields.nc"))
    }

    private func experiment(_ settings: [String]) throws -> Experiment {
        try Experiment(
            yaml: """
                name: task
                data: {files: {fields: \(folder.path("fields.nc"))}, inputs: [{variable: sst, scale: cell}], targets: [{variable: rain}], window: {lead: 1}}
                split: {by: period, training: [1990, 2002], validation: [2003, 2005], test: [2006, 2009]}
                model: {name: mlp, units: [4]}
                training: {epochs: 1}
                baseline: {components: 2}
                output: {figures: false}
                """, setting: settings)
    }

    @Test(
        "Runs that were asked the same differ in nothing, whatever their networks and scaling; else what differs is said",
        arguments: [
            ([], []), (["model.units=[8]", "data.targets.0.scale=max", "data.inputs.0.anomaly=month", "seed=3"], []),
            (["data.window.lead=2"], [["lead", "1", "2"]]),
            (["data.targets.0.anomaly=month"], [["values", "as they are", "departures from the mean of each month"]]),
            (
                ["split.test=[2006,2008]"],
                [
                    ["test examples", "48", "36"],
                    ["test part", "2006-01-15 to 2009-12-15", "2006-01-15 to 2008-12-15"],
                ]
            ),
            (
                ["split.test=[2006,2008]", "split.training=[1990,2001]", "split.validation=[2002,2004]"],
                [
                    ["test examples", "48", "36"],
                    ["test part", "2006-01-15 to 2009-12-15", "2006-01-15 to 2008-12-15"],
                ]
            ),
            (["data.targets.0.variable=sst", "data.targets.0.mean=[lat,lon]"], []),
        ] as [([String], [[String]])])
    func differences(_ settings: [String], _ expected: [[String]]) throws {
        try write()
        let first = try experiment([]).run(into: folder.path("a")),
            second = try experiment(settings).run(into: folder.path("b"))
        let tasks = [first, second].compactMap { $0.task(of: "rain") }
        #expect(tasks.count == (second.scores.targets == ["rain"] ? 2 : 1))
        #expect(TestTask.differences(tasks).map { [$0.what] + $0.values } == expected)
    }

    @Test("The same months of another region are told by the truth itself")
    func regions() throws {
        try write()
        func task(_ region: String, _ name: String) throws -> TestTask {
            let settings = [
                "data.targets.0.variable=sst", "data.targets.0.mean=[lat,lon]",
                "data.targets.0.select={lat: \(region)}",
            ]
            return try experiment(settings).run(into: folder.path(name)).task(of: "sst")!
        }
        let north = try task("[0, 10]", "north"), south = try task("[-10, 0]", "south")
        #expect(
            TestTask.differences([north, south]).map(\.what) == ["mean of the truth", "its deviation"]
                && TestTask.differences([north, north]).isEmpty)
    }

    @Test("Folds of other spans of time, and of targets prepared otherwise, are asked other things")
    func folds() throws {
        try write()
        func validation(_ settings: [String], folds: Int, _ name: String) throws -> CrossValidation {
            let open = [
                "split.training=null", "split.validation=null", "split.test=null", "split.validation_fraction=0",
            ]
            return try experiment(open + settings).crossValidate(folds: folds, into: folder.path(name)).result
        }
        let all = try [
            ("a", [], 2), ("b", ["model.units=[8]"], 2), ("c", [], 3), ("d", ["data.targets.0.detrend=true"], 2),
        ].map { name, settings, folds in
            (name, try validation(settings, folds: folds, name))
        }
        func differences(_ i: Int, _ j: Int) throws -> [String] {
            TestTask.differences(
                try CrossValidation.tasks([all[i].1, all[j].1], in: [all[i].0, all[j].0].map(folder.path), of: "rain")
            ).map(\.what)
        }
        #expect(try differences(0, 1).isEmpty && differences(0, 2) == ["test part"] && differences(0, 3) == ["values"])
        #expect(
            all[0].1.note(of: "rain") == nil
                && all[3].1.note(of: "rain")
                    == "correlations are of departures from the linear trend of each fold's training part"
        )
        // Folds are scored as their runs are: what departs from a trend without it.
        for (name, result) in all.map({ ($0.0, $0.1) }) {
            for row in result.rows {
                let run = try Run(contentsOf: folder.path("\(name)/fold-\(row.fold)"))
                for model in result.models {
                    #expect(
                        abs(row.scores[model]![.r]! - run.scores[model, .r]!) < 1e-9
                            && abs(row.scores[model]![.rmse]! - run.scores[model, .rmse]!) < 1e-9)
                }
            }
        }
    }

    @Test("Runs on several calendars are compared, though their times are texts in predictions.nc")
    func calendars() throws {
        for (name, day, calendar) in [("a", 30, CalendarDate.Calendar.days360), ("b", 15, .standard)] {
            let times = (0..<120).map {
                CalendarDate(year: 2000 + $0 / 12, month: $0 % 12 + 1, day: day, calendar: calendar)
            }
            try Dataset([
                S.series("sst", times) { sin(Double($0 * $0)) },
                S.series("rain", times) { sin(Double($0 * $0)) + cos(Double($0) / 2) },
            ]).write(to: folder.path("\(name).nc"))
        }
        func run(_ name: String, seed: Int) throws -> Run {
            try Experiment(
                yaml: """
                    name: calendars
                    seed: \(seed)
                    data: {files: {fields: "\(folder.path("{run}.nc"))"}, runs: [a, b], inputs: [sst], targets: [{variable: rain, anomaly: month}]}
                    split: {by: period, training: [2000, 2005], validation: [2006, 2007], test: [2008, 2009]}
                    model: {name: mlp, units: [4]}
                    training: {epochs: 1}
                    baseline: {components: 1}
                    output: {figures: false}
                    """
            ).run(into: folder.path(name))
        }
        let first = try run("first", seed: 1), second = try run("second", seed: 2)
        let time = try Dataset(contentsOf: folder.path("first/predictions.nc")).field("rain_predicted").coordinate(
            "time")
        #expect(time?.texts?.contains("2008-02-30") == true, "\(String(describing: time?.labels))")
        #expect(try PairedGain(of: first, over: second, target: "rain") != nil)
    }

    @Test("All may train where no test is wanted: the run says so, predicts, and is scored on files alone")
    func noTest() throws {
        try write()
        let run = try experiment(["split.test=null", "split.test_fraction=0"]).run(into: folder.path("run"))
        #expect(run.scores.count == 0 && run.scores.rows.isEmpty && run.scores.evidence == [])
        #expect(
            !FileManager.default.fileExists(atPath: folder.path("run/predictions.nc"))
                && FileManager.default.fileExists(atPath: folder.path("run/scores.json")))
        #expect(try run.predict(from: [:])[0].shape == [240] && run.evaluate(on: [:]).count == 239)
        // Somebody's own.
        let own = folder.path("run/report/notes")
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try run.writeReport()
        #expect(FileManager.default.fileExists(atPath: own))
        #expect(
            try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8).contains(
                "There is no test part"))
    }
}
