import Foundation

/// One statement of an example, over one line or several.
struct Statement {
    var lines: [String]

    /// The statements of a block: a line at no depth of brackets begins one.
    static func all(in lines: [String]) -> [Statement] {
        var statements: [Statement] = [], depth = 0, isLongText = false
        for line in lines {
            let pieces = line.components(separatedBy: "\"\"\"")
            if isLongText || pieces.count == 2 {
                // A text over several lines: brackets count before its first line and behind its last.
                if isLongText || depth > 0 {
                    statements[statements.count - 1].lines.append(line)
                } else {
                    statements.append(Statement(lines: [line]))
                }
                if pieces.count == 2 {
                    depth += Self.depth(of: pieces[isLongText ? 1 : 0])
                    isLongText.toggle()
                }
                continue
            }
            let code = Self.parts(of: line).code, first = code.first { $0 != " " }
            if depth > 0 || first == "." || first == "}" || first == "?", !statements.isEmpty {
                statements[statements.count - 1].lines.append(line)
            } else if !code.allSatisfy({ $0 == " " }) {
                statements.append(Statement(lines: [line]))
            }
            depth += Self.depth(of: code)
        }
        return statements
    }

    /// A line's code and the comment behind it, signs of both within texts left alone.
    static func parts(of line: String) -> (code: String, comment: String) {
        var isText = false, last: Character = " "
        for i in line.indices {
            if line[i] == "\"", last != "\\" { isText.toggle() }
            if !isText, line[i...].hasPrefix("//") {
                let comment = line[i...].drop { $0 == "/" || $0 == " " }
                let code = line[..<i]
                return (String(code.reversed().drop { $0 == " " }.reversed()), String(comment))
            }
            last = line[i]
        }
        return (line, "")
    }

    private static func depth(of code: String) -> Int {
        var depth = 0, isText = false, last: Character = " "
        for sign in code {
            if sign == "\"", last != "\\" { isText.toggle() }
            if !isText { depth += "([{".contains(sign) ? 1 : ")]}".contains(sign) ? -1 : 0 }
            last = sign
        }
        return depth
    }

    /// What it declares, in the order in which it does.
    var names: [String] {
        let text = lines.map { Self.parts(of: $0).code }.joined(separator: " ")
        guard let start = text.firstMatch(of: /^(?:let|var)[ ]/)?.range.upperBound else { return [] }
        if let tuple = text[start...].prefixMatch(of: /\(([\w, ]+)\)/) {
            return tuple.output.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0 != "_" }
        }
        var names: [String] = [], depth = 0, isText = false, beginning = start
        for i in text[start...].indices {
            switch text[i] {
            case "\"": isText.toggle()
            case "(", "[", "{": depth += isText ? 0 : 1
            case ")", "]", "}": depth -= isText ? 0 : 1
            case "," where depth == 0 && !isText: beginning = text.index(after: i)
            default: break
            }
            guard depth == 0, i >= beginning else { continue }
            if let match = text[beginning...].prefixMatch(of: /\s*(\w+)\s*(?:=(?!=)|:)/) {
                names.append(String(match.output.1))
                beginning = text.endIndex
            }
        }
        return names
    }

    /// The literal at the beginning of the comment behind the last line, if there is one.
    private var promise: String? {
        let comment = Self.parts(of: lines.last!).comment
        return comment.prefixMatch(of: /\[|-?\d|"|true\b|false\b|nil\b|\.[a-z]|u?int\d|float\d/) == nil ? nil : comment
    }

    private var isDeclaration: Bool {
        lines[0].prefixMatch(
            of:
                /(?:let|var|func|mutating|struct|final|class|enum|actor|extension|for|while|if|guard|do|switch|return|import|@|\/\/)\b/
        ) != nil || lines[0].hasPrefix("@") || lines[0].hasPrefix("//")
    }

    private var isAssignment: Bool {
        Self.parts(of: lines[0]).code.prefixMatch(of: /[\w.!?]+(?:\[[^\]]*\])?[\w.!?]* [-+*]?=[ ]/) != nil
    }

    /// The comments behind lines that print.
    private var printed: [String] {
        lines.map(Self.parts).filter { $0.code.contains(/\bprint\(/) && !$0.comment.isEmpty }.map(\.comment)
    }

    /// The statement in a program that runs it: values are used, and compared where the comment says one.
    var program: [String] {
        let names = names, printed = printed
        if !printed.isEmpty, names.isEmpty, !isAssignment {
            return lines + ["checkPrinted(\(printed.map(\.literal).joined(separator: ", ")))"]
        }
        if !names.isEmpty {
            let check = promise.map {
                "check(\($0.literal), each: [\(names.map { $0 + " as Any" }.joined(separator: ", "))])"
            }
            return lines + (check.map { [$0] } ?? []) + names.map { "_ = \($0)" }
        }
        if isDeclaration { return lines }
        let code = lines.dropLast() + [Self.parts(of: lines.last!).code]
        if isAssignment { return Array(code) }
        if let promise, let changed = code[0].firstMatch(of: /&(\w+)/) {
            return code + ["check(\(promise.literal), \(changed.output.1))"]
        }
        var result = Array(code)
        result[0] = (promise.map { "check(\($0.literal), " } ?? "use(") + result[0]
        result[result.count - 1] += ")"
        return result
    }
}

extension StringProtocol {
    /// It without blanks at its ends.
    var trimmed: String { trimmingCharacters(in: .whitespaces) }
}

extension String {
    /// It as a literal of Swift.
    var literal: String {
        "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
