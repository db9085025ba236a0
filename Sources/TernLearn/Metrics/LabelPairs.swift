import TernCore

/// Checked pairs of true and predicted labels: of one class for each example, or of several labels, each there or not.
struct LabelPairs {
    let rows: Int
    /// How many labels examples have at once; nil: one class each.
    let labelCount: Int?
    let truth: [Double], prediction: [Double], weight: [Double]?
    /// In ascending order; of several labels at once their numbers.
    let present: [Double]
    let name: String

    /// - Parameter name: the function, for messages.
    init(_ truth: Tensor, _ prediction: Tensor, _ weight: Tensor? = nil, in name: String) throws {
        func columns(_ t: Tensor) -> Int { t.rank == 2 ? t.shape[1] : 1 }
        try Check.that(
            truth.rank >= 1 && truth.rank <= 2 && prediction.rank >= 1 && prediction.rank <= 2
                && truth.shape[0] == prediction.shape[0] && columns(truth) == columns(prediction) && truth.count > 0,
            "\(name): true labels of shape \(truth.shape) and predicted ones of shape \(prediction.shape) do not fit")
        self.truth = truth.doubles
        self.prediction = prediction.doubles
        self.name = name
        rows = truth.shape[0]
        labelCount = columns(truth) > 1 ? columns(truth) : nil
        self.weight = try Self.checked(weight, rows: rows, in: name)
        if let labelCount {
            try Check.that(
                (self.truth + self.prediction).allSatisfy { $0 == 0 || $0 == 1 },
                "\(name): labels of shape \(truth.shape) must be 0 or 1, whether each is there")
            present = (0..<labelCount).map(Double.init)
        } else {
            try Check.that(
                EncodedLabels.areDiscrete(self.truth) && EncodedLabels.areDiscrete(self.prediction),
                "\(name): labels must be whole numbers; predicted ones are classes, not probabilities")
            present = Set(self.truth + self.prediction).sorted()
        }
    }

    static func checked(_ weight: Tensor?, rows: Int, in name: String) throws -> [Double]? {
        guard let weight else { return nil }
        try Check.that(
            weight.count == rows,
            "\(name): sampleWeight has the shape \(weight.shape); it must be [\(rows)], one for each example")
        try Check.that(Check.isFinite(weight), "\(name): sampleWeight must be finite")
        let values = weight.doubles
        try Check.that(values.contains { $0 != 0 }, "\(name): sampleWeight is 0 for all examples; none counts")
        return values
    }

    var isMultilabel: Bool { labelCount != nil }
    /// Two classes at most.
    var isBinary: Bool { !isMultilabel && present.count <= 2 }
    func weight(_ row: Int) -> Double { weight?[row] ?? 1 }
    var totalWeight: Double { weight.map { $0.reduce(0, +) } ?? Double(rows) }

    /// The weighted mean over examples.
    func mean(_ value: (Int) -> Double) -> Double { weightedMean((0..<rows).map(value), weight) }

    /// Whether all labels of an example are right.
    func isRight(_ row: Int) -> Bool {
        guard let labelCount else { return truth[row] == prediction[row] }
        return (row * labelCount..<(row + 1) * labelCount).allSatisfy { truth[$0] == prediction[$0] }
    }

    func checkSingle() throws {
        try Check.that(!isMultilabel, "\(name): it takes one class for each example, not several labels at once")
    }

    /// Of each label (or example), the weights of those that are rightly found, wrongly found and missed.
    struct Counts {
        var right: [Double], found: [Double], there: [Double]
    }

    /// The labels that count: of several at once those that there are.
    private func checked(_ labels: [Double]?) throws -> [Double] {
        guard let labels, let labelCount else { return labels ?? present }
        try Check.that(
            labels.allSatisfy { $0 >= 0 && $0 < Double(labelCount) && $0 == $0.rounded() },
            "\(name): labels are \(labels); of \(labelCount) labels at once they are numbers from 0 to \(labelCount - 1)"
        )
        return labels
    }

    /// - Parameter labels: which, in their order; nil: all that are present.
    func counts(labels: [Double]?) throws -> Counts {
        let labels = try checked(labels)
        var counts = Counts(
            right: labels.map { _ in 0 }, found: labels.map { _ in 0 }, there: labels.map { _ in 0 })
        let places = Dictionary(labels.enumerated().map { ($1, $0) }) { first, _ in first }
        for row in 0..<rows {
            let w = weight(row)
            if let labelCount {
                for (k, label) in labels.enumerated() {
                    let i = row * labelCount + Int(label), there = truth[i] == 1, found = prediction[i] == 1
                    if there { counts.there[k] += w }
                    if found { counts.found[k] += w }
                    if there && found { counts.right[k] += w }
                }
            } else {
                if let k = places[truth[row]] { counts.there[k] += w }
                if let k = places[prediction[row]] { counts.found[k] += w }
                if truth[row] == prediction[row], let k = places[truth[row]] { counts.right[k] += w }
            }
        }
        return counts
    }

    /// The counts of which an average is made: of each label, of all together, or of each example.
    func counts(labels: [Double]?, for average: Average) throws -> Counts {
        if average == .samples { return try countsByExample(labels: labels) }
        let counts = try counts(labels: labels)
        if average != .micro { return counts }
        return Counts(
            right: [counts.right.reduce(0, +)], found: [counts.found.reduce(0, +)], there: [counts.there.reduce(0, +)])
    }

    /// The counts of each example, over the labels.
    func countsByExample(labels: [Double]?) throws -> Counts {
        guard let labelCount else {
            throw EstimatorError("\(name): averages of .samples need several labels at once, [examples, labels]")
        }
        let columns = try checked(labels).map { Int($0) }
        var counts = Counts(right: [], found: [], there: [])
        for row in 0..<rows {
            let both = columns.map { (truth[row * labelCount + $0] == 1, prediction[row * labelCount + $0] == 1) }
            counts.there.append(Double(both.count { $0.0 }))
            counts.found.append(Double(both.count { $0.1 }))
            counts.right.append(Double(both.count { $0.0 && $0.1 }))
        }
        return counts
    }
}

/// How scores of several labels become one number: scikit-learn's `average`.
///
/// ```swift
/// let truth = Tensor([0, 1, 2, 0, 1, 2]), found = Tensor([0, 2, 1, 0, 0, 1])
/// try f1Score(truth, found, average: .macro)      // 0.26666667
/// try f1Score(truth, found, average: .micro)      // 0.33333333
/// ```
public enum Average: String, Sendable, Codable, CaseIterable {
    /// Of the positive label alone, where there are two.
    case binary
    /// Of all labels' counts together.
    case micro
    /// The mean over labels.
    case macro
    /// The mean over labels, weighted by how often each is true.
    case weighted
    /// The mean over examples, each with several labels at once.
    case samples
}
