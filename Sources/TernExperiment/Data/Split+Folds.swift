import Tern

extension Split {
    /// Splits that test each unit once: groups dealt into folds in an order drawn with the seed, as scikit-learn's
    /// `GroupKFold(n_splits, shuffle=True, random_state=seed)` deals them; for periods, spans of time one after the
    /// other.
    ///
    /// Within a fold, the validation part is drawn from what is not tested.
    package static func folds(_ count: Int, of split: SplitConfiguration, _ candidates: Candidates, seed: UInt64) throws
        -> [SplitConfiguration]
    {
        func refusal(_ message: String) -> DataError { DataError(file: "split", message) }
        if split.by == .random { throw refusal("by: random has no folds; split by: group or by: period") }
        for (key, labels) in split.labelled where labels != nil {
            throw refusal("\(key) is named, but folds name the parts; leave it out, as with --set split.\(key)=null")
        }
        let units = try units(split.by, candidates)
        guard (2...max(2, units.names.count)).contains(count), units.names.count >= count else {
            throw refusal("\(count) folds of \(units.names.count) \(units.what); ask for 2 to \(units.names.count)")
        }
        let numbers = units.names.compactMap(Double.init), isNumbered = numbers.count == units.names.count
        var order = Array(units.names.indices)
        if split.by == .group {
            let sorted = order.sorted { isNumbered ? numbers[$0] < numbers[$1] : units.names[$0] < units.names[$1] }
            var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
            order = random.permutation(sorted)
        }
        return evenRuns(of: order.count, parts: count).map { run in
            let members = order[run]
            var own = split
            own.test =
                split.by == .group
                ? members.map { .text(units.names[$0]) }
                : [.text(units.names[members.first!]), .text(units.end(at: members.last!))]
            return own
        }
    }
}

extension Split.Units {
    /// The end of a period, as text, that holds a unit and not the one after it: a text such as "2000-01-08" is a day
    /// to its last hour.
    fileprivate func end(at unit: Int) -> String {
        let name = names[unit]
        guard unit + 1 < names.count, case .date(let next) = labels[unit + 1] else { return name }
        let texts = name.contains("T") ? [name] : [name, "\(name)T00:00:00"]
        // To a microsecond, and a fraction, be it less, says no more than where it ends.
        return texts.first { CalendarDate.span(of: $0, calendar: next.calendar).map { $0.upperBound < next } ?? true }
            ?? "\(texts.last!).0000001"
    }
}
