/// What keeps a report from being written, and where in it.
///
/// ```swift
/// var section = ReportSection("scores", title: "Scores")
/// section.add(.table("all", ReportTable(["model", "MSE"], rows: [["ridge"]]), caption: "Scores."))
/// do { try Report(title: "Run", sections: [section]).check() } catch {
///     print(error)  // section "scores": row 1 of table "all" has 1 cells for 2 columns
/// }
/// ```
public struct ReportError: Error, CustomStringConvertible, Equatable {
    /// One sentence that names the section, figure, link, formula or file.
    public var description: String

    /// An error of a program's own that ends the writing of a report.
    public init(_ description: String) { self.description = description }
}
