import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// Times that stand in another order than they follow each other, twice, or as no dates.
struct TimeOrderTests {
    typealias S = SampleFields

    let folder = TemporaryFolder()
    private let split = SplitConfiguration(
        by: .period, training: [.number(1990), .number(1995)], validation: [.number(1996), .number(1997)],
        test: [.number(1998), .number(1999)])

    private var fields: [Field] {
        let sst = S.monthly("sst", from: 1990, count: 120) { sin(Double($0 * 31 + $1)) + Double($1) }
        return [
            sst,
            Field(
                "rain", Tensor((0..<120).map { cos(Double($0) / 5) }), dimensions: ["time"],
                coordinates: [sst.coordinate("time")!]),
        ]
    }

    private func configuration(_ path: String, streaming: Bool) -> DataConfiguration {
        var data = DataConfiguration(
            files: ["f": path], inputs: [VariableConfiguration(variable: "sst")],
            targets: [VariableConfiguration(variable: "rain")],
            window: WindowConfiguration(length: 3, lead: 1))
        (data.isStreamed, data.chunk) = (streaming, 17)
        return data
    }

    @Test("Steps from the last to the first, or in no order, are taken in that of time", arguments: [false, true])
    func order(streaming: Bool) throws {
        var random = RandomState(seed: 3)
        let path = folder.path("a.zarr")
        try Dataset(fields).write(to: path)
        let expected = try ExperimentStream(configuration(path, streaming: false), split: split)
        for (name, order) in [("back", Array((0..<120).reversed())), ("mixed", random.permutation(Array(0..<120)))] {
            try Dataset(fields.map { $0.taking(order, along: "time") }).write(to: folder.path("\(name).zarr"))
            let data = try ExperimentStream(
                configuration(folder.path("\(name).zarr"), streaming: streaming), split: split)
            #expect(
                data.notes == [
                    "the steps of \(folder.path("\(name).zarr")) do not follow time; they are taken in its order"
                ])
            for (a, b) in [(data.training, expected.training), (data.test, expected.test)] {
                let (a, b) = (try a.sample(atMost: .max), try b.sample(atMost: .max))
                #expect(a.labels == b.labels && a.coordinates.map(\.labelTexts) == b.coordinates.map(\.labelTexts))
                for (x, y) in [(a.inputs, b.inputs), (a.targets, b.targets), (a.previousTargets, b.previousTargets)] {
                    expectClose(x, y, 1e-5)
                }
            }
        }
    }

    @Test("A time that stands twice is told; samples of several models repeat theirs")
    func repeats() throws {
        let twice = Array(0..<60) + Array(50..<120), path = folder.path("a.zarr")
        try Dataset(fields.map { $0.taking(twice, along: "time") }).write(to: path)
        let notes = try ExperimentStream(configuration(path, streaming: false), split: split).notes
        #expect(
            notes == [
                "10 of 130 steps of \(path) have a time that another has too (first 1994-03-15); no window or persistence reaches across them: leave one of each"
            ])
        let both = Array(0..<120) + Array(0..<120),
            models = Coordinate("model", dimension: "time", numbers: both.indices.map { Double($0 / 120) })
        let stacked = fields.map { field -> Field in
            var field = field.taking(both, along: "time")
            field.coordinates.append(models)
            return field
        }
        try Dataset(stacked).write(to: path)
        let data = try ExperimentStream(
            configuration(path, streaming: false),
            split: SplitConfiguration(by: .group, group: "model", validation: [], test: [.number(1)]))
        #expect(data.notes.isEmpty && data.training.count == 117, "\(data.notes)")
    }

    @Test("Times that are no dates are numbers where nothing asks for dates, with a word", arguments: [false, true])
    func undecoded(streaming: Bool) throws {
        let times = Coordinate(
            "time", numbers: (0..<120).map(Double.init),
            attributes: ["units": "days since 2000-01-01", "calendar": "gregorain"])
        func write(_ name: String, _ numbers: Coordinate) throws -> String {
            try Dataset(
                fields.map {
                    Field(
                        $0.name, $0.values, dimensions: $0.dimensions,
                        coordinates: [numbers] + $0.coordinates.filter { $0.name != "time" })
                }
            ).write(to: folder.path(name))
            return folder.path(name)
        }
        var random = SplitConfiguration(by: .random)
        random.allowLeak = true
        var data = configuration(try write("typo.zarr", times), streaming: streaming)
        let error = #expect(throws: DataError.self) { try ExperimentStream(data, split: random) }
        #expect(error?.message.contains("the calendar \"gregorain\" is unknown") == true)
        data.window = WindowConfiguration(length: 1)
        #expect(throws: DataError.self) { try ExperimentStream(data, split: split) }
        let found = try ExperimentStream(data, split: random)
        #expect(found.training.count == 84 && found.notes.count == 1, "\(found.notes)")
        #expect(
            found.notes.first?.hasSuffix(
                "the times are used as plain numbers, since neither split nor preparation asks for dates") == true,
            "\(found.notes)")
        var holes = times
        holes.labels = .numbers((0..<120).map { $0 == 7 ? .nan : Double($0) })
        data.files["f"] = try write("holes.zarr", holes)
        #expect(try ExperimentStream(data, split: random).test.count == 18)
    }
}
