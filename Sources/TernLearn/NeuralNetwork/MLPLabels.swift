import TernCore

/// Labels as they are given to ``MLPClassifier``, with what they are.
enum MLPLabels {
    /// One integer of each example.
    case numbers([Double])
    /// 0 or 1 in a column for each label, [examples, labels].
    case indicators(Tensor)
    /// One text of each example.
    case texts([String])

    /// - Throws: ``EstimatorError`` where values are no labels.
    init(_ y: Tensor, in estimator: String) throws {
        try Check.that(
            (y.rank == 1 || y.rank == 2) && y.count > 0,
            "\(estimator): y has the shape \(y.shape); it must be [examples] or [examples, labels]")
        let values = y.doubles
        if y.rank == 2 && y.shape[1] > 1 {
            try Check.that(
                values.allSatisfy { $0 == 0 || $0 == 1 },
                "\(estimator): y has \(y.shape[1]) columns, so each says by 0 or 1 whether an example has a label; "
                    + "fit one model for each target of several classes")
            self = .indicators(y)
        } else {
            if let row = values.firstIndex(where: { $0 != $0.rounded() || !$0.isFinite }) {
                throw EstimatorError(
                    "\(estimator): y contains \(values[row]) at row \(row); classes are integers or texts. "
                        + "For numbers use MLPRegressor")
            }
            try MLPClasses.numbers(Set(values).sorted()).check(in: estimator)
            self = .numbers(values)
        }
    }

    var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .indicators(let y): y.shape[0]
        case .texts(let texts): texts.count
        }
    }

    /// The classes that occur.
    var classes: MLPClasses {
        switch self {
        case .numbers(let values): .numbers(Set(values).sorted())
        case .indicators(let y): .columns(y.shape[1])
        case .texts(let texts): .texts(inOrder(texts))
        }
    }
}

/// The classes that a network tells apart, in ascending order.
enum MLPClasses: Equatable, Sendable, Codable {
    case numbers([Double])
    case columns(Int)
    case texts([String])

    var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .columns(let count): count
        case .texts(let texts): texts.count
        }
    }

    /// One output for each column or for each of three classes and more, one for two, and for one.
    var outputCount: Int {
        if case .columns(let count) = self { return count }
        return count > 2 ? count : 1
    }

    var output: MLPOutput {
        if case .columns = self { return .logistic }
        return count > 2 ? .softmax : .logistic
    }

    /// Whether each stands for one thing alone, in ascending order: integers beyond 2⁵³ do not in double precision.
    ///
    /// - Throws: ``EstimatorError`` that says what does not.
    func check(in estimator: String) throws {
        switch self {
        case .numbers(let values):
            if let wrong = values.first(where: { !($0 == $0.rounded() && abs($0) <= 0x1p53) }) {
                throw EstimatorError(
                    "\(estimator): \(wrong) is no class; classes are integers up to 2^53, or texts: number them")
            }
            try Check.that(values.isRising, "\(estimator): the classes \(values) do not rise")
        case .columns(let count): try Check.that(count > 0, "\(estimator): there are \(count) labels")
        case .texts(let texts):
            try Check.that(inOrder(texts) == texts, "\(estimator): the classes \(texts) do not rise")
        }
    }

    /// What people read in messages.
    var names: [String] {
        switch self {
        case .numbers(let values): values.map(EncodedLabels.text)
        case .columns(let count): (0..<count).map(String.init)
        case .texts(let texts): texts
        }
    }

    /// Whether the classes are of the same kind and all among the others.
    func isSubset(of other: MLPClasses) -> Bool {
        switch (self, other) {
        case (.numbers(let a), .numbers(let b)): Set(a).isSubset(of: b)
        case (.columns(let a), .columns(let b)): a == b
        case (.texts(let a), .texts(let b)): Set(a).isSubset(of: b)
        default: false
        }
    }

    /// What the outputs are to be, 0 or 1, [examples, outputs]; nil where a label is not among the classes.
    func encoded(_ labels: MLPLabels, as dtype: DType) -> Tensor? {
        let places: [Int?]
        switch (self, labels) {
        case (.columns(let count), .indicators(let y)): return y.shape[1] == count ? y.cast(to: dtype) : nil
        case (.numbers(let classes), .numbers(let values)): places = Self.places(of: values, in: classes)
        case (.texts(let classes), .texts(let values)): places = Self.places(of: values, in: classes)
        default: return nil
        }
        let outputs = outputCount
        var values = [Double](repeating: 0, count: places.count * outputs)
        for (row, place) in places.enumerated() {
            guard let place else { return nil }
            if outputs > 1 { values[row * outputs + place] = 1 } else { values[row] = Double(place) }
        }
        return Tensor(values, shape: [places.count, outputs]).cast(to: dtype)
    }

    private static func places<Label: Hashable>(of labels: [Label], in classes: [Label]) -> [Int?] {
        let places = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
        return labels.map { places[$0] }
    }

    /// The number of the class that each row of outputs stands for; of columns 0 or 1 for each.
    func decoded(_ outputs: Tensor) -> [Int] {
        if case .columns = self { return outputs.doubles.map { $0 > 0.5 ? 1 : 0 } }
        if count == 1 { return [Int](repeating: 0, count: outputs.shape[0]) }
        return outputCount == 1
            ? outputs.doubles.map { $0 > 0.5 ? 1 : 0 } : outputs.argmax(axis: 1).doubles.map { Int($0) }
    }
}

/// Texts that differ in ascending order of their code points, as Python orders them.
func inOrder(_ texts: [String]) -> [String] {
    Set(texts).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
}

/// The share of examples all of whose labels are equal.
func accuracy(_ truth: [Double], _ prediction: [Double], of examples: Int, weight: [Double]?) -> Double {
    let width = truth.count / max(1, examples)
    var right = 0.0, total = 0.0
    for i in 0..<examples {
        let share = weight?[i] ?? 1, row = i * width..<(i + 1) * width
        total += share
        if row.allSatisfy({ truth[$0] == prediction[$0] }) { right += share }
    }
    return right / total
}
