import Tern

extension RunResults {
    /// How many stations or groups a report lists.
    private static let mostParts = 40

    /// Scores by station or other cell that is none of a map, and by group, where there are a few of them: a table for
    /// each, with what it tells apart.
    func partTables(_ k: Int) throws -> [(name: String, what: String, table: ReportTable)] {
        let shape = data.preprocessing.targets[0].shape
        var tables: [(name: String, what: String, table: ReportTable)] = []
        if shape.cells.count == 1, let axis = shape.cells.first, (2...Self.mostParts).contains(axis.count) {
            let dimension = axis.name.withoutGroup
            tables.append(
                ("cells", dimension, try table(dimension, axis.texts, k) { try $0.select([dimension: .index($1)]) }))
        }
        let groups = test.groups.distinct
        if (2...Self.mostParts).contains(groups.count) {
            let rows = Dictionary(grouping: test.groups.indices) { test.groups[$0] },
                name = data.preprocessing.groupName ?? "group"
            tables.append(
                ("groups", name, try table(name, groups, k) { $0.taking(rows[groups[$1]]!, along: $0.dimensions[0]) }))
        }
        return tables
    }

    /// - Parameter part: the part of a field at the index of a label.
    private func table(_ name: String, _ labels: [String], _ k: Int, _ part: (Field, Int) throws -> Field) throws
        -> ReportTable
    {
        let models = [(ScoreTable.network, prediction[k]), (ScoreTable.baseline, baseline[k])]
        let rows = try labels.indices.map { i -> [ReportTable.Cell] in
            let own = try part(truth[k], i), usual = try usual[k].map { try part($0, i) }
            let scores = try models.flatMap { model -> [Double] in
                let comparison = Comparison(truth: own, prediction: try part(model.1, i), usual: usual)
                return [comparison.rmse, comparison.r]
            }
            let count = own.values.doubles.count(where: \.isFinite)
            return [.text(labels[i].literal), .number(Double(count))]
                + scores.map { $0.isFinite ? .number($0) : .missing }
        }
        return ReportTable([name.literal, "values"] + models.flatMap { ["\($0.0), RMSE", "\($0.0), r"] }, rows: rows)
    }
}
