import TernData

/// A date whose digits make one whole number: a month (202001), a day of the year (2020031), a day (20200131), and a day
/// with its hour (2020013106) or its hour and minute (202001310630).
struct PackedDate {
    let date: CalendarDate
    /// The time of day, as texts have it that are read as dates; nil of a month.
    private let time: String?

    /// As such texts have it.
    var plain: String {
        let day = CalendarDate(year: date.year, month: date.month, day: date.day).description
        return time.map { day + $0 } ?? String(day.dropLast(3))
    }

    /// nil where the digits are no date of the years 1800 to 2199, or for days alone of any year.
    init?(_ x: Double) {
        guard let (date, part) = CalendarDate.unpacked(x, years: 1000...9999),
            part == .day || (1800..<2200).contains(date.year)
        else { return nil }
        self.date = date
        let clock = date.description.drop { $0 != "T" }
        // At midnight a date has no clock.
        time =
            switch part {
            case .month: nil
            case .dayOfYear, .day: ""
            case .hour: clock.isEmpty ? "T00" : String(clock.prefix(3))
            case .minute: clock.isEmpty ? "T00:00" : String(clock.prefix(6))
            }
    }
}

extension TableColumns {
    /// The first number of a column that holds packed dates alone, in both forms; months only where the column's name
    /// says that it tells the time.
    static func packedDate(_ column: Table.Column) -> (packed: Int, plain: String)? {
        guard let numbers = column.numbers, let first = numbers.first(where: { !$0.isNaN }),
            let date = PackedDate(first), first >= 1e6 || RowTimes.isTime(column.name),
            numbers.allSatisfy({ $0.isNaN || PackedDate($0) != nil })
        else { return nil }
        return (Int(first), date.plain)
    }
}
