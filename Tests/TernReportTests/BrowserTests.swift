import Foundation
import TernPlot
import TestSupport
import Testing

/// Slow: each look opens a browser.
@Suite(.serialized, .enabled(if: Figure.canDraw && BrowserPage.browser != nil)) struct BrowserTests {
    private static let folder = Result {
        let folder = TemporaryFolder()
        try SampleReport.report().write(to: folder.path("sample.html"))
        return Written(folder: folder)
    }
    private struct Written: @unchecked Sendable { let folder: TemporaryFolder }

    @Test(arguments: [(320, true), (360, false), (768, true), (1280, false)])
    func aPageReadsWellInTheBrowser(_ width: Int, _ dark: Bool) throws {
        let folder = try Self.folder.get().folder
        let report = try BrowserPage(folder.path("sample.html")).inspect(width: width, dark: dark)
        #expect(report.width == Double(width))
        #expect(report.findings.isEmpty, "\(report.findings.joined(separator: "\n"))")
        for link in report.links where !link.contains("://") {
            #expect(FileManager.default.fileExists(atPath: folder.path(link.removingPercentEncoding!)), "\(link)")
        }
        #expect(report.links.count == 17)
    }

    @Test func whatIsWrongWithAPageIsSeen() throws {
        let folder = TemporaryFolder()
        let path = folder.write(
            """
            <!DOCTYPE html><html><head><title></title></head><body><h1>A</h1><h3 id="a" style="color:#aaa">B</h3><p id="a">C</p>
            <a href="#b">D</a><img src="data:,"><div style="width:900px">E</div><table><tr><th>F</th></tr></table><figure></figure>
            <script>console.error("oh"); nothing();</script></body></html>
            """, as: "bad.html")
        let findings = try BrowserPage(path).inspect(width: 360).findings.joined(separator: "\n")
        for expected in [
            "no language", "no title", "no viewport", "not one main", "two of id a", "broken anchor #b",
            "heading skips", "empty figure", "no alt",
            "no caption", "no scope", "page scrolls", "overflows: div", "contrast 2.3", "console: oh",
            "nothing is not defined",
        ] {
            #expect(findings.contains(expected), "\(expected) in\n\(findings)")
        }
    }
}
