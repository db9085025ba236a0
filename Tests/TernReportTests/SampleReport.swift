import Foundation
import TernPlot
import TernReport

/// A report with one of each kind of block.
enum SampleReport {
    static func report(colophon: String = "Written by a test.") -> Report {
        Report(
            title: "Networks that *learn* curves and fields",
            lead: "What a report can hold, from formulas like $e^{i\\pi} + 1 = 0$ to maps.",
            sections: [sine, fields], colophon: colophon)
    }

    static let x = (0...120).map { Double($0) / 20 - 3 }

    static let curve: Figure = {
        var panel = Panel(title: "Fit", x: Axis("x"), y: Axis("y"))
        panel.add(Band(x: x, lower: x.map { sin($0) - 0.2 }, upper: x.map { sin($0) + 0.2 }, label: "± 2σ"))
        panel.add(Line(x: x, y: x.map { sin($0) }, label: "network"))
        panel.add(Line(x: x, y: x.map { $0 - $0 * $0 * $0 / 6 }, label: "Taylor", style: .dashed))
        panel.add(Scatter(x: [-2.5, -1, 0.3, 2.2], y: [-0.7, -0.8, 0.4, 0.75], label: "training"))
        return Figure(panel)
    }()

    static let sine: ReportSection = {
        var section = ReportSection("sine", title: "A sine from eight points")
        section.add(
            .text(
                """
                A network with weights $\\theta$ predicts $\\hat y = f_\\theta(x)$; its *loss* is the mean of squared errors, see `meanSquaredError`, \
                [](#sine-fit) and [the errors](#errors). **Early stopping** is explained [elsewhere](https://www.deeplearningbook.org).

                A second paragraph that costs $5 or $6, has a < b & c, and a long formula \
                $\\sigma(z) = \\frac{1}{1 + e^{-z}} = \\tfrac12 \\left(1 + \\tanh \\tfrac z2\\right) \\quad\\text{for all } z \\in \\mathbb{R}$ within it.
                """),
            .math(
                "\\mathcal{L}(\\theta) = \\frac{1}{n} \\sum_{i=1}^{n} \\left( y_i - f_\\theta(x_i) \\right)^2 + \\lambda \\lVert \\mathbf{w} \\rVert_2^2"
            ),
            .math(
                """
                \\begin{aligned} m_t &= \\beta_1 m_{t-1} + (1 - \\beta_1)\\, g_t \\\\ v_t &= \\beta_2 v_{t-1} + (1 - \\beta_2)\\, g_t^2 \\\\ \
                \\theta_t &= \\theta_{t-1} - \\alpha \\frac{\\hat m_t}{\\sqrt{\\hat v_t} + \\epsilon} \\end{aligned}
                """),
            .heading("What the gradient does"),
            .math(
                """
                \\nabla f = \\begin{pmatrix} \\partial f / \\partial x_1 \\\\ \\vdots \\\\ \\partial f / \\partial x_n \\end{pmatrix}, \\qquad \
                \\operatorname{relu}(z) = \\begin{cases} z & \\text{if } z > 0 \\\\ 0 & \\text{otherwise} \\end{cases}, \\qquad \
                \\max_{k \\in K} \\, \\underbrace{\\log p(y = k \\mid x)}_{\\text{score}}, \\quad \\sqrt[3]{x}, \\quad \\int_0^\\infty e^{-x}\\,dx = 1
                """),
            .list(["a first point, with `code`", "a second with $x_i^2$", "a third"]),
            .code(
                """
                import Tern

                // The data and seed of the lecture.
                var random = RandomState(seed: 0)
                let x = random.uniform(low: -4, high: 4, count: 8)
                var model = MLPRegressor(hiddenLayerSizes: [50, 50], activation: .tanh, learningRateInit: 1e-2, randomState: 42)
                try model.fit(Tensor(x, shape: [8, 1]), sin(Tensor(x)))
                print("loss \\(model.lastLoss)", model.nIter > 100 ? "slow" : "fast")
                """),
            .figure(
                "sine-fit", curve, caption: "The network follows $\\sin x$; Taylor's polynomial leaves it.",
                description: "Two curves through four points."),
            .table(
                "errors",
                ReportTable(
                    ["model", "MSE", "$R^2$", "parameters", "seconds"],
                    rows: [
                        ["network", 0.00196880673, 0.99612345, 2701, 0.0015],
                        ["Gaussian process", 0.000123, 0.9999, 3, .missing],
                        [.text("*mean*"), 0.5123, 0.0, 12345, 0.25],
                    ]), caption: "Errors on the test points."),
            .note("The points are made up: a sine with no noise. **Try** another seed."),
            .details(
                "How the numbers were made",
                [
                    .text("By a generator."), .code("tern fit co2.csv --target co2   # a comment", language: "sh"),
                ]))
        section.number("test_mse", 0.1234567890123)
        section.number("losses", 1, 0.5, .nan)
        section.number("period", 2 * .pi, unit: "s")
        return section
    }()

    static let fields: ReportSection = {
        var section = ReportSection("fields", title: "Fields on the globe")
        let grid = Grid(x: -2...2, y: -1.5...1.5, count: 61) { $0 * $0 - $1 + sin(3 * $0) }
        var loss = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
        let epochs = (1...100).map(Double.init)
        loss.add(Line(x: epochs, y: epochs.map { exp(-$0 / 20) }, label: "training"))
        loss.add(Line(x: epochs, y: epochs.map { exp(-$0 / 30) + 0.02 }, label: "validation", style: .dashed))
        let bars = Panel(title: "Skill", y: Axis("RMSE (K)"), Bars(["CNN", "linear", "mean"], [0.4, 0.7, 1.1]))
        let longitudes = (0..<72).map { 5 * Double($0) }, latitudes = (0..<36).map { -87.5 + 5 * Double($0) }
        let values: [[Double]] = (0..<36).map { row in
            let wave: Double = 2 * sin(Double(row) / 5)
            return (0..<72).map { column in wave * cos(Double(column) / 8) }
        }
        let map = Panel(
            title: "SST anomaly",
            WorldMap(
                longitudes: longitudes, latitudes: latitudes, values: values, centered: 0, valueLabel: "K"))
        section.add(
            .text("Back to [](#sine)."),
            .figure(
                "training", Figure(panels: [loss, bars], columns: 2), caption: "Loss and skill.",
                description: "Falling losses beside three bars."),
            .figure(
                "height", Figure(Panel(x: Axis("x_1"), y: Axis("x_2"), Contour(grid))), caption: "Contours.",
                description: "Lines of equal height."),
            .figure(
                "filled", Figure(Panel(x: Axis("x_1"), y: Axis("x_2"), Contour(grid, isFilled: true, valueLabel: "f"))),
                caption: "Filled contours.", description: "Bands of equal height."),
            .figure(
                "sst", Figure(map, size: Size(width: 760, height: 400)), caption: "A map.",
                description: "A wave over the oceans."))
        section.number("skill", 0.7)
        return section
    }()
}
