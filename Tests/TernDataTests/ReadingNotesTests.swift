import Foundation
import TernData
import TestSupport
import Testing

/// What happens to numbers while they are read, of which no file says a word.
@Suite struct ReadingNotesTests {
    private let folder = TemporaryFolder()

    /// What is told of a Zarr store of whole numbers of eight bytes.
    private func notes(_ numbers: [Int64], fillValue: String = "null") throws -> ReadingNotes? {
        let group = folder.url.appendingPathComponent("\(UUID().uuidString).zarr"),
            array = group.appendingPathComponent("v")
        try FileManager.default.createDirectory(at: array, withIntermediateDirectories: true)
        try Data(#"{"zarr_format": 2}"#.utf8).write(to: group.appendingPathComponent(".zgroup"))
        let description = """
            {"zarr_format": 2, "order": "C", "filters": null, "compressor": null, "dtype": "<i8", \
            "shape": [\(numbers.count)], "chunks": [\(numbers.count)], "fill_value": \(fillValue)}
            """
        try Data(description.utf8).write(to: array.appendingPathComponent(".zarray"))
        try numbers.withUnsafeBytes { Data($0) }.write(to: array.appendingPathComponent("0"))
        let data = try Dataset(contentsOf: group.path)
        return try data.summary(of: data.variable("v"))?.notes
    }

    @Test func wholeNumbersThatAreRoundedAreNoted() throws {
        let most = "\(Int64.max)"
        #expect(try notes([1, 9_007_199_254_740_993]) == .rounded)
        #expect(try notes([1, 9_007_199_254_740_993, .max], fillValue: most) == .rounded)
        #expect(try notes([1, .max]) == .rounded)
        // Whole seconds in nanoseconds are multiples of 2^9.
        let times: [Int64] = [1_700_000_000_000_000_000, 1_700_000_001_000_000_000]
        #expect(try notes(times + [.max], fillValue: most) == [])
        #expect(try notes(times + [.min], fillValue: "\(Int64.min)") == [])
    }
}
