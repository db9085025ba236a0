import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// Which steps of files are taken for the same, which follow each other, and what is said of the others.
struct PairingTests {
    typealias S = SampleFields

    private let split = SplitConfiguration(by: .period)

    private func data(_ fields: [Field], window: WindowConfiguration = .init(), target: VariableConfiguration? = nil)
        throws -> ExperimentData
    {
        let names = fields.map(\.name)
        return try ExperimentData(
            S.configuration(names.dropLast().map(S.plain), [target ?? S.plain(names.last!)], window: window),
            split: split, fields: Dictionary(uniqueKeysWithValues: zip(names, fields)))
    }

    private func all(_ data: ExperimentData) -> [Examples] { [data.training, data.validation, data.test] }

    /// Examples of new fields, without targets.
    private func labels(of field: Field, by data: ExperimentData, _ window: WindowConfiguration) throws -> [Label] {
        try data.preprocessing.examples(
            S.configuration([S.plain("x")], [S.plain("y")], window: window), from: MemorySource(fields: ["x": field]),
            .ifPresent
        ).labels
    }

    /// A moment of each month of a calendar without leap days, from January 1960 on: its middle, as CMIP has it, or a
    /// day.
    private func months(_ months: Range<Int>, day: Int? = nil) -> [CalendarDate] {
        months.map { month in
            let calendar = CalendarDate.Calendar.noLeap, year = 1960 + month / 12,
                length = calendar.days(inMonth: month % 12 + 1, of: year)
            return CalendarDate(
                year: year, month: month % 12 + 1, day: day ?? 1 + length / 2,
                seconds: day == nil && length % 2 == 1 ? 43200 : 0, calendar: calendar)
        }
    }

    private func days(_ days: [Int], hour: Double = 0) -> [CalendarDate] {
        days.map { CalendarDate(year: 2001).adding(days: Double($0) + hour / 24) }
    }

    // MARK: - Which are the same

