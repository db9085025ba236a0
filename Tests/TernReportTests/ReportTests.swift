import Foundation
import TernPlot
import TernReport
import TestSupport
import Testing

@Suite struct ReportTests {
    private static func small(_ blocks: ReportBlock...) -> Report {
        var section = ReportSection("one", title: "One")
        for block in blocks { section.add(block) }
        return Report(title: "Small", sections: [section])
    }

    private static let figure = Figure(Panel(Line(x: [1, 2], y: [0.1, 0.2])))
    private static let table = ReportTable(["model, *kind*", "MSE"], rows: [["`a`, b", 0.1], ["c", .missing]])

    /// All files below a folder and their bytes.
    private func files(_ folder: TemporaryFolder) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                (try? Data(contentsOf: folder.url.appendingPathComponent(name))).map { (name, $0) }
            })
    }

    @Test(.enabled(if: Figure.canDraw)) func aPageHasItsFilesBesideIt() throws {
        let folder = TemporaryFolder()
        var shares: [Double] = []
        try SampleReport.report().write(to: folder.path("a page.html")) { shares.append($0) }
        let files = try files(folder)
        var expected: Set = [
            "a page.html", "a page/files.sha256", "a page/numbers.json", "a page/sine/errors.csv",
        ]
        for figure in ["sine/sine-fit", "fields/training", "fields/height", "fields/filled", "fields/sst"] {
            for ending in ["svg", "png", "csv"] { expected.insert("a page/\(figure).\(ending)") }
        }
        #expect(Set(files.keys) == expected)
        #expect(shares == shares.sorted() && shares.last == 1 && shares.count > 5)
        #expect(files["a page/sine/sine-fit.csv"] == Data(SampleReport.curve.csv.utf8))
        let page = String(decoding: files["a page.html"]!, as: UTF8.self)
        #expect(page.contains("href=\"a%20page/sine/sine-fit.png\"") && page.contains("<strong>Figure 2.4.</strong>"))
        #expect(
            !page.lowercased().contains("gnuplot 5") && !page.contains("src=\"http")
                && !page.contains("<link rel=\"stylesheet"))
        #expect(files["a page.html"]!.count < 700_000)
    }

    @Test(.enabled(if: Figure.canDraw)) func drawingsFollowTheReadersScheme() throws {
        let folder = TemporaryFolder()
        try SampleReport.report().write(to: folder.path("page.html"))
        let page = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
        for variable in ["plot-background", "plot-foreground", "plot-muted", "plot-grid", "plot-1"] {
            #expect(page.contains("\"var(--\(variable))\"") || page.contains("'var(--\(variable))'"), "\(variable)")
        }
        // Viridis's dark end is a variable that only the dark scheme declares.
        #expect(page.contains("var(--c440154,#440154)") && page.contains("--c440154:#"))
        // A coastline stays dark, as the picture below it does.
        #expect(page.contains("rgb( 34,  34,  34)"))
        let file = try String(contentsOfFile: folder.path("page/sine/sine-fit.svg"), encoding: .utf8)
        #expect(!file.contains("var(") && file.contains("fill=\"#ffffff\""))
    }

    @Test(.enabled(if: Figure.canDraw)) func theSameReportGivesTheSameBytesButForTheColophon() throws {
        let a = TemporaryFolder(), b = TemporaryFolder()
        try SampleReport.report().write(to: a.path("page.html"))
        try SampleReport.report(colophon: "Another day.").write(to: b.path("page.html"))
        var (first, second) = (try files(a), try files(b))
        let pages = [first, second].map { String(decoding: $0["page.html"]!, as: UTF8.self) }
        #expect(pages[0].replacing("Written by a test.", with: "Another day.") == pages[1])
        first["page.html"] = nil
        second["page.html"] = nil
        #expect(first == second)
    }

    @Test(.enabled(if: Figure.canDraw)) func sectionsAreDrawnWhileOthersAreMade() throws {
        let a = TemporaryFolder(), b = TemporaryFolder()
        let report = SampleReport.report()
        try report.write(to: a.path("page.html"))
        let renderer = try ReportRenderer(to: b.path("page.html"))
        for section in report.sections { renderer.add(section) }
        try renderer.finish(title: report.title, lead: report.lead, colophon: report.colophon)
        #expect(try files(a) == files(b))
    }

    @Test func numbersAreKeptInFullInTheirOrder() throws {
        let text = SampleReport.report().numbersJSON
        #expect(
            text.hasPrefix(
                """
                {
                  "sine": {
                    "test_mse": {"values": [0.1234567890123], "unit": null},
                    "losses": {"values": [1.0, 0.5, null], "unit": null},
                    "period": {"values": [6.283185307179586], "unit": "s"}
                  },
                """))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
        #expect(Report(title: "").numbersJSON == "{}\n")
    }

    @Test func aTableIsWrittenInFullAndWithoutMarks() {
        #expect(Self.table.csv == "\"model, kind\",MSE\n\"a, b\",0.1\nc,\n")
        let ends = ReportTable(["x", "y"], rows: [[.number(.infinity), .number(-.infinity)], [1, .number(.nan)]])
        #expect(ends.csv == "x,y\ninf,-inf\n1.0,\n")
    }

    @Test func aPageWithoutFiguresNeedsNoGnuplot() throws {
        let folder = TemporaryFolder()
        try Self.small(.table("errors", Self.table, caption: "Errors & more.")).write(to: folder.path("page.html"))
        let page = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
        #expect(page.contains("<th scope=\"row\"><code>a</code>, b</th><td class=\"value\">0.1</td>"))
        #expect(page.contains("Errors &amp; more.") && !page.contains("Tern Math\";src"))
        #expect(folder.contents == ["page", "page.html"])
    }

    @Test func figuresOfOneNameInTwoSectionsKeepTheirAnchors() throws {
        func section(_ name: String) -> ReportSection {
            var section = ReportSection(name, title: name)
            section.add(.text("See [](#loss)."), .table("loss", Self.table, caption: "Loss."))
            return section
        }
        let folder = TemporaryFolder()
        try Report(title: "Two", sections: [section("a"), section("b")]).write(to: folder.path("page.html"))
        let page = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
        #expect(page.contains("<a href=\"#loss\">Table 1.1</a>") && page.contains("<a href=\"#b-loss\">Table 2.1</a>"))
    }

    private static func page(_ names: [String], numbered number: Double = 1) -> Report {
        let sections = names.map { name in
            var section = ReportSection(name, title: name)
            section.add(.table(name, table, caption: "Errors."))
            section.number("count", number)
            return section
        }
        return Report(title: "Page", sections: sections)
    }

    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path("page")).sorted()
    }

    @Test func aFigureThatCannotBeDrawnIsNamed() {
        let folder = TemporaryFolder()
        let map = Figure(
            Panel(WorldMap(longitudes: [0, 90], latitudes: [10], values: [[1, 2]])), size: Size(width: 680, height: 300)
        )
        #expect(
            message {
                try Self.small(.figure("map", map, caption: "A row.", description: "A row.")).write(
                    to: folder.path("page.html"))
            }.contains("figure one/map.svg: the map has 2 x and 1 y"))
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: [
        (Figure(Panel(Line([1, 2])), size: Size(width: .infinity, height: 300)), "a figure of inf x 300.0"),
        (Figure(Panel(aspect: 1, Contour(Grid(x: [], y: [], values: [])))), "has 0 x and 0 y"),
    ])
    func aFigureThatCannotBeMeasuredIsNamed(_ figure: Figure, _ expected: String) throws {
        let folder = TemporaryFolder()
        var section = ReportSection("one", title: "One")
        section.add(.figure("f", figure, caption: "", description: ""))
        let checked = message { try Report(title: "", sections: [section]).check() }
        #expect(checked.contains("figure one/f.svg: ") && checked.contains(expected), "\(checked)")
        let renderer = try ReportRenderer(to: folder.path("page.html"))
        renderer.add(section)
        let error = message { try renderer.finish(title: "") }
        #expect(error.contains("figure one/f.svg: ") && error.contains(expected), "\(error)")
        #expect(folder.contents.isEmpty)
    }

    @Test func whatAnEarlierReportWroteIsRemovedAndNothingElse() throws {
        let folder = TemporaryFolder(), page = folder.path("page.html")
        try Self.page(["a", "b", "c"]).write(to: page)
        _ = folder.write("mine", as: "page/notes.txt")
        _ = folder.write("mine", as: "page/b/notes.txt")
        _ = folder.write("changed", as: "page/c/c.csv")
        let kept = ["b", "b/notes.txt", "c", "c/c.csv", "files.sha256", "notes.txt", "numbers.json"]
        try Self.page(["a"]).write(to: page)
        #expect(try names(folder) == ["a", "a/a.csv"] + kept)
        // What cannot be made leaves what was there.
        #expect(throws: ReportError.self) { try Self.small(.text("$\\foo$")).write(to: page) }
        #expect(try names(folder) == ["a", "a/a.csv"] + kept)
        try Self.page([]).write(to: page)
        #expect(try names(folder) == kept)
    }

    @Test(arguments: ["page/numbers.json", "page/a/a.csv", "page/files.sha256", "page.html"])
    func filesThatNoReportWroteAreNotReplaced(_ name: String) throws {
        let folder = TemporaryFolder()
        let parent = folder.url.appendingPathComponent(name).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        _ = folder.write("precious", as: name)
        #expect(
            message { try Self.page(["a"]).write(to: folder.path("page.html")) }.contains("would be lost"))
        #expect(try String(contentsOfFile: folder.path(name), encoding: .utf8) == "precious")
        #expect(folder.contents.count == 1)
    }

    @Test func aFileThatWasChangedByHandIsNotReplaced() throws {
        let folder = TemporaryFolder(), page = folder.path("page.html")
        try Self.page(["a"]).write(to: page)
        try Self.page(["a"], numbered: 2).write(to: page)
        _ = folder.write("changed", as: "page/a/a.csv")
        #expect(
            message { try Self.page(["a"]).write(to: page) }.contains(
                "page/a/a.csv: no report wrote this file as it is"))
        #expect(try String(contentsOfFile: folder.path("page/a/a.csv"), encoding: .utf8) == "changed")
    }

    @Test func aListFromElsewhereRemovesNothingOutsideOfItsFolder() throws {
        let folder = TemporaryFolder(), page = folder.path("page.html")
        try Self.page(["a"]).write(to: page)
        _ = folder.write("precious", as: "mine.txt")
        let list = folder.path("page/files.sha256")
        let text = try String(contentsOfFile: list, encoding: .utf8)
        // The hash of "precious".
        let hash = "157fc55121ab2c59852c35d78aca98d840047e5d9668c423e4d3b146e1577901"
        _ = folder.write(text + "\(hash)  ../mine.txt\n", as: "page/files.sha256")
        try Self.page(["b"]).write(to: page)
        #expect(try names(folder) == ["b", "b/b.csv", "files.sha256", "numbers.json"])
        #expect(FileManager.default.fileExists(atPath: folder.path("mine.txt")))
    }

    @Test(arguments: [
        (small(.text("$\\foo$")), "section \"one\": the unknown command \\foo in the formula \\foo"),
        (small(.math("{")), "in the formula {"),
        (small(.text("[a](#nowhere)")), "a link leads to \"#nowhere\""),
        (small(.figure("a b", figure, caption: "", description: "d")), "is named \"a b\""),
        (
            small(.table("a", table, caption: "c"), .details("more", [.table("a", table, caption: "c")])),
            "are named \"a\""
        ),
        (
            small(.table("a", ReportTable(["x"], rows: [[1, 2]]), caption: "c")),
            "row 1 of table \"a\" has 2 cells for 1 columns"
        ),
        (
            Report(title: "", sections: [ReportSection("a", title: ""), ReportSection("a", title: "")]),
            "two sections are named \"a\""
        ),
        (Report(title: "", sections: [ReportSection("", title: "T")]), "the section \"T\" is named \"\""),
        (
            Report(title: "", sections: [ReportSection("numbers.json", title: "")]),
            "\"numbers.json\"; a name is a folder"
        ),
        (
            Report(title: "", sections: [ReportSection("Files.sha256", title: "")]),
            "\"Files.sha256\"; a name is a folder"
        ),
    ])
    func mistakesAreNamedAndNothingIsWritten(_ report: Report, _ expected: String) {
        let folder = TemporaryFolder()
        let error = #expect(throws: ReportError.self) { try report.write(to: folder.path("page.html")) }
        #expect("\(error!)".contains(expected), "\(error!)")
        #expect(folder.contents.isEmpty)
    }

    @Test(.enabled(if: Figure.canDraw)) func aFigureThatCannotBeDrawnIsNamedAndNothingIsWritten() {
        let folder = TemporaryFolder()
        let report = Self.small(
            .figure("good", Self.figure, caption: "", description: ""),
            .figure("empty", Figure(Panel()), caption: "", description: ""))
        let error = #expect(throws: ReportError.self) { try report.write(to: folder.path("page.html")) }
        #expect("\(error!)".contains("one/empty") && "\(error!)".contains("is empty"), "\(error!)")
        #expect(folder.contents.isEmpty)
    }

    @Test func numbersOfOneNameAndPlacesThatAreNotThereAreRefused() {
        var section = ReportSection("a", title: "A")
        section.number("x", 1)
        section.number("x", 2)
        let error = #expect(throws: ReportError.self) { try Report(title: "", sections: [section]).check() }
        #expect("\(error!)".contains("two numbers named \"x\""))
        #expect(throws: ReportError.self) { try Report(title: "").write(to: "/nowhere/at/all.html") }
        #expect(throws: ReportError.self) { try Report(title: "").write(to: "page.pdf") }
    }
}
