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

    @Test(arguments: [
        ("a,b\nx,y\n", "two columns of numbers"), ("", "the file is empty"), ("a,b\n1,2\n3\n", "1 field where"),
        ("a,b\n1,2\n", "there is one point; add some"),
    ])
    func aTableThatCannotBeUsedIsRefusedInASentence(text: String, says: String) {
        #expect { try self.table(text, .curve) } throws: { "\($0)".contains(says) }
    }
}
