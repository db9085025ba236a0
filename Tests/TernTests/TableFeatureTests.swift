import Foundation
import TestSupport
import Testing
import Tern

/// What becomes of the columns of a table.
@Suite struct TableFeatureTests {
    private func examples(_ text: String, _ change: (inout TableChoices) -> Void = { _ in }) throws -> TableExamples {
        var choices = TableChoices(targets: ["y"])
        change(&choices)
        return try TableExamples(Table(csvText: text), choices)
    }

    @Test func frequentLevelsHaveColumnsAndRareOnesShareOne() throws {
        let cells = Table.Column("c", ["a", "a", "a", "a", "b", "b", "b", "b", "rare", "rare", "once", ""])
        let feature = TableFeature.category("c", of: cells.texts!)
        #expect(feature.names == ["c=a", "c=b", "c=other"])
        let numbers = feature.numbers(of: Table.Column("c", ["a", "rare", "new", ""]))
        #expect(numbers[0][..<3] == [1, 0, 0] && numbers[2][..<3] == [0, 1, 1] && numbers.allSatisfy { $0[3].isNaN })
        // Without rare levels a new one is none.
        let full = TableFeature.category("c", of: Array(cells.texts![..<8]))
        #expect(full.numbers(of: Table.Column("c", ["new"])) == [[0], [0]])
    }

    @Test func codesAreLevelsInTheOrderOfNumbers() throws {
        let feature = TableFeature.category("c", of: (0..<30).map { "\([10, 9, 100][$0 % 3])" }, ofNumbers: true)
        #expect(feature.names == ["c=9", "c=10", "c=100"])
        let examples = try examples("code,y\n" + rows(30) { "\($0 % 3),\($0 * 7 % 11)" }) { $0.categories = ["code"] }
        #expect(try TableEncoding(examples, trainingRows: Array(0..<30)).names == ["code=0", "code=1", "code=2"])
    }

    @Test func datesBecomeTrendAndSeasonAndHour() throws {
        let monthly = (0..<48).map { (month: Int) -> Double in
            CalendarDate(year: 2000 + month / 12, month: month % 12 + 1).decimalYear
        }
        let feature = TableFeature.date("t", of: monthly)
        #expect(feature.names == ["t (year)", "t (season sine)", "t (season cosine)"])
        let july = feature.numbers(of: Table.Column("t", [2001.5]))
        expectClose(july.map { $0[0] }, [2001.5, 0, -1], 1e-9, unit: 1, "July")
        // Of less than two years a season is no other thing than the trend; yearly dates have none.
        #expect(TableFeature.date("t", of: Array(monthly[..<20])).names == ["t (year)"])
        #expect(TableFeature.date("t", of: (1990..<2010).map(Double.init)).names == ["t (year)"])
        let hourly = (0..<200).map { (hour: Int) -> Double in 2001 + Double(hour) / 8760 }
        #expect(TableFeature.date("t", of: hourly).names == ["t (year)", "t (hour sine)", "t (hour cosine)"])
        let noon = TableFeature.date("t", of: hourly).numbers(of: Table.Column("t", [2001 + 12.0 / 8760]))
        expectClose(Array(noon.map { $0[0] }.dropFirst()), [0, -1], 1e-6, unit: 1, "noon")
        // A date that is missing is no midnight.
        let gap = TableFeature.date("t", of: hourly).numbers(of: Table.Column("t", [Double.nan]))
        #expect(gap.count == 3 && gap.allSatisfy { $0[0].isNaN })
    }

    @Test func namesAreNoKinds() throws {
        let examples = try examples(
            "name,pair,kind,same,y\n"
                + rows(40) { "n\($0),p\($0 / 2 * 3 % 31),\($0 % 3 == 0 ? "u" : "v"),x,\($0 * 7 % 11)" })
        #expect(examples.features == ["kind"], "\(examples.notes)")
        #expect(examples.notes.contains { $0.contains("\"name\" is left out: text of which each row has its own") })
        #expect(examples.notes.contains { $0.contains("\"same\" is left out: constant, x") })
    }

    @Test func wordsAreLearnedFromTheTrainingRowsAlone() throws {
        let examples = try examples(
            "k,y\n" + rows(40) { "\($0 < 30 ? "ab".map(String.init)[$0 % 2] : "late"),\($0 % 7)" })
        let encoding = try TableEncoding(examples, trainingRows: Array(0..<30))
        #expect(encoding.names == ["k=a", "k=b"])
        #expect(try encoding.matrix(of: examples.table).doubles.suffix(2) == [0, 0])
    }

