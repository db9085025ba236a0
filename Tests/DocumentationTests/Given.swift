import Foundation
import TestSupport

/// What comments speak of without making it: a model and its data, a file of a name.
///
/// Tests/Examples/Given.swift has declarations under headings `// Folder`, each good for the examples of files whose
/// path begins so; the longest heading that has a name wins. Paragraphs are declarations, or behind `// file "NAME"` the
/// lines that make a file.
struct Given {
    private var sections: [(heading: String, entries: [String: [String]])] = []

    init() throws {
        let text = try String(
            contentsOf: Fixture.root.appendingPathComponent("Tests/Examples/Given.swift"), encoding: .utf8)
        for paragraph in text.split(separator: "\n\n") {
            let lines = paragraph.split(separator: "\n").map(String.init)
            if let match = lines[0].wholeMatch(of: /\/\/ For (.*)/) {
                sections.append((match.output.1 == "all" ? "" : String(match.output.1), [:]))
            } else if let match = lines[0].wholeMatch(of: /\/\/ file (".*")/) {
                sections[sections.count - 1].entries[String(match.output.1)] = Array(lines.dropFirst())
            } else if let match = lines[0].prefixMatch(of: /(?:let|var|func|struct|final class) (\w+)/) {
                sections[sections.count - 1].entries[String(match.output.1)] = lines
            }
        }
    }

    /// The declarations that a text needs and does not make itself, each before those that speak of it.
    func lines(for lines: [String], declaring declared: Set<String>, file: String) -> [String] {
        var known = declared, result: [String] = []
        func add(neededBy lines: [String]) {
            var wanted: [String] = []
            for line in lines {
                let code = Statement.parts(of: line).code, plain = code.replacing(/"[^"]*"/, with: "")
                // What a closure in the line names itself.
                let parameters = plain.matches(of: /\{ \(?([\w:,\[\] ]+)\)? in[ ]/).flatMap {
                    $0.output.1.split(separator: ",").map { String($0.trimmed.prefix { $0 != ":" }) }
                }
                wanted += code.matches(of: /"[^"]*[.\/][^"]*"/).map { String($0.output) }
                wanted += plain.matches(of: /(?:^|[^.\w])([A-Za-z]\w*)(?![\w:])/).map { String($0.output.1) }
                    .filter { !parameters.contains($0) }
            }
            for name in wanted where !known.contains(name) {
                guard let entry = entry(name, for: file) else { continue }
                known.insert(name)
                add(neededBy: entry)
                result += entry
                if entry[0].prefixMatch(of: /let|var/) != nil { result.append("_ = \(name)") }
            }
        }
        add(neededBy: lines)
        return result
    }

    private func entry(_ name: String, for file: String) -> [String]? {
        sections.filter { file.hasPrefix($0.heading) }.sorted { $0.heading.count > $1.heading.count }
            .lazy.compactMap { $0.entries[name] }.first
    }
}
