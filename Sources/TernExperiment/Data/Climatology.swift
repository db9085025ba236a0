import Tern

/// What is usual in each cell, by month, by season or altogether: means over the training part of what is present.
package struct Climatology: Codable, Sendable, Equatable {
    var anomaly: VariableConfiguration.Anomaly
    /// [bins, cells]; NaN where training has nothing.
    var means: PackedArray
    /// Whether training has a step in each bin.
    package var isKnown: [Bool]

    init(_ anomaly: VariableConfiguration.Anomaly, of training: TrainingSteps) throws {
        self.anomaly = anomaly
        let cells = training.cellCount, bins = anomaly.binCount
        var sums = [Double](repeating: 0, count: bins * cells), counts = sums
        var known = [Bool](repeating: false, count: bins)
        try training.visit { run, steps in
            for step in steps {
                let bin = try anomaly.bin(of: run.timeline?.labels[step], run.name, run.file)
                known[bin] = true
                for cell in 0..<cells {
                    let value = run.values[step * cells + cell]
                    guard !value.isNaN else { continue }
                    sums[bin * cells + cell] += Double(value)
                    counts[bin * cells + cell] += 1
                }
            }
        }
        isKnown = known
        means = PackedArray(zip(sums, counts).map { $0 / $1 })
    }

    /// Adds (`sign` 1) or takes away (-1) what is usual, over [steps, cells].
    func add(_ sign: Float, to values: inout [Float], at labels: [Label], cells: Int, name: String, file: String) throws {
        for (step, label) in labels.enumerated() {
            let bin = try anomaly.bin(of: label, name, file)
            guard isKnown[bin] else {
                throw DataError(
                    file: file, "variable \"\(name)\": the training part has no \(anomaly.rawValue) like that of \(label), whose anomaly is asked for")
            }
            for cell in 0..<cells { values[step * cells + cell] += sign * Float(means.values[bin * cells + cell]) }
        }
    }
}

extension VariableConfiguration.Anomaly {
    var binCount: Int {
        switch self {
        case .month: 12
        case .season: 4
        case .all: 1
        }
    }

    func bin(of label: Label?, _ name: String, _ file: String) throws -> Int {
        if self == .all { return 0 }
        guard let date = label?.date else {
            throw DataError(
                file: file, "variable \"\(name)\": anomaly: \(rawValue) needs dates, but its steps are labelled \(label.map { "\($0)" } ?? "by nothing"); "
                    + "use anomaly: all")
        }
        return self == .month ? date.month - 1 : date.month % 12 / 3
    }
}
