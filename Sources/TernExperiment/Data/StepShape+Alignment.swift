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
            for (own, theirs) in zip(own.coordinates, theirs.coordinates) {
                guard own.count == theirs.count, append(theirs.places(of: own), of: theirs.count) else { return nil }
            }
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
