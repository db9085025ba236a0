import CTernKernels

// Arithmetic between tensors: broadcast and promoted as in NumPy. `/` is true division.
extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { promoting(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { promoting(.subtract, a, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { promoting(.multiply, a, b) }
    public static func / (a: Tensor, b: Tensor) -> Tensor { promoting(.divide, a, b, real: true) }
    /// The remainder with the sign of the divisor, as in Python: `numpy.remainder`. Integers divided by 0 leave 0.
    public static func % (a: Tensor, b: Tensor) -> Tensor { promoting(.remainder, a, b) }

    public static prefix func - (x: Tensor) -> Tensor { elementwise(.negate, x) }

    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
}

// Arithmetic with plain numbers, which take the tensor's type.
extension Tensor {
    private static func plain<S: WeakScalar>(
        _ a: Tensor, _ b: S, _ body: (Tensor, Tensor) -> Tensor
    ) -> Tensor {
        let (x, y) = a.weak(b)
        return body(x, y)
    }

    private static func compared<S: WeakScalar>(
        _ a: Tensor, _ b: S, _ body: (Tensor, Tensor) -> Tensor
    ) -> Tensor {
        let (x, y) = a.weakly(comparedWith: b)
        return body(x, y)
    }

    public static func + <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, +) }
    public static func + <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 + $0 } }
    public static func - <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, -) }
    public static func - <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 - $0 } }
    public static func * <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, *) }
    public static func * <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 * $0 } }
    public static func / <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, /) }
    public static func / <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 / $0 } }
    public static func % <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, %) }
    public static func .== <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .==) }
    public static func .!= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .!=) }
    public static func .< <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .<) }
    public static func .<= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .<=) }
    public static func .> <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .>) }
    public static func .>= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .>=) }
}

