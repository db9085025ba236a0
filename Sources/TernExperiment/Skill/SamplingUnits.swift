import Tern

/// What is drawn anew to learn how much scores owe to the sample: times, each with all that belongs to it, or whole
/// groups.
///
/// A test part of ten groups or more that the split keeps whole, such as climate models, is drawn group by group: the
/// examples of one group are alike. Else times are drawn in blocks, maps and all groups of a time together, since what
/// lies close in time is alike.
struct SamplingUnits {
    enum Kind: Equatable { case times, groups }

    let kind: Kind
    /// The unit of each example; times count in their order.
    let unitOfExample: [Int]
    /// How many times or groups there are.
    let count: Int

    /// As few groups as that tell little of how groups differ.
    static let fewestGroups = 10

    /// - Parameter keepsGroups: whether the split keeps groups whole.
    init(_ examples: Examples, keepsGroups: Bool) {
        let groups = examples.groups.numbered
        if keepsGroups, groups.firsts.count >= Self.fewestGroups {
            (kind, unitOfExample, count) = (.groups, groups.numbers, groups.firsts.count)
            return
        }
        let (found, firsts) = examples.labels.keys(in: zip(examples.runs, examples.groups).map { [$0, $1] }).numbered
        let rank = firsts.map { examples.labels[$0] }.timeOrder.ranks
        (kind, unitOfExample, count) = (.times, found.map { rank[$0] }, firsts.count)
    }

    /// The units in their order, so many joined to one that there are no more than that.
    func joined(atMost most: Int) -> (size: Int, unitOfExample: [Int], count: Int) {
        let size = (count + most - 1) / most
        return (size, unitOfExample.map { $0 / size }, (count + size - 1) / size)
    }

    /// Pairs of examples that follow each other in time, within one run and group.
    func neighbours(in examples: Examples) -> [(Int, Int)] {
        guard kind == .times else { return [] }
        return zip(examples.labels.indices, examples.labels.indices.dropFirst()).filter { i, j in
            let follows = unitOfExample[j] - unitOfExample[i] == 1
            let isOfOneRun = examples.runs[i] == examples.runs[j]
            return follows && isOfOneRun && examples.groups[i] == examples.groups[j]
        }
    }
}
