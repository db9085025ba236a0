import Tern

/// The labels of the steps along the sample dimension, and which of them follow each other.
struct Timeline: Sendable, Equatable {
    var labels: [Label]
    /// What the labels are called: `time`, `year`; nil where steps are only counted.
    var name: String?
    /// Whether neighbours are neighbours in time.
    var isTime: Bool

    var count: Int { labels.count }

    /// By the coordinate named after the dimension; else by dates along it; by `year` and `month`; by `year`; else
    /// counted from 0.
    init(of dimension: String, length: Int, _ coordinates: [Coordinate]) {
        let along = coordinates.filter { $0.dimension == dimension }
        func numbers(_ name: String) -> [Double]? { along.first { $0.name.lowercased() == name }?.numbers }
        let isNamedTime = ["time", "year", "date", "month", "day"].contains(dimension.lowercased())
        if let main = along.first(where: { $0.name == dimension }) ?? along.first(where: { $0.times != nil }) {
            // What is no number labels nothing.
            let isCounted = main.numbers.map { !$0.allSatisfy(\.isFinite) } ?? false
            labels =
                switch main.labels {
                case .numbers(let numbers): (isCounted ? numbers.indices.map(Double.init) : numbers).map { .number($0) }
                case .times(let times): times.map { .date($0) }
                case .texts(let texts):
                    (isNamedTime ? Self.dates(of: texts)?.map { .date($0) } : nil) ?? texts.map { .text($0) }
                }
            (name, isTime) = (isCounted ? nil : main.name, isNamedTime || main.role == .time)
        } else if let years = numbers("year"), let months = numbers("month"), let dates = Self.dates(years, months) {
            labels = dates.map { .date($0) }
            (name, isTime) = (dimension, true)
        } else if let years = numbers("year") {
            labels = years.map { .number($0) }
            (name, isTime) = (along.first { $0.name.lowercased() == "year" }!.name, true)
        } else {
            labels = (0..<length).map { .number(Double($0)) }
            (name, isTime) = (nil, isNamedTime)
        }
    }

    /// Dates of the first of these calendars that has each; nil where a text is none.
    static func dates(of texts: [String], in calendars: [CalendarDate.Calendar] = [.standard]) -> [CalendarDate]? {
        let dates = texts.compactMap { text in calendars.lazy.compactMap { CalendarDate(text, calendar: $0) }.first }
        return dates.count == texts.count ? dates : nil
    }

    /// The first days of months; nil where some are no months of the calendar.
    private static func dates(_ years: [Double], _ months: [Double]) -> [CalendarDate]? {
        let dates = zip(years, months).map { year, month in
            Int(wholeOf: year).flatMap { year in Int(wholeOf: month).map { CalendarDate(year: year, month: $0) } }
        }
        return dates.allSatisfy { $0.map { $0.isValid && $0.year.magnitude < 1_000_000 } ?? false }
            ? dates.map { $0! } : nil
    }

    /// How far a step mostly lies from the one that follows it; nil where none does.
    var step: TimeStep? {
        let (times, unit) = times
        let distances = times.steps.filter { $0 > 0 }
        guard let least = distances.min(), let usual = distances.filter({ $0 < 1.5 * least }).upperMedian else {
            return nil
        }
        return TimeStep(length: usual, unit: unit)
    }

    /// Whether steps are counted in months.
    var isMonthly: Bool { times.unit == .months }

    /// Where labels lie on the axis of time: in months where no month has two days of them and most lie about as far
    /// apart, which two days that a month ends between do not.
    private var times: (values: [Double], unit: TimeStep.Unit) {
        if labels.contains(where: { $0.date == nil }) {
            return (labels.enumerated().map { $1.number ?? Double($0) }, .number)
        }
        let months = labels.map { Double(12 * $0.date!.year + $0.date!.month) }, days = labels.map { $0.date!.dayCount }
        let isMonthly =
            !zip(months.steps, days.steps).contains { $0 == 0 && $1 != 0 }
            && days.steps.filter { $0 > 0 }.upperMedian.map { $0 >= 20 } ?? true
        return isMonthly ? (months, .months) : (days, .days)
    }