// Comparisons of elements, spelled as for SIMD vectors; `==` compares whole tensors.
extension Tensor {
    public static func .== (a: Tensor, b: Tensor) -> Tensor { promoting(.equal, a, b) }
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { promoting(.notEqual, a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { promoting(.less, a, b) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { promoting(.lessEqual, a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { promoting(.greater, a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { promoting(.greaterEqual, a, b) }

    /// Logical and of booleans (numbers count as true where they are not 0).
    public static func .& (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalAnd, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static func .| (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalOr, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static func .^ (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalXor, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static prefix func .! (x: Tensor) -> Tensor { elementwise(.logicalNot, x.cast(to: .bool)) }
}

// MARK: - Functions of each element

public func abs(_ x: Tensor) -> Tensor { x.dtype == .bool ? x : .elementwise(.absolute, x) }
/// -1, 0 or 1 by the sign of each element.
public func sign(_ x: Tensor) -> Tensor { .elementwise(.sign, x) }
/// x · x, in the type of `x`.
public func square(_ x: Tensor) -> Tensor { .elementwise(.square, x) }
/// 1 / x of floating-point numbers. (NumPy's integers divide here as integers, to 0 or ±1: write `1 / x`.)
public func reciprocal(_ x: Tensor) -> Tensor { .elementwise(.reciprocal, x) }
public func sqrt(_ x: Tensor) -> Tensor { .real(.sqrt, x) }
public func exp(_ x: Tensor) -> Tensor { .real(.exp, x) }
/// 2^x: `numpy.exp2`.
public func exp2(_ x: Tensor) -> Tensor { .real(.exp2, x) }
/// e^x - 1 without loss of digits near 0.
public func expm1(_ x: Tensor) -> Tensor { .real(.expm1, x) }
public func log(_ x: Tensor) -> Tensor { .real(.log, x) }
/// The logarithm to the base 2, exact at powers of 2: `numpy.log2`.
public func log2(_ x: Tensor) -> Tensor { .real(.log2, x) }
/// The logarithm to the base 10, exact at powers of 10: `numpy.log10`.
public func log10(_ x: Tensor) -> Tensor { .real(.log10, x) }
/// log(1 + x) without loss of digits near 0.
public func log1p(_ x: Tensor) -> Tensor { .real(.log1p, x) }
public func sin(_ x: Tensor) -> Tensor { .real(.sin, x) }
public func cos(_ x: Tensor) -> Tensor { .real(.cos, x) }
public func tan(_ x: Tensor) -> Tensor { .real(.tan, x) }
public func sinh(_ x: Tensor) -> Tensor { .real(.sinh, x) }
public func cosh(_ x: Tensor) -> Tensor { .real(.cosh, x) }
public func tanh(_ x: Tensor) -> Tensor { .real(.tanh, x) }
public func asin(_ x: Tensor) -> Tensor { .real(.asin, x) }
public func acos(_ x: Tensor) -> Tensor { .real(.acos, x) }
public func atan(_ x: Tensor) -> Tensor { .real(.atan, x) }
/// The error function.
public func erf(_ x: Tensor) -> Tensor { .real(.erf, x) }
public func floor(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.floor, x) : x }
public func ceil(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.ceil, x) : x }
/// The nearest integer, halves to the even one.
public func round(_ x: Tensor) -> Tensor { x.dtype.isInteger ? x : .real(.round, x) }
/// The integer part, towards 0.
public func trunc(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.trunc, x) : x }
/// Whether each element is not a number.
public func isNaN(_ x: Tensor) -> Tensor { .real(.isNaN, x) }
/// 1 / (1 + e^-x).
public func sigmoid(_ x: Tensor) -> Tensor { .real(.sigmoid, x) }
/// max(0, x); its gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { .real(.relu, x) }

/// `base` to the power of `exponent`, element by element: `numpy.power`.
///
/// Integers have no negative powers: such an exponent ends the program, also when a compiled function runs.
public func power(_ base: Tensor, _ exponent: Tensor) -> Tensor {
    guard DType.promoted(base.dtype, exponent.dtype).isInteger else { return .promoting(.power, base, exponent) }
    let checked = exponent.requiring(
        exponent .>= 0, "power: integers have no negative powers; cast the base to float64")
    return .promoting(.power, base, checked)
}
public func power<S: WeakScalar>(_ base: Tensor, _ exponent: S) -> Tensor {
    let (x, y) = base.weak(exponent)
    return exponent.asDouble == 2 ? square(x) : power(x, y)
}
/// The larger of each pair; a NaN wins. Equals share the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.maximum, a, b) }
public func maximum<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor { let (x, y) = a.weak(b); return maximum(x, y) }
/// The smaller of each pair; a NaN wins. Equals share the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.minimum, a, b) }
public func minimum<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor { let (x, y) = a.weak(b); return minimum(x, y) }
/// The quotient rounded down, as Python's `//`: `numpy.floor_divide`. Integers divided by 0 give 0, floating-point
/// numbers ±infinity or NaN.
public func floorDivide(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.floorDivide, a, b) }
public func floorDivide<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor {
    let (x, y) = a.weak(b); return floorDivide(x, y)
}
/// The angle of the point (x, y), in radians.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { .promoting(.atan2, y, x, real: true) }
/// `a` where `condition` holds, `b` elsewhere: `numpy.where`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let dtype = DType.promoted(a.dtype, b.dtype)
    return .elementwise(.select, condition.cast(to: .bool), a.cast(to: dtype), b.cast(to: dtype))
}

/// `x` where `gate` is positive, 0 elsewhere; no gradient flows to `gate`.
func gate(_ x: Tensor, by gate: Tensor) -> Tensor { .elementwise(.gate, x, gate) }

extension Tensor {
    /// The elements kept between two limits, `numpy.clip`; the gradient is 0 outside.
    ///
    /// Limits are plain numbers: fractions turn integers into `float64`.
    public func clipped<S: WeakScalar & Comparable>(to limits: ClosedRange<S>) -> Tensor {
        let (x, lower) = weak(limits.lowerBound), upper = Tensor(weak: limits.upperBound, like: x)
        return select(x .< lower, lower, select(x .> upper, upper, x))
    }
}
