import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// What training says of data that look like a mistake.
struct SuspectDataTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()
    private let split = S.periods(1900...1949, 1950...1969, 1970...1999)

    private func stream(_ path: String, streaming: Bool, _ change: (inout DataConfiguration) -> Void = { _ in }) throws
        -> ExperimentStream
    {
        var data = DataConfiguration(
            files: ["f": path], inputs: [VariableConfiguration(variable: "x")],
            targets: [VariableConfiguration(variable: "y")])
        (data.isStreamed, data.chunk) = (streaming, 13)
        change(&data)
        return try ExperimentStream(data, split: split)
    }

    /// A hundred years of x in two cells and of y in a classic file that says nothing of what is missing.
    private func write(
        _ name: String, x: (Int) -> Double, y: (Int) -> Double = { cos(Double($0)) },
        _ attributes: [(String, ClassicNetCDF.Value)] = []
    ) throws -> String {
        try ClassicNetCDF(
            dimensions: [("time", 100), ("station", 2)],
            [
                .init("time", ["time"], .doubles((1900..<2000).map(Double.init))),
                .init("x", ["time", "station"], .doubles((0..<200).map(x)), attributes),
                .init("y", ["time"], .doubles((0..<100).map(y))),
            ]
        ).write(to: folder.path(name))
        return folder.path(name)
    }

    @Test(
        "A value that stands apart, and netCDF's own fill, are told in memory and in streams", arguments: [false, true])
    func markers(streaming: Bool) throws {
        func notes(_ name: String, x: (Int) -> Double, _ attributes: [(String, ClassicNetCDF.Value)] = []) throws
            -> [String]
        {
            try stream(write(name, x: x, attributes), streaming: streaming) {
                $0.inputs[0].fill = .mean
                $0.dimensions = ["station": .cells]
            }.notes
        }
        let apart = try notes("apart.nc") { $0 % 40 == 7 ? -9999 : sin(Double($0)) }
        #expect(
            apart.count == 1 && apart[0].hasPrefix("variable \"x\": -9999 at time 1903, station #1 and ")
                && apart[0].hasSuffix("if it means a missing value, mark it by _FillValue"), "\(apart)")
        let fraction = try notes("fraction.nc") { $0 % 40 == 7 ? -99.9 : 280 + 10 * sin(Double($0)) }
        #expect(fraction.count == 1 && fraction[0].contains(": -99.9 at time 1903"), "\(fraction)")
        let two = try notes("two.nc") { $0 == 40 ? 1e20 : $0 % 40 == 7 ? -9999 : sin(Double($0)) }
        #expect(
            two.count == 2 && two[0].contains(": 1e+20 at time 1920, station #0 stands apart")
                && two[1].contains(": -9999 at time 1903, station #1 and "), "\(two)")
        #expect(
            try notes("zero.nc") { $0 == 40 ? 0 : 280 + sin(Double($0)) }.map { $0.prefix(44) }
                == ["variable \"x\": 0 at time 1920, station #0 stands"].map { $0.prefix(44) })
        #expect(
            try notes("fill.nc") { $0 % 40 == 7 ? 9.969209968386869e36 : sin(Double($0)) }
                == [
                    "variable \"x\": netCDF's own fill value is taken for a missing one, though the variable has no _FillValue that says so (xarray would take it for a number)"
                ])
        #expect(
            try notes(
                "said.nc", x: { $0 % 40 == 7 ? 9.969209968386869e36 : sin(Double($0)) },
                [("_FillValue", .doubles([9.969209968386869e36]))]
            ).isEmpty)
        let turned = try notes("turned.nc", x: { sin(Double($0)) }, [("valid_range", .doubles([5, -5]))])
        #expect(
            turned.count == 1 && turned[0].hasPrefix("variable \"x\" of \(folder.path("turned.nc")): its limits")
                && turned[0].contains("valid_range (5, -5) are no range and are passed over"), "\(turned)")
        #expect(try notes("plain.nc") { sin(Double($0)) }.isEmpty)
    }

    @Test(
        "Values that go on in other units are told, in memory and in streams; what comes and goes, or falls to nothing, is not",
        arguments: [false, true])
    func jumps(streaming: Bool) throws {
        func notes(_ name: String, _ x: (Int) -> Double) throws -> [String] {
            try stream(write(name, x: x), streaming: streaming) { $0.dimensions = ["station": .cells] }.notes
        }
        let told = try notes("kelvin.nc") { 15 + 3 * sin(Double($0 / 2)) + ($0 < 40 ? 0 : 273.15) }
        #expect(
            told.count == 1 && told[0].hasPrefix("variable \"x\": its values jump at time 1920 from 12")
                && told[0].hasSuffix("are units and scale the same throughout?"), "\(told)")
        #expect(try notes("pulse.nc") { $0 % 30 < 6 ? 100 + Double($0) : sin(Double($0)) }.isEmpty)
        #expect(
            try notes("trend.nc") { Double($0) + sin(Double($0)) }.isEmpty
                && notes("steps.nc") { $0 < 40 ? 0 : 5 }.isEmpty)
    }

    @Test("What single precision cannot hold is told where nothing scales it", arguments: [false, true])
    func precision(streaming: Bool) throws {
        let path = try write("far.nc", x: { 1e9 + sin(Double($0)) })
        func notes(_ scale: VariableConfiguration.Scale) throws -> [String] {
            try stream(path, streaming: streaming) {
                $0.inputs[0].scale = scale
                $0.dimensions = ["station": .cells]
            }.notes
        }
        #expect(try notes(.standard).isEmpty && notes(.cell).isEmpty)
        for scale in [VariableConfiguration.Scale.none, .max] {
            let told = try notes(scale)
            #expect(
                told.count == 1 && told[0].contains("keeps steps of 64 of its values near 1e+09; they vary by 0.70")
                    && told[0].hasSuffix("say scale: standard, not \(scale.rawValue)"), "\(told)")
        }
    }

    @Test("Chunks of a stream hold several members, so that batches are as large as in memory")
    func members() throws {
        let field = Field(
            "x", Tensor((0..<60 * 4).map { sin(Double($0)) }, shape: [60, 4]), dimensions: ["time", "member"],
            coordinates: [
                Coordinate("time", numbers: (1900..<1960).map(Double.init)),
                Coordinate("member", numbers: [0, 1, 2, 3]),
            ])
        try Dataset([field]).write(to: folder.path("m.nc"))
        func data(_ streaming: Bool, chunk: Int) throws -> ExperimentStream {
            var data = DataConfiguration(
                files: ["f": folder.path("m.nc")], inputs: [VariableConfiguration(variable: "x")],
                targets: [VariableConfiguration(variable: "x")],
                window: WindowConfiguration(length: 2, lead: 1))
            (data.dimensions, data.isStreamed, data.chunk) = (["member": .samples], streaming, chunk)
            return try ExperimentStream(data, split: S.periods(1900...1929, 1930...1939, 1940...1959))
        }
        let whole = try data(false, chunk: 1000), one = try data(true, chunk: 1000), some = try data(true, chunk: 50)
        #expect(one.training.chunkSizes == [whole.training.count] && some.training.chunkSizes.count == 3)
        for streamed in [one, some] {
            for (a, b) in [(streamed.training, whole.training), (streamed.test, whole.test)] {
                let (a, b) = (try a.sample(atMost: .max), try b.sample(atMost: .max))
                #expect(
                    a.labels == b.labels && a.groups == b.groups
                        && a.coordinates.map(\.labelTexts) == b.coordinates.map(\.labelTexts))
                #expect(abs(a.inputs - b.inputs).max().item < 1e-5 && abs(a.targets - b.targets).max().item < 1e-5)
            }
        }
    }

    @Test(
        "A season that is left in an anomaly, or behind a trend, is said to flatter",
        arguments: ["anomaly: all", "anomaly: season", "detrend: true", "scale: standard", "anomaly: month"])
    func flattery(preparation: String) throws {
        var random = RandomState(seed: 4)
        let noise = random.standardNormal(count: 240), times = S.months(from: 1990, 0..<240)
        // Within a season, too, months differ.
        let y = S.series("y", times) { 4 * cos(Double($0 % 12) * .pi / 6) + 3 * Double($0 % 3) + noise[$0] }
        try Dataset([S.series("x", times) { noise[$0] + sin(Double($0)) }, y]).write(to: folder.path("f.nc"))
        let run = try Experiment(
            yaml: """
                name: season
                data: {files: {f: \(folder.path("f.nc"))}, inputs: [x], targets: [{variable: y, \(preparation)}]}
                split: {by: period, training: [1990, 1999], validation: [2000, 2001], test: [2002, 2009]}
                model: {name: linear}
                training: {epochs: 1}
                baseline: {components: 1}
                output: {figures: false}
                """
        ).run(into: folder.path("run"))
        #expect(
            run.scores.notes(of: "y").contains { $0.hasPrefix("the climatology alone reaches r = ") }
                == (preparation != "anomaly: month"), "\(run.scores.notes(of: "y"))")
    }

    @Test(
        "A target among the inputs is found prepared otherwise, rounded, averaged over the map, or as a sum of inputs; what is merely alike is not"
    )
    func disguises() throws {
        var random = RandomState(seed: 8)
        let months = 240, x = random.standardNormal(count: months * 12), e = random.standardNormal(count: months * 12)
        let sst = S.monthly("sst", from: 1980, count: months) {
            280 + 6 * cos(Double($0) * .pi / 6) + 0.01 * Double($0) + x[$0 * 12 + $1]
        }
        let ice = S.monthly("ice", from: 1980, count: months) { e[$0 * 12 + $1] }
        let split = SplitConfiguration(
            by: .period, training: [.number(1980), .number(1985)], validation: [.number(1986), .number(1987)],
            test: [.number(1988), .number(1999)])
        func found(_ inputs: [VariableConfiguration], _ target: Field, _ prepared: VariableConfiguration? = nil) throws
            -> [String]
        {
            let fields = [sst, ice, target]
            let data = try ExperimentData(
                S.configuration(inputs, [prepared ?? VariableConfiguration(variable: target.name)]), split: split,
                fields: Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) }))
            return DisguisedTarget.found(in: data.test, data.preprocessing).map(\.warning)
        }
        func map(_ value: (Int, Int) -> Double) -> Field { S.monthly("rain", from: 1980, count: months, value) }
        func series(_ value: (Int) -> Double) -> Field {
            Field("rain", Tensor((0..<months).map(value)), dimensions: ["time"], coordinates: [sst.coordinate("time")!])
        }
        let t = sst.values.doubles, i = ice.values.doubles
        var anomaly = VariableConfiguration(variable: "rain")
        (anomaly.anomaly, anomaly.detrend, anomaly.scale) = (.month, true, .cell)
        let plain = [VariableConfiguration(variable: "sst"), VariableConfiguration(variable: "ice")]
        let same = ["the input \"sst\" gives rain to rounding: it is the target in another form; leave it out"]
        #expect(try found(plain, map { t[$0 * 12 + $1] }, anomaly) == same)
        #expect(try found(plain, series { 2 * t[$0 * 12 + 5] }, anomaly) == same)
        #expect(
            try found(plain, map { (t[$0 * 12 + $1] * 10).rounded() / 10 }) == [
                "the input \"sst\" is rain but for the rounding of one of them: it is the target in another form; leave it out"
            ])
        #expect(
            try found(plain, map { 2 * t[$0 * 12 + $1] - 3 * i[$0 * 12 + $1] }).first?.hasPrefix(
                "the inputs \"sst\", \"ice\" together give rain to rounding") == true)
        var cells = plain
        cells[0].scale = .cell
        let weights = (0..<12).map { cos(S.latitudes[$0 / 4] * .pi / 180) }
        #expect(
            try found(cells, series { month in (0..<12).reduce(0) { $0 + weights[$1] * t[month * 12 + $1] } }).first?
                .hasPrefix("the mean of the input \"sst\" over its cells gives rain") == true)
        // Much alike, and noisy sums.
        #expect(try found(plain, map { t[$0 * 12 + $1] + 0.02 * i[$0 * 12 + $1] * i[$0 * 12 + $1] }).isEmpty)
        #expect(
            try found(plain, map { 2 * t[$0 * 12 + $1] - 3 * i[$0 * 12 + $1] + 0.05 * sin(Double($0 * 37 + $1)) })
                .isEmpty)
        #expect(try found(plain, series { t[$0 * 12 + 5] + 0.1 * i[$0 * 12] * i[$0 * 12] }).isEmpty)
    }

    @Test("Cells of a rotated grid weigh by their areas")
    func rotated() throws {
        let x = (0..<1200).map { sin(Double($0)) }
        try ClassicNetCDF(
            dimensions: [("time", 100), ("rlat", 3), ("rlon", 4)],
            [
                .init("time", ["time"], .doubles((1900..<2000).map(Double.init))),
                .init(
                    "rlat", ["rlat"], .doubles([-60, 0, 60]),
                    [("standard_name", .text("grid_latitude")), ("units", .text("degrees"))]),
                .init("rlon", ["rlon"], .doubles([0, 1, 2, 3])), .init("t", ["time", "rlat", "rlon"], .doubles(x)),
            ]
        ).write(to: folder.path("r.nc"))
        let data = try stream(folder.path("r.nc"), streaming: false) {
            ($0.inputs, $0.targets) = ([VariableConfiguration(variable: "t")], [VariableConfiguration(variable: "t")])
            $0.dimensions = ["rlat": .cells, "rlon": .cells]
        }
        #expect(data.notes.isEmpty && data.preprocessing.weightNote == nil, "\(data.notes)")
        let test = try data.test.chunk(0),
            truth = try data.preprocessing.restore(predictions: test.targets, for: test)[0]
        // An error of 1 in the outer rows counts half as much as in the middle.
        let wrong = Field(
            "t", truth.values + Tensor((0..<12).map { $0 / 4 == 1 ? 0.0 : 1 }, shape: [3, 4]),
            dimensions: truth.dimensions, coordinates: truth.coordinates)
        #expect(abs(Comparison(truth: truth, prediction: wrong).bias - 0.5) < 1e-5)
    }

    @Test("Latitudes on two dimensions give cells no areas, which is said")
    func curvilinear() throws {
        let latitudes = (0..<12).map { Double($0) }, x = (0..<1200).map { sin(Double($0)) }
        try ClassicNetCDF(
            dimensions: [("time", 100), ("y", 3), ("x", 4)],
            [
                .init("time", ["time"], .doubles((1900..<2000).map(Double.init))),
                .init("nav_lat", ["y", "x"], .doubles(latitudes), [("units", .text("degrees_north"))]),
                .init("nav_lon", ["y", "x"], .doubles(latitudes), [("units", .text("degrees_east"))]),
                .init("t", ["time", "y", "x"], .doubles(x), [("coordinates", .text("nav_lon nav_lat"))]),
            ]
        ).write(to: folder.path("c.nc"))
        for streaming in [false, true] {
            let notes = try stream(folder.path("c.nc"), streaming: streaming) {
                ($0.inputs, $0.targets) = (
                    [VariableConfiguration(variable: "t")], [VariableConfiguration(variable: "t")]
                )
                $0.dimensions = ["y": .cells, "x": .cells]
            }.notes
            #expect(
                notes.count == 1
                    && notes[0].hasPrefix(
                        "the latitudes of \(folder.path("c.nc")) lie on two dimensions (\"nav_lat\"): the areas of its cells are not computed"
                    ), "\(notes)")
        }
    }
}
