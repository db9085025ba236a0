/// Dates as they stand in tables.
package enum TableDate {
    /// What digits alone do not say, and all dates of a column together may.
    package enum Order: String, Codable, Sendable {
        /// 31/01/2020, and 01/31/2020.
        case dayFirst = "day first", monthFirst = "month first"
        /// 20200131, where it is known that a number is a date.
        case packed

        /// A date in this form.
        package var example: String {
            switch self {
            case .dayFirst: "31/01/2020"
            case .monthFirst: "01/31/2020"
            case .packed: "20200131"
            }
        }
    }

    /// An ISO date, also with strokes (2020/01/31), whose order is the same; with the day first and points between
    /// (31.01.2020 06:00), which are written in that order alone; or with the month's name (31-Jan-2020, Jan 31, 2020).
    /// Years have four digits: 15-03-20 may be of three orders, and 1-2 is a code.
    ///
    /// - Parameter order: of dates that are told by digits alone, where it is known.
    package static func read(_ text: String, _ order: Order? = nil) -> CalendarDate? {
        let year = text.utf8.drop { $0 == Byte.minus }.prefix { (48...57).contains($0) }
        if year.count == 4, let date = CalendarDate(text) { return date }
        let bytes = text.utf8
        guard bytes.count >= 8 else { return nil }
        // Beside gaps whole numbers have a fraction: 20200131.0.
        if order == .packed, let number = Double(text.replacing(",", with: ".")), (1e7..<1e8).contains(number) {
            return CalendarDate.unpacked(number, years: 1000...9999)?.date
        }
        if let date = named(text) { return date }
        if let parts = parts(text, between: ".") { return date(parts.year, parts.second, parts.first, parts.time) }
        if let order, order != .packed, let parts = slashed(text) {
            let isDayFirst = order == .dayFirst
            return date(
                parts.year, isDayFirst ? parts.second : parts.first, isDayFirst ? parts.first : parts.second, parts.time
            )
        }
        guard bytes.dropFirst(4).first == UInt8(ascii: "/"), bytes.prefix(4).allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return CalendarDate(text.replacing("/", with: "-"))
    }

    private typealias Parts = (first: Int, second: Int, year: Int, time: Substring?)

    /// Two short numbers and a year, such as 1/2/2020 or 1-2-2020.
    private static func slashed(_ text: String) -> Parts? { parts(text, between: "/") ?? parts(text, between: "-") }

    /// Whether a date may have its day or its month first, and whether it shows which; nil of one whose form says it.
    package static func showsOrder(_ text: String) -> Bool? {
        guard let parts = slashed(text), parts.first != parts.second else { return nil }
        return parts.first > 12 || parts.second > 12
    }

    private static func parts(_ text: String, between mark: Character) -> Parts? {
        guard text.dropFirst().prefix(2).contains(mark) else { return nil }
        let words = text.split(maxSplits: 1) { $0 == " " || $0 == "T" },
            parts = words[0].split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count <= 2, parts[1].count <= 2, parts[2].count == 4,
            let first = Int(digits: parts[0]), let second = Int(digits: parts[1]), let year = Int(digits: parts[2])
        else { return nil }
        return (first, second, year, words.count > 1 ? words[1] : nil)
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int, _ time: Substring?) -> CalendarDate? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        func padded(_ x: Int, _ digits: Int) -> String { String(String(x + 100_000).suffix(digits)) }
        return CalendarDate(
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))\(time.map { "T\($0)" } ?? "")")
    }

    /// A date with its month's name: 31-Jan-2020, 31 January 2020 06:00, Jan 31, 2020, 2020-Jan-31.
    private static func named(_ text: String) -> CalendarDate? {
        guard text.utf8.prefix(8).contains(where: { $0 | 0x20 >= 97 && $0 | 0x20 <= 122 }) else { return nil }
        let words = text.split(maxSplits: 3) { " -/,.".contains($0) }
        guard words.count >= 3, let place = [1, 0].first(where: { month(words[$0]) != nil }) else { return nil }
        let others = [words[1 - place], words[2]]
        let isYearFirst = place == 1 && others[0].count == 4
        let (day, year) = isYearFirst ? (others[1], others[0]) : (others[0], others[1])
        guard day.count <= 2, year.count == 4, let day = Int(digits: day), let year = Int(digits: year) else {
            return nil
        }
        let time = words.count > 3 ? words[3].drop { " ,".contains($0) } : nil
        return date(year, month(words[place])!, day, time)
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let months = Set(monthNames + monthNames.map { String($0.prefix(3)) } + ["sept"])

    /// The month of this English name, in full or its first letters: Jan, sept, MARCH; nil of other words.
    package static func month(_ word: some StringProtocol) -> Int? {
        let word = word.lowercased()
        return months.contains(word) ? monthNames.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 } : nil
    }

    /// What a column of texts is, taken for dates.
    package enum Reading {
        /// All are dates: years with a fraction, NaN where a cell is empty; and the order that they show.
        case dates([Double], Order?)
        /// Dates of which no one shows whether the day or the month is first.
        case ambiguous(String)
        /// Dates, but for a few cells: the first of them.
        case impossible(row: Int, String)
        /// Dates to a reader, of which this one is in a form that is not read.
        case unread(String)
        case none
    }

    /// What the cells of a column are; empty ones count for nothing.
    package static func reading(of texts: [String]) -> Reading {
        let beginning = texts.lazy.filter { !$0.isEmpty }.prefix(200)
        let count = beginning.count { read($0) != nil || slashed($0) != nil || isUnread($0) }
        guard count > 0, 5 * count >= 4 * beginning.count else { return .none }
        var dayFirst = 0, monthFirst = 0, open: String?
        for text in texts {
            guard let parts = slashed(text) else { continue }
            if parts.first > 12 { dayFirst += 1 }
            if parts.second > 12 { monthFirst += 1 }
            if open == nil, parts.first != parts.second { open = text }
        }
        if let open, dayFirst == 0, monthFirst == 0 { return .ambiguous(open) }
        let order: Order? = open == nil ? nil : dayFirst >= monthFirst ? .dayFirst : .monthFirst
        var years: [Double] = [], failures = 0, known = 0, first: (row: Int, text: String)?
        years.reserveCapacity(texts.count)
        for (row, text) in texts.enumerated() {
            if text.isEmpty {
                years.append(.nan)
                continue
            }
            known += 1
            if let year = read(text, order ?? .dayFirst)?.decimalYear {
                years.append(year)
            } else {
                failures += 1
                if first == nil { first = (row, text) }
            }
        }
        guard let first else { return .dates(years, order) }
        return 5 * failures <= known ? .impossible(row: first.row, first.text) : .unread(first.text)
    }

    /// Whether a text is a date to a reader and is not read: its parts may stand in several orders, or no standard
    /// names them. Such are 01/02/2020, 1/2/20, Jan 2020, 2020Q1, 2020-032 and 20200101T06.
    package static func isUnread(_ text: String) -> Bool {
        guard (5...40).contains(text.utf8.count), text.utf8.contains(where: { (48...57).contains($0) }),
            read(text) == nil
        else { return false }
        // Such as with an offset from UTC.
        if text.count > 10, CalendarDate(String(text.prefix(10))) != nil, text.dropFirst(4).first == "-" { return true }
        let parts = text.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
        guard let first = parts.first, parts.count <= 8 else { return false }
        // The time of day is no matter.
        let numbers = parts.prefix(3).map { Int($0) }
        if parts.count >= 3, numbers.allSatisfy({ $0 != nil }), text.contains(where: { "./-".contains($0) }) {
            let lengths = parts.prefix(3).map(\.count)
            let isOrdered =
                lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2
                || lengths[0] <= 2 && lengths[1] <= 2 && [2, 4].contains(lengths[2])
            return isOrdered && numbers.contains { (1...12).contains($0!) } && text.count(where: { $0 == "." }) != 1
        }
        if parts.contains(where: months.contains) { return parts.contains { Int($0) != nil } }
        // The quarter of a year, in one word or two.
        let word = parts.joined()
        if parts.count <= 2, word.count == 6, let mark = word.firstIndex(of: "q") {
            let halves = [word[..<mark], word[word.index(after: mark)...]], isAhead = halves[0].isEmpty
            let (quarter, year) = isAhead ? (halves[1].prefix(1), halves[1].dropFirst()) : (halves[1], halves[0])
            return year.count == 4 && Int(year) != nil && Int(quarter).map { (1...4).contains($0) } ?? false
        }
        if parts.count == 2, parts[0].count == 4, parts[1].count == 3, let day = numbers[1], numbers[0] != nil {
            return text.contains("-") && (1...366).contains(day)
        }
        // A word of nothing but the letter has no part.
        let compact = first.split(separator: "t")
        guard let date = compact.first, compact.count <= 2 else { return false }
        return date.count == 8 && Int(date) != nil && first.dropFirst(8).first == "t"
    }
}
