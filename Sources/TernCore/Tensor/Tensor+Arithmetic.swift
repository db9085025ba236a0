import CTernKernels

// Arithmetic between tensors: broadcast and promoted as in NumPy. `/` is true division.
extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { promoting(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        if a.dtype == .bool && b.dtype == .bool {
            fail("booleans cannot be subtracted: use .!= for exclusive or, or cast them to integers")
        }
        return promoting(.subtract, a, b)
    }
    public static func * (a: Tensor, b: Tensor) -> Tensor { promoting(.multiply, a, b) }
    public static func / (a: Tensor, b: Tensor) -> Tensor { promoting(.divide, a, b, real: true) }
    /// The remainder with the sign of the divisor, as in Python.
    public static func % (a: Tensor, b: Tensor) -> Tensor { promoting(.remainder, a, b) }

    public static prefix func - (x: Tensor) -> Tensor {
        if x.dtype == .bool { fail("booleans cannot be negated: use ! for logical not") }
        return elementwise(.negate, x)
    }

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

    public static func + <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, +) }
    public static func + <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 + $0 } }
    public static func - <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, -) }
    public static func - <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 - $0 } }
    public static func * <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, *) }
    public static func * <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 * $0 } }
    public static func / <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, /) }
    public static func / <S: WeakScalar>(a: S, b: Tensor) -> Tensor { plain(b, a) { $1 / $0 } }
    public static func % <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, %) }
    public static func .== <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .==) }
    public static func .!= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .!=) }
    public static func .< <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .<) }
    public static func .<= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .<=) }
    public static func .> <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .>) }
    public static func .>= <S: WeakScalar>(a: Tensor, b: S) -> Tensor { plain(a, b, .>=) }
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
public func square(_ x: Tensor) -> Tensor { .elementwise(.square, x) }
/// 1 / x.
public func reciprocal(_ x: Tensor) -> Tensor { .real(.reciprocal, x) }
public func sqrt(_ x: Tensor) -> Tensor { .real(.sqrt, x) }
public func exp(_ x: Tensor) -> Tensor { .real(.exp, x) }
/// e^x - 1 without loss of digits near 0.
public func expm1(_ x: Tensor) -> Tensor { .real(.expm1, x) }
public func log(_ x: Tensor) -> Tensor { .real(.log, x) }
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
public func round(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.round, x) : x }
/// The integer part, towards 0.
public func trunc(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? .elementwise(.trunc, x) : x }
/// Whether each element is not a number.
public func isNaN(_ x: Tensor) -> Tensor { .real(.isNaN, x) }
/// 1 / (1 + e^-x).
public func sigmoid(_ x: Tensor) -> Tensor { .real(.sigmoid, x) }
/// max(0, x); its gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { .real(.relu, x) }

/// `base` to the power of `exponent`, element by element.
public func power(_ base: Tensor, _ exponent: Tensor) -> Tensor { .promoting(.power, base, exponent) }
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
/// The quotient rounded down.
public func floorDivide(_ a: Tensor, _ b: Tensor) -> Tensor { .promoting(.floorDivide, a, b) }
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
    /// The elements kept between two limits; the gradient is 0 outside.
    public func clipped(to limits: ClosedRange<Double>) -> Tensor {
        select(self .< limits.lowerBound, Tensor(weak: limits.lowerBound, like: self),
            select(self .> limits.upperBound, Tensor(weak: limits.upperBound, like: self), self))
    }
}
