import Tern

extension TimeStep {
    /// How many such steps lie from one label to another, with the part of one that is left; nil where labels are not
    /// counted so. A date of another calendar is taken for the same day of the first one's.
    func count(from first: Label, to second: Label) -> Double? {
        switch (unit, first, second) {
        case (.months, .date(let first), .date(let second)):
            return Double(second.months(since: first)) / length
        case (.days, .date(let first), .date(var second)):
            second.calendar = first.calendar
            return second.days(since: first) / length
        case (.number, .number(let first), .number(let second)): return (second - first) / length
        default: return nil
        }
    }
}
