import TernCore
import TernNN
import TernPlot

/// Searches for a minimum of one function, drawn over it.
///
/// ```swift
/// let f = TestFunction.bowl
/// let runs = [("SGD", minimise(from: f.start, optimizer: SGD(learningRate: 0.1), steps: 20, f.function))]
/// let figure = DescentFigure(f, runs).figure()
/// print(figure.panels.map(\.title))  // ["x_1^2 + 2 x_2^2", "Course"]
/// ```
///
/// A function of one variable is drawn as a curve, one of two as contours; beside it stand the values by step.
public struct DescentFigure {
    /// What was searched.
    public var function: TestFunction
    /// The searches with the names that the legend gives them.
    public var runs: [(name: String, descent: Descent)]

    /// Searches of one function, drawn in the order given.
    public init(_ function: TestFunction, _ runs: [(name: String, descent: Descent)]) {
        self.function = function
        self.runs = runs
    }

    /// The path over the function, where it has one or two variables, and the values by step.
    public func figure(style: Style = .light) -> Figure {
        let panels = (function.variableCount <= 2 ? [course(style)] : []) + [values()]
        return Figure(
            panels: panels, columns: panels.count, size: Size(width: 460 * Double(panels.count), height: 360),
            style: style)
    }

    /// The part of an axis that shows the function and most of all paths.
    private func view(_ i: Int) -> ClosedRange<Double> {
        let usual = function.view[i], reach = usual.upperBound - usual.lowerBound
        let middle = usual.lowerBound + reach / 2
        let seen = runs.flatMap { $0.descent.coordinate(i) }.filter { $0.isFinite && abs($0 - middle) < 3 * reach }
        guard let least = seen.min(), let greatest = seen.max() else { return usual }
        return min(usual.lowerBound, least)...max(usual.upperBound, greatest)
    }

    /// The path over a function of one or two variables: a square where it begins, a mark where it ends, a cross at
    /// each lowest minimum of two variables.
    public func course(_ style: Style = .light) -> Panel {
        let x = view(0)
        var panel = Panel(title: function.formula)
        if function.variableCount == 1 {
            panel.x = Axis("x", range: x)
            panel.y = Axis("f(x)")
            let xs = (0...300).map { x.lowerBound + (x.upperBound - x.lowerBound) * Double($0) / 300 }
            panel.add(Line(x: xs, y: xs.map { function($0) }, color: style.muted))
            add(\.value, to: &panel, style) { x.contains($0.position[0]) }
        } else {
            let (x, y) = likeScaled(x, view(1))
            panel.x = Axis("x_1", range: x)
            panel.y = Axis("x_2", range: y)
            panel.aspect = 1
            panel.grid = false
            if runs.count > 1 { panel.legend = .outside }
            let grid = Grid(x: x, y: y, count: 101) { function($0, $1) }
            panel.add(Contour(grid, levels: levels(grid.values.flatMap { $0 }), lineColor: style.contour))
            add({ $0.position[1] }, to: &panel, style) { _ in true }
            for minimum in minima {
                panel.add(Scatter(x: [minimum[0]], y: [minimum[1]], color: style.foreground, mark: .cross, size: 9))
            }
        }
        return panel
    }

    /// The paths, told apart by marks and dashes as well as by colour, and where each begins and ends.
    private func add(
        _ height: (Descent.Point) -> Double, to panel: inout Panel, _ style: Style,
        where isShown: (Descent.Point) -> Bool
    ) {
        for (i, run) in runs.enumerated() {
            let path = run.descent.points.filter { $0.value.isFinite && isShown($0) },
                color = style.cycle[i % style.cycle.count]
            panel.add(
                Line(
                    x: path.map { $0.position[0] }, y: path.map(height), label: run.name, color: color,
                    style: runs.count > 1 ? .numbered(i) : .solid,
                    marks: runs.count < 3))
            if let first = path.first {
                panel.add(Scatter(x: [first.position[0]], y: [height(first)], color: color, mark: .square, size: 6))
            }
            if let last = path.last {
                panel.add(
                    Scatter(
                        x: [last.position[0]], y: [height(last)], color: color, mark: Self.marks[i % Self.marks.count],
                        size: 9))
            }
        }
    }

