import TernData
import TernText

/// Which of the levels of a category, or of the classes of a target, a cell is.
///
/// The level that is written as the cell is; else the only one of the same value, where the cell is a number, True or
/// False: programs write a code 01 as 1 or 1.0 and a truth as 1. So what a cell is does not depend on other cells.
struct LevelPlaces {
    private let places: [String: Int]
    /// -1 where several levels have a value.
    private let valued: [Double: Int]

    init(_ levels: [String]) {
        places = Dictionary(zip(levels, levels.indices)) { first, _ in first }
        valued = Dictionary(
            levels.enumerated().compactMap { place, level in Self.value(of: level).map { ($0, place) } }
        ) { _, _ in -1 }
    }

    /// Of the number that a level is, points or commas before fractions: training's file is not at hand.
    static func value(of level: String) -> Double? {
        CSVLayout.plain.value(ofCode: level) ?? CSVLayout.plainWithCommas.value(ofCode: level)
    }

    /// Whether all levels are numbers, as codes are for the most part.
    static func areNumbers(_ levels: [String]) -> Bool { levels.allSatisfy { value(of: $0) != nil } }

    /// The place of each cell, nil where it is none of the levels.
    ///
    /// - Parameter layout: how numbers are written in the cells.
    func places(of cells: [String], in layout: CSVLayout) -> [Int?] {
        var known: [String: Int?] = [:]
        return cells.map { cell in
            if let place = places[cell] { return place }
            if cell.isEmpty { return nil }
            if let found = known[cell] { return found }
            let place = layout.value(ofCode: cell).flatMap { valued[$0] }.flatMap { $0 < 0 ? nil : $0 }
            known[cell] = .some(place)
            return place
        }
    }
}

/// The levels of new cells that training had not, or wrote otherwise, with the number of rows of each.
struct UnusualLevels {
    private(set) var unknown: [String: Int] = [:]
    /// With the level for which each is taken.
    private(set) var rewritten: [String: (level: String, count: Int)] = [:]

    /// - Parameter levels: those that training had.
    mutating func add(_ cells: [String], in layout: CSVLayout, besides levels: [String]) {
        for (cell, place) in zip(cells, LevelPlaces(levels).places(of: cells, in: layout)) where !cell.isEmpty {
            if let place {
                if levels[place] != cell { rewritten[cell, default: (levels[place], 0)].count += 1 }
            } else {
                unknown[cell, default: 0] += 1
            }
        }
    }

    /// A warning of a column whose levels are taken for others; nil where all are written as in training.
    func warning(of column: String) -> String? {
        guard let most = rewritten.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { return nil }
        let count = rewritten.values.reduce(0) { $0 + $1.count }
        func shown(_ text: String) -> String { "\"\(text.shortened(to: 30).printable)\"" }
        return
            "\"\(column)\" is written otherwise than in training in \(count.grouped) row\(count == 1 ? "" : "s"), such as \(shown(most.key)) for \(shown(most.value.level)): levels of the same number are taken for the same"
    }
}

extension Table.Column {
    /// The cells as levels of a category: texts, or numbers as they are written shortest; empty where one is missing.
    var levels: [String] {
        switch values {
        case .text(let texts, _, _): texts
        case .numbers(let numbers): numbers.map { $0.isNaN ? "" : Label.number($0).description }
        }
    }

    /// The numbers of a column, also of one of codes that is kept as texts, with points or commas before fractions; nil
    /// where one is a word or all are missing.
    var numbersOfCodes: [Double]? {
        guard let texts else { return numbers }
        func read(in layout: CSVLayout) -> [Double]? {
            var found: [Double] = [], isEmpty = true
            for text in texts {
                guard let number = text.isEmpty ? .nan : layout.number(text) else { return nil }
                isEmpty = isEmpty && text.isEmpty
                found.append(number)
            }
            return isEmpty ? nil : found
        }
        return read(in: .plain) ?? read(in: .plainWithCommas)
    }
}
