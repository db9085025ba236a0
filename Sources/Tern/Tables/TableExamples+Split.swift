import TernCore
import TernData
import TernLearn

extension TableExamples {
    /// The latest rows to test on and those before to train on, by the columns that say the time; where there are none,
    /// the last in the file. Rows of one time are not parted.
    ///
    /// Numbers of rows count from 0 in ``table``, each part in the order of the file.
    ///
    /// - Parameter testSize: of the part to test on; it may differ so that rows of one time stay together.
    /// - Throws: `EstimatorError` where a part would be empty.
    public func latest(testSize: SplitSize) throws -> (train: [Int], test: [Int]) {
        let (train, test) = try trainTestSplit(count: table.rowCount, testSize: testSize)
        guard series != nil || times?.order != nil else { return (train, test) }
        let values = timeline, order = values.ascendingOrder
        /// Whether a part may begin at this place of the order.
        func isBoundary(_ place: Int) -> Bool { values[order[place - 1]] != values[order[place]] }
        let before = (1...train.count).last(where: isBoundary),
            behind = (train.count..<table.rowCount).first(where: isBoundary)
        guard let first = before ?? behind else { return (train, test) }
        return (order[..<first].sorted(), order[first...].sorted())
    }

    /// Numbers that grow with the time of rows, by the columns that say it, else by the order of the file.
    var timeline: [Double] { series == nil ? times?.values ?? positions : positions }

    /// Rows to train on whose targets lie before all that is tested on, where ``series`` has a horizon: what is predicted
    /// is not known from training.
    func withoutOverlap(_ parts: (train: [Int], test: [Int])) -> [Int] {
        guard let series, series.horizon > 0, let edge = parts.test.map({ positions[$0] }).min() else {
            return parts.train
        }
        // Rows behind the part that is tested on, as in folds, lie a horizon away from it as well.
        let end = parts.test.map { targetPositions[$0] }.max() ?? .infinity
        return parts.train.filter { targetPositions[$0] < edge || positions[$0] > end }
    }

    /// What to know of the latest rows, a line each; none where the file's order is that of time and as many are tested
    /// as were asked for.
    public func notesOfLatest(_ parts: (train: [Int], test: [Int]), testSize: SplitSize) -> [String] {
        guard let times, let order = times.order else {
            return times == nil && unreadTimes == nil
                ? ["no column says when rows were: those to test on are the last of the file"] : []
        }
        var notes =
            order == Array(order.indices)
            ? [] : ["rows are not in the order of \(times.name): those to test on are the latest by it"]
        if let asked = try? trainTestSplit(count: table.rowCount, testSize: testSize).test.count,
            10 * abs(parts.test.count - asked) > 3 * asked
        {
            let share = Double(parts.test.count) / Double(table.rowCount)
            notes.append(
                "\(parts.test.count) rows (\(Int((100 * share).rounded())) %) are tested on, \(asked) were asked for: rows of the same \(times.name) are not parted"
            )
        }
        return notes
    }

    /// Why a split's test rows are no fair test, a line each: neighbours in time or members of one group in both parts,
    /// copies of rows that are trained on.
    ///
    /// - Parameters:
    ///   - isRandom: whether test rows are drawn at random; else they are the last.
    ///   - group: the column that is split by.
    public func leaks(_ parts: (train: [Int], test: [Int]), atRandom isRandom: Bool, byGroup group: String?) -> [String]
    {
        var leaks: [String] = []
        if group == nil, table.rowCount >= 20 { leaks += isRandom ? leaksAtRandom : [leakOfLast].compactMap { $0 } }
        if let copies = copies(parts) { leaks.append(copies) }
        return leaks
    }

    private var leaksAtRandom: [String] {
        let y = likenessValues
        var leaks: [String] = []
        for group in groups {
            let (share, isSure) = group.likeness(of: y)
            guard isSure, share > 0.2 else { continue }
            leaks.append(
                "rows of one \"\(group.name)\" are alike (correlation \(Self.rounded(share))) and stand in both parts: rows drawn at random are tested "
                    + "beside others that were trained on; --group \(Self.quoted(group.name)) is the honest test of new ones"
            )
            break
        }
        if let times, let group = groups.first(where: { $0.tellsApart(times) }) {
            let order = group.order(times), alike = likenessOfNeighbours(order, in: group)
            if alike > (isClassified ? 0.3 : 0.5) {
                leaks.append(
                    "rows of one \"\(group.name)\" follow each other in \(times.name), and the target is like that of the row before "
                        + "(\(likenessName) \(Self.rounded(alike))): rows drawn at random are tested between neighbours that were trained on; "
                        + "--split last is the honest test of what comes, --group \(Self.quoted(group.name)) that of new ones"
                )
            }
        } else if let (name, alike) = series(y), alike > (isClassified ? 0.3 : 0.5) {
            leaks.append(
                "rows follow each other in \(name), and the target is like that of the row before (\(likenessName) \(Self.rounded(alike))): rows drawn at "
                    + "random are tested between neighbours that were trained on; --split last is the honest test")
        }
        return leaks
    }

    /// The first target; of classes whether it is the most frequent one.
    private var likenessValues: [Double] {
        let cells = table[target]!
        guard isClassified else { return cells.numbers! }
        let places = Self.places(of: cells, in: classes)
        var counts = [Int](repeating: 0, count: classes.count)
        for place in places { counts[Int(place)] += 1 }
        let most = Double(counts.firstIndex(of: counts.max()!)!)
        return places.map { $0 == most ? 1 : 0 }
    }

