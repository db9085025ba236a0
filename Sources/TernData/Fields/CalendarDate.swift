import TernCore

/// A date and time of day in one of CF's calendars.
///
/// ```swift
/// let date = CalendarDate("2015-12-16")!
/// print(date.season, date.adding(days: 20))  // winter 2016-01-05
/// print(date < CalendarDate("2016")!)  // true
/// print(CalendarDate("2001-02-30", calendar: .days360)!.dayOfYear)  // 60
/// ```
///
/// Years are counted as astronomers do: the year 0 comes before the year 1.
///
/// Source: CF Conventions 1.11, section 4.4.1, https://cfconventions.org.
public struct CalendarDate: Sendable, Hashable {
    /// Which days a year has; the raw value is CF's name.
    ///
    /// ```swift
    /// print(CalendarDate.Calendar(name: "365_day")!.rawValue)  // noleap
    /// print(CalendarDate.Calendar.noLeap.days(inMonth: 2, of: 2000))  // 28
    /// ```
    public enum Calendar: String, Sendable, CaseIterable {
        /// Julian before 1582-10-15, Gregorian from then on; 1582-10-04 is the day before.
        case standard
        /// Gregorian at all times, as Python's `datetime`.
        case prolepticGregorian = "proleptic_gregorian"
        /// Each fourth year is a leap year.
        case julian
        /// Years of 365 days.
        case noLeap = "noleap"
        /// Years of 366 days.
        case allLeap = "all_leap"
        /// Months of 30 days.
        case days360 = "360_day"
    }

    /// Months from 1 to 12, days from 1; nothing is checked until ``isValid``.
    public var year: Int, month: Int, day: Int
    /// Seconds since midnight, with fractions that count to microseconds.
    public var seconds: Double
    /// In which the date is counted.
    public var calendar: Calendar

    /// A date from its parts, which need be none of the calendar: see ``isValid``.
    public init(year: Int, month: Int = 1, day: Int = 1, seconds: Double = 0, calendar: Calendar = .standard) {
        self.year = year
        self.month = month
        self.day = day
        self.seconds = seconds
        self.calendar = calendar
    }

    /// The day of a whole number such as 20001231; nil where the calendar has none such.
    package init?(digits: Int, seconds: Double = 0, calendar: Calendar = .standard) {
        self.init(
            year: digits / 10_000, month: digits / 100 % 100, day: digits % 100, seconds: seconds, calendar: calendar)
        guard isValid else { return nil }
    }

    /// The last part that the digits of a packed date give.
    package enum PackedPart { case month, dayOfYear, day, hour, minute }

    /// A date whose digits make one whole number: a month (202001), a day of the year (2020031), a day (20200131), and a
    /// day with its hour (2020013106) or its hour and minute (202001310630).
    ///
    /// - Returns: nil where the calendar has none such in these years.
    package static func unpacked(_ number: Double, years: ClosedRange<Int>, calendar: Calendar = .standard) -> (
        date: CalendarDate, part: PackedPart
    )? {
        guard number == number.rounded(), (100_000..<1e12).contains(number) else { return nil }
        let digits = Int(number)
        var day = digits, hour = 0, minute = 0, part = PackedPart.day
        switch digits {
        case ..<1_000_000: (day, part) = (digits * 100 + 1, .month)
        case ..<10_000_000:
            let (year, count) = digits.quotientAndRemainder(dividingBy: 1000)
            let date = CalendarDate(year: year, calendar: calendar).adding(days: Double(count - 1))
            return count > 0 && date.year == year && years.contains(year) ? (date, .dayOfYear) : nil
        case ..<100_000_000: break
        case 1_000_000_000..<10_000_000_000: (day, hour, part) = (digits / 100, digits % 100, .hour)
        case 100_000_000_000...:
            (day, hour, minute, part) = (digits / 10_000, digits / 100 % 100, digits % 100, .minute)
        default: return nil
        }
        guard hour < 24, minute < 60,
            let date = CalendarDate(digits: day, seconds: Double(hour * 3600 + minute * 60), calendar: calendar),
            years.contains(date.year)
        else { return nil }
        return (date, part)
    }

