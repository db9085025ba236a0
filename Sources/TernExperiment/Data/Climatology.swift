import Tern

/// What is usual in each cell and channel, by month, by season or altogether: means over the training part of what is
/// present.
package struct Climatology: Codable, Sendable, Equatable {
    var anomaly: VariableConfiguration.Anomaly
    /// [bins, values of a step]; NaN where training has nothing.
    var means: PackedArray
    /// Whether training has a step in each bin.
    package var isKnown: [Bool]

    init(_ anomaly: VariableConfiguration.Anomaly, of training: TrainingSteps) throws {
        self.anomaly = anomaly
        let cells = training.width, bins = anomaly.binCount
        // Sums about the first value keep the digits of values far from 0.
        var sums = [Double](repeating: 0, count: bins * cells), counts = sums, origins = sums
        var known = [Bool](repeating: false, count: bins)
        try training.visit { run, steps in
            for step in steps {
                let bin = try anomaly.bin(of: run.timeline?.labels[step], run.name, run.file)
                known[bin] = true
                let isDouble = run.values.isDouble, place = (bin - step) * cells
                run.values.visit(step * cells..<(step + 1) * cells) { i, value in
                    guard !value.isNaN else { return }
                    if isDouble, counts[place + i] == 0 { origins[place + i] = value }
                    sums[place + i] += value - origins[place + i]
                    counts[place + i] += 1
                }
            }
        }
        isKnown = known
        means = PackedArray(sums.indices.map { origins[$0] + sums[$0] / counts[$0] })
    }

    /// Adds (`sign` 1) or takes away (-1) what is usual, over [steps, cells].
    func add(_ sign: Double, to values: inout StepValues, at labels: [Label], cells: Int, name: String, file: String)
        throws
    {
        let usual = means.values
        for (step, label) in labels.enumerated() {
            let bin = try anomaly.bin(of: label, name, file)
            guard isKnown[bin] else {
                throw DataError(
                    file: file,
                    "variable \"\(name)\": the training part has no \(anomaly.rawValue) like that of \(label), whose anomaly is asked for"
                )
            }
            let place = (bin - step) * cells
            values.replace(step * cells..<(step + 1) * cells) { i, value in value + sign * usual[place + i] }
        }
    }
}

extension VariableConfiguration.Anomaly {
    var binCount: Int {
        switch self {
        case .month: 12
        case .season: CalendarDate.Season.allCases.count
        case .all: 1
        }
    }

    func bin(of label: Label?, _ name: String, _ file: String) throws -> Int {
        if self == .all { return 0 }
        guard let date = label?.date else {
            throw DataError(
                file: file,
                "variable \"\(name)\": anomaly: \(rawValue) needs dates, but its steps are labelled \(label.map { "\($0)" } ?? "by nothing"); "
                    + "use anomaly: all")
        }
        return self == .month ? date.month - 1 : CalendarDate.Season.allCases.firstIndex(of: date.season)!
    }
}
