import TernCore

/// Different transformers for different features, side by side.
///
/// ```swift
/// var both = ColumnTransformer(
///     [.init("scaled", StandardScaler(), columns: [0]), .init("kinds", OneHotEncoder(), columns: [2])],
///     remainder: .passthrough)
/// try both.fitTransform(Tensor([[1.0, 7, 0], [3, 8, 1]]))     // [[-1, 1, 0, 7], [1, 0, 1, 8]]
/// both.featureNames(from: ["t", "p", "kind"])
/// // ["scaled__t", "kinds__kind_0", "kinds__kind_1", "remainder__p"]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.compose.ColumnTransformer`.
public struct ColumnTransformer: Transformer {
    /// A transformer and the features it gets.
    ///
    /// ```swift
    /// ColumnTransformer.Part("scaled", MinMaxScaler(), columns: [0, 2]).columns       // [0, 2]
    /// ```
    public struct Part: Codable, Sendable {
        /// Different for each part, without "__".
        public var name: String
        /// What is done to its features; nil: nothing.
        public var transformer: (any Transformer)?
        /// The numbers of its features, in their order; negative ones count from the end. A feature may be in several
        /// parts.
        public var columns: [Int]

        /// A part; a transformer of nil leaves features as they are.
        public init(_ name: String, _ transformer: (any Transformer)?, columns: [Int]) {
            self.name = name
            self.transformer = transformer
            self.columns = columns
        }

        private enum CodingKeys: String, CodingKey { case name, transformer, columns }

        /// Reads the transformer by its ``Registered/kind``.
        ///
        /// - Throws: `DecodingError` where the kind is not known (``EstimatorRegistry``) or is no transformer's.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            columns = try container.decode([Int].self, forKey: .columns)
            transformer = try container.decodeIfPresent(RegisteredBox.self, forKey: .transformer)?.as(
                (any Transformer).self, in: decoder)
        }

