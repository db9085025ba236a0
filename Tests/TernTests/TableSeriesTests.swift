import Foundation
import TestSupport
import Testing
import Tern

/// Lags, horizons and what is honest with them.
@Suite struct TableSeriesTests {
    private let folder = TemporaryFolder()

    private func examples(_ table: Table, lags: [Int], horizon: Int = 0, group: String? = nil) throws -> TableExamples {
        var choices = TableChoices(targets: ["y"])
        (choices.lags, choices.horizon, choices.seriesGroup) = (lags, horizon, group)
        return try TableExamples(table, choices)
    }

    /// Years of two stations, in no order.
    private func table(_ years: Int = 30) -> Table {
        let rows = (0..<(2 * years)).map { $0 * 7 % (2 * years) }
        return Table(columns: [
            Table.Column("station", rows.map { $0 < years ? "A" : "B" }),
            Table.Column("year", rows.map { Double(1990 + $0 % years) }),
            Table.Column("y", rows.map { Double($0 % years) + ($0 < years ? 0 : 1000) }),
        ])
    }

    /// Whatever other features are named; words have none, which is said.
    @Test func targetsHaveLags() throws {
        let rows = (0..<40).map { "\(2000 + $0),\($0 % 7),\($0 % 3 == 0 ? "wet" : "dry")\n" }.joined()
        var choices = TableChoices(targets: ["y"])
        (choices.features, choices.lags) = (["year", "sky"], [1])
        let examples = try TableExamples(Table(csvText: "year,y,sky\n" + rows), choices)
        #expect(examples.features == ["year", "sky", "y_lag_1"])
        let note = "there are no lags of words: \"sky\" is known at the row alone"
        #expect(examples.notes.contains(note))
        // A target of words has lags.
        (choices.targets, choices.features, choices.horizon) = (["sky"], ["year", "y"], 1)
        let classes = try TableExamples(Table(csvText: "year,y,sky\n" + rows), choices)
        #expect(classes.features == ["sky", "year", "y", "sky_lag_1", "y_lag_1"])
        #expect(!classes.notes.contains { $0.contains("no lags of words") }, "\(classes.notes)")
    }