    /// Whether the calendar has this day, and the day this time.
    public var isValid: Bool {
        (1...12).contains(month) && day >= 1 && day <= calendar.days(inMonth: month, of: year)
            && (0..<86400).contains(seconds) && !isSkipped
    }

    /// Whether it is one of the days that the standard calendar leaves out.
    private var isSkipped: Bool {
        calendar == .standard && year == 1582 && month == 10 && (5...14).contains(day)
    }
}

extension CalendarDate: Comparable {
    /// By the numbers of year, month, day and seconds; calendars are not converted.
    public static func < (a: CalendarDate, b: CalendarDate) -> Bool {
        (a.year, a.month, a.day, a.seconds) < (b.year, b.month, b.day, b.seconds)
    }
}

// MARK: - Counting days

extension CalendarDate {
    /// Days since the first day of the year 1 of the same calendar.
    public var dayNumber: Int { calendar.dayNumber(year: year, month: month, day: day) }

    /// The date of a day number; `microseconds` may be more than a day has, or negative.
    public init(dayNumber: Int, microseconds: Int = 0, calendar: Calendar = .standard) {
        let day = dayNumber + floorDivide(microseconds, 86_400_000_000)
        let rest = microseconds - floorDivide(microseconds, 86_400_000_000) * 86_400_000_000
        let (year, month, dayOfMonth) = calendar.date(ofDayNumber: day)
        self.init(year: year, month: month, day: dayOfMonth, seconds: Double(rest) / 1e6, calendar: calendar)
    }

    /// The time of day, as exact as CF's files are read; the last part of a day is no whole one.
    var microseconds: Int {
        let nearest = Int((seconds * 1e6).rounded())
        return seconds < 86_400 ? min(nearest, 86_399_999_999) : nearest
    }

    /// The date so many days later; fractions are rounded to microseconds.
    public func adding(days: Double) -> CalendarDate {
        let whole = days.rounded(.down)
        return CalendarDate(
            dayNumber: dayNumber + Int(whole), microseconds: microseconds + Int(((days - whole) * 86400e6).rounded()),
            calendar: calendar)
    }

    /// The date so many months later: on the same day, or the last of a shorter month; on 1582-10-04 where the day is
    /// one that the reform skipped.
    public func adding(months: Int) -> CalendarDate {
        let total = 12 * year + month - 1 + months
        var date = self
        date.year = floorDivide(total, 12)
        // Before the year 0 too months count from 1 to 12.
        date.month = total - 12 * date.year + 1
        date.day = min(day, calendar.days(inMonth: date.month, of: date.year))
        if date.isSkipped { date.day = 4 }
        return date
    }

    /// Days from another date of the same calendar to this one.
    public func days(since other: CalendarDate) -> Double {
        Double(dayNumber - other.dayNumber) + Double(microseconds - other.microseconds) / 86400e6
    }

    /// Months from another date's to this one's, whatever their days.
    package func months(since other: CalendarDate) -> Int { 12 * (year - other.year) + month - other.month }

    /// 1 for the first of January.
    public var dayOfYear: Int { dayNumber - calendar.dayNumber(year: year, month: 1, day: 1) + 1 }

    /// The year with the part of it that has passed.
    public var decimalYear: Double { Double(year) + yearShare }

    /// The part of the year that has passed, from 0 to below 1.
    package var yearShare: Double {
        let start = calendar.dayNumber(year: year, month: 1, day: 1),
            end = calendar.dayNumber(year: year + 1, month: 1, day: 1)
        return (Double(dayNumber - start) + dayShare) / Double(end - start)
    }

    /// The part of the day that has passed, from 0 to below 1.
    package var dayShare: Double { seconds / 86_400 }

    /// Days since the first day of the year 1, with the part of this one that has passed.
    package var dayCount: Double { Double(dayNumber) + dayShare }
}

