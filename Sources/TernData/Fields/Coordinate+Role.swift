import Foundation

extension Coordinate {
    /// What a coordinate measures, where its attributes or its name tell.
    ///
    /// ```swift
    /// print(Coordinate("lat", numbers: [0, 10]).role!)  // latitude
    /// print(Coordinate("depth", numbers: [5]).role == nil)  // true
    /// ```
    public enum Role: Sendable {
        /// Degrees north, by `standard_name`, units or the name.
        case latitude
        /// Degrees east, by `standard_name`, units or the name.
        case longitude
        /// Dates, or numbers whose units, `standard_name`, `axis` or name say so.
        case time

        /// By `standard_name`, `units`, `axis` (CF, section 4) or the usual names.
        init?(name: String, attributes: Attributes) {
            let name = name.lowercased().withoutGroup
            let standard = attributes["standard_name"]?.text, axis = attributes["axis"]?.text
            let units = (attributes["units"]?.text ?? "").lowercased()
            // Of rotated poles and projections, which give them units of degrees too; and angles that are no degrees.
            let isGrids =
                ["grid_latitude", "grid_longitude", "projection_x_coordinate", "projection_y_coordinate"].contains(
                    standard ?? "")
                || ["rlat", "rlon"].contains(name) || ["radian", "radians", "rad", "m", "km"].contains(units)
            if isGrids { return nil }
            func isDegrees(_ letter: Character, _ word: String) -> Bool {
                [
                    "degrees_\(word)", "degree_\(word)", "degrees_\(letter)", "degree_\(letter)", "degrees\(letter)",
                    "degree\(letter)",
                ].contains(units)
            }
            if standard == "latitude" || isDegrees("n", "north") || name == "lat" || name == "latitude" {
                self = .latitude
            } else if standard == "longitude" || isDegrees("e", "east") || name == "lon" || name == "longitude" {
                self = .longitude
            } else if standard == "time" || axis == "T" || TimeUnits.describes(units) || name == "time" {
                self = .time
            } else {
                return nil
            }
        }
    }

    /// What it measures: a time where it holds dates, else as `standard_name`, `units`, `axis` (CF, section 4) or a
    /// usual name tell; nil for all else, such as the axes of rotated grids.
    public var role: Role? { times != nil ? .time : Role(name: name, attributes: attributes) }

    /// Whether it labels rows of cells, whose areas go by it: a latitude, of a rotated pole too, of a dimension of its
    /// own.
    package var labelsRows: Bool { name == dimension && (role == .latitude || isRotatedLatitude) }

    /// Whether it counts degrees from the equator of a rotated pole, as `rlat` does: no place on the globe.
    package var isRotatedLatitude: Bool {
        Self.isRotatedLatitude(name: name, attributes: attributes) && numbers != nil && areaComplaint == nil
    }

    fileprivate static func isRotatedLatitude(name: String, attributes: Attributes) -> Bool {
        (attributes["standard_name"]?.text == "grid_latitude" || name.withoutGroup.lowercased() == "rlat")
            && !(attributes["units"]?.text ?? "degrees").lowercased().hasPrefix("rad")
    }
}

extension Dataset.Variable {
    /// Whether it holds latitudes, of a rotated pole too.
    var isLatitude: Bool {
        !type.isText && (role == .latitude || Coordinate.isRotatedLatitude(name: name, attributes: attributes))
    }

    /// Whether it holds longitudes, along one dimension or more.
    var isLongitude: Bool { !type.isText && role == .longitude }
}

extension Dataset {
    /// The latitudes of a curvilinear or rotated grid, whose rows and columns are these dimensions: a variable along
    /// two of them. nil where there is none.
    package func curvedLatitude(on dimensions: [String]) -> Variable? {
        variables.first { variable in
            variable.shape.count == 2 && Set(variable.dimensions).isSubset(of: dimensions)
                && (variable.role == .latitude
                    || ["nav_lat", "xlat", "tlat"].contains(variable.name.withoutGroup.lowercased()))
        }
    }
}

extension String {
    /// The name of what lies in a group of a file, whose path no name in another file can be.
    package var withoutGroup: String { split(separator: "/").last.map(String.init) ?? self }
}

extension Field {
    /// The coordinate of this name: that of the dimension so named, else one along another dimension; nil where there
    /// is none.
    public func coordinate(_ dimension: String) -> Coordinate? {
        coordinates.first { $0.name == dimension && $0.dimension == dimension }
            ?? coordinates.first { $0.name == dimension }
    }

    /// The coordinate of a role that names its own dimension, or the only one of this role.
    public func coordinate(_ role: Coordinate.Role) -> Coordinate? {
        let found = coordinates.filter { $0.role == role }
        return found.first { $0.name == $0.dimension } ?? found.first
    }
}