    @Test(arguments: [0, 3]) func lagsAndHorizonsFollowTimeWithinGroups(_ horizon: Int) throws {
        let examples = try examples(table(), lags: [1, 2], horizon: horizon, group: "station"), table = examples.table
        let target = horizon == 0 ? "y" : "y_3_ahead"
        #expect(
            examples.features == ["year"] + (horizon == 0 ? [] : ["y"]) + ["y_lag_1", "y_lag_2"]
                || examples.features == (horizon == 0 ? [] : ["y"]) + ["year", "y_lag_1", "y_lag_2"])
        #expect(examples.targets == [target] && table.rowCount == 2 * (30 - 2 - horizon))
        for row in 0..<table.rowCount {
            let now = table["y"]!.numbers![row]
            #expect(table["y_lag_1"]!.numbers![row] == now - 1 && table["y_lag_2"]!.numbers![row] == now - 2)
            #expect(table[target]!.numbers![row] == now + Double(horizon))
        }
        #expect(examples.notes.contains { $0.contains("4 rows without a row 2 before in the group are left out") })
    }

    @Test(arguments: [([0], 0), ([1], -1), ([Int.max], 0), ([], Int.max), ([], -1)] as [([Int], Int)])
    func stepsThatNoTableHasAreTold(_ lags: [Int], _ horizon: Int) throws {
        #expect { try examples(table(), lags: lags, horizon: horizon, group: "station") } throws: {
            "\($0)".contains("lags count rows back from 1 on, and a horizon rows ahead from 0 on")
        }
    }

    @Test func noRowIsTrainedOnWhoseTargetLiesInTheTestPart() throws {
        for horizon in [0, 1, 4] {
            let examples = try examples(table(), lags: [1], horizon: horizon, group: "station")
            let parts = try TableSplit(.last).parts(of: examples), years = examples.table["year"]!.numbers!
            let edge = parts.test.map { years[$0] }.min()!
            #expect(parts.train.allSatisfy { years[$0] + Double(horizon) < edge })
            #expect(parts.train.map { years[$0] }.max() == edge - Double(horizon) - 1)
            for split in try TableFolds(3, order: .last).splits(of: examples) {
                let first = split.test.map { years[$0] }.min()!
                #expect(split.train.allSatisfy { years[$0] + Double(horizon) < first })
            }
        }
    }

    /// Rows beside those of the same series are no test of a new one.
    @Test func aNetworkHoldsOutWholeSeriesWhereWholeOnesAreTestedOn() throws {
        let lines = (0..<120).map { "s\($0 / 30),\(1990 + $0 % 30),\(noise($0))\n" }.joined()
        let examples = try examples(Table(csvText: "station,year,y\n" + lines), lags: [1], group: "station")
        let parts = try TableSplit(group: "station").parts(of: examples), seen = examples.table.rows(parts.train)
        var network = TabularRegressor(hiddenLayerSizes: [4], maxEpochs: 2, repeats: 1, randomState: 0)
        let model = try TableTraining(examples, parts, estimator: network).model
        try network.fit(
            model.encoding.matrix(of: seen), Tensor(seen.numbers(of: "y")),
            groups: groupNumbers(of: seen["station"]!.texts!))
        #expect((model.core as? TabularRegressor)?.outOfFold == network.outOfFold)
    }

    @Test func persistenceIsTheLastKnownValue() throws {
        let examples = try examples(table(), lags: [2, 5], group: "station")
        let naive = try NaiveBaseline(examples, trainingRows: [0, 1, 2])
        #expect(naive.title == "persistence" && naive.predict(examples.table)[0] == examples.table["y_lag_2"]!.numbers!)
        let ahead = try self.examples(table(), lags: [], horizon: 2, group: "station")
        #expect(try NaiveBaseline(ahead, trainingRows: [0]).predict(ahead.table)[0] == ahead.table["y"]!.numbers!)
    }

    @Test func irregularTimesAreTold() throws {
        func text(_ dates: [String]) -> String {
            "date,y\n" + dates.enumerated().map { "\($1),\($0 * 7 % 11)\n" }.joined()
        }
        let monthly = (0..<30).map { "\(2000 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)-01" }
        #expect(try !examples(Table(csvText: text(monthly)), lags: [1]).notes.contains { $0.contains("evenly") })
        let gap = Array(monthly[..<10] + monthly[14...])
        #expect(
            try examples(Table(csvText: text(gap)), lags: [1]).notes.contains(
                "times in \"date\" are not evenly spaced: 1 of 25 steps differ from the usual one, the first before line 12; lags and horizons count rows, not times"
            ))
        let columns = "year,month,day,y\n" + (0..<90).map { "2001,\($0 / 28 + 1),\($0 % 28 + 1),\($0 % 7)\n" }.joined()
        #expect(
            try examples(Table(csvText: columns), lags: [1]).notes.contains {
                $0.contains("not evenly spaced: 2 of 89")
            })
    }

    @Test func timesThatStandTwiceNeedAGroup() throws {
        #expect { try examples(table(), lags: [1]) } throws: {
            "\($0)".contains("most rows have a time in \"year\" that another has too")
                || "\($0)".contains("name the column that tells series apart with --group")
        }
    }

    @Test func aModelOfASeriesPredictsFromItsFile() throws {
        let examples = try examples(table(), lags: [1], horizon: 1, group: "station")
        let model = try TableTraining(examples, TableSplit(.last).parts(of: examples), estimator: LinearRegression())
            .model
        try model.write(to: folder.path("m.safetensors"))
        let again = try TableModel(contentsOf: folder.path("m.safetensors"))
        let one = folder.write("station,year,y\nA,2030,40\nA,2028,38\nB,2029,7\nA,2029,39\n")
        let found = try again.predict(csv: one, to: folder.path("p.csv"))
        let predicted = try Table(csv: folder.path("p.csv"))["predicted_y_1_ahead"]!.numbers!
        expectClose([predicted[0], predicted[3]], [41, 40], 1e-6, unit: 1, "a row ahead")
        #expect(predicted[1].isNaN && predicted[2].isNaN)
        #expect(found.notes.contains { $0.hasPrefix("2 rows have too few before and no prediction") })
        #expect {
            try again.predict(Table(columns: [Table.Column("station", ["A"]), Table.Column("y", [1])]))
        } throws: {
            "\($0)".contains("the model's lags follow the time in \"year\"; here no column tells it")
        }
    }

    @Test func aColumnThatIsMadeIsGivenNoPlaceInTheFile() {
        var choices = TableChoices(targets: ["y"])
        choices.lags = [1]
        #expect {
            try TableExamples(Table(csvText: "year,y\n2000,3\n2001,\n2002,1\n2003,5\n2004,2\n"), choices)
        } throws: {
            "\($0)".contains("column \"y_lag_1\": a value is missing")
        }
    }

    /// Times that are evenly spaced: months as 199001, six hours as 2019120106, half hours as 201912010030, and days by
    /// month and day of the year.
    static let evenTimes: [(head: String, cell: @Sendable (Int) -> String)] = [
        ("yyyymm", { "\(1990 + $0 / 12)\(two($0 % 12 + 1))" }),
        ("yyyymmddhh", { "201912\(two($0 / 4 + 1))\(two($0 % 4 * 6))" }),
        ("TIMESTAMP", { "201912\(two($0 / 48 + 1))\(two($0 / 2 % 24))\($0 % 2 == 0 ? "00" : "30")" }),
        ("year,month,doy", { "2001,\($0 < 31 ? 1 : $0 < 59 ? 2 : 3),\($0 + 1)" }),
    ]
    private static func two(_ x: Int) -> String { x < 10 ? "0\(x)" : "\(x)" }

    @Test(arguments: evenTimes.indices) func evenTimesAreNotCalledUneven(_ i: Int) throws {
        let (head, cell) = Self.evenTimes[i]
        func notes(_ rows: some Sequence<Int>) throws -> [String] {
            let text = "\(head),y\n" + rows.map { "\(cell($0)),\($0 * 7 % 11)\n" }.joined()
            return try examples(Table(csvText: text), lags: [1]).notes
        }
        #expect(try !notes(0..<80).contains { $0.contains("evenly") })
        #expect(try notes((0..<80).filter { $0 != 40 }).contains { $0.contains("1 of 78 steps differ") })
    }

    @Test(arguments: [("time", "06:30"), ("hour", "6")])
    func aTimeOfDayInAColumnOfItsOwnIsToldOf(_ name: String, _ second: String) throws {
        let first = second == "6" ? "0" : "00:30"
        let rows = (0..<40).map { "2020-01-\(Self.two($0 / 2 + 1)),\($0 % 2 == 0 ? first : second),\($0 * 7 % 11)\n" }
        let table = try Table(csvText: "date,\(name),y\n" + rows.joined())
        #expect(
            message { try examples(table, lags: [1]) }.contains(
                "; write \"\(name)\", which tells the time of day, in one column with \"date\", such as 2020-01-31T06:00, or name the column"
            ))
        #expect(
            try examples(table, lags: [1], group: name).notes.contains {
                $0.hasPrefix("\"\(name)\" tells the time of day: each of its times is a series of its own")
            })
    }
}
