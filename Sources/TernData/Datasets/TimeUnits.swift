import TernCore

/// What the numbers of a time coordinate mean: "days since 1800-1-1 00:00:00" in a calendar.
///
/// ```swift
/// let units = try TimeUnits("days since 1800-1-1", calendar: .standard)
/// print(units.date(for: 76701)!)  // 2010-01-01
/// print(units.number(for: CalendarDate("2010-01-02")!))  // 76702.0
/// ```
///
/// Weeks, days, hours, minutes, seconds and fractions of it, down to nanoseconds, are read in every calendar; dates are
/// kept to microseconds. A month has no length of its own except where all have 30 days; elsewhere "months since" and
/// "years since" count months of the calendar, whole ones and halves; other parts of a month are no dates.
///
/// The calendars `standard` and `julian` have no year 0, as for UDUNITS and cftime: there -4713 is the year 4713 before
/// Christ, which is -4712 as astronomers and ``CalendarDate`` count. The year 0, from which climatologies count there,
/// is taken for the one before the year 1.
///
/// Source: CF Conventions 1.11, section 4.4.
public struct TimeUnits: Sendable, Equatable {
    /// As it was given.
    public let text: String
    /// The date of the number 0, in UTC: a zone such as `+1:00` is taken off.
    public let origin: CalendarDate
    /// Microseconds in one unit, or units in a microsecond where that is less.
    let length: Int
    private let divisor: Int
    /// Months of the calendar in one unit that has no length of its own.
    private let months: Int?

    /// The calendar in which days are counted.
    public var calendar: CalendarDate.Calendar { origin.calendar }

    /// Whether a text may be the units of a time: "... since ...".
    static func describes(_ units: String?) -> Bool { units?.lowercased().contains(" since ") ?? false }

