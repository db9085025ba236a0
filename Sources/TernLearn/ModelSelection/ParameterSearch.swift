import Synchronization
import TernCore

/// What a search found out about its candidates.
///
/// ```swift
/// let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() * 2
/// var search = try GridSearch(Ridge(), ["alpha": [0.1, 10]])
/// try search.fit(x, y)
/// search.results.map { $0.parameters["alpha"]! }          // [0.1, 10]
/// search.results.map(\.rank)                              // [1, 2]
/// ```
public struct SearchResult: Sendable, Codable {
    /// The hyperparameters, by name.
    public var parameters: [String: ParameterValue]
    /// The score on the test part of each split, and on the part trained on where that was wanted.
    public var testScores: [Double], trainScores: [Double]
    /// The place among all candidates, from 1 for the best; equals share the better place. Of halving searches it is
    /// that among all rounds.
    public var rank = 0
    /// Of halving searches: the round, from 0, and how much of the resource each fit got.
    public var round: Int?, resources: Int?

    /// The mean of the test scores, by which candidates are compared.
    public var meanTestScore: Double { spread(of: testScores).mean }
    /// That by which results are compared: no number is the worst.
    var rankedScore: Double { meanTestScore.isNaN ? -.infinity : meanTestScore }
    /// The standard deviation of the test scores over splits.
    public var testScoreDeviation: Double { spread(of: testScores).deviation }
}

/// A search for hyperparameters by cross-validation: ``GridSearch``, ``RandomizedSearch`` and ``HalvingSearch``. Fitted,
/// it is the best model, trained on all examples.
///
/// ```swift
/// func best(_ search: some ParameterSearch) -> [String: ParameterValue] { search.bestParameters }
/// ```
public protocol ParameterSearch: Predictor {
    /// What is searched for; a copy of it gets the candidates.
    var estimator: any Predictor { get }
    /// The candidates in their order with their scores; empty before the fit.
    var results: [SearchResult] { get }
    /// The number of the best among the results.
    var bestIndex: Int { get }
    /// The best candidate, trained on all examples; nil before the fit.
    var bestEstimator: (any Predictor)? { get }
}

extension ParameterSearch {
    /// The hyperparameters of the best candidate; empty before the fit.
    public var bestParameters: [String: ParameterValue] {
        results.indices.contains(bestIndex) ? results[bestIndex].parameters : [:]
    }
    /// The mean test score of the best candidate; NaN before the fit.
    public var bestScore: Double { results.indices.contains(bestIndex) ? results[bestIndex].meanTestScore : .nan }

    private func best() throws -> any Predictor {
        guard let bestEstimator else { throw EstimatorError("\(Self.kind): fit the search before it predicts") }
        return bestEstimator
    }

    /// The predictions of the best model.
    public func predict(_ x: Tensor) throws -> Tensor { try best().predict(x) }
    /// The probabilities of the best model.
    public func predictProba(_ x: Tensor) throws -> Tensor { try best().predictProba(x) }
    /// The sums of the best model, where it has any.
    public func decision(_ x: Tensor) throws -> Tensor? { try best().decision(x) }
    /// Whether the estimator searched for is a classifier.
    public var isClassifier: Bool { estimator.isClassifier }
    /// The labels that the best model has learned; empty before the fit and of regressors.
    public var classes: [Double] { bestEstimator?.classes ?? [] }
    /// None: a search cannot be searched for by another.
    public static var parameterNames: [String] { [] }
}

/// What all searches share: the model, the splits and the score.
struct SearchSettings: Sendable {
    var estimator: any Predictor
    var cv: (any CrossValidator)?
    var scoring: Scoring?
    var returnTrainScore: Bool
    /// Whether examples count by their weights in scores too; in scikit-learn they do not.
    var weighsScores = false

