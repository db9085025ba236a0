import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Many candidates with few examples, then the better ones with more: a search in rounds, on all cores.
///
/// ```swift
/// let x = Tensor((0..<60).map { Double($0 % 11) }, shape: [60, 1]), y = square(x).flattened()
/// var search = try HalvingSearch(
///     Pipeline(PolynomialFeatures(), Ridge()), ["polynomialfeatures__degree": [1, 2, 3]], randomState: 0)
/// try search.fit(x, y)
/// search.candidateCounts                                      // [3, 1]
/// search.resourceCounts                                       // [20, 60]
/// ```
///
/// Each round keeps a part of 1 / ``factor`` of the candidates and gives them ``factor`` times as much.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.HalvingGridSearchCV` and `HalvingRandomSearchCV`; Jamieson and
/// Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.
public struct HalvingSearch: ParameterSearch {
    /// What each fit of the first round gets.
    ///
    /// ```swift
    /// let least: HalvingSearch.Least = .count(20)
    /// ```
    public enum Least: Sendable, Codable, Equatable {
        /// So much that the last round gets all there is.
        case exhaust
        /// Of examples two for each split, of classifiers for each class too; of a parameter 1.
        case smallest
        /// This much.
        case count(Int)
    }

    /// What is searched for.
    public var estimator: any Predictor { search.settings.estimator }
    /// The candidates of the first round; nil where they are drawn.
    public let candidates: [[String: ParameterValue]]?
    /// What candidates are drawn from, by name; nil where they are given.
    public let distributions: [String: ParameterDistribution]?
    /// How many are drawn; nil: as many as can be told apart with all there is.
    public let count: Int?
    /// How many times fewer candidates each round has, and how many times more each gets; by default 3.
    public let factor: Double
    /// A whole hyperparameter that grows from round to round; nil, by default: the number of examples.
    public let resource: String?
    /// How much each fit gets at most; nil: all examples, of which it cannot be more. A parameter needs it.
    public let maxResources: Int?
    /// How much each fit of the first round gets.
    public let minResources: Least
    /// Whether all rounds take place though there is too little: the first ones all get the least. By default false.
    public let aggressiveElimination: Bool
    /// The seed of draws and of parts of the examples; nil draws one from the system.
    public let randomState: UInt32?
    /// Called after each fit, on any thread, for progress bars; by default nil.
    public var onProgress: (@Sendable (SearchProgress) -> Void)?

    /// The scores of all rounds, one round after the other, scikit-learn's `cv_results_`; empty before the fit.
    public var results: [SearchResult] { search.results }
    /// The number of the best result of the last round, the first among equals; 0 before the fit.
    public var bestIndex: Int { search.bestIndex }
    /// The best candidate of the last round, trained on all examples; nil before the fit.
    public var bestEstimator: (any Predictor)? { search.best }
    /// How many candidates each round had, and how much each fit got.
    public private(set) var candidateCounts: [Int] = [], resourceCounts: [Int] = []
    private var search: SearchRecord

