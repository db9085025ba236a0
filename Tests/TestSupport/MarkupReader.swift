import Foundation
import TernText
#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a strict reader of XML finds in an SVG, or in the body of a page: elements, attributes and text; nil where it
/// is not well formed.
public final class MarkupReader: NSObject, XMLParserDelegate {
    public private(set) var elements: Set<String> = []
    public private(set) var attributes: Set<String> = []
    public private(set) var links: [String] = []
    /// The text of each element of a name, without what lies in elements within it.
    public private(set) var texts: [(element: String, text: String)] = []
    private var open: [(String, String)] = []

    public init?(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    /// Of a page's body, without the script at its end.
    public convenience init?(page: String) {
        guard let start = page.range(of: "<body"), let end = page.range(of: "<script>", options: .backwards),
            start.lowerBound < end.lowerBound
        else { return nil }
        self.init(page[start.lowerBound..<end.lowerBound] + "</body>")
    }

    public func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes found: [String: String]
    ) {
        elements.insert(name)
        attributes.formUnion(found.keys)
        if let link = found["href"] { links.append(link) }
        open.append((name, ""))
    }

    public func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].1 += text }
    }

    public func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        texts.append(open.removeLast())
    }

    // MARK: - Pages

    private static let known: Set = [
        "body", "a", "header", "h1", "h2", "h3", "div", "nav", "ol", "ul", "li", "main", "section", "footer", "p",
        "span", "strong", "em", "code", "pre", "details",
        "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "math", "semantics",
        "annotation", "mrow", "mi", "mo", "mn",
        "mtext", "mspace", "mfrac", "msub", "msup", "msubsup", "mover", "munder", "munderover", "msqrt", "mroot",
        "mstyle", "mtable", "mtr", "mtd",
        "svg", "g", "title", "defs", "path", "circle", "rect", "use", "text", "tspan", "polygon", "image", "filter",
        "feFlood", "feComposite",
    ]

    /// What a text has brought to a page: bad form, an element, attribute or address, a control character. Nil where
    /// there is none.
    public static func complaint(aboutPage page: String) -> String? {
        guard let read = MarkupReader(page: page) else { return "the page is not well formed" }
        if let brought = read.elements.subtracting(known).first { return "the page holds the element \(brought)" }
        if let odd = read.attributes.first(where: { $0.lowercased().hasPrefix("on") || $0 == "style" || $0 == "src" }) {
            return "the page holds the attribute \(odd)"
        }
        for link in read.links
        where !link.hasPrefix("#") && !link.hasPrefix("page/")
            && link.range(of: "^(https?://|mailto:)", options: .regularExpression) == nil
        {
            return "the page leads to \(link.debugDescription)"
        }
        let hasControls = page.unicodeScalars.contains { $0.isControl && $0 != "\n" && $0 != "\t" && $0 != "\r" }
        return hasControls ? "the page holds control characters" : nil
    }
}
