import TernCore

/// Makes a feature of 0 and 1 of each category.
///
/// ```swift
/// var encoder = OneHotEncoder()
/// try encoder.fit([["rain"], ["snow"], ["rain"]])
/// try encoder.transform([["snow"], ["rain"]])             // [[0, 1], [1, 0]]
/// encoder.featureNames(from: ["weather"])                 // ["weather_rain", "weather_snow"]
/// ```
///
/// Features are numbers in a matrix, as for all transformers, or words in rows. NaN is a category of its own. What
/// scikit-learn warns of is done without a word. With rare categories and one that is dropped, the way back gives the
/// dropped one, where scikit-learn may take another for it.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.OneHotEncoder(sparse_output=False)`.
public struct OneHotEncoder: Transformer {
    /// scikit-learn's `categories`, `drop`, `handle_unknown`, `min_frequency` and `max_categories`.
    public static var parameterNames: [String] {
        ["categories", "drop", "handleUnknown", "minFrequency", "maxCategories"]
    }

    /// Which category of a feature has no new feature: it is where all others are 0.
    ///
    /// ```swift
    /// var encoder = OneHotEncoder(drop: .first)
    /// try encoder.fitTransform(Tensor([[3.0], [5], [7]]))             // [[0, 0], [1, 0], [0, 1]]
    /// ```
    public enum Drop: Sendable, Codable, Equatable {
        /// The first.
        case first
        /// The first, of features with two.
        case ifBinary
        /// One named for each feature.
        case these([Category])
    }

    /// What becomes of categories that the fit did not see.
    ///
    /// ```swift
    /// var encoder = OneHotEncoder(handleUnknown: .ignore)
    /// try encoder.fit(Tensor([[3.0], [5]]))
    /// try encoder.transform(Tensor([[4.0]]))                          // [[0, 0]]
    /// ```
    public enum Unknown: String, Sendable, Codable {
        /// They are told.
        case error
        /// All their features are 0.
        case ignore
        /// They count with the rare ones; where there are none, all their features are 0.
        case infrequentIfExist = "infrequent_if_exist"
    }

    /// Of each feature; nil, by default: those that the fit sees. Numbers must rise.
    public var categories: [[Category]]?
    /// Which category has no new feature; by default none.
    public var drop: Drop?
    /// What becomes of unknown categories; by default they are told.
    public var handleUnknown: Unknown
    /// Less frequent categories, by number or share of the examples, become one feature; nil: none.
    public var minFrequency: SplitSize?
    /// How many new features each feature has at most, the one for all rare categories among them; nil: all.
    public var maxCategories: Int?

    private var learned: CategoryCounts?
    /// The dropped code of each feature.
    private var dropped: [Int?] = []

    /// The categories that were found, of each feature, in ascending order; empty before the fit.
    public var foundCategories: [[Category]] { learned?.categories ?? [] }
    /// The rare categories of each feature that share a new one; nil where there are none.
    public var infrequentCategories: [[Category]?] { learned?.infrequentCategories ?? [] }

    /// An encoder that has learned nothing yet; defaults are scikit-learn's.
    public init(
        categories: [[Category]]? = nil, drop: Drop? = nil, handleUnknown: Unknown = .error,
        minFrequency: SplitSize? = nil, maxCategories: Int? = nil
    ) {
        self.categories = categories
        self.drop = drop
        self.handleUnknown = handleUnknown
        self.minFrequency = minFrequency
        self.maxCategories = maxCategories
    }

    /// Learns the numbers of each column as categories, NaN as the last.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, the categories given do not fit
    ///   it, `drop` names none of them or a rare one, or a limit is out of range.
    public mutating func fit(_ x: Tensor) throws { try fit(columns: CategoryColumns.of(x, in: Self.kind)) }

    /// Learns from rows of words, all of one length.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``.
    public mutating func fit(_ rows: [[String]]) throws { try fit(columns: CategoryColumns.of(rows, in: Self.kind)) }

    private mutating func fit(columns: [[Category]]) throws {
        let learned = try CategoryCounts(
            columns, given: categories, refusesUnknown: handleUnknown == .error, minFrequency: minFrequency,
            maxCategories: maxCategories, excludesMissing: false, in: Self.kind)
        switch drop {
        case nil: dropped = columns.map { _ in nil }
        case .first: dropped = columns.map { _ in 0 }
        case .ifBinary: dropped = columns.indices.map { learned.codeCount($0) == 2 ? 0 : nil }
        case .these(let names):
            try Check.that(
                names.count == columns.count,
                "OneHotEncoder: drop names \(names.count) categories, but there are \(columns.count) features")
            dropped = try names.enumerated().map { f, name in
                guard let place = learned.categories[f].firstIndex(of: name) else {
                    throw EstimatorError("OneHotEncoder: drop names \(name), which is no category of column \(f)")
                }
                try Check.that(
                    !(learned.infrequent[f]?.contains(place) ?? false),
                    "OneHotEncoder: drop names \(name), which is rare in column \(f) and shares its feature")
                return learned.codes[f][place]
            }
        }
        self.learned = learned
    }

