import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// What `predict` and `evaluate` say of files that are unlike those of training, and what they do about gaps.
struct NewDataTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()

    /// Months of temperature and rain on the same cells, and rain's mean, from a year on.
    private func fields(
        from year: Int = 1990, months: Int = 240, _ change: (inout Field, inout Field) -> Void = { _, _ in }
    ) -> [Field] {
        var random = RandomState(seed: UInt32(year + months))
        let noise = random.standardNormal(count: months * 12)
        var t = S.monthly("t", from: year, count: months) {
            270 + 4 * Double($1) + 8 * cos(Double($0) * .pi / 6) + noise[$0 * 12 + $1]
        }
        var p = S.monthly("p", from: year, count: months) { pow(abs(noise[$0 * 12 + $1]) * 3, 1.5) }
        t.attributes = [:]
        let sums: [Double] = (0..<months).map { noise[$0 * 12] + noise[$0 * 12 + 5] }
        let y = Field("y", Tensor(sums), dimensions: ["time"], coordinates: [t.coordinate("time")!])
        change(&t, &p)
        return [t, p, y]
    }

    /// Puts a value in the place of some.
    private func hole(_ field: inout Field, _ value: Double = .nan, at condition: (Int) -> Bool) {
        field.values = Tensor(field.values.doubles.enumerated().map { condition($0) ? value : $1 }, shape: field.shape)
    }

    private func write(_ name: String, _ fields: [Field]) throws -> [String: String] {
        try Dataset(fields).write(to: folder.path(name))
        return ["f": folder.path(name)]
    }

    private func run(
        _ input: String = "t", streaming: Bool = false, inputs: String? = nil, target: String = "y",
        model: String = "{name: linear}"
    ) throws -> Run {
        _ = try write("f.zarr", fields())
        return try Experiment(
            yaml: """
                name: new
                data: {files: {f: \(folder.path("f.zarr"))}, streaming: \(streaming), chunk: 50, inputs: \(inputs ?? "[\(input), p]"), targets: [\(target)]}
                split: {by: period, training: [1990, 2002], validation: [2003, 2005], test: [2006, 2009]}
                model: \(model)
                training: {epochs: 1}
                baseline: {components: 3}
                output: {figures: false}
                """
        ).run(into: folder.path("run"), numbering: true)
    }

    private func notes(_ run: Run, _ files: [String: String]) throws -> [String] {
        var notes: [String] = []
        _ = try run.predict(from: files) { notes.append($0) }
        return notes
    }

    @Test(
        "Other units, scales and levels are told, with the values of both; ordinary new data are not",
        arguments: ["t", "{variable: t, anomaly: month, scale: cell}"])
    func unlike(input: String) throws {
        let run = try run(input)
        func told(_ name: String, from year: Int = 2010, months: Int = 60, _ change: (inout Field, inout Field) -> Void)
            throws -> [String]
        {
            try notes(run, write(name, fields(from: year, months: months, change)))
        }
        // The same law; a part of a year; half a degree warmer; a single month.
        #expect(
            try notes(run, [:]).isEmpty && told("same.zarr") { _, _ in }.isEmpty
                && told("part.zarr", months: 3) { _, _ in }.isEmpty)
        #expect(
            try told("warm.zarr") { t, _ in t.values = t.values + 0.5 }.isEmpty
                && told("one.zarr", months: 1) { _, _ in }.isEmpty)
        let celsius = try told("celsius.zarr") { t, _ in t.values = t.values - 273.15 }
        #expect(
            celsius.count == 1
                && celsius[0].hasPrefix("variable \"t\": all 720 values lie beyond those of training: they are -"),
            "\(celsius)")
        #expect(
            celsius.first?.contains("in training 2") == true
                && celsius.first?.hasSuffix("are units, scale and level the same?") == true, "\(celsius)")
        let rain = try told("rain.zarr") { _, p in p.values = p.values * (1 / 86400.0) }
        #expect(
            rain.count == 1
                && rain[0].hasPrefix(
                    "variable \"p\": its values are smaller than those of training by a factor of about 9.4e+04")
                && rain[0].contains("units the same?"), "\(rain)")
        let large = try told("large.zarr") { _, p in p.values = p.values * 86400 }
        #expect(large.count == 1 && large[0].contains("values lie beyond those of training"), "\(large)")
        let spike = try told("spike.zarr") { t, _ in hole(&t, 900) { $0 == 300 } }
        #expect(
            spike.count == 1
                && spike[0].hasPrefix(
                    "variable \"t\": 1 of 720 values lie far beyond those of training: here they are 2")
                && spike[0].contains("to 900"), "\(spike)")
        // A fill value is told as one.
        let fill = try told("fill.zarr") { _, p in hole(&p, -999) { $0 % 100 == 7 } }
        #expect(
            fill == [
                "variable \"p\": -999 at time 2010-01-15, lat 0, lon 270 and 7 more stands apart from all other values (\(fill.first?.split(separator: "(").last ?? "")"
            ], "\(fill)")
    }

    @Test("What a run was trained on is the same whether it streams or not; runs of before say nothing")
    func known() throws {
        let whole = try run(), streamed = try run(streaming: true)
        for (a, b) in zip(
            whole.preprocessing.inputs + whole.preprocessing.targets,
            streamed.preprocessing.inputs + streamed.preprocessing.targets)
        {
            let (a, b) = (try #require(a.values), try #require(b.values))
            #expect(
                a[0].count == 13 * 12 * (a[0].count > 156 ? 12 : 1) && abs(a[0].least - b[0].least) < 1e-4
                    && abs(a[0].most - b[0].most) < 1e-4)
            #expect(abs(a[0].mean - b[0].mean) < 1e-4 && abs(a[0].deviation - b[0].deviation) < 1e-4)
        }
        let cold = try write("cold.zarr", fields(from: 2010, months: 60) { t, _ in t.values = t.values - 273.15 })
        #expect(try notes(streamed, cold) == notes(whole, cold) && notes(whole, cold).count == 1)
        let file = "\(whole.folder)/preprocessing.json"
        var older =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as! [String: Any]
        for side in ["inputs", "targets"] {
            older[side] = (older[side] as! [[String: Any]]).map {
                $0.filter { !["values", "preparedValues", "level"].contains($0.key) }
            }
        }
        try JSONSerialization.data(withJSONObject: older).write(to: URL(fileURLWithPath: file))
        #expect(try notes(Run(contentsOf: whole.folder), cold).isEmpty)
    }

    @Test("A level that is the only one of a file is remembered")
    func level() throws {
        func at(_ level: Double) -> [Field] {
            fields { t, _ in
                t = Field(
                    "t", t.values.reshaped([240, 1, 3, 4]), dimensions: ["time", "level", "lat", "lon"],
                    coordinates: t.coordinates + [Coordinate("level", numbers: [level], attributes: ["units": "hPa"])])
            }
        }
        _ = try write("f.zarr", at(850))
        let run = try Experiment(
            yaml: """
                name: new
                data: {files: {f: \(folder.path("f.zarr"))}, inputs: [t], targets: [y]}
                split: {by: period}
                model: {name: linear}
                training: {epochs: 1}
                baseline: {components: 3}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
        #expect(
            try notes(run, write("500.zarr", at(500))) == [
                "variable \"t\" is at level 500 hPa here, at 850 hPa in the training data"
            ])
        #expect(try notes(run, [:]).isEmpty)
    }

    @Test(
        "A gap in an input is answered by a gap, and left out of scores; only gaps are an error",
        arguments: [false, true])
    func gaps(streaming: Bool) throws {
        let run = try run(streaming: streaming)
        func gap(_ month: Int, _ field: inout Field) { hole(&field) { $0 == month * 12 + 5 } }
        let files = try write(
            "gaps.zarr",
            fields(from: 2010, months: 60) { t, p in
                gap(3, &t)
                gap(40, &p)
            })
        let whole = try run.predict(from: write("whole.zarr", fields(from: 2010, months: 60)))[0].values.doubles
        var notes: [String] = []
        let fields = try run.predict(from: files) { notes.append($0) }
        #expect(
            zip(fields[0].values.doubles, whole).enumerated().allSatisfy {
                [3, 40].contains($0) ? $1.0.isNaN : abs($1.0 - $1.1) < 1e-5
            })
        #expect(
            notes.count == 1
                && notes[0].hasPrefix(
                    "2 of 60 examples lack an input and are answered by a gap; the first gap: variable \"t\" is missing at time 2010-04-15"
                ), "\(notes)")
        try run.predict(from: files, to: folder.path("p.nc"), note: { _ in })
        #expect(
            try Dataset(contentsOf: folder.path("p.nc")).field("y").values.doubles.map(\.isNaN)
                == fields[0].values.doubles.map(\.isNaN))
        notes = []
        let table = try run.evaluate(on: files) { notes.append($0) }
        #expect(
            table.count == 58 && table["network", .rmse]?.isFinite == true
                && notes.first?.contains("2 of 60 examples lack an input and are not scored") == true, "\(notes)")
        let none = try write(
            "none.zarr", self.fields(from: 2010, months: 60) { t, _ in for month in 0..<60 { gap(month, &t) } })
        let error = #expect(throws: DataError.self) {
            try run.predict(from: none, to: folder.path("none-p.nc"), note: { _ in })
        }
        #expect(
            error?.message.contains(
                "variable \"t\" is missing at time 2010-01-15, lat 0, lon 90; say what stands in for it") == true,
            "\(error?.message ?? "")")
        #expect(!FileManager.default.fileExists(atPath: folder.path("none-p.nc")))
        // A gap in training is an error still.
        #expect(throws: DataError.self) {
            try ExperimentStream(
                S.configuration([S.plain("t")], [S.plain("y")]).reading(files["f"]!),
                split: SplitConfiguration(by: .period))
        }
    }

    @Test("Missing cells of a target map are not scored")
    func missingTargets() throws {
        let run = try run(
            inputs: "[t]", target: "p",
            model: "{layers: [flatten: {}, dense: {units: 12}, reshape: {target_shape: [3, 4, 1]}]}")
        var notes: [String] = []
        let files = try write("gaps.zarr", fields(from: 2010, months: 60) { _, p in hole(&p) { $0 == 77 } })
        let table = try run.evaluate(on: files) { notes.append($0) }
        #expect(
            table.count == 60 && table["network", .rmse]?.isFinite == true
                && notes == ["variable \"p\": 1 missing value is not scored"], "\(notes)")
    }

    @Test("Labels in another order, or turned latitudes and longitudes, are aligned")
    func alignment() throws {
        let stations = ["Bergen", "Oslo", "Vardo"], times = S.months(from: 1990, 0..<120, day: 1)
        func field(_ order: [Int], more: Int = 0) -> [Field] {
            let names = order.map { stations[$0] } + (0..<more).map { "new \($0)" }
            let numbers = order + (0..<more).map { _ in 0 }
            let x = Field(
                "x",
                Tensor(
                    (0..<120).flatMap { t in numbers.map { sin(Double(t * (3 + $0))) + Double($0) } },
                    shape: [120, names.count]), dimensions: ["time", "station"],
                coordinates: [Coordinate("time", times: times), Coordinate("station", labels: .texts(names))])
            return [
                x,
                Field(
                    "y", Tensor((0..<120).map { cos(Double($0)) }), dimensions: ["time"],
                    coordinates: [Coordinate("time", times: times)]),
            ]
        }
        // NetCDF-4 with texts is left to others; a Zarr store holds them too.
        try Dataset(field([0, 1, 2])).write(to: folder.path("a.zarr"))
        let run = try Experiment(
            yaml: """
                name: stations
                data: {files: {f: \(folder.path("a.zarr"))}, dimensions: {station: channels}, inputs: [x], targets: [y]}
                split: {by: period}
                model: {name: linear}
                training: {epochs: 1}
                baseline: {components: 2}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
        let own = try run.predict(from: [:])[0].values.doubles
        for (order, more) in [([2, 0, 1], 0), ([1, 2, 0], 2)] {
            try Dataset(field(order, more: more)).write(to: folder.path("b\(order[0]).zarr"))
            #expect(
                try run.predict(from: ["f": folder.path("b\(order[0]).zarr")]) { Issue.record("\($0)") }[0].values
                    .doubles == own)
        }
        try Dataset(field([0, 1])).write(to: folder.path("c.zarr"))
        #expect(throws: DataError.self) { try run.predict(from: ["f": folder.path("c.zarr")]) }
        let maps = try self.run()
        let turned = fields().map { field -> Field in
            guard field.dimensions.contains("lat") else { return field }
            let east = field.taking([2, 3, 0, 1], along: "lon").taking([2, 1, 0], along: "lat")
            return Field(
                field.name, east.values, dimensions: east.dimensions,
                coordinates: [
                    field.coordinate("time")!, Coordinate("lat", numbers: [10, 0, -10]),
                    Coordinate("lon", numbers: [-180, -90, 0, 90]),
                ])
        }
        #expect(
            try maps.predict(from: write("turned.zarr", turned)) { Issue.record("\($0)") }[0].values.doubles
                == maps.predict(from: [:])[0].values.doubles)
    }
}

extension DataConfiguration {
    fileprivate func reading(_ path: String) -> DataConfiguration {
        var other = self
        other.files = ["memory": path]
        return other
    }
}
