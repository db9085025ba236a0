/// What somebody decides of a table before a model learns from it; the rest is found.
///
/// ```swift
/// var choices = TableChoices(targets: ["ozone"])
/// choices.excluded = ["station"]
/// choices.lags = [1, 2]
/// let table = Table(columns: [
///     Table.Column("station", ["A", "A", "A", "A", "A"]), Table.Column("ozone", [30, 34, 31, 38, 35]),
/// ])
/// print(try TableExamples(table, choices).features)  // ["ozone_lag_1", "ozone_lag_2"]
/// ```
public struct TableChoices: Sendable {
    /// The columns to predict: numbers, or one column of classes.
    public var targets: [String]
    /// The columns to predict from, in their order; nil: all that can be used. A target among them stands for its lags.
    public var features: [String]?
    /// Columns that are no features.
    public var excluded: [String] = []
    /// Columns that are kept beside features and targets, such as that of groups.
    public var kept: [String] = []
    /// The column that says how much each row counts, in fits and in scores.
    public var weights: String?
    /// Columns of numbers that are codes, each with levels; a target among them is one of classes. Of a file that was read
    /// with them as `CSVOptions.levelColumns`, levels are written as there: 007 and 7 are two.
    public var categories: Set<String> = []
    /// Columns that are to be numbers: dates become years with a fraction alone, True and False of a target 1 and 0.
    public var numbers: Set<String> = []
    /// Whether the target is one of classes though it holds whole numbers.
    public var classifies = false
    /// What becomes of rows in which a feature is missing.
    public var gaps = TableExamples.Gaps.error
    /// At how many rows before each row features are taken too; see ``TableSeries``.
    public var lags: [Int] = []
    /// How many rows ahead the target lies.
    public var horizon = 0
    /// The column whose rows of one value are a series of their own, for lags and horizons.
    public var seriesGroup: String?

    /// Choices of the targets alone.
    public init(targets: [String]) { self.targets = targets }

    /// Columns that are no features and are kept.
    var others: [String] { (kept + [weights, seriesGroup].compactMap { $0 }).distinct }

    /// A column that is to be a category or a number and is neither a target nor a feature; nil where there is none.
    var unusedKind: (name: String, kind: String)? {
        func isUsed(_ name: String) -> Bool {
            targets.contains(name)
                || !excluded.contains(name) && (features?.contains(name) ?? !others.contains(name))
        }
        return categories.sorted().first { !isUsed($0) }.map { ($0, "category") }
            ?? numbers.sorted().first { !isUsed($0) }.map { ($0, "number") }
    }
}
