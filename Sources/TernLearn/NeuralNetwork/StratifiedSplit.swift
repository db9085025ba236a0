import TernCore

/// The numbers of the examples to train and to test on, with the classes in the shares that they have among all:
/// scikit-learn's `train_test_split` with `stratify`.
///
/// - Throws: ``EstimatorError`` where a class has but one example, or a part fewer examples than there are classes.
/// - Complexity: O(count log count).
func stratifiedSplit(_ labels: [Double], testSize: SplitSize, using random: inout RandomState) throws -> (
    train: [Int], test: [Int]
) {
    let tests = try testCount(testSize, of: labels.count)
    let trains = labels.count - tests
    let members = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }
    if let rare = members.first(where: { $0.value.count < 2 }) {
        throw EstimatorError("the class \(rare.key) has only one example; each needs two to have one in both parts")
    }
    try Check.that(
        trains >= members.count && tests >= members.count,
        "\(trains) examples to train and \(tests) to test on cannot hold \(members.count) classes each")
    let counts = members.map(\.value.count)
    let trained = allotted(trains, to: counts, &random)
    let tested = allotted(tests, to: zip(counts, trained).map { $0 - $1 }, &random)
    var train: [Int] = []
    var test: [Int] = []
    for (k, (_, rows)) in members.enumerated() {
        let order = random.permutation(rows.count).map { rows[$0] }
        train += order[..<trained[k]]
        test += order[trained[k]..<(trained[k] + tested[k])]
    }
    return (random.permutation(train), random.permutation(test))
}

/// How many of each class come among `draws`: their shares rounded down, and one more for those with the largest
/// remainders, drawn where these are equal.
private func allotted(_ draws: Int, to counts: [Int], _ random: inout RandomState) -> [Int] {
    let total = Double(counts.reduce(0, +))
    let shares = counts.map { Double($0) / total * Double(draws) }
    var floors = shares.map { $0.rounded(.down) }
    var left = draws - Int(floors.reduce(0, +))
    let remainders = zip(shares, floors).map { $0 - $1 }
    for remainder in Set(remainders).sorted(by: >) where left > 0 {
        let equal = remainders.indices.filter { remainders[$0] == remainder }
        let taken = min(equal.count, left)
        for i in random.permutation(equal).prefix(taken) { floors[i] += 1 }
        left -= taken
    }
    return floors.map { Int($0) }
}