extension CalendarDate.Calendar {
    /// The calendar that a file names; `gregorian`, `365_day`, `366_day` and `360` are other names. Nil where unknown.
    public init?(name: String) {
        switch name.lowercased() {
        case "standard", "gregorian": self = .standard
        case "noleap", "365_day", "no_leap": self = .noLeap
        case "all_leap", "366_day": self = .allLeap
        // As the IRI data library writes.
        case "360": self = .days360
        case let other:
            guard let calendar = Self(rawValue: other) else { return nil }
            self = calendar
        }
    }

    /// Whether a year has a 29 February.
    public func isLeap(_ year: Int) -> Bool {
        let inJulian = year % 4 == 0, inGregorian = inJulian && (year % 100 != 0 || year % 400 == 0)
        return switch self {
        case .standard: year > 1582 ? inGregorian : inJulian
        case .prolepticGregorian: inGregorian
        case .julian: inJulian
        case .noLeap, .days360: false
        case .allLeap: true
        }
    }

    /// The days of a month, 1 to 12, of a year; October 1582 of the standard calendar is counted whole.
    public func days(inMonth month: Int, of year: Int) -> Int {
        if self == .days360 { return 30 }
        return month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    func dayNumber(year: Int, month: Int, day: Int) -> Int {
        if self == .days360 { return 360 * (year - 1) + 30 * (month - 1) + day - 1 }
        if self == .prolepticGregorian || self == .standard && (year, month, day) >= (1582, 10, 15) {
            return GregorianDay.number(year: year, month: month, day: day)
        }
        return daysBefore(year) + Self.daysBefore[month - 1] + (isLeap(year) && month > 2 ? 1 : 0) + day - 1
    }

    func date(ofDayNumber number: Int) -> (year: Int, month: Int, day: Int) {
        if self == .days360 {
            let month = floorDivide(number, 30)
            let year = floorDivide(month, 12)
            return (year + 1, month - 12 * year + 1, number - 30 * month + 1)
        }
        // The last Julian day of the standard calendar is followed by the first Gregorian one.
        if self == .prolepticGregorian || self == .standard && number >= Self.reform {
            return GregorianDay.date(of: number)
        }
        var year = floorDivide(number, 366) + 1
        while daysBefore(year + 1) <= number { year += max(1, (number - daysBefore(year + 1)) / 366) }
        while daysBefore(year) > number { year -= 1 }
        var rest = number - daysBefore(year), month = 1
        while rest >= days(inMonth: month, of: year) {
            rest -= days(inMonth: month, of: year)
            month += 1
        }
        return (year, month, rest + 1)
    }

    /// Days before a year since the year 1, of calendars that are not Gregorian; a Julian date of the standard calendar
    /// is counted in Gregorian days.
    private func daysBefore(_ year: Int) -> Int {
        let y = year - 1
        let leaps =
            switch self {
            case .noLeap, .days360: 0
            case .allLeap: y
            case .julian: floorDivide(y, 4)
            case .standard, .prolepticGregorian: floorDivide(y, 4) - 2
            }
        return 365 * y + leaps
    }

    private static let daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    /// The day number of 1582-10-15.
    private static let reform = GregorianDay.number(year: 1582, month: 10, day: 15)
}

/// The quotient rounded down, by a divisor above 0.
func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -(-(a + 1) / b) - 1 }

// MARK: - Seasons

extension CalendarDate {
    /// Three months, named by their initials from the north's winter on.
    ///
    /// ```swift
    /// print(CalendarDate.Season.allCases.map(\.rawValue))  // ["DJF", "MAM", "JJA", "SON"]
    /// ```
    public enum Season: String, Sendable, CaseIterable {
        /// December, January and February.
        case winter = "DJF"
        /// March, April and May.
        case spring = "MAM"
        /// June, July and August.
        case summer = "JJA"
        /// September, October and November.
        case autumn = "SON"

        /// The season of a month, 1 to 12.
        package init(month: Int) { self = Self.allCases[month % 12 / 3] }
    }

    /// By its month alone; a December is of the same season as the January after it.
    public var season: Season { Season(month: month) }
}

// MARK: - As text