    private func fitted() throws -> CategoryCounts {
        guard let learned else { throw EstimatorError("OneHotEncoder: fit the encoder before it transforms") }
        return learned
    }

    /// The new features, [examples, new features], `float64`: those of the first feature, then those of the second, and
    /// so on.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` has other features, and for categories that the fit did
    ///   not see where ``handleUnknown`` is ``Unknown/error``.
    public func transform(_ x: Tensor) throws -> Tensor {
        try transform(columns: CategoryColumns.of(x, expected: fitted().categories.count, in: Self.kind))
    }

    /// The new features of rows of words, `float64`.
    ///
    /// - Throws: ``EstimatorError`` as ``transform(_:)``.
    public func transform(_ rows: [[String]]) throws -> Tensor {
        try transform(columns: CategoryColumns.of(rows, expected: fitted().categories.count, in: Self.kind))
    }

    private func transform(columns: [[Category]]) throws -> Tensor {
        let learned = try fitted(), rows = columns[0].count
        let widths = columns.indices.map { learned.codeCount($0) - (dropped[$0] == nil ? 0 : 1) }
        let width = widths.reduce(0, +)
        var out = [Double](repeating: 0, count: rows * width), start = 0
        for (f, column) in columns.enumerated() {
            for (row, place) in learned.places(f, column).enumerated() {
                var code = place.map { learned.codes[f][$0] }
                if code == nil {
                    try Check.that(
                        handleUnknown != .error,
                        "OneHotEncoder: \(column[row]) in column \(f) was not there at the fit; see handleUnknown")
                    if handleUnknown == .infrequentIfExist, learned.infrequent[f] != nil {
                        code = learned.codeCount(f) - 1
                    }
                }
                guard var code, code != dropped[f] else { continue }
                if let dropped = dropped[f], code > dropped { code -= 1 }
                out[row * width + start + code] = 1
            }
            start += widths[f]
        }
        return Tensor(out, shape: [rows, width])
    }

    /// The categories as numbers, [examples, features], `float64`; NaN where one was unknown or shares a feature.
    ///
    /// - Throws: ``EstimatorError`` as ``inverseCategories(_:)``, and where a category is a word.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        try CategoryColumns.tensor(inverseCategories(x), in: Self.kind)
    }

    /// The category of each feature, [examples][features]: that whose new feature is largest; nil where it was unknown,
    /// or one of those that share a feature.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` has other features, and where all are 0 though no
    ///   category may be unknown.
    public func inverseCategories(_ x: Tensor) throws -> [[Category?]] {
        let learned = try fitted(), count = learned.categories.count
        let widths = (0..<count).map { learned.codeCount($0) - (dropped[$0] == nil ? 0 : 1) }
        let x = try Check.features(x, expected: widths.reduce(0, +), in: Self.kind), values = x.doubles
        return try (0..<x.shape[0]).map { row in
            var start = row * x.shape[1]
            return try (0..<count).map { f in
                let part = values[start..<(start + widths[f])]
                start += widths[f]
                let meanings = learned.meanings(f)
                var kept = Array(meanings.indices)
                if let dropped = dropped[f] { kept.remove(at: dropped) }
                if part.allSatisfy({ $0 == 0 }) || part.isEmpty {
                    if let dropped = dropped[f] { return meanings[dropped] }
                    let mayBeUnknown =
                        handleUnknown == .ignore || handleUnknown == .infrequentIfExist && learned.infrequent[f] == nil
                    try Check.that(
                        mayBeUnknown, "OneHotEncoder: row \(row) is 0 for all categories of column \(f); one must be 1")
                    return nil
                }
                let largest = part.indices.max { part[$0] < part[$1] }!
                let first = part.firstIndex { $0 == part[largest] }!
                return meanings[kept[first - part.startIndex]]
            }
        }
    }

    /// `feature_category` for each new feature, and `feature_infrequent_sklearn` for the rare ones, as in scikit-learn;
    /// empty before the fit. Whole numbers are written as scikit-learn writes integers, `kind_3`, whatever type the
    /// features have; it writes `kind_3.0` of real ones. It takes one name for each feature of the fit.
    public func featureNames(from names: [String]) -> [String] {
        guard let learned else { return [] }
        return names.indices.flatMap { f in
            learned.meanings(f).enumerated().filter { $0.offset != dropped[f] }.map {
                names[f] + "_" + ($0.element?.description ?? "infrequent_sklearn")
            }
        }
    }
}

extension OneHotEncoder {
    /// - Throws: ``EstimatorError`` where codes, categories and what is dropped do not fit together.
    public func checkDecoded() throws {
        guard let learned else { return }
        try learned.check(in: Self.kind)
        // Where NaN is a category, it has a code of its own here.
        try Check.that(
            dropped.count == learned.codes.count
                && learned.codes.indices.allSatisfy { f in
                    learned.codes[f].count == learned.categories[f].count
                        && dropped[f].map { (0..<learned.codeCount(f)).contains($0) } ?? true
                }, "\(Self.kind): what is dropped is none of the categories that were learned")
    }
}
