// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnModelSelection = [
    Example("TernLearn/ModelSelection/BlockedKFold: BlockedKFold", BlockedKFold_BlockedKFold),
    Example("TernLearn/ModelSelection/BlockedKFold: BufferedSplit", BlockedKFold_BufferedSplit),
    Example("TernLearn/ModelSelection/CrossValidationScores: CrossValidationScores", CrossValidationScores_CrossValidationScores),
    Example("TernLearn/ModelSelection/CrossValidationScores: crossValidate", CrossValidationScores_crossValidate),
    Example("TernLearn/ModelSelection/CrossValidationScores: PredictionMethod", CrossValidationScores_PredictionMethod),
    Example("TernLearn/ModelSelection/CrossValidationScores: crossValPredict", CrossValidationScores_crossValPredict),
    Example("TernLearn/ModelSelection/CrossValidator: Split", CrossValidator_Split),
    Example("TernLearn/ModelSelection/CrossValidator: CrossValidator", CrossValidator_CrossValidator),
    Example("TernLearn/ModelSelection/CrossValidator: groupNumbers", CrossValidator_groupNumbers),
    Example("TernLearn/ModelSelection/GridSearch: GridSearch", GridSearch_GridSearch),
    Example("TernLearn/ModelSelection/GridSearch: RandomizedSearch", GridSearch_RandomizedSearch),
    Example("TernLearn/ModelSelection/HalvingSearch: HalvingSearch", HalvingSearch_HalvingSearch),
    Example("TernLearn/ModelSelection/HalvingSearch: Least", HalvingSearch_Least),
    Example("TernLearn/ModelSelection/KFold: KFold", KFold_KFold),
    Example("TernLearn/ModelSelection/KFold: StratifiedKFold", KFold_StratifiedKFold),
    Example("TernLearn/ModelSelection/KFold: GroupKFold", KFold_GroupKFold),
    Example("TernLearn/ModelSelection/LearningCurve: ScoreCurve", LearningCurve_ScoreCurve),
    Example("TernLearn/ModelSelection/LearningCurve: learningCurve", LearningCurve_learningCurve),
    Example("TernLearn/ModelSelection/LearningCurve: validationCurve", LearningCurve_validationCurve),
    Example("TernLearn/ModelSelection/ParameterGrid: ParameterGrid", ParameterGrid_ParameterGrid),
    Example("TernLearn/ModelSelection/ParameterGrid: ParameterDistribution", ParameterGrid_ParameterDistribution),
    Example("TernLearn/ModelSelection/ParameterGrid: ParameterSampler", ParameterGrid_ParameterSampler),
    Example("TernLearn/ModelSelection/ParameterSearch: SearchResult", ParameterSearch_SearchResult),
    Example("TernLearn/ModelSelection/ParameterSearch: ParameterSearch", ParameterSearch_ParameterSearch),
    Example("TernLearn/ModelSelection/ParameterSearch: SearchProgress", ParameterSearch_SearchProgress),
    Example("TernLearn/ModelSelection/Scores+Description: description", Scores_Description_description),
    Example("TernLearn/ModelSelection/Scoring: Scoring", Scoring_Scoring),
    Example("TernLearn/ModelSelection/ShuffleSplit: ShuffleSplit", ShuffleSplit_ShuffleSplit),
    Example("TernLearn/ModelSelection/ShuffleSplit: StratifiedShuffleSplit", ShuffleSplit_StratifiedShuffleSplit),
    Example("TernLearn/ModelSelection/TimeSeriesSplit: TimeSeriesSplit", TimeSeriesSplit_TimeSeriesSplit),
    Example("TernLearn/ModelSelection/TrainTestSplit: SplitSize", TrainTestSplit_SplitSize),
    Example("TernLearn/ModelSelection/TrainTestSplit: trainTestSplit", TrainTestSplit_trainTestSplit),
]

private func BlockedKFold_BlockedKFold() async throws {
    let cv = BlockedKFold(nSplits: 2, blockLength: 2, buffer: 1)
    _ = cv
    let splits = try cv.splits(count: 8)
    _ = splits
    check("[0, 1, 4, 5]: every second block", splits[0].test)
    check("[7]: the neighbours of tested blocks are left out", splits[0].train)
    check("[5, 6, 7]", try BlockedKFold(nSplits: 2, buffer: 1).splits(count: 8)[0].train)
}

private func BlockedKFold_BufferedSplit() async throws {
    let days = Tensor([0.0, 1, 2, 10, 11, 12])
    _ = days
    let cv = BufferedSplit(KFold(nSplits: 3), positions: days, distance: 1.5)
    _ = cv
    check("[[3, 4, 5], [0, 5], [0, 1, 2]]", try cv.splits(count: 6).map(\.train))
}

