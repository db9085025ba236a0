import TernCore
import TernData
import TernLearn

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Empirical orthogonal functions of a field: the few patterns on the map, each with a series in time, that hold most of
/// its variance.
///
/// ```swift
/// let lat = Coordinate("lat", numbers: [-30, 0, 30]), lon = Coordinate("lon", numbers: [0, 90])
/// let swing = Tensor([1.0, -1, 2, -2]).reshaped([4, 1, 1]), map = Tensor([[1.0, 1], [3, 3], [1, 1]])
/// let field = Field("sst", 20 + swing * map, dimensions: ["time", "lat", "lon"], coordinates: [lat, lon])
/// let eof = try EOF(of: field, count: 1)
/// eof.varianceShares[0]               // 1, up to rounding
/// eof.patterns.dimensions             // ["mode", "lat", "lon"]
/// eof.series.shape                    // [4, 1]
/// try eof.reconstruction().values     // the field again, up to rounding
/// ```
///
/// Each value is first multiplied by the root of its weight, so that what a cell counts for in the variance is its
/// area; cells that are missing at all times, or have no weight, are left out and stay missing. The mean over time is
/// taken away, and nothing else: take the usual course of the year away before
/// (`field.grouped(by: .month).anomaly()`), and a trend that is not meant (`field.detrended()`).
///
/// Series have variance 1 and no units; patterns are in the field's units, what a cell does while the series is 1: they
/// are the field's regression on the series. (The package eofs has this as `eofs(eofscaling=2)` divided by the weights,
/// and `pcs(pcscaling=1)`.)
///
/// **Signs.** A pattern and its series may both be turned. Here the pattern's value of largest size, multiplied by the
/// root of its weight, is positive, as in `PCA`.
///
/// **What it does not tell.** Patterns are at right angles whether nature's are or not, and one whose variance is close
/// to the next one's is a mixture of both: ask ``varianceShareErrors(independentSteps:)`` before reading much in it.
///
/// Source: Lorenz, "Empirical orthogonal functions and statistical weather prediction", MIT, 1956; Hannachi, Jolliffe
/// and Stephenson, "Empirical orthogonal functions and related techniques in atmospheric science: a review", Int. J.
/// Climatol. 27, 2007, doi:10.1002/joc.1499.
public struct EOF: Sendable {
    /// What a cell does while the series is 1, in the field's units: `mode` and the field's dimensions without that of
    /// time; that of most variance first. Modes are counted from 1.
    public let patterns: Field
    /// How strong each pattern is at each time, with mean 0 and variance 1 (of the steps less one): time and `mode`.
    public let series: Field
    /// The mean over time, in the field's units; missing where cells were left out.
    public let mean: Field
    /// The variance of each mode over the whole (weighted) field, divided by the number of steps less one, largest
    /// first.
    public let variance: [Double]
    /// Each mode's share of the variance of the whole field, also of the modes that are not kept.
    public let varianceShares: [Double]

    /// The dimension of time.
    let along: String
    /// Of the values of a map in its order, those that count, with the roots of their weights.
    let cells: [Int], roots: [Double]
    /// The patterns of the weighted values, [modes, cells], each of length 1.
    let components: Tensor
    /// The share of the first mode that is not kept; nil where there is none.
    private let nextShare: Double?

