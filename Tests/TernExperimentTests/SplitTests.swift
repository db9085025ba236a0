import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

struct SplitTests {
    func candidates(_ fields: [String: Field], _ configuration: DataConfiguration, group: String? = nil) throws
        -> Candidates
    {
        try Candidates(
            Preprocessing.read(configuration, from: MemorySource(fields: fields)), configuration, group: group)
    }

    var years: Candidates {
        get throws {
            try candidates(
                [
                    "co2": SampleFields.series("co2", 1900...1999) { Double($0) },
                    "tas": SampleFields.series("tas", 1900...1999) { Double($0) },
                ],
                SampleFields.configuration([SampleFields.plain("co2")], [SampleFields.plain("tas")]))
        }
    }

    func models(_ models: [Int] = Array(0..<10)) throws -> Candidates {
        let rain = SampleFields.samples(models: models, years: 1950...1959) { Double($0 + $1) }
        var configuration = SampleFields.configuration([SampleFields.plain("sst")], [SampleFields.plain("rain")])
        configuration.sample = "sample"
        return try candidates(["sst": rain.renamed("sst"), "rain": rain], configuration, group: "model")
    }

    @Test("Periods are taken by their labels, both ends included")
    func periods() throws {
        let split = try Split(SampleFields.periods(1900...1969, 1970...1984, 1985...1999), of: years, seed: 0)
        #expect(split.training == Array(0..<70) && split.validation == Array(70..<85) && split.test == Array(85..<100))
    }

    @Test("Unnamed periods are the last ones, in the order of time")
    func lastPeriods() throws {
        let split = try Split(SplitConfiguration(by: .period), of: years, seed: 0)
        #expect(split.training == Array(0..<70) && split.validation == Array(70..<85) && split.test == Array(85..<100))
    }

    @Test("Hours are split as hours, and named as such")
    func hours() throws {
        let times = (0..<72).map { CalendarDate(year: 2000).adding(days: Double($0) / 24) }
        let series = Field(
            "t", Tensor((0..<72).map(Double.init)), dimensions: ["time"],
            coordinates: [Coordinate("time", times: times)])
        let hours = try candidates(
            ["t": series], SampleFields.configuration([SampleFields.plain("t")], [SampleFields.plain("t")]))
        let drawn = try Split(
            Self.configuration("by: period, validation_fraction: 0.25, test_fraction: 0.125"), of: hours, seed: 0)
        #expect(drawn.training.count == 45 && drawn.validation == Array(45..<63) && drawn.test == Array(63..<72))
        let named = try Split(
            Self.configuration(
                "by: period, validation: [2000-01-02T06, \"2000-01-02T11:30\"], test: [\"2000-01-02 12:00:00\", \"2000-01-03\"]"
            ), of: hours, seed: 0)
        #expect(named.validation == Array(30..<36) && named.test == Array(36..<72))
        let folds = try Split.folds(5, of: SplitConfiguration(by: .period), hours, seed: 0).map {
            try Split($0, of: hours, seed: 0).test.count
        }
        #expect(folds == [15, 15, 14, 14, 14])
    }

    @Test("A validation part that nothing remains for is drawn out of training")
    func validationOutOfTraining() throws {
        let split = try Split(
            SplitConfiguration(
                by: .period, training: [.number(1900), .number(1979)], test: [.number(1980), .number(1999)]), of: years,
            seed: 0)
        #expect(split.training == Array(0..<68) && split.validation == Array(68..<80) && split.test.count == 20)
    }

    @Test("A gap leaves out what is next to a later part, and shortens no test")
    func gap() throws {
        var configuration = SampleFields.periods(1900...1969, 1970...1984, 1985...1999)
        configuration.gap = 3
        let split = try Split(configuration, of: years, seed: 0)
        #expect(split.training == Array(0..<67) && split.validation == Array(70..<82) && split.test == Array(85..<100))
    }

