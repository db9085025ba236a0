import Tern

/// The straight line through each cell's values over the time of the training part, by least squares.
struct Trend: Codable, Sendable, Equatable {
    /// The time at which each line has the cell's mean, and the mean there; NaN where training has nothing.
    var times: PackedArray, means: PackedArray
    /// Per year, or per unit of the labels.
    var slopes: PackedArray

    init(of training: TrainingSteps) throws {
        let cells = training.cellCount
        var count = [Double](repeating: 0, count: cells), time = count, value = count, square = count, product = count
        // Sums about the first step's time keep their digits.
        let origin = training.runs[0].timeline?.labels.first?.time ?? 0
        try training.visit { run, steps in
            for step in steps {
                let t = try Self.time(of: run.timeline?.labels[step], run.name, run.file) - origin
                for cell in 0..<cells {
                    let x = Double(run.values[step * cells + cell])
                    guard !x.isNaN else { continue }
                    count[cell] += 1
                    time[cell] += t
                    value[cell] += x
                    square[cell] += t * t
                    product[cell] += t * x
                }
            }
        }
        let indices = 0..<cells
        times = PackedArray(indices.map { origin + time[$0] / count[$0] })
        means = PackedArray(indices.map { value[$0] / count[$0] })
        slopes = PackedArray(indices.map { cell in
            let spread = square[cell] - time[cell] * time[cell] / count[cell]
            return spread > 1e-12 ? (product[cell] - time[cell] * value[cell] / count[cell]) / spread : 0
        })
    }

    /// Adds (`sign` 1) or takes away (-1) the lines, over [steps, cells].
    func add(_ sign: Double, to values: inout [Float], at labels: [Label], cells: Int, name: String, file: String) throws {
        for (step, label) in labels.enumerated() {
            let t = try Self.time(of: label, name, file)
            for cell in 0..<cells {
                let line = means.values[cell] + slopes.values[cell] * (t - times.values[cell])
                values[step * cells + cell] = Float(Double(values[step * cells + cell]) + sign * line)
            }
        }
    }

    private static func time(of label: Label?, _ name: String, _ file: String) throws -> Double {
        if let time = label?.time { return time }
        throw DataError(file: file, "variable \"\(name)\": detrend needs times, but its steps are labelled \(label.map { "\($0)" } ?? "by nothing")")
    }
}
