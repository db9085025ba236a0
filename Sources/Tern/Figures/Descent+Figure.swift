import TernCore
import TernNN
import TernPlot

/// Searches for a minimum of one function, drawn over it.
///
/// ```swift
/// let f = TestFunction.bowl
/// let runs = [("SGD", minimise(from: f.start, optimizer: SGD(learningRate: 0.1), steps: 20, f.function))]
/// try DescentFigure(f, runs).figure().write(to: "bowl.png")
/// ```
///
/// A function of one variable is drawn as a curve, one of two as contours; beside it stand the values by step.
public struct DescentFigure {
    public var function: TestFunction
    public var runs: [(name: String, descent: Descent)]

    public init(_ function: TestFunction, _ runs: [(name: String, descent: Descent)]) {
        self.function = function
        self.runs = runs
    }

    public func figure(style: Style = .light) -> Figure {
        let panels = (function.variableCount <= 2 ? [course(style)] : []) + [values()]
        return Figure(panels: panels, columns: panels.count, size: Size(width: 460 * Double(panels.count), height: 360), style: style)
    }

    /// The part of an axis that shows the function and most of all paths.
    private func view(_ i: Int) -> ClosedRange<Double> {
        let usual = function.view[i], reach = usual.upperBound - usual.lowerBound
        let seen = runs.flatMap { $0.descent.coordinate(i) }.filter { $0.isFinite && abs($0 - (usual.lowerBound + reach / 2)) < 3 * reach }
        return min(usual.lowerBound, seen.min() ?? usual.lowerBound)...max(usual.upperBound, seen.max() ?? usual.upperBound)
    }

    /// The path over the function.
    public func course(_ style: Style = .light) -> Panel {
        let x = view(0)
        var panel = Panel(title: function.formula)
        if function.variableCount == 1 {
            panel.x = Axis("x", range: x)
            panel.y = Axis("f(x)")
            let xs = (0...300).map { x.lowerBound + (x.upperBound - x.lowerBound) * Double($0) / 300 }
            panel.add(Line(x: xs, y: xs.map { function($0) }, color: style.muted))
            for (i, run) in runs.enumerated() {
                let inside = run.descent.points.filter { x.contains($0.position[0]) && $0.value.isFinite }
                panel.add(Line(
                    x: inside.map { $0.position[0] }, y: inside.map(\.value), label: run.name,
                    color: style.cycle[i % style.cycle.count], marks: true))
            }
        } else {
            let y = view(1)
            panel.x = Axis("x_1", range: x)
            panel.y = Axis("x_2", range: y)
            panel.grid = false
            if runs.count > 1 { panel.legend = .outside }
            let grid = Grid(x: x, y: y, count: 101) { function($0, $1) }
            panel.add(Contour(grid, levels: levels(grid.values.flatMap { $0 }), lineColor: style.contour))
            for (i, run) in runs.enumerated() {
                let path = run.descent.points.filter { $0.value.isFinite }
                panel.add(Line(
                    x: path.map { $0.position[0] }, y: path.map { $0.position[1] }, label: run.name,
                    color: style.cycle[i % style.cycle.count], marks: true))
            }
        }
        return panel
    }

    /// Levels that grow with the distance from the lowest value, so that flat valleys have some.
    private func levels(_ values: [Double]) -> [Double] {
        let finite = values.filter(\.isFinite), low = finite.min() ?? 0, high = finite.max() ?? 1
        return (1...18).map { i in
            let t = Double(i) / 19
            return low + (high - low) * t * t * t
        }
    }

    /// The values by step; on a logarithmic axis where all are positive and far apart.
    public func values() -> Panel {
        let all = runs.flatMap(\.descent.values).filter(\.isFinite)
        let isWide = (all.min() ?? 0) > 0 && (all.max() ?? 1) / (all.min() ?? 1) > 50
        var panel = Panel(title: "Course", x: Axis("step"), y: Axis("f", scale: isWide ? .logarithmic : .linear))
        // A search that leaves all bounds shall not hide the others.
        let first = runs.compactMap { $0.descent.values.first }.map { abs($0) }.max() ?? 1
        if let low = all.min(), let high = all.max(), high > 1e3 * max(first, 1), runs.count > 1 {
            panel.y.range = isWide ? (low / 2)...(1e3 * max(first, 1)) : low...(10 * max(first, 1))
        }
        for run in runs {
            panel.add(Line(x: run.descent.points.map { Double($0.step) }, y: run.descent.values, label: runs.count > 1 ? run.name : ""))
        }
        return panel
    }
}
