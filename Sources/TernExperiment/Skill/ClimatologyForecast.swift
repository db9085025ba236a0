import Tern

/// The forecast of who knows only the training part: the mean of its targets, month by month where examples are dated
/// in more than one month, else altogether.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let usual = ClimatologyForecast(fitting: data).predict(data.test)  // scaled, as the targets are
/// print(usual.shape)  // [9, 1]
/// ```
public struct ClimatologyForecast: Codable, Sendable {
    /// By month, or the only one; [outputs] each. NaN where training has nothing.
    private var means: [Int: PackedArray]
    private let outputShape: [Int]

    /// The means of examples in memory.
    public init(fitting data: ExperimentData) {
        self.init(data.training.labels, data.outputShape) { add in add(data.training) }
    }

    /// The means of examples that may be streamed.
    ///
    /// - Throws: `DataError` where files cannot be read.
    public init(fitting data: ExperimentStream) throws {
        try self.init(data.training.outline.labels, data.outputShape) { add in
            for chunk in data.training.chunkSizes.indices { add(try data.training.targets(ofChunk: chunk)) }
        }
    }

    /// - Parameters:
    ///   - labels: of all examples of the training part.
    ///   - visit: gives them to its argument, all at once or part by part.
    private init(_ labels: [Label], _ outputShape: [Int], visit: ((Examples) -> Void) throws -> Void) rethrows {
        let outputs = outputShape.reduce(1, *)
        self.outputShape = outputShape
        let all = Set(labels.map(Self.month)), isMonthly = all.count > 1 && !all.contains(0)
        let keys = isMonthly ? all.union([0]) : [0]
        // By month, the sum over all as month 0.
        var sums = [Double](repeating: 0, count: 13 * outputs), counts = sums
        try visit { examples in
            examples.targets.withScalars(Float.self) { values in
                for (row, label) in examples.labels.enumerated() {
                    for key in isMonthly ? [0, Self.month(of: label)] : [0] {
                        for i in 0..<outputs where !values[row * outputs + i].isNaN {
                            sums[key * outputs + i] += Double(values[row * outputs + i])
                            counts[key * outputs + i] += 1
                        }
                    }
                }
            }
        }
        means = keys.reduce(into: [:]) { means, key in
            means[key] = PackedArray(
                (0..<outputs).map { i in
                    // A month may lack a cell.
                    let own = counts[key * outputs + i] > 0 ? key * outputs + i : i
                    return sums[own] / counts[own]
                })
        }
    }

    /// - Throws: `DataError` where what a file says does not fit together or the run's targets.
    func check(_ file: String, outputShape wanted: [Int]) throws {
        let count = checkedProduct(wanted)
        guard outputShape == wanted, means[0] != nil, means.values.allSatisfy({ $0.values.count == count }) else {
            throw DataError(
                file: file,
                "the file is damaged: its means of shape \(outputShape) are not those of targets of shape \(wanted)")
        }
    }

    /// The scaled targets, in the shape of ``Examples/targets``; of a month that training lacks, as a whole or in a
    /// cell, the mean of all.
    public func predict(_ examples: Examples) -> Tensor {
        let rows = examples.labels.map { Self.month(of: $0) }.map { means[$0] ?? means[0]! }
        return Tensor(rows.flatMap { $0.values.map(Float.init) }, shape: [examples.count] + outputShape)
    }

    /// 1 to 12; 0 for labels that are no dates.
    private static func month(of label: Label) -> Int { label.date?.month ?? 0 }
}
