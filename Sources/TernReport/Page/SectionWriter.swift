import Foundation
import TernPlot
import TernText

/// Turns the blocks of a section into HTML.
struct SectionWriter {
    let section: ReportSection
    let page: Page
    private(set) var anchors: Anchors
    /// The smaller headings met so far, for the contents.
    private(set) var headings: [(id: String, html: String)] = []
    private(set) var colors: DarkColors
    /// Rules of the page's style for the figures met so far, by class.
    private(set) var sizes: [String: String]

    init(section: ReportSection, page: Page) {
        self.section = section
        self.page = page
        anchors = page.anchors
        colors = page.colors
        sizes = page.sizes
    }

    mutating func html(number: Int) throws -> String {
        do {
            let blocks = try section.blocks.map { try html($0) }.joined()
            return
                "<section id=\"\(section.name)\">\n<h2><span class=\"number\">\(number)</span> \(try inline(section.title))</h2>\n\(blocks)</section>\n"
        } catch let error as ReportError {
            throw ReportError("section \"\(section.name)\": \(error)")
        }
    }

    private mutating func html(_ block: ReportBlock) throws -> String {
        switch block {
        case .heading(let text):
            let id = anchors.heading(text, in: section.name)
            headings.append((id, try unlinked(text)))
            return "<h3 id=\"\(id)\">\(try inline(text))</h3>\n"
        case .text(let text): return try paragraphs(text)
        case .math(let tex):
            let math = try page.report.isForgiving ? (try? MathML.display(tex)) ?? tex.escaped : MathML.display(tex)
            return "<div class=\"formula\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">\(math)</div>\n"
        case .list(let items): return "<ul>\n\(try items.map { "<li>\(try inline($0))</li>\n" }.joined())</ul>\n"
        case .code(let text, let language):
            return
                "<div class=\"listing\"><pre tabindex=\"0\" role=\"group\" aria-label=\"Code\"><code class=\"\(language.escaped)\">"
                + Code.html(text.trimmedLines, language: language) + "</code></pre></div>\n"
        case .figure(let name, let figure, let caption, let description):
            return try html(figure, name: name, caption: caption, description: description)
        case .table(let name, let table, let caption): return try html(table, name: name, caption: caption)
        case .note(let text): return "<div class=\"note\" role=\"note\">\n\(try paragraphs(text))</div>\n"
        case .details(let summary, let blocks):
            return
                "<details>\n<summary>\(try inline(summary))</summary>\n\(try blocks.map { try html($0) }.joined())</details>\n"
        }
    }

    private mutating func html(_ figure: Figure, name: String, caption: String, description: String) throws -> String {
        do { try figure.check() } catch { throw ReportError("figure \(section.name)/\(name).svg: \(error)") }
        let place = anchors.place(name, in: section)
        let data = page.drawings["\(section.name)/\(name)"] ?? Data()
        let narrow = PageFigure.narrow(figure).flatMap { narrow in
            page.narrowDrawings["\(section.name)/\(name)"].map { (figure: narrow, data: $0) }
        }
        let drawing = PageFigure(
            figure, data: data, narrow: narrow, name: place.id, description: description, colors: &colors)
        for (name, rule) in drawing.sizeRules { sizes[name] = rule }
        return """
            <figure id="\(place.id)">
            <div class="drawing" tabindex="0" role="group" aria-label="\(place.label)">\(drawing.svg)</div>
            <figcaption><strong>\(place.label).</strong> \(try inline(caption)) \(links(name, place, ["png", "svg", "csv"]))</figcaption>
            </figure>

            """
    }

    private func html(_ table: ReportTable, name: String, caption: String) throws -> String {
        let place = anchors.place(name, in: section)
        if let row = table.rows.firstIndex(where: { $0.count != table.columns.count }) {
            throw ReportError(
                "row \(row + 1) of table \"\(name)\" has \(table.rows[row].count) cells for \(table.columns.count) columns"
            )
        }
        let columns = table.columns.indices.map { i in
            ShownNumber(column: table.rows.compactMap { if case .number(let x) = $0[i] { x } else { nil } })
        }
        let isText = table.columns.indices.map { i in
            !table.rows.contains { if case .number = $0[i] { true } else { false } }
        }
        let head = try table.columns.enumerated().map { i, title in
            "<th scope=\"col\"\(isText[i] ? "" : " class=\"value\"")>\(try inline(title))</th>"
        }.joined()
        let rows = try table.rows.map { row in
            "<tr>"
                + (try row.enumerated().map { i, cell -> String in
                    switch cell {
                    case .text(let text):
                        let tag = i == 0 ? ("th scope=\"row\"", "th") : ("td", "td")
                        return "<\(tag.0)\(isText[i] ? "" : " class=\"value\"")>\(try inline(text))</\(tag.1)>"
                    case .number(let x):
                        let shown = columns[i].text(x)
                        return "<td class=\"value\"\(shown == "\(x)" ? "" : " data-full=\"\(x)\"")>\(shown)</td>"
                    case .missing: return "<td\(isText[i] ? "" : " class=\"value\"")>–</td>"
                    }
                }.joined()) + "</tr>\n"
        }.joined()
        return """
            <div class="table" id="\(place.id)" tabindex="0" role="group" aria-label="\(place.label)">
            <table>
            <caption><span class="title"><strong>\(place.label).</strong> \(try inline(caption)) \(links(name, place, ["csv"]))</span></caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>

            """
    }

    private func links(_ name: String, _ place: Anchors.Anchor, _ endings: [String]) -> String {
        let links = endings.map { ending in
            let address = "\(page.folder.percentEncoded)/\(section.name)/\(name).\(ending)"
            return
                "<a href=\"\(address)\" aria-label=\"\(place.label) as \(ending.uppercased())\">\(ending.uppercased())</a>"
        }
        return "<span class=\"files\">\(links.joined(separator: " "))</span>"
    }

    /// Paragraphs stand apart by an empty line.
    func paragraphs(_ text: String) throws -> String {
        try text.split(separator: "\n\n").map { "<p>\(try inline(String($0).trimmed))</p>\n" }.joined()
    }

    func inline(_ text: String) throws -> String {
        try Markup(text).html(isForgiving: page.report.isForgiving) { target in
            guard target.unicodeScalars.first == "#" else { return (target, target) }
            let place = try anchors.target(String(target.unicodeScalars.dropFirst()), from: section.name)
            return ("#" + place.id, place.label)
        }
    }

    /// For a place that is a link itself.
    func unlinked(_ text: String) throws -> String {
        try Markup(text).withoutLinks.html(isForgiving: page.report.isForgiving) { ($0, $0) }
    }
}

extension String {
    /// Without empty lines before and behind.
    fileprivate var trimmedLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).trimmed { $0.allSatisfy(\.isWhitespace) }
            .joined(separator: "\n")
    }
}
