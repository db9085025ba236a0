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
                })
        }
    }

    /// Whether the labels belong to so many places.
    var isWhole: Bool { count > 0 && labels.allSatisfy { ($0.numbers?.values.count ?? $0.texts?.count) == count } }

    /// As files have them.
    var coordinates: [Coordinate] {
        labels.map { own in
            Coordinate(
                own.name, dimension: name, labels: own.numbers.map { .numbers($0.values) } ?? .texts(own.texts ?? []),
                attributes: own.attributes.mapValues { .text($0) })
        }
    }

    /// What each place is called: the labels of the first text that tells them apart, else of the dimension's own
    /// coordinate, else their numbers from 0.
    package var texts: [String] { naming?.labelTexts ?? (0..<count).map { "#\($0)" } }

    private var naming: Coordinate? {
        let coordinates = coordinates
        return coordinates.first { $0.texts.map { Set($0).count == $0.count } ?? false }
            ?? coordinates.first { $0.name == name }
    }

    /// The latitudes that label it, one for each place of the dimension itself; of rotated poles, too, since areas go
    /// by them there.
    var latitudes: [Double]? {
        coordinates.first { $0.name == name && ($0.role == .latitude || $0.isRotatedLatitude) }?.numbers
    }

    /// What sets another axis apart, for messages; nil where both have the same names and labels, or one lacks them.
    func difference(from other: FieldAxis) -> String? {
        if count != other.count { return "\(other.count) labels of \"\(other.name)\" instead of \(count)" }
        let theirs = other.coordinates
        for own in [naming, coordinates.first { $0.name == name }].compactMap({ $0 }) {
            guard let same = theirs.first(where: { $0.name == own.name }) else { continue }
            let odd = zip(own.labelTexts, same.labelTexts).first { $0 != $1 && !Self.areAlike($0, $1) }
            if let odd { return "\(other.name) \(odd.1) where \(odd.0) stands" }
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
        let texts = own.labelTexts, theirs = same.labelTexts
        let known = Dictionary(theirs.enumerated().map { ($1, $0) }, uniquingKeysWith: { _, _ in -1 })
        let found = texts.map { text in known[text] ?? theirs.firstIndex { Self.areAlike(text, $0) } ?? -1 }
        return !found.contains(-1) && Set(found).count == count ? found : nil
    }

    /// Whether two texts are one number but for rounding.
    private static func areAlike(_ a: String, _ b: String) -> Bool {
        guard let a = Double(a), let b = Double(b) else { return false }
        return abs(a - b) <= 1e-6 * max(abs(a), abs(b))
    }
}

extension Coordinate {
    /// Whether it counts degrees from the equator of a rotated pole, as `rlat` does: no place on the globe, but cells
    /// have their areas by it.
    var isRotatedLatitude: Bool {
        guard attributes["standard_name"]?.text == "grid_latitude" || name.withoutGroup.lowercased() == "rlat" else {
            return false
        }
        return !(attributes["units"]?.text ?? "degrees").lowercased().hasPrefix("rad")
            && numbers?.allSatisfy { abs($0) <= 90 } ?? false
    }
}
