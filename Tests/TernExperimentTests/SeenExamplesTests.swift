import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// A run remembers which times of which groups trained it, and says so where they are scored again.
struct SeenExamplesTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()

    /// Writes months of sst and rain from January 1990 on, on a day of the month.
    private func write(_ name: String, from year: Int = 1990, count: Int, day: Int = 15) throws -> String {
        let times = S.months(from: year, 0..<count, day: day)
        try Dataset([
            S.series("sst", times) { sin(Double($0)) },
            S.series("rain", times) { sin(Double($0)) + cos(Double(7 * $0)) },
        ]).write(to: folder.path(name))
        return folder.path(name)
    }

    /// A run of one epoch on months, in the folder `run`.
    private func run(
        _ path: String,
        _ split: String = "{by: period, training: [1990, 1999], validation: [2000, 2001], test: [2002, 2009]}"
    ) throws -> Run {
        try Experiment(
            yaml: """
                name: months
                data: {files: {fields: \(path)}, inputs: [sst], targets: [rain]}
                split: \(split)
                model: {name: mlp, units: [4]}
                training: {epochs: 1}
                baseline: {components: 1}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
    }

    @Test("Times of the same file, of another file with the same months, and new ones")
    func files() throws {
        let path = try write("fields.nc", count: 240), run = try run(path)
        #expect(run.scores.seen == nil)
        let own = try run.evaluate(on: [:])
        #expect(
            own.seen?.training == 120 && own.seen?.validation == 24 && own.seen?.sameTimes == 0
                && own.seen?.areSame == true)
        #expect(
            own.notes(of: "rain").last
                == "120 of 240 examples were trained on and 24 watched while training (validation): these scores flatter"
        )
        // A link leads to the same file.
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.nc"), withDestinationPath: path)
        #expect(try run.evaluate(on: ["fields": folder.path("link.nc")]).seen == own.seen)
        // Other days stand for the same months, of data that may be others.
        let other = try run.evaluate(on: ["fields": try write("other.nc", from: 1998, count: 36, day: 1)])
        #expect(other.seen?.training == 24 && other.seen?.validation == 12 && other.seen?.areSame == false)
        #expect(
            other.notes(of: "rain").last
                == "24 of 36 examples have the time of examples that were trained on and 12 watched while training (validation): where "
                + "they are the same data, these scores flatter")
        let new = try run.evaluate(on: ["fields": try write("new.nc", from: 2010, count: 24)])
        #expect(new.seen?.training == 0 && new.seen?.text(of: 24) == nil && new.count == 24)
        // A century of months is three numbers.
        let parts = try String(contentsOfFile: folder.path("run/parts.json"), encoding: .utf8)
        #expect(
            parts.contains("\"unit\":\"month\"") && parts.contains("\"spans\":[[23881,1,120]]")
                && parts.utf8.count < 600, "\(parts)")
    }

    @Test("Steps below a minute are remembered one by one")
    func fastSteps() throws {
        func field(_ name: String, _ value: (Int) -> Double) -> Field {
            let time = Coordinate(
                "time", numbers: (0..<140).map { Double($0) / 4 },
                attributes: ["units": "seconds since 2000-01-01"])
            return Field(name, Tensor((0..<140).map(value)), dimensions: ["time"], coordinates: [time])
        }
        try Dataset([field("sst") { sin(Double($0)) }, field("rain") { cos(Double(3 * $0)) }]).write(
            to: folder.path("fast.nc"))
        let run = try run(folder.path("fast.nc"), "{by: period}"), seen = try run.evaluate(on: [:]).seen
        #expect(seen?.training == 98 && seen?.validation == 21)
        let parts = try String(contentsOfFile: folder.path("run/parts.json"), encoding: .utf8)
        #expect(parts.contains("\"spans\":[[946684800000000,250000,98]]"), "\(parts)")
    }

    @Test("Groups of other names have the same times at most; a group that trained is known")
    func groups() throws {
        func write(_ name: String, models: [Int]) throws -> String {
            let sst = S.samples(models: models, years: 1950...1979) { sin(Double($0 * 50 + $1)) }.renamed("sst"),
                rain = S.samples(models: models, years: 1950...1979) { cos(Double($0 * 31 + $1)) }
            try Dataset([sst, rain]).write(to: folder.path(name))
            return folder.path(name)
        }
        let run = try Experiment(
            yaml: """
                name: models
                data: {files: {fields: \(try write("models.nc", models: [0, 1, 2, 3]))}, sample: sample, inputs: [sst], targets: [rain]}
                split: {by: group, group: model, validation: [2], test: [3]}
                model: {name: mlp, units: [4]}
                training: {epochs: 1}
                baseline: {components: 1}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
        let own = try run.evaluate(on: [:])
        #expect(own.seen?.training == 60 && own.seen?.validation == 30 && own.seen?.sameTimes == 30)
        #expect(
            own.seen?.text(of: 120)?.hasSuffix(
                "these scores flatter; 30 of 120 examples have times of which other values of model were trained on")
                == true)
        let others = try run.evaluate(on: ["fields": try write("others.nc", models: [7, 1])])
        #expect(others.seen?.training == 30 && others.seen?.sameTimes == 30 && others.seen?.areSame == false)
        #expect(
            others.seen?.text(of: 60)?.hasPrefix(
                "30 of 60 examples have the time and model of examples that were trained on: where they are the same data"
            ) == true)
        let unknown = try run.evaluate(on: ["fields": try write("unknown.nc", models: [8])])
        #expect(
            unknown.seen?.text(of: 30) == "30 of 30 examples have times of which other values of model were trained on")
    }

    @Test(
        "Steps that are only counted say nothing of other files; a random split along times is remembered time by time")
    func counted() throws {
        let path = try write("fields.nc", count: 240)
        let run = try run(path, "{by: random, allow_leak: true, validation_fraction: 0.2, test_fraction: 0.3}"),
            seen = try run.evaluate(on: [:]).seen
        #expect(seen?.training == 120 && seen?.validation == 48 && seen?.areSame == true)
        func writeCases(_ name: String) throws -> String {
            func field(_ name: String, _ value: (Int) -> Double) -> Field {
                Field(name, Tensor((0..<60).map(value)), dimensions: ["case"])
            }
            try Dataset([field("sst") { sin(Double($0)) }, field("rain") { cos(Double(3 * $0)) }]).write(
                to: folder.path(name))
            return folder.path(name)
        }
        let cases = try Experiment(
            yaml: """
                name: cases
                data: {files: {fields: \(try writeCases("cases.nc"))}, sample: case, inputs: [sst], targets: [rain]}
                split: {by: random}
                model: {name: mlp, units: [4]}
                training: {epochs: 1}
                baseline: {components: 1}
                output: {figures: false}
                """
        ).run(into: folder.path("cases"))
        #expect(try cases.evaluate(on: [:]).seen?.training == 42)
        let other = try cases.evaluate(on: ["fields": try writeCases("others.nc")])
        #expect(other.seen?.training == 0 && other.seen?.text(of: 60) == nil)
    }

    @Test("A run that does not say is opened, and scores without a word of it")
    func older() throws {
        let path = try write("fields.nc", count: 240)
        _ = try run(path)
        try FileManager.default.removeItem(atPath: folder.path("run/parts.json"))
        #expect(try Run(contentsOf: folder.path("run")).evaluate(on: ["fields": path]).seen == nil)
        // Scores as they were written before intervals; the report is made again all the same, unless the data have
        // changed.
        let scores = folder.path("run/scores.json")
        var older =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: scores))) as! [String: Any]
        let rows = (older["rows"] as! [[String: Any]]).map { row in
            row.filter { ["model", "target", "units", "scores"].contains($0.key) }
        }
        older = ["rows": rows, "count": older["count"]!]
        try JSONSerialization.data(withJSONObject: older).write(to: URL(fileURLWithPath: scores))
        let opened = try Run(contentsOf: folder.path("run"))
        #expect(
            opened.scores.evidence == nil && opened.scores["network", .rmse] != nil
                && opened.scores.notes(of: "rain").isEmpty)
        try opened.writeReport()
        let task = opened.task(of: "rain")!
        #expect(
            TestTask.differences([task, task]).map { [$0.what] + $0.values } == [
                ["test part", "not told by an older run", "not told by an older run"]
            ])
        _ = folder.write(
            "{\"unit\": \"month\", \"counts\": [1], \"training\": [{\"run\": \"\", \"group\": \"\", \"first\": \"\", \"last\": \"\", \"spans\": [[0, -1, 5]]}], \"validation\": [], \"test\": []}",
            as: "run/parts.json")
        let error = #expect(throws: DataError.self) { try Run(contentsOf: folder.path("run")) }
        #expect(error?.description.contains("parts.json: the file is damaged") == true)
    }

    @Test("Spans hold the times that they were made of and no others", arguments: 0..<40 as Range<UInt64>)
    func spans(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let step = [1, 0.1, 7, 30.5][Int(seed % 4)], density = Double(seed % 10) / 10 + 0.05
        let places = (0..<300).filter { _ in Double(random.next() >> 11) / 0x1p53 < density },
            times = places.map { 1950 + Double($0) * step }
        let spans = try JSONDecoder().decode([RunParts.Span].self, from: JSONEncoder().encode(RunParts.spans(times)))
        #expect(spans.reduce(0) { $0 + $1.count } == times.count && spans.count <= max(1, (times.count + 1)))
        for place in 0..<300 {
            let time = 1950 + Double(place) * step
            #expect(spans.contains { $0.contains(time) } == places.contains(place), "\(time)")
            #expect(!spans.contains { $0.contains(time + step / 2) })
        }
        if density > 0.9 { #expect(spans.count < 60) }
    }
}
