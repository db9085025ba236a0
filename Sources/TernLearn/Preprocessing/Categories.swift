import TernCore
import TernText

/// A value of a feature that is a kind and no quantity: a number or a word.
///
/// ```swift
/// let kinds: [Category] = ["rain", "snow", 3]
/// kinds.sorted().map(\.description)       // ["3", "rain", "snow"]
/// ```
public enum Category: Hashable, Sendable, Codable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral
{
    /// A number; NaN is the category of what is missing, the last.
    case number(Double)
    /// A word.
    case text(String)

    /// A word: ``text(_:)``.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number, as ``number(_:)``.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// Any number: ``number(_:)``.
    public init(floatLiteral value: Double) { self = .number(value) }

    /// The number, whole ones without a point, or the word.
    public var description: String {
        switch self {
        case .number(let x): x.plain
        case .text(let text): text
        }
    }

    /// Numbers before words, NaN after all numbers; words by their code points.
    public static func < (a: Category, b: Category) -> Bool {
        switch (a, b) {
        case (.number(let x), .number(let y)): y.isNaN ? !x.isNaN : x < y
        case (.number, .text): true
        case (.text, .number): false
        case (.text(let x), .text(let y)): x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars)
        }
    }

    /// Alike, also NaN and NaN.
    public static func == (a: Category, b: Category) -> Bool {
        switch (a, b) {
        case (.number(let x), .number(let y)): x == y || x.isNaN && y.isNaN
        case (.text(let x), .text(let y)): x == y
        default: false
        }
    }

    /// All NaN hash alike, as they are equal here.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .number(let x): hasher.combine(x.isNaN ? Double.nan : x)
        case .text(let text): hasher.combine(text)
        }
    }

    var isMissing: Bool { if case .number(let x) = self { x.isNaN } else { false } }
}

/// The categories of each feature, those that are rare taken together: what both encoders learn.
struct CategoryCounts: Codable, Sendable {
    /// In ascending order (or as given), of each feature.
    let categories: [[Category]]
    /// The places of the rare ones among them; nil where none is.
    let infrequent: [[Int]?]
    /// The code of each category, that of all rare ones behind the others.
    let codes: [[Int]]

    /// - Parameters:
    ///   - columns: [features][examples].
    ///   - given: the categories, or nil to find them.
    ///   - excludesMissing: whether NaN is never rare, and has no code of its own.
    init(
        _ columns: [[Category]], given: [[Category]]?, refusesUnknown: Bool, minFrequency: SplitSize?,
        maxCategories: Int?, excludesMissing: Bool, in name: String
    ) throws {
        try Check.that(
            given == nil || given!.count == columns.count,
            "\(name): there are categories of \(given?.count ?? 0) features, but x has \(columns.count)")
        try Check.that(
            (maxCategories ?? 1) >= 1, "\(name): maxCategories is \(maxCategories ?? 0); it must be at least 1, or nil")
        switch minFrequency {
        case .fraction(let share):
            try Check.that(
                share > 0 && share < 1, "\(name): minFrequency is \(share); as a share it must be between 0 and 1")
        case .count(let n): try Check.that(n >= 1, "\(name): minFrequency is \(n); it must be at least 1")
        case nil: break
        }
        var categories: [[Category]] = [], infrequent: [[Int]?] = [], codes: [[Int]] = []
        for (f, column) in columns.enumerated() {
            let found = given?[f] ?? Set(column).sorted()
            if let given = given?[f] {
                try Check.that(!given.isEmpty, "\(name): the categories of column \(f) are none; give one or more")
                try Check.that(Set(given).count == given.count, "\(name): the categories of column \(f) hold one twice")
                let numbers = given.filter { if case .number = $0 { true } else { false } }
                try Check.that(
                    numbers.isEmpty || given == given.sorted(),
                    "\(name): the categories of column \(f) are numbers that do not rise; sort them, NaN last")
                if refusesUnknown, let strange = Set(column).subtracting(given).min() {
                    throw EstimatorError("\(name): \(strange) in column \(f) is none of the categories given")
                }
            }
            var counts: [Category: Int] = [:]
            for value in column { counts[value, default: 0] += 1 }
            let counted = excludesMissing && found.last?.isMissing == true ? Array(found.dropLast()) : found
            let rare = Self.rare(
                counted.map { counts[$0] ?? 0 }, of: column.count, minFrequency, maxCategories)
            var map = [Int](repeating: 0, count: counted.count), next = 0
            for i in counted.indices where !rare.contains(i) {
                map[i] = next
                next += 1
            }
            for i in rare { map[i] = next }
            categories.append(found)
            infrequent.append(rare.isEmpty ? nil : rare)
            codes.append(map)
        }
        (self.categories, self.infrequent, self.codes) = (categories, infrequent, codes)
    }

