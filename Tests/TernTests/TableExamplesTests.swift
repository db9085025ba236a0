import Foundation
import TestSupport
import Testing
import Tern

/// What `TableExamples` says of a split and of features that give the target away.
@Suite struct TableExamplesTests {
    private func examples(_ text: String, features: [String]? = nil) throws -> TableExamples {
        try TableExamples(Table(csvText: text), target: "y", features: features)
    }

    private func digits(_ x: Double, _ count: Int) -> String { String(format: "%.\(count)f", x) }

    // MARK: Time

    /// Forms of the days 0 to 99, and what names them.
    static let forms: [(head: String, name: String, cell: @Sendable (Int) -> String)] = [
        ("Datum", "\"Datum\"", { "\($0 % 25 + 1).\($0 / 25 + 1).2001 06:00" }),
        (
            "day", "\"day\"",
            { "2001-\($0 / 25 + 1 < 10 ? "0" : "")\($0 / 25 + 1)-\($0 % 25 < 9 ? "0" : "")\($0 % 25 + 1)" }
        ), ("year", "\"year\"", { "\(1900 + $0)" }),
        ("YY,MM", "\"YY\", \"MM\"", { "\(2000 + $0 / 12),\($0 % 12 + 1)" }),
        (
            "Year,Month", "\"Year\", \"Month\"",
            {
                "\(2000 + $0 / 12),\(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][$0 % 12])"
            }
        ),
        ("year,Julian_day", "\"year\", \"Julian_day\"", { "2001,\($0 + 100)" }),
        ("time (UTC)", "\"time (UTC)\"", { "\(20_000 + $0)" }),
        ("YEAR,MO,DY,HR", "\"YEAR\", \"MO\", \"DY\", \"HR\"", { "2001,1,\($0 / 24 + 1),\($0 % 24)" }),
    ]

