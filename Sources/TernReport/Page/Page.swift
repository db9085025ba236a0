import Foundation
import TernFiles
import TernPlot
import TernText

/// The one HTML file of a report.
struct Page {
    let report: Report
    /// The folder of the files beside the page, as its links name it.
    let folder: String
    /// The figures as SVG, by `SECTION/NAME`; empty where a report is only checked.
    let drawings: [String: Data]
    /// The same for narrow pages, where they differ.
    let narrowDrawings: [String: Data]
    private(set) var anchors: Anchors
    private(set) var colors = DarkColors()
    private(set) var sizes: [String: String] = [:]

    init(_ report: Report, folder: String, drawings: [String: Data], narrowDrawings: [String: Data] = [:]) throws {
        self.narrowDrawings = narrowDrawings
        self.report = report
        self.folder = folder
        self.drawings = drawings
        anchors = try Anchors(report.sections)
    }

    mutating func html() throws -> String {
        var contents = "", body = ""
        for (i, section) in report.sections.enumerated() {
            var writer = SectionWriter(section: section, page: self)
            body += try writer.html(number: i + 1)
            (anchors, colors, sizes) = (writer.anchors, writer.colors, writer.sizes)
            let title = try writer.unlinked(section.title)
            let inner = writer.headings.map { "<li><a href=\"#\($0.id)\">\($0.html)</a></li>" }.joined(separator: "\n")
            contents +=
                "<li><a href=\"#\(section.name)\"><span class=\"number\">\(i + 1)</span> \(title)</a>"
                + (inner.isEmpty ? "" : "\n<ol>\n\(inner)\n</ol>") + "</li>\n"
        }
        let outer = SectionWriter(section: ReportSection("", title: ""), page: self)
        let lead = report.lead.isEmpty ? "" : "<div class=\"lead\">\(try outer.paragraphs(report.lead))</div>\n"
        let colophon = try outer.paragraphs(report.colophon)
        let style = """

            \((body + lead).contains("<math") ? Self.mathFont : "")
            :root{\(PageFigure.declarations(of: .light))}
            @media screen and (prefers-color-scheme: dark){:root{\(PageFigure.declarations(of: .dark));\(colors.declarations)}}
            \(String(decoding: PackageResources.page_css, as: UTF8.self).trimmed)
            \(sizes.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n"))

            """
        let script = "\n" + String(decoding: PackageResources.page_js, as: UTF8.self).trimmed + "\n"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy(style: style, script: script))">
            <meta name="color-scheme" content="light dark">
            <title>\(Markup(report.title).plain.escaped)</title>
            <link rel="icon" href="data:,">
            <style>\(style)</style>
            </head>
            <body id="top">
            \(Report.mark)Skip to the text</a>
            <header>
            <h1>\(try outer.unlinked(report.title))</h1>
            \(lead)</header>
            \(report.sections.isEmpty ? "" : "<nav id=\"contents\" aria-label=\"Contents\">\n<ol>\n\(contents)</ol>\n</nav>\n")<main id="content" tabindex="-1">
            \(body)</main>
            <footer>
            \(colophon)</footer>
            <script>\(script)</script>
            </body>
            </html>

            """
    }

    /// The page loads nothing, and of scripts and styles runs its own alone, which their hashes name
    /// (https://www.w3.org/TR/CSP3/).
    private static func policy(style: String, script: String) -> String {
        func hash(_ text: String) -> String { "'sha256-" + Data(SHA256.hash(text.utf8)).base64EncodedString() + "'" }
        return
            "default-src 'none'; img-src data:; font-src data:; style-src \(hash(style)); script-src \(hash(script)); "
            + "base-uri 'none'; form-action 'none'"
    }

    /// Phones and plain machines have no font that stretches brackets and roots, so the page brings one (see
    /// Scripts/data/math_font.py).
    private static let mathFont =
        "@font-face{font-family:\"Tern Math\";src:url(data:font/woff2;base64,"
        + Data(PackageResources.math_woff2).base64EncodedString() + ") format(\"woff2\")}"
}
