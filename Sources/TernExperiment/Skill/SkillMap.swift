import Tern

/// How good predictions of maps are, cell by cell.
///
/// ```swift
/// let lat = Coordinate("lat", numbers: [-30, 30]), lon = Coordinate("lon", numbers: [0])
/// func maps(_ values: [Double]) -> Field {
///     Field("t", Tensor(values, shape: [3, 2, 1]), dimensions: ["time", "lat", "lon"], coordinates: [lat, lon])
/// }
/// let truth = maps([1, 4, 2, 5, 3, 9]), zero = maps([0, 0, 0, 0, 0, 0])
/// let map = try SkillMap(truth: truth, prediction: maps([2, 4, 4, 5, 6, 9]), reference: zero)
/// print(map.r.dimensions, map.r.values.doubles, map.skill.values.doubles)  // ["lat", "lon"] [1.0, 1.0] [0.0, 1.0]
/// ```
public struct SkillMap: Sendable {
    /// Pearson's correlation over the examples; of what departs from what is usual, where that is given. NaN where one
    /// does not vary.
    public let r: Field
    /// 1 − MSE / MSE of the reference, over the examples that both predict.
    public let skill: Field

    /// Maps of [latitude, longitude] over the examples.
    ///
    /// - Parameters:
    ///   - truth: [examples, latitude, longitude], as ``Preprocessing/restore(predictions:for:)`` gives it.
    ///   - prediction: of the same shape, like `reference`.
    ///   - reference: another forecast, such as the climatology.
    ///   - usual: what was left out to prepare the target as an anomaly (``Preprocessing/usual(for:)``).
    /// - Throws: `DataError` where the fields are no maps of one shape.
    public init(truth: Field, prediction: Field, reference: Field, usual: Field? = nil) throws {
        guard truth.shape.count == 3, truth.shape == prediction.shape, truth.shape == reference.shape else {
            throw DataError(
                file: "field \"\(truth.name)\"",
                "skill by cell needs maps of one shape; they are \(truth.shape), \(prediction.shape) and \(reference.shape)"
            )
        }
        let own = Comparison(truth: truth, prediction: prediction, usual: usual), other = own.with(reference)
        let cells = 0..<own.cells
        func indices(_ cell: Int) -> StrideTo<Int> { stride(from: cell, to: own.rows * own.cells, by: own.cells) }
        let skills = cells.map { own.skill(at: indices($0), over: other) }
        func map(_ name: String, _ values: [Double]) -> Field {
            Field(
                name, Tensor(values, shape: Array(truth.shape.dropFirst())),
                dimensions: Array(truth.dimensions.dropFirst()),
                coordinates: truth.coordinates.filter { $0.dimension != truth.dimensions[0] },
                attributes: ["units": "1"])
        }
        r = map("r", cells.map { own.correlation(at: indices($0)) })
        skill = map("skill", skills.map { $0.isFinite ? $0 : .nan })
    }
}
