import Foundation
import TestSupport
import Testing
import Tern

/// What a cell of codes, words or truths is does not depend on other cells, nor on who reads the file.
@Suite struct TableLevelTests {
    private let folder = TemporaryFolder()

    /// A model of a line, from its file.
    private func model(
        _ text: String, codes: Set<String> = [], estimator: any Predictor = LinearRegression(),
        _ change: (inout TableChoices) -> Void = { _ in }
    ) throws -> TableModel {
        var options = CSVOptions(), choices = TableChoices(targets: ["y"])
        options.levelColumns = codes
        change(&choices)
        let examples = try TableExamples(Table(csvText: text, options: options), choices)
        try TableModel(examples, estimator: estimator).write(to: folder.path("m.st"))
        return try TableModel(contentsOf: folder.path("m.st"))
    }

    private func predictions(_ model: TableModel, _ text: String, _ name: String = "predicted_y") throws -> (
        values: Table.Column, found: PredictedTable
    ) {
        let file = folder.write(text, as: "new.csv")
        let found = try model.predict(csv: file, to: folder.path("p.csv"))
        return (try #require(Table(csv: folder.path("p.csv"))[name]), found)
    }

    /// Read as numbers, as models of before were (1, 2, 3), or as they are written.
    @Test(arguments: [false, true]) func anUnknownCodeLeavesTheRowsBesideItAsTheyAre(_ areWritten: Bool) throws {
        func row(_ i: Int) -> String { "0\(i % 3 + 1),\(i * 7 % 11),\((i % 3) * 10 + i * 7 % 11)\n" }
        let text = "k,q,y\n" + (0..<40).map(row).joined()
        let model = try model(text, codes: areWritten ? ["k"] : []) { $0.categories = ["k"] }
        #expect(model.encoding.names.prefix(3) == (areWritten ? ["k=01", "k=02", "k=03"] : ["k=1", "k=2", "k=3"]))
        let known = "k,q,y\n" + (0..<6).map(row).joined(), whole = try predictions(model, known)
        expectClose(try #require(whole.values.numbers), [0, 17, 23, 10, 16, 22], 1e-6, unit: 1, "known")
        let odd = try predictions(model, known + "X9,1,1\n")
        #expect(odd.values.numbers?.prefix(6) == whole.values.numbers?.prefix(6))
        #expect(odd.found.notes.contains { $0.contains("\"k\" has levels in 1 row that training had not (\"X9\")") })
        #expect(whole.found.warnings.isEmpty == areWritten, "\(whole.found.warnings)")
        // As other programs write the same codes.
        for form in ["1", "1.0", "001"] {
            let other = try predictions(model, "k,q\n\(form),0\nX9,0\n")
            expectClose([try #require(other.values.numbers)[0]], [0], 1e-6, unit: 1, form)
            let isNew = areWritten || form != "1"
            #expect(
                other.found.warnings
                    == (isNew
                        ? [
                            "\"k\" is written otherwise than in training in 1 row, such as \"\(form)\" for \"\(areWritten ? "01" : "1")\": levels of the same number are taken for the same"
                        ] : []))
        }
    }

    @Test func codesOfOneNumberAreSeveralLevelsAndClasses() throws {
        let codes = ["007", "7", "1E5", "100000", "12"]
        let text = "k,y\n" + (0..<60).map { "\(codes[$0 % 5]),\($0 % 5 * 3)\n" }.joined()
        let model = try model(text, codes: ["k"]) { $0.categories = ["k"] }
        #expect(model.encoding.names == ["k=007", "k=7", "k=12", "k=100000", "k=1E5"])
        let found = try predictions(model, "k\n" + codes.map { $0 + "\n" }.joined() + "07\n")
        expectClose(
            Array(try #require(found.values.numbers)[..<5]), [0, 3, 6, 9, 12], 1e-6, unit: 1, "codes")
        // Of two levels of its number it may be either.
        #expect(found.found.notes.contains { $0.contains("in 1 row that training had not (\"07\")") })
        // The class has its name beside the cells of the file.
        let classes = "x,y\n" + (0..<60).map { "\($0 % 2 * 10 + $0 % 3),00\($0 % 2 + 1)\n" }.joined()
        let classifier = try self.model(classes, codes: ["y"], estimator: LogisticRegression()) {
            $0.classifies = true
        }
        #expect(classifier.classes == ["001", "002"])
        let scored = try classifier.evaluate(csv: folder.write("x,y\n0,001\n11,002\n1,1\n1,X9\n", as: "c.csv"))
        #expect(scored.scoredCount == 3 && scored.scores[0][.accuracy] == 1)
        #expect(scored.notes.contains("1 row has a class that training had not (\"X9\"): not scored"))
        #expect(
            message { try self.model("x,y\n1,1.5\n2,2.5\n3,1.5\n", codes: ["y"]) { $0.classifies = true } }
                .contains("1.5 has a fraction; classes are whole numbers or words"))
    }

    @Test func codesWithCommasBeforeFractionsAreNumbersToo() throws {
        func row(_ i: Int) -> String { "\([10, 2, 1][i % 3]),0;\(i % 3 * 5)\n" }
        let model = try model("k;y\n" + (0..<30).map(row).joined(), codes: ["k"]) { $0.categories = ["k"] }
        #expect(model.encoding.names == ["k=1,0", "k=2,0", "k=10,0"])
        let found = try predictions(model, "k\n1\n2\n10\n")
        expectClose(try #require(found.values.numbers), [10, 5, 0], 1e-6, unit: 1, "codes")
        #expect(throws: DataError.self) {
            try self.model("x;y\n" + (0..<30).map { "\($0);\($0 % 2 + 6),1\n" }.joined(), codes: ["y"]) {
                $0.classifies = true
            }
        }
    }

    /// Numbers that a `Double` does not tell apart are not the same for it.
    @Test func codesBeyondTheDigitsOfADoubleAreOnesOfTheirOwn() throws {
        let codes = ["9007199254740993", "12E5678"]
        let text = "k,y\n" + (0..<20).map { "\(codes[$0 % 2]),\($0 % 2)\n" }.joined()
        let found = try predictions(
            model(text, codes: ["k"]) { $0.categories = ["k"] }, "k\n9007199254740992\n7E9999\n")
        #expect(
            found.found.warnings.isEmpty
                && found.found.notes.contains { $0.contains("in 2 rows that training had not") })
    }

    @Test func whatStandsForAMissingNumberIsNoCode() throws {
        let text = "k,y\n" + (0..<24).map { "\(["1", "2", "?", "3"][$0 % 4]),\($0 % 4)\n" }.joined()
        let model = try model(text, codes: ["k"]) { ($0.categories, $0.gaps) = (["k"], .drop) }
        #expect(model.encoding.names == ["k=1", "k=2", "k=3"])
        let found = try predictions(model, "k\n1\n?\nX\n").values
        #expect(found.missingRows == [1])
    }

    @Test(arguments: [false, true]) func truthsByChoiceAreLevels(_ areWritten: Bool) throws {
        func row(_ i: Int) -> String {
            "\(i % 3 == 0 ? "True" : "False"),\(i * 7 % 11),\((i % 3 == 0 ? 50 : 0) + i * 7 % 11)\n"
        }
        let model = try model("f,q,y\n" + (0..<40).map(row).joined(), codes: areWritten ? ["f"] : []) {
            $0.categories = ["f"]
        }
        #expect(model.encoding.names.prefix(2) == ["f=False", "f=True"])
        let found = try predictions(model, "f,q\nTrue,0\nFalse,7\n")
        expectClose(try #require(found.values.numbers), [50, 7], 1e-6, unit: 1, "truths")
        #expect(found.found.warnings.isEmpty && found.found.notes.isEmpty)
        expectClose(
            try #require(predictions(model, "f,q\n1,0\n0,7\nX,0\n").values.numbers?.prefix(2)).map { $0 }, [50, 7],
            1e-6, unit: 1, "numbers")
    }

    /// Where the new file has no word among them, they are codes all the same.
    @Test(arguments: [["01", "02", "A"], ["True", "False", "maybe"]])
    func wordsOfASeriesStayWords(_ words: [String]) throws {
        func text(_ rows: [Int]) -> String {
            "year,k,y\n"
                + rows.map { "\(1950 + $0),\(words[$0 * $0 % 3 == 0 ? 0 : $0 % 5 < 3 ? 1 : 2]),\($0 * 7 % 11)\n" }
                .joined()
        }
        let model = try model(text(Array(0..<60))) { ($0.lags, $0.categories) = ([1], ["k"]) }
        #expect(model.encoding.names.contains("k=\(words[0])"))
        let rows = (0..<60).filter { $0 * $0 % 3 == 0 || $0 % 5 < 3 }
        let found = try predictions(model, text(Array(rows.prefix(12))))
        #expect(!found.found.notes.contains { $0.contains("that training had not") }, "\(found.found.notes)")
        #expect(found.found.warnings.isEmpty)
    }

    @Test func monthsAsCodesStillTellTheTime() throws {
        let text = "year,month,y\n" + (0..<60).map { "\(2000 + $0 / 12),\($0 % 12 + 1),\($0 * 7 % 11)\n" }.joined()
        let model = try model(text, codes: ["month"]) {
            ($0.categories, $0.lags) = (["month"], [1])
        }
        #expect(model.series?.times == "\"year\", \"month\"")
        let found = try predictions(model, text)
        #expect(found.values.missingRows == [0], "\(found.found.notes)")
        // Codes of four digits are no years.
        let stations = "k,year,y\n" + (0..<60).map { "\(1001 + $0 % 3),\(2000 + $0 / 3),\($0 * 7 % 11)\n" }.joined()
        let groups = try self.model(stations, codes: ["k"]) { ($0.seriesGroup, $0.lags) = ("k", [1]) }
        #expect(groups.series?.times == "\"year\"")
    }

    @Test func groupsAreToldApartAsTheyAreWritten() throws {
        var options = CSVOptions()
        options.levelColumns = ["s"]
        let text = "s,x,y\n" + (0..<60).map { "\(["007", "7", "12"][$0 % 3]),\($0 * 3 % 17),\($0 * 7 % 11)\n" }.joined()
        let examples = try TableExamples(Table(csvText: text, options: options), target: "y", keeping: ["s"])
        let folds = try TableFolds(3, group: "s").splits(of: examples)
        #expect(folds.allSatisfy { Set($0.test.map { examples.table["s"]!.texts![$0] }).count == 1 })
        let parts = try TableSplit(group: "s").parts(of: examples)
        #expect(Set(parts.train.map { $0 % 3 }).isDisjoint(with: parts.test.map { $0 % 3 }))
    }

    // MARK: The form of the file

    @Test func whatIsPassedOverIsToldOfNewFilesToo() throws {
        let model = try model("x,y\n" + (0..<20).map { "\($0),\($0)\n" }.joined())
        let two = try predictions(model, "x,y\n1,100\n2,200\n3,300\n\nx,y\n5,5\n6,6\n8,8\n").found.notes
        #expect(two.contains("lines 1 to 5, above the names, are passed over"), "\(two)")
        let units = try predictions(model, "x,q\nm,s\n1,2\n3,4\n").found.notes
        #expect(units.contains("line 2 holds units"), "\(units)")
        #expect(try predictions(model, "x\n1\n3\n").found.notes.isEmpty)
    }

    @Test func aStrayWordIsAMistakeHoweverNumbersAreWritten() throws {
        for (delimiter, mark) in [(",", "."), (";", ",")] {
            let text =
                ["x", "pH", "y"].joined(separator: delimiter) + "\n"
                + (0..<40).map {
                    ["\($0)", $0 == 20 ? "n.d." : "\(6 + $0 % 3)\(mark)\($0 % 7)", "\($0 * 7 % 11)\(mark)5"].joined(
                        separator: delimiter) + "\n"
                }.joined()
            for target in ["y", "pH"] {
                #expect(
                    message { try model(text) { $0.targets = [target] } }.contains(
                        ":22: column \"pH\" (2nd): \"n.d.\" is not a number; mend it, say so where it means a missing value (--missing-values n.d.)"
                    ), "\(delimiter) \(target)")
            }
        }
    }

    @Test func packedDatesBesideGapsAreRead() throws {
        func text(_ ending: String) -> String {
            "date,y\n" + (0..<48).map { "\(20_000_101 + $0 / 12 * 10_000 + $0 % 12 * 100)\(ending),\($0)\n" }.joined()
        }
        let model = try model(text("") + "20040101,\n")
        let whole = try predictions(model, text("")).values.numbers
        let gapped = try predictions(model, text(".0") + ",5\n").values.numbers
        #expect(whole != nil && gapped?.dropLast() == whole?[...])
    }

    @Test func datesOfASeriesAreReadInTheOrderOfTraining() throws {
        func text(_ days: Range<Int>, month: Int = 1) -> String {
            "date,y\n" + days.map { "0\(month)/\($0 < 10 ? "0" : "")\($0)/2001,\($0 * 7 % 11)\n" }.joined()
        }
        for excluded in [[], ["date"]] {
            let model = try model(text(1..<29)) { ($0.lags, $0.excluded) = ([1], excluded) }
            let found = try predictions(model, text(1..<11, month: 4))
            #expect(found.values.missingRows == [0])
        }
    }

    @Test func tabsStandInAFileOfThatName() throws {
        let model = try model("x,y\n" + (0..<20).map { "\($0),\($0)\n" }.joined())
        _ = try model.predict(csv: folder.write("x;k\n1,5;a\n2,5;b\n", as: "n.csv"), to: folder.path("p.tsv"))
        let lines = try String(contentsOfFile: folder.path("p.tsv"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "x\tk\tpredicted_y" && lines[1].hasPrefix("1,5\ta\t1,"), "\(lines)")
    }
}
