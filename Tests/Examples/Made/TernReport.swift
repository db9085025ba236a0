// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernReport = [
    Example("TernReport/Report: Report", Report_Report),
    Example("TernReport/Report: ReportSection", Report_ReportSection),
    Example("TernReport/Report: ReportNumber", Report_ReportNumber),
    Example("TernReport/Report: ReportBlock", Report_ReportBlock),
    Example("TernReport/Report: ReportTable", Report_ReportTable),
    Example("TernReport/Report: Cell", Report_Cell),
    Example("TernReport/ReportError: ReportError", ReportError_ReportError),
]

private func Report_Report() async throws {
    var section = ReportSection("sine", title: "A sine")
    _ = section
    use(section.add(.text("The error is $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$, see `meanSquaredError`.")))
    use(section.add(.table("errors", ReportTable(["model", "MSE"], rows: [["network", 0.16]]), caption: "On eight points.")))
    use(section.number("test_mse", 0.16))
    let report = Report(title: "Lecture", sections: [section])
    _ = report
    use(try report.write(to: "lecture.html"))
    print(report.sections[0].numbers[0].values)  // [0.16]
    checkPrinted("[0.16]")
}

private func Report_ReportSection() async throws {
    var section = ReportSection("fit", title: "The fit")
    _ = section
    use(section.add(.heading("Data"), .text("Twelve months."), .note("Made data.")))
    use(section.number("rmse", 0.4, unit: "K"))
    print(section.blocks.count, section.numbers[0].name)  // 3 rmse
    checkPrinted("3 rmse")
}

private func Report_ReportNumber() async throws {
    var section = ReportSection("scores", title: "Scores")
    _ = section
    use(section.number("r", [0.71, 0.69], unit: nil))
    let number: ReportNumber = section.numbers[0]
    _ = number
    print(number.name, number.values)  // r [0.71, 0.69]
    checkPrinted("r [0.71, 0.69]")
}

private func Report_ReportBlock() async throws {
    var section = ReportSection("loss", title: "Loss")
    _ = section
    use(section.add(.text("The mean of squares:"), .math("L = \\frac{1}{n} \\sum_i (y_i - \\hat y_i)^2"), .list(["one", "two"])))
    use(section.add(.details("Code", [.code("let x = 1")])))
    print(section.blocks.count)  // 4
    checkPrinted("4")
}

private func Report_ReportTable() async throws {
    let table = ReportTable(["model", "MSE", "r"], rows: [["network", 0.1, 0.95], ["ridge", 0.25, .missing]])
    _ = table
    print(table.rows.count, table.rows[1][2] == .missing)  // 2 true
    checkPrinted("2 true")
}

private func Report_Cell() async throws {
    let row: [ReportTable.Cell] = ["ridge", 0.25, 3, .missing]
    _ = row
    print(row[2] == .number(3))  // true
    checkPrinted("true")
}

private func ReportError_ReportError() async throws {
    var section = ReportSection("scores", title: "Scores")
    _ = section
    use(section.add(.table("all", ReportTable(["model", "MSE"], rows: [["ridge"]]), caption: "Scores.")))
    do { try Report(title: "Run", sections: [section]).check() } catch {
        print(error)  // section "scores": row 1 of table "all" has 1 cells for 2 columns
    }
    checkPrinted("section \"scores\": row 1 of table \"all\" has 1 cells for 2 columns")
}
