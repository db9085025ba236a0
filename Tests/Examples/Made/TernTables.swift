// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernTables = [
    Example("Tern/Tables/NaiveBaseline: NaiveBaseline", NaiveBaseline_NaiveBaseline),
    Example("Tern/Tables/TableChoices: TableChoices", TableChoices_TableChoices),
    Example("Tern/Tables/TableCrossValidation: TableCrossValidation", TableCrossValidation_TableCrossValidation),
    Example("Tern/Tables/TableEncoding: TableEncoding", TableEncoding_TableEncoding),
    Example("Tern/Tables/TableEstimator: TableEstimator", TableEstimator_TableEstimator),
    Example("Tern/Tables/TableEstimator: wholeName", TableEstimator_wholeName),
    Example("Tern/Tables/TableExamples: TableExamples", TableExamples_TableExamples),
    Example("Tern/Tables/TableExamples: Gaps", TableExamples_Gaps),
    Example("Tern/Tables/TableFeature: TableFeature", TableFeature_TableFeature),
    Example("Tern/Tables/TableFeature: Kind", TableFeature_Kind),
    Example("Tern/Tables/TableFeature: DatePart", TableFeature_DatePart),
    Example("Tern/Tables/TableFolds: TableFolds", TableFolds_TableFolds),
    Example("Tern/Tables/TableModel+Prediction: PredictedTable", TableModel_Prediction_PredictedTable),
    Example("Tern/Tables/TableModel+Prediction: evaluate", TableModel_Prediction_evaluate),
    Example("Tern/Tables/TableModel: TableModel", TableModel_TableModel),
    Example("Tern/Tables/TablePredictions: TablePredictions", TablePredictions_TablePredictions),
    Example("Tern/Tables/TableReport: TableReport", TableReport_TableReport),
    Example("Tern/Tables/TableSearch: TableSearch", TableSearch_TableSearch),
    Example("Tern/Tables/TableSearch: Result", TableSearch_Result),
    Example("Tern/Tables/TableSeries: TableSeries", TableSeries_TableSeries),
    Example("Tern/Tables/TableSeries: Extension", TableSeries_Extension),
    Example("Tern/Tables/TableSplit: TableSplit", TableSplit_TableSplit),
    Example("Tern/Tables/TableSplit: Order", TableSplit_Order),
    Example("Tern/Tables/TableSplit: Parts", TableSplit_Parts),
    Example("Tern/Tables/TableTraining: TableTraining", TableTraining_TableTraining),
    Example("Tern/Tables/TargetScores: TableMetric", TargetScores_TableMetric),
    Example("Tern/Tables/TargetScores: TargetScores", TargetScores_TargetScores),
]

private func NaiveBaseline_NaiveBaseline() async throws {
    let table = Table(columns: [Table.Column("x", [1, 2, 3, 4]), Table.Column("y", [1, 1, 4, 6])])
    _ = table
    let examples = try TableExamples(table, target: "y")
    _ = examples
    let naive = try NaiveBaseline(examples, trainingRows: [0, 1, 2])
    _ = naive
    print(naive.title, naive.predict(table)[0][3])  // mean 2.0
    checkPrinted("mean 2.0")
}

private func TableChoices_TableChoices() async throws {
    var choices = TableChoices(targets: ["ozone"])
    _ = choices
    choices.excluded = ["station"]
    choices.lags = [1, 2]
    let table = Table(columns: [
        Table.Column("station", ["A", "A", "A", "A", "A"]), Table.Column("ozone", [30, 34, 31, 38, 35]),
    ])
    _ = table
    print(try TableExamples(table, choices).features)  // ["ozone_lag_1", "ozone_lag_2"]
    checkPrinted("[\"ozone_lag_1\", \"ozone_lag_2\"]")
}

private func TableCrossValidation_TableCrossValidation() async throws {
    let x = (0..<40).map { Double($0 * 7 % 40) }
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
    _ = table
    let found = try TableCrossValidation(
        TableExamples(table, target: "y"), TableFolds(4), estimator: Pipeline(StandardScaler(), Ridge()))
    _ = found
    print(found.models, found.scores[0].count)  // ["Ridge", "linear regression", "mean"] 3
    checkPrinted("[\"Ridge\", \"linear regression\", \"mean\"] 3")
    print(found.mean("mean", of: "y", .r2)! < 0, found.deviation("mean", of: "y", .r2)! > 0)  // true true
    checkPrinted("true true")
}