private func CrossValidationScores_CrossValidationScores() async throws {
    let x = Tensor((0..<12).map(Double.init), shape: [12, 1]), y = x.flattened() * 2
    _ = x
    _ = y
    let result = try crossValidate(LinearRegression(), x, y, cv: KFold(nSplits: 3))
    _ = result
    check("[1.0, 1.0, 1.0], up to rounding", result.testScores["score"]!)
    check("3", result.models.count)
}

private func CrossValidationScores_crossValidate() async throws {
    let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() + 1
    _ = x
    _ = y
    let scores = try crossValidate(Ridge(), x, y, scoring: [.r2, .negMeanSquaredError]).testScores
    _ = scores
    check("5", scores["r2"]!.count)
}

private func CrossValidationScores_PredictionMethod() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 1, 0, 1])
    _ = x
    _ = y
    check("[4]", try crossValPredict(LinearRegression(), x, y, cv: KFold(nSplits: 2), method: .predict).shape)
}

private func CrossValidationScores_crossValPredict() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
    _ = x
    _ = y
    check("[1, 3, 5, 7], up to rounding", try crossValPredict(LinearRegression(), x, y, cv: KFold(nSplits: 2)))
}

private func CrossValidator_Split() async throws {
    use(try KFold(nSplits: 2).splits(count: 4)[0])
}

private func CrossValidator_CrossValidator() async throws {
    let labels = Tensor([0, 0, 0, 1, 1, 1])
    _ = labels
    for cv in [KFold(nSplits: 3), StratifiedKFold(nSplits: 3)] as [any CrossValidator] {
        print(try cv.splits(count: 6, labels: labels).map(\.test))
    }       // [[0, 1], [2, 3], [4, 5]], then [[0, 3], [1, 4], [2, 5]]
}

private func CrossValidator_groupNumbers() async throws {
    check("[1, 0, 1]", groupNumbers(of: ["Kiel", "Bergen", "Kiel"]))
}

private func GridSearch_GridSearch() async throws {
    let x = Tensor((0..<30).map { Double($0 % 11) }, shape: [30, 1]), y = square(x).flattened()
    _ = x
    _ = y
    var search = try GridSearch(
        Pipeline(PolynomialFeatures(), Ridge()), ["polynomialfeatures__degree": [1, 2], "ridge__alpha": [1e-3, 1]])
    _ = search
    use(try search.fit(x, y))
    check("2", search.bestParameters["polynomialfeatures__degree"]!)
    check("[1]", try search.predict(Tensor([[4.0]])).shape)
}

private func GridSearch_RandomizedSearch() async throws {
    let x = Tensor((0..<30).map { Double($0 % 11) }, shape: [30, 1]), y = x.flattened() * 3
    _ = x
    _ = y
    var search = RandomizedSearch(Ridge(), ["alpha": .logUniform(1e-3...100)], count: 5, randomState: 0)
    _ = search
    use(try search.fit(x, y))
    check("5", search.results.count)
}

private func HalvingSearch_HalvingSearch() async throws {
    let x = Tensor((0..<60).map { Double($0 % 11) }, shape: [60, 1]), y = square(x).flattened()
    _ = x
    _ = y
    var search = try HalvingSearch(
        Pipeline(PolynomialFeatures(), Ridge()), ["polynomialfeatures__degree": [1, 2, 3]], randomState: 0)
    _ = search
    use(try search.fit(x, y))
    check("[3, 1]", search.candidateCounts)
    check("[20, 60]", search.resourceCounts)
}

private func HalvingSearch_Least() async throws {
    let least: HalvingSearch.Least = .count(20)
    _ = least
}

private func KFold_KFold() async throws {
    check("[[0, 1, 2], [3, 4], [5, 6]]", try KFold(nSplits: 3).splits(count: 7).map(\.test))
}

private func KFold_StratifiedKFold() async throws {
    let labels = Tensor([0, 0, 0, 0, 1, 1])
    _ = labels
    check("[[0, 1, 4], [2, 3, 5]]", try StratifiedKFold(nSplits: 2).splits(count: 6, labels: labels).map(\.test))
}

private func KFold_GroupKFold() async throws {
    let stations = groupNumbers(of: ["Kiel", "Kiel", "Bergen", "Oslo"])
    _ = stations
    check("[[0, 1], [2, 3]]", try GroupKFold(nSplits: 2).splits(count: 4, groups: stations).map(\.test))
}

private func LearningCurve_ScoreCurve() async throws {
    let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = x.flattened() * 2
    _ = x
    _ = y
    let curve = try validationCurve(Ridge(), x, y, parameter: "alpha", values: [0.1, 10])
    _ = curve
    check("[2, 5]: of each value, on each split", curve.testScores.shape)
}

