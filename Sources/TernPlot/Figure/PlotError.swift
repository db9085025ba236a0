/// What keeps a figure from being drawn, and what to do about it.
///
/// ```swift
/// do {
///     _ = try Figure(Panel()).script(for: .svg, output: "empty.svg")
/// } catch {
///     print(error)  // panel 1 is empty; add a line, a map or another element to it
/// }
/// ```
public struct PlotError: Error, CustomStringConvertible, Equatable {
    /// One sentence that names the panel, series or file, and what to do.
    public var description: String

    /// An error of a kind of plot of your own, from ``PlotElement/check()``.
    public init(_ description: String) { self.description = description }
}

/// - Throws: ``PlotError`` that names the series and both counts where they differ.
func checkCounts(_ what: String, _ counts: (name: String, count: Int)..., of series: String) throws {
    guard let first = counts.first, let other = counts.first(where: { $0.count != first.count }) else { return }
    throw PlotError(
        "\(what) \"\(series)\" has \(first.count) values of \(first.name) and \(other.count) of \(other.name); give as many of each"
    )
}