private func TableEncoding_TableEncoding() async throws {
    let rows = ["1,sun", "2,rain", "3,sun", "4,rain", "5,sun", "6,rain"].joined(separator: "\n")
    _ = rows
    let table = try Table(csvText: "wind,sky\n\(rows)\n")
    _ = table
    let encoding = TableEncoding([
        .number("wind", of: table["wind"]!.numbers!), .category("sky", of: table["sky"]!.texts!),
    ])
    _ = encoding
    print(encoding.names)  // ["wind", "sky=rain", "sky=sun"]
    checkPrinted("[\"wind\", \"sky=rain\", \"sky=sun\"]")
    print(try encoding.matrix(of: table).shape)  // [6, 3]
    checkPrinted("[6, 3]")
}

private func TableEstimator_TableEstimator() async throws {
    print(TableEstimator.allCases.map(\.rawValue))  // ["tabular", "mlp", "gp", "ridge", "linear", "logistic"]
    checkPrinted("[\"tabular\", \"mlp\", \"gp\", \"ridge\", \"linear\", \"logistic\"]")
    let model = try TableEstimator.ridge.predictor(forClasses: false)
    _ = model
    print(try model.parameters["ridge__alpha"]!)  // 1
    checkPrinted("1")
}

private func TableEstimator_wholeName() async throws {
    let model = try TableEstimator.ridge.predictor(forClasses: false)
    _ = model
    print(try model.wholeName(of: "alpha"))  // ridge__alpha
    checkPrinted("ridge__alpha")
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

private func TableFeature_TableFeature() async throws {
    let sky = Table.Column("sky", ["clear", "rain", "rain", "clear", "rain", "clear", "hail"])
    _ = sky
    let feature = TableFeature.category("sky", of: sky.texts!)
    _ = feature
    print(feature.names)  // ["sky=clear", "sky=rain", "sky=other"]
    checkPrinted("[\"sky=clear\", \"sky=rain\", \"sky=other\"]")
    print(feature.numbers(of: sky)[1])  // [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    checkPrinted("[0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]")
}

private func TableFeature_Kind() async throws {
    print(TableFeature.number("t", of: [1, 2]).kind == .number)  // true
    checkPrinted("true")
}

private func TableFeature_DatePart() async throws {
    print(TableFeature.DatePart.allCases.map(\.rawValue))  // ["year", "season", "hour"]
    checkPrinted("[\"year\", \"season\", \"hour\"]")
}

private func TableFolds_TableFolds() async throws {
    let table = Table(columns: [
        Table.Column("year", (0..<12).map { Double(2000 + $0) }), Table.Column("y", (0..<12).map { Double($0 * $0 % 7) }),
    ])
    _ = table
    let examples = try TableExamples(table, target: "y")
    _ = examples
    print(try TableFolds(3, order: .last).splits(of: examples).map(\.test))  // [[3, 4, 5], [6, 7, 8], [9, 10, 11]]
    checkPrinted("[[3, 4, 5], [6, 7, 8], [9, 10, 11]]")
}

private func TableModel_Prediction_PredictedTable() async throws {
    let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
    _ = table
    use(try table.write(csv: "line.csv"))
    let model = try TableModel(TableExamples(table, target: "y"), estimator: LinearRegression())
    _ = model
    let predicted: PredictedTable = try model.predict(csv: "line.csv", to: "out.csv")
    _ = predicted
    print(predicted.scores[0][.r2]! > 0.999)  // true
    checkPrinted("true")
    print(try Table(csv: "out.csv").columnNames)  // ["x", "y", "predicted_y"]
    checkPrinted("[\"x\", \"y\", \"predicted_y\"]")
}

private func TableModel_Prediction_evaluate() async throws {
    let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
    _ = table
    use(try table.write(csv: "line.csv"))
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let model = try TableTraining(examples, parts, estimator: Ridge(alpha: 5)).model
    _ = model
    print(try model.evaluate(csv: "line.csv").scores.map(\.model))  // ["Ridge", "linear regression", "mean"]
    checkPrinted("[\"Ridge\", \"linear regression\", \"mean\"]")
}

private func TableModel_TableModel() async throws {
    let rows = (0..<24).map { "\(2000 + $0 / 12),\($0 % 12 + 1),\(26 + $0 % 7)" }.joined(separator: "\n")
    _ = rows
    let table = try Table(csvText: "year,month,sst\n\(rows)\n")
    _ = table
    let model = try TableModel(TableExamples(table, target: "sst"), estimator: Ridge())
    _ = model
    use(try model.write(to: "sst.safetensors"))
    let sst = try TableModel(contentsOf: "sst.safetensors").predict(table)
    _ = sst
    print(sst.values[0].count, model.encoding.features[1].range!)  // 24 1.0...12.0
    checkPrinted("24 1.0...12.0")
}

private func TablePredictions_TablePredictions() async throws {
    let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
    _ = table
    let model = try TableModel(TableExamples(table, target: "y"), estimator: LinearRegression())
    _ = model
    let predictions: TablePredictions = try model.predict(table)
    _ = predictions
    print(predictions.values[0].map { ($0 * 1e6).rounded() / 1e6 })  // [1.0, 3.0, 5.0, 7.0]
    checkPrinted("[1.0, 3.0, 5.0, 7.0]")
    print(predictions.columns(besides: ["x", "y"]).map(\.name))  // ["predicted_y"]
    checkPrinted("[\"predicted_y\"]")
}

private func TableReport_TableReport() async throws {
    let x = (0..<40).map { Double($0 * 7 % 40) }
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
    _ = table
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let training = try TableTraining(examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
    _ = training
    let page = TableReport(training, examples, title: "A line").report
    _ = page
    print(page.sections.map(\.name))  // ["data", "training", "result-y"]
    checkPrinted("[\"data\", \"training\", \"result-y\"]")
}

private func TableSearch_TableSearch() async throws {
    let x = (0..<60).map { Double($0 * 7 % 60) }
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * 0.1 + Double(Int($0) % 5) })])
    _ = table
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let search = TableSearch(["alpha": .values([0.1, 1, 10])], folds: TableFolds(4))
    _ = search
    let found = try search.fit(examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
    _ = found
    print(found.results.count, found.results.map(\.rank).min()!)  // 3 1
    checkPrinted("3 1")
    let best = try TableTraining(examples, parts, estimator: found.estimator)
    _ = best
}