    @Test("Middles of months and their 15ths are one month, though in Februaries alone they are one day")
    func middles() throws {
        let x = S.series("x", months(0..<48)) { Double($0) }, y = S.series("y", months(0..<48, day: 15)) { Double($0) }
        let found = try data([x, y])
        #expect(all(found).map(\.count) == [34, 7, 7])
        #expect(all(found).allSatisfy { $0.inputs == $0.targets })
        #expect(
            found.notes == [
                "the steps of y and x are paired by the month, whatever the day: 1960-01-15 of memory with 1960-01-16T12:00:00"
            ])
        // Two inputs likewise.
        let inputs = try data([x, y, x.renamed("z")])
        #expect(all(inputs).map(\.count) == [34, 7, 7] && inputs.training.inputs[3].doubles == [3, 3])
    }

    @Test("With a lead, targets of other days or hours are those of the same months and days, beyond the inputs too")
    func leads() throws {
        let window = WindowConfiguration(length: 2, lead: 1)
        for (inputs, targets, name) in [
            (months(0..<48, day: 1), months(0..<48), "months"),
            (days(Array(0..<48)), days(Array(0..<48), hour: 12), "days"),
        ] {
            let y = S.series("y", targets) { Double($0) }
            let whole = try data([S.series("x", inputs) { Double($0) }, y], window: window)
            // The inputs end two steps before, of which one can be foretold.
            let short = try data([S.series("x", Array(inputs.dropLast(2))) { Double($0) }, y], window: window)
            for (found, count) in [(whole, 46), (short, 45)] {
                #expect(all(found).map(\.count).reduce(0, +) == count, "\(name)")
                for part in all(found) {
                    #expect(part.inputs[.all, 1].flattened() + 1 == part.targets.flattened(), "\(name)")
                }
                #expect(found.test.labels.last == .date(inputs[count + 1]), "\(name)")
            }
        }
    }

    @Test("With a lead, targets finer than the inputs go on at the inputs' steps")
    func finerTargets() throws {
        let window = WindowConfiguration(length: 1, lead: 1)
        for (last, count) in [(195, 39), (199, 39), (219, 40)] {
            let found = try data(
                [
                    S.series("x", days((0..<40).map { 5 * $0 })) { Double($0) },
                    S.series("y", days(Array(0...last))) { Double($0) },
                ], window: window)
            #expect(all(found).map(\.count).reduce(0, +) == count, "\(last)")
            for part in all(found) {
                #expect((part.inputs.flattened() + 1) * 5 == part.targets.flattened(), "\(last)")
            }
            #expect(found.test.labels.last == .date(days([5 * count])[0]))
            #expect(!found.notes.contains { $0.contains("come after a gap") }, "\(found.notes)")
        }
        // The same day of the next month.
        let first = months(0..<1, day: 1)[0], daily = (0..<800).map { first.adding(days: Double($0)) }
        let monthly = try data(
            [S.series("x", months(0..<24, day: 16)) { Double($0) }, S.series("y", daily) { Double($0) }],
            window: window)
        #expect(all(monthly).map(\.count).reduce(0, +) == 24)
        #expect(monthly.test.labels.last == .date(months(24..<25, day: 16)[0]))
        // Days beside the inputs' are none of theirs.
        let beside = #expect(throws: DataError.self) {
            try data(
                [
                    S.series("x", days((0..<40).map { 5 * $0 })) { Double($0) },
                    S.series("y", days((0..<60).map { 5 * $0 + 2 })) { Double($0) },
                ], window: window)
        }
        #expect(beside?.message.contains("share no time") == true, "\(beside!)")
    }

    @Test("Steps that only some variables have are told")
    func partners() throws {
        let x = S.series("x", months(0..<120)) { Double($0) },
            annual = S.series("z", (0..<10).map { months(12 * $0 + 6..<12 * $0 + 7)[0] }) { Double($0) }
        let unlike =
            "the steps of z lie a year apart, those of x a month: they are paired where dates coincide; bring both to one step if each is to say the same time"
        let inputs = try data([x, annual, x.renamed("y")])
        #expect(
            inputs.notes == [
                "110 of 120 steps of x (memory) are not in all inputs, and left out", unlike,
                "the steps of y lie a month apart, those of x a year: they are paired where dates coincide; bring both to one step if each is to say the same time",
                "110 of 120 steps of y (memory) have no x, and are left out",
            ], "\(inputs.notes)")
        #expect(
            try data([x, annual]).notes == [unlike, "99 steps without a target are neither learned nor scored"])
    }

    @Test("Labels of samples that stand twice are refused where they would pair variables")
    func repeatedMembers() throws {
        func field(_ name: String) -> Field {
            Field(
                name, Tensor((0..<160).map(Double.init), shape: [40, 4]), dimensions: ["time", "station"],
                coordinates: [
                    Coordinate("time", numbers: (1900..<1940).map(Double.init)),
                    Coordinate("station", labels: .texts(["A", "B", "B", "C"])),
                ])
        }
        var configuration = S.configuration([S.plain("x")], [S.plain("y")])
        configuration.dimensions = ["station": .samples]
        let error = #expect(throws: DataError.self) {
            try ExperimentData(configuration, split: split, fields: ["x": field("x"), "y": field("y")])
        }
        #expect(
            error?.message
                == "variable \"y\": station \"B\" stands twice, so that nobody knows which belongs to which of another variable; give each label once, or select one by its place (select: {station: \"#0\"})"
        )
        // Each of the four has the one target.
        let one = S.series("y", 1900...1939) { Double($0) }
        let found = try ExperimentData(configuration, split: split, fields: ["x": field("x"), "y": one])
        #expect(all(found).map(\.count).reduce(0, +) == 160)
    }

    // MARK: - Which follow each other

    @Test("A history continues one series; stacked ones are refused, and one that ends too late is told")
    func histories() throws {
        var configuration = S.configuration([S.plain("x")], [S.plain("rain")], window: WindowConfiguration(length: 3))
        (configuration.sample, configuration.runs, configuration.history) = ("sample", ["hist", "ssp"], "hist")
        func found(_ models: [Int], history: ClosedRange<Int> = 1990...2014) throws -> ExperimentData {
            let fields = [("hist", history), ("ssp", 2015...2040)].flatMap { run, years in
                ["x", "rain"].map { name in
                    ("\(run)/\(name)", S.samples(models: models, years: years) { Double(1000 * $0 + $1) }.renamed(name))
                }
            }
            return try ExperimentData(
                configuration,
                split: SplitConfiguration(by: .group, group: "run", validation: [], test: [.text("ssp")]),
                fields: Dictionary(uniqueKeysWithValues: fields))
        }
        let error = #expect(throws: DataError.self) { try found([1, 2]) }
        #expect(error?.message.contains("no single one (2015 comes after 2040: sort the steps)") == true, "\(error!)")
        let one = try found([1])
        #expect(one.test.count == 26 && one.test.inputs[0].doubles == [3013, 3014, 3015] && one.notes.isEmpty)
        let late = try found([1], history: 2015...2040)
        #expect(
            late.test.count == 24
                && late.notes == [
                    "data.history: memory has no step before the first of memory, whose windows begin there"
                ], "\(late.notes)")
    }

    @Test("Months of decimal years follow each other, though none is as long as another; gaps are told")
    func decimals() throws {
        func series(_ name: String, _ months: [Int]) -> Field {
            let middles = self.months(0..<72)
            return Field(
                name, Tensor(months.map(Double.init)), dimensions: ["time"],
                coordinates: [
                    Coordinate("time", numbers: months.map { (middles[$0].decimalYear * 1e4).rounded() / 1e4 })
                ])
        }
        let window = WindowConfiguration(length: 2, lead: 1), whole = Array(0..<60)
        let found = try data([series("x", whole), series("y", whole)], window: window)
        #expect(all(found).map(\.count).reduce(0, +) == 58 && found.notes.isEmpty, "\(found.notes)")
        let holed = whole.filter { $0 != 20 }
        let short = try data([series("x", holed), series("y", holed)], window: window)
        #expect(
            all(short).map(\.count).reduce(0, +) == 55
                && short.notes == [
                    "1 of 59 steps of memory come after a gap (first 1961.7904 after 1961.6233, where steps lie 0.084 apart); no window, forecast or persistence reaches across it"
                ], "\(short.notes)")
        // A part without February has the same steps.
        #expect(try labels(of: series("x", [63, 64, 65, 66]), by: found, window).count == 3)
    }

    @Test("Two days that a month ends between are no months")
    func monthEnds() throws {
        let window = WindowConfiguration(length: 2)
        func found(_ times: [CalendarDate]) throws -> ExperimentData {
            try data([S.series("x", times) { Double($0) }, S.series("y", times) { Double($0) }], window: window)
        }
        let daily = try found(days(Array(0..<40))), monthly = try found(months(0..<40, day: 1)),
            ends = S.series("x", days([30, 31])) { Double($0) }
        #expect(try labels(of: ends, by: daily, window).count == 1)
        let error = #expect(throws: DataError.self) { try labels(of: ends, by: monthly, window) }
        #expect(error?.message.contains("its steps lie a day apart, those of the training data a month") == true)
    }

    @Test("What is foretold behind the last step lies a step on, though a gap comes before it")
    func beyond() throws {
        let window = WindowConfiguration(length: 1, lead: 1)
        func found(_ times: [CalendarDate]) throws -> ExperimentData {
            try data([S.series("x", times) { Double($0) }, S.series("y", times) { Double($0) }], window: window)
        }
        let daily = try found(days(Array(0..<40))), monthly = try found(months(0..<40, day: 1))
        #expect(
            try labels(of: S.series("x", days([0, 1, 2, 3, 5])) { Double($0) }, by: daily, window)
                == days([1, 2, 3, 6]).map { .date($0) })
        let summer = [4, 5, 7].map { months($0..<$0 + 1, day: 1)[0] }
        #expect(
            try labels(of: S.series("x", summer) { Double($0) }, by: monthly, window)
                == [5, 8].map { .date(months($0..<$0 + 1, day: 1)[0]) })
    }

    @Test("Runs of other steps are refused where windows are asked for")
    func unlikeRuns() throws {
        let years = S.series("x", (0..<40).map { CalendarDate(year: 1960 + $0, month: 7) }) { Double($0) },
            single = S.series("x", months(0..<40)) { Double($0) }
        func found(_ window: WindowConfiguration) throws -> ExperimentData {
            var configuration = S.configuration([S.plain("x")], [S.plain("y")], window: window)
            configuration.runs = ["month", "year"]
            return try ExperimentData(
                configuration,
                split: SplitConfiguration(by: .group, group: "run", validation: [], test: [.text("year")]),
                fields: [
                    "month/x": single, "month/y": single.renamed("y"), "year/x": years, "year/y": years.renamed("y"),
                ])
        }
        let error = #expect(throws: DataError.self) { try found(WindowConfiguration(length: 3)) }
        #expect(
            error?.message
                == "its steps lie a year apart, those of memory a month; a window of so many steps means another time: give data of the same step"
        )
        #expect(try found(WindowConfiguration(length: 1)).test.count == 40)
    }

    // MARK: - What examples hold

    @Test("Before the first step nothing was known, whatever fills the gaps of a target")
    func persistence() throws {
        var target = S.plain("y")
        target.fill = .mean
        let found = try data(
            [S.series("x", 1900...1939) { Double($0) }, S.series("y", 1900...1939) { $0 == 1905 ? .nan : Double($0) }],
            target: target)
        #expect(found.training.previousTargets[0].item.isNaN && found.training.previousTargets[1].item == 1900)
    }

    @Test("A target that does not change along the samples is refused")
    func constantTargets() throws {
        let x = S.yearly("x", 1900...1939) { Double($0 + $1) }
        let still = Field(
            "z", x.values.sliced(0..<1).reshaped([3, 4]), dimensions: ["lat", "lon"], coordinates: S.grid)
        let error = #expect(throws: DataError.self) {
            try ExperimentData(
                S.configuration([S.plain("x")], [S.plain("y"), S.plain("z")]), split: split,
                fields: ["x": x, "y": x.renamed("y"), "z": still])
        }
        #expect(error?.message.hasPrefix("variable \"z\" does not change along the samples") == true, "\(error!)")
    }

    @Test("Where steps are only counted, a trend is kept to the files that it was taken from")
    func countedTrends() throws {
        var target = S.plain("y")
        target.detrend = true
        func counted(_ name: String) -> Field {
            Field(name, Tensor((0..<40).map { sin(Double($0)) + Double($0) }), dimensions: ["time"])
        }
        let found = try data([counted("x"), counted("y")], target: target)
        var configuration = S.configuration([S.plain("x")], [target])
        func examples() throws -> Examples {
            try found.preprocessing.examples(
                configuration, from: MemorySource(fields: ["x": counted("x")]), .ifPresent)
        }
        #expect(try examples().count == 40)
        configuration.files = ["memory": "other"]
        let error = #expect(throws: DataError.self) { try examples() }
        #expect(
            error?.message.hasPrefix(
                "variable \"y\" was trained with detrend, but the steps of this file are only counted: give it a coordinate \"time\""
            ) == true, "\(error!)")
        let later = S.series("x", 40...59) { Double($0) }
        #expect(
            try found.preprocessing.examples(configuration, from: MemorySource(fields: ["x": later]), .ifPresent).count
                == 20)
    }

    @Test("Examples of several calendars have their dates as texts, which files can hold")
    func calendars() throws {
        var configuration = S.configuration([S.plain("x")], [S.plain("y")])
        configuration.runs = ["a", "b", "c"]
        let calendars: [CalendarDate.Calendar] = [.noLeap, .days360, .standard]
        let fields = zip(configuration.runs!, calendars).flatMap { run, calendar in
            ["x", "y"].map { name in
                let times = (1...20).map { CalendarDate(year: 2000, day: $0, calendar: calendar) }
                var field = S.series(name, times) { Double($0) }
                field.coordinates[0].attributes["units"] = "days since 2000-01-01"
                return ("\(run)/\(name)", field)
            }
        }
        func found(_ test: [Scalar]) throws -> ExperimentData {
            try ExperimentData(
                configuration, split: SplitConfiguration(by: .group, group: "run", validation: [], test: test),
                fields: Dictionary(uniqueKeysWithValues: fields))
        }
        let mixed = try found([.text("a"), .text("b")]), one = try found([.text("b")])
        let restored = try mixed.preprocessing.restore(predictions: mixed.test.targets, for: mixed.test)
        let folder = TemporaryFolder()
        try Dataset(restored).write(to: folder.path("p.zarr"))
        let time = try #require(restored[0].coordinate("time"))
        #expect(time.texts?[20] == "2000-01-01" && time.attributes["units"] == nil)
        #expect(one.test.coordinates[0].times?[0].calendar == .days360)
    }
}
