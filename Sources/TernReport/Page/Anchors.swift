import Foundation

/// The numbers and anchors of what a page can lead to, found before any of it is written.
///
/// A figure keeps its name as its anchor. Where two sections have one of the same name, the later's anchor is its
/// section's name and its own; links prefer what stands in their own section.
struct Anchors {
    struct Anchor: Equatable {
        var id: String
        /// Such as Figure 3.2.
        var label: String
    }

    private var places: [String: Anchor] = [:]
    /// The page's own anchors, and the files beside the folders of sections.
    private static let own = ["top", "content", "contents", ReportFiles.numbers, ReportFiles.list]
    private var taken = Set(own)

    init(_ sections: [ReportSection]) throws {
        for section in sections { try Self.check(section.name, of: "the section \"\(section.title)\"") }
        for (i, section) in sections.enumerated() {
            guard taken.insert(Self.folded(section.name)).inserted else {
                throw ReportError(
                    "two sections are named \"\(section.name)\"; a name is a folder and an anchor, so give another "
                        + "(the page's own are \(Self.own.joined(separator: ", ")))")
            }
            places[section.name] = Anchor(id: section.name, label: "Section \(i + 1)")
        }
        for (i, section) in sections.enumerated() { try add(section, number: i + 1) }
    }

    private mutating func add(_ section: ReportSection, number: Int) throws {
        var figures = 0, tables = 0
        var inSection: Set<String> = []
        for block in section.allBlocks {
            let name: String, label: String
            switch block {
            case .figure(let figure, _, _, _):
                figures += 1
                (name, label) = (figure, "Figure \(number).\(figures)")
            case .table(let table, _, _):
                tables += 1
                (name, label) = (table, "Table \(number).\(tables)")
            default: continue
            }
            try Self.check(name, of: "\(label) in section \"\(section.name)\"")
            guard inSection.insert(Self.folded(name)).inserted else {
                throw ReportError(
                    "two figures or tables of section \"\(section.name)\" are named \"\(name)\"; their files would overwrite each other"
                )
            }
            let place = Anchor(
                id: unique(taken.contains(Self.folded(name)) ? "\(section.name)-\(name)" : name), label: label)
            places["\(section.name)/\(name)"] = place
            if places[name] == nil { places[name] = place }
        }
    }

    /// The place of a figure or table.
    func place(_ name: String, in section: ReportSection) -> Anchor { places["\(section.name)/\(name)"]! }

    /// What `#name` leads to, seen from a section.
    func target(_ name: String, from section: String) throws -> Anchor {
        guard let place = places["\(section)/\(name)"] ?? places[name] else {
            throw ReportError(
                "a link leads to \"#\(name)\", which is no section, figure or table of the page (there are: "
                    + places.keys.filter { !$0.contains("/") }.sorted().joined(separator: ", ") + ")")
        }
        return place
    }

    /// A free anchor for a smaller heading.
    mutating func heading(_ text: String, in section: String) -> String {
        let words = Markup(text).plain.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return unique(([section] + words.map(String.init)).joined(separator: "-"))
    }

    private mutating func unique(_ id: String) -> String {
        let free = freeName(id) { !taken.contains(Self.folded($0)) }
        taken.insert(Self.folded(free))
        return free
    }

    /// Some file systems take capitals for small letters.
    private static func folded(_ name: String) -> String { name.lowercased() }

    private static func check(_ name: String, of what: String) throws {
        let isName =
            name.first?.isLetter == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isName else {
            throw ReportError(
                "\(what) is named \"\(name)\"; names are file names and anchors: a letter, then letters, digits, -, _ and ."
            )
        }
    }
}

/// A name as it is, or with the first number from 2 on with which it is free.
private func freeName(_ name: String, _ isFree: (String) -> Bool) -> String {
    if isFree(name) { return name }
    var count = 2
    while !isFree("\(name)-\(count)") { count += 1 }
    return "\(name)-\(count)"
}

extension ReportSection {
    /// A name for a section about something that a file names: what of it can be an anchor and a folder, and a number
    /// where another section has that name.
    ///
    /// - Parameter taken: the names of other sections.
    package static func name(_ prefix: String, about text: String, besides taken: [String]) -> String {
        let parts = plainLetters(text).split {
            !($0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "."))
        }
        let name = ([prefix] + parts.map { String($0) }).joined(separator: "-").prefix(100)
        let others = Set(taken.map { $0.lowercased() })
        return freeName(String(name)) { !others.contains($0.lowercased()) }
    }

    /// Latin letters without the marks that their names in Unicode tell: "LATIN SMALL LETTER E WITH ACUTE" is an e.
    private static func plainLetters(_ text: String) -> String.UnicodeScalarView {
        let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }.map { scalar in
            guard !scalar.isASCII, let words = scalar.properties.name?.split(separator: " "), words.count > 4,
                words[0] == "LATIN", words[2] == "LETTER", words[4] == "WITH", words[3].count == 1,
                let letter = words[3].unicodeScalars.first
            else { return scalar }
            return words[1] == "SMALL" ? letter.properties.lowercaseMapping.unicodeScalars.first! : letter
        }
        return String.UnicodeScalarView(scalars)
    }

    /// Its blocks, and those within details behind them.
    var allBlocks: [ReportBlock] { Self.flat(blocks) }

    private static func flat(_ blocks: [ReportBlock]) -> [ReportBlock] {
        blocks.flatMap { block -> [ReportBlock] in
            if case .details(_, let inner) = block { [block] + flat(inner) } else { [block] }
        }
    }
}
