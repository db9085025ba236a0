import Foundation
import Tern

/// y = sin(x) from eight points, by a network and by a Gaussian process.
struct RegressionChapter: Chapter {
    let name = "regression"
    let title = "Regression with a multi-layer perceptron"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "fit a network to points with `MLPRegressor` and judge the fit on points that it has not seen;",
            "count the parameters of a network;",
            "say what a Gaussian process gives that a network does not, and what it costs;",
            "read what more data, width and depth bring.")
        page.text(
            """
            Eight points of $y = \\sin(x)$ are all that is known, drawn from (−4, 4); 75 points over (−6, 6) ask what becomes of the \
            rest, inside the range of the data and outside of it. The network has two hidden layers of 50 units with ReLU.
            """)
        let (seed, dataSeed) = (page.seed, page.lecture.dataSeed)
        // excerpt: fit
        var random = RandomState(seed: dataSeed)
        let points = random.uniform(low: -4, high: 4, count: 8)
        let x = Tensor(points, shape: [8, 1]), y = sin(Tensor(points))
        let xTest = Tensor.linearSpace(from: -6, to: 6, count: 75).reshaped([75, 1])
        let yTest = sin(xTest.flattened())

        var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: seed)
        try model.fit(x, y)
        let prediction = try model.predict(xTest)
        let error = meanSquaredError(yTest, prediction)
        // end
        page.code("fit")

        // excerpt: stopping
        var stopping = MLPRegressor(
            hiddenLayerSizes: [50, 50], randomState: seed, earlyStopping: true, validationFraction: 0.2)
        try stopping.fit(x, y)
        // end
        let stopped = try stopping.predict(xTest)
        page.progress(0.1)

        let base = sinePanel("Neural network", xTest, yTest)
        var network = base
        network.add(Line(x: xTest.doubles, y: prediction.doubles, label: "trained to the end"))
        network.add(Line(x: xTest.doubles, y: stopped.doubles, label: "early stopping"))
        network.add(trainingPoints(x, y))
        page.figure(
            "network", Figure(network, size: Size(width: 700, height: 340)),
            caption: "What the network makes of eight points.",
            description:
                "The sine as a dashed line over minus six to six with eight training points. The trained network follows it "
                + "between the points and goes on as a straight line outside of them; with early stopping it is far flatter."
        )
        page.text(
            """
            Between its points the network interpolates; beyond them it can only go on straight, since ReLU networks are piecewise \
            linear. The test error is that of both together: \(short(error)).
            """)

        page.heading("Loss, validation and early stopping")
        page.text(
            """
            With `earlyStopping` a fifth of the points is held out. After each epoch their $R^2$ is taken, and training ends once it has \
            not improved for ten epochs; the best weights are kept. With eight points that is two of them, and too few to tell.
            """)
        page.code("stopping")
        let loss = Panel(
            title: "Training loss", x: Axis("epoch"), y: Axis("loss", scale: .logarithmic), legend: .topRight,
            Line(x: counted(model.lossCurve), y: model.lossCurve, label: "trained to the end"),
            Line(x: counted(stopping.lossCurve), y: stopping.lossCurve, label: "early stopping"))
        let scores = stopping.validationScores!
        let validation = Panel(
            title: "Validation score", x: Axis("epoch"), y: Axis("R^2"),
            Line(x: counted(scores), y: scores, color: Style.light.cycle[1]))
        page.figure(
            "curves", Figure(panels: [loss, validation], columns: 2),
            caption: "Loss of training, and the score on the two points held out.",
            description:
                "Left: the loss falls from \(short(model.lossCurve[0])) to \(short(model.lastLoss)) over \(model.nIter) epochs; with early stopping it ends after "
                + "\(stopping.nIter). Right: the validation score by epoch.")
        page.table(
            "fit", ["", "epochs", "first loss", "last loss", "best validation R²", "training MSE", "test MSE"],
            [
                [
                    "trained to the end", model.nIter.cell, model.lossCurve[0].cell, model.lastLoss.cell, .missing,
                    meanSquaredError(y, try model.predict(x)).cell, error.cell,
                ],
                [
                    "early stopping", stopping.nIter.cell, stopping.lossCurve[0].cell, stopping.lastLoss.cell,
                    stopping.bestValidationScore!.cell,
                    meanSquaredError(y, try stopping.predict(x)).cell, meanSquaredError(yTest, stopped).cell,
                ],
            ], caption: "The two fits. All numbers are scikit-learn's for the same seeds.")
        page.number("points", points)
        page.number("epochs", [Double(model.nIter), Double(stopping.nIter)])
        page.number("last_loss", [model.lastLoss, stopping.lastLoss])
        page.number("best_validation_score", stopping.bestValidationScore!)
        page.number("test_mse", [error, meanSquaredError(yTest, stopped)])
        page.number("loss_curve", model.lossCurve)
        page.number("validation_scores", scores)

        page.heading("Shapes and parameters")
        var rows: [[ReportTable.Cell]] = zip(model.coefs, model.intercepts).enumerated().map { i, layer in
            [
                .text(i + 1 < model.coefs.count ? "hidden \(i + 1)" : "output"),
                .text("\(layer.0.shape[0]) × \(layer.0.shape[1])"),
                layer.1.count.cell, (layer.0.count + layer.1.count).cell,
            ]
        }
        rows.append(["all", "", "", model.parameterCount.cell])
        page.table(
            "shapes", ["layer", "weights", "biases", "parameters"], rows,
            caption: "A layer of $m$ units on $n$ inputs has $n m + m$ parameters: here far more than there are points."
        )
        page.number("parameters", Double(model.parameterCount))
        page.progress(0.15)

        try gaussianProcess(x, y, xTest, yTest, error, on: &page)
        try study(on: &page)
        page.summary(
            "Networks interpolate between points and go on straight beyond them. Neither is knowledge.",
            "A Gaussian process says how sure it is; its cost grows with the cube of the number of points.",
            "More data help throughout; width and depth help together.")
        page.sources(
            "scikit-learn, [Neural network models](https://scikit-learn.org/stable/modules/neural_networks_supervised.html) and "
                + "[Gaussian processes](https://scikit-learn.org/stable/modules/gaussian_process.html), whose numbers these are for the same seeds.",
            "C. E. Rasmussen and C. K. I. Williams, [Gaussian processes for machine learning](https://gaussianprocess.org/gpml/), 2006."
        )
    }

    private func sinePanel(_ title: String, _ x: Tensor, _ y: Tensor) -> Panel {
        Panel(
            title: title, x: Axis("x", range: -6...6), y: Axis("y", range: -2.5...2.5), legend: .outside,
            Line(
                x: x.doubles, y: y.doubles, label: "sin(x)", color: Style.light.muted, style: .dashed))
    }

    private func trainingPoints(_ x: Tensor, _ y: Tensor) -> Scatter {
        Scatter(x: x.doubles, y: y.doubles, label: "training points", color: Style.light.foreground, size: 6)
    }

    // MARK: - Gaussian process

    private func gaussianProcess(
        _ x: Tensor, _ y: Tensor, _ xTest: Tensor, _ yTest: Tensor, _ networkError: Double, on page: inout LecturePage
    ) throws {
        page.heading("A Gaussian process on the same points")
        page.text(
            """
            A Gaussian process puts a probability on functions. Its kernel says how alike the values at two points are, here \
            $k(x, x') = c \\exp\\left(-\\frac{(x - x')^2}{2 \\ell^2}\\right)$; data turn the prior into a posterior with a mean and a standard \
            deviation everywhere. $c$ and $\\ell$ are those of the largest marginal likelihood.
            """)
        let seed = page.seed
        // excerpt: process
        var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
        let prior = try process.sample(xTest, count: 5, randomState: seed)

        try process.fit(x, y)
        let (mean, std) = try process.predictWithStandardDeviation(xTest)
        let posterior = try process.sample(xTest, count: 5, randomState: seed)
        // end
        page.code("process")

        let xs = xTest.doubles, blue = Style.light.cycle[0]
        func drawing(_ title: String, _ mean: Tensor, _ std: Tensor, _ functions: Tensor) -> Panel {
            var panel = Panel(title: title, x: Axis("x", range: -6...6), y: Axis("y", range: -3...3), legend: .below)
            panel.add(
                Band(
                    x: xs, lower: (mean - 2 * std).doubles, upper: (mean + 2 * std).doubles, label: "mean ± 2 std",
                    color: blue))
            for i in 0..<5 {
                panel.add(
                    Line(
                        x: xs, y: functions[.all, i].doubles, label: i == 0 ? "five functions" : "",
                        color: Style.light.cycle[1], style: .numbered(1)))
            }
            panel.add(Line(x: xs, y: mean.doubles, label: "mean", color: blue))
            return panel
        }
        let zero = Tensor.zeros([75], dtype: .float64), one = Tensor.ones([75], dtype: .float64)
        var after = drawing("Posterior", mean, std, posterior)
        after.add(trainingPoints(x, y))
        page.figure(
            "process",
            Figure(
                panels: [drawing("Prior", zero, one, prior), after], columns: 2, size: Size(width: 880, height: 390)),
            caption:
                "Five functions from the prior and five from the posterior, with mean and two standard deviations.",
            description:
                "Left: five wavy functions about zero within a band of plus and minus two. Right: all five pass through the eight "
                + "points, where the band closes; outside of the data it opens again.")

        let processError = meanSquaredError(yTest, mean)
        page.table(
            "comparison", ["", "test MSE", "hyperparameters"],
            [
                ["network", networkError.cell, "2,701 weights and biases"],
                ["Gaussian process", processError.cell, .text(process.fittedKernel!.description)],
            ], caption: "Side by side on the 75 test points.")
        page.number("process_test_mse", processError)
        page.number("process_log_marginal_likelihood", process.logMarginalLikelihoodValue)
        page.number("process_theta", process.fittedKernel!.theta)
        page.number("process_largest_std", std.max().item)
        page.text(
            """
            For eight points of a smooth function the Gaussian process is the better tool, and it says where it does not know. Its price \
            is the cube of the number of points; a network's grows with the number itself.
            """)
        page.progress(0.25)
    }

    // MARK: - Data, width and depth

    private func study(on page: inout LecturePage) throws {
        page.heading("More data, more width, more depth")
        let seeds = UInt32(page.count(8, quick: 2)), seed = page.seed
        page.text(
            """
            Test errors over (−6, 6) of networks trained on noisy points, $y = \\sin(x) + \\varepsilon$ with a standard deviation of 0.1, \
            drawn from the same range; each the median of \(seeds) draws.
            """)
        let xTest = Tensor.linearSpace(from: -6, to: 6, count: 75).reshaped([75, 1]), yTest = sin(xTest.flattened())
        // excerpt: study
        func error(points: Int, layers: [Int], seed: UInt32) throws -> Double {
            var random = RandomState(seed: seed)
            let x = Tensor(random.uniform(low: -6, high: 6, count: points), shape: [points, 1])
            let noise = Tensor(random.normal(mean: 0, standardDeviation: 0.1, count: points))
            var model = MLPRegressor(
                hiddenLayerSizes: layers, learningRateInit: 0.01, maxIter: 400, randomState: seed)
            try model.fit(x, sin(x.flattened()) + noise)
            return meanSquaredError(yTest, try model.predict(xTest))
        }
        // end
        page.code("study")
        func median(points: Int, layers: [Int]) throws -> Double {
            let errors = try (0..<seeds).map { try error(points: points, layers: layers, seed: seed &+ $0) }
            return Tensor(errors).median().item
        }
        let sizes = [8, 16, 32, 64, 128, 256], widths = [2, 5, 10, 25, 50, 100], depths = [1, 2, 3, 4]
        var byData: [Double] = [], grid: [[Double]] = []
        for (i, n) in sizes.enumerated() {
            byData.append(try median(points: n, layers: [50, 50]))
            page.progress(0.25 + 0.2 * Double(i + 1) / Double(sizes.count))
        }
        for depth in depths {
            grid.append(try widths.map { try median(points: 64, layers: Array(repeating: $0, count: depth)) })
            page.progress(0.45 + 0.5 * Double(depth) / 4)
        }
        let data = Panel(
            title: "Data, hidden (50, 50)", x: Axis("training points", scale: .logarithmic),
            y: Axis("test MSE", scale: .logarithmic),
            Line(x: sizes.map(Double.init), y: byData, marks: true))
        let map = Panel(
            title: "Width and depth, 64 points",
            x: Axis("units in each layer", ticks: widths.enumerated().map { Tick(Double($0), "\($1)") }),
            y: Axis("hidden layers", ticks: depths.map { Tick(Double($0), "\($0)") }), grid: false,
            HeatMap(
                Grid(
                    x: widths.indices.map(Double.init), y: depths.map(Double.init),
                    values: grid.map { $0.map { log10($0) } }),
                colors: .viridis.reversed, valueLabel: "log₁₀ of test MSE"))
        page.figure(
            "study", Figure(panels: [data, map], columns: 2),
            caption: "What more points, wider and deeper networks bring.",
            description:
                "Left: the error falls with the number of points, from \(short(byData[0])) at 8 to \(short(byData.last!)) at 256. "
                + "Right: a map of the error by width and depth; it is largest for two units and smallest for wide networks of several layers."
        )
        page.table(
            "study", ["hidden layers"] + widths.map { "\($0) units" },
            zip(depths, grid).map { [$0.cell] + $1.map(\.cell) },
            caption: "Median test MSE with 64 points.")
        page.number("mse_by_points", byData)
        page.text(
            """
            More points help throughout. A network that is too narrow cannot bend often enough however deep it is, and one hidden layer gains \
            little from width alone in the epochs given; a second and a third layer bring more than a tenfold width does.
            """)
    }
}
