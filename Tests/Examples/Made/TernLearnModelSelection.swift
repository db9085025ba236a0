// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnModelSelection = [
    Example("TernLearn/ModelSelection/TrainTestSplit: SplitSize", TrainTestSplit_SplitSize),
    Example("TernLearn/ModelSelection/TrainTestSplit: trainTestSplit", TrainTestSplit_trainTestSplit),
]

private func TrainTestSplit_SplitSize() async throws {
    check("[7, 8, 9]: a share is rounded up", try trainTestSplit(count: 10, testSize: .fraction(0.25)).test)
    check("[8, 9]", try trainTestSplit(count: 10, testSize: .count(2)).test)
}

private func TrainTestSplit_trainTestSplit() async throws {
    var random = RandomState(seed: 0)
    _ = random
    let (train, test) = try trainTestSplit(count: 10, testSize: .fraction(0.25), using: &random)
    _ = train
    _ = test
    check("3: the test part is rounded up", test.count)
}
