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
        "scatter": Figure(
            Panel(x: Axis("x_1"), y: Axis("\\sigma^2"), Scatter(x: x, y: x.map { sin($0) }, label: "sin", opacity: 0.5))
        ),
        "steps": Figure(Panel(Steps(x: x, y: x.map { floor($0) }))),
        "band": Figure(
            Panel(Band(x: x, lower: x.map { $0 - 1 }, upper: x.map { $0 + 1 }, label: "mean ± std"), Line(x: x, y: x))),
        "histogram": Figure(Panel(Histogram(x.map { sin(3 * $0) }, bins: 12, label: "draws"))),
        "bars": Figure(Panel(Bars(["RMSE", "MAE"], [2, 1]))),
        "heat map": Figure(Panel(HeatMap(grid, colors: .cividis, valueLabel: "K"))),
        "contour": Figure(Panel(Contour(grid))),
        "filled contour": Figure(Panel(Contour(grid, isFilled: true, valueLabel: "f"))),
        "quiver": Figure(Panel(Quiver(x: x, y: x, u: x.map { sin($0) }, v: x.map { cos($0) }, scale: 0.5))),
        "map": Figure(
            Panel(
                title: "SST",
                WorldMap(
                    longitudes: stride(from: 0, to: 360, by: 10).map { Double($0) },
                    latitudes: stride(from: -85, through: 85, by: 10).map { Double($0) },
                    values: (0..<18).map { row in (0..<36).map { Double(row) - 8.5 + sin(Double($0)) } }, centered: 0,
                    valueLabel: "K"))),
        "panels": Figure(
            panels: curve.panels + [
                Panel(x: Axis("year", scale: .time), Line(x: x.map { $0 * 3e8 }, y: x), Rule(y: 5))
            ], columns: 2, title: "Two"),
    ]

    /// What has given trouble with texts.
    private static var hard: [String: Figure] {
        let gaps = HeatMap(Grid(x: [0, 1, 2], y: [0, 1], values: [[1, .nan, -3], [0.25, 5, 6]]), centered: 0)
        let drawing = Panel(
            drawing: Size(width: 400, height: 200), title: "A network",
            Block("Dense\n16", x: 60, y: 100, width: 90, height: 44, color: Style.light.cycle[0]),
            Arrow(x: [106, 180], y: [100, 100], text: "16"),
            Block("Σ", x: 200, y: 100, width: 38, height: 38, shape: .circle),
            NumberGrid(
                [[0, 1], [2, -3]], x: 260, y: 140, text: "kernel", marked: .init(rows: 0...0, columns: 0...1), faint: 1),
            Bracket(15...105, at: 60, .below, text: "a layer"), Caption("here", x: 360, y: 100))
        let growth: [Double] = x.map { exp($0) }
        var far = Panel(title: "Far", x: Axis("x"), y: Axis("y"), legend: .none, Line(x: x, y: growth))
        let near = Panel(x: Axis(range: 0...1), legend: .none, Line(x: x, y: growth))
        far.insets = [Inset(near, x: 0.2...0.6, y: 0.4...0.85)]
        let seconds: [Double] = x.map { $0 * 1e6 }, small: [Double] = x.map { 1e-4 * $0 },
            twice: [Double] = x.map { 2 * $0 }
        let dates = Panel(
            x: Axis("time", scale: .time), y: Axis("a rather long name of a thing that is measured here (kg m-2 s-1)"),
            Line(x: seconds, y: small))
        let names = Panel(
            legend: .outside, Line(x: x, y: x, label: "sigmoid, batch normalisation"),
            Line(x: x, y: twice, label: "momentum"))
        return [
            "gaps": Figure(Panel(gaps)), "drawing": Figure(drawings: [drawing]), "inset": Figure(far),
            "dates": Figure(dates), "names": Figure(names),
        ]
    }

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

    @Test(.enabled(if: Figure.canDraw)) func noTextLeavesAFigureOrLiesOnAnother() throws {
        for (kind, figure) in Self.kinds.merging(Self.hard, uniquingKeysWith: { a, _ in a }) {
            for (name, one) in [("wide", figure), ("narrow", figure.narrowed(to: 345))] {
                guard let one else { continue }
                let faults = DrawnTexts(svg: String(decoding: try one.data(.svg), as: UTF8.self)).faults
                #expect(faults.isEmpty, "\(kind), \(name): \(faults.joined(separator: "\n"))")
            }
        }
    }

    @Test(arguments: [
        (0.0803, 0.0843), (1.1e-5, 1.6e-5), (3, 7), (1e-8, 1e3), (0.5, 0.9), (1200, 1900), (2.1e-4, 4e-3),
        (1e-200, 1e200),
    ])
    func aLogarithmicAxisHasNumbersAtAnyRange(_ low: Double, _ high: Double) throws {
        let script = try Figure(Panel(y: Axis(scale: .logarithmic), Line([low, high]))).script(
            for: .svg, output: "a.svg")
        let ticks = try #require(script.split(separator: "\n").first { $0.hasPrefix("set ytics (") }).split(
            separator: ",")
        #expect(ticks.count { !$0.contains("''") } >= 2, "\(ticks)")
    }

    @Test(arguments: [
        (10.2, 10.8, "'10.4\u{B0}E' 10.4"), (-0.35, 0.15, "'0.2\u{B0}W' -0.2"), (370.2, 370.8, "'10.4\u{B0}E' 370.4"),
        (10.001, 10.004, "'10.002\u{B0}E' 10.002"), (0, 360, "'60\u{B0}E' 60"),
    ])
    func aMapOfARegionHasTicks(_ west: Double, _ east: Double, _ tick: String) throws {
        // As high as it is wide, but for the globe.
        let north = min((east - west) / 2, 60)
        let map = WorldMap(longitudes: [west, east], latitudes: [0, north], values: [[1, 2], [3, 4]])
        let script = try Figure(Panel(x: Axis(range: west...east), map)).script(for: .svg, output: "a.svg")
        let ticks = try #require(script.split(separator: "\n").first { $0.hasPrefix("set xtics (") })
        #expect(ticks.contains(tick), "\(ticks)")
    }

    @Test func smallAndLargeNumbersStandWithTheirPowerOfTen() throws {
        let script = try Figure(
            Panel(x: Axis(range: 0...3e-5), y: Axis(range: -2e7...2e7), Line(x: [0, 3e-5], y: [-2e7, 2e7]))
        ).script(for: .svg, output: "a.svg")
        #expect(
            script.contains("·10⁻⁵'") && script.contains("·10⁷'") && script.contains("'0' 0"), "\(script.prefix(3000))")
    }

    @Test func coastsAreLightWhereTheMapIsDark() throws {
        func script(_ value: Double) throws -> String {
            let map = WorldMap(
                longitudes: [0, 120, 240], latitudes: [-60, 0, 60],
                values: [[Double]](repeating: [value, value, value], count: 3), range: 0...1)
            return try Figure(Panel(map)).script(for: .svg, output: "a.svg")
        }
        #expect(try script(0).contains("'#fefefe'") && !script(1).contains("'#fefefe'"))
    }

    @Test func numbersInCellsHaveNoDigitsBesideTheLargest() throws {
        let script = try Figure(Panel(HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[3e-6, 1], [-0.25, 0.004]])))).script(
            for: .svg, output: "a.svg")
        for text in ["'0'", "'1'", "'\u{2212}0.25'"] { #expect(script.contains("set label \(text)"), "\(text)") }
        #expect(!script.contains("set label '3e-06'"))
    }

    @Test func seriesOfTheStyleStandOutFromThePage() {
        for style in [Style.light, .dark] {
            for color in style.cycle {
                #expect(Self.contrast(color, style.background) >= 3, "\(color) on \(style.background)")
            }
        }
    }

    /// As WCAG 2.2 defines it.
    private static func contrast(_ a: String, _ b: String) -> Double {
        func luminance(_ color: String) -> Double {
            let value = Int(color.dropFirst(), radix: 16)!
            let shares = [(value >> 16, 0.2126), (value >> 8 & 255, 0.7152), (value & 255, 0.0722)]
            return shares.reduce(0.0) { sum, part in
                let v = Double(part.0) / 255
                let linear: Double = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
                return sum + part.1 * linear
            }
        }
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    @Test func linesOfAPanelAreToldApartByMoreThanColour() throws {
        let script = try Figure(Panel(Line([1, 2], label: "a"), Line([2, 1], label: "b"), Line([2, 2], label: "c")))
            .script(for: .svg, output: "a.svg")
        let dashes = script.split(separator: "\n").compactMap {
            $0.components(separatedBy: "dashtype ").dropFirst().first?.split(separator: " ").first
        }
        #expect(Set(dashes).count == 3)
    }

    @Test func aNarrowFigureHasItsPanelsBelowEachOther() throws {
        let narrow = try #require(Self.kinds["panels"]!.narrowed(to: 345))
        #expect(narrow.columns == 1 && narrow.size.width == 345 && narrow.size.height > 500)
        #expect(Figure(Self.curve.panels[0], size: Size(width: 350, height: 300)).narrowed(to: 345) == nil)
    }

    @Test(.enabled(if: Figure.canDraw)) func theStepsOfABarOfColoursLeaveNoGaps() throws {
        let text = String(decoding: try Self.kinds["map"]!.data(.svg), as: UTF8.self)
        let corners = text.components(separatedBy: "points = '").dropFirst().map {
            $0.split { $0 == "," || $0 == " " }.prefix(6).map { Double($0) ?? 0 }
        }
        let steps = corners.map { (x: $0[0], bottom: $0[1], top: $0[5]) }
        let bar = steps.filter { $0.x == steps.last!.x }
        #expect(bar.count > 50 && zip(bar, bar.dropFirst()).allSatisfy { $0.top <= $1.bottom - 0.5 })
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

    @Test(.enabled(if: Figure.canDraw)) func aScriptThatWasChangedIsNotReplaced() throws {
        let folder = TemporaryFolder()
        try Self.curve.write(to: folder.path("loss.svg"), keepingScript: true)
        // Another figure of the same name takes the place of one that nobody changed.
        try Figure(Panel(Line(x: [0, 1], y: [1, 2]))).write(to: folder.path("loss.svg"), keepingScript: true)
        let kept = try String(contentsOfFile: folder.path("loss.gp"), encoding: .utf8)
        for text in [kept.replacing("set", with: "set ", maxReplacements: 1), "# mine"] {
            _ = folder.write(text, as: "loss.gp")
            #expect(throws: PlotError.self) {
                try Self.curve.write(to: folder.path("loss.svg"), keepingScript: true)
            }
        }
        #expect(
            message { try Self.curve.write(to: folder.path("loss.svg"), keepingScript: true) }.contains(
                "loss.gp: another script lies here"))
        #expect(try String(contentsOfFile: folder.path("loss.gp"), encoding: .utf8) == "# mine")
    }

    @Test func drawingsStandInOneColumnOrMore() {
        let panels = (0..<3).map { _ in Panel(drawing: Size(width: 100, height: 50)) }
        for (columns, width) in [(0, 100.0), (-1, 100), (2, 200)] {
            #expect(Figure(drawings: panels, columns: columns).size.width == width)
        }
    }

    @Test func aMapGoesOnOverGreenwich() {
        func map(_ longitudes: [Double]) -> WorldMap {
            let row = longitudes.indices.map(Double.init)
            return WorldMap(longitudes: longitudes, latitudes: [0, 10], values: [row, row])
        }
        #expect(map([350, 355, 0, 5, 10]).grid.x == [350, 355, 360, 365, 370])
        #expect(map([350, 355, 0, 5, 10]).extent.x == [347.5, 372.5])
        #expect(map([10, 5, 0, 355, 350]).grid.x == [10, 5, 0, -5, -10])
        let others: [[Double]] = [[0, 90, 180, 270], [-10, 0, 10], [0, 180, 90, 270], [0, .nan, 5], [0, 1e9, 5]]
        for longitudes in others {
            #expect(map(longitudes).grid.x.elementsEqual(longitudes) { $0 == $1 || $0.isNaN && $1.isNaN })
        }
    }

    /// Latitudes that were counted up, as 90.00000000000256; what lies further out is none.
    @Test func aMapEndsAtThePoles() throws {
        func map(_ latitudes: [Double]) -> WorldMap {
            WorldMap(longitudes: [0, 90], latitudes: latitudes, values: [[1, 2], [3, 4]])
        }
        try map([0, 90 + 1e-12]).check()
        #expect(map([0, 90 + 1e-12]).extent.y[1] == 90)
        for odd in [90.009, -90.5, .nan, .infinity] { #expect(throws: PlotError.self) { try map([0, odd]).check() } }
    }

    @Test func aGridOfOneRowHasTheExtentOfItsCentres() {
        let map = WorldMap(longitudes: [0, 90], latitudes: [10], values: [[1, 2]])
        #expect(map.extent.y == [10] && map.extent.x == [0, 90])
        #expect(message { try map.check() }.contains("two or more of each"))
        #expect(WorldMap(longitudes: [], latitudes: [], values: []).extent.x.isEmpty)
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
        (Figure(Panel(Arrow(x: [1], y: [1]))), "goes through 1 points"),
        (Figure(Panel(NumberGrid([[1, 2], [3]], x: 0, y: 0))), "rows of different lengths"),
        (Figure(Panel(NumberGrid([[1, 2]], x: 0, y: 0, marked: .init(rows: 0...1, columns: 0...0)))), "grid of 1 x 2"),
        (Figure(Panel(title: "Loss")), "(\"Loss\") is empty"),
        (Figure(Panel(Line(x: [1, 2], y: [1], label: "training"))), "line \"training\" has 2 values of x and 1 of y"),
        (Figure(Panel(HeatMap(Grid(x: [1, 2], y: [1, 2, 3], values: [[1, 2]])))), "a row for each y"),
        (
            Figure(Panel(WorldMap(longitudes: [0, 10], latitudes: [0, 100], values: [[1, 2], [3, 4]]))),
            "100.0 is no latitude in degrees, which lie between -90 and 90 (are the axes swapped?)"
        ),
    ])
    func mistakesAreNamed(_ figure: Figure, _ expected: String) {
        let error = #expect(throws: PlotError.self) { try figure.script(for: .svg, output: "a.svg") }
        #expect("\(error!)".contains(expected))
    }

    private static func changed(_ change: (inout Figure) -> Void) -> Figure {
        var figure = curve
        change(&figure)
        return figure
    }

    private static func contour(_ levels: [Double]) -> Figure {
        var contour = Contour(grid)
        contour.levels = levels
        return Figure(Panel(contour))
    }

    private static func histogram(_ change: (inout Histogram) -> Void) -> Figure {
        var histogram = Histogram([1, 2, 3], bins: 3, label: "rain")
        change(&histogram)
        return Figure(Panel(histogram))
    }

    @Test(arguments: [
        (changed { $0.columns = 0 }, "has 0 columns"),
        (changed { $0.style.cycle = [] }, "no colours for series"),
        (changed { $0.style.fontSize = 0 }, "letters of 0.0 pixels"),
        (changed { $0.style.fontSize = .nan }, "letters of nan pixels"),
        (changed { $0.style.lineWidth = .infinity }, "a width of inf"),
        (changed { $0.size.width = .nan }, "a figure of nan x 380.0"),
        (changed { $0.panels[0].aspect = 0 }, "an aspect of 0.0"),
        (changed { $0.panels[0].y.range = 0...10 }, "a logarithmic axis cannot begin at 0.0"),
        (changed { $0.panels[0].insets = [Inset(curve.panels[0], x: 0...1e300, y: 0...1)] }, "from 0.0 to 1e+300"),
        (histogram { $0.edges = [] }, "histogram \"rain\" has 0 edges and 3 counts"),
        (Figure(Panel(HeatMap(grid, colors: ColorMap("mine", colors: ["#000000"])))), "\"mine\" has 1 colours"),
        (Figure(Panel(HeatMap(grid, centered: .nan))), "centred at nan"),
        (contour([0, .infinity]), "a level of inf"), (contour([0, 2, 1]), "do not grow"),
        (Figure(Panel(aspect: 1, Contour(Grid(x: [], y: [], values: [])))), "has 0 x and 0 y"),
    ])
    func settingsThatCannotBeDrawnAreNamed(_ figure: Figure, _ expected: String) {
        #expect(message { try figure.script(for: .svg, output: "a.svg") }.contains(expected))
    }

    @Test func columnsThatAreChangedLaterAreDrawn() throws {
        var drawings = Figure(drawings: (0..<3).map { _ in Panel(drawing: Size(width: 100, height: 90), Rule(y: 1)) })
        for columns in [1, 2, Int.max] {
            drawings.columns = columns
            #expect(try drawings.script(for: .svg, output: "a.svg").contains("# panel 3"))
        }
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

    /// As `numpy.histogram` counts, which compares with its edges.
    @Test func aValueOnAnEdgeIsInTheBinAboveIt() {
        let histogram = Histogram([0, 0.29, 1], bins: 100)
        #expect(histogram.edges[29] == 0.29 && histogram.counts[29] == 1 && histogram.counts[28] == 0)
        let one = Histogram((0...70).map { Double($0) / 70 }, bins: 70)
        #expect(one.counts == Array(repeating: 1, count: 69) + [2])
    }

    /// numpy 2.4.6: `numpy.histogram(values, bins)`.
    @Test func histogramsHaveTheEdgesOfNumPy() {
        let tie = Histogram([0, 0.3, 1], bins: 10)
        #expect(tie.counts == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1])
        let tenths = [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9, 1]
        #expect(tie.edges == tenths)
        let seconds = Histogram([1e9, 1e9 + 0.5], bins: 2)
        #expect(seconds.edges == [1e9, 1e9 + 0.25, 1e9 + 0.5] && seconds.counts == [1, 1])
        let alike = Histogram([1e9, 1e9], bins: 2)
        #expect(alike.edges == [1e9 - 0.5, 1e9, 1e9 + 0.5] && alike.counts == [0, 2])
    }

    /// NumPy has no bins there.
    @Test func aRangeBelowThePrecisionOfNumbersIsWidened() {
        let histogram = Histogram([1e17, 1e17], bins: 2)
        #expect(histogram.edges[0] < 1e17 && histogram.edges[2] > 1e17 && histogram.counts.reduce(0, +) == 2)
    }

    @Test func theNumbersOfAFigureAreATable() {
        let loss = Panel(title: "Loss, mean", Line(x: [1, 2], y: [0.5, .nan], label: "training"), Rule(y: 0))
        let field = Panel(Band(x: [0], lower: [-1], upper: [1]), HeatMap(Grid(x: [1, 2], y: [3], values: [[4, 5]])))
        #expect(
            Figure(panels: [loss, field]).csv == """
                panel,series,x,y,lower,upper,value
                "Loss, mean",training,1.0,0.5,,,
                "Loss, mean",training,2.0,,,,
                2,band 1,0.0,,-1.0,1.0,
                2,heatmap 2,1.0,3.0,,,4.0
                2,heatmap 2,2.0,3.0,,,5.0

                """)
    }

    @Test func theTableHasInsetsAndInfinities() {
        var far = Panel(Line([1, .infinity]))
        far.insets = [
            Inset(Panel(Line([2])), x: 0...0.5, y: 0...0.5),
            Inset(Panel(title: "near", Line([-.infinity])), x: 0...0.5, y: 0.5...1),
        ]
        #expect(
            Figure(panels: [far, Panel(Line([4]))]).csv == """
                panel,series,x,y
                1,line 1,0.0,1.0
                1,line 1,1.0,inf
                1 inset 1,line 1,0.0,2.0
                near,line 1,0.0,-inf
                2,line 1,0.0,4.0

                """)
    }
}
