import Tern

/// From sea-surface temperature to precipitation with a small CNN.
struct PrecipitationChapter: Chapter {
    let name = "precipitation"
    let title = "From sea-surface temperature to rain"

    func write(on page: inout Page) throws {
        page.text("""
            El Niño warms the eastern Pacific, and far away it rains less, or more. How much rain goes with a map of sea-surface temperature? \
            The answer is not linear: air rises and rains where water is warmer than a threshold, and strong events do not do twice what weak \
            ones do. A convolutional network with fewer than three thousand parameters can learn that.
            """)
        page.note("""
            The data of this section are made: \(SyntheticClimate.notice). They are monthly maps of 14 × 19 cells of the tropical Pacific \
            and the rain at the coast of South America. `examples/sst-precipitation.yaml` trains on them, and on real fields.
            """)
        let epochs = page.count(30, quick: 5), seed = UInt64(page.seed)
        // excerpt: data
        let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 5545).fields()
        let scale = sst.values.standardDeviation().item
        let x = (sst.values / scale).reshaped([5545, 14, 19, 1]).cast(to: .float32)
        let y = rain.values.reshaped([5545, 1]).cast(to: .float32)
        // In the order of time, so that no test month has a neighbour among those learned from.
        let training = 0..<3548, validation = 3548..<4436, test = 4436..<5545
        // end
        page.code("data")
        // excerpt: model
        let model = Sequential(input: [14, 19, 1], seed: seed) {
            Conv2D(4, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Conv2D(8, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(32, activation: .relu)
            Dropout(0.1)
            Dense(16, activation: .relu)
            Dense(1)
        }
        model.compile(
            optimizer: Adam(learningRate: 1e-2), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        let history = try model.fit(
            x.sliced(training), y.sliced(training), batchSize: 128, epochs: epochs,
            validationData: (x.sliced(validation), y.sliced(validation)), seed: seed,
            callbacks: [EarlyStopping(patience: 10, restoresBestWeights: true)])
        let prediction = try model.predict(x.sliced(test))
        // end
        page.code("model")
        page.progress(0.6)
        // excerpt: linear
        let cells = x.reshaped([5545, 14 * 19]).cast(to: .float64)
        let target = y.flattened().cast(to: .float64)
        var linear = Ridge(alpha: 100)
        try linear.fit(cells.sliced(training), target.sliced(training))
        let linearPrediction = try linear.predict(cells.sliced(test))
        // end
        page.text("\(model.parameterCount.grouped) parameters. Beside it, as always, a linear model on the same months:")
        page.code("linear")

        let truth = target.sliced(test)
        let r = correlation(truth, prediction), rLinear = correlation(truth, linearPrediction)
        page.figure(
            "training", history.figure(), caption: "Loss and mean absolute error on the months of training and of validation.",
            description: "Both losses fall in the first ten epochs and then level off; validation stays close to training.")
        func scatter(_ title: String, _ values: Tensor) -> Panel {
            let ends = [truth.min().item, truth.max().item]
            return Panel(
                title: title, x: Axis("rain (mm/day)"), y: Axis("predicted rain (mm/day)"), aspect: 1,
                Scatter(x: truth.doubles, y: values.doubles, size: 3, opacity: 0.4), Line(x: ends, y: ends, color: Style.light.muted, style: .dashed))
        }
        page.figure(
            "scatter", Figure(panels: [scatter("CNN, r = \(hundredths(r))", prediction), scatter("Ridge, r = \(hundredths(rLinear))", linearPrediction)],
                columns: 2, size: Size(width: 860, height: 400)),
            caption: "Predicted against true rain on the test months.",
            description: "Two clouds of points about the diagonal; that of the network is narrower and does not bend away at the ends as that of "
                + "the linear model does.")
        page.table(
            "scores", ["", "r", "RMSE (mm/day)", "R²"],
            [
                ["CNN", r.cell, rootMeanSquaredError(truth, prediction.flattened()).cell, r2Score(truth, prediction.flattened()).cell],
                ["ridge regression", rLinear.cell, rootMeanSquaredError(truth, linearPrediction).cell, r2Score(truth, linearPrediction).cell],
            ], caption: "Scores on \(test.count) test months.")
        page.number("r", [r, rLinear])
        page.number("parameters", Double(model.parameterCount))

        page.heading("Where the network looks")
        page.text("The gradient of the predicted rain by the input says how much the answer would change with each cell's temperature: a saliency map.")
        // excerpt: saliency
        let answer = gradient { (x: Tensor) in model(x).sum() }
        let slopes = answer(x.sliced(test)).reshaped([test.count, 14, 19]) / scale     // mm/day per K
        let influence = slopes.mean(axis: 0), strength = abs(slopes).mean(axis: 0)
        // end
        page.code("saliency")
        let (latitudes, longitudes) = (sst.coordinates[1].numbers!, sst.coordinates[2].numbers!)
        func map(_ title: String, _ field: Tensor, centered: Double?) -> Panel {
            Panel(title: title, WorldMap(longitudes: longitudes, latitudes: latitudes, values: field.rows, centered: centered, valueLabel: "mm/day per K"))
        }
        page.figure(
            "saliency", Figure(panels: [map("Mean influence", influence, centered: 0), map("Mean strength", strength, centered: nil)], columns: 2,
                size: Size(width: 1100, height: 300)),
            caption: "Mean gradient of the predicted rain by each cell's temperature, and the mean of its size.",
            description: "Two maps of the tropical Pacific that show in which cells a warmer sea raises or lowers the predicted rain, and where the "
                + "prediction depends on the sea at all.")
    }
}
