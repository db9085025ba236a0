import TernCore
import TernData
import TernFiles
import TernText

/// What is known of a table that was predicted, beside the predictions.
///
/// ```swift
/// let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
/// try table.write(csv: "line.csv")
/// let model = try TableModel(TableExamples(table, target: "y"), estimator: LinearRegression())
/// let predicted: PredictedTable = try model.predict(csv: "line.csv", to: "out.csv")
/// print(predicted.scores[0][.r2]! > 0.999)  // true
/// print(try Table(csv: "out.csv").columnNames)  // ["x", "y", "predicted_y"]
/// ```
public struct PredictedTable: Sendable {
    /// Of the model, and of those beside it where it was trained so, for each target; empty where the file lacks a target,
    /// one is no number in some row, or fewer than two rows have both.
    public fileprivate(set) var scores: [TargetScores] = []
    /// How many rows are scored.
    public fileprivate(set) var scoredCount = 0
    /// Where a simpler model is as good or better, a line for each target.
    public fileprivate(set) var verdicts: [String] = []
    /// What somebody should know of the file's form, of lines that are no rows, and of rows without a prediction, a line
    /// each.
    public fileprivate(set) var notes: [String] = []
    /// What looks like a mistake, a line each: values outside of what the model was trained on, numbers that may be
    /// read otherwise, levels that are written otherwise than in training.
    public fileprivate(set) var warnings: [String] = []
    /// True and predicted targets of the rows that are scored, of each target; of classes their places.
    public fileprivate(set) var pairs: [(truth: [Double], predicted: [Double])] = []
    /// The column by which rows count in ``scores``, that of the training; nil: all alike.
    public fileprivate(set) var weights: String?
    /// The columns of the file.
    fileprivate var columnNames: [String] = []
}

