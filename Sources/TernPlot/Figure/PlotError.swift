/// What keeps a figure from being drawn, and what to do about it.
public struct PlotError: Error, CustomStringConvertible, Equatable {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// - Throws: ``PlotError`` that names the series and both counts where they differ.
func checkCounts(_ what: String, _ counts: (name: String, count: Int)..., of series: String) throws {
    guard let first = counts.first, let other = counts.first(where: { $0.count != first.count }) else { return }
    throw PlotError(
        "\(what) \"\(series)\" has \(first.count) values of \(first.name) and \(other.count) of \(other.name); give as many of each"
    )
}
