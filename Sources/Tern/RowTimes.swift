import TernData

/// When the rows of a table were, by the column that says it, or by those of year, month, day and hour.
struct RowTimes: Sendable {
    /// For messages: the names in quotation marks.
    let name: String
    /// Numbers that grow with time, NaN where it is not said.
    let values: [Double]

    private static let times: Set<String> = [
        "date", "dates", "datetime", "time", "times", "timestamp", "yyyymmdd", "yyyymm", "yyyymmddhh", "decimaldate", "decimalyear", "decdate",
        "decyear", "yearfrac", "fracyear", "unixtime", "epoch", "jd", "mjd",
    ]
    private static let years: Set<String> = ["year", "years", "yr", "yyyy"]
    /// Parts of a year, from the longest; how many of each the one before has at most.
    private static let parts: [(names: Set<String>, most: Double)] = [
        (["month", "mon", "mo", "mm"], 12), (["doy", "dayofyear", "yday", "jday"], 366), (["day", "dy", "dd", "dayofmonth"], 31), (["hour", "hr", "hh"], 24),
        (["minute", "min"], 60),
    ]

    /// nil where no column says it.
    init?(of table: Table, target: String) {
        let columns = table.columns.filter { $0.name != target }
        let dates = columns.lazy.compactMap { column in column.years.map { (column.name, $0) } }
        if let (name, values) = dates.first(where: { Self.times.contains(Self.plain($0.0)) }) ?? dates.first {
            (self.name, self.values) = ("\"\(name)\"", values)
            return
        }
        let numbers = columns.compactMap { column in column.numbers.map { (name: column.name, values: $0) } }
        func named(_ names: Set<String>) -> (name: String, values: [Double])? { numbers.first { names.contains(Self.plain($0.name)) } }
        if let year = named(Self.years) {
            var values = year.values, used = [year.name]
            for part in Self.parts {
                // Names such as that of a minimum are those of other things, too.
                guard let own = named(part.names), own.values.allSatisfy({ $0.isNaN || (0...part.most).contains($0) }),
                    own.values.contains(where: { $0 > 0 }), part.most < 60 || used.count > 3 else { continue }
                values = zip(values, own.values).map { $0 * (part.most + 1) + $1 }
                used.append(own.name)
            }
            (name, self.values) = (used.map { "\"\($0)\"" }.joined(separator: ", "), values)
            return
        }
        guard let time = named(Self.times), !Self.isTimeOfDay(time.values) else { return nil }
        (name, values) = ("\"\(time.name)\"", time.values)
    }

    private init(name: String, values: [Double]) { (self.name, self.values) = (name, values) }

    /// Of these rows.
    func rows(_ rows: [Int]) -> RowTimes { RowTimes(name: name, values: rows.map { values[$0] }) }

    /// The rows from the first to the latest, those of one time as they stand; nil where some time is missing or all are one.
    var order: [Int]? {
        guard !values.contains(where: \.isNaN), let first = values.first, values.contains(where: { $0 != first }) else { return nil }
        return values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }

    /// A name without units and signs.
    static func plain(_ name: String) -> String {
        let bare = name.prefix { $0 != "(" && $0 != "[" }.lowercased().filter(\.isLetter)
        for ending in ["utc", "gmt"] where bare.count > 3 && bare.hasSuffix(ending) { return String(bare.dropLast(3)) }
        return bare
    }

    /// Hours, or hours and minutes as 0 to 2359, that come again.
    private static func isTimeOfDay(_ values: [Double]) -> Bool {
        let known = values.filter { !$0.isNaN }
        guard Set(known).count < known.count else { return false }
        return known.allSatisfy { (0...24).contains($0) } || known.allSatisfy { (0..<2400).contains($0) && $0 == $0.rounded() && $0.truncatingRemainder(dividingBy: 100) < 60 }
    }
}

extension Table.Column {
    /// A column of ISO dates as years with a fraction; nil for other columns.
    var years: [Double]? {
        guard let texts, texts.contains(where: { !$0.isEmpty }) else { return nil }
        var years: [Double] = []
        years.reserveCapacity(texts.count)
        for text in texts {
            guard let year = text.isEmpty ? .nan : TableDate.read(text)?.decimalYear else { return nil }
            years.append(year)
        }
        return years
    }

    /// The first text of a column of dates in a form that is not read.
    var unreadDate: String? {
        guard let texts, let first = texts.first(where: { !$0.isEmpty }), TableDate.isUnread(first) else { return nil }
        let known = texts.lazy.filter { !$0.isEmpty }.prefix(200)
        return known.allSatisfy { TableDate.isUnread($0) || TableDate.read($0) != nil } ? first : nil
    }
}
