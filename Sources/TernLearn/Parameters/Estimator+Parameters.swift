import Foundation
import TernCore

extension Estimator {
    /// One hyperparameter.
    ///
    /// ```swift
    /// try Ridge(alpha: 2).parameter("alpha")              // 2
    /// ```
    ///
    /// - Throws: ``EstimatorError`` where there is none of this name.
    public func parameter(_ name: String) throws -> ParameterValue { try ownParameter(name) }

    /// Changes one hyperparameter. What was learned stays until the next fit, and so does what files do not hold: an
    /// optimiser of one's own, functions to be called, and what training goes on with. A type of your own must write
    /// in its files all that is to stay.
    ///
    /// ```swift
    /// var model = Ridge()
    /// try model.setParameter("alpha", to: 0.5)
    /// model.alpha                                         // 0.5
    /// ```
    ///
    /// - Throws: ``EstimatorError`` where there is none of this name, or the value is of another type; values that no
    ///   fit can use are told by it.
    public mutating func setParameter(_ name: String, to value: ParameterValue) throws {
        try setOwnParameter(name, to: value)
    }

    /// All hyperparameters by name, scikit-learn's `get_params(deep=False)`.
    public var parameters: [String: ParameterValue] {
        get throws { try Dictionary(uniqueKeysWithValues: Self.parameterNames.map { ($0, try ownParameter($0)) }) }
    }

    /// The same estimator with other hyperparameters, set in alphabetical order: scikit-learn's `set_params`.
    ///
    /// ```swift
    /// try Ridge().with(["alpha": 0.5, "fitIntercept": false]).alpha       // 0.5
    /// ```
    ///
    /// - Throws: ``EstimatorError`` as ``setParameter(_:to:)``.
    public func with(_ parameters: [String: ParameterValue]) throws -> Self {
        var copy = self
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { try copy.setParameter(name, to: value) }
        return copy
    }

    /// Several hyperparameters at once, of an estimator that holds no other.
    package mutating func setOwnParameters(_ parameters: [String: ParameterValue]) throws {
        guard parameters.count > 1 else { return try parameters.forEach { try setOwnParameter($0.key, to: $0.value) } }
        for name in parameters.keys.sorted() { try checkName(name) }
        let aside = TensorsAside()
        var tree = try tree(aside)
        for (name, value) in parameters { tree[name] = value == .null ? nil : value }
        do { self = try made(of: tree, aside) } catch is EstimatorError {
            // One by one, the one that cannot be is named.
            for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { try setOwnParameter(name, to: value) }
        }
    }

    func ownParameter(_ name: String) throws -> ParameterValue {
        try checkName(name)
        return try tree(TensorsAside())[name] ?? .null
    }

    mutating func setOwnParameter(_ name: String, to value: ParameterValue) throws {
        try checkName(name)
        let aside = TensorsAside()
        var tree = try tree(aside)
        tree[name] = value == .null ? nil : value
        do {
            self = try made(of: tree, aside)
        } catch let error as EstimatorError {
            let why = [EstimatorArchive.complaint, "\(name): "].reduce(error.description) {
                $0.hasPrefix($1) ? String($0.dropFirst($1.count)) : $0
            }
            // So Foundation says of a number that its type does not hold; the JSON is our own.
            let isOfType = !why.hasSuffix("The given data was not valid JSON.")
            throw EstimatorError(
                "\(Self.kind): \(name) cannot be \(value) (\(isOfType ? why : "it is no whole number of those that it takes"))"
            )
        }
    }

    /// What the tree says, with what this has beside it.
    private func made(of tree: [String: ParameterValue], _ aside: TensorsAside) throws -> Self {
        let data = try EstimatorArchive.encoded(tree, TensorsAside())
        let made = try EstimatorArchive.decoded(Self.self, data, TensorsAside(aside.tensors))
        return (made as? any HoldingUnwritten)?.withUnwritten(of: self) as? Self ?? made
    }

    private func tree(_ aside: TensorsAside) throws -> [String: ParameterValue] {
        let data = try EstimatorArchive.encoded(self, aside)
        return try EstimatorArchive.decoded([String: ParameterValue].self, data, TensorsAside())
    }

    private func checkName(_ name: String) throws {
        try Check.that(
            Self.parameterNames.contains(name),
            "\(Self.kind): there is no parameter \"\(name)\"; it has \(Self.parameterNames.joined(separator: ", "))")
    }
}

/// An estimator with parts that files do not hold, such as functions; they stay where a hyperparameter changes.
protocol HoldingUnwritten {
    mutating func takeUnwritten(of other: Self)
}

extension HoldingUnwritten {
    fileprivate func withUnwritten(of other: any Estimator) -> Self {
        guard let other = other as? Self else { return self }
        var copy = self
        copy.takeUnwritten(of: other)
        return copy
    }
}