    @Test("The test may be confined to a period")
    func testPeriod() throws {
        var configuration = SplitConfiguration(by: .period)
        configuration.testPeriod = [.number(1990), .number(1999)]
        #expect(try Split(configuration, of: years, seed: 0).test == Array(90..<100))
    }

    @Test("No model is in two parts, whatever the seed", arguments: 0..<20 as Range<UInt64>)
    func groupsStayWhole(seed: UInt64) throws {
        let candidates = try models()
        let split = try Split(SplitConfiguration(by: .group, group: "model"), of: candidates, seed: seed)
        let parts = [split.training, split.validation, split.test].map { Set($0.map { candidates.groups[$0] }) }
        #expect(parts.map(\.count) == [6, 2, 2])
        #expect(parts[0].union(parts[1]).union(parts[2]).count == 10)
        #expect(split.training.count + split.validation.count + split.test.count == candidates.count)
    }

    @Test("Drawn groups depend on the seed alone")
    func drawnGroups() throws {
        let configuration = SplitConfiguration(by: .group, group: "model")
        let splits = try (0..<5).map { try Split(configuration, of: models(), seed: $0) }
        #expect(Set(splits.map(\.test)).count > 1)
        #expect(try Split(configuration, of: models(), seed: 3) == splits[3])
    }

    @Test("Named groups are taken, the rest is drawn from")
    func namedGroups() throws {
        let split = try Split(
            SplitConfiguration(by: .group, group: "model", test: [.number(3), .text("7")]), of: models(), seed: 0)
        #expect(split.test == Array(30..<40) + Array(70..<80))
        #expect(split.validation.count == 10 && split.training.count == 70)
    }