extension CalendarDate: CustomStringConvertible {
    /// ISO 8601; the time of day is left out at midnight.
    public var description: String {
        func padded(_ n: Int, _ width: Int) -> String {
            let digits = String(n.magnitude)
            return (n < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let total = microseconds
        if total == 0 { return date }
        let whole = total / 1_000_000, fraction = total % 1_000_000
        let time = [whole / 3600, whole / 60 % 60, whole % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time)" + (fraction == 0 ? "" : "." + padded(fraction, 6))
    }

    /// Reads "2010", "2010-03", "2010-03-15" or "2010-03-15T12:30:00", to a microsecond; nil where the calendar has no
    /// such date, or the clock no such time.
    public init?(_ text: String, calendar: Calendar = .standard) {
        guard let parsed = Self.parse(text, calendar: calendar) else { return nil }
        self = parsed.date
    }

    /// The dates that a text such as "2010-03" or "2010-03-15T06" covers, from its beginning to the last microsecond;
    /// nil where the text is no date of the calendar.
    public static func span(of text: String, calendar: Calendar = .standard) -> ClosedRange<CalendarDate>? {
        guard let (start, parts) = parse(text, calendar: calendar) else { return nil }
        let next: CalendarDate =
            switch parts {
            case 1: start.adding(months: 12)
            case 2: start.adding(months: 1)
            case 3: CalendarDate(dayNumber: start.dayNumber + 1, calendar: calendar)
            case 4: start.adding(days: 1 / 24)
            case 5: start.adding(days: 1 / 1440)
            case 6:
                CalendarDate(
                    dayNumber: start.dayNumber, microseconds: start.microseconds + 1_000_000, calendar: calendar)
            // A fraction says no more than where it ends.
            default: start
            }
        return
            start...max(
                start, CalendarDate(dayNumber: next.dayNumber, microseconds: next.microseconds - 1, calendar: calendar))
    }

    /// The years that are read, so that days and microseconds between dates can be counted.
    private static let years = -100_000...100_000

    /// The date, and how many of year, month, day, hour, minute, second and fraction were given.
    private static func parse(_ text: String, calendar: Calendar) -> (date: CalendarDate, parts: Int)? {
        var body = Substring(text), isNegative = false
        if body.hasPrefix("-") { (body, isNegative) = (body.dropFirst(), true) }
        if body.hasSuffix("Z") { body = body.dropLast() }
        let halves = body.split(separator: body.contains("T") ? "T" : " ", omittingEmptySubsequences: true)
        guard let first = halves.first, halves.count <= 2 else { return nil }
        let numbers = first.split(separator: "-", omittingEmptySubsequences: false).map { Int(digits: $0) }
        guard (1...3).contains(numbers.count), !numbers.contains(nil), let year = numbers[0], years.contains(year)
        else { return nil }
        var date = CalendarDate(year: isNegative ? -year : year, calendar: calendar)
        if numbers.count > 1 { date.month = numbers[1]! }
        if numbers.count > 2 { date.day = numbers[2]! }
        var parts = numbers.count
        if halves.count == 2 {
            guard parts == 3, let time = time(halves[1]) else { return nil }
            date.seconds = time.seconds
            parts += time.parts
        }
        guard date.isValid else { return nil }
        // What is said of it is read as the same.
        date.seconds = Double(date.microseconds) / 1e6
        return (date, parts)
    }

    /// Seconds since midnight, and how many of hour, minute, second and fraction were given; the last of the others may
    /// have one.
    private static func time(_ text: Substring) -> (seconds: Double, parts: Int)? {
        let words = text.split(separator: ":", omittingEmptySubsequences: false)
        guard words.count <= 3, let last = words.last else { return nil }
        let halves = last.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard (words.dropLast() + halves.filter { !$0.isEmpty }).allSatisfy({ Int(digits: $0) != nil }),
            let end = Double(last)
        else { return nil }
        let numbers = words.dropLast().map { Double($0)! } + [end]
        guard zip(numbers, [24.0, 60, 60]).allSatisfy({ $0 < $1 }) else { return nil }
        return (zip(numbers, [3600.0, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }, end == end.rounded() ? words.count : 4)
    }
}

extension Int {
    /// The number of digits alone; nil of a text that has a sign or none.
    init?(digits: some StringProtocol) {
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.init(digits)
    }
}
