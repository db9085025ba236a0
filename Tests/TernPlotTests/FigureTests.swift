import Foundation
import TernPlot
import TestSupport
import Testing

@Suite struct FigureTests {
    private static let x = (0..<50).map { Double($0) / 5 }
    private static var curve: Figure {
        var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
        panel.add(Line(x: x, y: x.map { exp(-$0) }, label: "training"))
        panel.add(Line(x: x, y: x.map { exp(-$0 / 2) + 0.01 }, label: "validation", style: .dashed))
        return Figure(panel)
    }
    private static let grid = Grid(x: -2...2, y: -1...1, count: 31) { $0 * $0 - $1 }

    /// One of each kind.
    static let kinds: [String: Figure] = [
        "line": curve,
        "scatter": Figure(Panel(x: Axis("x_1"), y: Axis("\\sigma^2"), Scatter(x: x, y: x.map { sin($0) }, label: "sin", opacity: 0.5))),
        "steps": Figure(Panel(Steps(x: x, y: x.map { floor($0) }))),
        "band": Figure(Panel(Band(x: x, lower: x.map { $0 - 1 }, upper: x.map { $0 + 1 }, label: "mean ± std"), Line(x: x, y: x))),
        "histogram": Figure(Panel(Histogram(x.map { sin(3 * $0) }, bins: 12, label: "draws"))),
        "bars": Figure(Panel(Bars(["RMSE", "MAE"], [2, 1]))),
        "heat map": Figure(Panel(HeatMap(grid, colors: .cividis, valueLabel: "K"))),
        "contour": Figure(Panel(Contour(grid))),
        "filled contour": Figure(Panel(Contour(grid, isFilled: true, valueLabel: "f"))),
        "quiver": Figure(Panel(Quiver(x: x, y: x, u: x.map { sin($0) }, v: x.map { cos($0) }, scale: 0.5))),
        "map": Figure(Panel(title: "SST", WorldMap(
            longitudes: stride(from: 0, to: 360, by: 10).map { Double($0) }, latitudes: stride(from: -85, through: 85, by: 10).map { Double($0) },
            values: (0..<18).map { row in (0..<36).map { Double(row) - 8.5 + sin(Double($0)) } }, centered: 0, valueLabel: "K"))),
        "panels": Figure(panels: curve.panels + [Panel(x: Axis("year", scale: .time), Line(x: x.map { $0 * 3e8 }, y: x), Rule(y: 5))], columns: 2, title: "Two"),
    ]

    @Test(.enabled(if: Figure.canDraw), arguments: kinds.keys.sorted(), FigureFormat.allCases)
    func everyKindIsDrawnAndNotBlank(_ kind: String, _ format: FigureFormat) throws {
        let data = try Self.kinds[kind]!.data(format)
        let text = String(decoding: data, as: UTF8.self)
        switch format {
        // An empty pair of axes takes a third of this.
        case .png: #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]) && data.count > 9_000, "\(data.count) bytes")
        case .svg: #expect(text.contains("gnuplot_plot_1") && text.contains("viewBox"))
        case .pdf: #expect(text.hasPrefix("%PDF") && data.count > 4_000, "\(data.count) bytes")
        }
    }

