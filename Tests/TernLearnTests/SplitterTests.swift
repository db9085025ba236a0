import TernCore
import TernLearn
import TestSupport
import Testing

/// Splitters beside scikit-learn's (Scripts/fixtures/sklearn_splits.py).
@Suite struct SplitterTests {
    private static let fixture = try! SklearnCases("sklearn_splits")

    private static func splitter(_ kind: String, _ c: ParameterValue) -> any CrossValidator {
        let n = c["n_splits"]!.int, seed = c["random_state"].map { UInt32($0.int) }
        let test = c["test_size"]?.size, train = c["train_size"]?.size
        switch kind {
        case "KFold": return KFold(nSplits: n, shuffle: seed != nil, randomState: seed)
        case "StratifiedKFold": return StratifiedKFold(nSplits: n, shuffle: seed != nil, randomState: seed)
        case "GroupKFold": return GroupKFold(nSplits: n, shuffle: seed != nil, randomState: seed)
        case "ShuffleSplit": return ShuffleSplit(nSplits: n, testSize: test, trainSize: train, randomState: seed)
        case "StratifiedShuffleSplit":
            return StratifiedShuffleSplit(nSplits: n, testSize: test, trainSize: train, randomState: seed)
        default:
            return TimeSeriesSplit(
                nSplits: n, maxTrainSize: c["max_train_size"]?.int, testSize: c["test_size"]?.int,
                gap: c["gap"]?.int ?? 0)
        }
    }

    private static func expect(_ c: ParameterValue, _ place: String, _ ours: () throws -> [Split]) {
        guard let theirs = c["splits"] else {
            #expect(throws: EstimatorError.self, "\(place)") { try ours() }
            return
        }
        do {
            let splits = try ours()
            #expect(splits == theirs.list.map { Split(train: $0[0].ints, test: $0[1].ints) }, "\(place)")
        } catch {
            Issue.record("\(place): \(error)")
        }
    }

    @Test(arguments: [
        "KFold", "StratifiedKFold", "GroupKFold", "ShuffleSplit", "StratifiedShuffleSplit", "TimeSeriesSplit",
    ])
    func splitsAreScikitLearns(_ kind: String) {
        #expect(Self.fixture[kind].count >= 30)
        for (i, c) in Self.fixture[kind].enumerated() {
            Self.expect(c, "\(kind) \(i): \(c)") {
                try Self.splitter(kind, c).splits(
                    count: c["n"]!.int, labels: c["labels"]?.tensor, groups: c["groups"]?.ints)
            }
        }
    }

    @Test func trainTestSplitsAreScikitLearns() {
        for (i, c) in Self.fixture["train_test_split"].enumerated() {
            Self.expect(c, "train_test_split \(i): \(c)") {
                let test = c["test_size"]?.size, train = c["train_size"]?.size
                guard let seed = c["random_state"] else {
                    let parts = try trainTestSplit(count: c["n"]!.int, testSize: test, trainSize: train)
                    return [Split(train: parts.train, test: parts.test)]
                }
                var random = RandomState(seed: UInt32(seed.int))
                let parts = try trainTestSplit(
                    count: c["n"]!.int, testSize: test, trainSize: train, stratify: c["labels"]?.tensor, using: &random)
                return [Split(train: parts.train, test: parts.test)]
            }
        }
    }

    @Test func blocksAreTestedWholeAndTheirNeighboursLeftOut() throws {
        let splits = try BlockedKFold(nSplits: 3, blockLength: 4, buffer: 2, shuffle: true, randomState: 1).splits(
            count: 30)
        #expect(splits.flatMap(\.test).sorted() == Array(0..<30))
        for split in splits {
            #expect(!split.train.isEmpty)
            for i in split.train {
                #expect(split.test.allSatisfy { abs($0 - i) > 2 }, "\(i) is too close to what is tested on")
            }
            #expect(Set(split.test.map { $0 / 4 }).reduce(0) { $0 + min(4, 30 - $1 * 4) } == split.test.count)
        }
        #expect(try BlockedKFold(nSplits: 2, blockLength: 2, buffer: 1).splits(count: 8)[0].train == [7])
        #expect(try BlockedKFold(nSplits: 3).splits(count: 10) == KFold(nSplits: 3).splits(count: 10))
    }

    @Test func aBufferIsADistanceInTimeOrSpace() throws {
        let days = Tensor([0.0, 1, 2, 10, 11, 12])
        let inTime = try BufferedSplit(KFold(nSplits: 3), positions: days, distance: 1.5).splits(count: 6)
        #expect(inTime.map(\.train) == [[3, 4, 5], [0, 5], [0, 1, 2]])
        let places = Tensor([[0.0, 0], [0, 3], [4, 0], [9, 9]])
        let inSpace = try BufferedSplit(KFold(nSplits: 4), positions: places, distance: 5).splits(count: 4)
        #expect(inSpace[0].train == [3])
        #expect(inSpace[3].train == [0, 1, 2])
    }

    @Test func groupsAreNumberedByName() {
        #expect(groupNumbers(of: ["Kiel", "Bergen", "Kiel"]) == [1, 0, 1])
    }

    @Test func whatCannotBeSplitSaysWhatToDo() {
        #expect { try KFold(nSplits: 9).splits(count: 3) } throws: { "\($0)".contains("nSplits is 9") }
        #expect { try StratifiedKFold().splits(count: 9) } throws: { "\($0)".contains("labels are missing") }
        #expect { try StratifiedKFold().splits(count: 9, labels: Tensor([Double](repeating: 0.5, count: 9))) } throws: {
            "\($0)".contains("KFold")
        }
        #expect { try GroupKFold().splits(count: 9) } throws: { "\($0)".contains("groups are missing") }
    }

    /// Sizes without bound are told, or mean all there is; no number overflows.
    @Test func sizesMayBeAsLargeAsNumbersAre() throws {
        #expect { try TimeSeriesSplit(nSplits: 3, testSize: .max).splits(count: 9) } throws: {
            "\($0)".contains("leave nothing of 9")
        }
        #expect { try TimeSeriesSplit(nSplits: 3, gap: .max).splits(count: 9) } throws: {
            "\($0)".contains("leave nothing of 9")
        }
        let splits = try BlockedKFold(nSplits: 3, buffer: .max).splits(count: 9)
        #expect(splits.map(\.train) == [[], [], []])
        #expect(splits.map(\.test) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    }

    @Test func moreSplitsThanThereAreNumbersAreRefused() {
        for count in [2, 5, Int.max] {
            #expect(message { try TimeSeriesSplit(nSplits: .max).splits(count: count) }.contains("more than as many"))
        }
    }
}
