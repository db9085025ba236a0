import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

struct ExperimentDataTests {
    typealias S = SampleFields

    func prepared(
        _ configuration: DataConfiguration, _ fields: [Field],
        _ split: SplitConfiguration = S.periods(1900...1969, 1970...1984, 1985...1999)
    ) throws -> ExperimentData {
        try ExperimentData(
            configuration, split: split, fields: Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) }))
    }

    @Test("Maps and a series become channels of one grid")
    func channels() throws {
        let sst = S.yearly("sst", 1900...1999) { Double($0) + Double($1) / 100 },
            co2 = S.series("co2", 1900...1999) { Double(-$0) }
        let data = try prepared(S.configuration([S.plain("sst"), S.plain("co2")], [S.plain("sst")]), [sst, co2])
        #expect(data.inputShape == [3, 4, 2] && data.outputShape == [3, 4, 1] && data.latitudes == S.latitudes)
        #expect(data.test.inputs.shape == [15, 3, 4, 2] && data.test.inputs.dtype == .float32)
        #expect(
            data.test.inputs[2, 1, 3, 0].item == Double(Float(1987.07)) && data.test.inputs[2, 1, 3, 1].item == -1987)
        #expect(data.test.labels == (1985...1999).map { .number(Double($0)) })
        #expect(data.preprocessing.channels == ["sst", "co2"])
    }

    @Test("Series alone are features")
    func features() throws {
        let a = S.series("a", 1900...1999) { Double($0) }, b = S.series("b", 1900...1999) { Double(2 * $0) }
        let data = try prepared(
            S.configuration([S.plain("a"), S.plain("b")], [S.plain("b")], window: WindowConfiguration(length: 2)),
            [a, b])
        #expect(data.inputShape == [2, 2] && data.outputShape == [1])
        #expect(data.test.inputs[0].doubles == [1984, 3968, 1985, 3970] && data.test.targets[0].doubles == [3970])
    }

    @Test("Scaling is learned from the training part alone")
    func statistics() throws {
        // The test is far from training; its values must not be seen.
        let sst = S.yearly("sst", 1900...1999) { year, cell in year < 1970 ? Double(year % 7 + cell) : 1e6 }
        var scaled = S.plain("sst"), cell = S.plain("sst"), largest = S.plain("sst")
        (scaled.scale, cell.scale, largest.scale) = (.standard, .cell, .max)
        let data = try prepared(S.configuration([scaled, cell, largest], [S.plain("sst")]), [sst])
        let x = data.training.inputs
        #expect(
            abs(x[.all, .all, .all, 0].mean().item) < 1e-6
                && abs(x[.all, .all, .all, 0].standardDeviation().item - 1) < 1e-6)
        let cells = x[.all, .all, .all, 1]
        #expect(
            abs(cells.mean(axis: 0)).max().item < 1e-6 && abs(cells.standardDeviation(axes: [0]) - 1).max().item < 1e-6)
        #expect(x[.all, .all, .all, 2].max().item == 1)
    }

    @Test("Anomalies leave out the months' means of training, and are put back")
    func anomalies() throws {
        // A seasonal cycle, a level that jumps after training, and noise that is 0.
        let sst = S.monthly("sst", from: 2000, count: 120) { month, cell in
            Double(month % 12 * 2 + cell) + (month >= 84 ? 5 : 0)
        }
        var anomaly = VariableConfiguration(variable: "sst")
        (anomaly.anomaly, anomaly.scale) = (.month, .none)
        let split = SplitConfiguration(
            by: .period, training: [.text("2000"), .text("2006-12")], validation: [.number(2007)],
            test: [.number(2008), .text("2009-12-31")])
        let data = try prepared(
            S.configuration([anomaly], [anomaly], window: WindowConfiguration(length: 1, lead: 1)), [sst], split)
        #expect(abs(data.training.inputs).max().item < 1e-5 && abs(data.test.targets - 5).max().item < 1e-5)
        #expect(data.test.count == 24 && data.test.labels[0] == .date(CalendarDate(year: 2008, month: 1, day: 15)))
        let back = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
        let truth = try sst.select(["time": .dates("2008", "2009")])
        #expect(abs(back.values - truth.values.cast(to: .float32)).max().item < 1e-4)
        #expect(
            back.dimensions == ["time", "lat", "lon"]
                && back.coordinate("time")?.times == truth.coordinate("time")?.times && back.units == nil)
    }

    @Test("A trend of training is taken away and put back, with anomaly and scaling")
    func trend() throws {
        let sst = S.yearly("sst", 1900...1999) { year, cell in
            Double(cell + 1) * 0.1 * Double(year - 1900) + Double(year % 3)
        }
        var variable = VariableConfiguration(variable: "sst")
        (variable.anomaly, variable.detrend, variable.scale) = (.all, true, .cell)
        let data = try prepared(S.configuration([variable], [variable]), [sst])
        #expect(abs(data.test.targets).max().item < 2)
        let back = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
        #expect(abs(back.values - sst.values.sliced(85..<100).cast(to: .float32)).max().item < 1e-4)
        #expect(back.units == "K")
    }

    @Test("Windows hold the steps up to the lead before the target; each run keeps to itself but for its history")
    func windows() throws {
        func run(_ years: ClosedRange<Int>, _ offset: Double) -> Field {
            S.series("co2", years) { Double($0) + offset }
        }
        var configuration = S.configuration([S.plain("co2")], [S.plain("tas")], window: WindowConfiguration(length: 3))
        (configuration.runs, configuration.history) = (["low", "high", "historical"], "historical")
        let fields = [
            "historical/co2": run(1990...1999, 0), "low/co2": run(2000...2009, 0.25), "high/co2": run(2000...2009, 0.5),
            "historical/tas": run(1990...1999, 0).renamed("tas"), "low/tas": run(2000...2009, 0).renamed("tas"),
            "high/tas": run(2000...2009, 0).renamed("tas"),
        ]
        let split = SplitConfiguration(
            by: .group, group: "run", training: [.text("historical")], validation: [.text("low")], test: [.text("high")]
        )
        let data = try ExperimentData(configuration, split: split, fields: fields)
        #expect(data.training.labels.first == .number(1992) && data.training.count == 8)
        #expect(data.test.count == 10 && data.test.groups.allSatisfy { $0 == "high" })
        #expect(
            data.test.inputs[0].doubles == [1998, 1999, 2000.5]
                && data.test.inputs[9].doubles == [2007.5, 2008.5, 2009.5])
        #expect(data.validation.inputs[1].doubles == [1999, 2000.25, 2001.25])
        let back = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
        #expect(
            back.coordinate("run")?.texts == [String](repeating: "high", count: 10)
                && back.coordinate("time")?.numbers == (2000...2009).map(Double.init))
    }

    @Test("No window reaches over a gap in time")
    func gaps() throws {
        let whole = S.series("a", 1900...1999) { Double($0) }
        let a = whole.taking(Array(0..<50) + Array(52..<100), along: "time")
        let data = try prepared(
            S.configuration([S.plain("a")], [S.plain("a")], window: WindowConfiguration(length: 2, lead: 1)), [a])
        let labels = data.training.labels.map { $0.number! }
        #expect(!labels.contains(1952) && !labels.contains(1953) && labels.contains(1954) && labels.contains(1949))
        #expect(data.training.inputs[0].doubles == [1900, 1901] && data.training.targets[0].item == 1902)
    }

    @Test("A gap is an error that names variable, label and cell, unless it is filled or masked")
    func missing() throws {
        let sst = S.yearly("sst", 1900...1999) { year, cell in
            cell == 6 && (year == 1950 || year == 1990) ? .nan : Double(year)
        }
        let error = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("sst")], [S.plain("sst")]), [sst])
        }
        #expect(
            error?.description.hasPrefix(
                "memory: variable \"sst\" is missing at time 1950, lat 0, lon 180; say what stands in for it (fill: mean"
            ) == true)
        var filled = S.plain("sst"), masked = S.plain("sst")
        filled.fill = .mean
        masked.mask = true
        let series = S.series("co2", 1900...1999) { Double($0) }
        let data = try prepared(S.configuration([filled, masked], [S.plain("co2")]), [sst, series])
        #expect(data.inputShape == [3, 4, 3] && data.preprocessing.channels == ["sst", "sst", "sst present"])
        let gap = data.training.inputs[50, 1, 2].doubles, mean = ((1900...1969).reduce(0, +) - 1950)
        #expect(abs(gap[0] - Double(mean) / 69) < 1e-3 && gap[1] == 0 && gap[2] == 0)
        #expect(data.training.inputs[49, 1, 2].doubles == [1949, 1949, 1])
    }

    @Test("Masked targets keep their gaps, maps must have none otherwise, series are left out where they are missing")
    func missingTargets() throws {
        let sst = S.yearly("sst", 1900...1999) { year, cell in cell == 6 ? .nan : Double(year) },
            co2 = S.series("co2", 1900...1999) { Double($0) }
        var masked = S.plain("sst")
        masked.mask = true
        let data = try prepared(S.configuration([S.plain("co2")], [masked]), [sst, co2])
        #expect(
            data.training.targets[3, 1, 2, 0].item.isNaN && data.training.targets[3, 1, 1, 0].item == 1903
                && data.targetFields[0].isMasked)
        let gap = S.series("rain", 1900...1999) { $0 == 1910 ? .nan : 1 }
        // A series without its value is no example.
        let left = try prepared(S.configuration([S.plain("co2")], [S.plain("rain")]), [co2, gap])
        #expect(left.training.count == data.training.count - 1 && !left.training.labels.contains(.number(1910)))
        #expect(left.notes == ["1 step without a target is neither learned nor scored"] && data.notes.isEmpty)
        let error = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("co2")], [S.plain("sst")]), [sst, co2])
        }
        #expect(error?.message.contains("say mask: true") == true)
    }

    @Test("Selections and means: longitudes in either convention, the mean by area")
    func selections() throws {
        let sst = S.yearly("sst", 1900...1999) { _, cell in Double(cell) }
        var west = S.plain("sst"), mean = S.plain("sst")
        west.select = ["lon": [.number(-100), .number(10)], "lat": [.number(0), .number(10)]]
        mean.mean = ["lat", "lon"]
        let data = try prepared(S.configuration([west], [mean]), [sst])
        #expect(data.inputShape == [2, 2, 1] && data.test.inputs[0].doubles == [7, 4, 11, 8])
        #expect(data.outputShape == [1] && abs(data.test.targets[0].item - 5.5) < 1e-5)
    }

    @Test("A leftover dimension, another grid and no common years are errors that say what to do")
    func errors() throws {
        let sst = S.yearly("sst", 1900...1999) { _, cell in Double(cell) }
        let levels = try Field.concatenated([sst, sst], along: "level").renamed("t")
        let leftover = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("t")], [S.plain("sst")]), [levels, sst])
        }
        #expect(leftover?.message.contains("the dimension \"level\" of length 2 remains") == true)
        let part = try sst.select(["lat": .range(0, 10)]).renamed("part")
        let grids = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("sst"), S.plain("part")], [S.plain("sst")]), [sst, part])
        }
        #expect(grids?.message.contains("2 latitudes instead of 3 on the grid of \"sst\"") == true)
        let later = S.series("later", 2000...2010) { Double($0) }
        let labels = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("sst")], [S.plain("later")]), [sst, later])
        }
        #expect(labels?.message.contains("share no time") == true)
        let unknown = #expect(throws: DataError.self) {
            try prepared(S.configuration([S.plain("ssst")], [S.plain("sst")]), [sst])
        }
        #expect(unknown?.message.contains("there is no variable \"ssst\"") == true)
    }

    @Test("By group, each model is told by its own mean and spread, also in a file that names no models")
    func byGroup() throws {
        // Each model has a level and a spread of its own about one course of years.
        let course = { (year: Int, model: Int) in Double(model * 100) + Double(model + 1) * sin(Double(year)) }
        let sst = S.samples(models: [0, 1, 2, 3], years: 1950...1999) { course($1, $0) }.renamed("sst"),
            rain = sst.renamed("rain")
        var own = S.plain("sst")
        (own.scale, own.byGroup) = (.cell, true)
        var configuration = S.configuration([own], [S.plain("rain")])
        configuration.sample = "sample"
        let split = SplitConfiguration(by: .group, group: "model", validation: [.number(2)], test: [.number(3)])
        let data = try prepared(configuration, [sst, rain], split)
        let expected = S.standardized((1950...1999).map { sin(Double($0)) })
        #expect(abs(data.test.inputs.flattened() - expected).max().item < 1e-5)
        #expect(abs(data.training.inputs.flattened() - Tensor.concatenated([expected, expected])).max().item < 1e-5)
        let bare = S.series("sst", 1950...1999) { 3 - 2 * course($0, 1) }.renaming(dimension: "time", to: "sample")
        let preprocessing = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(data.preprocessing))
        let new = try preprocessing.examples(configuration, from: MemorySource(fields: ["sst": bare]), .ifPresent)
        #expect(abs(new.inputs.flattened() + expected).max().item < 1e-5)
        let lone = #expect(throws: DataError.self) {
            try preprocessing.examples(
                configuration, from: MemorySource(fields: ["sst": bare.taking([0], along: "sample")]), .ifPresent)
        }
        #expect(lone?.message.contains("has one step only") == true)
    }

    @Test("Saved preprocessing makes the same examples of the same fields, and targets may be absent")
    func saved() throws {
        let sst = S.yearly("sst", 1900...1999) { year, cell in sin(Double(year * 7 + cell)) + Double(cell) },
            rain = S.series("rain", 1900...1999) { cos(Double($0)) }
        var variable = VariableConfiguration(variable: "sst")
        (variable.anomaly, variable.scale, variable.mask) = (.all, .cell, true)
        let configuration = S.configuration(
            [variable], [VariableConfiguration(variable: "rain")], window: WindowConfiguration(length: 2, lead: 1))
        let data = try prepared(configuration, [sst, rain])
        let preprocessing = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(data.preprocessing))
        let again = try preprocessing.examples(
            configuration, from: MemorySource(fields: ["sst": sst, "rain": rain]), .required)
        #expect(
            again.taking(Array(again.count - 15..<again.count)).inputs == data.test.inputs
                && again.targets[97].item == data.test.targets[14].item)
        let open = try preprocessing.examples(configuration, from: MemorySource(fields: ["sst": sst]), .ifPresent)
        #expect(!open.hasTargets && open.count == 99 && open.labels.last == .number(2000))
        let shifted = try sst.select(["lat": .range(-10, 0)])
        let error = #expect(throws: DataError.self) {
            try preprocessing.examples(configuration, from: MemorySource(fields: ["sst": shifted]), .ifPresent)
        }
        #expect(error?.message.contains("on the grid of the training data") == true)
    }

    @Test("Arguments that no file may hold are refused")
    func arguments() throws {
        typealias Change = (inout DataConfiguration, inout SplitConfiguration) -> Void
        let changes: [(key: String, make: Change)] = [
            ("window.length", { data, _ in data.window.length = .max }),
            ("window.lead", { data, _ in data.window.lead = -1 }), ("chunk", { data, _ in data.chunk = 0 }),
            ("test_fraction", { $1.testFraction = .nan }), ("validation_fraction", { $1.validationFraction = 1e300 }),
            ("gap", { $1.gap = .max }),
        ]
        let a = S.series("a", 1900...1999) { Double($0) }
        for change in changes {
            var data = S.configuration([S.plain("a")], [S.plain("a")]), split = SplitConfiguration(by: .period)
            change.make(&data, &split)
            let error = #expect(throws: DataError.self) { try prepared(data, [a], split) }
            #expect(error?.line == nil && error?.message.hasPrefix(change.key) == true, "\(error?.message ?? "")")
        }
    }

    @Test("A window that begins in a history holds none of its targets that are tested on")
    func testedHistory() throws {
        func first(_ target: String) throws -> Label? {
            var data = S.configuration([S.plain("co2")], [S.plain(target)], window: WindowConfiguration(length: 3))
            (data.runs, data.history) = (["low", "historical"], "historical")
            var split = SplitConfiguration(
                by: .group, group: "run", training: [.text("low")], test: [.text("historical")])
            split.validationFraction = 0
            let past = S.series("co2", 1990...1999) { Double($0) }, own = S.series("co2", 2000...2009) { Double($0) }
            return try ExperimentData(
                data, split: split,
                fields: [
                    "historical/co2": past, "low/co2": own, "historical/tas": past.renamed("tas"),
                    "low/tas": own.renamed("tas"),
                ]
            ).training.labels.first
        }
        #expect(try first("co2") == .number(2002) && first("tas") == .number(2000))
    }

    @Test("Brackets in the names of folders are no pattern")
    func brackets() throws {
        let folder = TemporaryFolder()
        for name in ["run[1]", "run1"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            let start = name == "run1" ? 1000 : 0
            try Dataset([S.series("a", 1900...1999) { Double(start + $0) }]).write(to: folder.path("\(name)/x.nc"))
        }
        for path in ["run[1]/x.nc", "run[1]/?.n*"] {
            let data = try ExperimentData(
                DataConfiguration(
                    files: ["f": folder.path(path)], inputs: [S.plain("a")], targets: [S.plain("a")]),
                split: SplitConfiguration(by: .period))
            #expect(data.training.targets.doubles[0] == 1900, "\(path)")
        }
    }

    @Test("One training example and no validation choose no penalty, which is said")
    func oneExample() throws {
        var split = SplitConfiguration(
            by: .period, training: [.number(1900), .number(1900)], test: [.number(1901), .number(1999)])
        split.validationFraction = 0
        let a = S.series("a", 1900...1999) { Double($0) }
        let data = try prepared(S.configuration([S.plain("a")], [S.plain("a")]), [a], split)
        let error = #expect(throws: DataError.self) { try Baseline(fitting: data, BaselineConfiguration()) }
        #expect(error?.message.hasPrefix("training has one example and validation none") == true)
    }
}
