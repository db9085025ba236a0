import Tern

/// A dimension beside the samples, and what labels it: stations with their names and places, levels.
package struct FieldAxis: Codable, Sendable, Equatable {
    package let name: String
    package let count: Int
    private let labels: [AxisLabels]

    /// A coordinate along it, as a run keeps it.
    private struct AxisLabels: Codable, Sendable, Equatable {
        var name: String
        var numbers: PackedArray?
        var texts: [String]?
        var attributes: [String: String]
        /// The lower and the upper bound of each cell.
        var bounds: PackedArray?

        /// As files have it.
        func coordinate(along dimension: String) -> Coordinate {
            Coordinate(
                name, dimension: dimension, labels: numbers.map { .numbers($0.values) } ?? .texts(texts ?? []),
                attributes: attributes.mapValues { .text($0) },
                bounds: bounds?.values.pairs.map { Swift.min($0, $1)...Swift.max($0, $1) })
        }
    }

    /// A dimension of a field.
    init(_ name: String, of field: Field) {
        self.name = name
        count = field.length(of: name)!
        // The coordinate named after the dimension says what its labels are, then texts.
        func rank(_ coordinate: Coordinate) -> Int { coordinate.name == name ? 0 : coordinate.texts != nil ? 1 : 2 }
        labels = field.coordinates.filter { $0.dimension == name }.sorted { rank($0) < rank($1) }.map { coordinate in
            AxisLabels(
                name: coordinate.name, numbers: coordinate.numbers.map(PackedArray.init),
                texts: coordinate.numbers == nil ? coordinate.labelTexts : nil,
                attributes: coordinate.attributes.compactMapValues(\.text).filter {
                    coordinate.times == nil || !["units", "calendar"].contains($0.key)
                }, bounds: coordinate.bounds.map { PackedArray($0.flatMap { [$0.lowerBound, $0.upperBound] }) })
        }
    }

    /// Whether the labels belong to so many places.
    var isWhole: Bool {
        count > 0
            && labels.allSatisfy {
                ($0.numbers?.values.count ?? $0.texts?.count) == count
                    && $0.bounds?.values.count ?? 2 * count == 2 * count
            }
    }

    /// As files have them.
    var coordinates: [Coordinate] { labels.map { $0.coordinate(along: name) } }

    /// What each place is called: the labels of the first text that tells them apart, else of the dimension's own
    /// coordinate, else their numbers from 0.
    package var texts: [String] { naming?.labelTexts ?? (0..<count).map { "#\($0)" } }

    private var naming: Coordinate? {
        let coordinates = coordinates
        return coordinates.first { $0.texts.map { Set($0).count == $0.count } ?? false }
            ?? coordinates.first { $0.name == name }
    }

    /// The latitudes that label it, by which its rows have areas.
    var latitudes: Coordinate? { coordinates.first(where: \.labelsRows) }

    /// What sets another axis apart, for messages; nil where both have the same names and labels, or one lacks them.
    func difference(from other: FieldAxis) -> String? {
        if count != other.count { return "\(other.count) labels of \"\(other.name)\" instead of \(count)" }
        let theirs = other.coordinates
        for own in [naming, coordinates.first { $0.name == name }].compactMap({ $0 }) {
            guard let same = theirs.first(where: { $0.name == own.name }) else { continue }
            if let odd = own.firstDifference(from: same) {
                return "\(other.name) \(odd.other.text) where \(odd.own.text) stands"
            }
        }
        return nil
    }

    /// Whether it has none of the labels that tell the places of another axis apart.
    func lacksLabels(of other: FieldAxis) -> Bool {
        other.naming.map { known in !coordinates.contains { $0.name == known.name } } ?? false
    }

    /// Where its labels stand along another axis, in whatever order; nil where labels repeat, or some are not there.
    func places(in other: FieldAxis) -> [Int]? {
        if difference(from: other) == nil { return Array(0..<count) }
        guard let own = naming, let same = other.coordinates.first(where: { $0.name == own.name }) else { return nil }
        return same.places(of: own)
    }
}

extension [Double] {
    /// The first and the second number, the third and the fourth, ...
    fileprivate var pairs: [(Double, Double)] { stride(from: 1, to: count, by: 2).map { (self[$0 - 1], self[$0]) } }
}
