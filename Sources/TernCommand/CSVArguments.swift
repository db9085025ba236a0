import ArgumentParser
import Foundation
import Tern

/// How a table is written, where it is not found.
struct CSVArguments: ParsableArguments {
    @Option(help: "Character between fields, or tab, or space (default: found in the first lines).")
    var delimiter: String?

    @Option(help: "Mark before the fraction of numbers (default: found; a point or a comma).")
    var decimal: String?

    @Option(help: "Mark between thousands (default: found; none, a point or a comma).")
    var thousands: String?

    @Option(help: "Lines to pass over above the names (default: found).")
    var skip: Int?

    @Option(help: "Sign with which lines of comment begin (default: # above the names).")
    var comment: String?

    @Flag(inversion: .prefixedNo, help: "Whether the line below the names holds units (default: found).")
    var unitsRow: Bool?

    @Option(
        help: ArgumentHelp(
            "Words and numbers that stand for a missing value, with commas between, beside those of pandas.",
            valueName: "words"))
    var missingValues: String?

    func validate() throws { try check("--skip", skip, in: 0...1_000_000_000) }

    /// - Parameter what: reads no table, a clause.
    /// - Throws: ``UsageError`` where one of these options is given.
    func refuse(_ what: String) throws {
        let options = [
            ("--delimiter", delimiter != nil), ("--decimal", decimal != nil), ("--thousands", thousands != nil),
            ("--skip", skip != nil), ("--comment", comment != nil), ("--units-row", unitsRow != nil),
            ("--missing-values", missingValues != nil),
        ]
        if let (option, _) = options.first(where: \.1) { throw UsageError("\(option) is for tables; \(what)") }
    }

    var missing: [String] { missingValues.map { listed($0) } ?? [] }

    func options() throws -> CSVOptions {
        func sign(_ option: String, _ text: String?) throws -> Character? {
            let names = ["tab": "\t", "\\t": "\t", "space": " "]
            let text = text.map { names[$0] ?? $0 }
            if let text, text.count != 1 {
                throw UsageError("\(option) is \"\(text)\"; it must be one character, tab or space")
            }
            return text?.first
        }
        var options = CSVOptions(delimiter: try sign("--delimiter", delimiter))
        options.decimal = try sign("--decimal", decimal)
        options.thousands = try sign("--thousands", thousands)
        options.comment = try sign("--comment", comment)
        (options.skippedLines, options.hasUnits) = (skip, unitsRow)
        options.addMissing(missing)
        return options
    }
}

/// What stands between commas, without blanks around.
///
/// - Parameter keepsEmpty: whether what is empty stays, to be complained of, as among numbers.
func listed(_ text: String, keepsEmpty: Bool = false) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: !keepsEmpty).map { $0.trimmingCharacters(in: .whitespaces) }
}

/// Names of columns in one argument, with commas between.
///
/// A name that holds a comma stands in quotation marks, or is recognised where the parts are no names.
///
/// - Throws: ``UsageError`` where quotation marks cannot be understood: what is not read must not be passed over.
func columnNames(_ text: String, in table: Table) throws -> [String] {
    if table[text] != nil { return [text] }
    let plain = joined(text.split(separator: ",").map(String.init), table.columnNames)
    guard text.contains("\""), !plain.allSatisfy({ table[$0] != nil }) else { return plain }
    guard let names = quoted(text) else {
        throw UsageError(
            "\(text): these are no names of columns with commas between; write one that holds a quotation mark as \"the \"\"name\"\"\""
        )
    }
    return names
}

/// Parts of a text at commas, where quotation marks hold one together; nil where it is not written so.
private func quoted(_ text: String) -> [String]? {
    let part = #/\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/#
    var found: [String] = [], rest = text[...], isLast = false
    while !isLast {
        guard let match = rest.prefixMatch(of: part) else { return nil }
        let inMarks = match.1.map { String($0).replacing("\"\"", with: "\"") }
        found.append(inMarks ?? match.2!.trimmingCharacters(in: .whitespaces))
        isLast = match.3.isEmpty
        rest = rest[match.range.upperBound...]
    }
    return found.filter { !$0.isEmpty }
}

/// Parts of a text at commas, where several make a name joined.
private func joined(_ parts: [String], _ names: [String]) -> [String] {
    let known = Set(names), most = names.map { $0.count { $0 == "," } + 1 }.max() ?? 1
    var found: [String] = [], start = 0
    while start < parts.count {
        let end =
            (start + 1...min(start + most, parts.count)).last {
                known.contains(parts[start..<$0].joined(separator: ",").trimmingCharacters(in: .whitespaces))
            } ?? start + 1
        found.append(parts[start..<end].joined(separator: ",").trimmingCharacters(in: .whitespaces))
        start = end
    }
    return found.filter { !$0.isEmpty }
}
