/// Longitudes in degrees east, which begin anew behind 360 or 180 degrees.
package enum Longitudes {
    /// The difference of two, from -180 to 180: the shorter way round.
    package static func turn(_ difference: Double) -> Double { difference.remainder(dividingBy: 360) }

    /// A longitude by whole turns as near to another as can be.
    package static func turned(_ longitude: Double, near other: Double) -> Double {
        longitude + 360 * ((other - longitude) / 360).rounded()
    }

    /// A longitude by whole turns among the 360 degrees that begin with another.
    package static func turned(_ longitude: Double, from west: Double) -> Double {
        let turned = longitude - 360 * ((longitude - west) / 360).rounded(.down)
        // What lies a hair before is rounded to a whole turn behind.
        return turned >= west + 360 ? turned - 360 : turned
    }

    /// A cell by whole turns so that its middle is as near to another longitude as can be; as it is where that is none.
    package static func turned(_ cell: ClosedRange<Double>, near other: Double) -> ClosedRange<Double> {
        let middle = (cell.lowerBound + cell.upperBound) / 2, shift = turned(middle, near: other) - middle
        return shift.isFinite ? cell.lowerBound + shift...cell.upperBound + shift : cell
    }

    /// Longitudes each of which follows the one before by the shorter way round; nil where they then both rise and fall.
    /// Those that go on already stay to the last digit.
    package static func continued(_ longitudes: [Double]) -> [Double]? {
        let steps = longitudes.steps, turns = steps.map(turn)
        let continued =
            steps == turns
            ? longitudes : turns.reduce(into: Array(longitudes.prefix(1))) { $0.append($0.last! + $1) }
        return continued.isStrictlyMonotonic ? continued : nil
    }

    /// Whether the way from the last longitude on to the first is about as long as the others are, so that there is no
    /// end: each goes on from the one before by the shorter way round.
    package static func areClosed(_ longitudes: [Double]) -> Bool {
        guard longitudes.count > 2, let continued = continued(longitudes) else { return false }
        let gap = 360 - abs(continued[continued.count - 1] - continued[0])
        return gap > 0 && gap <= 1.5 * continued.steps.map(abs).max()!
    }
}
