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
        guard x == x.rounded(), (100_000..<1e12).contains(x) else { return nil }
        let number = Int(x)
        func padded(_ x: Int) -> String { x < 10 ? "0\(x)" : "\(x)" }
        func isYear(_ x: Int) -> Bool { (1800..<2200).contains(x) }
        func day(_ digits: Int, _ seconds: Int = 0) -> CalendarDate? {
            CalendarDate(digits: digits, seconds: Double(seconds))
        }
        var made: CalendarDate?, time = ""
        switch number {
        case ..<1_000_000:
            guard isYear(number / 100), let month = day(number * 100 + 1) else { return nil }
            (date, self.time) = (month, nil)
            return
        case ..<10_000_000:
            guard isYear(number / 1000), (1...366).contains(number % 1000) else { return nil }
            made = CalendarDate(year: number / 1000, month: 1, day: 1).adding(days: Double(number % 1000 - 1))
        case 10_000_000..<100_000_000: made = day(number)
        case 1_000_000_000..<10_000_000_000:
            guard isYear(number / 1_000_000), number % 100 < 24 else { return nil }
            made = day(number / 100, number % 100 * 3600)
            time = "T\(padded(number % 100))"
        case 100_000_000_000...:
            let (hour, minute) = (number / 100 % 100, number % 100)
            guard isYear(number / 100_000_000), hour < 24, minute < 60 else { return nil }
            made = day(number / 10_000, hour * 3600 + minute * 60)
            time = "T\(padded(hour)):\(padded(minute))"
        default: return nil
        }
        guard let made else { return nil }
        (date, self.time) = (made, time)
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
