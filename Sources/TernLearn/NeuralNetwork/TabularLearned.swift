import TernCore
import TernNN

/// What an estimator of tables has learned: a line, networks for what it leaves, and how much each counts.
struct TabularLearned: Codable, Sendable {
    let inputs: TabularInputs
    let line: TabularLine
    /// Those that see the features alone, and those that see cosines of them too.
    let networks: [TabularNetwork]
    /// What each output counts in, [outputs]: mean and standard deviation of numbers; 0 and 1 of classes.
    let center: [Double], scale: [Double]
    let shares: TabularShares
    let isClassifier: Bool
    /// What members say of the rows that they hold out, as ``callAsFunction(_:)``; NaN for rows that none does.
    let heldOut: Tensor
    /// Of each kind of networks, the loss of what is held out, by epoch, and the epoch that was kept.
    let curves: [[Double]], epochs: [Int]

    var features: Int { line.slopes.shape[0] }

    /// - Parameters:
    ///   - x: [rows, features], `float64`.
    ///   - y: [rows, outputs], `float64`; empty for classes.
    ///   - codes: the class of each row, from 0; empty for numbers.
    ///   - weight: [rows, 1], `float64`.
    init(
        _ settings: TabularSettings, _ x: Tensor, _ y: Tensor, codes: [Int], classes: Int, weight: Tensor?,
        groups: [Int]?, onEpoch: ((TabularEpoch) -> Void)?
    ) throws {
        try settings.check()
        let rows = x.shape[0], isClassifier = classes > 0
        if let groups {
            try Check.that(
                groups.count == rows,
                "\(settings.name): there are \(groups.count) groups for \(rows) rows; give one for each")
        }
        try Self.checkSizes(x, "x", settings.name)
        if !isClassifier { try Self.checkSizes(y, "y", settings.name) }
        // Weights of mean 1, so that the penalties mean the same.
        let weight = weight.map { $0 / $0.mean() }
        var random = RandomState(seed: settings.randomState.orDrawn)
        let folds = try TabularFolds(
            settings, rows: rows, repeats: settings.repeats ?? (rows < 500 ? 2 : 1), classes: codes, groups: groups,
            &random)
        if let shares = weight?.doubles {
            try Check.that(
                (folds.training + [folds.judged]).allSatisfy { part in part.contains { shares[$0] > 0 } },
                "\(settings.name): too few rows have a weight above 0: some are needed to learn from and others to be "
                    + "judged by")
        }
        try settings.checkMemory(features: x.shape[1], members: folds.training.count)
        let inputs = TabularInputs(x), standard = inputs.forLine(x), seen = inputs.forNetwork(x)
        try Check.that(
            Check.isFinite(standard) && Check.isFinite(seen),
            "\(settings.name): a feature varies too much for its mean and variance to be numbers; scale it, or look "
                + "for values that stand for missing ones")
        let truth: Tensor, lines: (members: [TabularLine], all: TabularLine)
        var center = Array(repeating: 0.0, count: classes), scale = Array(repeating: 1.0, count: classes)
        if isClassifier {
            truth = Tensor(
                codes.flatMap { code in (0..<classes).map { $0 == code ? 1.0 : 0 } }, shape: [rows, classes])
            lines = try TabularLine.logistic(standard, codes, truth, weight: weight, folds)
        } else {
            let mean = (weight.map { y * $0 } ?? y).mean(axis: 0)
            let squares = square(y - mean), deviation = sqrt((weight.map { squares * $0 } ?? squares).mean(axis: 0))
            center = mean.doubles
            scale = zip(deviation.doubles, center).map { $0 <= 1e-12 * abs($1) || $0 == 0 ? 1 : $0 }
            try Check.that(
                (center + scale).allSatisfy(\.isFinite),
                "\(settings.name): y varies too much for its variance to be a number")
            truth = (y - mean) / Tensor(scale)
            lines = try TabularLine.ridge(standard, truth, weight: weight, folds)
        }
        let offsets = lines.members.map { $0(standard) }
        var plain = settings
        plain.frequencies = 0
        let kinds = settings.frequencies > 0 ? [plain, settings] : [plain]
        let learned = try kinds.enumerated().map { number, kind in
            let training = TabularTraining(
                settings: kind, folds: folds, x: seen, y: truth, offsets: offsets, weight: weight,
                isClassifier: isClassifier)
            return try training(&random) { epoch, epochs, loss in
                onEpoch?(TabularEpoch(number: number * epochs + epoch, maxEpochs: kinds.count * epochs, loss: loss))
            }
        }
        let line = folds.gathered(offsets), added = learned.map { $0.heldOut - line }
        let loss = TabularLoss(truth, weight: weight, isClassifier: isClassifier)
        let shares = TabularShares(folds, seen, kinds: kinds.count, outputs: isClassifier ? 1 : truth.shape[1]) {
            output, shares in
            let sum = zip(added, shares).reduce(line) { $0 + $1.0 * $1.1 }
            return loss.ofRows(sum.doubles, output: output)
        }
        heldOut = Self.scaled(line + shares(added, seen), isClassifier, Tensor(center), Tensor(scale))
        (self.inputs, self.line, networks) = (inputs, lines.all, learned.map(\.network))
        (self.center, self.scale, self.shares, self.isClassifier) = (center, scale, shares, isClassifier)
        (curves, epochs) = (learned.map(\.curve), learned.map(\.epoch))
    }

