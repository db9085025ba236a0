/// Days of the Gregorian calendar, which goes on before 1582 (proleptic), counted from 0001-01-01.
///
/// Source: H. Hinnant, "chrono-compatible low-level date algorithms", 2013,
/// https://howardhinnant.github.io/date_algorithms.html.
package enum GregorianDay {
    /// 1970-01-01.
    package static let unixEpoch = 719_162

    /// Years begin in March here, so that a leap day is the last of one: 306 days before 0001-01-01.
    private static let start = 306

    /// Days beyond the month's end are those of the next.
    package static func number(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, ofEra = y - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - start
    }

    package static func date(of number: Int) -> (year: Int, month: Int, day: Int) {
        let z = number + start, era = (z >= 0 ? z : z - 146_096) / 146_097, day = z - era * 146_097
        let ofEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let ofYear = day - (365 * ofEra + ofEra / 4 - ofEra / 100), m = (5 * ofYear + 2) / 153
        let month = m < 10 ? m + 3 : m - 9
        return (ofEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * m + 2) / 5 + 1)
    }
}
