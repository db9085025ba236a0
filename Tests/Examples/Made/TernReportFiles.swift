// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernReportFiles = [
    Example("TernReport/Files/ReportRenderer: ReportRenderer", ReportRenderer_ReportRenderer),
    Example("TernReport/Files/ReportTable+CSV: csv", ReportTable_CSV_csv),
]

private func ReportRenderer_ReportRenderer() async throws {
    let renderer = try ReportRenderer(to: "lecture.html")
    _ = renderer
    for name in ["neuron", "descent"] {
        var section = ReportSection(name, title: name.capitalized)
        section.number("seed", 42)
        renderer.add(section)  // returns at once
    }
    try renderer.finish(title: "Lecture") { done in print(done) }  // 1.0
    checkPrinted("1.0")
}

private func ReportTable_CSV_csv() async throws {
    let table = ReportTable(["model", "MSE"], rows: [["*network*", 0.1]])
    _ = table
    print(table.csv.split(separator: "\n"))  // ["model,MSE", "network,0.1"]
    checkPrinted("[\"model,MSE\", \"network,0.1\"]")
}
