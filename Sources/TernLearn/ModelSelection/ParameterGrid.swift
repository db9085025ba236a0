import Foundation
import TernCore

/// All combinations of hyperparameters, in scikit-learn's order: the last name in alphabetical order changes fastest.
///
/// ```swift
/// let grid = try ParameterGrid(["alpha": [0.1, 1], "fitIntercept": [true, false]])
/// grid.candidates.count                               // 4
/// grid.candidates[1]["fitIntercept"]!                 // false
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.ParameterGrid`.
public struct ParameterGrid: Sendable {
    /// The combinations, by name.
    public let candidates: [[String: ParameterValue]]

    /// The combinations of one grid.
    ///
    /// - Throws: ``EstimatorError`` where a parameter has no value, or there are more combinations than memory holds.
    public init(_ values: [String: [ParameterValue]]) throws { try self.init([values]) }

    /// Those of several grids, one after the other.
    ///
    /// - Throws: ``EstimatorError`` where a parameter has no value, or there are more combinations than memory holds.
    public init(_ grids: [[String: [ParameterValue]]]) throws {
        candidates = try grids.flatMap { grid in
            let combinations = try Combinations(of: grid, in: "ParameterGrid")
            try Combinations.checkMemory(combinations.count, parameters: grid.count, in: "ParameterGrid")
            return (0..<combinations.count!).map { combinations[$0] }
        }
    }
}

/// The combinations of lists of values, each made when its number asks for it: there may be more than memory holds.
private struct Combinations {
    private let lists: [(name: String, values: [ParameterValue])]
    /// nil: more than can be counted.
    let count: Int?

    init(of values: [String: [ParameterValue]], in name: String) throws {
        lists = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        for (parameter, values) in lists {
            try Check.that(!values.isEmpty, "\(name): \(parameter) has no values; give one at least")
        }
        count = checkedProduct(lists.map(\.values.count))
    }

    /// The last name in alphabetical order changes fastest.
    subscript(number: Int) -> [String: ParameterValue] {
        var rest = number, candidate: [String: ParameterValue] = [:]
        for (parameter, values) in lists.reversed() {
            candidate[parameter] = values[rest % values.count]
            rest /= values.count
        }
        return candidate
    }

    /// - Throws: ``EstimatorError`` where memory does not hold so many candidates at once.
    static func checkMemory(_ count: Int?, parameters: Int, in name: String) throws {
        // A dictionary, and for each parameter its name and its value.
        let bytes = count.flatMap { checkedProduct([$0, 64 + 64 * parameters]) }
        if let complaint = MachineMemory.complaint(about: bytes) {
            let number = count.map { "\($0)" } ?? "more than 2^63"
            throw EstimatorError(
                "\(name): \(number) candidates of \(parameters) parameters are too many: \(complaint); take fewer"
            )
        }
    }
}

/// What the values of a hyperparameter are drawn from, as SciPy draws them.
///
/// ```swift
/// let sampler = ParameterSampler(["alpha": .logUniform(1e-3...10)], count: 2, randomState: 0)
/// try sampler.candidates().map { $0["alpha"]!.number! }           // [0.156767, 0.725701], about
/// ```
public enum ParameterDistribution: Sendable, Equatable, Codable {
    /// One of these, each as likely.
    case values([ParameterValue])
    /// Numbers within bounds, each as likely: `scipy.stats.uniform(low, high - low)`.
    case uniform(ClosedRange<Double>)
    /// Numbers within bounds, whose logarithms are each as likely: `scipy.stats.loguniform(low, high)`.
    case logUniform(ClosedRange<Double>)
    /// Whole numbers, each as likely: `scipy.stats.randint(low, high)`.
    case integers(Range<Int>)

    func draw(_ random: inout RandomState) -> ParameterValue {
        switch self {
        case .values(let values): return values[random.integer(in: 0..<values.count)]
        case .uniform(let bounds):
            return .number(random.random() * (bounds.upperBound - bounds.lowerBound) + bounds.lowerBound)
        case .logUniform(let bounds):
            let low = Foundation.log(bounds.lowerBound), high = Foundation.log(bounds.upperBound)
            return .number(Foundation.exp(low + random.random() * (high - low)))
        case .integers(let range): return .integer(random.integer(in: range))
        }
    }
}

/// Hyperparameters drawn at random, the same as scikit-learn's for a seed.
///
/// ```swift
/// let sampler = ParameterSampler(["alpha": .values([1, 2, 3])], count: 2, randomState: 0)
/// try sampler.candidates().count                                  // 2, different ones
/// ```
///
/// Where all parameters have lists of values, no combination is drawn twice, and there are at most as many as there are.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.ParameterSampler`.
public struct ParameterSampler: Sendable {
    /// By name, what values are drawn from.
    public var distributions: [String: ParameterDistribution]
    /// How many combinations are drawn.
    public var count: Int
    /// The seed; nil draws one from the system.
    public var randomState: UInt32?

    /// A sampler; it is checked when it draws.
    public init(_ distributions: [String: ParameterDistribution], count: Int, randomState: UInt32? = nil) {
        self.distributions = distributions
        self.count = count
        self.randomState = randomState
    }

    /// The combinations.
    ///
    /// - Throws: ``EstimatorError`` where a parameter has no value, there is nothing to draw, or too much for memory.
    public func candidates() throws -> [[String: ParameterValue]] {
        try Check.that(count >= 1, "ParameterSampler: count is \(count); it must be at least 1")
        var lists: [String: [ParameterValue]] = [:]
        for (name, distribution) in distributions {
            switch distribution {
            case .values(let values): lists[name] = values
            case .logUniform(let bounds):
                try Check.that(
                    bounds.lowerBound > 0,
                    "ParameterSampler: \(name) has bounds from \(bounds.lowerBound) on; logarithms need them above 0")
            case .integers(let range):
                try Check.that(!range.isEmpty, "ParameterSampler: \(name) has no values; give one at least")
            case .uniform: break
            }
        }
        let combinations = try Combinations(of: lists, in: "ParameterSampler")
        var random = RandomState(seed: randomState.orDrawn)
        if lists.count == distributions.count {
            guard let all = combinations.count else {
                throw EstimatorError(
                    "ParameterSampler: the lists have more than 2^63 combinations; give fewer values, or ranges")
            }
            let drawn = min(count, all)
            try Combinations.checkMemory(drawn, parameters: lists.count, in: "ParameterSampler")
            return Self.distinct(all, count: drawn, &random).map { combinations[$0] }
        }
        try Combinations.checkMemory(count, parameters: distributions.count, in: "ParameterSampler")
        let sorted = distributions.sorted { $0.key < $1.key }
        return (0..<count).map { _ in
            var candidate: [String: ParameterValue] = [:]
            for (name, distribution) in sorted { candidate[name] = distribution.draw(&random) }
            return candidate
        }
    }

    /// Different numbers below n, as scikit-learn's `sample_without_replacement` draws them.
    static func distinct(_ n: Int, count: Int, _ random: inout RandomState) -> [Int] {
        let share = Double(count) / Double(max(1, n))
        if share > 0.01, share < 0.99 { return Array(random.permutation(n).prefix(count)) }
        if share < 0.2 {
            var seen: Set<Int> = [], drawn: [Int] = []
            while drawn.count < count {
                let j = random.integer(in: 0..<n)
                if seen.insert(j).inserted { drawn.append(j) }
            }
            return drawn
        }
        var drawn = Array(0..<count)
        for i in count..<max(count, n) {
            let j = random.integer(in: 0..<(i + 1))
            if j < count { drawn[j] = i }
        }
        return drawn
    }
}
