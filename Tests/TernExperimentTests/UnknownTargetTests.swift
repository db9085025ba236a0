import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// What is said and scored where parts lack values of a target.
struct UnknownTargetTests {
    typealias S = SampleFields

    /// A century of maps, of which `value` says which cells are known, foretold by a series.
    private func data(_ value: (Int, Int) -> Double) throws -> ExperimentData {
        var target = S.plain("y")
        target.mask = true
        return try ExperimentData(
            S.configuration([S.plain("x")], [target]), split: S.periods(1900...1969, 1970...1984, 1985...1999),
            fields: ["x": S.series("x", 1900...1999) { sin(Double($0)) }, "y": S.yearly("y", 1900...1999, value)])
    }

    private func table(_ data: ExperimentData) throws -> ScoreTable {
        let ridge = try Baseline(fitting: data, BaselineConfiguration(components: 1, alphas: [1e-3])).predict(data.test)
        return try ScoreTable(data, predictions: ["ridge": ridge], baseline: "ridge")
    }

    @Test("Cells that training never saw are scored for no model, which is told")
    func unknownCells() throws {
        let table = try table(
            data { year, cell in
                cell < 6 ? sin(Double(year)) + Double(cell) : year < 1985 ? .nan : 100 * cos(Double(year))
            })
        #expect(table["persistence", .rmse]! < 2 && table["persistence", .skillOverClimatology] != nil)
        #expect(
            table.notes(of: "y").contains(
                "90 of 180 values are not foretold, as where training knows none: no score is of them"),
            "\(table.notes(of: "y"))")
        #expect(!table.notes(of: "y").contains { $0.hasPrefix("persistence is known for") })
    }

    @Test("A test part without one value has no scores, which is told")
    func unknownTest() throws {
        let table = try table(data { year, cell in year < 1985 ? sin(Double(year)) + Double(cell) : .nan })
        #expect(table.rows.allSatisfy { $0.scores.isEmpty })
        #expect(table.notes(of: "y").contains("not one value of y is present: there is nothing to score"))
    }

    @Test("A validation part without one value is refused before anything is trained")
    func unknownValidation() throws {
        let found = try data { year, cell in (1970...1984).contains(year) ? .nan : sin(Double(year)) + Double(cell) }
        let error = #expect(throws: DataError.self) {
            try Baseline(fitting: found, BaselineConfiguration(components: 1, alphas: [0.1, 1]))
        }
        #expect(
            error?.message
                == "validation holds not one value of the targets to choose the linear model's penalty by; choose parts in which they are known"
        )
    }

    @Test("The climatology of a cell that a month lacks is its mean over all")
    func unknownMonths() throws {
        var input = S.plain("y"), target = input
        (input.fill, target.mask) = (.value(0), true)
        let found = try ExperimentData(
            S.configuration([input], [target]),
            split: S.periods(1990...1995, 1996...1996, 1997...1999),
            fields: [
                "y": S.monthly("y", from: 1990, count: 120) { month, cell in
                    cell == 0 && month % 12 == 0 && month < 84 ? .nan : Double(cell + month % 12)
                }
            ])
        let climatology = ClimatologyForecast(fitting: found).predict(found.test).doubles
        #expect(climatology[0] == 6 && climatology[12] == 1 && climatology[1] == 1)
    }
}
