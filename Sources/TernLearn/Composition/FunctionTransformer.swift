import TernCore

/// Each value by a function with an inverse.
///
/// ```swift
/// try FunctionTransformer(.log1p).transform(Tensor([[0.0, 1]]))       // [[0, 0.69314718]]
/// ```
///
/// The functions have names, so that they go into files; scikit-learn's `FunctionTransformer` takes any.
public struct FunctionTransformer: Transformer {
    /// The function alone, scikit-learn's `func`, written as its name.
    public static var parameterNames: [String] { ["function"] }

    /// A function and its inverse.
    ///
    /// ```swift
    /// FunctionTransformer(.squareRoot).function.rawValue      // "squareRoot"
    /// ```
    public enum Function: String, Codable, Sendable {
        /// None: x.
        case identity
        /// log x, and e to a power.
        case log
        /// log(1 + x), and e to a power, less 1.
        case log1p
        /// √x, and the square.
        case squareRoot
        /// x in single precision, with which networks are trained fastest, and in double precision.
        case singlePrecision
    }

    /// What is done to each value.
    public var function: Function

    /// A transformer, which needs no fit.
    public init(_ function: Function) { self.function = function }

    /// Learns nothing; it only checks `x`.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity. Missing values (NaN) pass.
    public mutating func fit(_ x: Tensor) throws {
        _ = try Check.features(x, allowsMissing: true, in: Self.kind)
    }

    /// The function of each value; NaN stays. `float32` stays too, all else becomes `float64`.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``, and where the function of a value is not finite, such as log 0.
    public func transform(_ x: Tensor) throws -> Tensor {
        let x = try Check.features(x, allowsMissing: true, in: Self.kind)
        let made: Tensor =
            switch function {
            case .identity: x
            case .log: TernCore.log(x)
            case .log1p: TernCore.log1p(x)
            case .squareRoot: sqrt(x)
            case .singlePrecision: x.cast(to: .float32)
            }
        for (value, result) in zip(x.doubles, made.doubles) where !result.isFinite && !value.isNaN {
            throw EstimatorError("FunctionTransformer: \(function.rawValue) of \(value) is no number")
        }
        return made
    }

    /// The inverse function of each value; NaN stays. Powers of e that are too large become infinite.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        let x = try Check.features(x, allowsMissing: true, in: Self.kind)
        return switch function {
        case .identity: x
        case .log: exp(x)
        case .log1p: expm1(x)
        case .squareRoot: square(x)
        case .singlePrecision: x.cast(to: .float64)
        }
    }
}
