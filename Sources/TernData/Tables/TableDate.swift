/// Dates as they stand in tables.
package enum TableDate {
    /// An ISO date, also with strokes (2020/01/31), whose order is the same, or with the day first and points between
    /// (31.01.2020 06:00), which are written in that order alone.
    package static func read(_ text: String) -> CalendarDate? {
        if let date = CalendarDate(text) { return date }
        let bytes = text.utf8
        if bytes.count >= 8, bytes.dropFirst().contains(UInt8(ascii: ".")) {
            let words = text.split(maxSplits: 1) { $0 == " " || $0 == "T" },
                parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count <= 2, parts[1].count <= 2, parts[2].count == 4,
                parts.allSatisfy({ Int($0) != nil })
            else { return nil }
            func two(_ part: Substring) -> String { part.count == 1 ? "0\(part)" : "\(part)" }
            return CalendarDate("\(parts[2])-\(two(parts[1]))-\(two(parts[0]))\(words.count > 1 ? "T\(words[1])" : "")")
        }
        guard bytes.count >= 8, bytes.dropFirst(4).first == UInt8(ascii: "/"),
            bytes.prefix(4).allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return CalendarDate(text.replacing("/", with: "-"))
    }

    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january",
        "february", "march", "april",
        "june", "july", "august", "september", "october", "november", "december",
    ]

    /// Whether a text is a date to a reader and is not read: its parts may stand in several orders, or no standard
    /// names them. Such are 01/02/2020, 1/2/20, 3-Feb-2020, Jan 2020, 2020Q1, 2020-032 and 20200101T06.
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
        let compact = first.split(separator: "t")
        return compact.count <= 2 && compact[0].count == 8 && Int(compact[0]) != nil && first.dropFirst(8).first == "t"
    }
}
