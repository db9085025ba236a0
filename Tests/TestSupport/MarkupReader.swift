import Foundation
#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a strict reader of XML finds in an SVG, or in the body of a page: elements, attributes and text; nil where it is not well
/// formed.
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
        guard let start = page.range(of: "<body"), let end = page.range(of: "<script>", options: .backwards), start.lowerBound < end.lowerBound else { return nil }
        self.init(page[start.lowerBound..<end.lowerBound] + "</body>")
    }

    public func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes found: [String: String]
    ) {
        elements.insert(name)
        attributes.formUnion(found.keys)
        if let link = found["href"] { links.append(link) }
        open.append((name, ""))
    }

    public func parser(_ parser: XMLParser, foundCharacters text: String) { if !open.isEmpty { open[open.count - 1].1 += text } }

    public func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        texts.append(open.removeLast())
    }
}
