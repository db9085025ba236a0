import Tern

extension StepShape {
    /// Where the values of a step of this shape lie in a step of another whose dimensions have the same labels in
    /// another order: latitudes from north to south, longitudes from -180, stations or levels in another row, and more
    /// of them; nil where labels are missing.
    ///
    /// A grid of other cells is no subset, since a cell stands for its area.
    func places(in other: StepShape) -> [Int]? {
        var places = [0], extent = 1
        func append(_ own: [Int]?, of count: Int) -> Bool {
            guard let own else { return false }
            places = places.flatMap { place in own.map { place * count + $0 } }
            extent *= count
            return true
        }
        switch (grid, other.grid) {
        case (let own?, let theirs?):
            guard append(own.rows(in: theirs), of: theirs.latitudes.count),
                append(own.columns(in: theirs), of: theirs.longitudes.count)
            else { return nil }
        case (nil, nil): break
        default: return nil
        }
        guard cells.count == other.cells.count, channels.count == other.channels.count else { return nil }
        for (own, theirs) in zip(cells + channels, other.cells + other.channels) {
            guard append(own.places(in: theirs), of: theirs.count) else { return nil }
        }
        return extent == other.count ? places : nil
    }
}

extension FieldGrid {
    fileprivate func rows(in other: FieldGrid) -> [Int]? {
        Self.places(of: latitudes, in: other.latitudes) { abs($0 - $1) }
    }

    fileprivate func columns(in other: FieldGrid) -> [Int]? {
        Self.places(of: longitudes, in: other.longitudes) { a, b in
            let turn = (a - b).truncatingRemainder(dividingBy: 360)
            return min(abs(turn), 360 - abs(turn))
        }
    }

    private static func places(of own: [Double], in other: [Double], distance: (Double, Double) -> Double) -> [Int]? {
        guard own.count == other.count else { return nil }
        let found = own.map { a in other.firstIndex { distance(a, $0) <= 1e-4 } }
        return Set(found).count == own.count && !found.contains(nil) ? found.map { $0! } : nil
    }
}
