import Foundation
import TernPlot
import TernText
import TestSupport
import Testing

/// Nothing of a text is run when a figure is drawn, and it is seen as it is.
@Suite(.enabled(if: Figure.canDraw)) struct HostileTextTests {
    private let folder = TemporaryFolder()
    private var canary: String { folder.path("pwned") }
    private var attacks: [String] {
        let touch = "touch \(canary)"
        return [
            "`\(touch)`", "\n!\(touch)\n", "\r\n!\(touch)\r\n", "\r!\(touch)\r", "\"; system(\"\(touch)\"); print \"",
            "'; system('\(touch)'); print '", "\\'; system('\(touch)')",
            "''\nsystem('\(touch)')\n", "\nEOD\nsystem \"\(touch)\"\n", "| \(touch)", "< \(touch)",
            "\u{2028}!\(touch)\u{2028}", "\\\n!\(touch)\n", "'\u{308}; !\(touch)\r\n", "\0\n!\(touch)\n",
            "@ARG0", "\n# `\(touch)`\n", "$(\(touch))", "{/:Bold `\(touch)`}", "\u{1FEF}\(touch)\u{1FEF}",
            "%`\(touch)`%g",
        ]
    }

    /// Texts in all places of a figure.
    private func figure(_ text: () -> String) -> Figure {
        var lines = Panel(title: text(), x: Axis(text()), y: Axis(text(), ticks: [Tick(0, text()), Tick(1, text())]))
        lines.add(Line(x: [0, 1, 2], y: [0, 1, 0], label: text()))
        lines.add(Scatter(x: [0, 1], y: [1, 0], label: text()))
        let bars = Panel(title: text(), Bars([text(), text()], [1, 2], label: text()))
        let map = Panel(
            title: text(),
            WorldMap(
                longitudes: [0, 1, 2], latitudes: [50, 51], values: [[1, 2, 3], [4, 5, 6]], valueLabel: text()))
        let contour = Panel(
            title: text(), Contour(Grid(x: 0...1, y: 0...1, count: 5) { $0 + $1 }, isFilled: true, valueLabel: text()))
        return Figure(panels: [lines, bars, map, contour], columns: 2, title: text())
    }

    /// Each attack in each place, over the rounds.
    @Test func attacksAreShownAndNotRun() throws {
        for round in 0..<attacks.count {
            var place = round
            let drawing = figure {
                place += 1
                return attacks[place % attacks.count]
            }
            switch round % 4 {
            case 0: _ = try drawing.data(.png)
            case 1: _ = try drawing.data(.pdf)
            case 2: _ = try drawing.terminalPreview()
            default: try drawing.write(to: folder.path("figure.svg"), keepingScript: true)
            }
            #expect(Set(folder.contents).isSubset(of: ["figure.gp", "figure.svg"]), "round \(round)")
        }
    }

    @Test func randomTextsAreShownAndNotRun() throws {
        var texts = NastyText(seed: 14)
        for round in 0..<12 {
            let drawing = figure { texts.next(with: attacks) }
            let svg = String(decoding: try drawing.data(.svg), as: UTF8.self)
            #expect(folder.contents.isEmpty, "round \(round)")
            let read = try #require(MarkupReader(svg), "round \(round): no well-formed SVG")
            let known: Set = [
                "svg", "title", "desc", "g", "defs", "path", "circle", "rect", "use", "text", "tspan", "polygon",
                "image", "filter", "feFlood", "feComposite", "linearGradient", "stop",
            ]
            #expect(read.elements.subtracting(known).isEmpty)
            #expect(!read.attributes.contains { $0.lowercased().hasPrefix("on") || $0 == "style" })
        }
    }

    /// What `literal` gives is read in the figure letter by letter, whatever marks it holds.
    @Test func literalTextsAreReadAsTheyAre() throws {
        var texts = NastyText(seed: 15)
        func letters(_ text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.map { $0 == "`" ? "\u{2018}" : $0 == "'" ? "\u{2019}" : $0 }.filter {
                !$0.properties.isWhitespace
            }
        }
        for _ in 0..<15 {
            let title = "a" + texts.next(), tick = "b" + texts.next()
            let panel = Panel(
                title: title.literal, y: Axis(ticks: [Tick(0, tick.literal)]), Line(x: [0, 1], y: [0, 1]))
            let read = try #require(MarkupReader(String(decoding: try Figure(panel).data(.svg), as: UTF8.self)))
            let shown = read.texts.filter { $0.element == "text" }.map { letters($0.text) }
            #expect(shown.contains(letters(title.printable)), "\(title.debugDescription) in \(read.texts.map(\.text))")
            // Long ones are shortened.
            let isShort = tick.utf8.count < 12
            #expect(
                shown.contains(letters(tick.printable))
                    || !isShort
                        && shown.contains { $0.last == "…" && letters(tick.printable).starts(with: $0.dropLast()) },
                "\(tick.debugDescription) in \(read.texts.map(\.text))")
        }
    }

    @Test func namesOfFilesAreNoCommands() throws {
        let script = try figure { "a" }.script(for: .svg, output: "| touch \(canary.split(separator: "/").last!)")
        #expect(script.contains("set output './| touch"))
    }

    /// What somebody's own element puts into a script is looked at before it is run.
    @Test(arguments: [
        "NaN notitle\nsystem 'touch pwned'", "NaN title `touch pwned`", "'< touch pwned' using 1",
        "NaN notitle; !touch pwned", "NaN title \"a\"", "NaN @x", "system('touch pwned')",
        "NaN notitle, '/etc/passwd' using 1", "NaN notitle; set output '| touch pwned'; plot NaN", "NaN title 'a",
        "NaN notitle; load 'x'", "NaN notitle, \\",
    ])
    func commandsOfElementsAreLimited(_ clause: String) {
        struct Own: PlotElement {
            var clause: String
            var extent: Extent { Extent(x: [0], y: [0]) }
            func draw(in drawing: inout PanelDrawing) { drawing.plot(clause) }
        }
        let error = #expect(throws: PlotError.self) { try Figure(Panel(Own(clause: clause))).data(.svg) }
        #expect("\(error!)".contains("it is not run"), "\(error!)")
    }

    @Test func nobodysSettingsAreRead() throws {
        let home = TemporaryFolder()
        _ = home.write("system 'touch \(canary)'\n", as: ".gnuplot")
        _ = home.write("system 'touch \(canary)'\n", as: "gnuplotrc")
        for name in ["HOME", "GNUPLOT_SHARE_DIR", "GNUPLOT_LIB", "XDG_CONFIG_HOME"] {
            setenv("TERN_TEST_\(name)", getenv(name).map { String(cString: $0) } ?? "", 1)
        }
        let old = getenv("HOME").map { String(cString: $0) }
        setenv("HOME", home.url.path, 1)
        defer { old.map { _ = setenv("HOME", $0, 1) } }
        _ = try figure { "a" }.data(.svg)
        #expect(folder.contents.isEmpty)
    }
}

