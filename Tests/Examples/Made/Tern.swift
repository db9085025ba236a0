// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTern = [
    Example("Tern/Estimator+Files: write", Estimator_Files_write),
    Example("Tern/Estimator+Files: readEstimator", Estimator_Files_readEstimator),
    Example("Tern/Model+Files: write", Model_Files_write),
    Example("Tern/TableExamples: TableExamples", TableExamples_TableExamples),
    Example("Tern/TableExamples: Gaps", TableExamples_Gaps),
    Example("Tern/TableModel+Prediction: PredictedTable", TableModel_Prediction_PredictedTable),
    Example("Tern/TableModel: TableModel", TableModel_TableModel),
    Example("Tern/TableSplit: TableSplit", TableSplit_TableSplit),
    Example("Tern/TableSplit: Order", TableSplit_Order),
    Example("Tern/TableSplit: Parts", TableSplit_Parts),
    Example("Tern/TableTraining: TableTraining", TableTraining_TableTraining),
    Example("Tern/TableTraining: Scores", TableTraining_Scores),
    Example("Tern/TableTraining: Errors", TableTraining_Errors),
    Example("Tern/Tern: module", Tern_module),
]

private func Estimator_Files_write() async throws {
    var model = Pipeline(StandardScaler(), Ridge(alpha: 0.1))
    _ = model
    let x = Tensor([[0.0], [1], [3]])
    _ = x
    use(try model.fit(x, Tensor([1.0, 3, 7])))
    use(try model.write(to: "line.safetensors"))
    let same = try readEstimator(contentsOf: "line.safetensors", as: Pipeline.self)
    _ = same
    check("true, to the bit", try same.predict(x) == model.predict(x))
}

private func Estimator_Files_readEstimator() async throws {
    var scaler = MinMaxScaler()
    _ = scaler
    use(try scaler.fit(Tensor([[1.0], [3]])))
    use(try scaler.write(to: "scaler.safetensors"))
    let found = try readEstimator(contentsOf: "scaler.safetensors")
    _ = found
    check("\"MinMaxScaler\"", type(of: found).kind)
    let same = try readEstimator(contentsOf: "scaler.safetensors", as: (any Transformer).self)
    _ = same
    check("[[0.5]]", try same.transform(Tensor([[2.0]])))
}

private func Model_Files_write() async throws {
    let model = Sequential(input: [3]) { Dense(2) }
    _ = model
    use(try model.write(to: "rain.safetensors"))
    let same = try Model(contentsOf: "rain.safetensors")
    _ = same
    let x = Tensor([[1.0, 2, 3]])
    _ = x
    print(same.parameterCount, try same.predict(x) == model.predict(x))  // 8 true
    checkPrinted("8 true")
}

private func TableExamples_TableExamples() async throws {
    let table = try Table(csvText: "station,elevation,ozone\nA,12,31\nB,,28\nC,840,44\nD,410,39\n")
    _ = table
    let examples = try TableExamples(table, target: "ozone", gaps: .drop)
    _ = examples
    print(examples.features, examples.table.rowCount)  // ["elevation"] 3
    checkPrinted("[\"elevation\"] 3")
    print(examples.notes.last!)  // 1 row that lacks a feature is left out
    checkPrinted("1 row that lacks a feature is left out")
}

private func TableExamples_Gaps() async throws {
    print(TableExamples.Gaps.allCases.map(\.rawValue))  // ["error", "drop", "mean"]
    checkPrinted("[\"error\", \"drop\", \"mean\"]")
}

private func TableModel_Prediction_PredictedTable() async throws {
    let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
    _ = table
    use(try table.write(csv: "line.csv"))
    var model = TableModel(features: ["x"], target: "y", network: MLPRegressor(hiddenLayerSizes: [2], maxIter: 5))
    _ = model
    use(try model.fit(table.matrix(of: ["x"]), Tensor(table.numbers(of: "y"))))
    let predicted: PredictedTable = try model.predict(csv: "line.csv", to: "out.csv")
    _ = predicted
    print(predicted.pairs!.truth)  // [1.0, 3.0, 5.0, 7.0]
    checkPrinted("[1.0, 3.0, 5.0, 7.0]")
    print(try Table(csv: "out.csv").columnNames)  // ["x", "y", "predicted_y"]
    checkPrinted("[\"x\", \"y\", \"predicted_y\"]")
}

