import TernText

extension ReportTable {
    /// Text without its marks, numbers in full, infinities as `inf` and `-inf`, nothing where a cell is missing or NaN.
    ///
    /// ```swift
    /// let table = ReportTable(["model", "MSE"], rows: [["*network*", 0.1]])
    /// print(table.csv.split(separator: "\n"))  // ["model,MSE", "network,0.1"]
    /// ```
    public var csv: String {
        let rows = rows.map { row in
            row.map { cell in
                switch cell {
                case .text(let text): Markup(text).plain.csvField()
                case .number(let x): x.isNaN ? "" : "\(x)"
                case .missing: ""
                }
            }
        }
        return ([columns.map { Markup($0).plain.csvField() }] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }
}
