import Tern

/// The level on which all of a variable lies, such as "level 850", where its file has a dimension of that one entry.
struct VerticalLabel: Codable, Sendable, Equatable {
    var name: String, label: String

    /// Of a field, as it was selected; nil where no dimension of one entry is a height, a depth or a pressure.
    init?(_ field: Field) {
        let found = field.dimensions.lazy.compactMap { name -> Coordinate? in
            guard field.length(of: name) == 1, let coordinate = field.coordinate(name), Self.isVertical(coordinate)
            else { return nil }
            return coordinate
        }.first
        guard let found else { return nil }
        let units = found.attributes["units"]?.text.map { $0 == "1" ? "" : " \($0)" } ?? ""
        (name, label) = (found.name.withoutGroup, found.labelTexts[0] + units)
    }

    private static func isVertical(_ coordinate: Coordinate) -> Bool {
        guard coordinate.numbers != nil, coordinate.role == nil else { return false }
        let names = [
            "level", "lev", "plev", "pressure", "pressure_level", "isobaricinhpa", "height", "depth", "altitude",
            "layer", "sigma",
        ]
        return coordinate.attributes["axis"]?.text == "Z" || coordinate.attributes["positive"] != nil
            || names.contains(coordinate.name.withoutGroup.lowercased())
    }
}
