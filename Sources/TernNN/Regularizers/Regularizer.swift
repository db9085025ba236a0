import TernCore

/// A penalty on weights, added to the loss.
///
/// ```swift
/// let w = Tensor([[1.0, -2], [0, 3]])
/// Regularizer.l1(0.1)(w)                  // 0.6
/// Regularizer.l2(0.1)(w)                  // 1.4
/// Regularizer.l1l2(l1: 0.1, l2: 0.1)(w)   // 2
/// ```
///
/// Names, formulas and defaults are Keras's (`keras.regularizers`). Factors are finite and not negative; others end the
/// program.
public struct Regularizer: Sendable, Codable, Hashable, CustomStringConvertible, NamedPart {
    package static let what = "regularizer"

    /// Keras's name, such as `l1_l2`.
    public let name: String
    package let arguments: [String: Double]
    package let mode: Mode?

    /// Whether the rows or the columns of a matrix are to be orthogonal.
    ///
    /// ```swift
    /// let rotation = Tensor([[0.6, -0.8], [0.8, 0.6]])
    /// Regularizer.orthogonal(mode: .columns)(rotation)        // 0, up to rounding
    /// ```
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// Each row at right angles to the others.
        case rows
        /// Each column at right angles to the others.
        case columns
    }

    private init(_ name: String, _ arguments: [String: Double], mode: Mode? = nil) {
        if let wrong = Self.complaint(about: arguments) { fail("\(name): \(wrong)") }
        self.name = name
        self.arguments = arguments
        self.mode = mode
    }

    package static func complaint(about arguments: [String: Double]) -> String? { numbersComplaint(arguments) }

    /// Throws `DecodingError` for a name that no regularizer has, and for factors and a mode that it does not take.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (standard, arguments) = try Regularizer.read(container, name: .name, arguments: .arguments)
        let mode = try container.decodeIfPresent(Mode.self, forKey: .mode)
        guard mode == nil || standard.mode != nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .mode, in: container, debugDescription: "\(standard.name) has no mode")
        }
        self.init(standard.name, arguments, mode: mode ?? standard.mode)
    }

    /// `factor` · Σ |w|.
    public static func l1(_ factor: Double = 0.01) -> Regularizer { Regularizer("l1", ["l1": factor]) }

    /// `factor` · Σ w².
    public static func l2(_ factor: Double = 0.01) -> Regularizer { Regularizer("l2", ["l2": factor]) }

    /// l1 · Σ |w| + l2 · Σ w².
    public static func l1l2(l1: Double = 0.01, l2: Double = 0.01) -> Regularizer {
        Regularizer("l1_l2", ["l1": l1, "l2": l2])
    }

    /// `factor` times the mean |cosine| of the angles between any two rows (or columns) of a matrix; 0 where there is
    /// only one, for which Keras has NaN.
    public static func orthogonal(factor: Double = 0.01, mode: Mode = .rows) -> Regularizer {
        Regularizer("orthogonal_regularizer", ["factor": factor], mode: mode)
    }

    /// The penalty of `weights`, of shape [].
    public func callAsFunction(_ weights: Tensor) -> Tensor {
        guard let factor = arguments["factor"] else {
            var sum: Tensor?
            if let l1 = arguments["l1"], l1 != 0 { sum = l1 * abs(weights).sum() }
            if let l2 = arguments["l2"], l2 != 0 {
                let squares = l2 * square(weights).sum()
                sum = sum.map { $0 + squares } ?? squares
            }
            return sum ?? .zeros([], dtype: weights.dtype)
        }
        guard weights.rank == 2 else {
            fail("the orthogonal regularizer needs a matrix, not weights of shape \(weights.shape)")
        }
        let rows = mode == .columns ? weights.transposed() : weights
        let count = Double(rows.shape[0])
        let unit = normalized(rows, axis: 1)
        let others = 1 - Tensor.identity(rows.shape[0], dtype: weights.dtype)
        let pairs = max(1, count * (count - 1) / 2)
        return factor * 0.5 * abs(matmul(unit, unit.transposed()) * others).sum() / pairs
    }

    /// The regularizer of Keras's name (`l1_l2` or `L1L2`) with its defaults, nil where there is none.
    public static func named(_ name: String) -> Regularizer? {
        switch KerasName.canonical(name) {
        case "l1": .l1()
        case "l2": .l2()
        case "l1_l2", "l1l2": .l1l2()
        case "orthogonal_regularizer": .orthogonal()
        default: nil
        }
    }

    /// The name with its factors.
    public var description: String { described(with: mode.map { [$0.rawValue] } ?? []) }
}
