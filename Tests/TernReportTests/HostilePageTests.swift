import Foundation
import TernFiles
import TernPlot
import TernReport
import TernText
import TestSupport
import Testing

/// Whatever texts a page is made of, it is well-formed, and holds no element, attribute or address that a text has
/// brought.
@Suite struct HostilePageTests {
    private func report(_ text: () -> String) -> Report {
        var section = ReportSection("one", title: text())
        section.add(
            .heading(text()), .text(text() + text()), .math(text()), .list([text(), text()]),
            .code(text(), language: "swift"), .code(text(), language: "yaml"),
            .code(text(), language: text()),
            .table(
                "t",
                ReportTable([text(), text()], rows: [[.text(text()), .text(text())], [.text(text()), .number(1)]]),
                caption: text()),
            .note(text()), .details(text(), [.text(text())]))
        return Report(title: text(), lead: text(), sections: [section], colophon: text(), isForgiving: true)
    }

    private func page(_ report: Report) throws -> String {
        let folder = TemporaryFolder()
        try report.write(to: folder.path("page.html"))
        return try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
    }

    @Test func pagesOfRandomTextsAreWellFormed() throws {
        var texts = NastyText(seed: 42)
        let marks = [
            "[x](http://a.b\"\u{301} onclick=alert(1))", "[x](java\u{0}script:alert(1))", "[x](JAVASCRIPT:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)", "[x](\u{1}javascript:alert(1))",
            "[x](javascript\u{301}:alert(1))", "[x](javascript:\u{301}alert(1))", "[x](//evil.example)",
            "[x](http:\u{301}//a)", "[](#one)", "[x](#one\" onclick=alert(1))", "$\\text{<b>}$", "$\u{0D4E}<b>$",
            "$\\mathrm{\u{0D4E}<b\u{0D4E}>}$", "$\\operatorname{\u{0D4E}<script\u{0D4E}>}$", "$<\u{301}b>$",
            "$a\u{0D4E}\"b$", "`<b>`", "**<b>**", "\"\u{301} onmouseover=alert(1) x=\"",
            "$\\begin{array}{\"><b>}a\\end{array}$",
        ]
        for _ in 0..<60 {
            var used: [String] = []
            let report = report {
                used.append(texts.next(with: marks))
                return used.last!
            }
            #expect(MarkupReader.complaint(aboutPage: try page(report)) == nil, "\(used.debugDescription)")
        }
    }

    @Test(.enabled(if: Figure.canDraw)) func figuresOfRandomTextsLieWellFormedOnThePage() throws {
        var texts = NastyText(seed: 43)
        for _ in 0..<4 {
            var section = ReportSection("one", title: "One")
            for i in 0..<3 {
                let panel = Panel(
                    title: texts.next(), x: Axis(texts.next().literal),
                    Line(x: [0, 1], y: [0, 1], label: texts.next()),
                    Bars([texts.next(), "'#ffffff' \"#222222\" rgb(0,0,0)"], [1, 2]))
                section.add(
                    .figure(
                        "f\(i)", Figure(panel), caption: texts.next(),
                        description: texts.next() + "\"\u{301} onload=alert(1) x=\""))
            }
            #expect(
                MarkupReader.complaint(aboutPage: try page(Report(title: "T", sections: [section], isForgiving: true)))
                    == nil, "\(section)")
        }
    }

    /// Names and units are read on the page as they are, whatever marks they hold.
    @Test func literalTextsAreReadAsTheyAre() throws {
        var texts = NastyText(seed: 44)
        for _ in 0..<10 {
            let names = (0..<30).map { _ in "a" + texts.next() }
            var section = ReportSection("one", title: "One")
            section.add(.table("t", ReportTable(names.map(\.literal)), caption: "C"))
            let read = try #require(MarkupReader(page: try page(Report(title: "T", sections: [section]))))
            let shown = read.texts.filter { $0.element == "th" }.map { Array($0.text.unicodeScalars) }
            for (name, text) in zip(names, shown) {
                #expect(text == Array(name.printable.unicodeScalars), "\(name.debugDescription)")
            }
            #expect(shown.count == names.count)
        }
    }

    @Test func aForgivingPageShowsWhatItCannotRead() throws {
        var section = ReportSection("one", title: "One")
        section.add(.text("a $\\foo$ b [c](#nowhere) $x$"), .math("{"))
        let page = try page(Report(title: "T", sections: [section], isForgiving: true))
        #expect(page.contains("a $\\foo$ b c <math>") && page.contains("aria-label=\"Formula\">{</div>"))
    }

    @Test(arguments: [
        ("a", "result-a"), ("sea level", "result-sea-level"), ("température", "result-temperature"),
        ("../../x", "result-..-..-x"), ("", "result"), ("a/b", "result-a-b-2"),
        ("A-B", "result-A-B-2"), ("`x`\0", "result-x"), ("\"><b>", "result-b"),
        ("Å e\u{301} ø", "result-A-e-o"), ("温度", "result"),
    ])
    func sectionsAboutNamesOfFilesHaveNamesOfTheirOwn(_ text: String, _ expected: String) throws {
        let name = ReportSection.name("result", about: text, besides: ["result-a-b"])
        #expect(name == expected)
        #expect(throws: Never.self) { try Report(title: "T", sections: [ReportSection(name, title: "S")]).check() }
    }

    /// Against the examples of FIPS 180-4, and Python's hashlib.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
        (String(repeating: "é", count: 28), "a2e7c1f809d17958e21b7cd370a1d7d030e07f3af72588be133d4f73fadee71d"),
    ])
    func hashesAreThoseOfTheStandard(_ text: String, _ expected: String) {
        #expect(SHA256.digits(of: text.utf8) == expected)
    }

    @Test func thePolicyNamesThePagesOwnScriptAndStyle() throws {
        let page = try page(Report(title: "T"))
        #expect(!page.contains("unsafe") && page.contains("base-uri 'none'"))
        for (tag, directive) in [("script", "script-src"), ("style", "style-src")] {
            let inner =
                try #require(page.range(of: "<\(tag)>"))
                .upperBound..<(try #require(page.range(of: "</\(tag)>")).lowerBound)
            let hash = Data(SHA256.hash(page[inner].utf8)).base64EncodedString()
            #expect(page.contains("\(directive) 'sha256-\(hash)'"))
        }
    }
}
