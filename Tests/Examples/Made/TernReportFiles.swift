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
    for chapter in chapters { renderer.add(chapter.section()) }      // returns at once
    use(try renderer.finish(title: "Lecture"))
}

private func ReportTable_CSV_csv() async throws {
    use(ReportTable(["model", "MSE"], rows: [["network", 0.1]]).csv)
}