    /// The leading patterns of a field.
    ///
    /// - Parameters:
    ///   - field: with a dimension of time and any others, as a rule latitude and longitude.
    ///   - count: how many modes are kept, at most as many as there are steps less one, or cells.
    ///   - along: the dimension of time.
    ///   - weights: what each cell counts for; by default its area on the sphere. nil: all cells alike.
    /// - Throws: `DataError` where a dimension does not exist, the field has no latitudes to weigh by, a cell is missing
    ///   at some times but not at all, a value is infinite, or there are fewer modes with any variance.
    /// - Complexity: O(steps · cells · the smaller of both).
    public init(of field: Field, count: Int, along: String = "time", weights: Weights? = .cellArea) throws {
        let map = try Self.map(field, along)
        let steps = map.values.shape[0], places = map.cellCount
        guard steps > 1 else {
            throw map.failure("there is \(steps) step along \"\(along)\"; patterns need two or more")
        }
        let all = try map.weights(weights), (kept, whole) = try map.cells(weights: all)
        let roots = kept.map { all[$0].squareRoot() }
        guard count >= 1, count <= min(steps - 1, kept.count) else {
            throw map.failure(
                "\(count) modes are wanted; \(steps) steps of \(kept.count) cells have from 1 to \(min(steps - 1, kept.count))"
            )
        }
        var analysis = PCA(nComponents: min(count + 1, steps, kept.count))
        do { try analysis.fit(whole * Tensor(roots)) } catch let error as EstimatorError {
            throw map.failure(error.description)
        }
        let variance = Array(analysis.explainedVariance.prefix(count)), shares = analysis.explainedVarianceRatio
        // What rounding alone may have made.
        let least = 1e-24 * max(analysis.explainedVariance[0], square(whole * Tensor(roots)).sum().item / Double(steps))
        if let empty = variance.firstIndex(where: { !($0 > least) }) {
            throw map.failure(
                empty == 0
                    ? "it does not vary along \"\(along)\""
                    : "only \(empty) modes have any variance; ask for so many at most")
        }
        self.along = along
        (self.cells, self.roots, self.variance) = (kept, roots, variance)
        components = analysis.components.sliced(0..<count)
        varianceShares = Array(shares.prefix(count))
        nextShare = shares.count > count ? shares[count] : nil

        let deviations = Tensor(variance.map { $0.squareRoot() }, shape: [count, 1])
        let modes = Coordinate("mode", numbers: (1...count).map(Double.init))
        let spread = Self.spread(components * deviations / Tensor(roots), kept, places)
        patterns = Field(
            field.name, spread.reshaped([count] + map.shape), dimensions: ["mode"] + map.dimensions,
            coordinates: [modes] + map.coordinates, attributes: field.attributes)
        let means = Tensor(analysis.mean, shape: [1, kept.count]) / Tensor(roots)
        mean = Field(
            field.name, Self.spread(means, kept, places).reshaped(map.shape), dimensions: map.dimensions,
            coordinates: map.coordinates, attributes: field.attributes)
        let scores = matmul(whole * Tensor(roots) - Tensor(analysis.mean), components.transposed())
        series = Self.seriesField(scores / deviations.flattened(), map.steps, along, modes)
    }

    /// How far each of ``varianceShares`` may be off by chance: North's rule of thumb, share · √(2 / steps).
    ///
    /// ```swift
    /// let lat = Coordinate("lat", numbers: [-30, 30])
    /// let field = Field("t", Tensor([[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1], [0, 0], [0, 0]]),
    ///     dimensions: ["time", "lat"], coordinates: [lat])
    /// let eof = try EOF(of: field, count: 2)
    /// eof.varianceShares                      // [0.75, 0.25], up to rounding
    /// eof.varianceShareErrors()               // [0.375, 0.125], up to rounding
    /// eof.isSeparated()                       // [true, true]
    /// ```
    ///
    /// - Parameter independentSteps: how many steps there are that do not repeat the ones before; nil: all. Monthly maps
    ///   of the ocean resemble each other: give fewer, or errors are too small.
    ///
    /// Source: North, Bell, Cahalan and Moeng, "Sampling errors in the estimation of empirical orthogonal functions",
    /// Mon. Weather Rev. 110, 1982, equation 24.
    public func varianceShareErrors(independentSteps: Double? = nil) -> [Double] {
        let steps = independentSteps ?? Double(series.shape[0])
        return varianceShares.map { $0 * (2 / steps).squareRoot() }
    }

    /// Whether each mode stands apart: neither neighbour's share is nearer than the mode's error, so that it is no
    /// mixture of both by chance.
    ///
    /// - Parameter independentSteps: as in ``varianceShareErrors(independentSteps:)``.
    public func isSeparated(independentSteps: Double? = nil) -> [Bool] {
        let errors = varianceShareErrors(independentSteps: independentSteps)
        let shares = varianceShares + [nextShare].compactMap { $0 }
        return errors.indices.map { k in
            [k - 1, k + 1].filter(shares.indices.contains).allSatisfy { Swift.abs(shares[$0] - shares[k]) > errors[k] }
        }
    }
}
