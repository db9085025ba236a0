import Tern
import Yams

/// A value in a document, and where it stands.
struct Place {
    let node: Node
    let path: [String]
    /// Counted from 1; that of its key, where it has one.
    let line: Int?
    let document: Document

    init(_ document: Document) { self.init(node: document.root, path: [], line: nil, document: document) }

    private init(node: Node, path: [String], line: Int?, document: Document) {
        (self.node, self.path, self.line, self.document) = (node, path, line, document)
    }

    /// As in messages: `training.epochs`.
    var name: String { path.isEmpty ? "the experiment" : path.joined(separator: ".") }

    /// The values of a mapping by key, nil where it is none.
    ///
    /// - Throws: `DataError` where a key is no text, or stands twice: to YAML 1 and "1" are two keys.
    var members: [(key: String, place: Place)]? {
        get throws {
            guard let mapping = node.mapping else { return nil }
            var names: Set<String> = []
            return try mapping.map { key, value in
                let name = key.scalar?.string ?? "",
                    place = Place(
                        node: value, path: path + [name], line: key.mark?.line ?? line, document: document)
                guard key.scalar != nil else { throw place.error("a key in \(self.name) is no text") }
                guard names.insert(name).inserted else {
                    throw place.error("the key \"\(name)\" stands twice in \(self.name); leave one out")
                }
                return (name, place)
            }
        }
    }

    /// The values of a list, nil where it is none.
    var elements: [Place]? {
        node.sequence.map { sequence in
            sequence.enumerated().map {
                Place(node: $1, path: path + ["\($0)"], line: $1.mark?.line ?? line, document: document)
            }
        }
    }

    /// What a single value says, nil where it is a mapping or list.
    var text: Text? { node.scalar.map(Text.init) }

    /// The place below it with this path, or itself.
    func descendant(_ names: [String]) -> Place {
        guard let name = names.first else { return self }
        let next =
            (try? members)?.first { $0.key == name }?.place
            ?? Int(name).flatMap { i in elements.flatMap { $0.indices.contains(i) ? $0[i] : nil } }
        return next?.descendant(Array(names.dropFirst())) ?? self
    }

    func error(_ message: String) -> DataError {
        if let setting = document.override(of: path, isMade: node.mark == nil) {
            return DataError(file: "--set \(setting)", message)
        }
        return DataError(file: document.file, line: line, message)
    }

    /// `training.epochs wants a whole number, found "ten"`.
    func wants(_ what: String) -> DataError {
        let found =
            switch node {
            case .scalar(let scalar): Text(scalar) == .null ? "nothing" : "\"\(scalar.string)\""
            case .sequence: "a list"
            default: "keys with values"
            }
        return error("\(name) wants \(what), found \(found)")
    }
}

/// What a scalar of YAML says. Quoted, it is a text.
enum Text: Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)

    init(_ scalar: Node.Scalar) {
        let string = scalar.string
        guard scalar.style != .singleQuoted, scalar.style != .doubleQuoted, scalar.tag != Tag(.str) else {
            self = .text(string)
            return
        }
        switch string {
        case "", "~", "null", "Null", "NULL": self = .null
        // The words of YAML 1.1 too, which other programs still take so.
        case "true", "True", "TRUE", "yes", "Yes", "on", "On": self = .flag(true)
        case "false", "False", "FALSE", "no", "No", "off", "Off": self = .flag(false)
        default:
            // No "nan", "inf" or "0x10", nor what no double holds.
            let isNumeric = string.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            self = (isNumeric ? Double(string) : nil).flatMap { $0.isFinite ? .number($0) : nil } ?? .text(string)
        }
    }
}