    /// Whole numbers that grow by one from a step to the one that follows it, and by more over a gap or where labels go
    /// back.
    ///
    /// Dates count months where no month has two of them, else days; the smallest distance between neighbours is one
    /// step, and so is what lies nearer to one than to two: thirds of a month have 8 to 11 days.
    var positions: [Int] {
        let steps = times.values.steps
        guard let unit = steps.filter({ $0 > 0 }).min() else { return labels.indices.map { 2 * $0 } }
        return steps.reduce(into: [0]) { positions, step in
            // A backward step begins another series.
            let count = step > 0 ? (step / unit).rounded() : 2
            positions.append(positions.last! + (Int(wholeOf: min(count, 1e6)) ?? 2))
        }
    }

    /// The labels `count` steps on, for forecasts beyond the last one: as far apart as the last two that follow each
    /// other, be there a gap behind them. Ends of months are followed by such.
    mutating func extend(by count: Int) {
        guard count > 0, let last = labels.last else { return }
        let positions = positions, isMonthly = isMonthly
        guard let next = positions.indices.dropFirst().last(where: { positions[$0] - positions[$0 - 1] == 1 }) else {
            return
        }
        let step = (labels[next - 1], labels[next])
        let areEnds = isMonthly && labels.allSatisfy { $0.date.map { $0.endOfMonth == $0 } ?? false }
        // All from the last known one: what a short month cuts stands again behind it.
        for n in 1...count {
            switch (step.0, step.1, last) {
            case (.date(let a), .date(let b), .date(let last)) where isMonthly:
                let date = last.adding(months: n * b.months(since: a))
                labels.append(.date(areEnds ? date.endOfMonth : date))
            case (.date(let a), .date(let b), .date(let last)):
                labels.append(.date(last.adding(days: Double(n) * b.days(since: a))))
            case (.number(let a), .number(let b), .number(let last)):
                labels.append(.number(last + Double(n) * (b - a)))
            default: return
            }
        }
    }
}

/// How far steps lie apart.
struct TimeStep: Codable, Sendable, Equatable, CustomStringConvertible {
    enum Unit: String, Codable { case months, days, number }

    var length: Double, unit: Unit

    /// Whether it is the same, but for what calendars and months differ by, which is a tenth where they are counted in
    /// days or as parts of a year.
    func isLike(_ other: TimeStep) -> Bool {
        unit == other.unit
            && abs(length - other.length) <= (unit == .months ? 1e-3 : 0.1) * max(length, other.length)
    }

    var description: String {
        let rounded = (length * 1000).rounded() / 1000,
            number = rounded == rounded.rounded() ? String(Int(wholeOf: rounded) ?? 0) : "\(rounded)"
        switch unit {
        case .months: return number == "1" ? "a month" : number == "12" ? "a year" : "\(number) months"
        case .days where length < 0.99: return "\(((length * 24000).rounded() / 1000)) hours"
        case .days: return number == "1" ? "a day" : "\(number) days"
        case .number: return number
        }
    }
}

extension CalendarDate {
    /// The same time of the last day of its month.
    fileprivate var endOfMonth: CalendarDate {
        var date = self
        date.day = calendar.days(inMonth: month, of: year)
        return date
    }
}

extension Label {
    package var date: CalendarDate? { if case .date(let date) = self { date } else { nil } }
    package var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// Where a label lies on the axis of time, in years where it is a date; nil for texts.
    var time: Double? {
        switch self {
        case .number(let number): number
        case .date(let date): date.decimalYear
        case .text: nil
        }
    }

    /// What labels of different files are matched by where no file has two of a day; dates at different hours of it are
    /// one.
    var key: String {
        if case .date(let date) = self {
            return CalendarDate(year: date.year, month: date.month, day: date.day).description
        }
        return description
    }

    /// The key of a month, of which monthly files may mark the first day or the middle.
    var monthKey: String { date.map { "\($0.year)-\($0.month)" } ?? key }
}

extension [Label] {
    /// Their places in the order of time; those without a time count by their place.
    var timeOrder: [Int] {
        enumerated().map { $1.time ?? Double($0) }.ascendingOrder
    }

    /// What labels of different series are one by: days, unless a series has two times of one day.
    ///
    /// - Parameter series: which one each label is of.
    func keys<Series: Hashable>(in series: [Series]) -> [String] {
        var times: [Series: [String: Label]] = [:]
        let days = map(\.key)
        for (i, label) in enumerated() where label.date != nil {
            if let other = times[series[i], default: [:]].updateValue(label, forKey: days[i]), other != label {
                return map(\.description)
            }
        }
        return days
    }
}
