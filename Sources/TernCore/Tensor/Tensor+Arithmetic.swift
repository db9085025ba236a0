import CTernKernels

// Arithmetic between tensors: broadcast and promoted as in NumPy. `/` is true division.
extension Tensor {
    /// Sums of elements, broadcast and promoted as in NumPy; integers wrap round, booleans say whether either holds.
    public static func + (a: Tensor, b: Tensor) -> Tensor { promoting(.add, a, b) }
    /// Differences of elements, broadcast and promoted as in NumPy; integers wrap round,
    /// booleans end the program.
    public static func - (a: Tensor, b: Tensor) -> Tensor { promoting(.subtract, a, b) }
    /// Products of elements (not of matrices: ``matmul(_:_:)``), broadcast and promoted as in NumPy; integers wrap
    /// round, booleans say whether both hold.
    public static func * (a: Tensor, b: Tensor) -> Tensor { promoting(.multiply, a, b) }
    /// Quotients of elements, broadcast as in NumPy: true division, which turns integers into `float64`. A division by
    /// 0 gives ±infinity or NaN. See ``floorDivide(_:_:)-(_,Tensor)``.
    public static func / (a: Tensor, b: Tensor) -> Tensor { promoting(.divide, a, b, real: true) }
    /// The remainder with the sign of the divisor, as in Python: `numpy.remainder`. Integers divided by 0 leave 0.
    public static func % (a: Tensor, b: Tensor) -> Tensor { promoting(.remainder, a, b) }

    /// The elements with the other sign.
    public static prefix func - (x: Tensor) -> Tensor { elementwise(.negate, x) }

    /// `a = a + b`: other copies of `a` keep their values, and its type and shape may change.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// `a = a - b`: other copies of `a` keep their values, and its type and shape may change.
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// `a = a * b`: other copies of `a` keep their values, and its type and shape may change.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    /// `a = a / b`: other copies of `a` keep their values, and its type and shape may change.
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

    /// Each element plus a number, which takes the tensor's type (``WeakScalar``).
    public static func + <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, +) }
    /// A number plus each element.
    public static func + <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 + $0 } }
    /// Each element less a number.
    public static func - <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, -) }
    /// A number less each element.
    public static func - <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 - $0 } }
    /// Each element times a number.
    public static func * <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, *) }
    /// A number times each element.
    public static func * <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 * $0 } }
    /// Each element divided by a number; integers become `float64`.
    public static func / <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, /) }
    /// A number divided by each element; integers become `float64`.
    public static func / <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 / $0 } }
    /// The remainder of each element by a number, with the number's sign: `numpy.remainder`.
    public static func % <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, %) }
    /// Whether each element equals a number, as `bool`.
    public static func .== <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .==) }
    /// Whether each element differs from a number, as `bool`; NaN differs from all.
    public static func .!= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .!=) }
    /// Whether each element is smaller than a number, as `bool`; NaN never is.
    public static func .< <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .<) }
    /// Whether each element is a number at most, as `bool`; NaN never is.
    public static func .<= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .<=) }
    /// Whether each element is larger than a number, as `bool`; NaN never is.
    public static func .> <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .>) }
    /// Whether each element is a number at least, as `bool`; NaN never is.
    public static func .>= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { compared(a, b, .>=) }
}

// Comparisons of elements, spelled as for SIMD vectors; `==` compares whole tensors.
extension Tensor {
    /// Whether elements are equal, as `bool`, broadcast; NaN equals nothing.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { promoting(.equal, a, b) }
    /// Whether elements differ, as `bool`, broadcast; NaN differs from all.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { promoting(.notEqual, a, b) }
    /// Whether elements of the first are smaller, as `bool`, broadcast; no if one is NaN.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { promoting(.less, a, b) }
    /// Whether elements of the first are smaller or equal, as `bool`, broadcast; no if one is NaN.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { promoting(.lessEqual, a, b) }
    /// Whether elements of the first are larger, as `bool`, broadcast; no if one is NaN.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { promoting(.greater, a, b) }
    /// Whether elements of the first are larger or equal, as `bool`, broadcast; no if one is NaN.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { promoting(.greaterEqual, a, b) }

    /// Whether both hold, broadcast: `numpy.logical_and`. Numbers count as true where they are not 0.
    public static func .& (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalAnd, a.cast(to: .bool), b.cast(to: .bool))
    }
    /// Whether at least one holds, broadcast: `numpy.logical_or`. Numbers count as true where they are not 0.
    public static func .| (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalOr, a.cast(to: .bool), b.cast(to: .bool))
    }
    /// Whether exactly one holds, broadcast: `numpy.logical_xor`. Numbers count as true where they are not 0.
    public static func .^ (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalXor, a.cast(to: .bool), b.cast(to: .bool))
    }
    /// Whether each element does not hold: `numpy.logical_not`. Numbers count as true where they are not 0.
    public static prefix func .! (x: Tensor) -> Tensor { elementwise(.logicalNot, x.cast(to: .bool)) }
}

// MARK: - Functions of each element

