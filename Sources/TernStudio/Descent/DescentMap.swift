import Foundation
import TernCore
import TernNN
import TernNumbers

/// A function, and the part of it to look at.
package struct MapRequest: Decodable, Sendable {
    package var function: String
    /// The ends of each axis; nil: the function's own.
    package var view: [[Double]]?

    package init(function: String, view: [[Double]]? = nil) {
        self.function = function
        self.view = view
    }

    func chosenFunction() throws -> TestFunction {
        var settings = DescentSettings()
        settings.function = function
        return try settings.chosenFunction()
    }

    func views() throws -> [ClosedRange<Double>] {
        guard let view else { return try chosenFunction().view }
        return try StudioMistake.axes(view)
    }
}

/// The values of a function over its view, and the lines of equal value.
package struct DescentMap: Encodable {
    /// The axes' values; the second is empty of a function of one variable.
    package var x: NumberArray, y: NumberArray
    /// Row by row of y, from the lowest.
    package var values: NumberArray
    /// The values of contour lines, and the line's pieces: x0, y0, x1, y1 of each.
    package var levels: [Double]
    package var lines: [NumberArray]

    package init(_ function: TestFunction, _ view: [ClosedRange<Double>]) throws {
        guard view.count == function.variableCount else {
            throw StudioMistake(
                "\(function.name) has \(function.variableCount) variable(s), and the view \(view.count) axes",
                argument: "view")
        }
        let isCurve = view.count == 1
        let xs = view[0].points(isCurve ? 481 : 121), ys = isCurve ? [] : view[1].points(121)
        let found = Self.values(function, Self.points(xs, ys))
        x = NumberArray(xs)
        y = NumberArray(ys)
        values = NumberArray(found)
        levels = isCurve ? [] : Self.levels(found)
        lines = levels.map { NumberArray(Self.line($0, xs, ys, found), isSingle: true) }
    }

    /// All points of two axes by variable, row by row of y; of one axis where there is no y.
    static func points(_ xs: [Double], _ ys: [Double]) -> [[Double]] {
        ys.isEmpty ? [xs] : [ys.flatMap { _ in xs }, ys.flatMap { y in xs.map { _ in y } }]
    }

    /// The function at many points at once: its operations work on vectors of each variable as on numbers.
    static func values(_ function: TestFunction, _ points: [[Double]]) -> [Double] {
        let count = points[0].count
        let x = Tensor(points.flatMap { $0 }, shape: [points.count, count])
        return function.function(x).broadcast(to: [count]).doubles
    }

    /// Levels that stand closer near the lowest value, so that flat valleys have some.
    private static func levels(_ values: [Double]) -> [Double] {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max(), high > low else { return [] }
        return (1...18).map { i in
            let t = Double(i) / 19
            return low + (high - low) * t * t * t
        }
    }

    /// The pieces of one contour line, cell by cell (marching squares).
    private static func line(_ level: Double, _ xs: [Double], _ ys: [Double], _ values: [Double]) -> [Double] {
        var pieces: [Double] = []
        for j in 0..<(ys.count - 1) {
            for i in 0..<(xs.count - 1) {
                let corners = [
                    j * xs.count + i, j * xs.count + i + 1, (j + 1) * xs.count + i + 1, (j + 1) * xs.count + i,
                ]
                let v = corners.map { values[$0] - level }
                guard v.allSatisfy(\.isFinite) else { continue }
                let place = [(xs[i], ys[j]), (xs[i + 1], ys[j]), (xs[i + 1], ys[j + 1]), (xs[i], ys[j + 1])]
                var crossings: [(Double, Double)] = []
                for k in 0..<4 {
                    let l = (k + 1) % 4
                    guard (v[k] < 0) != (v[l] < 0) else { continue }
                    let t = v[k] / (v[k] - v[l])
                    crossings.append(
                        (place[k].0 + t * (place[l].0 - place[k].0), place[k].1 + t * (place[l].1 - place[k].1)))
                }
                // In a saddle the mean of the corners says which sides belong together.
                if crossings.count == 4, (v[0] < 0) != (v.reduce(0, +) < 0) {
                    crossings = [crossings[3], crossings[0], crossings[1], crossings[2]]
                }
                for k in stride(from: 0, to: crossings.count - 1, by: 2) {
                    pieces += [crossings[k].0, crossings[k].1, crossings[k + 1].0, crossings[k + 1].1]
                }
            }
        }
        return pieces
    }
}
