import Foundation
import Tern
import TestSupport
import Testing

@Suite struct ModelFilesTests {
    private static func model(seed: UInt64 = 0) -> Model {
        Sequential(input: [6, 4, 2], name: "small", seed: seed) {
            PeriodicPadding2D()
            Conv2D(3, kernelSize: 3, activation: .relu)
            BatchNormalization()
            GlobalAveragePooling2D()
            Dense(1, name: "rain")
        }
    }
    private static let x = TestStream.tensor(3, [24, 6, 4, 2], .float32)
    private static var y: Tensor { x.mean(axes: [1, 2, 3]).reshaped([24, 1]) }

    private static func trained() throws -> Model {
        let model = model()
        model.compile(loss: .meanSquaredError)
        try model.fit(x, y, batchSize: 8, epochs: 2)
        return model
    }

    @Test func aModelReadFromItsFilePredictsTheSame() throws {
        let folder = TemporaryFolder(), model = try Self.trained()
        try model.write(to: folder.path("m.safetensors"))
        let same = try Model(contentsOf: folder.path("m.safetensors"))
        #expect(try same.predict(Self.x) == model.predict(Self.x))
        #expect(same.info.name == "small")
        #expect(folder.contents == ["m.safetensors"])
    }

    /// What one rule gathered is no beginning for another that lies in the same modifier.
    @Test(arguments: [true, false]) func anOptimisersMemoryIsTakenUpByItsLikeAlone(_ isAlike: Bool) throws {
        let folder = TemporaryFolder(), model = Self.model(), path = folder.path("m.safetensors")
        let adam = Adam().decayingWeights(by: 0.01), other = Adamax().decayingWeights(by: 0.01)
        model.compile(optimizer: adam, loss: .meanSquaredError)
        try model.fit(Self.x, Self.y, batchSize: 8, epochs: 2)
        try model.write(to: path)
        func continued(fromFile isFromFile: Bool) throws -> Tensor {
            let next = isFromFile ? try Model(contentsOf: path) : Self.model()
            if !isFromFile {
                for (own, trained) in zip(next.variables, model.variables) {
                    own.variable.value = trained.variable.value
                }
            }
            if isAlike {
                next.compile(optimizer: adam, loss: .meanSquaredError)
            } else {
                next.compile(optimizer: other, loss: .meanSquaredError)
            }
            try next.fit(Self.x, Self.y, batchSize: 8, epochs: 1, shuffles: false)
            return try next.predict(Self.x)
        }
        #expect(try (continued(fromFile: true) == continued(fromFile: false)) != isAlike)
    }

    @Test func weightsAreLoadedByName() throws {
        let folder = TemporaryFolder(), model = try Self.trained(), other = Self.model(seed: 9)
        try model.saveWeights(to: folder.path("w.safetensors"))
        #expect(try other.predict(Self.x) != model.predict(Self.x))
        try other.loadWeights(from: folder.path("w.safetensors"))
        #expect(try other.predict(Self.x) == model.predict(Self.x))
    }

    @Test func weightsOfAnotherModelAreRefusedAndLeaveTheModelAsItWas() throws {
        let folder = TemporaryFolder(), model = try Self.trained()
        try model.saveWeights(to: folder.path("w.safetensors"))
        let wider = Sequential(input: [4]) { Dense(1, name: "rain") }
        let before = wider.variables.map(\.variable.value)
        let error = #expect(throws: DataError.self) { try wider.loadWeights(from: folder.path("w.safetensors")) }
        #expect("\(error!)".contains("\"rain/kernel\" has the shape [3, 1], the model wants [4, 1]"))
        #expect(wider.variables.map(\.variable.value) == before)
    }

    @Test func aFileWithoutConfigurationIsNoModel() throws {
        let folder = TemporaryFolder()
        try Self.model().saveWeights(to: folder.path("w.safetensors"))
        let error = #expect(throws: DataError.self) { try Model(contentsOf: folder.path("w.safetensors")) }
        #expect("\(error!)".contains("no configuration"))
    }

    @Test func checkpointsHoldTheBestAndAreNamedByTheirEpoch() throws {
        let folder = TemporaryFolder(), model = Self.model()
        model.compile(loss: .meanSquaredError)
        var losses: [Double] = []
        let best = ModelCheckpoint(folder.path("best.safetensors"), monitor: "loss", savesBestOnly: true)
        let each = ModelCheckpoint(folder.path("{epoch:02}-{loss:.3}.safetensors"), savesWeightsOnly: true, period: 2)
        try model.fit(
            Self.x, Self.y, batchSize: 8, epochs: 4,
            callbacks: [best, each, LambdaCallback { _, logs, _ in losses.append(logs["loss"]!) }])
        func digits(_ x: Double) -> String { String(format: "%.3f", x) }
        #expect(
            folder.contents == [
                "02-\(digits(losses[1])).safetensors", "04-\(digits(losses[3])).safetensors", "best.safetensors",
            ])
        _ = try Model(contentsOf: folder.path("best.safetensors"))
    }

    @Test func theLogHasARowForEachEpochAndCanBeAddedTo() throws {
        let folder = TemporaryFolder(), model = Self.model(), path = folder.path("log.csv")
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        try model.fit(Self.x, Self.y, epochs: 2, callbacks: [CSVLogger(path)])
        try model.fit(Self.x, Self.y, epochs: 3, initialEpoch: 2, callbacks: [CSVLogger(path, appends: true)])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0] == "epoch,loss,mean_absolute_error")
        #expect(lines.dropFirst().map { $0.prefix(2) } == ["0,", "1,", "2,"])
    }

    /// The log of one more epoch, added to what a file holds.
    private func added(to text: String, separator: Character = ",") throws -> [String] {
        let folder = TemporaryFolder(), model = Self.model(), path = folder.write(text, as: "log.csv")
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        try model.fit(Self.x, Self.y, callbacks: [CSVLogger(path, separator: separator, appends: true)])
        return try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test(arguments: [
        "epoch,loss,\"a, \"\"b\"\"\"\r\n0,1.5,2\r\n", "epoch,loss,\"a, \"\"b\"\"\"\n0,1.5,2",
    ])
    func aLogFromElsewhereKeepsItsColumns(_ text: String) throws {
        let lines = try added(to: text)
        #expect(lines.count == 3 && lines[1] == "0,1.5,2", "\(lines)")
        let row = lines[2].split(separator: ",", omittingEmptySubsequences: false)
        #expect(row.count == 3 && row[0] == "0" && Double(row[1]) != nil && row[2].isEmpty, "\(lines)")
    }

    @Test func aLogHasTheSeparatorThatWasAskedFor() throws {
        let lines = try added(to: "", separator: "|")
        #expect(lines[0] == "epoch|loss|mean_absolute_error" && lines[1].split(separator: "|").count == 3)
        #expect(try added(to: "epoch|loss\n", separator: "|")[1].split(separator: "|").count == 2)
        #expect(
            message { try added(to: "station,rain\nOslo,3\n") }.contains("its first column is \"station\", not epoch"))
    }

    @Test func aFileOfAnotherKindIsNamed() {
        let folder = TemporaryFolder()
        #expect(
            message { try Model(contentsOf: folder.write("a,b\n1,2\n")) }.contains(
                "this is a table of text, and no model of Tern"))
    }

    @Test func aLogThatCannotBeWrittenIsSaidBeforeTraining() throws {
        let model = Self.model()
        model.compile(loss: .meanSquaredError)
        #expect(throws: DataError.self) {
            try model.fit(Self.x, Self.y, callbacks: [CSVLogger("/nowhere/at/all/log.csv")])
        }
    }
}
