import Tern

/// The straight line through each cell's values over the time of the training part, by least squares.
struct Trend: Codable, Sendable, Equatable {
    /// The time at which each line has the cell's mean, and the mean there; NaN where training has nothing.
    var times: PackedArray, means: PackedArray
    /// Per year, or per unit of the labels.
    var slopes: PackedArray

    init(of training: TrainingSteps) throws {
        let cells = training.width
        var count = [Double](repeating: 0, count: cells), time = count, value = count, square = count, product = count,
            starts = count, origins = count
        // Sums about the first time, and of values far from 0 about the first of them, keep their digits.
        try training.visit { run, steps in
            for step in steps {
                let label = try Self.time(of: run.timeline?.labels[step], run.name, run.file)
                let isDouble = run.values.isDouble
                run.values.visit(step * cells..<(step + 1) * cells) { i, found in
                    let cell = i - step * cells
                    guard !found.isNaN else { return }
                    if count[cell] == 0 { (starts[cell], origins[cell]) = (label, isDouble ? found : 0) }
                    let t = label - starts[cell], x = found - origins[cell]
                    count[cell] += 1
                    time[cell] += t
                    value[cell] += x
                    square[cell] += t * t
                    product[cell] += t * x
                }
            }
        }
        let indices = 0..<cells
        times = PackedArray(indices.map { starts[$0] + time[$0] / count[$0] })
        means = PackedArray(indices.map { origins[$0] + value[$0] / count[$0] })
        slopes = PackedArray(
            indices.map { cell in
                let spread = square[cell] - time[cell] * time[cell] / count[cell]
                // One time alone tells no slope; how far times lie apart is another matter of each unit.
                return spread > 1e-12 * square[cell]
                    ? (product[cell] - time[cell] * value[cell] / count[cell]) / spread : 0
            })
    }

    /// Adds (`sign` 1) or takes away (-1) the lines, over [steps, cells].
    func add(_ sign: Double, to values: inout StepValues, at labels: [Label], cells: Int, name: String, file: String)
        throws
    {
        let (times, means, slopes) = (times.values, means.values, slopes.values)
        for (step, label) in labels.enumerated() {
            let t = try Self.time(of: label, name, file)
            values.replace(step * cells..<(step + 1) * cells) { i, value in
                let cell = i - step * cells
                return value + sign * (means[cell] + slopes[cell] * (t - times[cell]))
            }
        }
    }

    private static func time(of label: Label?, _ name: String, _ file: String) throws -> Double {
        if let time = label?.time { return time }
        throw DataError(
            file: file,
            "variable \"\(name)\": detrend needs times, but its steps are labelled \(label.map { "\($0)" } ?? "by nothing")"
        )
    }
}
