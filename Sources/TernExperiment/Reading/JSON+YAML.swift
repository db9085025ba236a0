import TernText
import Yams

extension JSON {
    /// As YAML, in the order of the members; members that are null are left out.
    func yaml() throws -> String { try Yams.serialize(node: node, width: 120, allowUnicode: true) }

    private var node: Node {
        switch self {
        case .null: Node("null")
        case .flag(let value): Node("\(value)")
        case .number(let digits): Node(digits)
        // Quotes where the text alone would be taken for a number, a flag or nothing.
        case .text(let text): Node(text, .implicit, Node(text).tag == Tag(.str) && !text.isEmpty ? .any : .doubleQuoted)
        case .list(let values): Node(values.map(\.node), .implicit, values.allSatisfy(\.isScalar) ? .flow : .block)
        case .object(let members):
            Node(
                members.filter { $0.value != .null }.map { (JSON.text($0.key).node, $0.value.node) }, .implicit,
                members.isEmpty ? .flow : .block)
        }
    }
}