    /// The predicted numbers, [rows, outputs], or the probabilities of the classes, `float64`.
    ///
    /// - Parameter x: [rows, features], `float64`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let seen = inputs.forNetwork(x), added = networks.map { $0.mean(seen).cast(to: .float64) }
        return Self.scaled(
            line(inputs.forLine(x)) + shares(added, seen), isClassifier, Tensor(center), Tensor(scale))
    }

    /// Whether what a file holds fits together.
    ///
    /// - Parameter classes: how many there are; nil: targets are numbers.
    /// - Throws: ``EstimatorError`` where it does not.
    func check(classes: Int?, in name: String) throws {
        let slopes = line.slopes, features = slopes.shape.first ?? 0, outputs = slopes.shape.last ?? 0
        let fits =
            slopes.rank == 2 && slopes.dtype == .float64 && slopes.count > 0
            && line.intercept.spec == TensorSpec(shape: [outputs], dtype: .float64)
            && isClassifier == (classes != nil) && classes ?? outputs == outputs
            && inputs.fits(features: features) && !networks.isEmpty
            && networks.allSatisfy { $0.fits(features: features, outputs: outputs) }
            && shares.fits(features: features, kinds: networks.count, outputs: isClassifier ? 1 : outputs)
            && center.count == outputs && scale.count == outputs
            && heldOut.rank == 2 && heldOut.shape[1] == outputs && heldOut.dtype == .float64
        try Check.that(fits, "\(name): what was learned does not fit together; the file is damaged")
    }

    private static func scaled(_ z: Tensor, _ isClassifier: Bool, _ center: Tensor, _ scale: Tensor) -> Tensor {
        isClassifier ? softmax(z, axes: [-1]) : z * scale + center
    }
}

extension Optional<TabularLearned> {
    /// What was learned says of rows, in the type of their features: `float32`, else `float64`.
    ///
    /// - Throws: ``EstimatorError`` where nothing was, and where `x` has other features or gaps.
    func output(_ x: Tensor, in kind: String) throws -> Tensor {
        guard let self else { throw EstimatorError("\(kind): fit the model before it predicts") }
        let checked = try Check.features(x, expected: self.features, in: kind)
        return self(checked.cast(to: .float64)).cast(to: checked.dtype)
    }
}

extension TabularLearned {
    /// Numbers whose squares are 0 have no spread that could be told; beside larger ones they are as good as 0.
    fileprivate static func checkSizes(_ values: Tensor, _ what: String, _ name: String) throws {
        for (place, largest) in abs(values).max(axes: [0]).doubles.enumerated() where largest > 0 {
            try Check.that(
                largest >= 1e-150,
                "\(name): column \(place) of \(what) holds nothing larger than \(largest), too small to reckon with; give it in smaller units"
            )
        }
    }
}