extension TableModel {
    /// Predicts a CSV file block by block, in memory that does not grow with it but for what is scored. A model with lags
    /// or a horizon reads it whole.
    ///
    /// Rows are written as they are read, each cell as it stands in the file, without blanks around, with the predictions
    /// as the last columns (``TablePredictions/columns(besides:)``). A row that lacks a feature has none, unless the model
    /// fills gaps. The file's delimiter (for blanks or a sign of another kind a comma, or a semicolon where commas stand
    /// before fractions) and its mark before fractions are those of the predictions, too, so that all is read as the
    /// file is.
    ///
    /// A level of a category or class is the one of training that is written so, whatever stands in other rows; else the
    /// only one that is the same number (01, 1 and 1.0), which ``PredictedTable/warnings`` tell, or of True and False 1
    /// and 0.
    ///
    /// - Parameters:
    ///   - options: how the file is laid out; what the model reads as dates, truths and missing is added.
    ///   - write: gets the bytes of the new file, piece by piece.
    /// - Throws: `DataError` where the file lacks a feature or a feature is no number, with the line.
    public func predict(
        csv path: String, options: CSVOptions = CSVOptions(), write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> PredictedTable {
        try passing(csv: path, options: options, isWritten: true, write)
    }

    /// The same into a file, which appears when it is whole; with tabs between cells where its name ends with .tsv.
    ///
    /// - Throws: `DataError` as the other, and where the file cannot be written.
    public func predict(csv path: String, options: CSVOptions = CSVOptions(), to output: String) throws
        -> PredictedTable
    {
        var found = PredictedTable()
        let hasTabs = output.lowercased().hasSuffix(".tsv")
        try writeAtomically(to: output) { write in
            found = try passing(csv: path, options: options, isWritten: true, hasTabs: hasTabs, write)
        }
        return found
    }

    /// The scores of a labelled table, beside those of the linear model and the naive one of the model's own training.
    ///
    /// ```swift
    /// let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
    /// try table.write(csv: "line.csv")
    /// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    /// let model = try TableTraining(examples, parts, estimator: Ridge(alpha: 5)).model
    /// print(try model.evaluate(csv: "line.csv").scores.map(\.model))  // ["Ridge", "linear regression", "mean"]
    /// ```
    ///
    /// - Throws: `DataError` as ``predict(csv:options:to:)``, and where the table lacks a target.
    public func evaluate(csv path: String, options: CSVOptions = CSVOptions()) throws -> PredictedTable {
        let found = try passing(csv: path, options: options, isWritten: false) { _ in }
        guard !found.scores.isEmpty else {
            let file = Table(columns: found.columnNames.map { Table.Column($0, [Double]()) }, source: path)
            for target in series?.targets ?? targets { _ = try file.column(target) }
            throw DataError(
                file: path,
                (found.notes.first { $0.hasPrefix("nothing is scored") })
                    ?? "nothing is scored: fewer than two rows have a prediction and \(targets.map { "\"\($0)\"" }.joined(separator: ", "))"
            )
        }
        return found
    }

    /// How a file's columns are to be read.
    private func reading(_ options: CSVOptions) -> (options: CSVOptions, numbers: [String]) {
        var options = options
        options.addMissing(missingValues)
        // What was learned as levels is read as it is written, so that it does not depend on the rows beside it.
        options.levelColumns.formUnion(encoding.categories)
        var numberLevels = Set(encoding.features.filter(\.hasNumbersAsLevels).map(\.column))
        if !classes.isEmpty {
            options.levelColumns.formUnion(series?.targets ?? targets)
            if LevelPlaces.areNumbers(classes) { numberLevels.formUnion(series?.targets ?? targets) }
        }
        options.numberLevels = numberLevels
        if let group = series?.group, !encoding.numbers.contains(group) { options.levelColumns.insert(group) }
        guard series == nil else { return (options, []) }
        options.dateColumns.formUnion(encoding.dates)
        options.dateOrders.merge(encoding.dateOrders) { _, own in own }
        options.truthColumns.formUnion(encoding.truths)
        return (options, encoding.numbers + (classes.isEmpty ? targets : []) + [weights].compactMap { $0 })
    }

    private func passing(
        csv path: String, options: CSVOptions, isWritten: Bool, hasTabs: Bool = false,
        _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> PredictedTable {
        let (options, numbers) = reading(options)
        let blocks = try TableBlocks(csv: path, numbers: numbers, options: options)
        var pass = Pass(self, blocks, hasTabs: hasTabs)
        if series != nil {
            let table = try blocks.whole()
            pass.lookAtDates(of: table)
            let whole = try prepared(table), predictions = try predictions(of: whole)
            try pass.add(whole, predictions)
            var start = 0
            while isWritten, var block = try blocks.next() {
                let rows = Array(start..<start + block.cells.rowCount)
                try pass.write(&block.cells, predictions.rows(rows), write)
                start += rows.count
            }
        } else {
            while var block = try blocks.next() {
                pass.lookAtDates(of: block.cells)
                let part = try prepared(block.numbers), predictions = try predictions(of: part)
                try pass.add(part, predictions)
                if isWritten { try pass.write(&block.cells, predictions, write) }
            }
        }
        return try pass.finished()
    }

    /// What is gathered while blocks go by.
    private struct Pass {
        let model: TableModel, blocks: TableBlocks, hasTabs: Bool
        var unseen: UnseenValues
        var rows = 0, lacksPast = 0, unread: String?, isFirst = true, isScored = true, notes: [String] = []
        /// Rows with a prediction and without a target; whether the column of weights is absent.
        var lacksTarget = 0, lacksWeights = false
        /// Of each feature, and of the class.
        var gaps: [Int], levels: [UnusualLevels], classes = UnusualLevels()
        /// For each model of which there are predictions: those of rows with a truth.
        var predicted: [(model: String, parts: [TablePredictions])] = [], truth: [[Double]], weights: [Double] = []

        init(_ model: TableModel, _ blocks: TableBlocks, hasTabs: Bool) {
            (self.model, self.blocks, self.hasTabs) = (model, blocks, hasTabs)
            unseen = UnseenValues(model)
            gaps = [Int](repeating: 0, count: model.encoding.features.count)
            levels = [UnusualLevels](repeating: UnusualLevels(), count: gaps.count)
            truth = model.targets.map { _ in [] }
        }

        /// Of columns whose dates are read in the order that training showed: whether the file shows it, and a date that
        /// does not.
        var openDates: [String: String] = [:], shownDates: Set<String> = []

        /// - Parameter cells: dates as they stand in the file.
        mutating func lookAtDates(of cells: Table) {
            for (name, order) in model.encoding.dateOrders where order != .packed && !shownDates.contains(name) {
                for text in cells[name]?.texts ?? [] {
                    guard let shows = TableDate.showsOrder(text) else { continue }
                    if shows {
                        shownDates.insert(name)
                        break
                    }
                    if openDates[name] == nil { openDates[name] = text }
                }
            }
        }

        private var dateNotes: [String] {
            openDates.filter { !shownDates.contains($0.key) }.sorted { $0.key < $1.key }.map { name, text in
                "\"\(name)\": dates such as \(text.shortened(to: 30).printable) are read with the \(model.encoding.dateOrders[name]!.rawValue), as in training; none of this file shows it"
            }
        }

        mutating func add(_ part: Prepared, _ predictions: TablePredictions) throws {
            let table = part.table
            unseen.add(table)
            rows += table.rowCount
            lacksPast += part.lacksPast
            notes += part.notes
            for (i, feature) in model.encoding.features.enumerated() {
                let cells = try table.column(feature.column)
                gaps[i] += cells.missingRows.count
                feature.add(cells, in: table.numberLayout, to: &levels[i])
            }
            guard let own = model.truth(in: table) else {
                isScored = false
                if unread == nil, model.classes.isEmpty, model.targets.allSatisfy({ table[$0] != nil }) {
                    do { for target in model.targets { _ = try table.numbers(of: target) } } catch let error
                        as DataError
                    {
                        unread = Self.words(error)
                    }
                }
                return
            }
            if !model.classes.isEmpty, let cells = table[model.targets[0]] {
                classes.add(
                    cells.levels, in: cells.numbers == nil ? table.numberLayout : .plain, besides: model.classes)
            }
            guard isScored else { return }
            let predictedRows = (0..<table.rowCount).filter { row in predictions.values.allSatisfy { !$0[row].isNaN } }
            let places = predictedRows.filter { row in own.allSatisfy { !$0[row].isNaN } }
            lacksTarget += predictedRows.count { row in model.targets.contains { table[$0]!.isMissing(row) } }
            guard try addWeights(of: places, in: table) else { return }
            for i in truth.indices { truth[i] += places.map { own[i][$0] } }
            let all =
                model.naive == nil && model.linear == nil
                ? [(model.title, predictions)] : try model.allPredictions(part.x, table, hasGap: part.hasGap)
            for (i, one) in all.enumerated() {
                if predicted.count == i { predicted.append((one.0, [])) }
                predicted[i].parts.append(one.1.rows(places))
            }
        }

        private static func words(_ error: DataError) -> String {
            "\(error.line.map { "line \($0), " } ?? "")\(error.message)"
        }

        /// Gathers how much rows count; false where one has no weight, so that nothing can be scored.
        private mutating func addWeights(of places: [Int], in table: Table) throws -> Bool {
            guard let name = model.weights, !lacksWeights else { return true }
            guard table[name] != nil else {
                lacksWeights = true
                return true
            }
            do {
                let numbers = try table.numbers(of: name)
                try TableColumns.check(numbers, of: name, in: places, of: table)
                weights += places.map { numbers[$0] }
                return true
            } catch let error as DataError {
                isScored = false
                unread = Self.words(error)
                return false
            }
        }

        mutating func write(
            _ cells: inout Table, _ predictions: TablePredictions, _ write: (UnsafeRawBufferPointer) throws -> Void
        ) throws {
            cells.columns += predictions.columns(besides: blocks.columnNames)
            let form = CSVForm(
                of: blocks.layout, hasCommas: model.marks.values.contains { $0.decimal == "," }, hasTabs: hasTabs)
            try cells.csvBytes(withNames: isFirst, as: form).withUnsafeBytes(write)
            isFirst = false
        }

        func finished() throws -> PredictedTable {
            var found = PredictedTable()
            found.columnNames = blocks.columnNames
            let areAllZero = !weights.isEmpty && weights.allSatisfy { $0 == 0 }
            if isScored, truth[0].count > 1, !areAllZero {
                found.weights = weights.isEmpty ? nil : model.weights
                found.scoredCount = truth[0].count
                for (title, parts) in predicted {
                    let joined = TablePredictions(joining: parts)
                    found.scores += try TargetScores.all(
                        of: joined, title, truth, weights.isEmpty ? nil : weights)
                    if title == model.title { found.pairs = zip(truth, joined.values).map { ($0, $1) } }
                }
                found.verdicts = TableTraining.verdicts(found.scores, model.title, model.targets)
            }
            let lagged = lagged,
                columns = zip(model.encoding.features.map(\.column), levels).filter { !lagged.contains($0.0) }
            found.warnings =
                blocks.layout.warnings + [unseen.warning].compactMap { $0 }
                + (columns + (model.targets.first.map { [($0, classes)] } ?? [])).compactMap { $1.warning(of: $0) }
            found.notes = blocks.layout.notes
            if let unread { found.notes.append("nothing is scored: \(unread)") }
            if areAllZero { found.notes.append("nothing is scored: all weights in \"\(model.weights!)\" are 0") }
            if !found.scores.isEmpty { found.notes += scoreNotes }
            found.notes += notes + dateNotes + gapNotes + levelNotes
            return found
        }

        /// Which rows are scored, and by what weights.
        private var scoreNotes: [String] {
            var notes: [String] = []
            if lacksTarget > 0 {
                let names = model.targets.map { "\"\($0)\"" }.joined(separator: " or ")
                notes.append(
                    "\(lacksTarget.grouped) row\(lacksTarget == 1 ? " has" : "s have") no \(names): not scored")
            }
            if let weights = model.weights {
                notes.append(
                    lacksWeights
                        ? "the model was fitted and scored with weights in \"\(weights)\", which this file has not: here all rows count alike"
                        : "rows count by \"\(weights)\" in scores")
            }
            return notes
        }

        private var lagged: Set<String> { Set(model.series?.lagNames ?? []) }

        private var gapNotes: [String] {
            var notes: [String] = []
            if lacksPast > 0 {
                notes.append(
                    "\(lacksPast.grouped) row\(lacksPast == 1 ? " has" : "s have") too few before and no prediction: give the rows before, too"
                )
            }
            let lagged = lagged,
                lacking = zip(model.encoding.features.map(\.column), gaps).filter { $1 > 0 && !lagged.contains($0) }
            if !lacking.isEmpty {
                let names =
                    lacking.prefix(4).map { "\"\($0)\" in \($1)" }.joined(separator: ", ")
                    + (lacking.count > 4 ? " and \(lacking.count - 4) more columns" : "")
                notes.append(
                    "of \(rows) row\(rows == 1 ? "" : "s") some lack a feature (\(names)): "
                        + (model.encoding.fill.isEmpty
                            ? "they have no prediction" : "the mean of the training rows stands in"))
            }
            return notes
        }

        private var levelNotes: [String] {
            func words(_ levels: [String: Int]) -> String {
                let sorted = levels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                return sorted.prefix(4).map { "\"\($0.key.shortened(to: 30))\"" }.joined(separator: ", ")
                    + (sorted.count > 4 ? " and \(sorted.count - 4) more" : "")
            }
            var notes: [String] = []
            for (feature, levels) in zip(model.encoding.features, levels.map(\.unknown)) where !levels.isEmpty {
                guard case .category(_, let rare, _) = feature.kind else { continue }
                let count = levels.values.reduce(0, +)
                notes.append(
                    "\"\(feature.column)\" has levels in \(count) row\(count == 1 ? "" : "s") that training had not (\(words(levels))): "
                        + (rare.isEmpty ? "they are none of the known ones" : "they count as rare ones"))
            }
            if !classes.unknown.isEmpty {
                let count = classes.unknown.values.reduce(0, +)
                notes.append(
                    "\(count) row\(count == 1 ? " has a class" : "s have classes") that training had not (\(words(classes.unknown))): not scored"
                )
            }
            return notes
        }
    }
}

extension TablePredictions {
    /// One after the other.
    fileprivate init(joining parts: [TablePredictions]) {
        let first = parts[0]
        self.init(
            targets: first.targets, classes: first.classes,
            values: first.values.indices.map { i in parts.flatMap { $0.values[i] } },
            probabilities: first.probabilities.indices.map { i in parts.flatMap { $0.probabilities[i] } })
    }
}
