import TernCore

/// A matrix of examples, column by column, in double precision.
struct Columns {
    let rows: Int
    var values: [[Double]]
    private let dtype: DType

    init(_ x: Tensor) {
        rows = x.shape[0]
        dtype = x.dtype
        let width = x.shape[1], flat = x.doubles
        values = (0..<width).map { c in (0..<x.shape[0]).map { flat[$0 * width + c] } }
    }

    /// [examples, features] again, in the type of the matrix it came from.
    var tensor: Tensor {
        let width = values.count
        var flat = [Double](repeating: 0, count: rows * width)
        for (c, column) in values.enumerated() { for r in 0..<rows { flat[r * width + c] = column[r] } }
        return Tensor(flat, shape: [rows, width]).cast(to: dtype)
    }

    /// Quantiles of values without gaps, by linear interpolation, as `numpy.percentile(values, 100 * shares)`; NaN where
    /// there are none.
    static func percentiles(_ values: [Double], _ shares: [Double]) -> [Double] {
        guard !values.isEmpty else { return shares.map { _ in .nan } }
        let sorted = values.sorted(), last = sorted.count - 1
        return shares.map { share in
            let place = share * 100 / 100 * Double(last), below = Int(place.rounded(.down))
            let a = sorted[Swift.min(below, last)], b = sorted[Swift.min(below + 1, last)], t = place - Double(below)
            return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t
        }
    }

    /// A scale by which one may divide: 1 for what hardly differs from 0.
    static func divisor(_ scale: Double) -> Double { scale < 10 * Double.ulpOfOne ? 1 : scale }

    /// Each column changed by a function of its number and value.
    static func map(_ x: Tensor, _ change: (Int, Double) -> Double) -> Tensor {
        let width = x.shape[1]
        let values = x.doubles.enumerated().map { change($0 % width, $1) }
        return Tensor(values, shape: x.shape).cast(to: x.dtype)
    }
}