/// Any numbers give a figure or an error, in bounded time.
@Suite struct HostileNumberTests {
    private static let numbers: [Double] = [
        0, 1, -1, 9.97e36, .nan, .infinity, -.infinity, 1e16, 1e16 + 2, 1e300, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 360,
        359.99999999999994, 1e-9, 123.456,
    ]

    @Test(.ends) func axesOfAllRangesHaveFewTicks() throws {
        for scale in [Axis.Scale.linear, .logarithmic, .longitude, .latitude, .time] {
            for low in Self.numbers {
                for high in Self.numbers {
                    var panel = Panel(
                        x: Axis(scale: scale), y: Axis(scale: scale == .time ? .linear : scale),
                        Line(x: [low, high], y: [low, high]))
                    if low <= high { panel.x.range = low...high }
                    guard let script = try? Figure(panel).script(for: .svg, output: "a.svg") else { continue }
                    #expect(script.utf8.count < 100_000, "\(scale) from \(low) to \(high): \(script.utf8.count) bytes")
                    #expect(!script.contains("inf") && !script.contains("nan"))
                }
            }
        }
    }

    @Test(.ends) func elementsOfAllNumbersEnd() throws {
        for low in Self.numbers {
            for high in Self.numbers {
                let kinds: [any PlotElement] = [
                    HeatMap(Grid(x: [low, high], y: [high, low], values: [[1, 2], [3, 4]])),
                    Contour(Grid(x: [0, 1], y: [0, 1], values: [[low, high], [0, low]])),
                    Histogram([low, high, low, 1, 2, high]), Rule(x: low),
                    Band(x: [0, 1], lower: [low, low], upper: [high, high]), Bars(["a", "b"], [low, high]),
                ]
                // Coastlines take their time.
                let map = WorldMap(longitudes: [low, high], latitudes: [0, 10], values: [[low, high], [high, low]])
                for kind in kinds + (low == 0 || high == 360 ? [map] : []) {
                    var panel = Panel()
                    panel.add(kind)
                    if let script = try? Figure(panel).script(for: .svg, output: "a.svg") {
                        #expect(
                            script.utf8.count < 200_000 && !script.contains("inf") && !script.contains("nan"), "\(kind)"
                        )
                    }
                }
            }
        }
    }

    /// gnuplot itself finds its ticks, or says that it does not.
    @Test(.enabled(if: Figure.canDraw), .ends) func gnuplotEndsOnAllOfThem() throws {
        for scale in [Axis.Scale.linear, .logarithmic, .longitude, .time] {
            for (low, high) in zip(Self.numbers, Self.numbers.dropFirst() + [0]) {
                let panel = Panel(
                    x: Axis(scale: scale), y: Axis(scale: .linear), Line(x: [low, high], y: [high, low]))
                _ = try? Figure(panel).data(.svg)
            }
        }
    }
}