        /// Writes the name, the columns, and the transformer with its kind and what it has learned.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(columns, forKey: .columns)
            try container.encodeIfPresent(transformer.map { RegisteredBox($0) }, forKey: .transformer)
        }
    }

    /// What becomes of the features that no part names.
    ///
    /// ```swift
    /// ColumnTransformer([], remainder: .passthrough).remainder.rawValue       // "passthrough"
    /// ```
    public enum Remainder: String, Codable, Sendable {
        /// They are left out.
        case drop
        /// They stand behind all others, as they are.
        case passthrough
    }

    /// The parts, whose new features stand side by side in their order.
    public private(set) var parts: [Part]
    /// What becomes of the features that no part names; by default they are left out.
    public var remainder: Remainder
    private var featureCount: Int?

    /// A transformer that has learned nothing yet; parts are checked by the fit.
    public init(_ parts: [Part], remainder: Remainder = .drop) {
        self.parts = parts
        self.remainder = remainder
    }

    /// The part of a name, fitted after the fit; nil where there is none, or it leaves features as they are.
    public subscript(name: String) -> (any Transformer)? { parts.first { $0.name == name }?.transformer }

    private static func columns(_ part: Part, of count: Int) throws -> [Int] {
        try part.columns.map { column in
            try Check.that(
                column >= -count && column < count,
                "ColumnTransformer: \(part.name) names column \(column), but x has \(count) features")
            return column < 0 ? column + count : column
        }
    }

    private func rest(of count: Int) throws -> [Int] {
        let named = Set(try parts.flatMap { try Self.columns($0, of: count) })
        return remainder == .drop ? [] : (0..<count).filter { !named.contains($0) }
    }

    private static func taken(_ columns: [Int], from x: Tensor) -> Tensor {
        x.taking(Tensor(columns, shape: [columns.count]), axis: 1)
    }

    /// Fits each part's transformer to the part's features.
    ///
    /// - Throws: ``EstimatorError`` where two parts have one name, a name is empty or holds "__", a column is not there
    ///   or no feature is left, and what the transformers throw.
    public mutating func fit(_ x: Tensor) throws { _ = try fitTransform(x) }

    /// ``fit(_:)``, and the new features it led to. A part that names no columns is passed over.
    public mutating func fitTransform(_ x: Tensor) throws -> Tensor { try wholly { try $0.learn(x) } }

    private mutating func learn(_ x: Tensor) throws -> Tensor {
        try Pipeline.Step.check(parts.map(\.name), in: Self.kind)
        try Check.that(x.rank == 2, "ColumnTransformer: x has the shape \(x.shape); it must be [examples, features]")
        let count = x.shape[1]
        var made: [Tensor] = []
        for i in parts.indices {
            let columns = try Self.columns(parts[i], of: count)
            if columns.isEmpty { continue }
            let own = Self.taken(columns, from: x)
            made.append(try parts[i].transformer?.fitTransform(own) ?? own)
        }
        featureCount = count
        return try joined(made, x)
    }

    /// The parts' new features side by side, then those that ``remainder`` passes through, in the type that holds all.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features; what the transformers throw.
    public func transform(_ x: Tensor) throws -> Tensor {
        guard let featureCount else { throw EstimatorError("ColumnTransformer: fit it before it transforms") }
        try Check.that(
            x.rank == 2 && x.shape[1] == featureCount,
            "ColumnTransformer: x has the shape \(x.shape); it was fitted with \(featureCount) features")
        let made = try parts.compactMap { part -> Tensor? in
            let columns = try Self.columns(part, of: featureCount)
            if columns.isEmpty { return nil }
            let own = Self.taken(columns, from: x)
            return try part.transformer?.transform(own) ?? own
        }
        return try joined(made, x)
    }

    private func joined(_ made: [Tensor], _ x: Tensor) throws -> Tensor {
        let rest = try rest(of: x.shape[1])
        let all = (made + (rest.isEmpty ? [] : [Self.taken(rest, from: x)])).filter { $0.shape[1] > 0 }
        try Check.that(
            !all.isEmpty, "ColumnTransformer: no feature is left; name columns, or take remainder .passthrough")
        let dtype = all.dropFirst().reduce(all[0].dtype) { DType.promoted($0, $1.dtype) }
        return Tensor.concatenated(all.map { $0.cast(to: dtype) }, axis: 1)
    }

    /// As scikit-learn names them: `part__feature`, and `remainder__feature` for those passed through.
    public func featureNames(from names: [String]) -> [String] {
        let count = names.count
        let made = parts.flatMap { part -> [String] in
            let own = ((try? Self.columns(part, of: count)) ?? []).map { names[$0] }
            return (own.isEmpty ? [] : part.transformer?.featureNames(from: own) ?? own).map { part.name + "__" + $0 }
        }
        return made + ((try? rest(of: count)) ?? []).map { "remainder__" + names[$0] }
    }

    /// A hyperparameter of a part's transformer, named `part__parameter`.
    ///
    /// - Throws: ``EstimatorError`` where no part has that name, or it has no transformer or no such parameter.
    public func parameter(_ name: String) throws -> ParameterValue {
        let (part, rest) = try Pipeline.Step.place(of: name, among: parts.map(\.name), in: Self.kind)
        guard let transformer = parts[part].transformer else {
            throw EstimatorError("ColumnTransformer: \(parts[part].name) has no parameters")
        }
        return try transformer.parameter(rest)
    }

    /// Changes a hyperparameter of a part's transformer, named `part__parameter`. What was learned stays until the next
    /// fit.
    ///
    /// - Throws: ``EstimatorError`` as ``parameter(_:)``, and where the value is of another type.
    public mutating func setParameter(_ name: String, to value: ParameterValue) throws {
        let (part, rest) = try Pipeline.Step.place(of: name, among: parts.map(\.name), in: Self.kind)
        try Check.that(
            parts[part].transformer != nil, "ColumnTransformer: \(parts[part].name) has no parameters")
        try parts[part].transformer?.setParameter(rest, to: value)
    }

    /// Of all parts, each named `part__parameter`.
    public var parameters: [String: ParameterValue] {
        get throws {
            try parts.reduce(into: [:]) { all, part in
                for (name, value) in try part.transformer?.parameters ?? [:] { all["\(part.name)__\(name)"] = value }
            }
        }
    }
}
