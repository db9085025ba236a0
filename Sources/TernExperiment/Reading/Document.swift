import Foundation
import Tern
import Yams

/// Those of YAML: TernCore has nodes of its own.
typealias Node = Yams.Node

/// A YAML file as nodes that know their lines, and what `--set` changed in it.
struct Document {
    /// The file's name in messages.
    let file: String
    private(set) var root: Node
    private var overrides: [(path: [String], text: String)] = []

    init(_ yaml: String, file: String) throws {
        self.file = file
        do {
            root = try Self.node(yaml, file: file) ?? Node([(Node, Node)]())
        } catch let error as YamlError {
            throw Self.error(error, file: file)
        }
    }

    private static func node(_ yaml: String, file: String) throws -> Node? {
        if let line = AliasKeys.line(in: yaml) {
            throw DataError(
                file: file, line: line, "this key is made of aliases (*name), which Tern does not read; write it out")
        }
        return try Yams.compose(yaml: yaml)
    }

    /// Whether a text is YAML of keys and values, as experiments are.
    static func isMapping(_ text: String) -> Bool {
        if case .mapping? = try? node(text, file: "") { true } else { false }
    }

    /// Changes a value: `training.epochs=10`, `data.inputs.0.scale=cell`.
    ///
    /// The text behind the sign is YAML. Whether there is such a key is seen when the document is read.
    mutating func set(_ setting: String) throws {
        guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
            throw DataError(file: "--set \(setting)", "it wants KEY=VALUE, such as training.epochs=10")
        }
        let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.count <= 32 else {
            throw DataError(file: "--set", "a key of \(path.count) parts is deeper than any of an experiment")
        }
        let text = String(setting[setting.index(after: equals)...])
        // What is no YAML by itself, such as *.nc, is a text.
        var value = (try? Self.node(text, file: "")) ?? Node(text, text.isEmpty ? .implicit : Tag(.str))
        if path.count == 3, path.starts(with: ["data", "files"]), let file = value.scalar?.string, !file.hasPrefix("/")
        {
            // A path on the command line begins where the command runs, one in the file where the file lies.
            value = Node(FileManager.default.currentDirectoryPath + "/" + file, Tag(.str))
        }
        overrides.append((path, setting))
        root = try replacing(path[...], in: root, with: value, setting)
    }

    private func replacing(_ path: ArraySlice<String>, in node: Node?, with value: Node, _ setting: String) throws
        -> Node
    {
        guard let key = path.first else { return value }
        func failure(_ message: String) -> DataError { DataError(file: "--set \(setting)", message) }
        switch node {
        case .mapping(let mapping):
            var pairs = mapping.map { ($0.key, $0.value) }
            let index = pairs.firstIndex { $0.0.scalar?.string == key }
            let new = try replacing(path.dropFirst(), in: index.map { pairs[$0].1 }, with: value, setting)
            if let index { pairs[index].1 = new } else { pairs.append((Node(key, Tag(.str)), new)) }
            return .mapping(.init(pairs, mapping.tag, mapping.style, mapping.mark))
        case .sequence(let sequence):
            var values = Array(sequence)
            guard let index = Int(key), values.indices.contains(index) else {
                throw failure("\"\(key)\" is no place in a list of \(values.count); places are counted from 0")
            }
            values[index] = try replacing(path.dropFirst(), in: values[index], with: value, setting)
            return .sequence(.init(values, sequence.tag, sequence.style, sequence.mark))
        case .scalar(let scalar) where Text(scalar) != .null:
            throw failure("there is the single value \"\(scalar.string)\" before \"\(key)\", which has no keys")
        default:
            return Node([(Node(key, Tag(.str)), try replacing(path.dropFirst(), in: nil, with: value, setting))])
        }
    }

    /// The setting that a value comes from, nil where it stands in the file.
    ///
    /// - Parameter isMade: whether the value has no line, being made on the way to what was set.
    func override(of path: [String], isMade: Bool) -> String? {
        overrides.last { path.starts(with: $0.path) || isMade && $0.path.starts(with: path) }?.text
    }

    private static func error(_ error: YamlError, file: String) -> DataError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            DataError(file: file, line: mark.line, "this is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            DataError(
                file: file, line: context.mark.line, "the key \"\(keys[0])\" stands twice in one mapping; leave one out"
            )
        default: DataError(file: file, "this is no YAML: \("\(error)".split(separator: "\n").first ?? "")")
        }
    }
}
