import Foundation
import TernFiles
import TernText

extension Figure {
    /// Whether gnuplot is found on the `PATH`, without which only ``csv`` and ``script(for:output:)`` work.
    public static var canDraw: Bool { Gnuplot.path != nil }

    /// Draws the figure to a file, by its ending a PNG, SVG or PDF.
    ///
    /// The file appears whole or not at all. A PNG has two dots to the pixel of ``size``, for sharp screens.
    ///
    /// - Parameters:
    ///   - path: ends in `.png`, `.svg` or `.pdf`.
    ///   - keepingScript: whether the gnuplot script is kept beside it, with the ending `.gp`, to be changed and run by
    ///     hand; one of that name that was changed so, or is somebody's own, is not replaced.
    /// - Throws: ``PlotError`` where the figure is empty or its parts do not fit, the ending is unknown, gnuplot is
    ///   missing, the file cannot be written or a script would be lost.
    public func write(to path: String, keepingScript: Bool = false) throws {
        let url = URL(fileURLWithPath: path)
        guard let format = FigureFormat(rawValue: url.pathExtension.lowercased()) else {
            throw PlotError("\(path): figures are drawn as .png, .svg or .pdf, not as \".\(url.pathExtension)\"")
        }
        if keepingScript {
            let script = KeptScript(try script(for: format, output: url.lastPathComponent))
            let path = url.deletingPathExtension().appendingPathExtension("gp").relativePath
            if let there = FileManager.default.contents(atPath: path), !there.isEmpty, !KeptScript.isUnchanged(there) {
                throw PlotError(
                    "\(path): another script lies here, or one that was changed by hand; move it, or give the figure another name"
                )
            }
            try write(script.data, to: path)
        }
        try write(data(format), to: path)
    }

    private func write(_ data: Data, to path: String) throws {
        do { try writeAtomically(data, to: path) } catch { throw PlotError("\(error)") }
    }

    /// The bytes of the figure as a file of this format, drawn in a temporary folder.
    ///
    /// SVG is made independent of gnuplot's version: the same figure gives the same bytes.
    ///
    /// - Throws: ``PlotError`` where the figure is empty or its parts do not fit, or gnuplot is missing, fails or takes
    ///   longer than 120 s (`TERN_GNUPLOT_SECONDS` in the environment allows more).
    public func data(_ format: FigureFormat) throws -> Data {
        let name = "figure.\(format.rawValue)"
        let data = try Gnuplot.run(script(for: format, output: name), drawing: name)
        return format == .svg ? Data(Self.tidied(String(decoding: data, as: UTF8.self)).utf8) : data
    }

    /// The figure as an `<svg>` element for a page, with names of its own so that several stand on one page.
    ///
    /// - Parameters:
    ///   - name: goes before all names in it; another for each figure of a page.
    ///   - description: what a reader hears who does not see it (`aria-label`).
    /// - Throws: ``PlotError`` as ``data(_:)`` does.
    public func svg(name: String, description: String = "") throws -> String {
        Self.inlined(try data(.svg), name: name, description: description)
    }

    /// The same of a file's bytes, which need not be drawn again.
    package static func inlined(_ svg: Data, name: String, description: String) -> String {
        var text = String(decoding: svg, as: UTF8.self)
        if let start = text.range(of: "<svg") { text = String(text[start.lowerBound...]) }
        text = text.replacingBytes(["id='", "id=\"", "url(#", "href='#", "href=\"#"].map { ($0, $0 + name + "-") })
        return text.replacingFirst("<svg", with: "<svg role=\"img\" aria-label=\"\(description.escaped)\"")
    }

    /// The figure in letters, for a terminal; without insets.
    ///
    /// - Parameters:
    ///   - columns: the width in letters.
    ///   - rows: the height in lines.
    /// - Throws: ``PlotError`` as ``data(_:)`` does.
    public func terminalPreview(columns: Int = 80, rows: Int = 24) throws -> String {
        String(decoding: try Gnuplot.run(textScript(columns: columns, rows: rows)), as: UTF8.self)
            .replacing("\u{0C}", with: "")
    }

    /// Without what differs between versions of gnuplot or spoils pictures: its name and version, and smoothing of the
    /// cells of a grid. Quotation marks of texts are written as entities, so that whoever changes attributes later
    /// finds none there, and so is `>`, which gnuplot leaves.
    private static func tidied(_ svg: String) -> String {
        var text = withoutSeams(textsQuoted(svg).replacing("<image ", with: "<image image-rendering='pixelated' "))
        for name in ["title", "desc"] {
            // Only the first, which is the document's: plots have titles of their own.
            guard let start = text.range(of: "<\(name)>"), let end = text.range(of: "</\(name)>\n"),
                start.upperBound <= end.lowerBound,
                text[start.upperBound..<end.lowerBound].lowercased().contains("gnuplot")
            else { continue }
            text.removeSubrange(start.lowerBound..<end.upperBound)
        }
        return text
    }

    /// The steps of a bar of colours lie one above the other; each reaches under the next, so that no background shows
    /// between.
    private static func withoutSeams(_ svg: String) -> String {
        var lines = svg.split(separator: "\n", omittingEmptySubsequences: false)
        func corners(_ line: Substring) -> [Substring]? {
            guard line.contains("<polygon fill = 'rgb("), let start = line.range(of: "points = '") else { return nil }
            let points = line[start.upperBound...].prefix { $0 != "'" }.split(separator: " ")
            return points.count == 4 ? points : nil
        }
        for i in lines.indices.dropLast() {
            guard let own = corners(lines[i]), let next = corners(lines[i + 1]),
                own[2].split(separator: ",")[0] == next[2].split(separator: ",")[0],
                own[3].split(separator: ",")[0] == next[3].split(separator: ",")[0]
            else { continue }
            let top = next[2].split(separator: ",")[1]
            let (right, left) = (own[2].split(separator: ",")[0], own[3].split(separator: ",")[0])
            lines[i] = lines[i].replacing("\(own[2]) \(own[3])", with: "\(right),\(top) \(left),\(top)")[...]
        }
        return lines.joined(separator: "\n")
    }

    /// The same with quotation marks and `>` between the tags as entities.
    private static func textsQuoted(_ svg: String) -> String {
        var result: [UInt8] = [], isTag = false
        result.reserveCapacity(svg.utf8.count)
        for byte in svg.utf8 {
            switch byte {
            case UInt8(ascii: "<"): isTag = true
            case UInt8(ascii: ">") where !isTag:
                result += "&gt;".utf8
                continue
            case UInt8(ascii: ">"): isTag = false
            case UInt8(ascii: "\"") where !isTag:
                result += "&quot;".utf8
                continue
            case UInt8(ascii: "'") where !isTag:
                result += "&#39;".utf8
                continue
            default: break
            }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = range(of: text) else { return self }
        return replacingCharacters(in: range, with: other)
    }
}
