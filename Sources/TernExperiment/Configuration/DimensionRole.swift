/// What a dimension beside the samples, latitude and longitude is to a network.
///
/// ```swift
/// var data = DataConfiguration()
/// data.dimensions = ["level": .channels, "member": .samples]
/// print(data.dimensions["level"]!.rawValue)  // channels
/// ```
public enum DimensionRole: String, Codable, Sendable, Choice {
    /// Each of its labels makes examples of its own: the members of an ensemble, the stations of one model for all.
    case samples
    /// Its labels lie side by side in each cell: levels, divisions.
    case channels
    /// Its labels are positions, as the cells of a map are: stations, rows and columns of a grid without one latitude
    /// for each row.
    case cells

    /// What a dimension is taken for where nobody says it, because of its name alone; told in a note.
    static func usual(of dimension: String) -> DimensionRole? {
        ["station", "stations", "site", "sites", "gauge", "gauges"].contains(dimension.lowercased().withoutGroup)
            ? .cells : nil
    }
}