    /// A search of all combinations of values. Other parameters as in ``GridSearch``.
    ///
    /// - Throws: ``EstimatorError`` where a parameter has no values.
    public init(
        _ estimator: any Predictor, _ grid: [String: [ParameterValue]], factor: Double = 3, resource: String? = nil,
        maxResources: Int? = nil, minResources: Least = .exhaust, aggressiveElimination: Bool = false,
        cv: (any CrossValidator)? = nil, scoring: Scoring? = nil, returnTrainScore: Bool = true,
        randomState: UInt32? = nil
    ) throws {
        candidates = try ParameterGrid(grid).candidates
        (distributions, count) = (nil, nil)
        (self.factor, self.resource, self.maxResources) = (factor, resource, maxResources)
        (self.minResources, self.aggressiveElimination) = (minResources, aggressiveElimination)
        self.randomState = randomState
        search = SearchRecord(
            SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore))
    }

    /// A search of candidates drawn at random. Other parameters as in ``GridSearch``.
    ///
    /// - Parameter count: how many are drawn; nil: as many as can be told apart with all there is.
    public init(
        _ estimator: any Predictor, distributions: [String: ParameterDistribution], count: Int? = nil,
        factor: Double = 3, resource: String? = nil, maxResources: Int? = nil, minResources: Least = .smallest,
        aggressiveElimination: Bool = false, cv: (any CrossValidator)? = nil, scoring: Scoring? = nil,
        returnTrainScore: Bool = true, randomState: UInt32? = nil
    ) {
        candidates = nil
        (self.distributions, self.count) = (distributions, count)
        (self.factor, self.resource, self.maxResources) = (factor, resource, maxResources)
        (self.minResources, self.aggressiveElimination) = (minResources, aggressiveElimination)
        self.randomState = randomState
        search = SearchRecord(
            SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore))
    }

    /// ``fit(_:_:sampleWeight:groups:)`` without groups.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Goes through the rounds, and trains the best of the last on all examples.
    ///
    /// - Parameter groups: what each example belongs to, for splitters that heed it and for ``TabularRegressor`` and
    ///   ``TabularClassifier``, which hold out whole groups.
    /// - Throws: ``EstimatorError`` where there is too little for a round, ``maxResources`` is more than there is, or no
    ///   candidate of a round has a mean score that is a number; what splits, fits and scores throw.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws {
        try wholly { try $0.goThroughRounds(x, y, sampleWeight, groups) }
    }

    private mutating func goThroughRounds(
        _ x: Tensor, _ y: Tensor, _ sampleWeight: Tensor?, _ groups: [Int]?
    ) throws {
        let name = Self.kind, examples = x.shape.first ?? 0
        let seed = randomState.orDrawn
        try Check.that(factor > 1, "\(name): factor is \(factor); it must be above 1")
        let splits = try search.settings.splits(x, y, sampleWeight, groups)
        var least = resource == nil ? 2 * splits.count * (isClassifier ? Set(y.doubles).count : 1) : 1
        if case .count(let n) = minResources { least = n }
        guard let most = maxResources ?? (resource == nil ? examples : nil) else {
            throw EstimatorError("\(name): maxResources is missing; \(resource!) needs one")
        }
        try Check.that(
            least >= 1 && least <= most,
            "\(name): the first round would get \(least) and the last \(most); give minResources from 1 to \(most)")
        try Check.that(
            resource != nil || most <= examples,
            "\(name): maxResources is \(most), but there are \(examples) examples; give no more, or nil for all")
        var candidates = try candidates ?? drawn(count ?? most / least, seed)
        try Check.that(!candidates.isEmpty, "\(name): there are no candidates to search among")
        if let resource {
            try Check.that(
                !candidates.contains { $0[resource] != nil },
                "\(name): \(resource) is searched for and cannot be the resource")
        }
        let needed = 1 + Int((log(Double(candidates.count)) / log(factor)).rounded(.down))
        if minResources == .exhaust {
            least = max(least, Int((Double(most) / pow(factor, Double(needed - 1))).rounded(.down)))
        }
        let possible = 1 + Int((log(Double(most / least)) / log(factor)).rounded(.down))
        let rounds = aggressiveElimination ? needed : min(possible, needed)
        (search.results, candidateCounts, resourceCounts) = ([], [], [])
        var done = 0
        for round in 0..<rounds {
            let power = aggressiveElimination ? max(0, round - needed + possible) : round
            let amount = min(Int(pow(factor, Double(power)) * Double(least)), most)
            candidateCounts.append(candidates.count)
            resourceCounts.append(amount)
            var parts = splits
            if let resource {
                for i in candidates.indices { candidates[i][resource] = .integer(amount) }
            } else {
                let share = Double(amount) / Double(examples)
                func some(_ rows: [Int]) -> [Int] {
                    var random = RandomState(seed: seed), order = Array(rows.indices)
                    random.shuffle(&order)
                    return order.prefix(Int(share * Double(rows.count))).map { rows[$0] }
                }
                parts = splits.map { Split(train: some($0.train), test: some($0.test)) }
            }
            var scored = try search.settings.scored(
                candidates, parts, x, y, sampleWeight, groups, onProgress, done: done,
                total: done + candidates.count * parts.count)
            done += candidates.count * parts.count
            try SearchSettings.checkScores(scored, in: name)
            for i in scored.indices { (scored[i].round, scored[i].resources) = (round, amount) }
            let kept = Int((Double(candidates.count) / factor).rounded(.up))
            let order = scored.indices.sorted { (scored[$0].rankedScore, $0) < (scored[$1].rankedScore, $1) }
            candidates = order.suffix(kept).map { candidates[$0] }
            search.results += scored
        }
        _ = SearchSettings.ranked(&search.results)
        let last = results.indices.filter { results[$0].round == rounds - 1 }
        search.bestIndex = last.max { (results[$0].rankedScore, -$0) < (results[$1].rankedScore, -$1) } ?? 0
        var best = try estimator.with(bestParameters)
        try best.fit(x, y, sampleWeight: sampleWeight, holdingOut: groups)
        search.best = best
    }

    private func drawn(_ count: Int, _ seed: UInt32) throws -> [[String: ParameterValue]] {
        try ParameterSampler(distributions ?? [:], count: count, randomState: seed).candidates()
    }

    /// The score by which candidates were compared, of the best model.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try search.score(x, y, sampleWeight, Self.kind)
    }

    /// All but `onProgress`, which is nil in what is read.
    private enum CodingKeys: String, CodingKey {
        case candidates, distributions, count, factor, resource, maxResources, minResources, aggressiveElimination
        case randomState, candidateCounts, resourceCounts, search
    }
}
