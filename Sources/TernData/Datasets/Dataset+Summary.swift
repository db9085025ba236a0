extension Dataset {
    /// What the numbers of a variable are, in short.
    package struct Summary {
        /// Of the values that are there.
        package var range: ClosedRange<Double>, mean: Double
        /// How many are there, and the share of those that are missing.
        package var count: Int, missing: Double
        /// Values that look like marks of missing ones.
        package var suspects: [SuspectedMarker]
        /// What nothing in the file says of how they were read.
        package var notes: ReadingNotes
    }

    /// Of a variable of numbers, read in chunks so that a file larger than memory can be looked at; nil where no value
    /// is there.
    package func summary(of variable: Variable) throws -> Summary? {
        let rows = max(1, (1 << 22) / max(1, variable.shape.dropFirst().reduce(1, *)))
        var low = Double.infinity, high = -Double.infinity, sum = 0.0, count = 0.0
        var extremes = SuspectedMarker.Extremes(), notes: ReadingNotes? = []
        for start in stride(from: 0, to: variable.shape.first ?? 1, by: rows) {
            let part = variable.dimensions.first.map { [$0: start..<min(start + rows, variable.shape[0])] } ?? [:]
            let field = try self.field(
                variable.name, at: part, decodingTimes: false, isLabelled: false, notes: &notes)
            if let range = field.range { (low, high) = (min(low, range.lowerBound), max(high, range.upperBound)) }
            let own = try field.count().values.item
            if own > 0 { sum += try field.mean().values.item * own }
            count += own
            // Labels are no measurements.
            if variable.dimensions != [variable.name] { for x in field.values.doubles { extremes.add(x) } }
        }
        guard count > 0 else { return nil }
        return Summary(
            range: low...high, mean: sum / count, count: Int(count), missing: 1 - count / Double(variable.count),
            suspects: SuspectedMarker.found(in: extremes, among: Int(count)), notes: notes ?? [])
    }
}