/// The elements without their signs, in their own type.
public func abs(_ x: Tensor) -> Tensor { x.dtype == .bool ? x : .elementwise(.absolute, x) }
/// -1, 0 or 1 by the sign of each element, in its own type.
public func sign(_ x: Tensor) -> Tensor { .elementwise(.sign, x) }
/// x · x, in the type of `x`.
public func square(_ x: Tensor) -> Tensor { .elementwise(.square, x) }
/// 1 / x of floating-point numbers. (NumPy's integers divide here as integers, to 0 or ±1: write `1 / x`.)
public func reciprocal(_ x: Tensor) -> Tensor { .elementwise(.reciprocal, x) }
/// The square root, NaN of negative numbers; integers become `float64`, as in all functions of real numbers here.
public func sqrt(_ x: Tensor) -> Tensor { .real(.sqrt, x) }
/// e to the power of each element.
public func exp(_ x: Tensor) -> Tensor { .real(.exp, x) }
/// 2^x: `numpy.exp2`.
public func exp2(_ x: Tensor) -> Tensor { .real(.exp2, x) }
/// e^x - 1 without loss of digits near 0.
public func expm1(_ x: Tensor) -> Tensor { .real(.expm1, x) }
/// The natural logarithm: −infinity of 0, NaN of negative numbers.
public func log(_ x: Tensor) -> Tensor { .real(.log, x) }
/// The logarithm to the base 2, exact at powers of 2: `numpy.log2`.
public func log2(_ x: Tensor) -> Tensor { .real(.log2, x) }
/// The logarithm to the base 10, exact at powers of 10: `numpy.log10`.
public func log10(_ x: Tensor) -> Tensor { .real(.log10, x) }
/// log(1 + x) without loss of digits near 0.
public func log1p(_ x: Tensor) -> Tensor { .real(.log1p, x) }
/// The sine of angles in radians.
public func sin(_ x: Tensor) -> Tensor { .real(.sin, x) }
/// The cosine of angles in radians.
public func cos(_ x: Tensor) -> Tensor { .real(.cos, x) }
/// The tangent of angles in radians.
public func tan(_ x: Tensor) -> Tensor { .real(.tan, x) }
/// The hyperbolic sine.
public func sinh(_ x: Tensor) -> Tensor { .real(.sinh, x) }
/// The hyperbolic cosine.
public func cosh(_ x: Tensor) -> Tensor { .real(.cosh, x) }
/// The hyperbolic tangent.
public func tanh(_ x: Tensor) -> Tensor { .real(.tanh, x) }
/// The angle from −π/2 to π/2 whose sine each element is; NaN beyond −1 and 1.
public func asin(_ x: Tensor) -> Tensor { .real(.asin, x) }
/// The angle from 0 to π whose cosine each element is; NaN beyond −1 and 1.
public func acos(_ x: Tensor) -> Tensor { .real(.acos, x) }
/// The angle between −π/2 and π/2 whose tangent each element is.
public func atan(_ x: Tensor) -> Tensor { .real(.atan, x) }
/// The error function, 2/√π times the integral of e^−t² from 0 to x.
public func erf(_ x: Tensor) -> Tensor { .real(.erf, x) }
/// The largest whole number that is not above each element; integers and booleans as they are.
public func floor(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.floor, x) : x }
/// The smallest whole number that is not below each element; integers and booleans as they are.
public func ceil(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.ceil, x) : x }
/// The nearest whole number, halves to the even one, as `numpy.round`; integers as they are.
public func round(_ x: Tensor) -> Tensor { x.dtype.isInteger ? x : .real(.round, x) }
/// The whole part, towards 0; integers and booleans as they are.
public func trunc(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.trunc, x) : x }
/// Whether each element is not a number, as `bool`.
public func isNaN(_ x: Tensor) -> Tensor { .real(.isNaN, x) }
/// The logistic function 1 / (1 + e^−x).
public func sigmoid(_ x: Tensor) -> Tensor { .real(.sigmoid, x) }
/// max(0, x); its gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { .real(.relu, x) }

/// `base` to the power of `exponent`, element by element, broadcast and promoted: `numpy.power`.
///
/// Integers have no negative powers: such an exponent ends the program, also when a compiled function runs. A negative
/// base with a fractional exponent gives NaN.
public func power(_ base: Tensor, _ exponent: Tensor) -> Tensor {
    guard DType.promoted(base.dtype, exponent.dtype).isInteger else { return .promoting(.power, base, exponent) }
    let checked = exponent.requiring(
        exponent .>= 0, "power: integers have no negative powers; cast the base to float64")
    return .promoting(.power, base, checked)
}
/// Each element to the power of a number, which takes the tensor's type.
public func power<S: WeakScalar>(_ base: Tensor, _ exponent: S) -> Tensor {
    let (x, y) = base.weak(exponent)
    return exponent.asDouble == 2 ? square(x) : power(x, y)
}
/// The larger of each pair; a NaN wins. Equals share the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.maximum, a, b) }
/// The larger of each element and a number; NaN stays. Equals share the gradient.
public func maximum<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor { let (x, y) = a.weak(b); return maximum(x, y) }
/// The smaller of each pair; a NaN wins. Equals share the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.minimum, a, b) }
/// The smaller of each element and a number; NaN stays. Equals share the gradient.
public func minimum<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor { let (x, y) = a.weak(b); return minimum(x, y) }
/// The quotient rounded down, as Python's `//`: `numpy.floor_divide`. Integers divided by 0 give 0, floating-point
/// numbers ±infinity or NaN.
public func floorDivide(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.floorDivide, a, b) }
/// The quotient of each element by a number, rounded down.
public func floorDivide<S: WeakScalar>(_ a: Tensor, _ b: S) -> Tensor {
    let (x, y) = a.weak(b); return floorDivide(x, y)
}
/// The angle of the point (x, y) from the axis of x, in radians from −π to π: `numpy.arctan2`.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { .promoting(.atan2, y, x, real: true) }
/// `a` where `condition` holds, `b` elsewhere, all three broadcast, in the type that holds both: `numpy.where`.
///
/// What is not chosen gets a gradient of 0; where its own derivative is infinite or NaN, replace it before the function
/// that makes it so.
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
