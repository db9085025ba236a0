// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTern = [
    Example("Tern/Model+Files: write", Model_Files_write),
    Example("Tern/TableExamples: TableExamples", TableExamples_TableExamples),
    Example("Tern/TableModel: TableModel", TableModel_TableModel),
    Example("Tern/TableSplit: TableSplit", TableSplit_TableSplit),
    Example("Tern/TableTraining: TableTraining", TableTraining_TableTraining),
    Example("Tern/Tern: module", Tern_module),
]

private func Model_Files_write() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    use(try model.write(to: "rain.safetensors"))
    let same = try Model(contentsOf: "rain.safetensors")
    _ = same
}

private func TableExamples_TableExamples() async throws {
    try writeStations("stations.csv")
    var model = MLPRegressor(hiddenLayerSizes: [8], randomState: 0)
    let examples = try TableExamples(Table(csv: "stations.csv"), target: "ozone", gaps: .drop)
    _ = examples
    use(print(examples.notes.joined(separator: "\n")))
    use(try model.fit(examples.table.matrix(of: examples.features), Tensor(examples.table.numbers(of: "ozone"))))
}

private func TableModel_TableModel() async throws {
    let table = try Table(
        csvText: "year,month,sst\n" + (0..<60).map { "\(1990 + $0 / 12),\(1 + $0 % 12),\($0 % 7)\n" }.joined())
    var model = TableModel(features: ["year", "month"], target: "sst", network: MLPRegressor(randomState: 0))
    _ = model
    use(try model.fit(table.matrix(of: model.features), Tensor(table.numbers(of: "sst"))))
    use(try model.write(to: "sst.safetensors"))
    let sst = try TableModel(contentsOf: "sst.safetensors").predict(table)
    _ = sst
}

private func TableSplit_TableSplit() async throws {
    use(TableSplit(.last, testSize: .fraction(0.25)))
    use(TableSplit(group: "station", seed: 3))
}

private func TableTraining_TableTraining() async throws {
    try writeStations("stations.csv")
    let examples = try TableExamples(Table(csv: "stations.csv"), target: "t2m", keeping: ["station"], gaps: .drop)
    _ = examples
    let parts = try TableSplit(group: "station").parts(of: examples)
    _ = parts
    let training = try TableTraining(examples, parts, network: MLPRegressor(hiddenLayerSizes: [64, 64], earlyStopping: true))
    _ = training
    for scores in training.scores { print(scores.name, scores.test.r2 ?? .nan) }
    use(try training.model.write(to: "t2m.safetensors"))
}

private func Tern_module() async throws {
    let x = Tensor.random([64, 3], seed: 1)
    let y = x.sum(axis: 1)
    let xTest = x
    let yTest = y
    var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
    _ = model
    use(try model.fit(x, y))
    use(print(try model.score(xTest, yTest)))
}
