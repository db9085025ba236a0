import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// What is estimated from which steps, which labels of samples belong together, and what cannot be prepared.
struct PreparationTests {
    typealias S = SampleFields

    private let split = SplitConfiguration(by: .period)

    /// Years of stations: 100 times the number of each, and the year.
    private func stations(_ name: String, _ labels: Coordinate?, count: Int, first: Int = 0) -> Field {
        Field(
            name,
            Tensor(
                (0..<40).flatMap { year in (0..<count).map { Double(100 * (first + $0) + year) } }, shape: [40, count]),
            dimensions: ["time", "station"],
            coordinates: [Coordinate("time", numbers: (1900..<1940).map(Double.init))] + [labels].compactMap { $0 })
    }

    private func stations(_ name: String, _ labels: [String], first: Int = 0) -> Field {
        stations(name, Coordinate("station", labels: .texts(labels)), count: labels.count, first: first)
    }

    private func named(_ labels: [String]) -> Coordinate {
        Coordinate("name", dimension: "station", labels: .texts(labels))
    }

    private func data(_ fields: [Field], _ input: VariableConfiguration? = nil) throws -> ExperimentData {
        var data = S.configuration([input ?? S.plain("x")], [S.plain("y")])
        data.dimensions = ["station": .samples]
        return try ExperimentData(
            data, split: split, fields: Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) }))
    }

    // MARK: - Which labels belong together

    @Test("The only label of a file is paired by what it says, as two are")
    func loneLabels() throws {
        let both = stations("y", ["Bergen", "Oslo"])
        let strange = message { try data([stations("x", ["Tromso"]), both]) }
        #expect(
            strange.contains(
                "share no label of station: the first one's is Bergen, the other's Tromso; what is to stand for all labels of another selects its own (select: {station: \"#0\"})"
            ), "\(strange)")
        #expect(
            message { try data([stations("x", ["Tromso", "Bodo"]), stations("y", ["Oslo"])]) }.contains("no label"))
        let shared = try data([stations("x", ["Oslo"], first: 1), both])
        #expect(
            shared.training.groups.distinct == ["Oslo"]
                && shared.training.inputs.flattened() == shared.training.targets.flattened()
                && shared.notes == ["1 of 2 labels of \"station\" are not in all variables, and left out"],
            "\(shared.notes)")
    }

    @Test("A label that is selected stands for all of another variable, and so does one entry without a label")
    func referenceLabels() throws {
        let both = stations("y", ["Bergen", "Oslo"])
        var place = S.plain("x"), label = S.plain("x"), name = S.plain("x")
        (place.select, label.select) = (["station": [.text("#0")]], ["station": [.text("Tromso")]])
        name.select = ["name": [.text("Tromso")]]
        for (field, input) in [
            (stations("x", ["Tromso"]), place), (stations("x", ["Tromso"]), label),
            (stations("x", named(["Bodo", "Tromso"]), count: 2), name), (stations("x", nil, count: 1), S.plain("x")),
        ] {
            let found = try data([field, both], input)
            #expect(found.training.groups.distinct == ["Bergen", "Oslo"] && found.notes.isEmpty, "\(found.notes)")
        }
    }

    @Test("Stations that only their places pair have the same names")
    func placesOfOtherNames() throws {
        let x = stations("x", named(["Bergen", "Oslo"]), count: 2)
        let error = message { try data([x, stations("y", named(["Oslo", "Bergen"]), count: 2)]) }
        #expect(
            error.contains(
                "variable \"y\": name \"Oslo\" stands where another variable has \"Bergen\", and nothing but places along \"station\" pairs them"
            ), "\(error)")
        #expect(!message { try data([x, stations("y", named(["Oslo"]), count: 1)]) }.isEmpty)
        for other in [named(["Bergen", "Oslo"]), nil] {
            #expect(try data([x, stations("y", other, count: 2)]).training.groups.distinct == ["0", "1"])
        }
    }

    // MARK: - From which steps

    @Test("What does not change in time is estimated from the runs that train")
    func constants() throws {
        let numbers = Coordinate("station", numbers: [1, 2, 3, 4])
        let height = Field("h", Tensor([1000.0, 1, 2, 3]), dimensions: ["station"], coordinates: [numbers])
        var data = S.configuration([S.plain("x"), VariableConfiguration(variable: "h")], [S.plain("y")])
        data.dimensions = ["station": .samples]
        let found = try ExperimentData(
            data,
            split: SplitConfiguration(by: .group, group: "station", validation: [.number(2)], test: [.number(1)]),
            fields: ["x": stations("x", numbers, count: 4), "y": stations("y", numbers, count: 4), "h": height])
        let scaling = found.preprocessing.inputs[1].scaling
        #expect(scaling.center.values == [2.5] && scaling.size.values == [0.5])
        #expect(
            found.training.inputs[0].doubles == [200, -1] && found.training.inputs[40].doubles == [300, 1]
                && found.preprocessing.inputs[1].values?[0].count == 2)
        #expect(found.test.inputs[0].doubles == [0, 1995])
    }

    @Test("A trend over a few seconds is taken away, as over years")
    func fastTrends() throws {
        let start = CalendarDate(year: 2020, month: 3, day: 4)
        let times = (0..<100).map { start.adding(days: Double($0) / 864_000) }
        func value(_ i: Int) -> Double { 10 * Double(i) + sin(Double(i)) }
        let fast = S.series("x", times, value)
        let tiny = Field(
            "x", Tensor((0..<100).map(value)), dimensions: ["time"],
            coordinates: [Coordinate("time", numbers: (0..<100).map { 5 + 1e-9 * Double($0) })])
        var input = VariableConfiguration(variable: "x")
        input.detrend = true
        for x in [fast, tiny] {
            let found = try ExperimentData(
                S.configuration([input], [S.plain("y")]), split: split, fields: ["x": x, "y": x.renamed("y")])
            #expect(found.training.count == 70)
            // d = scipy.signal.detrend(10 * i + sin(i)) for i in 0...69; d / d.std()
            expectClose(
                Array(found.training.inputs.doubles.prefix(5)),
                [-0.11098242, 1.09270326, 1.19271135, 0.10008034, -1.17764438], 2e-3)
            expectClose(found.preprocessing.inputs[0].scaling.size.values, [0.70096969], 1e-3)
        }
    }

    @Test("A trend over selected steps that are only counted is put back to those alone")
    func selectedTrends() throws {
        func counted(_ name: String) -> Field {
            Field(name, Tensor((0..<80).map { sin(Double($0)) + Double($0) }), dimensions: ["time"])
        }
        func examples(_ select: [Scalar]) throws -> Examples {
            var input = S.plain("x"), target = S.plain("y")
            (input.select, target.select, target.detrend) = (["time": select], ["time": select], true)
            let data = S.configuration([input], [target]), fields = ["x": counted("x"), "y": counted("y")]
            return try ExperimentData(data, split: split, fields: fields).preprocessing.examples(
                data, from: MemorySource(fields: fields), .ifPresent)
        }
        let error = message { try examples([.text("#40"), .text("#79")]) }
        #expect(
            error.contains(
                "variable \"y\" was trained with detrend, but the steps of this file are only counted: give it a coordinate \"time\""
            ) && error.contains("from 0 (the first that is selected)"), "\(error)")
        #expect(try examples([.text("#0"), .text("#39")]).count == 80)
    }

    // MARK: - New files

    @Test("Where one run lacks targets none has them, whatever examples it gives")
    func partlyKnownTargets() throws {
        var data = S.configuration([S.plain("x")], [S.plain("y")], window: WindowConfiguration(length: 3, lead: 1))
        data.runs = ["a", "b"]
        func series(_ name: String, _ count: Int) -> Field { S.series(name, 1900...1899 + count) { Double($0) } }
        var fields = [
            "a/x": series("x", 40), "a/y": series("y", 40), "b/x": series("x", 40), "b/y": series("y", 40),
        ]
        let found = try ExperimentData(
            data, split: SplitConfiguration(by: .group, group: "run", validation: [], test: [.text("b")]),
            fields: fields)
        fields["b/y"] = nil
        for (count, examples) in [(40, 76), (2, 38)] {
            fields["b/x"] = series("x", count)
            let open = try found.preprocessing.examples(data, from: MemorySource(fields: fields), .ifPresent)
            #expect(!open.hasTargets && open.count == examples && open.labels[37] == .number(1940))
        }
    }

    @Test("Labels behind the last end of a month are such ends", arguments: [1, 3])
    func monthEnds(step: Int) throws {
        func ends(_ months: Range<Int>) -> [CalendarDate] {
            months.map {
                let year = 2000 + $0 * step / 12, month = $0 * step % 12 + 1
                return CalendarDate(
                    year: year, month: month, day: CalendarDate.Calendar.standard.days(inMonth: month, of: year))
            }
        }
        func behind(_ times: [CalendarDate]) throws -> [Label] {
            let x = S.series("x", times) { Double($0) }
            let data = S.configuration([S.plain("x")], [S.plain("y")], window: WindowConfiguration(length: 1, lead: 5))
            let found = try ExperimentData(data, split: split, fields: ["x": x, "y": x.renamed("y")])
            let labels = try found.preprocessing.examples(data, from: MemorySource(fields: ["x": x]), .ifPresent).labels
            return Array(labels.suffix(5))
        }
        // As pandas.date_range(..., freq="ME"), and "QE-JAN", go on, also behind a February.
        for count in [36, 38, 39] { #expect(try behind(ends(0..<count)) == ends(count..<count + 5).map { .date($0) }) }
    }

    @Test("Labels behind the last one stand on its day again once February has cut it")
    func daysBehindFebruary() throws {
        let days = (0..<41).map { CalendarDate(year: 2000, month: 1, day: 30).adding(months: $0) }
        let x = S.series("x", Array(days.prefix(36))) { Double($0) }
        let data = S.configuration([S.plain("x")], [S.plain("y")], window: WindowConfiguration(length: 1, lead: 5))
        let found = try ExperimentData(data, split: split, fields: ["x": x, "y": x.renamed("y")])
        let open = try found.preprocessing.examples(data, from: MemorySource(fields: ["x": x]), .ifPresent)
        #expect(open.labels == days.dropFirst(5).map { .date($0) })
    }

    @Test("A value of a new file beyond single precision is no gap", arguments: [1e40, 3e38])
    func beyondSinglePrecision(value: Double) throws {
        var input = VariableConfiguration(variable: "x")
        (input.fill, input.mask) = (.value(0), true)
        var x = S.series("x", 1900...1939) { 1e-3 * Double($0 % 7) }
        x.values = x.values.cast(to: .float32)
        let data = S.configuration([input], [S.plain("y")])
        let found = try ExperimentData(
            data, split: split, fields: ["x": x, "y": S.series("y", 1900...1939) { Double($0) }])
        let new = S.series("x", 1900...1939) { $0 == 1905 ? value : 1e-3 * Double($0 % 7) }
        let error = message {
            try found.preprocessing.examples(data, from: MemorySource(fields: ["x": new]), .ifPresent)
        }
        #expect(error.contains("beyond single precision") && error.contains("at time 1905"), "\(error)")
    }

    @Test("A value beyond single precision at a streamed step that nobody looked at before is told")
    func streamedBeyondSinglePrecision() throws {
        let folder = TemporaryFolder()
        // Of 700 steps that train, 256 tell whether single precision is enough; the 401st is none of them.
        let x = S.series("x", 1000...1999) { $0 == 1400 ? 1e40 : Double($0 % 7) }
        try Dataset([x, S.series("y", 1000...1999) { Double($0) }]).write(to: folder.path("f.zarr"))
        var data = DataConfiguration(
            files: ["f": folder.path("f.zarr")], inputs: [S.plain("x")], targets: [S.plain("y")])
        (data.isStreamed, data.chunk) = (true, 100)
        let error = message { try ExperimentStream(data, split: split) }
        #expect(error.contains("variable \"x\" is infinite (or beyond single precision) at time 1400"), "\(error)")
    }

    // MARK: - Other grids

    /// Maps of years on these longitudes, regridded to steps of so many degrees.
    private func regridded(_ longitudes: [Double], _ step: Double) throws -> ExperimentData {
        let count = 3 * longitudes.count
        var random = RandomState(seed: 2), input = S.plain("x")
        input.regrid = .init(step: step)
        let maps = Field(
            "x", Tensor(random.standardNormal(count: 40 * count), shape: [40, 3, longitudes.count]),
            dimensions: ["time", "lat", "lon"],
            coordinates: [
                Coordinate("time", numbers: (1900..<1940).map(Double.init)), S.grid[0],
                Coordinate("lon", numbers: longitudes),
            ])
        let y = S.series("y", 1900...1939) { Double($0) }
        return try ExperimentData(
            S.configuration([input], [S.plain("y")]), split: split, fields: ["x": maps, "y": y])
    }

    @Test(
        "A region over Greenwich or the date line is regridded as it is elsewhere",
        arguments: [
            ([350.0, 355, 0, 5, 10], [-7.5, -2.5, 2.5, 7.5]), ([10.0, 5, 0, 355, 350], [7.5, 2.5, -2.5, -7.5]),
            ([170.0, 175, -180, -175, -170], [172.5, 177.5, 182.5, 187.5]),
            ([350.0, 355, 360, 365, 370], [352.5, 357.5, 362.5, 367.5]),
        ])
    func regions(_ longitudes: [Double], _ cells: [Double]) throws {
        let rising = [-10.0, -5, 0, 5, 10]
        let found = try regridded(longitudes, 5),
            plain = try regridded(cells[1] < cells[0] ? rising.reversed() : rising, 5)
        #expect(found.preprocessing.inputGrid?.longitudes == cells)
        expectClose(found.test.inputs.doubles, plain.test.inputs.doubles, 1e-6)
    }

    @Test(
        "A globe is regridded all round, wherever it begins", arguments: [[0.0, 90, 180, 270], [350, 80, 170, 260]])
    func globes(_ longitudes: [Double]) throws {
        let data = try regridded(longitudes, 60)
        #expect(data.preprocessing.inputGrid?.longitudes == [30, 90, 150, 210, 270, 330])
        #expect(data.test.inputs.doubles.allSatisfy { $0.isFinite })
    }
}