    /// Candidates scored on splits, all fits on all cores.
    func scored(
        _ candidates: [[String: ParameterValue]], _ splits: [Split], _ x: Tensor, _ y: Tensor, _ weight: Tensor?,
        _ groups: [Int]?, _ progress: (@Sendable (SearchProgress) -> Void)?, done: Int = 0, total: Int? = nil
    ) throws -> [SearchResult] {
        let count = x.shape.first ?? 0
        try Check.that(
            groups?.count ?? count == count,
            "there are \(groups?.count ?? 0) groups for \(count) examples; give each one")
        let models = try candidates.map { try estimator.with($0) }
        let fits = candidates.count * splits.count, total = total ?? fits
        let counter = ProgressCounter(done: done), isCancelled = Mutex(false)
        let kept = try FitResults<FitScores>("search")
        func fit(_ i: Int) throws -> FitScores {
            if let known = kept[i] { return known }
            // Only some of the threads know whether the task is cancelled.
            let ends = isCancelled.withLock {
                $0 = $0 || FitWork.isCancelled
                return $0
            }
            if ends { throw CancellationError() }
            var model = models[i / splits.count]
            let split = splits[i % splits.count]
            try Check.that(!split.train.isEmpty && !split.test.isEmpty, "a split leaves nothing to train or to test on")
            let (train, test) = (split.trainRows, split.testRows)
            let (trainX, trainY, trainWeight) = (x.taking(train), y.taking(train), weight.map { $0.taking(train) })
            try model.fit(
                trainX, trainY, sampleWeight: trainWeight, holdingOut: groups.map { own in split.train.map { own[$0] } }
            )
            let score = try score(model, x.taking(test), y.taking(test), weight.map { $0.taking(test) })
            let own = returnTrainScore ? try self.score(model, trainX, trainY, trainWeight) : nil
            let scores = FitScores(test: score, train: own)
            kept.finish(i, scores)
            return scores
        }
        let scores: [FitScores]
        do {
            scores = try inParallel(fits) { i in
                let found = try fit(i)
                progress?(SearchProgress(fitsDone: counter.next(), fits: total))
                return found
            }
        } catch let error as CancellationError {
            kept.keep()
            throw error
        }
        return candidates.indices.map { c in
            let own = scores[(c * splits.count)..<((c + 1) * splits.count)]
            return SearchResult(
                parameters: candidates[c], testScores: own.map(\.test), trainScores: own.compactMap(\.train))
        }
    }

    func score(_ model: any Predictor, _ x: Tensor, _ y: Tensor, _ weight: Tensor?) throws -> Double {
        try scoring.score(of: model, x, y, weighsScores ? weight : nil)
    }

    func splits(_ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ groups: [Int]?) throws -> [Split] {
        try TernLearn.splits(estimator, x, y, weight, groups, cv)
    }

    /// - Throws: ``EstimatorError`` where no mean score is a number, so that any candidate would be the best.
    static func checkScores(_ results: [SearchResult], in kind: String) throws {
        try Check.that(
            results.count < 2 || results.contains { $0.rankedScore > -.infinity },
            "\(kind): no candidate has a mean score that is a number, so that none is the best; R2 needs two examples or more in each test part, other scores what they are made of: take fewer splits, or another score"
        )
    }

    /// Gives each result its rank and tells the first of the best.
    static func ranked(_ results: inout [SearchResult]) -> Int {
        let means = results.map(\.rankedScore)
        for i in results.indices { results[i].rank = 1 + means.count { $0 > means[i] } }
        return results.firstIndex { $0.rank == 1 } ?? 0
    }
}

/// What a fit of a search scores, on the part trained on only where that was wanted.
private struct FitScores: Codable, Sendable {
    var test: Double, train: Double?
}

/// How far a search is.
///
/// ```swift
/// var search = try GridSearch(Ridge(), ["alpha": [0.1, 1]])
/// search.onProgress = { print("\($0.fitsDone) of \($0.fits)") }        // ten lines, of five splits each
/// ```
public struct SearchProgress: Sendable {
    /// How many models are trained and scored, of how many; of halving searches, of those known by now.
    public var fitsDone: Int, fits: Int
}

/// Counts on all threads.
private final class ProgressCounter: Sendable {
    private let value: Mutex<Int>
    init(done: Int) { value = Mutex(done) }
    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
