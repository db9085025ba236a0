import TernCore

/// Makes a number from 0 on of each label, in ascending order, for classifiers.
///
/// ```swift
/// var encoder = LabelEncoder()
/// let y = try encoder.fitTransform(["wet", "dry", "wet"])         // [1, 0, 1]
/// encoder.classes                                                 // ["dry", "wet"]
/// try encoder.inverseTransform(y).map(\.description)              // ["wet", "dry", "wet"]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.LabelEncoder`.
public struct LabelEncoder: Estimator {
    /// The labels, in ascending order; empty before the fit.
    public private(set) var classes: [Category] = []

    /// An encoder that has learned nothing yet.
    public init() {}

    /// Learns the labels.
    public mutating func fit(_ labels: [Category]) { classes = Set(labels).sorted() }
    /// Learns labels that are words.
    public mutating func fit(_ labels: [String]) { fit(labels.map { .text($0) }) }
    /// Learns labels that are numbers, [examples].
    public mutating func fit(_ labels: Tensor) { fit(labels.doubles.map { .number($0) }) }

    /// The number of each label, [examples], `int64`.
    ///
    /// - Throws: ``EstimatorError`` where one was not there at the fit.
    public func transform(_ labels: [Category]) throws -> Tensor {
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        return Tensor(
            try labels.map { label -> Int in
                guard let place = places[label] else {
                    throw EstimatorError("LabelEncoder: the label \(label) was not there at the fit")
                }
                return place
            }, shape: [labels.count])
    }
    /// The number of each word.
    ///
    /// - Throws: ``EstimatorError`` where one was not there at the fit.
    public func transform(_ labels: [String]) throws -> Tensor { try transform(labels.map { .text($0) }) }
    /// The number of each label that is a number, [examples].
    ///
    /// - Throws: ``EstimatorError`` where one was not there at the fit.
    public func transform(_ labels: Tensor) throws -> Tensor { try transform(labels.doubles.map { .number($0) }) }

    /// Learns words and gives the number of each.
    public mutating func fitTransform(_ labels: [String]) throws -> Tensor {
        fit(labels)
        return try transform(labels)
    }

    /// The labels of numbers, [examples].
    ///
    /// - Throws: ``EstimatorError`` where a number is no label's.
    public func inverseTransform(_ codes: Tensor) throws -> [Category] {
        try codes.doubles.map { code in
            try Check.that(
                code >= 0 && code < Double(classes.count) && code == code.rounded(),
                "LabelEncoder: \(code) is no label's number; there are \(classes.count)")
            return classes[Int(code)]
        }
    }
}

extension LabelEncoder {
    /// - Throws: ``EstimatorError`` where a class is there twice.
    public func checkDecoded() throws {
        try Check.that(Set(classes).count == classes.count, "\(Self.kind): one of the classes is there twice")
    }
}