private func TableSearch_Result() async throws {
    let x = (0..<30).map(Double.init)
    _ = x
    let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * $0 })])
    _ = table
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    _ = examples
    _ = parts
    let found: TableSearch.Result = try TableSearch(["alpha": .values([0.1, 10])], folds: TableFolds(3)).fit(
        examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
    _ = found
    print(found.best["alpha"]!)  // 0.1
    checkPrinted("0.1")
}

private func TableSeries_TableSeries() async throws {
    let table = try Table(csvText: "year,level\n2000,1\n2001,4\n2002,9\n2003,16\n")
    _ = table
    let series = TableSeries(lags: [1], horizon: 1, columns: ["level"], targets: ["level"])
    _ = series
    let made = try series.extended(table).table
    _ = made
    print(made["level_lag_1"]!.numbers![1...], made["level_1_ahead"]!.numbers![..<3])  // [1.0, 4.0, 9.0] [4.0, 9.0, 16.0]
    checkPrinted("[1.0, 4.0, 9.0] [4.0, 9.0, 16.0]")
}

private func TableSeries_Extension() async throws {
    let table = try Table(csvText: "year,level\n2000,1\n2001,4\n2002,9\n")
    _ = table
    let made: TableSeries.Extension = try TableSeries(lags: [1], columns: ["level"], targets: ["level"]).extended(table)
    _ = made
    print(made.hasPast, made.notes)  // [false, true, true] []
    checkPrinted("[false, true, true] []")
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
    let examples = try TableExamples(table, target: "y"), parts = try TableSplit(seed: 1).parts(of: examples)
    _ = examples
    _ = parts
    let training = try TableTraining(examples, parts, estimator: Pipeline(StandardScaler(), Ridge(alpha: 10)))
    _ = training
    use(try training.model.write(to: "line.safetensors"))
    print(training.test.map(\.model))  // ["Ridge", "linear regression", "mean"]
    checkPrinted("[\"Ridge\", \"linear regression\", \"mean\"]")
    print(training.test[1][.r2]! > 0.999, training.verdicts.count)  // true 1
    checkPrinted("true 1")
}

private func TargetScores_TableMetric() async throws {
    print(TableMetric.ofNumbers.map(\.rawValue))  // ["RMSE", "MAE", "R2"]
    checkPrinted("[\"RMSE\", \"MAE\", \"R2\"]")
    print(TableMetric.ofClasses.map(\.rawValue))  // ["accuracy", "F1", "log loss"]
    checkPrinted("[\"accuracy\", \"F1\", \"log loss\"]")
}

private func TargetScores_TargetScores() async throws {
    let scores = TargetScores("line", of: "y", truth: [1, 2, 3], predicted: [1, 2, 5])
    _ = scores
    print(scores[.meanAbsolute]!, scores[.r2]!)  // 0.6666666666666666 -1.0
    checkPrinted("0.6666666666666666 -1.0")
}
