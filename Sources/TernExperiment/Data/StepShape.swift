import Tern

/// What lies at one step of a variable: a number, a map, or values at positions along other dimensions; of each one
/// channel or several.
///
/// The values of a step are [cells, channels], in the order of memory.
package struct StepShape: Sendable, Equatable {
    /// Of maps on latitudes and longitudes.
    package var grid: FieldGrid?
    /// The dimensions of positions that are no such map: stations, rows and columns of another grid.
    package var cells: [FieldAxis] = []
    package var channels: [FieldAxis] = []

    /// The lengths of the dimensions of cells; none for a single number.
    var cellShape: [Int] { grid?.shape ?? cells.map(\.count) }
    var cellCount: Int { cellShape.reduce(1, *) }
    var channelCount: Int { channels.reduce(1) { $0 * $1.count } }
    /// How many values a step has.
    var count: Int { cellCount * channelCount }
    var hasCells: Bool { grid != nil || !cells.isEmpty }

    /// The dimensions of cells, then those of channels.
    var dimensions: [String] { cellDimensions + channels.map(\.name) }
    var cellDimensions: [String] { grid.map { [$0.latitudeName, $0.longitudeName] } ?? cells.map(\.name) }
    var coordinates: [Coordinate] { (grid?.coordinates ?? []) + (cells + channels).flatMap(\.coordinates) }

    /// What each channel is called, in order: "level 850", "level 500"; one empty text where there is but one.
    var channelLabels: [String] {
        channels.reduce([""]) { names, axis in
            let texts = axis.texts.map { "\(axis.name.withoutGroup) \($0)" }
            return names.flatMap { name in texts.map { name.isEmpty ? $0 : "\(name) \($0)" } }
        }
    }

    /// Where latitudes lie among the dimensions of cells: their axis, and the latitudes, by which cells have areas; nil
    /// where no area is known.
    var latitudes: (axis: Int, rows: Coordinate)? {
        if let grid { return (0, grid.coordinates[0]) }
        return cells.indices.lazy.compactMap { i in cells[i].latitudes.map { (i, $0) } }.first
    }

    /// The area of each cell by that of its row; nil where no area is known.
    var cellAreas: [Double]? {
        latitudes.map { $0.rows.cellAreas(in: cellShape, axis: $0.axis) }
    }

    /// What sets the cells of another shape apart, for messages.
    func cellDifference(from other: StepShape) -> String? {
        switch (grid, other.grid) {
        case (let grid?, let own?): return grid.difference(from: own).map { "\($0) on the grid" }
        case (nil, nil): break
        default: return "\(other.kind) instead of \(kind)"
        }
        if cells.count != other.cells.count { return "\(other.kind) instead of \(kind)" }
        return zip(cells, other.cells).lazy.compactMap { $0.difference(from: $1) }.first
    }

    func channelDifference(from other: StepShape) -> String? {
        if channels.count != other.channels.count {
            return other.channels.isEmpty
                ? "no channels" : "the channels \(other.channels.map(\.name).joined(separator: ", "))"
        }
        return zip(channels, other.channels).lazy.compactMap { $0.difference(from: $1) }.first
    }

    /// For messages.
    var kind: String {
        grid != nil ? "maps" : cells.isEmpty ? "a series" : "values by \(cells.map(\.name).joined(separator: " and "))"
    }

    /// Such as "lat -55, lon 20, level 850", of a value of a step; nil of the only one.
    func place(of index: Int) -> String? {
        var parts: [String] = [], rest = index / channelCount
        if let grid {
            parts = [grid.place(ofCell: rest)]
        } else {
            for axis in cells.reversed() {
                parts.insert("\(axis.name) \(axis.texts[rest % axis.count])", at: 0)
                rest /= axis.count
            }
        }
        let channel = channelLabels[index % channelCount]
        parts += channel.isEmpty ? [] : [channel]
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
