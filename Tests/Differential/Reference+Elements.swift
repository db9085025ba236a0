import Foundation
import TernCore

extension Operation.Unary {
    func plain(_ x: Double) -> Double {
        switch self {
        case .negate: -x
        case .abs: Swift.abs(x)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : x.isNaN ? x : 0
        case .square: x * x
        case .reciprocal: 1 / x
        case .sqrt: x.squareRoot()
        case .exp: Foundation.exp(x)
        case .exp2: Foundation.exp2(x)
        case .expm1: Foundation.expm1(x)
        case .log: Foundation.log(x)
        case .log2: Foundation.log2(x)
        case .log1p: Foundation.log1p(x)
        case .sin: Foundation.sin(x)
        case .cos: Foundation.cos(x)
        case .tan: Foundation.tan(x)
        case .sinh: Foundation.sinh(x)
        case .cosh: Foundation.cosh(x)
        case .tanh: Foundation.tanh(x)
        case .asin: Foundation.asin(x)
        case .acos: Foundation.acos(x)
        case .atan: Foundation.atan(x)
        case .erf: Foundation.erf(x)
        case .floor: x.rounded(.down)
        case .ceil: x.rounded(.up)
        case .round: x.rounded(.toNearestOrEven)
        case .trunc: x.rounded(.towardZero)
        case .sigmoid: 1 / (1 + Foundation.exp(-x))
        case .relu: x.isNaN ? x : Swift.max(x, 0)
        case .isNaN: x.isNaN ? 1 : 0
        case .not: x == 0 ? 1 : 0
        }
    }
}

extension Operation.Binary {
    private enum Kind { case arithmetic, real, test, logical }

    private var kind: Kind {
        switch self {
        case .add, .subtract, .multiply, .power, .maximum, .minimum, .floorDivide, .remainder: .arithmetic
        case .divide, .atan2: .real
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: .test
        case .and, .or, .xor: .logical
        }
    }

    func plain(_ a: PlainArray, _ b: PlainArray) throws -> PlainArray {
        var common = promoted(a.dtype, b.dtype)
        if kind == .real && !common.isFloatingPoint { common = .float64 }
        let dtype: DType = kind == .test || kind == .logical ? .bool : common
        func rounded(_ x: Double) -> Double { kind != .logical && common == .float32 ? Double(Float(x)) : x }
        return PlainArray(shape: try broadcastShape([a.shape, b.shape]), dtype: dtype) { position in
            let value = plain(
                rounded(a.broadcastElement(position)), rounded(b.broadcastElement(position)),
                isInteger: !common.isFloatingPoint)
            return dtype == .bool ? (value != 0 ? 1 : 0) : value
        }
    }

    /// Python's divmod of real numbers.
    private func quotient(_ x: Double, _ y: Double) -> (whole: Double, rest: Double) {
        if y == 0 { return (x / y, .nan) }
        var rest = fmod(x, y), whole = (x - rest) / y
        if rest == 0 {
            rest = copysign(0, y)
        } else if (y < 0) != (rest < 0) {
            rest += y
            whole -= 1
        }
        if whole == 0 { return (copysign(0, x / y), rest) }
        let below = whole.rounded(.down)
        return (whole - below > 0.5 ? below + 1 : below, rest)
    }

    private func plain(_ x: Double, _ y: Double, isInteger: Bool) -> Double {
        func yes(_ condition: Bool) -> Double { condition ? 1 : 0 }
        switch self {
        case .add: return x + y
        case .subtract: return x - y
        case .multiply: return x * y
        case .divide: return x / y
        case .power:
            return isInteger && y < 0
                ? (x == 1 ? 1 : x == -1 ? (y.truncatingRemainder(dividingBy: 2) == 0 ? 1 : -1) : 0) : pow(x, y)
        case .maximum: return x.isNaN || y.isNaN ? .nan : Swift.max(x, y)
        case .minimum: return x.isNaN || y.isNaN ? .nan : Swift.min(x, y)
        case .floorDivide: return isInteger && y == 0 ? 0 : quotient(x, y).whole
        case .remainder: return isInteger && y == 0 ? 0 : quotient(x, y).rest
        case .atan2: return Foundation.atan2(x, y)
        case .equal: return yes(x == y)
        case .notEqual: return yes(x != y)
        case .less: return yes(x < y)
        case .lessEqual: return yes(x <= y)
        case .greater: return yes(x > y)
        case .greaterEqual: return yes(x >= y)
        case .and: return yes(x != 0 && y != 0)
        case .or: return yes(x != 0 || y != 0)
        case .xor: return yes((x != 0) != (y != 0))
        }
    }
}