    /// Reads units such as "hours since 1900-01-01 00:00:0.0" or "months since 1960-01".
    ///
    /// - Throws: ``TimeUnitsError`` that says what cannot be read.
    public init(_ text: String, calendar: CalendarDate.Calendar = .standard) throws(TimeUnitsError) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 3, words[1].lowercased() == "since" else {
            throw TimeUnitsError("\"\(text)\" is no unit of time; expected such as \"days since 1970-01-01\"")
        }
        let day = 86_400_000_000
        // Only where all have 30 days, months and years have a length.
        let isEven = calendar == .days360
        (length, divisor, months) =
            switch words[0].lowercased() {
            case "nanoseconds", "nanosecond", "ns": (1, 1000, nil)
            case "microseconds", "microsecond", "microsec", "microsecs": (1, 1, nil)
            case "milliseconds", "millisecond", "millisec", "millisecs", "msec", "msecs", "ms": (1000, 1, nil)
            case "seconds", "second", "secs", "sec", "s": (1_000_000, 1, nil)
            case "minutes", "minute", "mins", "min": (60_000_000, 1, nil)
            case "hours", "hour", "hrs", "hr", "h": (3_600_000_000, 1, nil)
            case "days", "day", "d": (day, 1, nil)
            case "weeks", "week": (7 * day, 1, nil)
            case "months", "month": (30 * day, 1, isEven ? nil : 1)
            case "years", "year": (360 * day, 1, isEven ? nil : 12)
            default:
                throw TimeUnitsError(
                    "\"\(words[0])\" in \"\(text)\" is no unit of time that is known; use days, hours, minutes or seconds"
                )
            }
        guard let origin = Self.origin(Array(words[2...]), calendar) else {
            throw TimeUnitsError(
                "\"\(words[2...].joined(separator: " "))\" in \"\(text)\" is no date of the calendar \(calendar.rawValue)"
            )
        }
        self.origin = origin
        self.text = text
    }

    /// A date, a time and a zone such as "+1:00" or "UTC".
    private static func origin(_ words: [String], _ calendar: CalendarDate.Calendar) -> CalendarDate? {
        var words = words.flatMap {
            $0.contains("T") && $0 != "UTC" && $0 != "GMT" ? $0.split(separator: "T").map(String.init) : [$0]
        }
        if let last = words.last, ["UTC", "GMT", "Z"].contains(last) { words.removeLast() }
        words = words.map { $0.hasSuffix("Z") ? String($0.dropLast()) : $0 }
        guard (1...3).contains(words.count) else { return nil }
        var shift = 0
        if words.count > 1 {
            // The zone may follow the time at once.
            let zone =
                words.count == 3
                ? words.removeLast()
                : words[1].lastIndex { $0 == "+" || $0 == "-" }.map { mark -> String in
                    let zone = String(words[1][mark...])
                    words[1] = String(words[1][..<mark])
                    return zone
                }
            if let zone {
                guard let minutes = minutes(ofZone: zone) else { return nil }
                shift = minutes * 60_000_000
            }
        }
        var date = words[0]
        if date.count == 8, date.allSatisfy({ $0.isASCII && $0.isNumber }) {
            date = "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
        }
        // Years such as "1-1-1" and "0001-01-01" alike; a time alone after a year or a month is not told apart.
        if date.split(separator: "-").count < 3, words.count > 1 {
            date += date.split(separator: "-").count == 1 ? "-1-1" : "-1"
        }
        if [.standard, .julian].contains(calendar), date.hasPrefix("-") {
            let year = date.dropFirst().prefix { $0 != "-" }
            guard let before = Int(digits: year), before > 0 else { return nil }
            date = "-\(before - 1)" + date[year.endIndex...]
        }
        guard let local = CalendarDate(([date] + words.dropFirst()).joined(separator: " "), calendar: calendar) else {
            return nil
        }
        return CalendarDate(dayNumber: local.dayNumber, microseconds: local.microseconds - shift, calendar: calendar)
    }

    private static func minutes(ofZone zone: String) -> Int? {
        let sign = zone.hasPrefix("-") ? -1 : 1
        let digits = zone.drop { $0 == "+" || $0 == "-" }
        let parts = digits.split(separator: ":").map { Int(digits: $0) }
        guard !parts.isEmpty, parts.count <= 2, !parts.contains(nil) else { return nil }
        // No zone is a day and more away; "530" is 5:30.
        let (hours, minutes) =
            parts.count == 1 && digits.count > 2
            ? (parts[0]! / 100, parts[0]! % 100) : (parts[0]!, parts.count == 2 ? parts[1]! : 0)
        guard (0..<24).contains(hours), (0..<60).contains(minutes) else { return nil }
        return sign * (hours * 60 + minutes)
    }

    /// The date of a number, to a microsecond; nil for NaN, numbers beyond 100,000 years, and parts of months other
    /// than halves.
    public func date(for number: Double) -> CalendarDate? {
        if let months { return date(months: number * Double(months)) }
        let number = number / Double(divisor)
        guard abs(number) * Double(length) < 3.2e18 else { return nil }
        let whole = number.rounded(.down)
        let rest = Int(((number - whole) * Double(length)).rounded())
        return CalendarDate(
            dayNumber: origin.dayNumber, microseconds: origin.microseconds + Int(whole) * length + rest,
            calendar: calendar)
    }

    /// Whether a number counts other parts of months than halves.
    func isPartOfMonth(_ number: Double) -> Bool {
        guard let months, number.isFinite else { return false }
        return 2 * number * Double(months) != (2 * number * Double(months)).rounded()
    }

    /// The date so many months on, whole ones or halves.
    private func date(months number: Double) -> CalendarDate? {
        let whole = number.rounded(.down), rest = number - whole
        guard rest == 0 || rest == 0.5, let count = Int(wholeOf: whole), count.magnitude < 1_200_000 else { return nil }
        let date = origin.adding(months: count), length = calendar.days(inMonth: date.month, of: date.year)
        return rest == 0
            ? date
            : CalendarDate(
                dayNumber: date.dayNumber, microseconds: date.microseconds + length * 43_200_000_000, calendar: calendar
            )
    }

    /// The number of a date of the same calendar; the inverse of ``date(for:)``. Within a month of which only halves
    /// are dates it is the month's share that has passed.
    public func number(for date: CalendarDate) -> Double {
        if let months {
            var whole = 12 * (date.year - origin.year) + date.month - origin.month
            var start = self.date(months: Double(whole)) ?? date
            if date.days(since: start) < 0 {
                whole -= 1
                start = self.date(months: Double(whole)) ?? date
            }
            let length = calendar.days(inMonth: start.month, of: start.year)
            return (Double(whole) + date.days(since: start) / Double(length)) / Double(months)
        }
        let days = date.dayNumber - origin.dayNumber, rest = date.microseconds - origin.microseconds
        // Over 290,000 years are more microseconds than an Int counts.
        let (most, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000)
        guard !overflow, let total = checkedSum([most, rest]) else {
            return (Double(days) * 86_400e6 + Double(rest)) / Double(length) * Double(divisor)
        }
        return (total % length == 0 ? Double(total / length) : Double(total) / Double(length)) * Double(divisor)
    }
}

/// Why units of time cannot be read.
///
/// ```swift
/// do { _ = try TimeUnits("days since 2001-02-30") } catch {
///     print(error)  // "2001-02-30" in "days since 2001-02-30" is no date of the calendar standard
/// }
/// ```
public struct TimeUnitsError: Error, Equatable, CustomStringConvertible {
    /// One sentence that repeats the units and says what is expected.
    public let description: String
    init(_ description: String) { self.description = description }
}
