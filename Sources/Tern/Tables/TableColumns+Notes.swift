import TernText

extension TableColumns {
    /// What was found and left out, a line each.
    func notes(of rows: [Int]) -> [String] {
        var notes = table.layout?.notes ?? []
        for (name, why) in left { notes.append("column \"\(name)\" is left out: \(why)") }
        let used = Set(features + choices.targets + [choices.weights ?? ""])
        for name in table.columnNames where used.contains(name) {
            if let mark = marks[name] { notes.append("column \"\(name)\": \(mark.words)") }
        }
        for name in targets where truths.contains(name) && !isClassified {
            notes.append("column \"\(name)\": True and False become 1 and 0")
        }
        for name in features where dateOrders[name] != nil {
            notes.append(
                dateOrders[name] == .packed
                    ? "column \"\(name)\": its numbers are read as dates such as 20200131"
                    : "column \"\(name)\": dates are read with the \(dateOrders[name]!.rawValue), as one of them shows that cannot be read otherwise"
            )
        }
        for name in features where !categories.contains(name) && !dates.contains(name) {
            guard let date = table[name].flatMap(Self.packedDate) else { continue }
            notes.append(
                "column \"\(name)\": numbers such as \(date.packed) are taken as they are; dates written as \(date.plain) become years with a fraction"
            )
        }
        notes += seriesNotes
        let known = targets.map { table[$0]! }
        let lacking = (0..<table.rowCount).count { row in known.contains { $0.isMissing(row) } }
        if lacking > 0 {
            notes.append(
                "\(lacking) row\(lacking == 1 ? "" : "s") without a target \(lacking == 1 ? "is" : "are") left out")
        }
        let dropped = table.rowCount - lacking - rows.count
        if dropped > 0 {
            notes.append(
                "\(dropped) row\(dropped == 1 ? "" : "s") that lack\(dropped == 1 ? "s" : "") a feature \(dropped == 1 ? "is" : "are") left out"
            )
        }
        notes += gapNotes(rows) + groupNotes
        if let weights = choices.weights { notes.append("rows count by \"\(weights)\", in training and in scores") }
        return notes
    }

    /// How much of each column is filled.
    private func gapNotes(_ rows: [Int]) -> [String] {
        guard choices.gaps == .mean else { return [] }
        let gaps = features.compactMap { name -> (name: String, count: Int)? in
            let cells = table[name]!, count = rows.count { cells.isMissing($0) }
            return count > 0 ? (name, count) : nil
        }
        let shown = gaps.prefix(10).map {
            "column \"\($0.name)\": \($0.count.grouped) of \(rows.count.grouped) values \($0.count == 1 ? "is" : "are") missing; the mean of the training rows stands in"
        }
        let rest = gaps.dropFirst(10)
        return rest.isEmpty
            ? shown
            : shown + [
                "\(rest.reduce(0) { $0 + $1.count }.grouped) values of \(rest.count) more columns are missing and filled so"
            ]
    }

    /// What becomes of the columns that say to what rows belong.
    private var groupNotes: [String] {
        (choices.kept + [choices.seriesGroup].compactMap { $0 }).distinct.filter { !choices.excluded.contains($0) }.map
        {
            features.contains($0)
                ? "column \"\($0)\" says which rows belong together, and is a feature too: rows of new groups have a value that training had not"
                : "column \"\($0)\" says which rows belong together, and is no feature (--features would make it one)"
        }
    }
}
