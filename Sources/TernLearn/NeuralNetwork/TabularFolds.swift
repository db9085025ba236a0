import TernCore

/// The rows that each member of an ensemble learns from and those that it is judged by.
struct TabularFolds {
    /// In ascending order, for each member.
    var training: [[Int]] = [], heldOut: [[Int]] = []
    /// How many members there are until each row that is ever held out has been so once.
    let round: Int

    /// - Parameters:
    ///   - classes: the class of each row; empty for numbers.
    ///   - groups: what each row belongs to; rows of one group stay together.
    /// - Throws: ``EstimatorError`` where there are too few rows or groups.
    init(
        _ settings: TabularSettings, rows: Int, repeats: Int, classes: [Int], groups: [Int]?,
        _ random: inout RandomState
    ) throws {
        try Check.that(
            rows >= 4, "\(settings.name): x has \(rows) row(s); it needs 4, some to learn from and some to be judged by"
        )
        let folds = min(settings.folds, rows / 2)
        if let complaint = MachineMemory.complaint(about: checkedProduct([repeats, folds, rows, Int.bitWidth / 8])) {
            throw EstimatorError("\(settings.name): \(repeats) repeats of \(folds) folds of \(rows) rows: \(complaint)")
        }
        if let groups {
            let names = Set(groups).sorted()
            try Check.that(
                names.count >= 2,
                "\(settings.name): all rows belong to one group; it needs two, one of them to be judged by")
            round = min(folds, names.count)
            for _ in 0..<repeats {
                let splitter = GroupKFold(nSplits: round, shuffle: true, randomState: random.nextWord())
                append(try splitter.splits(count: rows, labels: nil, groups: groups))
            }
            return
        }
        switch settings.validation {
        case .random:
            round = folds
            for _ in 0..<repeats {
                var order = random.permutation(rows)
                if !classes.isEmpty {
                    // Dealing out one class after the other gives each fold its share of all.
                    let places = order.enumerated().sorted {
                        (classes[$0.element], $0.offset) < (classes[$1.element], $1.offset)
                    }
                    order = places.map(\.element)
                }
                append(
                    KFold.complements(
                        of: (0..<folds).map { fold in stride(from: fold, to: rows, by: folds).map { order[$0] } },
                        count: rows))
            }
        case .blocks:
            round = folds
            let splits = try KFold(nSplits: folds).splits(count: rows)
            for _ in 0..<repeats { append(splits) }
        case .last:
            round = 1
            let last = max(1, rows / 5)
            let split = Split(train: Array(0..<(rows - last)), test: Array((rows - last)..<rows))
            for _ in 0..<(repeats * folds) { append([split]) }
        }
    }

    private mutating func append(_ splits: [Split]) {
        training += splits.map(\.train)
        heldOut += splits.map(\.test)
    }

    /// The rows that any member holds out.
    var judged: [Int] { Array(heldOut[0..<round].joined()) }

    /// How often each row is held out.
    func counts(rows: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: rows)
        for part in heldOut { for row in part { counts[row] += 1 } }
        return counts
    }

    /// The mean of what members say of the rows that they hold out, [rows, outputs]; NaN for rows that none does.
    ///
    /// - Parameter said: by each member of all rows.
    func gathered(_ said: [Tensor]) -> Tensor {
        let shape = said[0].shape, outputs = shape[1], counts = counts(rows: shape[0])
        var sums = [Double](repeating: 0, count: said[0].count)
        for (part, values) in zip(heldOut, said.map(\.doubles)) {
            for row in part { for i in row * outputs..<(row + 1) * outputs { sums[i] += values[i] } }
        }
        for i in sums.indices { sums[i] /= counts[i / outputs] }
        return Tensor(sums, shape: shape)
    }
}
