import TernData
import TernLearn

/// When the rows of a table were, by the column that says it, or by those of year, month, day and hour.
struct RowTimes: Sendable {
    /// For messages: the names in quotation marks.
    let name: String
    /// Numbers that grow with time, NaN where it is not said.
    let values: [Double]
    /// The same in steps that are alike for times that are: years with a fraction, where year and months are said.
    let years: [Double]
    /// What dates tell of the order of day and month, where these are numbers.
    private(set) var dateOrder: TableDate.Order?

    private static let times: Set<String> = [
        "date", "dates", "datetime", "time", "times", "timestamp", "yyyymmdd", "yyyymm", "yyyymmddhh", "decimaldate",
        "decimalyear", "decdate",
        "decyear", "yearfrac", "fracyear", "unixtime", "epoch", "jd", "mjd",
    ]
    private static let years: Set<String> = ["year", "years", "yr", "yyyy", "yy", "jahr", "annee", "ano", "anno"]
    /// Parts of a year, from the longest; how many of each the one before has at most.
    private static let parts: [(names: Set<String>, most: Double)] = [
        (["month", "months", "mon", "mo", "mm", "monthnum", "monthnumber", "monthofyear", "monat", "mois", "mes"], 12),
        (["doy", "dayofyear", "yearday", "yday", "jday", "jd", "julian", "julianday", "ddd"], 366),
        (["day", "days", "dy", "dd", "dayofmonth", "tag", "jour", "dia"], 31), (["hour", "hr", "hh"], 24),
        (["minute", "min"], 60),
    ]

    /// What one of each part is of a year.
    private static let shares: [Double] = [1.0 / 12, 1 / 365.25, 1 / 365.25, 1 / 8766, 1 / 525_960]

    /// nil where no column says it.
    ///
    /// - Parameter order: of dates that do not show whether the day or the month is first, where it is known.
    init?(of table: Table, target: String, dateOrder order: TableDate.Order? = nil) {
        let columns = table.columns.filter { $0.name != target }
        let dates = columns.compactMap { column in column.dates(order).map { (column.name, $0) } }
        if let (name, found) = dates.first(where: { Self.times.contains(Self.plain($0.0)) }) ?? dates.first {
            (self.name, values, years, dateOrder) = ("\"\(name)\"", found.years, found.years, found.order)
            return
        }
        let numbers = columns.compactMap { column in
            (column.numbersOfCodes ?? column.months).map { (name: column.name, values: $0) }
        }
        func named(_ names: Set<String>) -> (name: String, values: [Double])? {
            numbers.first { names.contains(Self.plain($0.name)) }
        }
        if let year = named(Self.years), !Self.isTurned(year.values) {
            var values = year.values, years = values, used = [year.name], months: [Double]?
            for (part, share) in zip(Self.parts, Self.shares) {
                // Names such as that of a minimum are those of other things, too.
                guard let own = named(part.names), own.values.allSatisfy({ $0.isNaN || (0...part.most).contains($0) }),
                    own.values.contains(where: { $0 > 0 }), part.most != 60 || used.count > 3
                else { continue }
                values = zip(values, own.values).map { $0 * (part.most + 1) + $1 }
                // Months are of different lengths, a day of the year needs none; hours and minutes begin with 0.
                if let months, part.most == 31 {
                    years = values.indices.map { Self.year(year.values[$0], months[$0], own.values[$0]) }
                } else if part.most == 366 {
                    years = zip(year.values, own.values).map { $0 + ($1 - 1) * share }
                } else {
                    let first: Double = part.most == 24 || part.most == 60 ? 0 : 1
                    years = zip(years, own.values).map { $0 + ($1 - first) * share }
                }
                if part.most == 12 { months = own.values }
                used.append(own.name)
            }
            (name, self.values, self.years) = (used.map { "\"\($0)\"" }.joined(separator: ", "), values, years)
            return
        }
        guard let time = named(Self.times), !Self.isTimeOfDay(time.values), !Self.isDayFirst(time.values) else {
            return nil
        }
        (name, values) = ("\"\(time.name)\"", time.values)
        // Such as 20200131, or all 202001.
        let areDays = values.allSatisfy { (1e7..<1e8).contains($0) && $0 == $0.rounded() }
        let unpacked = values.map { PackedDate($0)?.date.decimalYear }
        years = areDays || !unpacked.contains(nil) ? unpacked.map { $0 ?? .nan } : values
    }

    /// A number such as 20200131 as a year with a fraction; nil where its digits are no date.
    static func unpacked(_ x: Double) -> Double? {
        (1e7..<1e8).contains(x) ? PackedDate(x)?.date.decimalYear : nil
    }

    private static func year(_ year: Double, _ month: Double, _ day: Double) -> Double {
        guard abs(year) < 1e6, (1...12).contains(month), (1...31).contains(day) else { return .nan }
        let date = CalendarDate(year: Int(year), month: Int(month), day: Int(day))
        return date.isValid ? date.decimalYear : .nan
    }

    /// The name of another column that tells the time of day: as 06:30, or by its name as 630 or in hours.
    func timeOfDay(in table: Table) -> String? {
        table.columns.first { column in
            if name.contains("\"\(column.name)\"") { return false }
            guard let numbers = column.numbersOfCodes else { return Self.areTimesOfDay(column.texts!) }
            let plain = Self.plain(column.name)
            return (Self.times.contains(plain) || Self.timesOfDay.contains(plain)) && Self.isTimeOfDay(numbers)
        }?.name
    }

