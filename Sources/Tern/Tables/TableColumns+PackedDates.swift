import TernData

extension TableColumns {
    /// The first number of a column that holds dates as 20200131, 2020013112 or 2020031 (day of the year) alone, in
    /// both forms.
    static func packedDate(_ numbers: [Double]) -> (packed: Int, plain: String)? {
        func plain(_ x: Double) -> String? {
            guard x == x.rounded(), (1e6..<1e10).contains(x) else { return nil }
            let number = Int(x)
            func date(_ digits: Int) -> String? { CalendarDate(digits: digits)?.description }
            switch number {
            case ..<10_000_000:
                guard (1800..<2200).contains(number / 1000), (1...366).contains(number % 1000) else { return nil }
                return CalendarDate(year: number / 1000, month: 1, day: 1).adding(days: Double(number % 1000 - 1))
                    .description
            case ..<100_000_000: return date(number)
            case 1_000_000_000...:
                return number % 100 < 24
                    ? date(number / 100).map { "\($0)T\(number % 100 < 10 ? "0" : "")\(number % 100)" } : nil
            default: return nil
            }
        }
        guard let first = numbers.first(where: { !$0.isNaN }), let text = plain(first),
            numbers.allSatisfy({ $0.isNaN || plain($0) != nil })
        else { return nil }
        return (Int(first), text)
    }
}
