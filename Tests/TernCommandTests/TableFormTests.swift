import Foundation
import TestSupport
import Testing

/// What `tern fit` and `tern predict` say of tables of other people.
@Suite struct TableFormTests {
    private let folder = TemporaryFolder()

    private func fit(_ text: String, _ arguments: String...) throws -> Tool {
        _ = folder.write(text)
        return try Tool(["fit", "data.csv", "--target", "y", "-o", "m", "--epochs", "3"] + arguments, in: folder)
    }

    /// Rows of a pattern with a number in it.
    private func rows(_ count: Int, _ row: (Int) -> String) -> String {
        (0..<count).map(row).joined(separator: "\n") + "\n"
    }

    @Test func allThatIsLeftOutIsToldAtOnce() throws {
        let fit = try fit(
            "id,name,day,empty,same,a,y\n"
                + rows(30) {
                    "\($0 + 1),n\($0),2020-01-\($0 % 28 + 1 < 10 ? "0" : "")\($0 % 28 + 1),,5,\($0 * 7 % 11),\($0)"
                }, "--exclude", "id")
        #expect(fit.status == 0, "\(fit.error)")
        for expected in [
            "column \"name\" is left out: text of which each row has its own, such as \"n0\"",
            "column \"day\": dates become the year with a fraction",
            "column \"empty\" is left out: empty",
            "column \"same\" is left out: constant, 5", "y from day, a: ",
        ] { #expect(fit.output.contains(expected), "\(fit.output)") }
    }

    @Test func namesWithQuotationMarksAreUnderstoodOrRefused() throws {
        let text = "\"\"\"rain\"\" mm\",a,y\n" + rows(30) { "\($0 * 3 % 13),\($0 * 7 % 11),\($0)" }
        for names in ["\"rain\" mm", "\"\"\"rain\"\" mm\"", " \"\"\"rain\"\" mm\" ,"] {
            let fit = try fit(text, "--exclude", names)
            #expect(fit.output.contains("y from a: "), "\(names): \(fit)")
        }
        let odd = try fit(text, "--exclude", "\"rain\" inches,a")
        #expect(odd.status == 1 && odd.error.contains("\"rain\" inches,a: these are no names of columns"), "\(odd)")
    }

    @Test func smallChangesOfLargeValuesAreLearned() throws {
        // In single precision these are two numbers.
        let fit = try fit(
            "hour,y\n" + rows(200) { "\(2_020_010_100 + $0),\($0)" }, "--epochs", "300", "--estimator", "mlp")
        let lines = fit.output.split(separator: "\n"),
            network = try #require(lines.first { $0.contains("network") }).split(separator: " ")
        #expect(Double(network[6])! > 0.5, "\(fit.output)")
    }

    @Test func valuesThatStandApartAreSuspected() throws {
        let fit = try fit(
            "a,b,c,y\n"
                + rows(40) {
                    "\($0 == 7 ? "-999" : $0 == 8 ? "-9999" : "\($0)"),\($0 == 9 ? "9.96921e36" : "\($0 * $0)"),\($0 % 9 == 3 ? "990" : "\($0 * 7 % 350)"),\($0)"
                })
        #expect(
            fit.error.contains("column \"a\" (1st): -9999 in line 10 stands apart")
                && fit.error.contains("column \"c\" (3rd): 990 in line 5 and 4 more stands apart"), "\(fit.error)")
        #expect(
            fit.error.contains(
                "column \"a\" (1st): -999 in line 9 stands apart from all other values (0 to 39); if it means a missing value, say --missing-values=-999"
            ), "\(fit.error)")
        #expect(fit.error.contains("column \"b\" (2nd): 9.96921e+36 in line 11 stands apart"), "\(fit.error)")
        let told = try self.fit(
            "a,y\n" + rows(40) { "\($0 == 7 ? "-999" : "\($0)"),\($0 * 5 % 23)" }, "--missing-values=-999,x",
            "--missing", "drop", "-q")
        #expect(told.error.isEmpty && told.status == 0)
        // The model remembers it.
        _ = folder.write("a\n3\n-999\nx\n", as: "new.csv")
        let lines = try Tool(["predict", "m", "new.csv"], in: folder).output.split(separator: "\n")
        #expect(lines.count == 4 && lines[2] == "-999," && lines[3] == "x," && lines[1].count > 3)
    }

    @Test func datesAndTruthsPredictAsTheyWereLearned() throws {
        let fit = try fit(
            "day,wet,y\n"
                + rows(60) {
                    "\(1990 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)-15,\($0 % 3 == 0 ? "True" : "False"),\($0)"
                }, "--features", "day,wet")
        #expect(
            fit.output.contains("column \"day\": dates become the year with a fraction (trend), the season")
                && fit.output.contains("\"wet\": True and False become 1 and 0"), "\(fit.output)")
        _ = folder.write("wet,day\nTrue,1991-05-01\n,1991-05-01\nFalse,\n1,1991/05/01\n", as: "new.csv")
        let predicted = try Tool(["predict", "m", "new.csv"], in: folder)
        let lines = predicted.output.split(separator: "\n")
        #expect(
            predicted.status == 0 && Double(lines[1].split(separator: ",")[2]) != nil && lines[2].hasSuffix(",")
                && lines[3].hasSuffix(","), "\(predicted)")
        #expect(lines[4].split(separator: ",")[2] == lines[1].split(separator: ",")[2], "\(predicted)")
        _ = folder.write("wet,day\nTrue,1991-05-01\nyes,1991-05-01\n", as: "new.csv")
        #expect(
            try Tool(["predict", "m", "new.csv"], in: folder).error.contains(
                "new.csv:3: column \"wet\" (1st): \"yes\" is not a number; the model reads True and False there"))
    }

    @Test func codesAreLevelsGroupsAndClassesAsTheyAreWritten() throws {
        let codes = ["007", "7", "12"]
        let text =
            "k,x,c,y\n" + rows(60) { "\(codes[$0 % 3]),\($0 * 7 % 11),00\($0 % 2 + 1),\($0 % 3 * 50 + $0 * 7 % 11)" }
        let levels = try fit(text, "--as-category", "k", "--exclude", "c")
        #expect(levels.output.contains("\"k\": 3 levels become columns of 0 and 1 (007, 7, 12)"), "\(levels)")
        let folds = try fit(text, "--group", "k", "--cross-validate", "3", "--exclude", "c")
        #expect(folds.status == 0 && folds.output.contains("cross-validation over 3 folds"), "\(folds)")
        _ = folder.write(text)
        let line =
            "tern fit data.csv --target c --classify --estimator logistic -q -o c; tern predict c data.csv -q | head -1"
        let classes = try Tool(shell: line, in: folder)
        #expect(classes.output == "k,x,c,y,predicted_c,probability_001,probability_002\n", "\(classes)")
    }

    @Test func aModelWithLagsReadsAPipe() throws {
        _ = folder.write("year,y\n" + rows(40) { "\(1980 + $0),\($0 * 7 % 11)" }, as: "s.csv")
        let line =
            "tern fit s.csv --target y --lags 1 --estimator linear -q -o s; tern predict s s.csv -q > a; cat s.csv | tern predict s /dev/stdin -q > b; cmp a b && wc -l < b"
        let tool = try Tool(shell: line, in: folder)
        #expect(tool.status == 0 && Int(tool.output.trimmingCharacters(in: .whitespacesAndNewlines)) == 41, "\(tool)")
    }

    @Test func codesAreReadFromAPipe() throws {
        _ = folder.write("k,q,y\n" + rows(40) { "0\($0 % 3 + 1),\($0 * 7 % 11),\($0 % 3 * 5 + $0 % 2)" }, as: "k.csv")
        let options = "--target y --as-category k --estimator linear -q -o"
        let line =
            "cat k.csv | tern fit /dev/stdin \(options) a; tern fit k.csv \(options) b; tern predict a k.csv -q > x; tern predict b k.csv -q > y; cmp x y && wc -l < x"
        let tool = try Tool(shell: line, in: folder)
        #expect(tool.status == 0 && Int(tool.output.trimmingCharacters(in: .whitespacesAndNewlines)) == 41, "\(tool)")
    }

    @Test func groupsAreHeldOutWhole() throws {
        let text = "site,year,a,y\n" + rows(100) { "s\($0 / 10),\(2000 + $0 % 10),\($0 * 7 % 13),\($0 * 5 % 17)" }
        let fit = try fit(text, "--group", "site", "--test-fraction", "0.25")
        #expect(fit.output.contains("y from year, a: 70 rows to train, 30 to test on"), "\(fit.output)")
        let last = try self.fit(text, "--split", "last")
        #expect(
            last.output.contains("rows are not in the order of \"year\": those to test on are the latest by it"),
            "\(last)")
    }

    @Test func randomRowsOfASeriesAreWarnedOf() throws {
        let text =
            "day,a,y\n"
            + rows(60) { "2020-0\($0 / 28 + 1)-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 * 7 % 11),\(100 + $0)" }
        #expect(
            try fit(text).error.contains(
                "rows follow each other in \"day\", and the target is like that of the row before"))
        #expect(try !fit(text, "--split", "last").error.contains("warning"))
    }

    @Test func aTargetInDisguiseIsWarnedOf() throws {
        #expect(
            try fit("f,a,y\n" + rows(50) { "\(32 + 9 * ($0 * 7 % 23)),\($0 % 5),\(5 * ($0 * 7 % 23))" }).error.contains(
                "\"f\" is the target in another form"))
    }

    @Test func theLinearBaselineKnowsNoUnits() throws {
        // In raw numbers the second column is less than rounding of the first, as for scikit-learn's LinearRegression.
        let fit = try fit(
            "a,b,y\n"
                + rows(80) {
                    "\(1e6 + 1e5 * Double($0 * 7 % 11)),\(1e-6 * Double($0 * 5 % 13)),\($0 * 7 % 11 + 10 * ($0 * 5 % 13) + $0 * 3 % 5)"
                })
        let line = try #require(fit.output.split(separator: "\n").first { $0.hasPrefix("linear") }).split(
            separator: " ")
        #expect(Double(line[7])! > 0.99, "\(fit.output)")
    }

    @Test func aTrainingThatBreaksDownEndsAtOnce() throws {
        let fit = try fit(
            "a,y\n" + rows(50) { "\($0),\($0 * 3 % 7)" }, "--learning-rate", "1e6", "--epochs", "500", "--estimator",
            "mlp")
        #expect(
            fit.status == 1 && !fit.error.contains("epoch 100/500") && folder.contents == ["data.csv"], "\(fit.error)")
    }

    @Test(arguments: [("sqrt(x)", "-1", "value nan"), ("1/x", "0", "value inf"), ("sqrt(x)", "0", "gradient inf")])
    func aSearchBeginsWhereTheFunctionHasAValue(_ function: String, _ from: String, _ what: String) throws {
        let descend = try Tool(["descend", "--function", function, "--from=\(from)", "--no-figure"], in: folder)
        #expect(
            descend.status == 1
                && descend.error.contains(
                    "\(function) has the \(what) where the search begins (\(from)); choose another point"),
            "\(descend.error)")
    }

    /// Delimiter, mark before fractions, and a depth of so many metres in that form.
    static let forms: [(delimiter: String, mark: String, depth: @Sendable (Int) -> String)] = [
        (";", ",", { $0 < 1000 ? "\($0)" : "\($0 / 1000).\("\($0 + 1000)".suffix(3))" }), (";", ",", { "\($0),5" }),
        (",", ",", { "\"\($0),5\"" }), ("\t", ".", { "\($0).5" }), ("|", ".", { "\($0)" }),
    ]

    @Test(arguments: forms.indices) func predictionsAreWrittenInTheFormOfTheirFile(_ i: Int) throws {
        let (delimiter, mark, depth) = Self.forms[i]
        func row(_ i: Int) -> [String] {
            let sand = "\(i * 7 % 11)", x = i * 137 % 4000
            return [depth(x), delimiter == mark ? "\"\(sand)\"" : sand, depth((x + i * i % 90) / 3)]
        }
        let table = [["depth", "sand", "y"]] + (0..<60).map(row)
        _ = folder.write(table.map { $0.joined(separator: delimiter) + "\n" }.joined())
        let fit = try Tool(
            ["fit", "data.csv", "--target", "y", "--estimator", "linear", "-q", "-o", "m"], in: folder)
        #expect(fit.status == 0, "\(fit)")
        let predict = try Tool(["predict", "m", "data.csv", "-o", "p.csv"], in: folder)
        #expect(predict.status == 0, "\(predict)")
        let lines = try String(contentsOfFile: folder.path("p.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "depth,sand,y,predicted_y".replacing(",", with: delimiter))
        #expect(lines[1].hasPrefix(table[1].joined(separator: delimiter) + delimiter) && lines[1].contains(mark))
        // It is read as the file is, and gives way to another.
        let own = try Tool(["evaluate", "m", "data.csv"], in: folder).output.replacing("data.csv", with: "p.csv")
        #expect(try Tool(["evaluate", "m", "p.csv"], in: folder).output == own)
        #expect(try Tool(["predict", "m", "data.csv", "-q", "-o", "p.csv"], in: folder).status == 0)
    }
}