    @Test func gapsInWordsAreFilledByTheShares() throws {
        let examples = try examples(
            "k,x,y\n" + rows(40) { "\($0 % 4 == 3 ? "" : $0 % 4 == 0 ? "a" : "b"),\($0 % 5),\($0 % 7)" }
        ) {
            $0.gaps = .mean
        }
        let encoding = try TableEncoding(examples, trainingRows: Array(0..<40))
        expectClose(encoding.fill, [1.0 / 3, 2.0 / 3, 2], 1e-12, unit: 1, "shares")
        #expect(throws: DataError.self) {
            try self.examples("k,y\n" + rows(40) { "\($0 == 3 ? "" : $0 % 2 == 0 ? "a" : "b"),\($0 % 7)" })
        }
    }

    // MARK: Targets

    @Test func whatIsAClassIsSaidByTheColumn() throws {
        let words = try examples("x,y\n" + rows(30) { "\($0 * 3 % 7),\(["sun", "rain", "fog"][$0 % 3])" })
        #expect(words.classes == ["fog", "rain", "sun"])
        #expect(try words.targetValues().doubles[..<3] == [2, 1, 0])
        let truths = try examples("x,y\n" + rows(30) { "\($0 * 3 % 7),\($0 % 3 == 0 ? "True" : "False")" })
        #expect(truths.classes == ["False", "True"])
        #expect(try truths.targetValues().doubles[..<2] == [1, 0])
        let text = "x,y\n" + rows(30) { "\($0 * 3 % 7),\($0 % 3 + 9)" }
        #expect(try !examples(text).isClassified)
        #expect(try examples(text) { $0.classifies = true }.classes == ["9", "10", "11"])
        #expect(try examples(text) { $0.categories = ["y"] }.classes == ["9", "10", "11"])
    }

    @Test(arguments: [
        (
            "x,y\n" + (0..<30).map { "\($0 % 7),\($0 % 3 + 1).5\n" }.joined(),
            "has a fraction; classes are whole numbers or words"
        ),
        ("x,y\n" + (0..<30).map { "\($0 % 7),n\($0)\n" }.joined(), "there are 30 different ones in 30 rows"),
        ("x,y\n" + (0..<30).map { "\($0 % 7),same\n" }.joined(), "is constant (same in all rows)"),
    ])
    func whatCannotBeClassesIsTold(_ text: String, _ said: String) throws {
        #expect { try examples(text) { $0.classifies = true } } throws: { "\($0)".contains(said) }
    }

    @Test func severalTargetsAreNumbers() throws {
        let text = "x,y,z\n" + rows(30) { "\($0 * 3 % 7),\($0 % 5),\($0 % 11)" }
        let both = try examples(text) { $0.targets = ["y", "z"] }
        #expect(try both.features == ["x"] && both.targetValues().shape == [30, 2])
        let training = try TableTraining(
            both, TableSplit().parts(of: both), estimator: Pipeline(StandardScaler(), Ridge()))
        #expect(training.test.map(\.target) == ["y", "z", "y", "z", "y", "z"])
        #expect {
            try examples("x,y,z\n" + rows(30) { "\($0),\($0 % 5),w\($0 % 2)" }) { $0.targets = ["y", "z"] }
        } throws: {
            "\($0)".contains("several targets must be numbers")
        }
    }

    // MARK: Weights

    @Test func aWeightOfTwoIsTheRowTwice() throws {
        let text = "x,w,y\n" + rows(30) { "\($0 * 3 % 17),\($0 % 2 + 1),\($0 * 7 % 13)" }
        let twice =
            "x,y\n" + (0..<30).flatMap { i in (0...(i % 2)).map { _ in "\(i * 3 % 17),\(i * 7 % 13)\n" } }.joined()
        let weighted = try TableModel(examples(text) { $0.weights = "w" }, estimator: LinearRegression())
        let plain = try TableModel(examples(twice), estimator: LinearRegression())
        let one = Table(columns: [Table.Column("x", [3, 30])])
        expectClose(try weighted.predict(one).values[0], try plain.predict(one).values[0], 1e-9, unit: 1, "weights")
        #expect(weighted.encoding.columns == ["x"])
        #expect { try examples("x,w,y\n1,1,2\n2,-1,3\n3,1,5\n") { $0.weights = "w" } } throws: {
            "\($0)".contains(":3: column \"w\" (2nd): -1 is no weight; weights are numbers from 0 on")
        }
    }

    /// What scales, fills and finds levels counts rows as the estimator does.
    @Test(arguments: [TableEstimator.ridge, .linear, .mlp, .tabular]) func aRowOfWeightNoneIsAsIfItWereNotThere(
        _ estimator: TableEstimator
    ) throws {
        func text(_ rows: [Int]) -> String {
            "x,k,w,y\n"
                + rows.map { i in
                    i == 7
                        ? "1000000,odd,0,1000000\n"
                        : "\(i % 5 == 4 ? "" : "\(i * 3 % 17)"),\(i % 2 == 0 ? "a" : "b"),\(i % 3 + 1),\(i * 7 % 13)\n"
                }.joined()
        }
        let models = try [Array(0..<40), (0..<40).filter { $0 != 7 }].map { rows in
            try TableModel(
                examples(text(rows)) {
                    $0.weights = "w"
                    $0.gaps = .mean
                },
                estimator: estimator.predictor(
                    forClasses: false, network: MLPRegressor(maxIter: 20, randomState: 0),
                    tabular: TabularRegressor(maxEpochs: 5, randomState: 0)))
        }
        #expect(models[0].encoding == models[1].encoding)
        let new = Table(columns: [Table.Column("x", [3, 30, .nan]), Table.Column("k", ["a", "b", "a"])])
        #expect(try models[0].predict(new).values == models[1].predict(new).values)
    }

    @Test(arguments: [TableEstimator.ridge, .linear]) func scalersCountRowsByTheirWeights(_ estimator: TableEstimator)
        throws
    {
        let text = "x,w,y\n" + rows(30) { "\($0 * 3 % 17),\($0 % 2 + 1),\($0 * 7 % 13)" }
        let twice =
            "x,y\n" + (0..<30).flatMap { i in (0...(i % 2)).map { _ in "\(i * 3 % 17),\(i * 7 % 13)\n" } }.joined()
        let weighted = try TableModel(
            examples(text) { $0.weights = "w" }, estimator: estimator.predictor(forClasses: false))
        let plain = try TableModel(examples(twice), estimator: estimator.predictor(forClasses: false))
        let new = Table(columns: [Table.Column("x", [3, 30])])
        expectClose(try weighted.predict(new).values[0], try plain.predict(new).values[0], 1e-9, unit: 1, "scaled")
    }

    // MARK: Numbers with signs and units

    /// A cell of 1.9, or -1.9, in each form.
    static let marked: [(cell: @Sendable (Double) -> String, sign: String)] = [
        ({ "\($0)%" }, "\"%\""), ({ "\($0) %" }, "\"%\""), ({ "$\($0)" }, "\"$\""),
        ({ $0 < 0 ? "-$\(-$0)" : "$\($0)" }, "\"$\""), ({ "\($0) °C" }, "\"°C\""), ({ "\($0)mm" }, "\"mm\""),
        ({ "EUR \($0)" }, "\"EUR\""), ({ "\($0) m s-1" }, "\"m s-1\""), ({ "\($0 * 0.1)e1 hPa" }, "\"hPa\""),
    ]

    @Test(arguments: marked.indices) func numbersWithOneSignOrUnitAreNumbers(_ form: Int) throws {
        let (cell, sign) = Self.marked[form]
        func x(_ i: Int) -> Double { (Double(i * 7 % 31) - 10.5) / 5 }
        func text(_ cell: (Double) -> String) -> String {
            "z,x,y\n" + rows(40) { "\($0 % 5).25,\($0 == 3 ? "" : cell(x($0))),\(cell(2 * x($0) + 1))" }
        }
        let own = try examples(text(cell)) { $0.gaps = .drop },
            plain = try examples(text { "\($0)" }) { $0.gaps = .drop }
        #expect(!own.isClassified && own.categories.isEmpty)
        for name in ["x", "y"] {
            expectClose(
                try own.table.numbers(of: name), try plain.table.numbers(of: name), 1e-12, unit: 1, "\(name) \(sign)")
            #expect(own.notes.contains { $0.hasPrefix("column \"\(name)\": its cells are numbers with \(sign)") })
        }
        // The same is read later, also from the model's file.
        let folder = TemporaryFolder(), file = folder.write(text(cell), as: "new.csv")
        try TableModel(own, estimator: LinearRegression()).write(to: folder.path("m.st"))
        let found = try TableModel(contentsOf: folder.path("m.st")).evaluate(csv: file)
        #expect(found.scoredCount == 39 && found.scores[0][.r2]! > 0.999)
    }

    static let mixed: [(cell: @Sendable (Int) -> String, said: String)] = [
        (
            { "\"\($0 / 10),\($0 % 10)\"" },
            ":2: column \"k\" (2nd): \"0,0\" has a comma where this file's numbers have a point"
        ),
        (
            { $0 == 9 ? "$\($0)" : "\($0) €" },
            ":11: column \"k\" (2nd): \"0 €\" and \"$9\" are numbers with different"
        ), ({ $0 == 9 ? "\($0).5‰" : "\($0)%" }, "\"0%\" and \"9.5‰\" are numbers with different signs or units"),
    ]

    @Test(arguments: mixed.indices) func numbersInSeveralFormsAreAnError(_ form: Int) throws {
        let (cell, said) = Self.mixed[form]
        let text = "x,k,y\n" + rows(40) { "\($0 * 7 % 13).25,\(cell($0)),\($0 % 7).5" }
        for target in ["y", "k"] {
            #expect { try examples(text) { $0.targets = [target] } } throws: {
                "\($0)".contains(said) && "\($0)".contains("(--decimal, --thousands)")
                    && "\($0)".contains("--as-category k") && "\($0)".contains("--exclude k") == (target == "y")
            }
        }
        #expect(try examples(text) { $0.excluded = ["k"] }.features == ["x"])
    }

    /// With three digits behind a mark; the file's other fractions, --thousands, what is told, and the number.
    static let doubtful: [(delimiter: String, cell: String, y: String, mark: Character?, said: String?, x: Double)] = [
        (";", "16,488 °C", "", nil, "numbers such as 16,488 are read as 16.488; if the comma stands between", 16.488),
        (";", "16,488 °C", "", ",", nil, 16488),
        (";", "16,488 °C", ".5", nil, nil, 16488),
        (",", "\"16,488 °C\"", "", nil, nil, 16488),
        (";", "16.488 °C", ",5", nil, "numbers such as 16.488 are read as 16488; if the point stands before", 16488),
        (";", "16.488 °C", "", nil, "numbers such as 16.488 are read as 16.488; if the point stands between", 16.488),
        (";", "16,5 mm", "", nil, nil, 16.5),
    ]

    /// As plain numbers are: see NumberMarksTests.
    @Test(arguments: doubtful.indices) func marksBesideUnitsAreReadAsInPlainNumbers(_ i: Int) throws {
        let one = Self.doubtful[i]
        let names = ["t", "x", "y"].joined(separator: one.delimiter) + "\n"
        let text =
            names
            + rows(20) {
                let cell = $0 < 19 ? one.cell : one.cell.replacing("16", with: "17")
                return [cell, "\($0 * 7 % 13)", "\($0 * 3 % 7)\(one.y)"].joined(separator: one.delimiter)
            }
        var options = CSVOptions()
        options.thousands = one.mark
        let examples = try TableExamples(Table(csvText: text, options: options), TableChoices(targets: ["y"]))
        #expect(try examples.table.numbers(of: "t")[0] == one.x)
        let told = examples.warnings.filter { $0.contains("numbers such as") }
        #expect(told.count == (one.said == nil ? 0 : 1) && told.allSatisfy { $0.contains(one.said!) }, "\(told)")
    }

    /// A file whose other numbers tell no mark is read as the one of training was.
    @Test func whatIsPredictedFromIsReadAsInTraining() throws {
        let training = "t;y\n" + rows(30) { "\(10 + $0 % 9),\($0) mm;\($0 % 9)" }
        let examples = try TableExamples(Table(csvText: training), TableChoices(targets: ["y"]))
        let model = try TableModel(examples, estimator: LinearRegression())
        let new = Table(columns: [Table.Column("t", ["12,500 mm"])]),
            plain = Table(columns: [Table.Column("t", [12.5])])
        #expect(try model.predict(new).values == model.predict(plain).values)
    }

    @Test func codesWithLettersStayLevels() throws {
        let kinds = try examples("k,y\n" + rows(40) { "\($0 % 4)\(["a", "b"][$0 % 2]),\($0 % 7)" })
        #expect(kinds.categories == ["k"])
        let chosen = try examples("k,y\n" + rows(40) { "\($0 % 4)%,\($0 % 7)" }) { $0.categories = ["k"] }
        #expect(chosen.categories == ["k"])
    }

    @Test func wordsThatStandInARowOrTwoAreNoClassesUnasked() throws {
        let text = "x,y\n" + rows(60) { "\($0 * 7 % 13),w\($0 < 30 ? "a" : "\($0 / 2)")" }
        #expect { try examples(text) } throws: {
            "\($0)".contains("15 of its 16 different ones stand in one or two rows") && "\($0)".contains("--classify")
        }
        #expect(try examples(text) { $0.classifies = true }.classes.count == 16)
    }
}