    @Test("Random examples along time are refused unless a leak is allowed")
    func randomAlongTime() throws {
        let error = #expect(throws: DataError.self) { try Split(SplitConfiguration(by: .random), of: years, seed: 0) }
        #expect(error?.message.contains("allow_leak") == true)
        var configuration = SplitConfiguration(by: .random)
        configuration.allowLeak = true
        let split = try Split(configuration, of: years, seed: 1)
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<100))
        #expect(split.test.count == 15 && split.test != Array(85..<100))
    }

    @Test("An empty part, an unknown group and an overlap are errors that say what there is")
    func errors() throws {
        let empty = #expect(throws: DataError.self) {
            try Split(SampleFields.periods(1900...1969, 1970...1984, 2000...2010), of: years, seed: 0)
        }
        #expect(
            empty?.description
                == "split: test: [2000, 2010] matches none of the examples; there are 100 labels of time from 1900 to 1999"
        )
        let unknown = #expect(throws: DataError.self) {
            try Split(
                SplitConfiguration(by: .group, group: "model", test: [.number(12)]), of: models([1, 2, 3]), seed: 0)
        }
        #expect(unknown?.description == "split: test: there is no 12; there are values of model 1, 2, 3")
        let overlap = #expect(throws: DataError.self) {
            try Split(SampleFields.periods(1900...1970, 1970...1984, 1985...1999), of: years, seed: 0)
        }
        #expect(overlap?.description == "split: 1970 is in training and in validation")
        #expect(throws: DataError.self) {
            try candidates(
                ["a": SampleFields.series("a", 1...9) { Double($0) }],
                SampleFields.configuration([SampleFields.plain("a")], [SampleFields.plain("a")]), group: "modle")
        }
    }

    @Test(
        "A part that is empty against its will says which setting empties it, and what there is",
        arguments: [
            (
                "by: period, test: [2050, 2060]",
                "test: [2050, 2060] matches none of the examples; there are 100 labels of time from 1900 to 1999"
            ),
            (
                "by: period, training: [1800, 1850]",
                "training: [1800, 1850] matches none of the examples; there are 100 labels"
            ),
            (
                "by: period, training: [1900, 1950], validation: [1890, 1899]",
                "validation: [1890, 1899] matches none of the examples"
            ),
            (
                "by: period, test_period: [2050, 2060]",
                "test_period: [2050, 2060] matches none of the 15 examples of the test part, from 1985 to 1999"
            ),
            ("by: period, test: [1900, 1999]", "training: the other parts leave nothing to train on"),
            (
                "by: period, training: [1900, 1950], validation: [1951, 1999]",
                "test: nothing is left to test on; set test_fraction to 0"
            ),
            ("by: period, gap: 90", "training: a gap of 90 steps leaves none of its examples"),
            (
                "by: period, training: [1900, 1900], test: [1901, 1999]",
                "validation: nothing is left to watch; set validation_fraction to 0"
            ),
        ])
    func emptyParts(_ split: String, _ message: String) throws {
        let error = #expect(throws: DataError.self) { try Split(Self.configuration(split), of: years, seed: 0) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "A fraction of 0 asks for no test, and no validation",
        arguments: [
            ("by: period, test_fraction: 0", [85, 15, 0]),
            ("by: period, test_fraction: 0, validation_fraction: 0", [100, 0, 0]),
            ("by: period, training: [1900, 1949], test_fraction: 0, validation_fraction: 0", [50, 0, 0]),
            ("by: period, training: [1900, 1949], validation: [1950, 1959], test_fraction: 0", [50, 10, 0]),
            ("by: period, training: [1900, 1949], test_fraction: 0", [50, 50, 0]),
            ("by: random, allow_leak: true, test_fraction: 0", [85, 15, 0]),
        ])
    func noTest(_ split: String, _ counts: [Int]) throws {
        let found = try Split(Self.configuration(split), of: years, seed: 1)
        #expect([found.training.count, found.validation.count, found.test.count] == counts)
    }

    private static func configuration(_ split: String) throws -> SplitConfiguration {
        try Experiment(
            yaml:
                "{name: a, data: {files: {a: a.nc}, inputs: [a], targets: [a]}, split: {\(split)}, model: {name: mlp}}"
        ).split
    }

    @Test("Where the target is among the inputs, no window of training holds a target of the test")
    func windowsOfForecasts() throws {
        let sst = SampleFields.yearly("sst", 1900...1999) { year, cell in Double(year + cell) }
        let configuration = SampleFields.configuration(
            [SampleFields.plain("sst")], [SampleFields.plain("sst")], window: WindowConfiguration(length: 3, lead: 2))
        let candidates = try candidates(["sst": sst], configuration)
        // The test lies in the midst: the years after it begin to train where their windows have left it.
        let split = try Split(
            SplitConfiguration(
                by: .period, validation: [.number(1990), .number(1999)], test: [.number(1950), .number(1959)]),
            of: candidates, seed: 0)
        let training = split.training.map { candidates.labels[$0].number! }
        #expect(training.max() == 1989 && !training.contains { (1950...1963).contains($0) } && training.contains(1964))
    }

    @Test("Folds of groups are those of scikit-learn's GroupKFold that shuffles")
    func groupFolds() throws {
        let folds = try Split.folds(3, of: SplitConfiguration(by: .group, group: "model"), models(), seed: 7)
        // GroupKFold(3, shuffle=True, random_state=7).split(...) of scikit-learn 1.9.1, ten groups.
        #expect(
            folds.map { Set($0.test!) }
                == [["0", "2", "5", "8"], ["1", "7", "9"], ["3", "4", "6"]].map { Set($0.map(Scalar.text)) })
        let split = try Split(folds[0], of: models(), seed: 7)
        #expect(split.test.count == 40 && split.validation.count == 10 && split.training.count == 50)
    }

    @Test("Folds of time are spans one after the other; what names parts, or is too much, is refused")
    func periodFolds() throws {
        let folds = try Split.folds(4, of: SplitConfiguration(by: .period), years, seed: 0)
        #expect(
            try folds.map { try Split($0, of: years, seed: 0).test } == [
                Array(0..<25), Array(25..<50), Array(50..<75), Array(75..<100),
            ])
        let named = #expect(throws: DataError.self) {
            try Split.folds(
                4, of: SplitConfiguration(by: .period, test: [.number(1990), .number(1999)]), years, seed: 0)
        }
        #expect(named?.message.contains("test is named, but folds name the parts") == true)
        let many = #expect(throws: DataError.self) {
            try Split.folds(11, of: SplitConfiguration(by: .group, group: "model"), models(), seed: 0)
        }
        #expect(many?.message == "11 folds of 10 values of model; ask for 2 to 10")
        #expect(throws: DataError.self) { try Split.folds(3, of: SplitConfiguration(by: .random), models(), seed: 0) }
    }

    @Test("Spellings of one unit are equal")
    func units() {
        for (a, b) in [
            ("mm/day", "mm day-1"), ("degC", "Celsius"), ("kg m-2 s-1", "kg/m2/s"), ("W m**-2", "W/m^2"),
            ("K", "kelvin"), ("1", ""),
        ] { #expect(UnitName(a) == UnitName(b), "\(a)") }
        for (a, b) in [("K", "degC"), ("mm/day", "mm"), ("m", "m2"), ("1", "%")] {
            #expect(UnitName(a) != UnitName(b), "\(a)")
        }
    }

    @Test func aThousandthIsNoMillion() {
        #expect(UnitName("mm/s-9223372036854775808") != UnitName("mm/s"))
        #expect(UnitName("mPa") != UnitName("MPa") && UnitName("mg m-3") != UnitName("Mg m-3"))
        #expect(UnitName("MM/DAY") == UnitName("mm/day"))
    }

    @Test func noWindowReachesIntoAnotherGroup() throws {
        var rain = SampleFields.series("rain", 1990...2019) { Double($0) }
        rain.coordinates.append(
            Coordinate("model", dimension: "time", numbers: (0..<30).map { Double($0 / 10) }))
        let found = try candidates(
            ["sst": rain.renamed("sst"), "rain": rain],
            SampleFields.configuration(
                [SampleFields.plain("sst")], [SampleFields.plain("rain")], window: WindowConfiguration(length: 5)),
            group: "model")
        #expect(found.count == 18)
    }

    @Test func theStepAfterTheFirstOfAMonthIsTheNextDay() throws {
        func days(_ count: Int) -> Field {
            let first = CalendarDate(year: 2001, month: 1)
            return Field(
                "sst", Tensor((0..<count).map { sin(Double($0)) }), dimensions: ["time"],
                coordinates: [Coordinate("time", times: (0..<count).map { first.adding(days: Double($0)) })])
        }
        var configuration = SampleFields.configuration(
            [SampleFields.plain("sst")], [SampleFields.plain("rain")], window: WindowConfiguration(length: 1, lead: 1))
        configuration.sample = "time"
        let data = try ExperimentData(
            configuration, split: SplitConfiguration(by: .period),
            fields: ["sst": days(90), "rain": days(90).renamed("rain")])
        let new = try data.preprocessing.examples(
            configuration, from: MemorySource(fields: ["sst": days(32)]), .ifPresent)
        #expect(new.labels.last == .date(CalendarDate(year: 2001, month: 2, day: 2)))
    }

    @Test("A gap of any size is found at once", .ends)
    func wideGap() throws {
        let early = SampleFields.series("a", 1900...1999) { Double($0) },
            late = SampleFields.series("a", 2000...2099) { Double($0) }
        var configuration = SampleFields.configuration([SampleFields.plain("a")], [SampleFields.plain("a")])
        configuration.runs = ["early", "late"]
        let found = try candidates(["early/a": early, "late/a": late], configuration)
        for gap in [1_000_000_000, Int.max] {
            var split = try Self.configuration("by: period, test: [2000, 2099], validation_fraction: 0")
            split.gap = gap
            #expect(
                message { try Split(split, of: found, seed: 0) }.contains(
                    "training: a gap of \(gap) steps leaves none of its examples"))
        }
    }

    @Test("A gap reaches into the run that ends where another goes on, with a history and without")
    func gapBetweenRuns() throws {
        func training(_ early: Field, _ late: Field, _ split: String, history: String? = nil) throws -> [Int] {
            var configuration = SampleFields.configuration([SampleFields.plain("a")], [SampleFields.plain("a")])
            (configuration.runs, configuration.history) = (["early", "late"], history)
            let found = try candidates(["early/a": early, "late/a": late], configuration)
            return try Split(Self.configuration(split), of: found, seed: 0).training
        }
        let early = SampleFields.series("a", 1900...1949) { Double($0) },
            late = SampleFields.series("a", 1950...1999) { Double($0) }
        let years = "by: period, training: [1900, 1949], validation: [1950, 1959], test: [1960, 1999], gap: 8"
        #expect(try training(early, late, years, history: "early") == Array(0..<42))
        #expect(try training(early, late, years) == Array(0..<42))
        // Runs of the same times are what they were.
        #expect(
            try training(early, early, "by: period, test: [1940, 1949], validation_fraction: 0, gap: 2")
                == Array(0..<38) + Array(50..<88))
        // Two days of months, before the bound and behind it.
        let first = SampleFields.series("a", SampleFields.months(from: 2000, 0..<24)) { Double($0) },
            next = SampleFields.series("a", SampleFields.months(from: 2002, 0..<24, day: 16)) { Double($0) }
        let none = "validation_fraction: 0, gap: 3"
        #expect(try training(first, next, "by: period, test: [2002, 2003], \(none)") == Array(0..<21))
        #expect(try training(first, next, "by: period, test: [2000, 2001], \(none)") == Array(27..<48))
    }

    @Test(
        "Each step is tested in one fold, also where a fold ends at midnight or at a whole second",
        arguments: [(0, 21600, 116), (0, 0.25, 140), (-8.5, 0.25, 140)] as [(Double, Double, Int)])
    func foldsBelowADay(start: Double, step: Double, count: Int) throws {
        let times = (0..<count).map {
            CalendarDate(year: 2000).adding(days: (start + Double($0) * step) / 86400)
        }
        let found = try candidates(
            ["t": SampleFields.series("t", times) { Double($0) }],
            SampleFields.configuration([SampleFields.plain("t")], [SampleFields.plain("t")]))
        let tests = try Split.folds(4, of: SplitConfiguration(by: .period), found, seed: 0).map {
            try Split($0, of: found, seed: 0).test
        }
        #expect(tests.map(\.count) == [Int](repeating: count / 4, count: 4) && tests.flatMap { $0 } == Array(0..<count))
    }

    @Test("Drawn at random, windows of training would hold targets of the test")
    func randomWindows() throws {
        let sst = Field("sst", Tensor((0..<60).map(Double.init)), dimensions: ["case"])
        func refusal(_ target: String, _ length: Int) throws -> String {
            var configuration = SampleFields.configuration(
                [SampleFields.plain("sst")], [SampleFields.plain(target)], window: WindowConfiguration(length: length))
            configuration.sample = "case"
            let found = try candidates(["sst": sst, "rain": sst.renamed("rain")], configuration)
            do { _ = try Split(SplitConfiguration(by: .random), of: found, seed: 0) } catch { return "\(error)" }
            return ""
        }
        #expect(try refusal("sst", 3).contains("would train on windows that hold targets of the test"))
        #expect(try refusal("sst", 1) == "" && refusal("rain", 3) == "")
    }

    @Test("An end of a period is a label that is it in single precision")
    func endsInSinglePrecision() throws {
        let a = Field(
            "a", Tensor((1...10).map(Double.init)), dimensions: ["x"],
            coordinates: [Coordinate("x", numbers: (1...10).map { Double(Float($0) / 10) })])
        var configuration = SampleFields.configuration([SampleFields.plain("a")], [SampleFields.plain("a")])
        configuration.sample = "x"
        let split = try Split(
            Self.configuration("by: period, training: [0.1, 0.6], test: [0.7, 1], validation_fraction: 0"),
            of: candidates(["a": a], configuration), seed: 0)
        #expect(split.training == Array(0..<6) && split.test == Array(6..<10))
    }
}
