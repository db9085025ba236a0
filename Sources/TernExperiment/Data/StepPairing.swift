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

    /// Steps of the first series behind the end of the second, with the labels that the second would go on by: of a
    /// finer series those that lie on steps of the second.
    func steps(of timeline: Timeline, behind other: Timeline) -> [(step: Int, label: Label)] {
        guard let last = other.labels.last, let end = last.time else { return [] }
        let known = Set(other.labels.map(key.text))
        let behind = timeline.labels.enumerated().compactMap { step, label -> (step: Int, label: Label)? in
            guard let time = label.time, time > end, !known.contains(key.text(of: label)) else { return nil }
            return key.label(label, behind: last).map { (step, $0) }
        }
        // Of a lone label nobody knows how it goes on.
        guard let step = other.step else { return behind }
        let lengths = zip(other.labels, other.labels.dropFirst()).compactMap { step.count(from: $0, to: $1) }
            .filter { $0 > 0 }
        let least = lengths.min() ?? 1, most = lengths.filter { $0 < 1.5 * least }.max() ?? 1
        let monthDays = other.labels.compactMap(\.date?.day),
            reach = Double(max(3, (monthDays.max() ?? 0) - (monthDays.min() ?? 0)))
        /// How many days a label lies from that of the month on which the second series ends.
        func days(to label: Label) -> Double? {
            guard step.unit == .months, let a = last.date, let b = label.date else { return nil }
            return abs(Double(b.day - a.day) + b.dayShare - a.dayShare)
        }
        /// How many steps a label lies behind another, each as long as those of the second series, to a fiftieth, and
        /// of months to the days by which their middles and ends, or those of the second series, differ; nil between
        /// steps.
        func count(from start: Label, to label: Label) -> Double? {
            guard let distance = step.count(from: start, to: label), days(to: label) ?? 0 <= reach else { return nil }
            let count = max(1, ((distance - 0.02) / most).rounded(.up))
            return distance > count * least - 0.02 ? count : nil
        }
        var kept: [(step: Int, label: Label)] = [], start = last
        var nearest: (step: Int, label: Label, count: Double, error: Double)?
        for next in behind.sorted(by: { $0.label.time ?? 0 < $1.label.time ?? 0 }) {
            if let found = nearest, count(from: start, to: next.label) != found.count {
                kept.append((found.step, found.label))
                (start, nearest) = (found.label, nil)
            }
            guard let own = count(from: start, to: next.label) else { continue }
            // From where steps of the usual length lead.
            let error = days(to: next.label) ?? abs(step.count(from: start, to: next.label)! - own)
            if error < nearest?.error ?? .infinity { nearest = (next.step, next.label, own, error) }
        }
        return kept + (nearest.map { [($0.step, $0.label)] } ?? [])
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
        if self == .month { return .date(end.adding(months: date.months(since: end))) }
        let own = CalendarDate(
            year: date.year, month: date.month, day: date.day, seconds: self == .day ? end.seconds : date.seconds,
            calendar: end.calendar)
        return own.isValid ? .date(own) : nil
    }
}