    @Test(.enabled(if: Figure.canDraw)) func theSameFigureGivesTheSameSVG() throws {
        for (kind, figure) in Self.kinds { #expect(try figure.data(.svg) == figure.data(.svg), "\(kind)") }
    }

    @Test(.enabled(if: Figure.canDraw)) func anSVGNamesNeitherProgramNorFile() throws {
        let text = String(decoding: try Self.curve.data(.svg), as: UTF8.self)
        #expect(!text.contains("<desc>") && !text.contains("<title>Gnuplot</title>") && !text.contains("tern-"))
    }

    @Test(.enabled(if: Figure.canDraw)) func aFileIsWrittenWholeWithItsScriptBesideIt() throws {
        let folder = TemporaryFolder()
        try Self.curve.write(to: folder.path("loss.svg"), keepingScript: true)
        #expect(folder.contents == ["loss.gp", "loss.svg"])
        let script = try String(contentsOfFile: folder.path("loss.gp"), encoding: .utf8)
        #expect(script.contains("set output './loss.svg'") && script.contains("set logscale y"))
    }

    @Test(.enabled(if: Figure.canDraw)) func severalFiguresStandOnOnePage() throws {
        let a = try Self.curve.svg(name: "a", description: "Loss < 1"), b = try Self.curve.svg(name: "b")
        #expect(a.hasPrefix("<svg") && a.contains("aria-label=\"Loss &lt; 1\""))
        #expect(a.contains("id=\"a-gnuplot_canvas\"") && b.contains("id=\"b-gnuplot_canvas\""))
    }

    @Test(.enabled(if: Figure.canDraw)) func aTerminalShowsAPreview() throws {
        let text = try Self.curve.terminalPreview(columns: 60, rows: 20)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
        #expect(text.contains("Loss") && text.contains("*"))
    }

    @Test func theScriptHoldsDataAndLabels() throws {
        let script = try Self.kinds["scatter"]!.script(for: .png, output: "a.png")
        #expect(script.contains("x₁") && script.contains("σ²"))
        #expect(script.contains("$panel1_1 << EOD\n0 0\n0.2 0.19866933079506122\n"))
    }

    @Test func figuresOfTheSameDataAreEqual() {
        #expect(Self.curve == Self.curve)
        #expect(Self.curve != Self.kinds["steps"])
    }

    @Test func gapsStayGaps() throws {
        let script = try Figure(Panel(Line(x: [0, 1, 2], y: [1, .nan, 3]))).script(for: .svg, output: "a.svg")
        #expect(script.contains("1 NaN"))
    }

    @Test(arguments: [
        (Figure(panels: []), "no panels"),
        (Figure(Panel(title: "Loss")), "(\"Loss\") is empty"),
        (Figure(Panel(Line(x: [1, 2], y: [1], label: "training"))), "line \"training\" has 2 values of x and 1 of y"),
        (Figure(Panel(HeatMap(Grid(x: [1, 2], y: [1, 2, 3], values: [[1, 2]])))), "a row for each y"),
        (Figure(Panel(WorldMap(longitudes: [0, 10], latitudes: [0, 100], values: [[1, 2], [3, 4]]))), "latitude of 100"),
    ])
    func mistakesAreNamed(_ figure: Figure, _ expected: String) {
        let error = #expect(throws: PlotError.self) { try figure.script(for: .svg, output: "a.svg") }
        #expect("\(error!)".contains(expected))
    }

    @Test func anUnknownEndingNamesThoseKnown() {
        let error = #expect(throws: PlotError.self) { try Self.curve.write(to: "loss.bmp") }
        #expect("\(error!)".contains(".png, .svg or .pdf"))
    }

    @Test func histogramsCountAllValues() {
        let histogram = Histogram([0, 1, 1, 2, 4, .nan], bins: 4)
        #expect(histogram.counts == [1, 2, 1, 1])
        #expect(histogram.edges == [0, 1, 2, 3, 4])
    }

    @Test func theNumbersOfAFigureAreATable() {
        let loss = Panel(title: "Loss, mean", Line(x: [1, 2], y: [0.5, .nan], label: "training"), Rule(y: 0))
        let field = Panel(Band(x: [0], lower: [-1], upper: [1]), HeatMap(Grid(x: [1, 2], y: [3], values: [[4, 5]])))
        #expect(Figure(panels: [loss, field]).csv == """
            panel,series,x,y,lower,upper,value
            "Loss, mean",training,1.0,0.5,,,
            "Loss, mean",training,2.0,,,,
            2,,0.0,,-1.0,1.0,
            2,,1.0,3.0,,,4.0
            2,,2.0,3.0,,,5.0

            """)
    }
}
