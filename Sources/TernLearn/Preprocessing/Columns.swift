import TernCore

/// A matrix of examples, column by column, in double precision.
struct Columns {
    let rows: Int
    var values: [[Double]]
    private let dtype: DType

    init(_ x: Tensor) {
        rows = x.shape[0]
        dtype = x.dtype
        values = x.columns
    }

    /// [examples, features] again, in the type of the matrix it came from.
    var tensor: Tensor { Tensor(columns: values, rows: rows).cast(to: dtype) }

    /// Quantiles of values without gaps, as `numpy.percentile(values, 100 * shares)`; NaN where there are none.
    static func percentiles(_ values: [Double], _ shares: [Double]) -> [Double] {
        guard !values.isEmpty else { return shares.map { _ in .nan } }
        return Tensor(values).percentile(shares.map { $0 * 100 }).doubles
    }

    /// Whether rounding alone could have caused a variance: scikit-learn counts that as none.
    static func isConstant(_ variance: Double, mean: Double, count n: Double) -> Bool {
        let eps = Double.ulpOfOne
        return variance <= n * eps * variance + (n * mean * eps) * (n * mean * eps)
    }

    /// A scale by which one may divide: 1 for what hardly differs from 0. scikit-learn goes by the type of the
    /// features, and so leaves `float32` ones unscaled that vary by less than 1.2e-6, such as mixing ratios.
    static func divisor(_ scale: Double) -> Double { scale < 10 * Double.ulpOfOne ? 1 : scale }

    /// Each column changed by a function of its number and value.
    static func map(_ x: Tensor, _ change: (Int, Double) -> Double) -> Tensor {
        let width = x.shape[1]
        let values = x.doubles.enumerated().map { change($0 % width, $1) }
        return Tensor(values, shape: x.shape).cast(to: x.dtype)
    }
}

extension Tensor {
    /// A matrix of columns of one length, in double precision.
    package init(columns: [[Double]], rows: Int) {
        let width = columns.count
        self.init(shape: [rows, width], dtype: .float64) { bytes in
            let out = bytes.bindMemory(to: Double.self)
            // In blocks of rows, which stay in the cache until they are full.
            for block in stride(from: 0, to: rows, by: 512) {
                for (j, column) in columns.enumerated() {
                    for i in block..<Swift.min(block + 512, rows) { out[i * width + j] = column[i] }
                }
            }
        }
    }

    /// The columns of a matrix.
    package var columns: [[Double]] {
        let flat = doubles, width = shape[1]
        return (0..<width).map { c in (0..<shape[0]).map { flat[$0 * width + c] } }
    }
}
