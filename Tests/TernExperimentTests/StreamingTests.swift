import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

/// Examples that are read chunk by chunk, beside those of the same files in memory.
struct StreamingTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()

    /// Twenty years of months in a file, with a trend, a season and gaps, a height that does not change, and a series.
    private func write() throws -> String {
        var sst = S.monthly("sst", from: 1990, count: 240) { month, cell in
            cell == 5 && month % 7 == 0
                ? .nan : sin(Double(month * 31 + cell)) + Double(month % 12) + Double(cell) + 0.01 * Double(month)
        }
        sst.attributes["units"] = "K"
        let height = Field(
            "height", Tensor((0..<12).map { Double($0 * $0) }, shape: [3, 4]), dimensions: ["lat", "lon"],
            coordinates: S.grid)
        let rain = Field(
            "rain", Tensor((0..<240).map { cos(Double($0) / 5) + 0.2 * sin(Double($0 * 17)) }), dimensions: ["time"],
            coordinates: [sst.coordinate("time")!])
        let path = folder.path("fields.nc")
        try Dataset([sst, height, rain]).write(to: path)
        return path
    }

    private func configuration(_ path: String, _ change: (inout DataConfiguration) -> Void = { _ in })
        -> DataConfiguration
    {
        var sst = VariableConfiguration(variable: "sst"), height = VariableConfiguration(variable: "height"),
            rain = VariableConfiguration(variable: "rain")
        (sst.anomaly, sst.scale, sst.fill, sst.mask) = (.month, .cell, .mean, true)
        (height.scale, rain.scale) = (.max, .standard)
        var configuration = DataConfiguration(
            files: ["fields": path], inputs: [sst, height], targets: [rain],
            window: WindowConfiguration(length: 3, lead: 1))
        change(&configuration)
        return configuration
    }

    private let split = SplitConfiguration(
        by: .period, training: [.number(1990), .number(2002)], validation: [.number(2003), .number(2005)],
        test: [.number(2006), .number(2009)])

    private func both(_ configuration: DataConfiguration, _ split: SplitConfiguration, chunk: Int = 25) throws -> (
        whole: ExperimentData, streamed: ExperimentStream
    ) {
        var streamed = configuration
        (streamed.isStreamed, streamed.chunk) = (true, chunk)
        return (try ExperimentData(configuration, split: split), try ExperimentStream(streamed, split: split))
    }

    /// All chunks one after the other are the examples in memory.
    private func expectEqual(
        _ stream: ExampleStream, _ examples: Examples, accuracy: Double = 1e-5, _ at: SourceLocation = #_sourceLocation
    ) throws {
        let read = try stream.sample(atMost: .max)
        #expect(
            read.count == examples.count && read.labels == examples.labels && read.groups == examples.groups
                && read.runs == examples.runs, sourceLocation: at)
        #expect(
            stream.outline.coordinates.map(\.labelTexts) == examples.coordinates.map(\.labelTexts), sourceLocation: at)
        for (a, b) in [
            (read.inputs, examples.inputs), (read.targets, examples.targets),
            (read.previousTargets, examples.previousTargets),
        ] {
            expectClose(a, b, accuracy, at: at)
        }
    }

    @Test("Chunks hold the examples that lie in memory otherwise, and estimates agree", arguments: [7, 25, 1000])
    func equality(chunk: Int) throws {
        let (whole, streamed) = try both(configuration(try write()), split, chunk: chunk)
        #expect(streamed.training.chunkSizes.count == (chunk == 7 ? 22 : chunk == 25 ? 7 : 1))
        #expect(streamed.inputShape == whole.inputShape && streamed.latitudes == whole.latitudes)
        for (a, b) in zip(
            streamed.preprocessing.inputs + streamed.preprocessing.targets,
            whole.preprocessing.inputs + whole.preprocessing.targets)
        {
            for (x, y) in [
                (a.scaling.center, b.scaling.center), (a.scaling.size, b.scaling.size),
                (a.fill ?? PackedArray([]), b.fill ?? PackedArray([])),
            ] {
                expectClose(x.values, y.values, 1e-9)
            }
            #expect(a.climatology?.isKnown == b.climatology?.isKnown)
        }
        for (stream, part) in [
            (streamed.training, whole.training), (streamed.validation, whole.validation), (streamed.test, whole.test),
        ] {
            try expectEqual(stream, part)
        }
    }

    @Test("Selections, means and trends are those of the whole file, and random examples too")
    func variants() throws {
        let path = try write()
        let chosen = configuration(path) {
            $0.inputs[0].select = [
                "time": [.text("1995-02"), .text("2008-06")], "lat": [.number(0), .number(10)],
                "lon": [.number(90), .number(180)],
            ]
            ($0.inputs[0].anomaly, $0.inputs[0].detrend, $0.inputs[0].scale) = (nil, true, .standard)
            $0.inputs[1] = VariableConfiguration(variable: "sst")
            $0.inputs[1].mean = ["lat", "lon"]
            $0.targets = [S.plain("rain")]
        }
        let (whole, streamed) = try both(chosen, split)
        try expectEqual(streamed.training, whole.training)
        try expectEqual(streamed.test, whole.test)
        var random = SplitConfiguration(by: .random)
        random.allowLeak = true
        let drawn = try both(configuration(path), random, chunk: 40)
        try expectEqual(drawn.streamed.validation, drawn.whole.validation)
        try expectEqual(drawn.streamed.training, drawn.whole.training)
    }

    @Test("Runs in files of their own are streamed one after the other")
    func runs() throws {
        for (run, offset) in [("low", 0.0), ("high", 5.0)] {
            try Dataset([S.yearly("tas", 1900...1959) { sin(Double($0 * 7 + $1)) + offset }]).write(
                to: folder.path("\(run).nc"))
        }
        var configuration = DataConfiguration(
            files: ["fields": folder.path("{run}.nc")], inputs: [VariableConfiguration(variable: "tas")],
            targets: [VariableConfiguration(variable: "tas")],
            window: WindowConfiguration(length: 2, lead: 1))
        configuration.runs = ["low", "high"]
        let (whole, streamed) = try both(configuration, S.periods(1900...1939, 1940...1949, 1950...1959))
        #expect(streamed.training.chunkSizes.count == 4)
        try expectEqual(streamed.training, whole.training)
        try expectEqual(streamed.test, whole.test)
    }

    @Test("Files may cover different times, be parts of one another, or Zarr stores")
    func files() throws {
        let sst = S.yearly("sst", 1900...1999) { sin(Double($0 * 7 + $1)) },
            rain = S.series("rain", 1890...1989) { cos(Double($0)) }
        let ice = S.yearly("ice", 1910...1994) { cos(Double($0 * 3 + $1)) }.taking(
            Array((0..<85).reversed()), along: "time")
        try Dataset([sst.sliced(0..<33, along: "time")]).write(to: folder.path("sst-1.nc"))
        try Dataset([sst.sliced(33..<100, along: "time")]).write(to: folder.path("sst-2.nc"))
        try Dataset([rain]).write(to: folder.path("rain.zarr"))
        try Dataset([ice]).write(to: folder.path("ice.nc"))
        let files = ["sst": folder.path("sst-*.nc"), "rain": folder.path("rain.zarr"), "ice": folder.path("ice.nc")]
        func variable(_ name: String) -> VariableConfiguration { VariableConfiguration(variable: name, file: name) }
        let configuration = DataConfiguration(
            files: files, inputs: [variable("sst"), variable("ice")], targets: [variable("rain")],
            window: WindowConfiguration(length: 2, lead: 1))
        let (whole, streamed) = try both(configuration, S.periods(1900...1959, 1960...1969, 1970...1989), chunk: 9)
        #expect(whole.training.labels.first == .number(1912) && whole.test.count == 20)
        try expectEqual(streamed.training, whole.training)
        try expectEqual(streamed.validation, whole.validation)
        try expectEqual(streamed.test, whole.test)
    }

    @Test("The sample of a stream is evenly spaced")
    func sample() throws {
        let (whole, streamed) = try both(configuration(try write()), split)
        let some = try streamed.training.sample(atMost: 10), n = whole.training.count
        #expect(some.labels == (0..<10).map { whole.training.labels[$0 * n / 10] } && some.inputs.shape[0] == 10)
        #expect(try ExampleStream(whole.training).sample(atMost: 10).labels == some.labels)
    }

    private func experiment(_ path: String, chunk: String) throws -> Experiment {
        try Experiment(
            yaml: """
                name: tiny
                data:
                  files: {fields: \(path)}
                  streaming: \(chunk == "" ? "false" : "true")
                  \(chunk)
                  inputs: [{variable: sst, anomaly: month, fill: mean}]
                  targets: [rain]
                  window: {length: 2, lead: 1}
                split: {by: period, training: [1990, 2002], validation: [2003, 2005], test: [2006, 2009]}
                model: {name: mlp, units: [4]}
                training: {epochs: 3, batch_size: 16}
                baseline: {components: 3}
                output: {figures: false}
                """)
    }

    @Test(
        "A streamed run leaves the same folder, the same numbers for the same seed, and those of memory where one chunk holds all"
    )
    func run() throws {
        let path = try write()
        func run(_ name: String, chunk: String) throws -> Run {
            try experiment(path, chunk: chunk).run(into: folder.path(name))
        }
        let whole = try run("whole", chunk: ""), one = try run("one", chunk: "chunk: 1000")
        let parts = try run("parts", chunk: "chunk: 30"), again = try run("again", chunk: "chunk: 30")
        func files(_ name: String) throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: folder.path(name)).sorted()
        }
        #expect(try files("whole") == files("parts") && files("parts").contains("predictions.nc"))
        #expect(whole.scores == one.scores && parts.scores == again.scores && parts.scores.count == 48)
        // The linear model saw all examples, for they fit in memory.
        #expect(abs(parts.scores["ridge on EOFs", .r]! - whole.scores["ridge on EOFs", .r]!) < 1e-4)
        #expect(abs(parts.scores["climatology", .rmse]! - whole.scores["climatology", .rmse]!) < 1e-6)
        #expect(parts.scores["network", .rmse] != whole.scores["network", .rmse])
        // The same weights predict the same test part, read whole.
        let table = try parts.evaluate(on: [:])
        let predicted = try Dataset(contentsOf: folder.path("parts/predictions.nc")).field("rain_predicted").values
        let field = try parts.predict(from: [:])[0]
        #expect(
            abs(field.values.sliced(field.values.count - 49..<field.values.count - 1) - predicted).max().item < 1e-5
                && table.count == 238)
    }

    @Test(
        "Predictions written as they are made are those of files read whole",
        arguments: ["predicted.nc", "predicted.zarr"])
    func predictionInPieces(name: String) throws {
        for (run, shift) in [("low", 0.0), ("high", 5.0)] {
            try Dataset([S.yearly("tas", 1900...1959) { sin(Double($0 * 7 + $1)) + shift }]).write(
                to: folder.path("\(run).nc"))
        }
        let run = try Experiment(
            yaml: """
                name: runs
                data:
                  files: {fields: "\(folder.path("{run}.nc"))"}
                  runs: [low, high]
                  chunk: 7
                  inputs: [{variable: tas, select: {time: [1900, 1950]}, scale: cell}]
                  targets: [tas]
                  window: {length: 2, lead: 1}
                split: {by: period, training: [1900, 1930], validation: [1931, 1940], test: [1941, 1950]}
                model: {layers: [flatten: {}, dense: {units: 12}, reshape: {target_shape: [3, 4, 1]}]}
                training: {epochs: 1}
                baseline: {components: 3}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
        var told: [Int] = []
        let written = try run.predict(from: [:], to: folder.path(name)) { done, all in told.append(all - done) }
        #expect(told.count == 17 && told.last == 0 && written[0].shape == [118, 3, 4])
        // One forecast of each run for the year after its last.
        #expect(try run.preprocessing.examples(from: [:]).count == 116)
        let pieces = try Dataset(contentsOf: folder.path(name)).field("tas"), field = try run.predict(from: [:])[0]
        #expect(pieces.values.doubles == field.values.doubles)
        for coordinate in field.coordinates {
            #expect(pieces.coordinate(coordinate.name)?.labelTexts == coordinate.labelTexts, "\(coordinate.name)")
        }
        #expect(field.coordinate("run")?.texts?.last == "high" && field.coordinate("time")?.count == 118)
    }

    @Test("New files mean what the training data meant, or are refused")
    func newFiles() throws {
        let months = S.monthly("sst", from: 1990, count: 240) { month, cell in
            sin(Double(month * 31 + cell)) + Double(cell)
        }
        let rain = Field(
            "rain", Tensor((0..<240).map { cos(Double($0) / 5) }), dimensions: ["time"],
            coordinates: [months.coordinate("time")!])
        try Dataset([months, rain]).write(to: folder.path("fields.nc"))
        func run(_ input: String, window: String = "{length: 1}") throws -> Run {
            try Experiment(
                yaml: """
                    name: new
                    data: {files: {fields: \(folder.path("fields.nc"))}, inputs: [\(input), {variable: sst}], targets: [rain], window: \(window)}
                    split: {by: period, training: [1990, 2002], validation: [2003, 2005], test: [2006, 2009]}
                    model: {name: mlp, units: [4]}
                    training: {epochs: 1}
                    baseline: {components: 3}
                    output: {figures: false}
                    """
            ).run(into: folder.path("run"), numbering: true)
        }
        // What one time fixes stays fixed.
        let fixed = try run("{variable: sst, select: {time: 1995-06}}")
        let tested = try Dataset(contentsOf: "\(fixed.folder)/predictions.nc").field("rain_predicted").values.doubles
        #expect(try Array(fixed.predict(from: [:])[0].values.doubles.suffix(48)) == tested)
        // What changed in time must change, at the same pace.
        let varying = try run("{variable: sst, anomaly: month}", window: "{length: 2, lead: 1}")
        func message(_ field: Field) -> String {
            TestSupport.message {
                try Dataset([field]).write(to: folder.path("new.nc"))
                return try varying.predict(from: ["fields": folder.path("new.nc")])
            }
        }
        let still = Field(
            "sst", months.values.sliced(0..<1).reshaped([3, 4]), dimensions: ["lat", "lon"], coordinates: S.grid)
        try Dataset([still]).write(to: folder.path("still.nc"))
        let two = try Experiment(
            yaml: """
                name: two
                data:
                  files: {a: \(folder.path("fields.nc")), b: \(folder.path("fields.nc"))}
                  inputs: [{variable: sst, file: a}, {variable: sst, file: b, anomaly: month}]
                  targets: [{variable: rain, file: a}]
                split: {by: period, training: [1990, 2002], validation: [2003, 2005], test: [2006, 2009]}
                model: {name: mlp, units: [4]}
                training: {epochs: 1}
                baseline: {components: 3}
                output: {figures: false}
                """
        ).run(into: folder.path("two"))
        let error = #expect(throws: DataError.self) { try two.predict(from: ["b": folder.path("still.nc")]) }
        #expect(
            error?.message.contains("variable \"sst\" is one value in time here, a series in the training data")
                == true, "\(error?.message ?? "")")
        let days = (0..<40).map { CalendarDate(dayNumber: CalendarDate(year: 2020).dayNumber + $0) }
        let daily = Field(
            "sst", months.values.sliced(0..<40), dimensions: ["time", "lat", "lon"],
            coordinates: [Coordinate("time", times: days)] + S.grid)
        #expect(
            message(daily).contains("its steps lie a day apart, those of the training data a month"),
            "\(message(daily))")
        #expect(try varying.predict(from: [:])[0].shape == [239])
    }

    @Test("The residual of the linear model and groups of one weight are streamed too")
    func residual() throws {
        let path = try write()
        func scores(_ chunk: String, _ name: String) throws -> ScoreTable {
            var experiment = try experiment(path, chunk: chunk)
            (experiment.model.residual, experiment.training.balanceGroups) = (true, true)
            return try experiment.run(into: folder.path(name)).scores
        }
        #expect(try scores("", "a") == scores("chunk: 1000", "b"))
        #expect(try scores("chunk: 30", "c")["network", .r] != nil)
    }

    @Test(
        "What streaming does not do is said in one line that names the key",
        arguments: [
            (
                "by_group: true",
                "data.inputs.0.by_group: streaming has no group whole to take mean and spread from; leave it out, or set data.streaming to false"
            ),
            (
                "mean: [time]",
                "data.inputs.0.mean: streaming has no mean over \"time\", along which it reads; leave it out, or set data.streaming to false"
            ),
        ])
    func refused(key: String, message: String) throws {
        let error = #expect(throws: DataError.self) {
            try Experiment(
                yaml: """
                    name: tiny
                    data: {files: {fields: a.nc}, streaming: true, inputs: [{variable: sst, \(key)}], targets: [rain]}
                    split: {by: group, group: model}
                    model: {name: mlp}
                    """)
        }
        #expect(error?.message.contains(message) == true)
        var configuration = configuration("a.nc") { $0.inputs[0].byGroup = true }
        configuration.isStreamed = true
        #expect(throws: DataError.self) { try ExperimentStream(configuration, split: split) }
    }

    @Test("A history is refused, and a gap is told with its time when it is read")
    func gaps() throws {
        let error = #expect(throws: DataError.self) {
            try Experiment(
                yaml: """
                    name: tiny
                    data: {files: {fields: "{run}.nc"}, runs: [a, b], history: a, streaming: true, inputs: [sst], targets: [rain]}
                    split: {by: group, group: run}
                    model: {name: mlp}
                    """)
        }
        #expect(error?.message.contains("data.history: streaming reads each run by itself") == true)
        var plain = configuration(try write()) { $0.inputs[0] = S.plain("sst") }
        (plain.isStreamed, plain.chunk) = (true, 25)
        let stream = try ExperimentStream(plain, split: split)
        let gap = #expect(throws: DataError.self) { try stream.training.chunk(1) }
        #expect(gap?.message.contains("variable \"sst\" is missing at time 1992-05") == true)
    }
}
