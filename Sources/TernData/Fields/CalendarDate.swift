/// A date and time of day in one of CF's calendars.
///
/// Source: CF Conventions 1.11, section 4.4.1, https://cfconventions.org.
public struct CalendarDate: Sendable, Hashable {
    public enum Calendar: String, Sendable, CaseIterable {
        /// Julian before 1582-10-15, Gregorian from then on.
        case standard
        case prolepticGregorian = "proleptic_gregorian"
        case julian
        /// Years of 365 days.
        case noLeap = "noleap"
        /// Years of 366 days.
        case allLeap = "all_leap"
        /// Months of 30 days.
        case days360 = "360_day"
    }

    public var year: Int, month: Int, day: Int
    /// Seconds since midnight.
    public var seconds: Double
    public var calendar: Calendar

    public init(year: Int, month: Int = 1, day: Int = 1, seconds: Double = 0, calendar: Calendar = .standard) {
        self.year = year
        self.month = month
        self.day = day
        self.seconds = seconds
        self.calendar = calendar
    }
}
