import Foundation

/// A block of a Markdown text between fences.
public struct FencedBlock {
    /// Behind the fence that opens it; output of programs has none.
    public var language: String
    public var lines: [String]

    /// Those of a text, in order.
    public static func all(in text: String) -> [FencedBlock] {
        var blocks: [FencedBlock] = [], isOpen = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                isOpen.toggle()
                if isOpen { blocks.append(FencedBlock(language: String(line.dropFirst(3)), lines: [])) }
            } else if isOpen {
                blocks[blocks.count - 1].lines.append(line)
            }
        }
        return blocks
    }

    /// The Swift of a text, block for block, without what it imports.
    public static func statements(in text: String) -> [[String]] {
        all(in: text).filter { $0.language == "swift" }.map {
            Array($0.lines.drop { $0.hasPrefix("import ") || $0.isEmpty })
        }
    }

    /// What a program holds between lines `// mark` and `// end`, part for part, moved to the left edge.
    public static func marked(_ mark: String, in program: String) -> [[String]] {
        var parts: [[String]] = [], isInside = false
        for line in program.components(separatedBy: "\n") {
            switch line.drop(while: { $0 == " " }) {
            case "// \(mark)":
                isInside = true
                parts.append([])
            case "// end": isInside = false
            default: if isInside { parts[parts.count - 1].append(line) }
            }
        }
        return parts.map { lines in
            let indent = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
            return lines.map { String($0.dropFirst(indent)) }
        }
    }
}
