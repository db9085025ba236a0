import TernCore

/// Makes a number from 0 on of each category, in ascending order.
///
/// ```swift
/// var encoder = OrdinalEncoder()
/// try encoder.fit([["rain", "low"], ["snow", "high"]])
/// let codes = try encoder.transform([["snow", "low"]])        // [[1, 1]]
/// try encoder.inverseCategories(codes)                        // [["snow", "low"]]
/// ```
///
/// Features are numbers in a matrix, as for all transformers, or words in rows.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.OrdinalEncoder`.
public struct OrdinalEncoder: Transformer {
    /// scikit-learn's `categories`, `unknown_value`, `encoded_missing_value`, `min_frequency` and `max_categories`.
    public static var parameterNames: [String] {
        ["categories", "unknownValue", "encodedMissingValue", "minFrequency", "maxCategories"]
    }

    /// Of each feature; nil, by default: those that the fit sees. Numbers must rise.
    public var categories: [[Category]]?
    /// What categories become that the fit did not see: a number that no other has, or NaN; nil, by default: they are
    /// told. scikit-learn's `handle_unknown="use_encoded_value"` is a number here.
    public var unknownValue: Double?
    /// What NaN becomes; by default NaN.
    public var encodedMissingValue: Double
    /// Less frequent categories, by number or share of the examples, become one number; nil: none.
    public var minFrequency: SplitSize?
    /// How many numbers each feature has at most, the one for all rare categories among them; nil: all.
    public var maxCategories: Int?

    private var learned: CategoryCounts?

    /// The categories that were found, of each feature, in ascending order; empty before the fit.
    public var foundCategories: [[Category]] { learned?.categories ?? [] }
    /// The rare categories of each feature that share a number; nil where there are none.
    public var infrequentCategories: [[Category]?] { learned?.infrequentCategories ?? [] }

    /// An encoder that has learned nothing yet; defaults are scikit-learn's.
    public init(
        categories: [[Category]]? = nil, unknownValue: Double? = nil, encodedMissingValue: Double = .nan,
        minFrequency: SplitSize? = nil, maxCategories: Int? = nil
    ) {
        self.categories = categories
        self.unknownValue = unknownValue
        self.encodedMissingValue = encodedMissingValue
        self.minFrequency = minFrequency
        self.maxCategories = maxCategories
    }

    /// Learns the numbers of each column as categories; NaN is what is missing.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, the categories given do not fit
    ///   it, a limit is out of range, ``unknownValue`` is a fraction, or it or ``encodedMissingValue`` is a
    ///   category's number.
    public mutating func fit(_ x: Tensor) throws { try fit(columns: CategoryColumns.of(x, in: Self.kind)) }

    /// Learns from rows of words, all of one length.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``.
    public mutating func fit(_ rows: [[String]]) throws { try fit(columns: CategoryColumns.of(rows, in: Self.kind)) }

    private mutating func fit(columns: [[Category]]) throws {
        let learned = try CategoryCounts(
            columns, given: categories, refusesUnknown: unknownValue == nil, minFrequency: minFrequency,
            maxCategories: maxCategories, excludesMissing: true, in: Self.kind)
        for f in columns.indices {
            let codes = Double(learned.codeCount(f))
            if let unknownValue {
                try Check.that(
                    unknownValue.isNaN || unknownValue == unknownValue.rounded() && !(0..<codes).contains(unknownValue),
                    "OrdinalEncoder: unknownValue is \(unknownValue); it must be NaN or a whole number that is none of the \(learned.codeCount(f)) of column \(f)"
                )
            }
            try Check.that(
                encodedMissingValue.isNaN || learned.categories[f].last?.isMissing != true
                    || !(0..<codes).contains(encodedMissingValue),
                "OrdinalEncoder: encodedMissingValue is \(encodedMissingValue), a category's number in column \(f)")
        }
        self.learned = learned
    }

    private func fitted() throws -> CategoryCounts {
        guard let learned else { throw EstimatorError("OrdinalEncoder: fit the encoder before it transforms") }
        return learned
    }

    /// The number of each category, [examples, features], `float64`; all rare ones of a feature share its last number.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` has other features, and for categories that the fit did
    ///   not see where ``unknownValue`` is nil.
    public func transform(_ x: Tensor) throws -> Tensor {
        try transform(columns: CategoryColumns.of(x, expected: fitted().categories.count, in: Self.kind))
    }

    /// The numbers of rows of words, `float64`.
    ///
    /// - Throws: ``EstimatorError`` as ``transform(_:)``.
    public func transform(_ rows: [[String]]) throws -> Tensor {
        try transform(columns: CategoryColumns.of(rows, expected: fitted().categories.count, in: Self.kind))
    }

    private func transform(columns: [[Category]]) throws -> Tensor {
        let learned = try fitted()
        let codes = try columns.enumerated().map { f, column in
            try learned.places(f, column).enumerated().map { row, place -> Double in
                guard let place else {
                    guard let unknownValue else {
                        throw EstimatorError(
                            "OrdinalEncoder: \(column[row]) in column \(f) was not there at the fit; see unknownValue")
                    }
                    return unknownValue
                }
                return place < learned.codes[f].count ? Double(learned.codes[f][place]) : encodedMissingValue
            }
        }
        return Tensor(columns: codes, rows: columns[0].count)
    }

    /// The categories as numbers, [examples, features], `float64`; NaN where one was missing, unknown or shares a
    /// number.
    ///
    /// - Throws: ``EstimatorError`` as ``inverseCategories(_:)``, and where a category is a word.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        try CategoryColumns.tensor(inverseCategories(x), in: Self.kind)
    }

    /// The category of each number, [examples][features]; nil where it was unknown, or one of those that share a number.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` has other features, and where a number is no category's.
    public func inverseCategories(_ x: Tensor) throws -> [[Category?]] {
        let learned = try fitted(), count = learned.categories.count
        let x = try Check.features(x, expected: count, allowsMissing: true, in: Self.kind), values = x.doubles
        func same(_ a: Double, _ b: Double) -> Bool { a == b || a.isNaN && b.isNaN }
        return try (0..<x.shape[0]).map { row in
            try (0..<count).map { f in
                let code = values[row * count + f], meanings = learned.meanings(f)
                if learned.categories[f].last?.isMissing == true, same(code, encodedMissingValue) {
                    return .number(.nan)
                }
                if let unknownValue, same(code, unknownValue) { return nil }
                try Check.that(
                    code >= 0 && code < Double(meanings.count) && code == code.rounded(),
                    "OrdinalEncoder: \(code) at row \(row) is no category of column \(f), which has \(meanings.count)")
                return meanings[Int(code)]
            }
        }
    }
}

extension OrdinalEncoder {
    /// - Throws: ``EstimatorError`` where codes and categories do not fit together.
    public func checkDecoded() throws { try learned?.check(in: Self.kind) }
}
