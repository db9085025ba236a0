import Tern

/// The forecast of who knows only the training part: the mean of its targets, month by month where examples are dated in
/// more than one month, else altogether.
///
/// ```swift
/// let usual = ClimatologyForecast(fitting: data).predict(data.test)     // scaled
/// ```
public struct ClimatologyForecast: Codable, Sendable {
    /// By month, or the only one; [outputs] each. NaN where training has nothing.
    private var means: [Int: PackedArray]
    private let outputShape: [Int]

    public init(fitting data: ExperimentData) {
        let training = data.training, outputs = data.outputShape.reduce(1, *)
        outputShape = data.outputShape
        let months = training.labels.map(Self.month)
        let isMonthly = Set(months).count > 1 && !months.contains(0)
        means = [:]
        let keys = isMonthly ? Set(months + [0]) : [0]
        training.targets.withScalars(Float.self) { values in
            for key in keys {
                var sums = [Double](repeating: 0, count: outputs), counts = sums
                for row in months.indices where key == 0 || months[row] == key {
                    for i in 0..<outputs where !values[row * outputs + i].isNaN {
                        sums[i] += Double(values[row * outputs + i])
                        counts[i] += 1
                    }
                }
                means[key] = PackedArray(zip(sums, counts).map { $0 / $1 })
            }
        }
    }

    /// The scaled targets, in the shape of ``Examples/targets``; of a month that training lacks, the mean of all.
    public func predict(_ examples: Examples) -> Tensor {
        let rows = examples.labels.map { Self.month(of: $0) }.map { means[$0] ?? means[0]! }
        return Tensor(rows.flatMap { $0.values.map(Float.init) }, shape: [examples.count] + outputShape)
    }

    /// 1 to 12; 0 for labels that are no dates.
    private static func month(of label: Label) -> Int { label.date?.month ?? 0 }
}