    @Test(arguments: forms.indices, ["up", "down", "shuffled"]) func theLatestRowsAreFoundByTheirTime(
        _ form: Int, _ order: String
    ) throws {
        let form = Self.forms[form],
            days =
                order == "up"
                ? Array(0..<100) : order == "down" ? Array((0..<100).reversed()) : (0..<100).map { $0 * 37 % 100 }
        let examples = try examples(
            "\(form.head),a,y\n" + rows(100) { "\(form.cell(days[$0])),\(noise($0)),\(noise($0, 1))" })
        let parts = try examples.latest(testSize: .fraction(0.2))
        #expect(Set(parts.test.map { days[$0] }) == Set(80..<100) && parts.train.count == 80)
        #expect(
            examples.notesOfLatest(parts, testSize: .fraction(0.2))
                == (order == "up"
                    ? [] : ["rows are not in the order of \(form.name): those to test on are the latest by it"]))
        #expect(examples.leaks(parts, atRandom: false, byGroup: nil).isEmpty)
    }

    @Test func rowsOfOneTimeAreNotParted() throws {
        let parts = try examples("site,year,y\n" + rows(60) { "s\($0 / 10),\(2000 + $0 % 10),\(noise($0))" }).latest(
            testSize: .fraction(0.25))
        #expect(parts.test.count == 18 && parts.test.allSatisfy { $0 % 10 > 6 })
        let years = try examples("year,y\n" + rows(100) { "\(2000 + $0 / 40),\(noise($0))" }),
            size = SplitSize.fraction(0.1)
        #expect(
            try years.notesOfLatest(years.latest(testSize: size), testSize: size) == [
                "20 rows (20 %) are tested on, 10 were asked for: rows of the same \"year\" are not parted"
            ])
    }

    @Test func timesThatCannotBeReadAreTold() throws {
        let examples = try examples(
            "date,a,y\n" + rows(50) { "\($0 % 12 + 1)/\($0 / 12 + 1)/2001,\(noise($0)),\(noise($0, 1))" })
        let leaks = examples.leaks(try examples.latest(testSize: .fraction(0.2)), atRandom: false, byGroup: nil)
        #expect(
            leaks.count == 1
                && leaks[0].contains("\"date\" holds dates of which not all are read, such as \"2/1/2001\""),
            "\(leaks)")
        // Random rows of a series whose times are not read.
        let walk = try self.examples(
            "date,a,y\n"
                + rows(60) {
                    "\($0 % 12 + 1)/\($0 / 12 + 1)/2001,\(noise($0)),\(sin(Double($0) / 8) + 0.1 * noise($0, 1))"
                })
        #expect(
            walk.leaks((Array(0..<48), Array(48..<60)), atRandom: true, byGroup: nil).contains {
                $0.hasPrefix("rows follow each other in the file's order")
            })
        #expect(
            examples.notes.contains {
                $0.hasPrefix(
                    "column \"date\" is left out: dates of which none shows whether the day or the month is first")
                    && $0.contains("write them as 2020-01-31")
            })
    }

    @Test func hoursOfTheDayAreNoTime() throws {
        let examples = try examples("time,a,y\n" + rows(100) { "\($0 * 7 % 24),\(noise($0)),\(noise($0, 1))" })
        #expect(
            examples.notesOfLatest(try examples.latest(testSize: .fraction(0.2)), testSize: .fraction(0.2)) == [
                "no column says when rows were: those to test on are the last of the file"
            ])
    }

    @Test(arguments: [("%02d%02d2001", false), ("%2$02d%1$02d2001", false), ("2001%2$02d%1$02d", true)])
    func wholeNumbersAreATimeWhereTheirOrderIs(_ form: String, _ isTime: Bool) throws {
        let examples = try examples(
            "date,a,y\n"
                + rows(300) { "\(String(format: form, $0 % 28 + 1, $0 / 28 + 1)),\(noise($0)),\(noise($0, 1))" })
        let parts = try examples.latest(testSize: .fraction(0.2)),
            leaks = examples.leaks(parts, atRandom: false, byGroup: nil)
        #expect(parts.test == Array(240..<300) && examples.notesOfLatest(parts, testSize: .fraction(0.2)).isEmpty)
        #expect(
            isTime
                ? leaks.isEmpty
                : leaks.count == 1 && leaks[0].contains("\"date\" holds dates of which not all are read"), "\(leaks)")
    }

    @Test(arguments: ["unknown", "2001-02-30"]) func aCellAmongDatesThatIsNoneIsTold(_ text: String) {
        #expect {
            try examples(
                "date,a,y\n"
                    + rows(100) {
                        "\($0 == 77 ? text : "2001-0\($0 / 25 + 1)-1\($0 % 10)"),\(noise($0)),\(noise($0, 1))"
                    })
        } throws: {
            "\($0)".contains("79: column \"date\" (1st): \"\(text)\" is no date, and the column holds dates")
                && "\($0)".contains("--missing-values \(text)") && "\($0)".contains("--exclude date")
        }
    }

    /// What is advised can be typed so.
    @Test func aMarkThatLooksLikeAnOptionIsJoinedToOne() {
        #expect { try examples("a,y\n" + rows(30) { "\($0 == 7 ? "--" : "\(noise($0))"),\($0 % 5)" }) } throws: {
            "\($0)".contains("(--missing-values=--)") && "\($0)".contains("(--exclude a)")
        }
    }

    private static let day: @Sendable (Int) -> (year: Int, month: String, day: String) = {
        (2001 + $0 / 300, String(format: "%02d", $0 / 25 % 12 + 1), String(format: "%02d", $0 % 25 + 1))
    }

    /// Forms of dates, what is said of the column, and a date of each that a model reads later, in which the order of day
    /// and month is no more seen.
    static let writtenDates: [(cell: @Sendable (Int) -> String, note: String, later: String)] = [
        ({ "\(day($0).day)/\(day($0).month)/\(day($0).year)" }, "read with the day first", "02/03/2001"),
        ({ "\(day($0).month)/\(day($0).day)/\(day($0).year)" }, "read with the month first", "03/02/2001"),
        ({ "\(day($0).day)-\(day($0).month)-\(day($0).year)" }, "read with the day first", "2-3-2001"),
        ({ "\(day($0).day).\(day($0).month).\(day($0).year)" }, "", "02.03.2001"),
        ({ "\(day($0).year)/\(day($0).month)/\(day($0).day)" }, "", "2001/03/02"),
        ({ "\(day($0).year)\(day($0).month)\(day($0).day)" }, "its numbers are read as dates", "20010302"),
        ({ "\(day($0).day)-\(["Jan", "FEB", "march", "Apr"][$0 / 25 % 4])-\(day($0).year)" }, "", "02-Mar-2001"),
        ({ "\(["Jan", "Feb", "Mar", "Sept"][$0 / 25 % 4]) \(day($0).day), \(day($0).year)" }, "", "March 2, 2001"),
    ]

    @Test(arguments: writtenDates.indices) func datesAreReadAsTheyAreWritten(_ i: Int) throws {
        let (cell, note, later) = Self.writtenDates[i]
        func quoted(_ text: String) -> String { "\"\(text)\"" }
        let examples = try examples(
            "date,a,y\n" + rows(400) { "\(quoted(cell($0))),\(noise($0)),\(Double($0) + noise($0, 1))" })
        #expect(examples.dates == ["date"] && examples.table["date"]!.numbers![0] == 2001)
        #expect(note.isEmpty || examples.notes.contains { $0.contains(note) }, "\(examples.notes)")
        let model = try TableModel(examples, estimator: LinearRegression()), folder = TemporaryFolder()
        let new = "date,a\n\(quoted(later)),0.5\n"
        let file = folder.write(new, as: "new.csv"), saved = folder.path("model.st")
        try model.write(to: saved)
        let read = try TableModel(contentsOf: saved)
        let found = try read.predict(csv: file, to: folder.path("out.csv"))
        // A file that does not show the order that is gone by is told.
        let isOpen = note.hasPrefix("read with the")
        #expect(
            found.notes
                == (isOpen
                    ? ["\"date\": dates such as \(later) are \(note), as in training; none of this file shows it"] : [])
        )
        let whole = folder.write("date,a\n" + rows(400) { "\(quoted(cell($0))),0.5" }, as: "whole.csv")
        #expect(try read.predict(csv: whole, to: folder.path("out2.csv")).notes.isEmpty)
        let inMemory = try read.encoding.matrix(of: Table(csvText: new))
        // The second of March is the day 60 of the year, from 0.
        expectClose([inMemory[0][0].item], [2001 + 60.0 / 365], 1e-9)
        let plain = try model.predict(Table(csvText: "date,a\n2001-03-02,0.5\n")).values[0][0]
        expectClose(try Table(csv: folder.path("out.csv")).numbers(of: "predicted_y"), [plain], 1e-9)
    }

    // MARK: Values far away

    @Test func aSingleValueFarFromAllOthersIsTold() throws {
        let warnings = try examples(
            "a,y\n" + rows(60) { "\($0 == 30 ? 1e9 : noise($0)),\(noise($0, 1))" }
        ).warnings
        #expect(
            warnings.count == 1
                && warnings[0].contains("1000000000 in line 32 is far from all others (0.01465 to 0.9842)"),
            "\(warnings)")
        #expect(try examples("a,y\n" + rows(60) { "\(exp(9 * noise($0))),\(noise($0, 1))" }).warnings.isEmpty)
    }

    @Test func whatIsFilledAndWhatTellsGroupsApartIsTold() throws {
        let table = try Table(
            csvText: "g,a,y\n" + rows(20) { "\($0 % 3),\($0 % 5 == 0 ? "" : "\(noise($0))"),\(noise($0, 1))" })
        let examples = try TableExamples(table, target: "y", keeping: ["g"], gaps: .mean)
        #expect(
            examples.notes == [
                "column \"a\": 4 of 20 values are missing; the mean of the training rows stands in",
                "column \"g\" says which rows belong together, and is no feature (--features would make it one)",
            ], "\(examples.notes)")
    }

    @Test(arguments: [
        ("20010203", "2001-02-03"), ("2001020304", "2001-02-03T04"), ("2001034", "2001-02-03"),
        ("200102030405", "2001-02-03T04:05"),
    ])
    func numbersThatAreDatesAreTold(_ first: String, _ plain: String) throws {
        let examples = try examples(
            "a,t,y\n" + rows(20) { "\(noise($0)),\(Int(first)! + $0),\(noise($0, 1))" }, features: ["a", "t"])
        #expect(
            examples.notes.contains {
                $0
                    == "column \"t\": numbers such as \(first) are taken as they are; dates written as \(plain) become years with a fraction"
            }, "\(examples.notes)")
    }

    // MARK: Rows at random

    /// Stations of which each has a row a day, in a column that no name tells; a target of numbers or of classes.
    @Test(arguments: [false, true]) func neighboursInTimeOfOneOfSeveralStationsAreWarnedOf(_ areClasses: Bool) throws {
        let examples = try examples(
            "date,code,a,y\n"
                + rows(320) { i in
                    let day = i / 4, y = sin(Double(day) / 6 + 2 * Double(i % 4))
                    let cell = areClasses ? (y > 0.3 ? "high" : y > -0.3 ? "mid" : "low") : "\(y)"
                    return
                        "2001-0\(day / 25 + 1)-\(day % 25 < 9 ? "0" : "")\(day % 25 + 1),\(7 * (i % 4)),\(noise(i)),\(cell)"
                })
        func leaks(_ isRandom: Bool, _ group: String?) -> [String] {
            examples.leaks((Array(0..<256), Array(256..<320)), atRandom: isRandom, byGroup: group)
        }
        let said = leaks(true, nil)
        #expect(
            said.count == 1 && said[0].contains("rows of one \"code\" follow each other in \"date\"")
                && said[0].contains(areClasses ? "kappa 0." : "correlation 0.") && said[0].contains("--split last")
                && said[0].contains("--group code"), "\(said)")
        #expect(leaks(false, nil).isEmpty && leaks(true, "code").isEmpty)
    }

    @Test func hoursAndNumbersOfNoOrderAreNoStations() throws {
        let hours = try examples(
            "date,hour,a,y\n"
                + rows(480) {
                    let day = $0 / 24 + 1
                    return
                        "2001-01-\(day < 10 ? "0" : "")\(day),\($0 % 24),\(Int(100 * noise($0, 2))),\(sin(Double($0) / 50))"
                })
        let leaks = hours.leaks((Array(0..<400), Array(400..<480)), atRandom: true, byGroup: nil)
        #expect(leaks.count == 1 && leaks[0].hasPrefix("rows follow each other in \"date\""), "\(leaks)")
    }

    @Test func shuffledRowsOfASeriesAreWarnedOf() throws {
        let examples = try examples(
            "year,a,y\n" + rows(100) { "\(1900 + $0 * 37 % 100),\(noise($0)),\(Double($0 * 37 % 100) + noise($0, 1))" })
        let leaks = examples.leaks((Array(0..<80), Array(80..<100)), atRandom: true, byGroup: nil)
        #expect(
            leaks.count == 1 && leaks[0].contains("rows follow each other in \"year\"")
                && leaks[0].contains("--split last"), "\(leaks)")
    }

    @Test(arguments: ["station,y", "h,label,y", "lat,lon,y", "wmo_id,y"]) func stationsInBothPartsAreWarnedOf(
        _ head: String
    ) throws {
        let examples = try examples(
            "x,\(head)\n"
                + rows(200) { i in
                    let station = i * 7 % 20, y = digits(3 * noise(station, 5) + noise(i, 2), 4)
                    return "\(noise(i)),"
                        + (head.hasPrefix("h,")
                            ? "\(100.5 + Double(station * station)),n\(station),\(y)"
                            : head.hasPrefix("lat")
                                ? "\(40.25 + Double(station)),\(-3.5 * Double(station)),\(y)"
                                : head.hasPrefix("wmo") ? "\(71000 + station),\(y)" : "s\(station),\(y)")
                })
        let leaks = examples.leaks((Array(0..<160), Array(160..<200)), atRandom: true, byGroup: nil)
        let name = head.hasPrefix("h,") ? "label" : String(head.prefix { $0 != "," })
        #expect(
            leaks.count == 1 && leaks[0].contains("rows of one \"\(name)\" are alike")
                && leaks[0].contains("--group \(name)"), "\(leaks)")
        #expect(examples.leaks((Array(0..<160), Array(160..<200)), atRandom: true, byGroup: name).isEmpty)
    }

    @Test func kindsOfRowsAreNoStations() throws {
        // The weather tells of the target, and is not what rows belong to; stations that tell nothing leak nothing.
        let weather = try examples(
            "x,weather,y\n"
                + rows(200) { "\(noise($0)),\(["sun", "rain", "fog"][$0 % 3]),\(Double($0 % 3) + noise($0, 1))" })
        #expect(weather.leaks((Array(0..<160), Array(160..<200)), atRandom: true, byGroup: nil).isEmpty)
        let stations = try examples("x,station,y\n" + rows(200) { "\(noise($0)),s\($0 % 20),\(noise($0, 1))" })
        #expect(stations.leaks((Array(0..<160), Array(160..<200)), atRandom: true, byGroup: nil).isEmpty)
    }

    @Test func copiesInBothPartsAreWarnedOf() throws {
        let examples = try examples("x,y\n" + rows(90) { "\(noise($0 % 30)),\(noise($0 % 30, 1))" })
        let leaks = examples.leaks((Array(0..<72), Array(72..<90)), atRandom: true, byGroup: nil)
        #expect(
            try self.examples("n,x,y\n" + rows(90) { "\($0),\(noise($0 % 30)),\(noise($0 % 30, 1))" }).leaks(
                (Array(0..<72), Array(72..<90)), atRandom: false, byGroup: nil
            ).count == 1)
        #expect(
            leaks == [
                "18 of the 18 rows to test on are copies of rows that are trained on; remove copies from the file for an honest test"
            ])
        // Of few different numbers rows are alike by chance, also where one tells of the other; a class beside other
        // numbers is no sign of it.
        let parts = (train: Array(0..<160), test: Array(160..<200))
        let coarse = try self.examples("x,y\n" + rows(200) { "\(Int(4 * noise($0))),\(Int(5 * noise($0, 1)))" })
        let alike = try self.examples(
            "x,y\n" + rows(200) { "\(digits(20 * noise($0), 1)),\(digits(20 * noise($0) + noise($0, 1), 1))" })
        #expect(
            coarse.leaks(parts, atRandom: true, byGroup: nil).isEmpty
                && alike.leaks(parts, atRandom: true, byGroup: nil).isEmpty)
        let classes = try self.examples("x,y\n" + rows(200) { "\(noise($0 % 190)),\($0 % 190 % 3)" })
        #expect(
            classes.leaks(parts, atRandom: true, byGroup: nil).contains {
                $0.hasPrefix("10 of the 40 rows to test on are copies")
            })
    }

    static let differentRows: [(head: String, row: @Sendable (Int) -> String)] = [
        ("year,k,y", { "\(1950 + $0),\($0 * 7 % 3),\($0 * 5 % 9)" }),
        ("day,month,y", { "\($0),\($0 / 8 + 1),\($0 % 3 == 0 ? "wet" : "dry")" }),
        ("date,k,y", { "2001-0\($0 / 18 + 1)-\($0 % 18 + 10),\($0 * 7 % 3),\($0 * 5 % 9)" }),
        ("x,y", { "\($0).5,\($0 * $0 % 7)" }), ("n,k,y", { "\($0),\($0 * 7 % 3),\($0 * $0 % 7)" }),
        ("n,y", { "\($0),\($0 % 4)" }), ("depth,k,y", { "\(5 * $0),\($0 % 4),\($0 % 5)" }),
    ]

    @Test(arguments: differentRows.indices) func rowsThatDifferAreNoCopies(_ i: Int) throws {
        let (head, row) = Self.differentRows[i]
        let examples = try examples("\(head)\n" + rows(90, row))
        let leaks = examples.leaks((Array(0..<72), Array(72..<90)), atRandom: false, byGroup: nil)
        #expect(!leaks.contains { $0.contains("copies") }, "\(leaks)")
    }

    // MARK: The target in disguise

    @Test func whatGivesTheTargetAwayIsTold() throws {
        let n = 300
        let t = (0..<n).map { 20 * noise($0) - 5 }, u = (0..<n).map { 300 * noise($0, 1) },
            v = (0..<n).map { 100 * noise($0, 2) }
        let cases: [(name: String, cell: (Int) -> String, y: (Int) -> String, said: String)] = [
            (
                "Fahrenheit with a digit", { digits(t[$0] * 1.8 + 32, 1) }, { digits(t[$0], 1) },
                "\"f\" is the target in another form"
            ),
            ("without a fraction", { digits(t[$0], 0) }, { digits(t[$0], 3) }, "\"f\" is the target in another form"),
            ("of a rounded target", { digits(t[$0], 5) }, { digits(t[$0], 0) }, "\"f\" is the target in another form"),
            ("turned round", { digits(-t[$0] * 1000, 0) }, { digits(t[$0], 2) }, "\"f\" is the target in another form"),
            (
                "Fahrenheit with two digits of three", { digits(t[$0] * 1.8 + 32, 2) }, { digits(t[$0], 3) },
                "\"f\" is the target in another form"
            ),
            (
                "Fahrenheit with four digits", { digits(t[$0] * 1.8 + 32, 4) }, { digits(t[$0], 4) },
                "\"f\" is the target in another form"
            ),
            (
                "a part of a finer sum", { digits(v[$0], 2) }, { digits(u[$0] + v[$0], 3) },
                "the target is nearly a sum of other columns (1 u + 1 f; R2"
            ),
            (
                "next to the target", { digits(t[$0] + 0.1 * noise($0, 3), 3) }, { digits(t[$0], 3) },
                "\"f\" alone gives nearly all of the target"
            ),
            ("exact", { "\(t[$0] * 3)" }, { "\(t[$0])" }, "\"f\" is the target in another form"),
            (
                "a part of a sum", { digits(v[$0], 1) }, { digits(u[$0] + v[$0], 1) },
                "the target is a sum of other columns to rounding (1 u + 1 f; R2"
            ),
            (
                "the other part of a difference", { digits(v[$0], 2) }, { digits(u[$0] - v[$0], 1) },
                "leave out \"u\" or \"f\" with --exclude"
            ),
            ("noise", { digits(noise($0, 3), 3) }, { digits(t[$0], 1) }, ""),
            ("nearly the target", { digits(t[$0] + 0.6 * noise($0, 3), 1) }, { digits(t[$0], 1) }, ""),
            ("years of a trend", { "\(1700 + $0)" }, { digits(2 * Double($0) + noise($0, 3), 2) }, ""),
            (
                "a month of a trend", { "\(1700 + $0 / 12)" },
                { digits(2 * Double($0) / 12 + 2 * sin(Double($0) / 2) + noise($0, 3), 2) }, ""
            ),
        ]
        for one in cases {
            let examples = try examples(
                "w,u,f,y\n" + rows(n) { "\(digits(noise($0, 4), 3)),\(digits(u[$0], 1)),\(one.cell($0)),\(one.y($0))" })
            #expect(
                one.said.isEmpty ? examples.disguise == nil : examples.disguise?.contains(one.said) ?? false,
                "\(one.name): \(examples.disguise ?? "nothing")")
        }
    }

    @Test func aRoundedMeanOfManyColumnsIsTold() throws {
        let examples = try examples(
            (0..<12).map { "m\($0)," }.joined() + "y\n"
                + rows(150) { i in
                    let months = (0..<12).map { 8 * noise(i, UInt64($0)) + 3 * noise(i, 20) }
                    return months.map { digits($0, 1) + "," }.joined() + digits(months.reduce(0, +) / 12, 1)
                })
        #expect(
            examples.disguise?.hasPrefix("the target is a sum of other columns to rounding (0.0") ?? false,
            "\(examples.disguise ?? "nothing")")
    }

    // MARK: Sizes

    @Test func numbersTooLargeOrTooSmallAreNamed() throws {
        #expect { try examples("a,b,y\n" + rows(30) { "\(noise($0)),\($0 == 7 ? "1e300" : "2"),\($0)" }) } throws: {
            "\($0)".contains(
                ":9: column \"b\" (2nd): 1e+300 is too large to reckon with; if it means a missing value, say --missing-values=1e+300"
            )
        }
        #expect { try examples("a,y\n" + rows(30) { "\(noise($0)),\($0 + 1)e-200" }) } throws: {
            "\($0)".contains("column \"y\" (2nd): all values are smaller than 1e-150")
        }
    }
}
