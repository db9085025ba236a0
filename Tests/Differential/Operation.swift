import TernCore

/// One step of a random program: an operation of the engine with its settings.
enum Operation: Codable, Hashable {
    case unary(Unary)
    case binary(Binary)
    /// With a plain number on the right.
    case number(Binary, Double)
    case select
    case cast(DType)
    case reshaped([Int]), broadcast([Int]), transposed([Int])
    case part([Cut])
    /// The first operand with the second written over a part of it.
    case replacing([Cut])
    case concatenated(axis: Int), stacked(axis: Int)
    case matmul, dot
    case reduced(Fold, axes: [Int]?, keeping: Bool)
    case extreme(isMax: Bool, axis: Int)
    case cumulativeSum(axis: Int), cumulativeProduct(axis: Int), argsorted(axis: Int), sorted(axis: Int)
    case taking([Int], axis: Int)
    case takingAlong(axis: Int)
    /// The place of each element of the first operand in the second, a vector in order.
    case searched(right: Bool)
    /// What the third operand weighs between the edges of the second.
    case histogram
    /// At the first operand, on straight lines through the points of the second and third.
    case interpolated
    case convolution(Sliding), pooling(isMax: Bool, size: [Int], Sliding)
    case transposedConvolution(Sliding, grid: [Int])
    case moment(isVariance: Bool)
    case clipped(Double, Double)
    case stoppingGradient
    case random(isNormal: Bool, [Int], key: UInt64)

    enum Unary: String, Codable, CaseIterable {
        case negate, abs, sign, square, reciprocal, sqrt, exp, exp2, expm1, log, log2, log1p, sin, cos, tan, sinh, cosh,
            tanh, asin, acos,
            atan, erf, floor, ceil, round, trunc, sigmoid, relu, isNaN, not
    }

    enum Binary: String, Codable, CaseIterable {
        case add, subtract, multiply, divide, power, maximum, minimum, floorDivide, remainder, atan2
        case equal, notEqual, less, lessEqual, greater, greaterEqual, and, or, xor

        /// How it is written between its operands, nil where it is a function.
        var sign: String? {
            switch self {
            case .add: "+"
            case .subtract: "-"
            case .multiply: "*"
            case .divide: "/"
            case .remainder: "%"
            case .equal: ".=="
            case .notEqual: ".!="
            case .less: ".<"
            case .lessEqual: ".<="
            case .greater: ".>"
            case .greaterEqual: ".>="
            case .and: ".&"
            case .or: ".|"
            case .xor: ".^"
            default: nil
            }
        }
    }

    enum Fold: String, Codable, CaseIterable { case sum, mean, product, max, min, any, all, variance }

    enum Cut: Codable, Hashable {
        case at(Int)
        case range(from: Int?, to: Int?, by: Int)
        case new

        var index: TensorIndex {
            switch self {
            case .at(let i): .at(i)
            case .range(let from, let to, let by): .range(from: from, to: to, by: by)
            case .new: .new
            }
        }
    }

    /// How a window moves.
    struct Sliding: Codable, Hashable {
        var strides: [Int], dilations: [Int], before: [Int], after: [Int]
        var groups = 1
        var margins: [Margin] { zip(before, after).map { Margin(before: $0, after: $1) } }
    }

    /// Whether a small change of the operands can change the result by a jump, or its slope.
    var isSmooth: Bool {
        switch self {
        case .unary(let u): ![.abs, .sign, .floor, .ceil, .round, .trunc, .relu, .isNaN, .not].contains(u)
        case .binary(let b), .number(let b, _): [.add, .subtract, .multiply, .divide, .power, .atan2].contains(b)
        case .select, .extreme, .sorted, .argsorted, .takingAlong, .searched, .histogram, .interpolated, .clipped: false
        case .reduced(let fold, _, _): [.sum, .mean, .product, .variance].contains(fold)
        case .pooling(let isMax, _, _): !isMax
        case .cast(let dtype): dtype.isFloatingPoint
        case .stoppingGradient: false
        default: true
        }
    }
}
