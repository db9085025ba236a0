import Foundation
import TernPlot
import TestSupport
import Testing

/// What axes, bars of colours and texts in figures say is what is drawn there.
@Suite struct ShownNumbersTests {
    private func script(_ panel: Panel) throws -> String { try Figure(panel).script(for: .svg, output: "a.svg") }

    /// The first line of the script with this beginning.
    private func line(_ beginning: String, of panel: Panel) throws -> String {
        try String(#require(script(panel).split(separator: "\n").first { $0.hasPrefix(beginning) }))
    }

    @Test func barsOnALogarithmicAxisBeginBelowTheLeast() throws {
        let panels = [
            Panel(y: Axis(scale: .logarithmic), Histogram([1, 1, 1, 2], bins: 2)),
            Panel(y: Axis(scale: .logarithmic), Bars(["a", "b", "c"], [1, 3, 0])),
        ]
        for panel in panels {
            let range = try line("set yrange [", of: panel).split { "[:]".contains($0) }
            #expect(try (0.5..<1).contains(#require(Double(range[1]))), "\(range)")
        }
    }

    private static let hill = Grid(x: 0...10, y: 0...10, count: 11) { x, y in x * y + 0.1 }

    @Test func eachBandOfAFilledContourHasItsColour() throws {
        let panel = Panel(Contour(Self.hill, levels: [0, 1, 10, 100], isFilled: true))
        #expect(
            try line("set palette", of: panel)
                == "set palette defined (0 '#440154', 1 '#440154', 1 '#21918c', 10 '#21918c', 10 '#fde725', 100 '#fde725'); "
                + "set palette maxcolors 0")
        // The name at 1 would lie on that at 0.
        #expect(try line("set cbtics", of: panel) == "set cbtics ('0' 0, '' 1, '10' 10, '100' 100)")
    }

    @Test(.enabled(if: Figure.canDraw)) func theBarOfAFilledContourHasItsBands() throws {
        let contour = Contour(Self.hill, isFilled: true)
        let svg = String(decoding: try Figure(Panel(contour)).data(.svg), as: UTF8.self)
        let colors = svg.components(separatedBy: "<polygon fill = '").dropFirst().map { $0.prefix { $0 != "'" } }
        #expect(contour.levels.count == 10 && Set(colors).count == 9)
    }

    @Test func smallValuesAreNotWrittenAsZero() throws {
        let cells = try script(
            Panel(HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[1e-9, 2e-9], [3e-9, -4.5e-9]]))))
        for text in ["1e\u{2212}09", "2e\u{2212}09", "\u{2212}4.5e\u{2212}09"] {
            #expect(cells.contains("set label '\(text)'"), "\(text)")
        }
        let zeros = try script(Panel(HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[0, 0], [0, 0]]))))
        #expect(zeros.contains("set label '0'"))
        let slope = Grid(x: 0...10, y: 0...10, count: 31) { x, y in (x + y + 0.05) * 1e-9 }
        let lines = try script(Panel(Contour(slope, levels: [4e-9, 8e-9, 1.2e-8], lineColor: "#888888")))
        for text in ["4e\u{2212}09", "8e\u{2212}09", "1.2e\u{2212}08"] {
            #expect(lines.contains("set label '\(text)'"), "\(text)")
        }
    }

    @Test func theTicksOfABarStandAtTheirLevels() throws {
        func ticks(_ levels: [Double]) throws -> String {
            try line("set cbtics", of: Panel(Contour(Self.hill, levels: levels, isFilled: true)))
        }
        #expect(
            try ticks([2.5e-10, 5e-10, 7.5e-10])
                == "set cbtics ('2.5e\u{2212}10' 2.5e-10, '5e\u{2212}10' 5e-10, '7.5e\u{2212}10' 7.5e-10)")
        // What is rounding alone is not written.
        #expect(
            try ticks([0.1, 0.2, 0.1 + 0.2]) == "set cbtics ('0.1' 0.1, '0.2' 0.2, '0.3' 0.30000000000000004)")
        #expect(
            try ticks([1e-3, 2e-3, 1_234_567.8000000002])
                == "set cbtics ('0.001' 0.001, '' 0.002, '1234567.8' 1234567.8000000003)")
        #expect(try ticks([0, 2e299, 4e299]).contains("'4e+299' 4e+299"))
    }

    @Test func aGridWhoseSpacingDriftsIsNoPicture() throws {
        func script(_ step: (Int) -> Double) throws -> String {
            let x = (0..<360).reduce(into: [0.0]) { x, i in x.append(x[i] + step(i)) }
            let row = x.map { sin($0) }
            return try self.script(Panel(HeatMap(Grid(x: x, y: [0, 1], values: [row, row]))))
        }
        #expect(try script { _ in 0.1 }.contains("with image"))
        // No step is 2 % from the mean, and places are up to 1.8 cells from those of equal steps.
        let drifting = try script { 0.981 + 0.038 * Double($0) / 359 }
        #expect(drifting.contains("with boxxyerror") && !drifting.contains("with image"))
    }

    @Test(arguments: [
        (101_325.01, 101_325.09, "101325.05"), (1.7e9, 1.7e9 + 100, "1700000020"), (1, 1 + 5e-9, "1.000000002"),
        (1e20, 1e20 + 1e12, "1.000000002·10²⁰"),
    ])
    func aNarrowRangeHasTicksThatAreToldApart(_ low: Double, _ high: Double, _ tick: String) throws {
        let panel = Panel(Line([low, high]))
        #expect(try line("set ytics (", of: panel).contains("'\(tick)' "))
        let map = Panel(HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[low, high], [high, low]])))
        #expect(try line("set cbtics (", of: map).contains("'\(tick)' "))
    }

    @Test func longitudesThatAreFinerThanDegreesAreNumbers() throws {
        let panel = Panel(x: Axis(scale: .longitude), Line(x: [10.00001, 10.00005], y: [1, 2]))
        #expect(try line("set xtics (", of: panel).contains("'10.00002' "))
    }
}
