import Foundation
import Tern
import TestSupport
import Testing

@Suite struct BackupTests {
    private static let x = TestStream.tensor(4, [30, 4], .float32)
    private static let y = x.sum(axis: 1, keepingDimensions: true)
    private struct Interruption: Error {}
    /// Breaks off after so many batches.
    private final class Breaker: Callback {
        var left: Int
        init(after batches: Int) { left = batches }
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
            left -= 1
            if left == 0 { throw Interruption() }
        }
    }

    private static func model() -> Model {
        let model = Sequential(input: [4], seed: 2) {
            Dense(6, activation: .relu)
            BatchNormalization()
            Dropout(0.2)
            Dense(1)
        }
        model.compile(optimizer: Adam(learningRate: 0.01).averagingWeights(), loss: .meanSquaredError)
        return model
    }

    private func train(_ callbacks: [any Callback]) throws -> (History, [Tensor]) {
        let model = Self.model()
        let history = try model.fit(
            Self.x, Self.y, batchSize: 7, epochs: 4, validationSplit: 0.2,
            callbacks: [EarlyStopping(patience: 2, restoresBestWeights: true)] + callbacks)
        return (history, model.variables.map(\.variable.value))
    }

    @Test(
        arguments: [BackupAndRestore.Frequency.afterEpochs(1), .afterBatches(1), .afterBatches(3)],
        [1, 2, 5, 8, 13, 16])
    func anInterruptedRunEndsAsOneThatWasNot(_ frequency: BackupAndRestore.Frequency, _ batches: Int) throws {
        let whole = try train([]), temporary = TemporaryFolder()
        func backup(keepsPrevious: Bool) -> BackupAndRestore {
            BackupAndRestore(temporary.path("a/backup"), saves: frequency, keepsPrevious: keepsPrevious)
        }
        #expect(throws: Interruption.self) { try train([Breaker(after: batches), backup(keepsPrevious: true)]) }
        // A second time, from where the first was.
        _ = try? train([Breaker(after: 2), backup(keepsPrevious: true)])
        let parts = try train([backup(keepsPrevious: false)])
        #expect(parts.0 == whole.0)
        #expect(parts.1 == whole.1)
        // Nothing is left behind.
        #expect(!FileManager.default.fileExists(atPath: temporary.path("a/backup")))
    }

    @Test func aDamagedStateIsReplacedByThePreviousOne() throws {
        let whole = try train([]), temporary = TemporaryFolder()
        let folder = temporary.path("backup")
        #expect(throws: Interruption.self) {
            try train([Breaker(after: 9), BackupAndRestore(folder, saves: .afterBatches(2), keepsPrevious: true)])
        }
        let latest = URL(fileURLWithPath: folder + "/latest.safetensors")
        try Data(contentsOf: latest).dropLast(5).write(to: latest)
        let parts = try train([BackupAndRestore(folder, deletesAtEnd: false)])
        #expect(parts.0 == whole.0 && parts.1 == whole.1)
        // Kept, the state says that all is done: nothing is trained again.
        let again = try train([BackupAndRestore(folder)])
        #expect(again.0 == whole.0)
    }

    @Test(arguments: ["latest", "next"], [false, true])
    func noStateIsWrittenThroughALink(_ name: String, keepsPrevious: Bool) throws {
        let temporary = TemporaryFolder(), folder = temporary.path("backup")
        let own = temporary.write("mine", as: "own.txt")
        let backup = BackupAndRestore(folder, saves: .afterBatches(2), keepsPrevious: keepsPrevious)
        /// Puts a link in the place of a state.
        final class Linker: Callback {
            let path: String, target: String
            init(_ path: String, to target: String) { (self.path, self.target) = (path, target) }
            func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
                try? FileManager.default.removeItem(atPath: path)
                try? FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            }
        }
        _ = try train([Linker("\(folder)/\(name).safetensors", to: own), backup])
        #expect(FileManager.default.contents(atPath: own) == Data("mine".utf8))
    }

    @Test func trainingGoesOnWhereAStateCannotBeKept() throws {
        let whole = try train([]), temporary = TemporaryFolder(), folder = temporary.path("backup")
        /// Puts a folder in the place of the state.
        final class Thief: Callback {
            let path: String
            init(_ path: String) { self.path = path }
            func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
                try? FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: path + "/full", withIntermediateDirectories: true)
            }
        }
        let parts = try train([
            Thief(folder + "/latest.safetensors"), BackupAndRestore(folder, saves: .afterBatches(2)),
        ])
        #expect(parts.0 == whole.0 && parts.1 == whole.1)
    }

    @Test func aCancelledTrainingKeepsWhereItStood() async throws {
        let whole = try train([]), temporary = TemporaryFolder(), folder = temporary.path("backup")
        final class Canceller: Callback {
            func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
                if run.state.progress.stepCount == 6 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        let cancelled = Task { try train([Canceller(), BackupAndRestore(folder, saves: .automatic)]) }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["latest.safetensors"])
        let parts = try train([BackupAndRestore(folder, saves: .automatic)])
        #expect(parts.0 == whole.0 && parts.1 == whole.1)
    }

    @Test func aFolderServesOneTrainingAtATime() throws {
        let temporary = TemporaryFolder(), folder = temporary.path("backup")
        final class Rival: Callback {
            let train: () throws -> Void
            var error: (any Error)?
            init(_ train: @escaping () throws -> Void) { self.train = train }
            func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
                do { try train() } catch { self.error = error }
            }
        }
        let rival = Rival { _ = try train([BackupAndRestore(folder)]) }
        _ = try train([BackupAndRestore(folder), rival])
        #expect("\(rival.error!)".contains("another process writes to it: process "))
    }

    @Test func aDamagedStateAloneIsAnError() throws {
        let temporary = TemporaryFolder(), folder = temporary.path("backup")
        #expect(throws: Interruption.self) { try train([Breaker(after: 9), BackupAndRestore(folder)]) }
        let latest = URL(fileURLWithPath: folder + "/latest.safetensors")
        try Data(contentsOf: latest).dropLast(5).write(to: latest)
        #expect(throws: DataError.self) { try train([BackupAndRestore(folder)]) }
    }
}
