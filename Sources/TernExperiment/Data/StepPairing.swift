import Tern

/// Which steps of two series say the same: by their labels, or where the files mark one day, or one month, in two ways,
/// by days or months.
struct StepPairing {
    /// What labels are one by.
    enum Key: CaseIterable { case label, day, month }

    /// The step of the first series for each of the second; nil where it has none.
    let steps: [Int?]
    /// The finest by which all of them are one.
    let key: Key

    /// Steps are the same where all labels are. Else the key counts that gives most steps a partner, among those by
    /// which no two labels of a series are one: the middle of a month may be its 15th in February alone.
    init(of timeline: Timeline, in other: Timeline) {
        guard timeline.labels != other.labels else {
            (steps, key) = (timeline.labels.indices.map { $0 }, .label)
            return
        }
        var best = (steps: [Int?](repeating: nil, count: other.count), key: Key.label, count: 0)
        for key in Key.allCases where best.count < min(timeline.count, other.count) {
            // Two days may lie in months of their own.
            if key == .month, !timeline.isMonthly || !other.isMonthly { continue }
            let own = Dictionary(
                timeline.labels.enumerated().map { (key.text(of: $1), $0) }, uniquingKeysWith: { _, _ in -1 })
            guard own.count == timeline.count else { continue }
            let others = other.labels.map(key.text)
            guard Set(others).count == other.count else { continue }
            let steps = others.map { own[$0] }, count = steps.count { $0 != nil }
            if count > best.count { best = (steps, key, count) }
        }
        (steps, key) = (best.steps, best.key)
    }

    /// Steps of the first series behind the end of the second, with the labels that the second would go on by.
    func steps(of timeline: Timeline, behind other: Timeline) -> [(step: Int, label: Label)] {
        guard let last = other.labels.last, let end = last.time else { return [] }
        let known = Set(other.labels.map(key.text))
        return timeline.labels.enumerated().compactMap { step, label in
            guard let time = label.time, time > end, !known.contains(key.text(of: label)) else { return nil }
            return key.label(label, behind: last).map { (step, $0) }
        }
    }

    /// What is to be said of it, a line each.
    func notes(of variable: VariableSteps, in other: VariableSteps) -> [String] {
        guard let own = variable.timeline, let theirs = other.timeline else { return [] }
        var notes: [String] = []
        if let ownStep = own.step, let step = theirs.step, !ownStep.isLike(step) {
            notes.append(
                "the steps of \(variable.name) lie \(ownStep) apart, those of \(other.name) \(step): they are paired where dates coincide; bring both to one step if each is to say the same time"
            )
        }
        if key != .label,
            let pair = zip(steps, theirs.labels).lazy.compactMap({ step, label in step.map { (own.labels[$0], label) } }
            )
            .first(where: { $0 != $1 })
        {
            notes.append(
                "the steps of \(variable.name) and \(other.name) are paired by \(key == .day ? "the day, whatever the hour" : "the month, whatever the day"): "
                    + "\(pair.0) of \(variable.file) with \(pair.1)")
        }
        return notes
    }
}

extension StepPairing.Key {
    fileprivate func text(of label: Label) -> String {
        switch self {
        case .label: label.description
        case .day: label.key
        case .month: label.monthKey
        }
    }

    /// A label behind the end of another series as that series would have it; nil where its calendar has no such day.
    fileprivate func label(_ label: Label, behind end: Label) -> Label? {
        guard case .date(let date) = label, case .date(let end) = end else { return label }
        if self == .month { return .date(end.adding(months: 12 * (date.year - end.year) + date.month - end.month)) }
        let own = CalendarDate(
            year: date.year, month: date.month, day: date.day, seconds: self == .day ? end.seconds : date.seconds,
            calendar: end.calendar)
        return own.isValid ? .date(own) : nil
    }
}
