import TernCore

// Which labels of two coordinates are the same: numbers but for the rounding of single precision, angles to a ten
// thousandth of a degree, and none that are nearer to a neighbour.
extension Coordinate {
    private var isAngle: Bool { role == .latitude || role == .longitude || isRotatedLatitude }

    /// How far numbers of one label may lie apart.
    private func tolerance(_ numbers: [Double]) -> Double {
        let sorted = numbers.filter(\.isFinite).sorted(), largest = max(abs(sorted.first ?? 0), abs(sorted.last ?? 0))
        let steps: [Double] = zip(sorted.dropFirst(), sorted).map { $0 - $1 }
        let least = steps.filter { $0 > 0 }.min() ?? .infinity
        return min(isAngle ? 1e-4 : 1e-6 * max(1e-30, largest), least / 4)
    }

    /// The first label that is another here than in another coordinate of as many; nil where all are the same.
    package func firstDifference(from other: Coordinate) -> (own: Label, other: Label)? {
        switch (labels, other.labels) {
        case (.numbers(let a), .numbers(let b)):
            let tolerance = tolerance(a)
            return zip(a, b).first { !(abs($0 - $1) <= tolerance || $0 == $1 || $0.isNaN && $1.isNaN) }
                .map { (.number($0), .number($1)) }
        case (.times(let a), .times(let b)): return zip(a, b).first { $0 != $1 }.map { (.date($0), .date($1)) }
        default:
            return zip(labelTexts, other.labelTexts).first { $0 != $1 }.map { (.text($0), .text($1)) }
        }
    }

    /// What keeps the coordinates of several owners from lying in one file, where a name stands for one; for messages.
    /// Xarray calls it a conflict too (`MergeError`).
    package static func conflict(among owners: [(name: String, coordinates: [Coordinate])]) -> String? {
        var known: [String: (coordinate: Coordinate, owner: String)] = [:]
        for owner in owners {
            for coordinate in owner.coordinates {
                guard let (first, other) = known[coordinate.name] else {
                    known[coordinate.name] = (coordinate, owner.name)
                    continue
                }
                let difference =
                    first.dimension != coordinate.dimension
                    ? "lies along \"\(coordinate.dimension)\" and along \"\(first.dimension)\""
                    : first.count != coordinate.count
                        ? "has \(coordinate.count) labels and \(first.count)"
                        : first.firstDifference(from: coordinate).map { "says \($0.other) and \($0.own)" }
                guard let difference else { continue }
                return "the coordinate \"\(coordinate.name)\" \(difference) in \"\(owner.name)\" and \"\(other)\""
            }
        }
        return nil
    }

    /// Where the labels of another coordinate stand in this one, which may have more, in whatever order, longitudes in
    /// either convention; nil where labels repeat, or some are not there.
    package func places(of other: Coordinate) -> [Int]? {
        let places = matches(of: other, onCircle: other.role == .longitude).compactMap { $0 }
        return Set(places).count == other.count ? places : nil
    }

    /// Where each label of another coordinate stands in this one; nil where it does not, or more than once.
    ///
    /// - Parameter onCircle: whether numbers are degrees of longitude, 350 being -10.
    func matches(of other: Coordinate, onCircle: Bool = false) -> [Int?] {
        switch (labels, other.labels) {
        case (.numbers(let own), .numbers(let theirs)):
            let sorted = SortedNumbers(own, onCircle: onCircle), tolerance = tolerance(theirs)
            return theirs.map { sorted.place(of: $0, within: tolerance) }
        default:
            let known = Dictionary(grouping: labelTexts.enumerated()) { $0.element }
            return other.labelTexts.map { text in known[text].flatMap { $0.count == 1 ? $0[0].offset : nil } }
        }
    }
}

/// Finds numbers among others, on a circle too.
private struct SortedNumbers {
    /// In order; on a circle with the last before the first and the first behind the last.
    private var sorted: [(number: Double, place: Int)]
    /// Those that have no order.
    private let others: [(number: Double, place: Int)]
    private let onCircle: Bool

    init(_ numbers: [Double], onCircle: Bool) {
        self.onCircle = onCircle
        let places = numbers.indices
        sorted = places.filter { numbers[$0].isFinite }.map { (Self.turned(numbers[$0], onCircle), $0) }
            .sorted { $0.number < $1.number }
        others = places.filter { !numbers[$0].isFinite }.map { (numbers[$0], $0) }
        if onCircle, let first = sorted.first, let last = sorted.last {
            sorted.insert((last.number - 360, last.place), at: 0)
            sorted.append((first.number + 360, first.place))
        }
    }

    private static func turned(_ number: Double, _ onCircle: Bool) -> Double {
        onCircle ? Longitudes.turned(number, from: 0) : number
    }

    /// Where the only one lies that is no further away; nil where there is none, or several.
    func place(of number: Double, within tolerance: Double) -> Int? {
        guard number.isFinite else {
            let same = others.filter { $0.number == number || $0.number.isNaN && number.isNaN }
            return same.count == 1 ? same[0].place : nil
        }
        let number = Self.turned(number, onCircle)
        let next = sorted.partitioningIndex { !($0.number < number) }
        let near = (next - 2...next + 1).filter(sorted.indices.contains).filter {
            abs(sorted[$0].number - number) <= tolerance
        }
        let places = Set(near.map { sorted[$0].place })
        return places.count == 1 ? places.first : nil
    }
}
