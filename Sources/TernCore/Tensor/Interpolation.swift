/// Values between given points, on straight lines: `numpy.interp(x, xp, fp)`.
///
/// ```swift
/// interpolate(at: Tensor([0.5, 2.5]), points: Tensor([0.0, 1, 3]), values: Tensor([10.0, 20, 40]))   // [15, 35]
/// ```
///
/// Gradients flow to `x`, `values` and `points`. At a point, that of `x` is the slope to its right.
///
/// - Parameters:
///   - x: the places, in any shape.
///   - points: a vector that increases.
///   - values: a vector with a value for each point.
///   - left: the result before the first point, by default its value.
///   - right: the result after the last point, by default its value.
///   - period: places and points are taken modulo this number, and the points may be in any order; `left` and
///     `right` do not matter then.
/// - Returns: `float64` in the shape of `x`.
/// - Complexity: O(count · log points).
public func interpolate(
    at x: Tensor, points: Tensor, values: Tensor, left: Double? = nil, right: Double? = nil, period: Double? = nil
) -> Tensor {
    guard points.rank == 1, points.shape == values.shape, points.count > 0 else {
        fail(
            "interpolate: points of shape \(points.shape) and values of shape \(values.shape) are not two vectors of one length, at least 1"
        )
    }
    var x = x.cast(to: .float64), xp = points.cast(to: .float64), fp = values.cast(to: .float64)
    if let period {
        guard period != 0 else { fail("interpolate: the period is 0") }
        x = x % abs(period)
        xp = xp % abs(period)
        let order = xp.stoppingGradient().argsorted()
        xp = xp.taking(order)
        fp = fp.taking(order)
        let n = xp.count
        xp = .concatenated([xp[(n - 1)...] - abs(period), xp, xp[..<1] + abs(period)])
        fp = .concatenated([fp[(n - 1)...], fp, fp[..<1]])
    }
    let n = xp.count, first = xp[0], last = xp[n - 1]
    let before = period == nil ? left.map { Tensor($0) } ?? fp[0] : fp[0]
    let after = period == nil ? right.map { Tensor($0) } ?? fp[n - 1] : fp[n - 1]
    func outside(_ inside: Tensor) -> Tensor {
        select(x .< first, before, select(x .> last, after, select(x .== last, fp[n - 1], inside)))
    }
    if n == 1 { return outside(fp[0]) }
    let k = minimum(maximum(x.searchSorted(in: xp, right: true) - 1, 0), n - 2)
    let x0 = xp.taking(k), x1 = xp.taking(k + 1), f0 = fp.taking(k), f1 = fp.taking(k + 1)
    // Points that coincide have a slope only where it is not read.
    let slope = (f1 - f0) / select(x1 .== x0, Tensor(1.0), x1 - x0)
    // NumPy's way round infinite values: at a point, from the other side, and between equals.
    var inside = slope * (x - x0) + f0
    inside = select(isNaN(inside) .& (x .== x0), f0, inside)
    inside = select(isNaN(inside), slope * (x - x1) + f1, inside)
    inside = select(isNaN(inside) .& (f0 .== f1), f0, inside)
    return outside(select(isNaN(x), x, inside))
}
