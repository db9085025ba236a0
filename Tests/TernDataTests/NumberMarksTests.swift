import Foundation
import Testing
import TernData

/// Which mark stands before fractions and which between thousands, and what is said where it may be either.
@Suite struct NumberMarksTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String, first: [Double], doubt: String?, note: String?
        var testDescription: String { text.replacing("\n", with: "/") }

        init(_ rows: String, _ first: [Double], doubt: String? = nil, note: String? = nil) {
            (text, self.first, self.doubt, self.note) = (rows.replacing("/", with: "\n") + "\n", first, doubt, note)
        }
    }

    static let cases = [
        // Three digits behind every point: told where they may be thousands.
        Case(
            "a;b/1.234;7/2.345;8/3.456;9", [1.234, 2.345, 3.456],
            doubt: "numbers such as 1.234 are read as 1.234; if the point stands between thousands, say --thousands ."),
        Case("a;b/1.234;7/2.345;8/0.456;9", [1.234, 2.345, 0.456]),
        Case("a;b/1.234;7.5/2.345;8/3.456;9", [1.234, 2.345, 3.456]),
        Case("a,b/1.234,7/2.345,8/3.456,9", [1.234, 2.345, 3.456]),
        // Beside smaller numbers without a point they are.
        Case(
            "a;b/1.234;7/950;8/2.345;9/3.456;9/20;1", [1234, 950, 2345, 3456, 20],
            note: "a point stands between thousands"),
        // Unless they are far from these then.
        Case(
            "a;b/12;7/14;8/18,123;9/19,456;9/20,789;1", [12, 14, 18.123], doubt: "if the comma stands between thousands"
        ),
        Case(
            "a;b/1.234;7/4000;8/2.345;9/3.456;9/20;1", [1.234, 4000, 2.345],
            doubt: "if the point stands between thousands"),
        // Both marks in one table.
        Case(
            "a;b/2.345;0,123/3.456;0,5", [2345, 3456],
            doubt: "numbers such as 2.345 are read as 2345; if the point stands before fractions, say --decimal .",
            note: "a comma stands before fractions"),
        Case(
            "a;b/2.345;0,123/3.456;0,5/950;1,5/20;2,5/1.200;3,5", [2345, 3456, 950],
            note: "a point stands between thousands"),
        Case("a;b/2.345.678;0,123/3.456;0,5", [2_345_678, 3456], note: "a point stands between thousands"),
        Case(
            "a;b/1,234;7/2,345;8/3,456;9", [1.234, 2.345],
            doubt: "numbers such as 1,234 are read as 1.234; if the comma stands between thousands, say --thousands ,"),
        Case("a;b/1,234;7/950;8/2,345;9/3,456;9/20;1", [1234, 950], note: "a comma stands between thousands"),
        // Blanks and apostrophes never stand before fractions.
        Case("a;b/1\u{A0}234,5;7/2\u{A0}345,25;8", [1234.5, 2345.25], note: "a blank stands between thousands"),
        Case(
            "a;b/1\u{202F}234,5;7/12\u{202F}345\u{202F}678;8", [1234.5, 12_345_678],
            note: "a blank stands between thousands"),
        Case("a,b/1 234.5,7/2\u{2009}345.25,8", [1234.5, 2345.25], note: "a blank stands between thousands"),
        Case("a,b/1'234.5,7/-2'345.25,8", [1234.5, -2345.25], note: "an apostrophe stands between thousands"),
        Case("a,b/\u{2212}1.5,7/2.5,8", [-1.5, 2.5]),
    ]

    @Test(arguments: cases) func areFound(_ one: Case) throws {
        let table = try Table(csvText: one.text), layout = try #require(table.layout)
        #expect(table["a"]?.numbers.map { Array($0.prefix(one.first.count)) } == one.first, "\(table.columns)")
        #expect(
            layout.warnings.count == (one.doubt == nil ? 0 : 1)
                && layout.warnings.allSatisfy { $0.contains(one.doubt!) }, "\(layout.warnings)")
        if let note = one.note { #expect(layout.notes.contains(note), "\(layout.notes)") }
    }

    @Test func whatIsSaidLeavesNoDoubt() throws {
        var options = CSVOptions()
        options.thousands = "."
        let table = try Table(csvText: "a;b\n1.234;7\n2.345;8\n", options: options)
        #expect(table["a"]?.numbers == [1234, 2345] && table.layout?.warnings == [])
    }

    @Test(arguments: ["12 34", "1 2345", "2020 123", "1'23", "1 234.5 6", "\u{2212}"]) func otherBlanksMakeText(
        _ cell: String
    ) throws {
        #expect(try Table(csvText: "a,b\n\(cell),1\n5,2\n")["a"]?.texts?.first == cell)
    }

    // MARK: Around the numbers

    @Test func whatHasNoUnitMayStandInTheirLine() throws {
        for units in ["hPa,1,K", "hPa,-,K", "hPa,,", "hPa,1,", "m,K,-", "mm,-,m"] {
            let table = try Table(csvText: "a,b,y\n\(units)\n1.5,2,3\n2.5,3,4\n")
            #expect(table["b"]?.numbers == [2, 3] && table.layout?.unitsLine == 2, "\(units)")
        }
        #expect(try Table(csvText: "a,b\n1,1\n2,3\n").rowCount == 2)
    }

    @Test(arguments: ["n.d.", "T", "<0.01", "bdl"]) func theFirstRowIsNoneOfUnits(_ cell: String) throws {
        let table = try Table(csvText: "date,no3\n2020-01-01,\(cell)\n2020-01-02,0.4\n2020-01-03,0.5\n")
        #expect(table["no3"]?.texts == [cell, "0.4", "0.5"] && table.layout?.unitsLine == nil)
        let stations = try Table(csvText: "station,no3\nA,\(cell)\nB,0.4\nA,0.5\n")
        #expect(stations.rowCount == 3 && stations.layout?.unitsLine == nil)
        let units = try Table(csvText: "date,no3\nyyyy-mm-dd,\u{B5}mol/l\n2020-01-02,0.4\n2020-01-03,0.5\n")
        #expect(units["no3"]?.numbers == [0.4, 0.5] && units.layout?.unitsLine == 2)
    }

    @Test func whatIsKeptAsTextStandsAboveNoNumbers() throws {
        let text = "a,b\n[a,1\n444,1\n"
        #expect(try Table(csvText: text)["a"]?.numbers == [444])
        let kept = try Table(csvText: text, options: CSVOptions(textColumns: ["a"]))
        #expect(kept["a"]?.texts == ["[a", "444"] && kept.layout?.unitsLine == nil)
    }

    @Test func aCommentAmongTheRowsNamesItsRemedy() {
        #expect { try Table(csvText: "a,b\n1,2\n# gap\n3,4\n") } throws: { "\($0)".contains("say --comment '#'") }
    }

    @Test(arguments: [
        "1/2/2020", "1/2/20", "Jan 2020", "January 2020", "2020Q1", "2020-Q1", "Q1 2020", "20200101T00",
        "2020-032", "2020-01-02T03:04:05+02:00", "15-03-20", "1-12-99",
    ])
    func datesInOtherFormsAreKnown(_ text: String) { #expect(TableDate.isUnread(text)) }

    @Test(arguments: [
        "2020-01-02", "2020/01/02", "2020-01", "station 12", "1.2.3.4", "10.5", "v1.2", "IRAQ 2020", "A-1-2", "12:30",
        "T20200101", "lake 1/2", "marsh 12", "T-100", "TT 12", "T 2020", "1-2", "10-12", "12345-6",
    ])
    func otherTextsAreNoDates(_ text: String) { #expect(!TableDate.isUnread(text)) }

    /// pandas.to_datetime("15-03-20", dayfirst=True) is of the year 2020, not of the year 15.
    @Test func yearsOfDatesHaveFourDigits() {
        for text in ["15-03-20", "1-2", "10-12", "850-01-01", "12345-6", "+1/+2/2020"] {
            #expect(TableDate.read(text, .dayFirst) == nil, "\(text)")
        }
        #expect(TableDate.read("-0044-03-15")?.year == -44 && TableDate.read("0015-03-20")?.year == 15)
        guard case .unread("15-03-20") = TableDate.reading(of: ["15-03-20", "16-03-20"]),
            case .none = TableDate.reading(of: ["0-1", "1-2", "2-3"])
        else {
            Issue.record("they are read as dates")
            return
        }
    }
}
