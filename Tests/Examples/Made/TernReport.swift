// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernReport = [
    Example("TernReport/Report: Report", Report_Report),
]

private func Report_Report() async throws {
    let figure = Figure(Panel(title: "A sine", Line(x: [0, 1, 2], y: [0, 0.8, 0.9])))
    var section = ReportSection("sine", title: "A sine")
    _ = section
    use(section.add(.text("The error is $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$, see `meanSquaredError`.")))
    use(section.add(.figure("sine-fit", figure, caption: "Prediction and truth.", description: "A curve through eight points.")))
    use(section.number("test_mse", 0.16))
    use(try Report(title: "Lecture", sections: [section]).write(to: "lecture.html"))
}
