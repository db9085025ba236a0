import TernCore

/// What an estimator of tables has learned: a line, networks for what it leaves, and how much each counts.
struct TabularLearned: Codable, Sendable {
    let inputs: TabularInputs
    let line: TabularLine
    let network: TabularNetwork
    /// What each output counts in, [outputs]: mean and standard deviation of numbers; 0 and 1 of classes.
    let center: [Double], scale: [Double]
    /// How much the line, and the line with the networks, count for each output; the rest to 1 counts for the mean. Of
    /// classes one entry.
    let shares: [[Double]]
    /// The shares of the classes among the rows; empty for numbers.
    let prior: [Double]
    /// What members say of the rows that they hold out, as ``callAsFunction(_:)``; NaN for rows that none does.
    let heldOut: Tensor
    let curve: [Double], epoch: Int

    var features: Int { line.slopes.shape[0] }
    var isClassifier: Bool { !prior.isEmpty }

    /// - Parameters:
    ///   - x: [rows, features], `float64`.
    ///   - y: [rows, outputs], `float64`; empty for classes.
    ///   - codes: the class of each row, from 0; empty for numbers.
    ///   - weight: [rows, 1], `float64`.
    init(
        _ settings: TabularSettings, _ x: Tensor, _ y: Tensor, codes: [Int], classes: Int, weight: Tensor?,
        groups: [Int]?, onEpoch: ((Int, Int, Double) -> Void)?
    ) throws {
        try settings.check()
        let rows = x.shape[0], isClassifier = classes > 0
        if let groups {
            try Check.that(
                groups.count == rows,
                "\(settings.name): there are \(groups.count) groups for \(rows) rows; give one for each")
        }
        // Weights of mean 1, so that the penalties mean the same.
        let weight = weight.map { $0 / $0.mean() }
        var random = RandomState(seed: settings.randomState ?? .random(in: 0...UInt32.max))
        let folds = try TabularFolds(
            settings, rows: rows, repeats: settings.repeats ?? (rows < 2000 ? 2 : 1), classes: codes, groups: groups,
            &random)
        let inputs = TabularInputs(x), standard = inputs.forLine(x)
        let truth: Tensor, lines: (members: [TabularLine], all: TabularLine)
        var center = Array(repeating: 0.0, count: classes), scale = Array(repeating: 1.0, count: classes)
        var prior: [Double] = []
        if isClassifier {
            truth = Tensor(
                codes.flatMap { code in (0..<classes).map { $0 == code ? 1.0 : 0 } }, shape: [rows, classes])
            prior = (weight.map { truth * $0 } ?? truth).mean(axis: 0).doubles
            lines = try TabularLine.logistic(standard, codes, classes: classes, weight: weight, folds)
        } else {
            let mean = (weight.map { y * $0 } ?? y).mean(axis: 0)
            let squares = square(y - mean), deviation = sqrt((weight.map { squares * $0 } ?? squares).mean(axis: 0))
            center = mean.doubles
            scale = zip(deviation.doubles, center).map { $0 <= 1e-12 * abs($1) || $0 == 0 ? 1 : $0 }
            truth = (y - mean) / Tensor(scale)
            lines = try TabularLine.ridge(standard, truth, weight: weight, folds)
        }
        let offsets = lines.members.map { $0(standard) }
        let training = TabularTraining(
            settings: settings, folds: folds, x: inputs.forNetwork(x), y: truth, offsets: offsets, weight: weight,
            isClassifier: isClassifier)
        let learned = training(&random, onEpoch: onEpoch)

        let candidates = [folds.gathered(offsets), learned.heldOut]
        let counts = folds.counts(rows: rows)
        var share = weight?.doubles ?? [Double](repeating: 1, count: rows)
        for row in 0..<rows where counts[row] == 0 { share[row] = 0 }
        let shares: [[Double]]
        if isClassifier {
            // What each says of the class that a row has.
            var likelihoods = [codes.map { prior[$0] }]
            for z in candidates {
                let p = softmax(z).doubles
                likelihoods.append(codes.enumerated().map { p[$0 * classes + $1] })
            }
            shares = [Array(TabularBlend.likeliest(likelihoods, weight: share).dropFirst())]
        } else {
            shares = (0..<truth.shape[1]).map { t in
                let columns = ([truth] + candidates).map { $0.sliced(t..<(t + 1), axis: 1).doubles }
                return TabularBlend.leastSquares(Array(columns.dropFirst()), columns[0], weight: share)
            }
        }
        heldOut = Self.blended(candidates, shares, prior, Tensor(center), Tensor(scale))
        (self.inputs, line, network) = (inputs, lines.all, learned.network)
        (self.center, self.scale, self.shares, self.prior) = (center, scale, shares, prior)
        (curve, epoch) = (learned.curve, learned.epoch)
    }

    /// The predicted numbers, [rows, outputs], or the probabilities of the classes, `float64`.
    ///
    /// - Parameter x: [rows, features], `float64`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let line = line(inputs.forLine(x))
        let whole = line + network.mean(inputs.forNetwork(x)).cast(to: .float64)
        return Self.blended([line, whole], shares, prior, Tensor(center), Tensor(scale))
    }

    private static func blended(
        _ candidates: [Tensor], _ shares: [[Double]], _ prior: [Double], _ center: Tensor, _ scale: Tensor
    ) -> Tensor {
        func weights(_ candidate: Int) -> Tensor { Tensor(shares.map { $0[candidate] }) }
        if prior.isEmpty {
            var sum = candidates[0] * weights(0)
            for i in 1..<candidates.count { sum = sum + candidates[i] * weights(i) }
            return sum * scale + center
        }
        var sum = Tensor(prior) * (1 - shares[0].reduce(0, +))
        for i in candidates.indices { sum = sum + softmax(candidates[i]) * shares[0][i] }
        return sum
    }
}