    private static func rare(_ counts: [Int], of examples: Int, _ minFrequency: SplitSize?, _ maxCategories: Int?)
        -> [Int]
    {
        let least: Double =
            switch minFrequency {
            case .count(let n): Double(n)
            case .fraction(let share): Double(examples) * share
            case nil: 0
            }
        var rare = Set(counts.indices.filter { Double(counts[$0]) < least })
        if let maxCategories, maxCategories < counts.count - rare.count + 1 {
            let order = counts.ascendingOrder
            rare.formUnion(order.dropLast(maxCategories - 1))
        }
        return rare.sorted()
    }

    /// The rare ones of each feature; nil where none is.
    var infrequentCategories: [[Category]?] {
        infrequent.indices.map { f in infrequent[f]?.map { categories[f][$0] } }
    }

    /// How many codes a feature has.
    func codeCount(_ f: Int) -> Int { (codes[f].max() ?? -1) + 1 }

    /// What each code stands for; nil for all rare ones.
    func meanings(_ f: Int) -> [Category?] {
        var meanings = [Category?](repeating: nil, count: codeCount(f))
        for (i, code) in codes[f].enumerated() where !(infrequent[f]?.contains(i) ?? false) {
            meanings[code] = categories[f][i]
        }
        return meanings
    }

    /// The places of values among the categories; nil of those unknown.
    func places(_ f: Int, _ column: [Category]) -> [Int?] {
        let places = Dictionary(uniqueKeysWithValues: categories[f].enumerated().map { ($1, $0) })
        return column.map { places[$0] }
    }
}

/// [features][examples] of a matrix or of rows of words.
enum CategoryColumns {
    static func of(_ x: Tensor, expected: Int? = nil, in name: String) throws -> [[Category]] {
        Columns(try Check.features(x, expected: expected, allowsMissing: true, in: name)).values.map {
            $0.map { .number($0) }
        }
    }

    static func of(_ rows: [[String]], expected: Int? = nil, in name: String) throws -> [[Category]] {
        let width = rows.first?.count ?? 0
        try Check.that(width > 0, "\(name): there are no data; rows must hold words")
        if let row = rows.firstIndex(where: { $0.count != width }) {
            throw EstimatorError("\(name): row \(row) has \(rows[row].count) words, the first has \(width)")
        }
        if let expected {
            try Check.that(
                width == expected, "\(name): rows have \(width) words, the encoder was fitted with \(expected)")
        }
        return (0..<width).map { f in rows.map { .text($0[f]) } }
    }

    /// Numbers again, where all are.
    static func tensor(_ rows: [[Category?]], in name: String) throws -> Tensor {
        let values = try rows.flatMap { $0 }.map { value -> Double in
            switch value {
            case .number(let x): return x
            case nil: return .nan
            case .text(let text):
                throw EstimatorError("\(name): \"\(text)\" is no number; take inverseCategories, which gives words")
            }
        }
        return Tensor(values, shape: [rows.count, rows.first?.count ?? 0])
    }
}

extension CategoryCounts {
    /// Whether codes stand for categories, each once, as far as a file says.
    func check(in name: String) throws {
        let fits =
            infrequent.count == categories.count && codes.count == categories.count
            && categories.indices.allSatisfy { f in
                let known = categories[f], range = 0..<known.count
                return Set(known).count == known.count && codes[f].count <= known.count
                    && codes[f].count >= known.count - (known.last?.isMissing == true ? 1 : 0)
                    && codes[f].allSatisfy(range.contains) && (infrequent[f] ?? []).allSatisfy(range.contains)
            }
        try Check.that(fits, "\(name): the categories that were learned and their codes do not fit together")
    }
}
