import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

/// What the dimensions of data are said to be: samples, channels, cells.
struct DimensionTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()

    struct Expected: Decodable {
        struct Phases: Decodable {
            let calendar: String, dates: [[Int]]
            let day_of_year: FixtureNumbers, time_of_day: FixtureNumbers
        }

        let training: Int, names: [String]
        let levels: FixtureNumbers, stations: FixtureNumbers, cells: FixtureNumbers, members: FixtureNumbers,
            place: FixtureNumbers
        let near: FixtureNumbers, far: FixtureNumbers, day: FixtureNumbers, packed: FixtureNumbers
        let phases: [Phases]
    }

    /// What xarray makes of Tests/Fixtures/dimensions.nc (Scripts/fixtures/xarray_dimensions.py).
    let expected = try! Fixture.decode("dimensions", as: Expected.self)
    let path = Fixture.path("dimensions.nc")

    func scaled(_ name: String, _ scale: VariableConfiguration.Scale = .standard) -> VariableConfiguration {
        var variable = VariableConfiguration(variable: name)
        variable.scale = scale
        return variable
    }

    func configuration(
        _ inputs: [VariableConfiguration], _ targets: [VariableConfiguration],
        _ dimensions: [String: DimensionRole] = [:]
    ) -> DataConfiguration {
        var data = DataConfiguration(files: ["f": path], inputs: inputs, targets: targets)
        data.dimensions = dimensions
        return data
    }

    /// The first 29 steps train, the last eight are the test.
    func prepared(_ data: DataConfiguration) throws -> ExperimentData {
        var split = SplitConfiguration(by: .period)
        (split.training, split.validation) = (
            [.text("2019"), .text("2019-12-21")], [.text("2019-12-22"), .text("2019-12-29")]
        )
        return try ExperimentData(data, split: split)
    }

    /// All examples in the order of time.
    func inputs(_ data: ExperimentData) -> [Double] {
        [data.training, data.validation, data.test].flatMap { $0.inputs.doubles }
    }

    // MARK: - Channels, cells, samples

    @Test func levelsAsChannelsAreScaledEachByItself() throws {
        let data = try prepared(configuration([scaled("t")], [scaled("t")], ["level": .channels]))
        #expect(
            data.training.count == expected.training && data.inputShape == [3, 4, 3] && data.outputShape == [3, 4, 3])
        #expect(
            data.preprocessing.channels == ["t level 850", "t level 500", "t level 250"]
                && data.targetFields.map(\.name) == data.preprocessing.channels)
        expectClose(inputs(data), expected.levels.doubles, 2e-6)
        let back = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
        #expect(
            back.dimensions == ["time", "level", "lat", "lon"] && back.coordinate("level")?.numbers == [850, 500, 250]
                && back.coordinate("level")?.attributes["units"] == "hPa")
        let truth = try Dataset(contentsOf: path).field("t").select(["time": .dates("2019-12-30", nil)])
        expectClose(back.values, truth.values, 1e-6)
    }

    @Test func stationsAreCellsThatKeepTheirNames() throws {
        let each = try prepared(configuration([scaled("q", .cell)], [scaled("index")])),
            all = try prepared(configuration([scaled("q")], [scaled("q")]))
        #expect(each.inputShape == [4, 1])
        expectClose(inputs(each), expected.stations.doubles, 2e-6)
        expectClose(inputs(all), expected.cells.doubles, 2e-6)
        #expect(
            all.notes == [
                "the dimension \"station\" is taken as cells, all of one weight; channels or samples are for data.dimensions to say"
            ])
        let back = try all.preprocessing.restore(predictions: all.test.targets, for: all.test)[0]
        #expect(back.dimensions == ["time", "station"] && back.coordinate("station_name")?.texts == expected.names)
        #expect(
            back.coordinate("lat_of_station")?.numbers?.count == 4
                && all.preprocessing.targets[0].shape.cells[0].texts == expected.names)
        // Said, it is no news; names in other places are found there, and another name is another file.
        let said = try prepared(configuration([scaled("q")], [scaled("q")], ["station": .cells]))
        #expect(said.notes.isEmpty && said.training.inputs == all.training.inputs)
        let q = try Dataset(contentsOf: path).field("q"), order = q.taking([1, 0, 2, 3], along: "station")
        func examples(_ field: Field) throws -> Examples {
            try all.preprocessing.examples(
                S.configuration([scaled("q")], [scaled("q")]), from: MemorySource(fields: ["q": field]), .ifPresent)
        }
        #expect(try examples(order).inputs == examples(q).inputs && examples(order).targets == examples(q).targets)
        let error = #expect(throws: DataError.self) { try examples(q.taking([1, 1, 2, 3], along: "station")) }
        #expect(error?.message.contains("station Oslo S where Bergen stands") == true, "\(error!)")
    }

    @Test func membersAreSamplesOneAfterTheOther() throws {
        var m = scaled("m", .none)
        m.dimensions = ["lat": .channels]
        let data = configuration([m], [scaled("index", .none)], ["member": .samples])
        var split = SplitConfiguration(by: .group, group: "member")
        (split.validation, split.test) = ([.number(1)], [.number(2)])
        let found = try ExperimentData(data, split: split)
        #expect(found.inputShape == [3] && found.training.count == 48 && inputs(found) == expected.members.doubles)
        #expect(Set(found.test.groups) == ["2"] && found.test.targets == found.training.targets)
        let back = try found.preprocessing.restore(predictions: found.test.targets, for: found.test)[0]
        #expect(
            back.coordinate("member")?.numbers == [Double](repeating: 2, count: 48)
                && back.coordinate("member")?.dimension == "time")
    }

    @Test func variablesAreJoinedByTheLabelsOfTheirMembers() throws {
        func field(_ name: String, _ stations: [String], _ first: Double) -> Field {
            Field(
                name, Tensor((0..<30 * stations.count).map { first + Double($0) }, shape: [30, stations.count]),
                dimensions: ["time", "station"],
                coordinates: [
                    Coordinate("time", numbers: (1900..<1930).map(Double.init)),
                    Coordinate("station", labels: .texts(stations)),
                ])
        }
        var data = S.configuration([S.plain("q"), S.plain("height")], [S.plain("p")])
        data.dimensions = ["station": .samples]
        let height = Field(
            "height", Tensor([7.0, 8, 9]), dimensions: ["station"],
            coordinates: [Coordinate("station", labels: .texts(["C", "B", "A"]))])
        let split = S.periods(1900...1909, 1910...1919, 1920...1929)
        func examples(_ targets: [String]) throws -> ExperimentData {
            try ExperimentData(
                data, split: split,
                fields: ["q": field("q", ["A", "B", "C"], 0), "p": field("p", targets, 500), "height": height])
        }
        let found = try examples(["C", "A"])
        #expect(
            found.notes == ["1 of 3 labels of \"station\" are not in all variables, and left out"]
                && found.training.groups.distinct == ["A", "C"])
        #expect(
            found.training.inputs[0].doubles == [0, 9] && found.training.inputs[10].doubles == [2, 7]
                && found.training.targets[0].item == 501 && found.training.targets[10].item == 500)
        let error = #expect(throws: DataError.self) { try examples(["D", "E"]) }
        #expect(
            error?.message
                == "variable \"p\" and \"height\" of memory share no label of station: the first one's is D, the other's A",
            "\(error!)")
        // One that labels cells or channels is no group.
        data.dimensions = ["station": .cells]
        data.inputs = [S.plain("q")]
        var groups = SplitConfiguration(by: .group, group: "station")
        groups.test = [.text("A")]
        let open = #expect(throws: DataError.self) {
            try ExperimentData(
                data, split: groups, fields: ["q": field("q", ["A", "B"], 0), "p": field("p", ["A", "B"], 0)])
        }
        #expect(
            open?.message
                == "split: \"station\" labels \"station\", whose labels are no samples; to split by them, say data.dimensions: {station: samples}",
            "\(open!)")
    }

    // MARK: - Random shapes

    /// A field of random dimensions and values, of which every kind can be made.
    private func field(_ name: String, _ dimensions: [(String, Int)], _ random: inout RandomState) -> Field {
        let shape = dimensions.map(\.1), values = Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape)
        return Field(
            name, values, dimensions: dimensions.map(\.0),
            coordinates: dimensions.map { own in
                own.0 == "station"
                    ? Coordinate("station", labels: .texts((0..<own.1).map { "station \(9 - $0)" }))
                    : Coordinate(own.0, numbers: (0..<own.1).map { Double($0) * 10 + (own.0 == "time" ? 1900 : 0) })
            })
    }

    private func equal(_ a: Examples, _ b: Examples) -> Bool {
        // Before the first step nothing is known.
        a.inputs == b.inputs && a.targets == b.targets
            && zip(a.previousTargets.doubles, b.previousTargets.doubles).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }

    /// Each role is another way to say what can be said by variables, maps and runs.
    @Test(arguments: 0..<6) func rolesAreOtherWordsForVariablesMapsAndRuns(seed: Int) throws {
        var random = RandomState(seed: UInt32(seed))
        let sizes = random.integers(in: 2..<5, count: 3), steps = 24
        let window = WindowConfiguration(length: 1 + seed % 3, lead: seed % 2)
        let split = S.periods(1900...2050, 2060...2080, 2090...2130)
        func examples(_ data: DataConfiguration, _ fields: [String: Field]) throws -> ExperimentData {
            try ExperimentData(data, split: split, fields: fields)
        }
        func parts(_ data: ExperimentData) -> [Examples] { [data.training, data.validation, data.test] }
        let whole = field(
            "x", [("time", steps), ("level", sizes[0]), ("a", sizes[1]), ("b", sizes[2])].shuffled(by: &random), &random
        )
        var anomaly = scaled("x")
        (anomaly.anomaly, anomaly.detrend, anomaly.mask) = (seed % 2 == 0 ? .all : nil, seed % 3 == 0, true)

        // Channels are variables of one level each.
        var channels = S.configuration([anomaly], [anomaly], window: window)
        channels.dimensions = ["level": .channels, "a": .cells, "b": .cells]
        var apart = channels
        apart.inputs = (0..<sizes[0]).map { level in
            var one = anomaly
            one.select = ["level": [.number(Double(level * 10))]]
            return one
        }
        apart.targets = apart.inputs
        let a = try examples(channels, ["x": whole]), b = try examples(apart, ["x": whole])
        // Masks lie behind all values of a variable.
        let order = (0..<sizes[0]).flatMap { [2 * $0] } + (0..<sizes[0]).map { 2 * $0 + 1 }
        for (x, y) in zip(parts(a), parts(b)) {
            #expect(
                x.inputs == y.inputs.taking(Tensor(order), axis: y.inputs.rank - 1) && x.targets == y.targets
                    && x.labels == y.labels)
        }
        // Rows and columns are those of a map.
        var map = whole.renaming(dimension: "a", to: "lat").renaming(dimension: "b", to: "lon")
        map = try map.transposed(["time", "level", "lat", "lon"])
        var maps = channels
        maps.dimensions = ["level": .channels]
        let order2 = whole.dimensions.firstIndex(of: "a")! < whole.dimensions.firstIndex(of: "b")!
        if order2 {
            let c = try examples(maps, ["x": map])
            #expect(zip(parts(a), parts(c)).allSatisfy(equal) && c.latitudes.count == sizes[1] && a.latitudes.isEmpty)
        }
        // Members are runs.
        var members = channels, runs = channels
        members.dimensions = ["level": .samples, "a": .cells, "b": .channels]
        runs.dimensions = ["a": .cells, "b": .channels]
        runs.runs = (0..<sizes[0]).map { "\($0 * 10)" }
        let levels = try Dictionary(
            uniqueKeysWithValues: runs.runs!.enumerated().map { ("\($1)/x", try whole.select(["level": .index($0)])) })
        let d = try examples(members, ["x": whole]), e = try examples(runs, levels)
        #expect(
            zip(parts(d), parts(e)).allSatisfy(equal) && d.training.groups == e.training.groups
                && d.test.count == e.test.count && d.test.count > 0)
        #expect(
            d.test.coordinates.first { $0.name == "level" }?.labelTexts
                == e.test.coordinates.first { $0.name == "run" }?.labelTexts)
        // Steps as channels are the same numbers, in the order of cells, steps, channels.
        var aside = channels
        aside.window.form = .channels
        let f = try examples(aside, ["x": whole])
        if window.length > 1 {
            let turned = a.test.inputs.transposed([0, 2, 3, 1, 4])
            #expect(
                f.inputShape == Array(a.inputShape[1...2]) + [window.length * a.inputShape[3]]
                    && f.test.inputs.flattened() == turned.flattened())
            #expect(
                f.preprocessing.channels.count == f.inputShape[2] && f.preprocessing.channels[0].hasSuffix(" before"))
        } else {
            #expect(f.test.inputs == a.test.inputs && f.preprocessing.channels == a.preprocessing.channels)
        }
        // What is restored is what was read.
        let back = try a.preprocessing.restore(predictions: a.test.targets, for: a.test)[0]
        let truth = try whole.transposed(["time", "level"] + whole.dimensions.filter { ["a", "b"].contains($0) })
            .select(["time": .range(2090, 2130)])
        #expect(back.dimensions == truth.dimensions)
        expectClose(back.values, truth.values, 1e-5)

        try streamed([channels, members, aside], whole, split)
    }

    /// Files in chunks give what files in memory give.
    private func streamed(_ configurations: [DataConfiguration], _ field: Field, _ split: SplitConfiguration) throws {
        let path = folder.path("x.nc")
        try Dataset([field]).write(to: path)
        for var data in configurations {
            data.files = ["memory": path]
            let whole = try ExperimentData(data, split: split)
            (data.isStreamed, data.chunk) = (true, 5)
            let stream = try ExperimentStream(data, split: split)
            for (chunks, part) in [(stream.training, whole.training), (stream.test, whole.test)] {
                let read = try chunks.sample(atMost: .max)
                #expect(
                    read.labels == part.labels && read.groups == part.groups
                        && read.coordinates.map(\.labelTexts) == part.coordinates.map(\.labelTexts))
                expectClose(read.inputs, part.inputs, 1e-5)
                expectClose(read.targets, part.targets, 1e-5)
            }
        }
    }

    // MARK: - Numbers far from 0

    @Test func whatSinglePrecisionRoundsIsScaledInDouble() throws {
        for (name, values) in [
            ("near", expected.near), ("far", expected.far), ("day", expected.day), ("packed", expected.packed),
        ] {
            let data = try prepared(configuration([scaled(name)], [scaled(name)]))
            expectClose(inputs(data), values.doubles, 2e-6, name)
            let back = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
            let truth = try Dataset(contentsOf: path).field(name).select(["time": .dates("2019-12-30", nil)]).values
                .doubles
            let spread = data.preprocessing.targets[0].scaling.size.values[0]
            #expect(zip(back.values.doubles, truth).allSatisfy { abs($0 - $1) < 1e-6 * spread }, "\(name)")
            // Float32 is enough for numbers near 0, and for days, whose spread is large.
            #expect(
                back.values.dtype == (["far", "packed"].contains(name) ? .float64 : back.values.dtype)
                    && (name != "near" || back.values.dtype == .float32))
        }
        // The mean of the fixture is that of the same steps.
        expectClose(expected.near.doubles, expected.far.doubles, 1e-6)
    }

    /// An experiment far from 0 is one near 0, with whatever is prepared, in memory and in chunks.
    @Test(arguments: [false, true]) func anOffsetChangesNothing(isStreamed: Bool) throws {
        var random = RandomState(seed: 3)
        func monthly(_ name: String, _ offset: Double, _ noise: [Double]) -> Field {
            S.monthly(name, from: 1990, count: 120) { month, cell in
                offset + Double(month % 12) / 6 + 0.01 * Double(month) + noise[month * 12 + cell]
            }
        }
        let noise = random.standardNormal(count: 1440)
        let amounts: [Double] = (0..<120).map { noise[$0 * 12] + noise[$0 * 12 + 5] }
        let rain = Field(
            "rain", Tensor(amounts), dimensions: ["time"],
            coordinates: [monthly("x", 0, noise).coordinate("time")!])
        func run(_ offset: Double, _ name: String) throws -> Run {
            var far = rain
            far.values = far.values + offset
            try Dataset([monthly("x", offset, noise), far]).write(to: folder.path("\(name).nc"))
            return try Experiment(
                yaml: """
                    name: \(name)
                    data:
                      files: {f: "\(folder.path("\(name).nc"))"}
                      streaming: \(isStreamed)
                      \(isStreamed ? "chunk: 17" : "")
                      inputs: [{variable: x, anomaly: month, detrend: true, scale: cell}, {variable: x, mean: [lat, lon]}, {variable: x, fill: mean}]
                      targets: [{variable: rain, anomaly: all}]
                    split: {by: period, training: [1990, 1996], validation: [1997, 1997], test: [1998, 1999]}
                    model: {name: linear}
                    training: {epochs: 4, batch_size: 16}
                    output: {figures: false}
                    """
            ).run(into: folder.path("run-\(name)-\(isStreamed)"))
        }
        let near = try run(0, "near"), far = try run(1e9, "far")
        for (a, b) in zip(near.scores.rows, far.scores.rows) {
            #expect(a.model == b.model && a.scores.count > 4 && a.scores.count == b.scores.count)
            for (score, value) in a.scores {
                expectClose(b.scores[score] ?? .nan, value, 1e-4, "\(a.model) \(score)")
            }
        }
        let predicted = try far.predict(from: [:])[0], table = try far.evaluate(on: [:])
        #expect(predicted.values.dtype == .float64 && predicted.values.doubles.allSatisfy { abs($0 - 1e9) < 20 })
        // Many different values: nothing is rounded to multiples of 64.
        #expect(Set(predicted.values.doubles.suffix(24)).count == 24 && table["network", .rmse]! < 10)
        #expect(
            try Dataset(contentsOf: folder.path("run-far-\(isStreamed)/predictions.nc")).variable("rain_predicted").type
                == .double)
    }

    // MARK: - Weights

    @Test func cellsWeighByTheLatitudeOfTheirRowsWhereThereIsOne() throws {
        func bias(_ dimension: String, _ coordinates: [Coordinate]) -> Double {
            func field(_ values: [Double]) -> Field {
                Field(
                    "x", Tensor(values + values, shape: [2, 3]), dimensions: ["time", dimension],
                    coordinates: coordinates)
            }
            return Comparison(truth: field([0, 0, 0]), prediction: field([1, 0, 0])).bias
        }
        #expect(abs(bias("lat", [Coordinate("lat", numbers: [-60, 0, 60])]) - 0.25) < 1e-12)
        // The place of a station is no area.
        #expect(
            abs(
                bias(
                    "station",
                    [
                        Coordinate("lat", dimension: "station", numbers: [-60, 0, 60]),
                        Coordinate("lon", dimension: "station", numbers: [1, 2, 3]),
                    ]) - 1 / 3.0) < 1e-12)
        var zonal = VariableConfiguration(variable: "m")
        zonal.select = ["member": [.text("#1")]]
        let rows = try prepared(configuration([zonal], [zonal], ["lat": .cells])),
            stations = try prepared(configuration([scaled("q")], [scaled("q")]))
        #expect(rows.outputShape == [3, 1] && rows.preprocessing.weightNote == nil)
        #expect(
            stations.preprocessing.weightNote
                == "area_weighted: no latitudes label the rows of q; all its cells weigh the same")
        #expect(
            try prepared(configuration([zonal], [scaled("index")], ["lat": .cells])).preprocessing.weightNote
                == "area_weighted: index has no cells to weigh")
    }

    // MARK: - What is refused

    @Test func whatADimensionIsMustBeSaid() throws {
        func refusal(_ data: DataConfiguration) -> String { message { try prepared(data) } }
        let unknown = refusal(configuration([scaled("t")], [scaled("index")]))
        #expect(
            unknown.contains("variable \"t\": the dimension \"level\" of length 3 remains")
                && unknown.contains("data.dimensions: {level: channels}"), "\(unknown)")
        #expect(refusal(configuration([scaled("m")], [scaled("index")])).contains("data.dimensions: {member: samples}"))
        let beside = refusal(configuration([scaled("t")], [scaled("index")], ["level": .cells]))
        #expect(beside.contains("the dimension \"level\" cannot be cells beside latitude and longitude"), "\(beside)")
        let typo = refusal(configuration([scaled("t")], [scaled("index")], ["levle": .channels]))
        #expect(typo.contains("dimensions: no variable has the dimension \"levle\"; did you mean \"level\""), "\(typo)")
        let mixed = refusal(configuration([scaled("near"), scaled("q")], [scaled("index")]))
        #expect(mixed.contains("values by station instead of maps") && mixed.contains("channels"), "\(mixed)")
        let yaml =
            "name: a\ndata: {files: {f: f.nc}, dimensions: {time: channels}, inputs: x, targets: y}\nsplit: {by: period}\nmodel: {name: mlp}\n"
        #expect(
            message { try Experiment(yaml: yaml) }.contains(
                "data.dimensions.time: examples lie along \"time\" (data.sample), which cannot be channels"))
    }

    @Test func targetsOfOneDimensionHaveItsLabels() {
        func field(_ name: String, _ levels: [Double]) -> Field {
            Field(
                name, Tensor((0..<40 * levels.count).map { sin(Double($0)) }, shape: [40, levels.count]),
                dimensions: ["time", "level"],
                coordinates: [
                    Coordinate("time", numbers: (1950..<1990).map(Double.init)), Coordinate("level", numbers: levels),
                ])
        }
        for levels in [[700.0, 300], [850, 500, 250]] {
            let error = #expect(throws: DataError.self) {
                try ExperimentData(
                    configuration([scaled("t")], [scaled("t"), scaled("q")], ["level": .channels]),
                    split: SplitConfiguration(by: .period),
                    fields: ["t": field("t", [850, 500]), "q": field("q", levels)])
            }
            #expect(error?.message.contains("have the same labels along it") == true, "\(error?.message ?? "")")
        }
    }
}

extension [(String, Int)] {
    fileprivate func shuffled(by random: inout RandomState) -> Self {
        random.permutation(Array<Int>(indices)).map { self[$0] }
    }
}