    private static let timesOfDay: Set<String> = ["hour", "hours", "hr", "hh", "hhmm", "hourofday", "timeofday"]

    private static func areTimesOfDay(_ texts: [String]) -> Bool {
        func isNumber(_ part: Substring, from lengths: ClosedRange<Int>, below end: Int) -> Bool {
            lengths.contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber } && Int(part)! < end
        }
        let known = texts.lazy.filter { !$0.isEmpty }
        return !known.isEmpty
            && known.allSatisfy { text in
                let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                return (2...3).contains(parts.count) && isNumber(parts[0], from: 1...2, below: 25)
                    && isNumber(parts[1], from: 2...2, below: 60)
            }
    }

    /// Whether a column of this name says when rows were.
    static func isTime(_ name: String) -> Bool { times.contains(plain(name)) }

    /// Whether a column of this name may be a part of the time; minutes are named as least values are.
    static func isPart(_ name: String) -> Bool {
        isTime(name) || years.contains(plain(name)) || parts.dropLast().contains { $0.names.contains(plain(name)) }
    }

    /// The rows from the first to the latest, those of one time as they stand; nil where some time is missing or all
    /// are one.
    var order: [Int]? {
        guard !values.contains(where: \.isNaN), let first = values.first, values.contains(where: { $0 != first }) else {
            return nil
        }
        return values.ascendingOrder
    }

    /// A name without units, signs and what stands behind a stroke.
    static func plain(_ name: String) -> String {
        let bare = name.prefix { !"([/".contains($0) }.lowercased().filter(\.isLetter)
        for ending in ["utc", "gmt"] where bare.count > 3 && bare.hasSuffix(ending) { return String(bare.dropLast(3)) }
        return bare
    }

    /// Years of two digits that may be of two centuries.
    private static func isTurned(_ years: [Double]) -> Bool {
        let known = years.filter { !$0.isNaN }
        guard let least = known.min(), let most = known.max() else { return false }
        return most < 100 && most - least > 50
    }

    /// Dates as whole numbers whose digits are day, month and year, or month, day and year: no order of time.
    static func isDayFirst(_ values: [Double]) -> Bool {
        let known = values.filter { !$0.isNaN }
        guard !known.isEmpty, known.allSatisfy({ (1_000_000..<32_000_000).contains($0) && $0 == $0.rounded() }) else {
            return false
        }
        let digits = known.map { Int($0) }
        func isMonth(_ x: Int) -> Bool { (1...12).contains(x) }
        func isDay(_ x: Int) -> Bool { (1...31).contains(x) }
        func isYear(_ x: Int) -> Bool { (1000..<3000).contains(x) }
        if digits.allSatisfy({ isYear($0 / 10_000) && isMonth($0 / 100 % 100) && isDay($0 % 100) }) { return false }
        guard digits.allSatisfy({ isYear($0 % 10_000) }) else { return false }
        return digits.allSatisfy { isDay($0 / 1_000_000) && isMonth($0 / 10_000 % 100) }
            || digits.allSatisfy { isMonth($0 / 1_000_000) && isDay($0 / 10_000 % 100) }
    }

    /// Hours, or hours and minutes as 0 to 2359, that come again.
    private static func isTimeOfDay(_ values: [Double]) -> Bool {
        let known = values.filter { !$0.isNaN }
        guard Set(known).count < known.count else { return false }
        return known.allSatisfy { (0...24).contains($0) }
            || known.allSatisfy {
                (0..<2400).contains($0) && $0 == $0.rounded() && $0.truncatingRemainder(dividingBy: 100) < 60
            }
    }
}

extension Table.Column {
    /// What the cells are, taken for dates; codes such as 1001 are none.
    var dateReading: TableDate.Reading { numbersOfCodes == nil ? texts.map(TableDate.reading) ?? .none : .none }

    /// A column of dates as years with a fraction, and the order of day and month that they show, or are read in where
    /// they show none; nil for other columns.
    fileprivate func dates(_ order: TableDate.Order?) -> (years: [Double], order: TableDate.Order?)? {
        switch dateReading {
        case .dates(let years, let shown): return (years, shown)
        case .ambiguous:
            let years = texts!.map { $0.isEmpty ? .nan : TableDate.read($0, order)?.decimalYear }
            return order == nil || years.contains(nil) ? nil : (years.compactMap { $0 }, order)
        default: return nil
        }
    }

    /// A column of names of months, such as Jan or january, as numbers; nil for other columns.
    fileprivate var months: [Double]? {
        guard let texts, texts.contains(where: { !$0.isEmpty }) else { return nil }
        var months: [Double] = []
        for text in texts {
            guard let month = text.isEmpty ? .nan : TableDate.month(text).map(Double.init) else { return nil }
            months.append(month)
        }
        return months
    }

    /// The first entry of a column of dates in a form that is not read, or that is none.
    var unreadDate: String? {
        if let numbers, RowTimes.isTime(name), RowTimes.isDayFirst(numbers) {
            return numbers.first { !$0.isNaN }.map { String(Int($0)) }
        }
        switch dateReading {
        case .ambiguous(let text), .impossible(_, let text), .unread(let text): return text
        case .dates, .none: return nil
        }
    }
}
