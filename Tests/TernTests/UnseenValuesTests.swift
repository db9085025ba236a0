import Foundation
import TestSupport
import Testing
import Tern

/// What a prediction says of values that the model never saw the like of.
@Suite struct UnseenValuesTests {
    private let folder = TemporaryFolder()

    /// Temperatures in kelvin, humidity as a share, a year and heights in metres.
    private static func row(_ i: Int, _ salt: UInt64 = 0) -> [Double] {
        [
            268 + 35 * noise(i, salt), noise(i, salt + 1), Double(1960 + i % 50),
            3000 * noise(i, salt + 2) * noise(i, salt + 3),
        ]
    }

    private static let model: TableModel = {
        let rows = (0..<300).map { row($0) }
        let columns = ["t", "rh", "year", "z"].enumerated().map { i, name in Table.Column(name, rows.map { $0[i] }) }
        let table = Table(columns: columns + [Table.Column("y", rows.map { $0[0] - 250 })])
        return try! TableModel(TableExamples(table, target: "y"), estimator: Ridge())
    }()

    /// What is said of new rows, which `change` makes of ordinary ones.
    private func warnings(_ count: Int = 60, _ change: (Int, inout [Double]) -> Void) throws -> [String] {
        let lines = (0..<count).map { i in
            var row = Self.row(i, 10)
            change(i, &row)
            return row.map { "\($0)" }.joined(separator: ",")
        }
        return try Self.model.predict(csv: folder.write("t,rh,year,z\n" + lines.joined(separator: "\n") + "\n")) { _ in
        }.warnings
    }

    private let said = "outside of what the model was trained on: "

    @Test func ordinaryRowsAreNotTold() throws {
        #expect(try warnings { _, _ in } == [])
        #expect(try warnings(1) { _, _ in } == [])
        #expect(try warnings { _, row in row[1] = 0.5 } == [])
        // A little beyond, here and there.
        #expect(try warnings { i, row in if i % 10 == 0 { row[0] = 305 } } == [])
    }

    @Test func laterYearsAreToldOnceAndBriefly() throws {
        #expect(
            try warnings { i, row in row[2] = Double(2010 + i / 12) } == [
                said + "\"year\" in all 60 rows (2010 to 2014; trained on 1960 to 2009)"
            ])
    }

    @Test func otherUnitsAreTold() throws {
        let celsius = try warnings { _, row in row[0] -= 273.15 }
        #expect(
            celsius.count == 1 && celsius[0].contains("\"t\" in all 60 rows (-")
                && celsius[0].hasSuffix("), as if of another place or in other units"), "\(celsius)")
        #expect(try warnings { _, row in row[1] *= 100 }[0].contains("\"rh\" in "))
        let kilometres = try warnings { _, row in row[3] /= 1000 }
        #expect(
            kilometres.count == 1 && kilometres[0].contains("\"z\" is spread as if in other units (0."), "\(kilometres)"
        )
        #expect(try warnings(1) { _, row in row[0] -= 273.15 }[0].contains("\"t\" in the only row ("))
    }

    @Test(arguments: [-999, -9999, 9.96921e36, -9.99e33, 1e20, 99999]) func marksOfMissingValuesAreSuspected(
        _ mark: Double
    ) throws {
        let found = try warnings { i, row in if i % 20 == 5 { row[1] = mark } },
            text = abs(mark) < 1e15 ? "\(Int(mark))" : "\(mark)"
        #expect(
            found.count == 1 && found[0].hasPrefix(said + "\"rh\" is \(text) in 3 rows from line 7 on (trained on 0.0")
                && found[0].hasSuffix("if it means a missing value, say --missing-values=\(text)"), "\(found)")
        #expect(try warnings(1) { _, row in row[1] = mark }[0].contains("in line 2 (trained on"))
    }

    @Test func minusNineHundredIsSuspectedAmongHeights() throws {
        #expect(
            try warnings { i, row in if i == 3 { row[3] = -999 } }[0].contains("\"z\" is -999 in line 5 (trained on "))
    }

    @Test func aNumberOfNinesAmongItsLikeIsAValue() throws {
        let found = try warnings { i, row in row[1] = i == 3 ? 999 : 950 + 80 * row[1] }
        #expect(
            found.count == 1 && found[0].contains("\"rh\" in all 60 rows (95") && !found[0].contains("missing"),
            "\(found)")
    }

    @Test func rowsWithoutPredictionAreCounted() throws {
        let found = try Self.model.predict(
            csv: folder.write("t,rh,year,z\n280,,1990,3\n281,0.5,1990,\n282,0.5,1990,5\n")
        ) { _ in }
        #expect(found.notes == ["of 3 rows some lack a feature (\"rh\" in 1, \"z\" in 1): they have no prediction"])
    }

    /// The length that a file begins with may look like the first bytes of other kinds.
    @Test func modelsOfAnyLengthAreKnown() throws {
        var model = Self.model
        for length in 0..<48 {
            model.notes = ["data": String(repeating: "x", count: 8 * length)]
            try model.write(to: folder.path("m"))
            _ = try TableModel(contentsOf: folder.path("m"))
        }
    }

    @Test func modelsKnowTheirRangesFromTheirFiles() throws {
        let path = folder.path("m.safetensors")
        try Self.model.write(to: path)
        let again = try TableModel(contentsOf: path)
        #expect(again.encoding == Self.model.encoding && again.encoding.features[2].range == 1960...2009)
        let text = folder.write("t,rh,year,z,y\n280,0.5,1990,3,500\n")
        #expect(try again.predict(csv: text) { _ in }.warnings[0].contains("\"y\" in the only row (500; trained on"))
    }
}
