import Tern

/// A climate emulator: the CNN-LSTM.
struct EmulatorChapter: Chapter {
    let name = "emulator"
    let title = "A climate emulator"

    func write(on page: inout Page) throws {
        page.text("""
            A climate model takes weeks for a century. An emulator learns from its runs what emissions do to the climate, and answers for a \
            new scenario at once. ClimateBench (Watson-Parris et al., 2022) sets the task: from ten years of carbon dioxide, methane, \
            sulphur dioxide and black carbon, the map of the tenth year's temperature. A convolution reads each year's maps, an LSTM the \
            years in their order.
            """)
        page.note("""
            The data of this section are made: \(SyntheticClimate.notice). They have the form of ClimateBench's files, here on 48 × 72 cells \
            instead of 96 × 144 so that the page is soon made. Scores on them say nothing of real climate models. \
            `examples/climate-emulation.yaml` trains the same network on the published files.
            """)
        let epochs = page.count(30, quick: 4), seed = UInt64(page.seed)
        // excerpt: data
        let climate = SyntheticClimate(seed: 0, latitudes: 48, longitudes: 72)
        let runs = Dictionary(uniqueKeysWithValues: SyntheticClimate.scenarios.map { ($0, climate.scenario($0)) })

        /// Emissions as [year, latitude, longitude, 4]: what is known only for the globe is the same everywhere.
        func emissions(_ name: String) -> Tensor {
            let fields = runs[name]!.inputs.map { $0.values.cast(to: .float32) }
            let shape = fields[2].shape
            let maps = fields.map { ($0.rank == 1 ? $0.reshaped([-1, 1, 1]) : $0).broadcast(to: shape) }
            return Tensor.stacked(maps, axis: 3)
        }
        /// The mean of the members' temperature, [year, latitude, longitude].
        func temperature(_ name: String) -> Tensor { runs[name]!.outputs[0].values.mean(axis: 0) }

        let past = emissions("historical")
        let training = ["ssp126", "ssp370", "ssp585"]
        let everything = Tensor.concatenated([past] + training.map(emissions))
        let mean = everything.mean(axes: [0, 1, 2])
        let std = everything.standardDeviation(axes: [0, 1, 2])

        /// Windows of ten years, each with the year it ends in: [windows, 10, latitude, longitude, 4].
        func windows(_ series: Tensor) -> Tensor {
            let scaled = (series - mean) / std
            return Tensor.stacked((0...(series.shape[0] - 10)).map { scaled.sliced($0..<($0 + 10)) })
        }
        // A scenario's first windows reach back into the past.
        func scenario(_ name: String) -> Tensor {
            windows(.concatenated([past.sliced(156..<165), emissions(name)]))
        }
        let x = Tensor.concatenated([windows(past)] + training.map(scenario))
        let y = Tensor.concatenated(
            [temperature("historical").sliced(9..<165)] + training.map(temperature))
        // end
        page.code("data")
        page.text("\(x.shape[0]) windows of the past and three scenarios to learn from; SSP2-4.5 is kept back.")
        page.progress(0.15)

        // excerpt: model
        let model = Sequential(input: [10, 48, 72, 4], seed: seed) {
            TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same, activation: .relu))
            TimeDistributed(AveragePooling2D(2))
            TimeDistributed(GlobalAveragePooling2D())
            LSTM(25)
            Dense(48 * 72)
            Reshape([48, 72])
        }
        model.compile(optimizer: RMSprop(learningRate: 0.003), loss: .meanSquaredError)
        // end
        page.code("model")
        let progress = page.progress
        let history = try model.fit(
            x, y, batchSize: 16, epochs: epochs, seed: seed, callbacks: [LambdaCallback { epoch, _, _ in progress(0.15 + 0.8 * Double(epoch + 1) / Double(epochs)) }])
        page.text("\(model.parameterCount.grouped) parameters, nearly all of them in the last layer.")

        // excerpt: test
        let truth = temperature("ssp245").sliced(65..<86)                       // 2080 to 2100
        let prediction = try model.predict(scenario("ssp245").sliced(65..<86))
        let latitudes = runs["ssp245"]!.outputs[0].coordinates[2].numbers!
        let scores = EmulatorScores(truth: truth, prediction: prediction, latitudes: latitudes)
        // end
        page.code("test")

        // Each cell's temperature as a linear function of the four global means.
        let globalMeans = { (t: Tensor) in ((t - mean) / std).mean(axes: [1, 2]).cast(to: .float64) }
        var scaling = LinearRegression()
        try scaling.fit(
            globalMeans(everything), Tensor.concatenated([temperature("historical")] + training.map(temperature)).reshaped([-1, 48 * 72]))
        let scaled = try scaling.predict(globalMeans(emissions("ssp245").sliced(65..<86))).reshaped([21, 48, 72])
        let linear = EmulatorScores(truth: truth, prediction: scaled, latitudes: latitudes)
        let error = { (p: Tensor) in areaWeightedRootMeanSquaredError(truth, p, latitudes: latitudes) }

        let longitudes = runs["ssp245"]!.outputs[0].coordinates[3].numbers!
        let (trueMap, predictedMap) = (truth.mean(axis: 0), prediction.mean(axis: 0))
        func map(_ title: String, _ field: Tensor, _ range: ClosedRange<Double>?) -> Panel {
            Panel(title: title, WorldMap(
                longitudes: longitudes, latitudes: latitudes, values: field.rows, colors: range == nil ? nil : .viridis, range: range,
                centered: range == nil ? 0 : nil, valueLabel: "K"))
        }
        let top = max(trueMap.max().item, predictedMap.max().item)
        page.figure(
            "maps", Figure(
                panels: [
                    map("Truth", trueMap, 0...top), map("Emulator", predictedMap, 0...top), map("Emulator − truth", predictedMap - trueMap, nil),
                ], columns: 1, size: Size(width: 640, height: 840)),
            caption: "Warming since preindustrial times in SSP2-4.5, mean of 2080 to 2100 (made data), in K.",
            description: "Three world maps. Truth and emulator both show most warming over the Arctic and more over land than over sea; their "
                + "difference is a few tenths of a degree.")

        let years = (2015...2100).map(Double.init)
        let series = areaWeightedMean(temperature("ssp245"), latitudes: latitudes)
        let emulated = areaWeightedMean(try model.predict(scenario("ssp245")), latitudes: latitudes)
        let globe = Panel(
            title: "Global mean, SSP2-4.5", x: Axis("year"), y: Axis("warming (K)"), legend: .bottomRight,
            Line(x: years, y: series.doubles, label: "truth", color: Style.light.foreground), Line(x: years, y: emulated.doubles, label: "emulator"))
        let loss = history["loss"]
        let course = Panel(
            title: "Training", x: Axis("epoch"), y: Axis("mean square error (K²)", scale: .logarithmic),
            Line(x: loss.indices.map { Double($0 + 1) }, y: loss))
        page.figure(
            "course", Figure(panels: [course, globe], columns: 2), caption: "The loss of training, and the global mean temperature of the scenario kept back.",
            description: "Left: the loss falls over \(epochs) epochs. Right: the global mean warming rises from about one to about three "
                + "kelvin; the emulator follows it smoothly, without its year-to-year swings.")
        page.table(
            "scores", ["", "NRMSE, spatial", "NRMSE, global", "NRMSE, total", "RMSE (K)"],
            [
                ["CNN-LSTM", scores.spatial.cell, scores.global.cell, scores.total.cell, error(prediction).cell],
                ["linear in the global means", linear.spatial.cell, linear.global.cell, linear.total.cell, error(scaled).cell],
            ], caption: "ClimateBench's scores over 2080 to 2100, for temperature; the total is the spatial one plus five times the global one. "
                + "RMSE is that of single years, weighted by area, and includes weather that nobody can foresee.")
        page.number("nrmse", [scores.spatial, scores.global, scores.total])
        page.number("nrmse_linear", [linear.spatial, linear.global, linear.total])
        page.number("rmse", error(prediction), unit: "K")
    }
}