    /// The columns along which rows are a series, and how alike neighbours are.
    private func series(_ y: [Double]) -> (name: String, alike: Double)? {
        if let times, let order = times.order, Set(times.values).count >= 10 {
            return (times.name, likenessOfNeighbours(order))
        }
        let ordered = table.columns.filter { !targets.contains($0.name) }.first { column in
            guard let numbers = column.numbersOfCodes else { return false }
            return !zip(numbers, numbers.dropFirst()).contains { $0 > $1 } && Set(numbers).count >= 10
        }
        if let ordered { return ("\"\(ordered.name)\"", likenessOfNeighbours(Array(y.indices))) }
        // In the file's order, where a time is not read, or the target walks as only a series does.
        let alike = likenessOfNeighbours(Array(y.indices)),
            isSorted = !zip(y, y.dropFirst()).contains { $0 > $1 } || !zip(y, y.dropFirst()).contains { $0 < $1 }
        return !isSorted && (unreadTimes != nil || alike > 0.95) ? ("the file's order", alike) : nil
    }

    /// The last rows of a file are not the latest where times cannot be read.
    private var leakOfLast: String? {
        if let times {
            return times.order != nil || Set(times.values).count < 2
                ? nil
                : "a time is missing in \(times.name), so the last rows of the file are tested on, which need not be the latest"
        }
        return unreadTimes.map { name, text in
            "\"\(name)\" holds dates of which not all are read, such as \"\(text)\", so the last rows of the file are tested on, which need not be the latest; "
                + "write dates as 2020-01-31"
        }
    }

    /// Rows to test on that were trained on.
    private func copies(_ parts: (train: [Int], test: [Int])) -> String? {
        // Numbers of rows set copies apart; the time does not only number them.
        let numbering = features.filter {
            !dates.contains($0) && !RowTimes.isPart($0) && Self.numbersRows(table[$0]!.codes)
        }
        let columns = (features.filter { !numbering.contains($0) } + targets).map { table[$0]!.codes }
        func copies(_ columns: [[Double]]) -> Int {
            let seen = Set(parts.train.map { mark($0, columns) })
            return parts.test.count { seen.contains(mark($0, columns)) }
        }
        func mark(_ row: Int, _ columns: [[Double]]) -> Int {
            var hasher = Hasher()
            for column in columns { hasher.combine(column[row]) }
            return hasher.finalize()
        }
        let count = copies(columns)
        guard count >= 3, 20 * count >= parts.test.count else { return nil }
        if !numbering.isEmpty {
            // Few columns of few values are alike by chance: so are then rows of shuffled columns.
            var random = RandomState(seed: 0)
            let shuffled = columns.map { column in random.permutation(column.count).map { column[$0] } }
            guard count > 2 * copies(shuffled) else { return nil }
        }
        // Rows are alike by chance where each column has few values, or more than twice as many rows are alike in it,
        // and but for any one.
        let different = Set((parts.train + parts.test).map { mark($0, columns) }).count
        let isSure =
            columns.contains { 2 * Set($0).count >= different }
            && (columns.contains { copies([$0]) <= 2 * count }
                || columns.indices.allSatisfy { left in
                    copies(columns.indices.filter { $0 != left }.map { columns[$0] }) <= 2 * count
                })
        guard isSure else { return nil }
        let but = numbering.isEmpty ? "" : " but for \(numbering.map { "\"\($0)\"" }.joined(separator: ", "))"
        return
            "\(count) of the \(parts.test.count) rows to test on are copies of rows that are trained on\(but); remove copies from the file for an honest test"
    }

    /// Whether a column counts its rows one by one, in whatever order.
    private static func numbersRows(_ column: [Double]) -> Bool {
        guard column.count > 1, let least = column.min(), let most = column.max(),
            most - least == Double(column.count - 1)
        else { return false }
        return column.allSatisfy { $0 == $0.rounded() } && Set(column).count == column.count
    }

    private static func rounded(_ x: Double) -> Double { (x * 100).rounded() / 100 }

    private var likenessName: String { isClassified ? "kappa" : "correlation" }

    /// How alike the targets of rows are that follow each other: the correlation of numbers, of classes how much more often
    /// they are the same than by chance (Cohen's kappa); of groups, within each alone.
    private func likenessOfNeighbours(_ order: [Int], in group: RowGroups? = nil) -> Double {
        let pairs = zip(order, order.dropFirst()).filter { group == nil || group!.codes[$0] == group!.codes[$1] }
        let cells = table[target]!, count = Double(order.count)
        guard isClassified else {
            var y = cells.numbers!
            let codes = group?.codes ?? [Int](repeating: 0, count: y.count)
            var sums = [Double](repeating: 0, count: group?.count ?? 1), sizes = sums
            for (code, y) in zip(codes, y) { (sums[code], sizes[code]) = (sums[code] + y, sizes[code] + 1) }
            for (i, code) in codes.enumerated() { y[i] -= sums[code] / sizes[code] }
            return pairs.reduce(0) { $0 + y[$1.0] * y[$1.1] } / y.reduce(0) { $0 + $1 * $1 }
        }
        let places = Self.places(of: cells, in: classes)
        var shares = [Double](repeating: 0, count: classes.count)
        for place in places { shares[Int(place)] += 1 / count }
        let chance = shares.reduce(0) { $0 + $1 * $1 }
        let same = Double(pairs.count { places[$0] == places[$1] }) / max(1, Double(pairs.count))
        return chance < 1 ? (same - chance) / (1 - chance) : 0
    }
}

extension Table.Column {
    /// Numbers that are the same where cells are.
    fileprivate var codes: [Double] { numbers ?? texts!.numbered.numbers.map(Double.init) }
}
