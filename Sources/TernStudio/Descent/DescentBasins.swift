import Foundation
import TernCore
import TernNN

/// Where searches from many starts are to end.
package struct BasinRequest: Decodable, Sendable {
    package var settings: DescentSettings
    package var view: [[Double]]?
    /// How many starts there are along each axis.
    package var count: Int

    package init(settings: DescentSettings, view: [[Double]]? = nil, count: Int = 81) {
        self.settings = settings
        self.view = view
        self.count = count
    }
}

/// Where searches from all starts of a view end: the ends that they share, and which of them each start comes to.
package struct DescentBasins: Encodable {
    package var x: NumberArray, y: NumberArray
    /// The index of its end for each start, row by row of y; -1: it left all bounds, -2: it is still under way.
    package var ends: NumberArray
    /// The ends, those of most starts first, their values, and how many starts come there.
    package var places: [[Double]], values: [Double], counts: [Int]
    package var escaped: Int, unfinished: Int

    /// Searches by the first optimiser of the settings, without noise.
    ///
    /// All starts step together, as tensors of one number for each: the same rule, number by number, as in `minimise`.
    /// Those that search along lines go one by one.
    ///
    /// - Throws: `CancellationError` where the page waits no more.
    package init(_ request: BasinRequest, _ work: StudioWork) throws {
        let settings = request.settings
        try settings.check()
        try StudioMistake.check("count", Double(request.count), in: 2...161)
        let function = try settings.chosenFunction(), racer = try settings.racers()[0]
        let view = try MapRequest(function: settings.function, view: request.view).views()
        guard view.count == function.variableCount else {
            throw StudioMistake("the view has \(view.count) axes", argument: "view")
        }
        let isCurve = view.count == 1, count = request.count
        let xs = view[0].points(isCurve ? 5 * count : count)
        let ys = isCurve ? [] : view[1].points(count)
        let flat = Self.flatness(function, isCurve ? [xs] : [xs, ys])
        var points = DescentMap.points(xs, ys)
        var still: [Double]
        switch racer(settings.learningRate(racer), momentum: settings.momentum) {
        case .optimizer(let optimizer):
            (points, still) = try Self.together(function, optimizer, settings.steps, points, work)
        case let method:
            still = []
            for i in points[0].indices {
                if i % 8 == 0 { try work.report(Double(i) / Double(points[0].count)) }
                let start = points.map { $0[i] }
                let end = minimise(from: start, method: method, steps: settings.steps, function.function).last
                for k in points.indices { points[k][i] = end.value.isFinite ? end.position[k] : .nan }
                still.append(end.gradientLength)
            }
        }
        x = NumberArray(xs)
        y = NumberArray(ys)
        // Ends nearer to each other than a hundredth of the view are one.
        let sizes = view.map { ($0.upperBound - $0.lowerBound) / 100 }
        var groups: [(place: [Double], count: Int, steepness: Double)] = [], index: [Int] = []
        for i in points[0].indices {
            let end = points.map { $0[i] }
            let isNear = zip(end, view).allSatisfy { x, range in
                x.isFinite
                    && abs(x - (range.lowerBound + range.upperBound) / 2) < 5 * (range.upperBound - range.lowerBound)
            }
            guard isNear else {
                index.append(-1)
                continue
            }
            guard still[i] <= flat else {
                index.append(-2)
                continue
            }
            if let k = groups.firstIndex(where: { group in
                zip(zip(group.place, end), sizes).allSatisfy { abs($0.0 - $0.1) < $1 }
            }) {
                groups[k].count += 1
                if still[i] < groups[k].steepness { (groups[k].place, groups[k].steepness) = (end, still[i]) }
                index.append(k)
            } else {
                groups.append((end, 1, still[i]))
                index.append(groups.count - 1)
            }
        }
        let order = groups.indices.sorted { groups[$0].count > groups[$1].count }
        var rank = Array(repeating: 0, count: groups.count)
        for (r, k) in order.enumerated() { rank[k] = r }
        ends = NumberArray(index.map { Double($0 < 0 ? $0 : rank[$0]) }, isSingle: true)
        places = order.map { groups[$0].place }
        counts = order.map { groups[$0].count }
        values = places.map { function.function(Tensor($0)).item }
        escaped = index.count { $0 == -1 }
        unfinished = index.count { $0 == -2 }
    }

    /// The gradient's length below which a search has arrived: a hundredth of its median in the view.
    private static func flatness(_ function: TestFunction, _ axes: [[Double]]) -> Double {
        let some = axes.map { axis in (0..<9).map { axis[$0 * (axis.count - 1) / 8] } }
        let points = DescentMap.points(some[0], some.count == 1 ? [] : some[1])
        let slopes = lengths(slopes(of: function, points[0].count)(tensor(points)), points[0].count).filter(\.isFinite)
        return 0.01 * (slopes.upperMedian ?? 0)
    }

    /// [variables, points].
    private static func tensor(_ points: [[Double]]) -> Tensor {
        Tensor(points.flatMap { $0 }, shape: [points.count, points[0].count])
    }

    /// The gradients at so many points, [variables, points].
    private static func slopes(of function: TestFunction, _ count: Int) -> (Tensor) -> Tensor {
        gradient(of: { (x: Tensor) in function.function(x).broadcast(to: [count]).sum() })
    }

    private static func lengths(_ slopes: Tensor, _ count: Int) -> [Double] {
        let numbers = slopes.doubles
        return (0..<count).map { i in
            stride(from: i, to: numbers.count, by: count).reduce(0) { $0 + numbers[$1] * numbers[$1] }.squareRoot()
        }
    }

    private static func together(
        _ function: TestFunction, _ optimizer: any Optimizer, _ steps: Int, _ starts: [[Double]], _ work: StudioWork
    ) throws -> (ends: [[Double]], steepness: [Double]) {
        let count = starts[0].count
        let slopes = slopes(of: function, count)
        var x = [tensor(starts)]
        var state = optimizer.initialState(for: x)
        for step in 0..<steps {
            try work.report(Double(step) / Double(max(1, steps)))
            x = optimizer.updated(x, gradients: [slopes(x[0])], state: &state)
        }
        let ends = x[0].doubles
        return (
            starts.indices.map { Array(ends[($0 * count)..<(($0 + 1) * count)]) }, lengths(slopes(x[0]), count)
        )
    }
}