    private static let marks: [Mark] = [.dot, .triangle, .diamond, .circle, .plus]

    /// The ranges with a unit as long on both axes, where neither would be a strip then.
    private func likeScaled(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> (
        ClosedRange<Double>, ClosedRange<Double>
    ) {
        let (w, h) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
        func widened(_ range: ClosedRange<Double>, to length: Double) -> ClosedRange<Double> {
            let more = (length - (range.upperBound - range.lowerBound)) / 2
            return more > 0 ? range.lowerBound - more...range.upperBound + more : range
        }
        return (widened(x, to: h * 0.8), widened(y, to: w * 0.5))
    }

    /// The lowest points of a fine grid that all around them lie above: where minima are, to a hundredth of the view.
    private var minima: [[Double]] {
        let (xs, ys) = (function.view[0], function.view[1]), n = 81
        let grid = Grid(x: xs, y: ys, count: n) { function($0, $1) },
            all = grid.values.flatMap { $0 }.filter(\.isFinite)
        guard let low = all.min(), let high = all.max(), high > low else { return [] }
        return (1..<(n - 1)).flatMap { i in
            (1..<(n - 1)).compactMap { j -> [Double]? in
                let value = grid.values[i][j]
                let isLowest = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)].allSatisfy {
                    grid.values[i + $0.0][j + $0.1] > value
                }
                return isLowest && value < low + 0.02 * (high - low) ? refined([grid.x[j], grid.y[i]]) : nil
            }
        }.prefix(9).map { $0 }
    }

    private func refined(_ point: [Double]) -> [Double] {
        minimise(from: point, method: .lbfgs(), steps: 50, function.function).last.position
    }

    /// Levels that grow with the distance from the lowest value, so that flat valleys have some.
    private func levels(_ values: [Double]) -> [Double] {
        let finite = values.filter(\.isFinite), low = finite.min() ?? 0, high = finite.max() ?? 1
        return (1...18).map { i in
            let t = Double(i) / 19
            return Self.rounded(low + (high - low) * t * t * t, to: (high - low) * t * t / 6)
        }
    }

    /// The roundest number so near, since it is written beside its line.
    private static func rounded(_ x: Double, to step: Double) -> Double {
        guard step > 0, step.isFinite else { return x }
        var unit = 1.0
        while unit > step { unit /= 10 }
        while unit * 10 <= step { unit *= 10 }
        let nice = unit * ([5.0, 2].first { unit * $0 <= step } ?? 1)
        return (x / nice).rounded() * nice
    }

    /// The values by step; on a logarithmic axis where all are positive and the largest is over 50 times the least. A
    /// search that runs away does not hide the others.
    public func values() -> Panel {
        let all = runs.flatMap(\.descent.values).filter(\.isFinite)
        let scale = Axis.Scale.suiting(all, beyond: 50)
        var panel = Panel(title: "Course", x: Axis("step"), y: Axis("f", scale: scale))
        // A search that leaves all bounds shall not hide the others.
        let first = runs.compactMap { $0.descent.values.first }.map { abs($0) }.max() ?? 1
        if let low = all.min(), let high = all.max(), high > 1e3 * max(first, 1), runs.count > 1 {
            panel.y.range = scale == .logarithmic ? (low / 2)...(1e3 * max(first, 1)) : low...(10 * max(first, 1))
        }
        for run in runs {
            panel.add(
                Line(
                    x: run.descent.points.map { Double($0.step) }, y: run.descent.values,
                    label: runs.count > 1 ? run.name : ""))
        }
        return panel
    }
}