private func LearningCurve_learningCurve() async throws {
    let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = square(x).flattened()
    _ = x
    _ = y
    let curve = try learningCurve(Ridge(), x, y, sizes: [.fraction(0.5), .count(16)])
    _ = curve
    check("[8, 16]", curve.values)
}

private func LearningCurve_validationCurve() async throws {
    let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = square(x).flattened()
    _ = x
    _ = y
    check("[2, 5]", try validationCurve(Ridge(), x, y, parameter: "alpha", values: [0.1, 10]).trainScores.shape)
}

private func ParameterGrid_ParameterGrid() async throws {
    let grid = try ParameterGrid(["alpha": [0.1, 1], "fitIntercept": [true, false]])
    _ = grid
    check("4", grid.candidates.count)
    check("false", grid.candidates[1]["fitIntercept"]!)
}

private func ParameterGrid_ParameterDistribution() async throws {
    let sampler = ParameterSampler(["alpha": .logUniform(1e-3...10)], count: 2, randomState: 0)
    _ = sampler
    check("[0.156767, 0.725701], about", try sampler.candidates().map { $0["alpha"]!.number! })
}

private func ParameterGrid_ParameterSampler() async throws {
    let sampler = ParameterSampler(["alpha": .values([1, 2, 3])], count: 2, randomState: 0)
    _ = sampler
    check("2, different ones", try sampler.candidates().count)
}

private func ParameterSearch_SearchResult() async throws {
    let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() * 2
    _ = x
    _ = y
    var search = try GridSearch(Ridge(), ["alpha": [0.1, 10]])
    _ = search
    use(try search.fit(x, y))
    check("[0.1, 10]", search.results.map { $0.parameters["alpha"]! })
    check("[1, 2]", search.results.map(\.rank))
}

private func ParameterSearch_ParameterSearch() async throws {
    func best(_ search: some ParameterSearch) -> [String: ParameterValue] { search.bestParameters }
}

private func ParameterSearch_SearchProgress() async throws {
    var search = try GridSearch(Ridge(), ["alpha": [0.1, 1]])
    _ = search
    search.onProgress = { print("\($0.fitsDone) of \($0.fits)") }
}

private func Scores_Description_description() async throws {
    let x = Tensor((0..<12).map(Double.init), shape: [12, 1]), y = x.flattened() * 2
    _ = x
    _ = y
    let scores = try crossValidate(LinearRegression(), x, y, cv: KFold(nSplits: 3))
    _ = scores
    check("[\"score\", \"mean\", \"deviation\", \"splits\"]", scores.description.split(separator: "\n")[0].split(separator: " "))
}

private func Scoring_Scoring() async throws {
    var line = LinearRegression()
    _ = line
    let x = Tensor([[0.0], [1], [2]]), y = Tensor([0.0, 1, 3])
    _ = x
    _ = y
    use(try line.fit(x, y))
    check("-0.05555556", try Scoring.negMeanSquaredError.score(line, x, y))
    use(Scoring(rawValue: "neg_log_loss")!)
}

private func ShuffleSplit_ShuffleSplit() async throws {
    let cv = ShuffleSplit(nSplits: 2, testSize: .fraction(0.25), randomState: 0)
    _ = cv
    check("[[6, 2], [1, 6]]", try cv.splits(count: 8).map(\.test))
}

private func ShuffleSplit_StratifiedShuffleSplit() async throws {
    let labels = Tensor([0, 0, 0, 0, 1, 1, 1, 1])
    _ = labels
    let cv = StratifiedShuffleSplit(nSplits: 1, testSize: .fraction(0.5), randomState: 0)
    _ = cv
    check("2", try cv.splits(count: 8, labels: labels)[0].test.count { $0 < 4 })
}

private func TimeSeriesSplit_TimeSeriesSplit() async throws {
    let splits = try TimeSeriesSplit(nSplits: 2, gap: 1).splits(count: 6)
    _ = splits
    check("[[0], [0, 1, 2]]", splits.map(\.train))
    check("[[2, 3], [4, 5]]", splits.map(\.test))
}

private func TrainTestSplit_SplitSize() async throws {
    check("[7, 8, 9]: a share is rounded up", try trainTestSplit(count: 10, testSize: .fraction(0.25)).test)
    check("[8, 9]", try trainTestSplit(count: 10, testSize: .count(2)).test)
}

private func TrainTestSplit_trainTestSplit() async throws {
    var random = RandomState(seed: 0)
    _ = random
    let (train, test) = try trainTestSplit(count: 10, testSize: .fraction(0.25), using: &random)
    _ = train
    _ = test
    check("3: the test part is rounded up", test.count)
}
