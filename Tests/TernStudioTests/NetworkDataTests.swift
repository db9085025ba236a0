import Foundation
import TernStudio
import Testing

/// The points that a network learns from.
@Suite struct NetworkDataTests {
    /// First two points, the last one, and all classes, of scikit-learn 1.9.1 and NumPy 2.4 with seed 3.
    @Test(arguments: [
        (
            NetworkDataRequest(.moons, count: 9, noise: 0.1, seed: 3),
            [0.965801966230121, -0.5044724133300579, -0.47215590788004563, 0.8079360014552329],
            [2.0696311608910474, 0.5564961713246522], [1.0, 0, 1, 1, 1, 0, 0, 0, 1]
        ),
        (
            NetworkDataRequest(.circles, count: 9, noise: 0.1, seed: 3),
            [-0.4387065309573525, 0.28942021281617875, -0.9721559078800459, -0.05808940232920571],
            [0.2241396580785211, -0.41903208682292453], [1, 0, 1, 1, 1, 0, 0, 0, 1]
        ),
        (
            NetworkDataRequest(.blobs, count: 10, noise: 0.3, seed: 3),
            [0.6058405739911954, -0.4346132858501246, -1.0832164607543198, -0.806427693780696],
            [0.015010092653058062, 0.8785967756197327], [1, 0, 1, 1, 0, 2, 0, 0, 2, 2]
        ),
    ])
    func pointsAreThoseOfScikitLearn(request: NetworkDataRequest, first: [Double], last: [Double], classes: [Double])
        throws
    {
        let points = try request.points()
        let found = (0..<2).flatMap { i in points.x.map { $0[i] } } + points.x.map { $0.last! }
        #expect(zip(found, first + last).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(points.y == classes)
    }

    @Test func theSineIsThatOfItsPython() throws {
        let points = try NetworkDataRequest(.sine, count: 9, noise: 0.1, seed: 3).points()
        #expect(abs(points.x[0][0] - 0.40638322) < 1e-8)
        #expect(abs(points.y[0] - 0.3492854923274238) < 1e-14)
        #expect(abs(points.y[8] - 0.26920585871278346) < 1e-14)
    }

    private func table(_ text: String, _ task: NetworkSettings.Task, _ columns: [String]? = nil) throws -> NetworkTable
    {
        try NetworkTable(NetworkTableRequest(task: task, columns: columns), bytes: Data(text.utf8))
    }

    @Test func aTableGivesPoints() throws {
        let found = try table("time;sst;rain\n1;20,5;3\n2;;4\n3;21,5;5\n", .curve)
        #expect(found.columns == ["time", "sst"])
        #expect(found.x.map(\.values) == [[1, 3]])
        #expect(found.y.values == [20.5, 21.5])
        #expect(found.note == "rows that lack a value and are left out: 1.")
        #expect(try table("time;sst;rain\n1;20,5;3\n2;20;4\n", .curve, ["sst", "rain"]).y.values == [3, 4])
    }

    @Test func aTableGivesClassesByName() throws {
        let found = try table("sky,t,p\nrain,1,2\nclear,3,4\nrain,5,6\n", .classes)
        #expect(found.columns == ["t", "p", "sky"])
        #expect(found.classes == ["clear", "rain"])
        #expect(found.y.values == [1, 0, 1])
    }

    @Test func classesOfLongNumbersStayApart() throws {
        let found = try table("t,p,id\n1,2,10000001\n3,4,10000002\n5,6,10000001\n", .classes)
        #expect(found.classes == ["10000001", "10000002"] && found.y.values == [0, 1, 0])
    }

    @Test(arguments: [
        ("a,b\nx,y\n", "two columns of numbers"), ("", "the file is empty"), ("a,b\n1,2\n3\n", "1 field where"),
        ("a,b\n1,2\n", "there is one point; add some"),
    ])
    func aTableThatCannotBeUsedIsRefusedInASentence(text: String, says: String) {
        #expect { try self.table(text, .curve) } throws: { "\($0)".contains(says) }
    }

    @Test func columnsAreNamedBeforeAnyIsRead() async throws {
        // No row holds a pair of numbers: as points the table is refused, its columns are told all the same.
        let file = Data("sky,t,p,u\nrain,1,,5\nclear,,4,6\n".utf8)
        let curve = try await TestPage().ask("columns", #"{"task": "curve"}"#, view: "network", file: file)
        #expect(curve["names"] as? [String] == ["sky", "t", "p", "u"])
        #expect(curve["numbers"] as? [String] == ["t", "p", "u"])
        #expect(curve["columns"] as? [String] == ["t", "p"])
        let classes = try await TestPage().ask("columns", #"{"task": "classes"}"#, view: "network", file: file)
        #expect(classes["columns"] as? [String] == ["t", "p", "sky"])
        #expect(throws: StudioMistake.self) {
            try NetworkTable(NetworkTableRequest(task: .curve), bytes: file)
        }
    }

    @Test func scaledColumnsHaveMean0AndDeviation1() throws {
        let text = "t,p,sky\n10,1000,a\n20,1010,b\n30,1005,a\n40,1025,b\n"
        func scaled(_ numbers: [Double]) -> [Double] {
            let mean = numbers.reduce(0, +) / 4
            let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
            return numbers.map { ($0 - mean) / deviation }
        }
        func isClose(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-14 } }
        let curve = try NetworkTable(
            NetworkTableRequest(task: .curve, columns: ["t", "p"], isScaled: true), bytes: Data(text.utf8))
        #expect(isClose(curve.x[0].values, scaled([10, 20, 30, 40])))
        #expect(isClose(curve.y.values, scaled([1000, 1010, 1005, 1025])))
        let classes = try NetworkTable(
            NetworkTableRequest(task: .classes, columns: ["t", "p", "sky"], isScaled: true), bytes: Data(text.utf8))
        #expect(isClose(classes.x[1].values, scaled([1000, 1010, 1005, 1025])))
        #expect(classes.y.values == [0, 1, 0, 1])
    }
}