private func TableModel_TableModel() async throws {
    let table = try Table(csvText: "year,month,sst\n2000,1,26.1\n2000,2,26.4\n2000,3,27.0\n2000,4,27.3\n")
    _ = table
    let network = MLPRegressor(hiddenLayerSizes: [4], maxIter: 20, randomState: 0)
    _ = network
    var model = TableModel(features: ["year", "month"], target: "sst", network: network)
    _ = model
    use(try model.fit(table.matrix(of: model.features), Tensor(table.numbers(of: "sst"))))
    use(try model.write(to: "sst.safetensors"))
    let sst = try TableModel(contentsOf: "sst.safetensors").predict(table)
    _ = sst
    print(sst.count, model.featureRanges[1])  // 4 1.0...4.0
    checkPrinted("4 1.0...4.0")
}

private func TableSplit_TableSplit() async throws {
    let x = [0, 1, 4, 9, 16, 25, 36, 49.0], y = [3, 1, 4, 1, 5, 9, 2, 6.0]
    _ = x
    _ = y
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", y)])
    _ = table
    let parts = try TableSplit(.last, testSize: .fraction(0.25)).parts(of: TableExamples(table, target: "y"))
    _ = parts
    print(parts.train, parts.test)  // [0, 1, 2, 3, 4, 5] [6, 7]
    checkPrinted("[0, 1, 2, 3, 4, 5] [6, 7]")
}

private func TableSplit_Order() async throws {
    print(TableSplit.Order.allCases.map(\.rawValue), TableSplit().order)  // ["random", "last"] random
    checkPrinted("[\"random\", \"last\"] random")
}

private func TableSplit_Parts() async throws {
    let table = Table(columns: [Table.Column("x", [0, 1, 2, 3, 4]), Table.Column("y", [3, 1, 4, 1, 5])])
    _ = table
    let parts: TableSplit.Parts = try TableSplit().parts(of: TableExamples(table, target: "y"))
    _ = parts
    print(parts.train.count, parts.test.count)  // 4 1
    checkPrinted("4 1")
}

private func TableTraining_TableTraining() async throws {
    let x = (0..<40).map { Double($0 * 7 % 40) }
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
    _ = table
    let examples = try TableExamples(table, target: "y")
    _ = examples
    let parts = try TableSplit(seed: 1).parts(of: examples)
    _ = parts
    let training = try TableTraining(examples, parts, network: MLPRegressor(hiddenLayerSizes: [4], maxIter: 5))
    _ = training
    use(try training.model.write(to: "line.safetensors"))
    print(training.scores.map(\.name), training.scores[1].test.r2! > 0.999)  // ["network", "linear regression"] true
    checkPrinted("[\"network\", \"linear regression\"] true")
}

private func TableTraining_Scores() async throws {
    let x = (0..<30).map(Double.init)
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * $0 })])
    _ = table
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0)
    _ = network
    let scores: [TableTraining.Scores] = try TableTraining(examples, parts, network: network).scores
    _ = scores
    print(scores[1].name, scores[1].train.rootMeanSquare > 0)  // linear regression true
    checkPrinted("linear regression true")
}

private func TableTraining_Errors() async throws {
    let x = (0..<30).map(Double.init)
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { -$0 })])
    _ = table
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0)
    _ = network
    let errors: TableTraining.Errors = try TableTraining(examples, parts, network: network).scores[1].test
    _ = errors
    print(errors.rootMeanSquare < 1e-9, errors.meanAbsolute <= errors.rootMeanSquare)  // true true
    checkPrinted("true true")
}

private func Tern_module() async throws {
    let x = Tensor((0..<40).map { Double($0) / 40 }, shape: [40, 1]), y = x.flattened() * 2 + 1
    _ = x
    _ = y
    var model = MLPRegressor(hiddenLayerSizes: [8], maxIter: 20, randomState: 42)
    _ = model
    use(try model.fit(x, y))
    print(try model.predict(x).shape)  // [40]
    checkPrinted("[40]")
}
