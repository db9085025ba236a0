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
            labels =
                switch main.labels {
                // What is no number labels nothing.
                case .numbers(let numbers):
                    numbers.allSatisfy(\.isFinite)
                        ? numbers.map { .number($0) } : numbers.indices.map { .number(Double($0)) }
                case .times(let times): times.map { .date($0) }
                case .texts(let texts): isNamedTime ? Self.labels(ofTimes: texts) : texts.map { .text($0) }
                }
            (name, isTime) = (main.name, isNamedTime || main.role == .time)
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

    /// Dates, where all texts are.
    private static func labels(ofTimes texts: [String]) -> [Label] {
        let dates = texts.compactMap { CalendarDate($0) }
        return dates.count == texts.count ? dates.map { .date($0) } : texts.map { .text($0) }
    }

    /// The first days of months; nil where some are no months of the calendar.
    private static func dates(_ years: [Double], _ months: [Double]) -> [CalendarDate]? {
        let dates = zip(years, months).map { year, month in
            Int(wholeOf: year).flatMap { year in Int(wholeOf: month).map { CalendarDate(year: year, month: $0) } }
        }
        return dates.allSatisfy { $0.map { $0.isValid && $0.year.magnitude < 1_000_000 } ?? false }
            ? dates.map { $0! } : nil
    }

    /// The smallest distance between neighbours; nil where there are none.
    var step: TimeStep? {
        let (times, unit) = times
        return zip(times.dropFirst(), times).map { $0 - $1 }.filter { $0 > 0 }.min().map {
            TimeStep(length: $0, unit: unit)
        }
    }

    /// Where labels lie on the axis of time, in months where no month has two of them.
    private var times: (values: [Double], unit: TimeStep.Unit) {
        if labels.contains(where: { $0.date == nil }) {
            return (labels.enumerated().map { $1.number ?? Double($0) }, .number)
        }
        let months = labels.map { Double(12 * $0.date!.year + $0.date!.month) }
        return zip(months, months.dropFirst()).contains { $0 == $1 }
            ? (labels.map { $0.date!.dayCount }, .days) : (months, .months)
    }

    /// Whole numbers that grow by one from a step to the one that follows it, and by more over a gap or where labels go
    /// back.
    ///
    /// Dates count months where no month has two of them, else days; the smallest distance between neighbours is one
    /// step.
    var positions: [Int] {
        let times = times.values
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }
        guard let unit = steps.filter({ $0 > 0 }).min() else { return Array(times.indices.map { 2 * $0 }) }
        return steps.reduce(into: [0]) { positions, step in
            // A backward step begins another series.
            let count = step > 0 ? (step / unit - 1e-3).rounded(.up) : 2
            positions.append(positions.last! + (Int(wholeOf: min(count, 1e6)) ?? 2))
        }
    }

    /// The labels `count` steps on, for forecasts beyond the last one.
    mutating func extend(by count: Int) {
        guard count > 0, self.count > 1 else { return }
        let isMonthly = times.unit == .months
        for _ in 0..<count {
            let last = labels[labels.count - 1], before = labels[labels.count - 2]
            switch (before, last) {
            case (.date(let a), .date(let b)):
                let months = 12 * (b.year - a.year) + b.month - a.month, days = b.days(since: a)
                // Two days that a month ends between are no month apart.
                labels.append(
                    .date(isMonthly && months > 0 && days >= 28 ? b.adding(months: months) : b.adding(days: days)))
            case (.number(let a), .number(let b)): labels.append(.number(2 * b - a))
            default: return
            }
        }
    }
}

/// How far steps lie apart.
struct TimeStep: Codable, Sendable, Equatable, CustomStringConvertible {
    enum Unit: String, Codable { case months, days, number }

    var length: Double, unit: Unit

    /// Whether it is the same but for rounding.
    func isLike(_ other: TimeStep) -> Bool {
        unit == other.unit && abs(length - other.length) <= 1e-3 * max(length, other.length)
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
