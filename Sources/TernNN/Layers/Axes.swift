import TernCore

/// Where an axis lies in a shape of `rank` dimensions, from 0; negative ones count from the end.
func place(of axis: Int, in rank: Int) -> Int { axis < 0 ? axis + rank : axis }

/// The same of an axis that must be there.
func place(of axis: Int, in rank: Int, for what: @autoclosure () -> String) -> Int {
    guard axis >= -rank, axis < rank else { fail("\(what()): there is no axis \(axis) among \(rank)") }
    return place(of: axis, in: rank)
}

/// One axis or several: `-1`, `[1, 2]`. Negative ones count from the end, as in NumPy.
///
/// ```swift
/// let last: Axes = -1, grid: Axes = [1, 2]
/// let y = UnitNormalization(axis: grid)(Tensor.ones([2, 3, 3, 1]))   // [2, 3, 3, 1], all 1/3
/// ```
///
/// In a configuration one axis is a number and several are a list, as in Keras.
public struct Axes: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// The axes as they were given.
    public var numbers: [Int]

    /// Several axes.
    public init(_ numbers: [Int]) { self.numbers = numbers }

    /// One axis.
    public init(integerLiteral value: Int) { numbers = [value] }

    /// Several axes.
    public init(arrayLiteral elements: Int...) { numbers = elements }

    /// Reads a number or a list of numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(Int.self) {
            numbers = [one]
        } else {
            numbers = try container.decode([Int].self)
        }
    }

    /// Writes one axis as a number, several as a list.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if numbers.count == 1 { try container.encode(numbers[0]) } else { try container.encode(numbers) }
    }

    /// As places from 0 on in a shape of `rank` dimensions, in order.
    func places(_ rank: Int) -> [Int] { numbers.map { place(of: $0, in: rank) }.sorted() }

    /// What is wrong with them for a shape of `rank` dimensions, nil where they fit.
    func complaint(_ rank: Int) -> String? {
        if let odd = numbers.first(where: { $0 < -rank || $0 >= rank }) {
            return "axis \(odd) is out of range for \(rank) dimensions"
        }
        let places = places(rank)
        return Set(places).count == places.count ? nil : "the axes \(numbers) name one dimension twice"
    }
}
