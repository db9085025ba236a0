import Tern

/// A climate emulator: the CNN-LSTM.
struct EmulatorChapter: Chapter {
    let name = "emulator"
    let title = "A climate emulator"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "say what an emulator is, and what it can replace;",
            "follow maps through a convolution in each year and an LSTM over the years;",
            "let a network learn what a linear model leaves over, and say when that helps;",
            "judge over seeds instead of by one.")
        page.text(
            """
            A climate model takes weeks for a century. An emulator learns from its runs what emissions do to the climate, and answers for a \
            new scenario at once. ClimateBench (Watson-Parris et al., 2022) sets the task: from ten years of carbon dioxide, methane, \
            sulphur dioxide and black carbon, the map of the tenth year's temperature. A convolution reads each year's maps, an LSTM the \
            years in their order.
            """)
        page.note(
            """
            The data of this section are made: \(SyntheticClimate.notice). They have the form of ClimateBench's files, here on 24 × 36 cells \
            instead of 96 × 144 so that the page is soon made. Scores on them say nothing of real climate models. \
            `examples/climate-emulation.yaml` trains such a network on the published files, `examples/climate-emulation-course.yaml` the course's own.
            """)
        let epochs = page.count(12, quick: 3), seed = UInt64(page.seed), seeds = page.count(3, quick: 2)
        let progress = page.progress
        // excerpt: data
        let climate = SyntheticClimate(seed: 0, latitudes: 24, longitudes: 36)
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

        page.heading("A line first")
        page.text(
            """
            Warming is nearly proportional to what was emitted. So the first model is linear: each cell's temperature as a weighted sum of the \
            global means of the four emissions in the ten years, forty numbers.
            """)
        // excerpt: linear
        func globalMeans(_ x: Tensor) -> Tensor { x.mean(axes: [2, 3]).cast(to: .float64).reshaped([x.shape[0], 40]) }
        var line = Ridge(alpha: 1)
        try line.fit(globalMeans(x), y.reshaped([y.shape[0], 24 * 36]).cast(to: .float64))
        func linear(_ x: Tensor) throws -> Tensor {
            try line.predict(globalMeans(x)).reshaped([x.shape[0], 24, 36]).cast(to: .float32)
        }
        // end
        page.code("linear")

        page.heading("What the line leaves over")
        page.text(
            """
            The network is a convolution in each year, the mean over the globe, an LSTM along the ten years, and a map. Trained on the \
            temperature itself, it first has to learn what the line knows already. Trained on what the line leaves over, it only has to add to it: \
            the answer is the sum of both. Each way is tried from \(seeds) seeds.
            """)
        // excerpt: model
        let steps = epochs * ((x.shape[0] + 15) / 16)
        func emulator(of targets: Tensor, seed: UInt64) throws -> (model: Sequential, history: History) {
            let model = Sequential(input: [10, 24, 36, 4], seed: seed) {
                TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same, activation: .relu))
                TimeDistributed(AveragePooling2D(2))
                TimeDistributed(GlobalAveragePooling2D())
                LSTM(25)
                Dense(24 * 36)
                Reshape([24, 36])
            }
            let rate = LearningRate.cosineDecay(from: 0.003, steps: steps)
            model.compile(optimizer: Adam(learningRate: rate), loss: .meanSquaredError)
            return (model, try model.fit(x, targets, batchSize: 16, epochs: epochs, seed: seed))
        }
        let rest = y.cast(to: .float32) - (try linear(x))
        let pairs = try (0..<seeds).map { number in
            progress(0.15 + 0.8 * Double(number) / Double(seeds))
            return (
                alone: try emulator(of: y, seed: seed + UInt64(number)),
                onTop: try emulator(of: rest, seed: seed + UInt64(number))
            )
        }
        // end
        page.code("model")
        let (model, history) = pairs[0].onTop
        page.text(
            "\(model.parameterCount.grouped) parameters, nearly all of them in the last layer. As `diagram()` draws it:"
        )
        page.figure(
            "network", model.diagram(), caption: "The emulator, layer by layer.",
            description:
                "A chain of boxes: ten years of four maps, a convolution, two poolings, an LSTM, a dense layer, a map.")

        page.heading("A scenario never seen")
        // excerpt: test
        let truth = temperature("ssp245").sliced(65..<86)  // 2080 to 2100
        let unseen = scenario("ssp245"), last = unseen.sliced(65..<86)
        let latitudes = runs["ssp245"]!.outputs[0].coordinate(.latitude)!.numbers!
        let scaled = try linear(last)
        let alone = try pairs.map { try $0.alone.model.predict(last) }
        let onTop = try pairs.map { try scaled + $0.onTop.model.predict(last) }
        func scores(_ p: Tensor) -> EmulatorScores { EmulatorScores(truth: truth, prediction: p, latitudes: latitudes) }
        // end
        page.code("test")
        let prediction = onTop[0]
        let error = { (p: Tensor) in areaWeightedRootMeanSquaredError(truth, p, latitudes: latitudes) }

        let longitudes = runs["ssp245"]!.outputs[0].coordinate(.longitude)!.numbers!
        let (trueMap, predictedMap) = (truth.mean(axis: 0), prediction.mean(axis: 0))
        func map(_ title: String, _ field: Tensor, _ range: ClosedRange<Double>?) -> Panel {
            Panel(
                title: title,
                WorldMap(
                    longitudes: longitudes, latitudes: latitudes, values: field.rows,
                    colors: range == nil ? nil : .viridis, range: range,
                    centered: range == nil ? 0 : nil, valueLabel: "K"))
        }
        let top = max(trueMap.max().item, predictedMap.max().item)
        page.figure(
            "maps",
            Figure(
                panels: [
                    map("Truth", trueMap, 0...top), map("Emulator", predictedMap, 0...top),
                    map("Emulator − truth", predictedMap - trueMap, nil),
                ], columns: 1, size: Size(width: 640, height: 840)),
            caption:
                "Emulator of the first seed. Warming since preindustrial times in SSP2-4.5, mean of 2080 to 2100 (made data), in K.",
            description:
                "Three world maps. Truth and emulator both show most warming over the Arctic and more over land than over sea; their "
                + "difference is a few tenths of a degree.")

        let years = (2015...2100).map(Double.init)
        let series = areaWeightedMean(temperature("ssp245"), latitudes: latitudes)
        let emulated = areaWeightedMean(try linear(unseen) + model.predict(unseen), latitudes: latitudes)
        let lined = areaWeightedMean(try linear(unseen), latitudes: latitudes)
        let globe = Panel(
            title: "Global mean, SSP2-4.5", x: Axis("year"), y: Axis("warming (K)"), legend: .bottomRight,
            Line(x: years, y: series.doubles, label: "truth", color: Style.light.foreground),
            Line(x: years, y: lined.doubles, label: "line", style: .dashed),
            Line(x: years, y: emulated.doubles, label: "line and network"))
        let loss = history["loss"]
        let course = Panel(
            title: "Training", x: Axis("epoch"), y: Axis("mean square error of the rest (K²)", scale: .logarithmic),
            Line(x: counted(loss), y: loss))
        page.figure(
            "course", Figure(panels: [course, globe], columns: 2),
            caption: "The loss of training, and the global mean temperature of the scenario kept back.",
            description:
                "Left: the loss falls over \(epochs) epochs. Right: the global mean warming rises from about one to about three "
                + "kelvin; the emulator follows it smoothly, without its year-to-year swings.")
        func row(_ name: String, _ all: [Tensor]) -> [ReportTable.Cell] {
            let values = all.map { p in [scores(p).spatial, scores(p).global, scores(p).total, error(p)] }
            return [name.cell] + (0..<4).map { k in meanAndSpread(values.map { $0[k] }).cell }
        }
        page.table(
            "scores", ["", "NRMSE, spatial", "NRMSE, global", "NRMSE, total", "RMSE (K)"],
            [
                row("line", [scaled]), row("network alone, mean ± std over \(seeds) seeds", alone),
                row("line and network, the same", onTop),
            ],
            caption:
                "ClimateBench's scores over 2080 to 2100, for temperature; the total is the spatial one plus five times the global one. "
                + "RMSE is that of single years, weighted by area, and includes weather that nobody can foresee.")
        let totals = onTop.map { scores($0).total }, own = scores(scaled).total, best = scores(prediction)
        page.number("nrmse", [best.spatial, best.global, best.total])
        page.number("nrmse_linear", [scores(scaled).spatial, scores(scaled).global, own])
        page.number("nrmse_total_of_seeds", totals)
        page.number("nrmse_total_alone", alone.map { scores($0).total })
        page.number("rmse", error(prediction), unit: "K")
        let gain = totals.map { own - $0 }, meanGain = gain.reduce(0, +) / Double(seeds)
        page.text(
            """
            On top of the line the network is better than the line alone in \(gain.count { $0 > 0 }) of \(seeds) seeds, by \(thousandths(meanGain)) of a total of \
            \(thousandths(own)) in the mean (from \(thousandths(gain.min()!)) to \(thousandths(gain.max()!))). Without it, its result hangs on the seed: \
            \(alone.map { thousandths(scores($0).total) }.joined(separator: ", ")).
            """)
        page.summary(
            "An emulator answers at once for scenarios between those it has learned from; for others nobody knows.",
            "Linear scaling of patterns is a strong baseline. A network that learns the rest cannot lose much, and often gains.",
            "Make the claim over seeds, on a scenario that was kept back.")
        page.sources(
            "D. Watson-Parris and others, [ClimateBench v1.0: a benchmark for data-driven climate projections](https://doi.org/10.1029/2021MS002954), 2022.",
            "S. Hochreiter and J. Schmidhuber, [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735), 1997.",
            "C. Tebaldi and J. M. Arblaster, [Pattern scaling](https://doi.org/10.1007/s10584-013-1032-9), 2014.")
    }
}
