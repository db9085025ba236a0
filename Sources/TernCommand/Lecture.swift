import ArgumentParser
import Foundation
import Tern

/// The lecture's regression example: eight points of a sine.
struct Lecture: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fit the lecture's example, y = sin(x), beside a Gaussian process, and print its numbers.",
        discussion: """
            Eight points are drawn from (-4, 4), a network with two hidden layers of 50 units learns them, and \
            75 points over (-6, 6) show what it makes of the rest: first trained to the end, then with a fifth \
            of the points held out to stop early. The numbers are those of scikit-learn 1.9.1 for the same seeds.

              tern lecture --seed 42 --figure sine.png --csv sine.csv
            """)

    @Option(help: "Seed of the network's weights and batches.")
    var seed: UInt32 = 42

    @Option(help: "Seed of the eight training points.")
    var dataSeed: UInt32 = 0

    @Option(help: ArgumentHelp("Draw points, predictions and the Gaussian process's band: .png, .svg or .pdf.", valueName: "file"))
    var figure: String?

    @Option(help: ArgumentHelp("Write the numbers of the figure as a table.", valueName: "file"))
    var csv: String?

    func run() throws {
        for path in [figure, csv].compactMap({ $0 }) { try checkWritable(path) }
        var random = RandomState(seed: dataSeed)
        let points = random.uniform(low: -4, high: 4, count: 8)
        let x = Tensor(points, shape: [8, 1]), y = sin(Tensor(points))
        let xTest = Tensor.linearSpace(from: -6, to: 6, count: 75).reshaped([75, 1])
        let yTest = sin(xTest.flattened())

        var plain = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: seed)
        try plain.fit(x, y)
        var stopping = plain
        stopping.earlyStopping = true
        stopping.validationFraction = 0.2
        try stopping.fit(x, y)

        print("y = sin(x) from 8 points; a network of hidden layers 50 and 50, ReLU, Adam\n")
        print("training points")
        print(textTable([["x"] + points.map { String(format: "%.3f", $0) }, ["y"] + y.doubles.map { String(format: "%.3f", $0) }]))
        print("\nlayers")
        var rows = [["layer", "weights", "biases", "parameters"]]
        for (i, (coef, intercept)) in zip(plain.coefs, plain.intercepts).enumerated() {
            let shape = "\(coef.shape[0]) x \(coef.shape[1])"
            rows.append(["\(i + 1)", shape, "\(intercept.count)", "\(coef.count + intercept.count)"])
        }
        rows.append(["all", "", "", "\(plain.parameterCount)"])
        print(textTable(rows))

        print("\nfit")
        rows = [["", "trained to the end", "early stopping"]]
        func row(_ name: String, _ value: (MLPRegressor) throws -> String) rethrows {
            rows.append([name, try value(plain), try value(stopping)])
        }
        row("epochs") { "\($0.nIter)" }
        row("first loss") { short($0.lossCurve[0]) }
        row("last loss") { short($0.lastLoss) }
        row("best validation R2") { $0.bestValidationScore.map(short) ?? "-" }
        try row("training MSE") { short(meanSquaredError(y, try $0.predict(x))) }
        try row("test MSE, 75 points") { short(meanSquaredError(yTest, try $0.predict(xTest))) }
        print(textTable(rows))

        var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
        try process.fit(x, y)
        let (mean, std) = try process.predictWithStandardDeviation(xTest)
        print("\nGaussian process on the same points")
        print(textTable([
            ["kernel", process.fittedKernel!.description],
            ["log marginal likelihood", short(process.logMarginalLikelihoodValue)],
            ["test MSE, 75 points", short(meanSquaredError(yTest, mean))],
            ["largest standard deviation", short(std.max().item)],
        ]))

        print("\nprediction")
        let predictions = try [plain, stopping].map { try $0.predict(xTest).doubles }
        rows = [["x", "sin(x)", "trained to the end", "early stopping", "Gaussian process"]]
        for i in stride(from: 0, to: 75, by: 6) {
            rows.append(([xTest.doubles[i], yTest.doubles[i]] + (predictions + [mean.doubles]).map { $0[i] }).map { String(format: "%.4f", $0) })
        }
        print(textTable(rows))

        let xs = xTest.doubles
        func panel(_ title: String) -> Panel {
            Panel(title: title, x: Axis("x", range: -6...6), y: Axis("y", range: -2.5...2.5), legend: .outside, Line(
                x: xs, y: yTest.doubles, label: "sin(x)", color: Style.light.muted, style: .dashed))
        }
        let training = Scatter(x: x.doubles, y: y.doubles, label: "training points", color: Style.light.foreground, size: 6)
        var network = panel("Neural network"), gaussian = panel("Gaussian process")
        network.add(Line(x: xs, y: predictions[0], label: "trained to the end"))
        network.add(Line(x: xs, y: predictions[1], label: "early stopping"))
        network.add(training)
        gaussian.add(Band(x: xs, lower: (mean - 2 * std).doubles, upper: (mean + 2 * std).doubles, label: "mean ± 2 std", color: Style.light.cycle[0]))
        gaussian.add(Line(x: xs, y: mean.doubles, label: "mean", color: Style.light.cycle[0]))
        gaussian.add(training)
        let drawing = Figure(panels: [network, gaussian], columns: 2, size: Size(width: 1120, height: 340))
        if let csv {
            try writeAtomically(Data(drawing.csv.utf8), to: csv)
            print("\n\(csv) written")
        }
        if let figure {
            try drawing.write(to: figure)
            print("\n\(figure) drawn")
        }
    }
}
