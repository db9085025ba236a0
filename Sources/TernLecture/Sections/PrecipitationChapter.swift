import Tern
import TernNumbers

/// From sea-surface temperature to precipitation with a small CNN.
struct PrecipitationChapter: Chapter {
    let name = "precipitation"
    let title = "From sea-surface temperature to rain"

    /// Maps of the sea and the rain that goes with each, and which of them are learned from.
    private struct Months {
        var x: Tensor, y: Tensor
        /// What a unit of x is in kelvin.
        var scale: Double
        var latitudes: [Double], longitudes: [Double]
        var training: Tensor, validation: Tensor, test: Tensor
        /// Of the rain, as labels have it; of a file, as all of its names and units here, literal.
        var units: String
        /// What an example is called, in the plural.
        var examples: String
        /// What the rain is, what the maps are and in which units: a file may hold anomalies, or not.
        var rain = "rain anomaly", sea = "Sea-surface temperature anomaly", seaUnits = "K", isAnomaly = true
    }

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "prepare fields for a network without letting test data into training;",
            "train a convolutional network and a linear model on the same task;",
            "say by how much one is better, over several seeds;", "see what a network's filters and gradients look at.")
        page.text(
            """
            El Niño warms the eastern Pacific, and far away it rains less, or more. How much rain goes with a map of sea-surface temperature? \
            The answer need not be linear: air rises and rains where water is warmer than a threshold, and strong events do not do twice what \
            weak ones do. A convolutional network with fewer than three thousand parameters can learn that.
            """)
        let months = try page.lecture.sstPrecipitation.map { try read($0, on: &page) } ?? make(on: &page)
        try train(months, on: &page)
        page.summary(
            "Split before anything is estimated, and by time or model, so that no test month has a near copy in training.",
            "A linear model belongs beside every network; on many real fields it wins.",
            "One seed is an anecdote: give the mean and the spread over several.")
        page.sources(
            "N. C. Johnson and S.-P. Xie, [Changes in the sea surface temperature threshold for tropical convection](https://doi.org/10.1038/ngeo1008), 2010.",
            "Y.-G. Ham, J.-H. Kim and J.-J. Luo, [Deep learning for multi-year ENSO forecasts](https://doi.org/10.1038/s41586-019-1559-7), 2019.",
            "K. Simonyan, A. Vedaldi and A. Zisserman, [Deep inside convolutional networks](https://arxiv.org/abs/1312.6034), 2013: saliency maps.",
            "A. E. Hoerl and R. W. Kennard, [Ridge regression](https://doi.org/10.1080/00401706.1970.10488634), 1970.")
    }

    private func make(on page: inout LecturePage) -> Months {
        page.note(
            """
            The data of this section are made: \(SyntheticClimate.notice). They are monthly maps of 14 × 19 cells of the tropical Pacific \
            and the rain at the coast of South America. `tern lecture --sst-precipitation FILE.nc` does the same on fields of your own, \
            `examples/sst-precipitation.yaml` with all that an experiment needs.
            """)
        // excerpt: data
        let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 5545).fields()
        let scale = sst.values.standardDeviation().item
        let x = (sst.values / scale).reshaped([5545, 14, 19, 1]).cast(to: .float32)
        let y = rain.values.reshaped([5545, 1]).cast(to: .float32)
        // In the order of time, so that no test month has a neighbour among those learned from.
        let training = 0..<3548, validation = 3548..<4436, test = 4436..<5545
        // end
        page.code("data")
        return Months(
            x: x, y: y, scale: scale, latitudes: sst.coordinate(.latitude)!.numbers!,
            longitudes: sst.coordinate(.longitude)!.numbers!,
            training: Tensor(Array(training)),
            validation: Tensor(Array(validation)), test: Tensor(Array(test)), units: "mm/day", examples: "months")
    }

    private func read(_ path: String, on page: inout LecturePage) throws -> Months {
        let file = String(path.split(separator: "/").last ?? "")
        let data = try Dataset(contentsOf: path)
        guard
            let maps = data.variables.first(where: { $0.shape.count == 3 && $0.name.lowercased().contains("sst") })
                ?? data.variables.first(where: { $0.shape.count == 3 }),
            let series = data.variables.first(where: {
                $0.dimensions == [maps.dimensions[0]] && $0.name.lowercased().hasPrefix("pr")
            })
        else {
            throw DataError(
                file: path,
                "the lecture wants sea-surface temperature as a variable of three dimensions (samples, latitudes, longitudes) and rain "
                    + "along the first of them, named like \"precip\"; this file holds \(data.variables.map { "\($0.name) \($0.shape)" }.joined(separator: ", "))"
            )
        }
        let (sst, rain) = (try data.field(maps.name), try data.field(series.name))
        guard let latitudes = sst.coordinates.first(where: { $0.name == sst.dimensions[1] })?.numbers,
            let longitudes = sst.coordinates.first(where: { $0.name == sst.dimensions[2] })?.numbers,
            sst.shape[1] >= 10, sst.shape[2] >= 8
        else {
            throw DataError(
                file: path,
                "the maps of \(maps.name) need coordinates along both axes, and 10 x 8 cells or more for this network")
        }
        // Text of a file is text: what it calls things holds no marks.
        let (seaName, rainName) = (maps.name.literal, series.name.literal)
        let (seaUnits, rainUnits) = (sst.units?.literal ?? "", rain.units?.literal ?? "")
        // Over Greenwich, too; those that are none are told where a map is drawn.
        let continued = longitudes.allSatisfy { abs($0) <= 720 } ? Longitudes.continued(longitudes) : nil
        let count = sst.shape[0]
        // Samples of one model belong together, where the file says of which model each is.
        let groups = try groups(of: data, along: maps.dimensions[0])
        if let lacking = groups?.firstIndex(where: { !$0.isFinite }) {
            throw DataError(
                file: path,
                "\"model\" is missing at sample \(lacking) (from 0), which then belongs to no model; leave such samples out of the file"
            )
        }
        let order = groups.map { Array(Set($0)).sorted() } ?? (0..<count).map(Double.init)
        let place = Dictionary(
            uniqueKeysWithValues: order.enumerated().map { ($0.element, Double($0.offset) / Double(order.count)) })
        func part(_ range: Range<Double>) -> Tensor {
            Tensor((0..<count).filter { range.contains(place[groups?[$0] ?? Double($0)]!) })
        }
        let (training, validation, test) = (part(0..<0.64), part(0.64..<0.8), part(0.8..<1.01))
        guard training.count > 20, validation.count > 5, test.count > 5 else {
            throw DataError(file: path, "\(count) samples are too few to train, validate and test with")
        }
        let known = sst.values.cast(to: .float64).taking(training).doubles.filter(\.isFinite)
        let mean = known.reduce(0, +) / Double(known.count),
            scale = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)).squareRoot()
        guard scale > 0, scale.isFinite else {
            throw DataError(
                file: path,
                "\(maps.name) is \(known.isEmpty ? "missing" : "the same number") in all cells of the training part, from which nothing can be learned"
            )
        }
        let scaled = (sst.values.cast(to: .float64) - mean) / scale
        let x = select(isNaN(scaled), Tensor(0.0), scaled).reshaped([count, sst.shape[1], sst.shape[2], 1]).cast(
            to: .float32)
        guard rain.values.doubles.allSatisfy(\.isFinite) else {
            throw DataError(file: path, "\(series.name) has missing values; leave these samples out of the file")
        }
        for (part, name) in [(training, "training"), (test, "test")] {
            guard Set(rain.values.taking(part).doubles).count > 1 else {
                throw DataError(
                    file: path,
                    "\(series.name) is the same number in all samples of the \(name) part, by which no prediction can be judged"
                )
            }
        }
        page.note(
            """
            The data of this section are those of the file \(file.literal): \(count.grouped) maps of \(seaName) on \(sst.shape[1]) × \(sst.shape[2]) cells, and \
            \(rainName). \(groups == nil ? "The last fifth of the samples is for testing." : "A fifth of the \(order.count) models is for testing; none of them is trained on.") \
            Missing cells, such as land, are set to the mean of the training part, \(short(mean))\(seaUnits.isEmpty ? "" : " \(seaUnits)"), \
            which is taken from all cells alike.
            """)
        return Months(
            x: x, y: rain.values.reshaped([count, 1]).cast(to: .float32), scale: scale, latitudes: latitudes,
            longitudes: continued ?? longitudes, training: training, validation: validation, test: test,
            units: rainUnits,
            examples: groups == nil ? "samples" : "samples of models", rain: rainName,
            sea: "\(seaName), minus its mean", seaUnits: seaUnits, isAnomaly: false)
    }

    /// A number for each sample, the same for those of one model; nil where the file does not say of which each is.
    private func groups(of data: Dataset, along samples: String) throws -> [Double]? {
        guard let model = data.variables.first(where: { $0.name == "model" && $0.dimensions.first == samples }) else {
            return nil
        }
        // The characters of a text may have a dimension of their own.
        if model.type.isText, model.dimensions.count <= 2 {
            let texts = try data.texts(model.name), names = Set(texts).sorted()
            let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
            return texts.map { $0.isEmpty ? .nan : numbers[$0]! }
        }
        return model.dimensions.count == 1 ? try data.field(model.name).values.doubles : nil
    }

    private func train(_ months: Months, on page: inout LecturePage) throws {
        let (x, y, scale) = (months.x, months.y, months.scale),
            (training, validation, test) = (months.training, months.validation, months.test)
        let epochs = page.count(30, quick: 5), seed = UInt64(page.seed), seeds = page.count(5, quick: 3)
        let (rows, columns) = (x.shape[1], x.shape[2])
        let progress = page.progress
        // excerpt: model
        func network(seed: UInt64) throws -> (model: Sequential, history: History) {
            let model = Sequential(input: [rows, columns, 1], seed: seed) {
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
                x.taking(training), y.taking(training), batchSize: 128, epochs: epochs,
                validationData: (x.taking(validation), y.taking(validation)), seed: seed,
                callbacks: [EarlyStopping(patience: 10, restoresBestWeights: true)])
            return (model, history)
        }
        let networks = try (0..<seeds).map { number in
            progress(0.9 * Double(number) / Double(seeds))
            return try network(seed: seed + UInt64(number))
        }
        let predictions = try networks.map { try $0.model.predict(x.taking(test)).flattened() }
        // end
        page.code("model")
        let (model, history) = networks[0]
        // excerpt: linear
        let cells = x.reshaped([x.shape[0], rows * columns]).cast(to: .float64)
        let target = y.flattened().cast(to: .float64)
        func ridge(_ alpha: Double) throws -> Ridge {
            var linear = Ridge(alpha: alpha)
            try linear.fit(cells.taking(training), target.taking(training))
            return linear
        }
        // The penalty that does best on the validation part.
        let candidates = try [10.0, 100, 1000, 10_000].map { try ridge($0) }
        let errors = try candidates.map {
            meanSquaredError(target.taking(validation), try $0.predict(cells.taking(validation)))
        }
        let linear = candidates[errors.indices.min { errors[$0] < errors[$1] }!]
        let linearPrediction = try linear.predict(cells.taking(test))
        // end
        page.text(
            "\(model.parameterCount.grouped) parameters. Beside it, as always, a linear model on the same \(months.examples), a ridge regression on all cells:"
        )
        page.code("linear")

        let truth = target.taking(test), units = months.units.isEmpty ? "" : " (\(months.units))"
        let all = predictions.map { correlation(truth, $0) }, rLinear = correlation(truth, linearPrediction)
        let r = all[0], prediction = predictions[0]
        let (mean, spread) = moments(all)
        page.figure(
            "training", history.figure(),
            caption:
                "Loss and mean absolute error on the \(months.examples) of training and of validation, for the first seed.",
            description:
                "Both losses fall in the first ten epochs and then level off; validation stays close to training.")
        func scatter(_ title: String, _ values: Tensor) -> Panel {
            let ends = [truth.min().item, truth.max().item]
            return Panel(
                title: title, x: Axis("\(months.rain)\(units)"), y: Axis("predicted\(units)"), aspect: 1,
                Scatter(x: truth.doubles, y: values.doubles, size: 3, opacity: 0.4),
                Line(x: ends, y: ends, color: Style.light.muted, style: .dashed))
        }
        page.figure(
            "scatter",
            Figure(
                panels: [
                    scatter("CNN, r = \(hundredths(r))", prediction),
                    scatter("Ridge, r = \(hundredths(rLinear))", linearPrediction),
                ],
                columns: 2, size: Size(width: 860, height: 420)),
            caption:
                "Predicted against true rain on the test \(months.examples)\(months.isAnomaly ? ", as anomalies: departures from what is usual" : ""). The CNN is that of the first seed.",
            description: "Two clouds of points about the diagonal, of the network and of the linear model.")
        func scores(_ p: Tensor) -> [Double] {
            [correlation(truth, p), rootMeanSquaredError(truth, p), r2Score(truth, p)]
        }
        let table = predictions.map(scores), own = scores(linearPrediction)
        func both(_ k: Int) -> ReportTable.Cell { meanAndSpread(table.map { $0[k] }).cell }
        page.table(
            "scores", ["", "r", "RMSE\(units)", "R²"],
            [["CNN, mean ± std over \(seeds) seeds".cell, both(0), both(1), both(2)]]
                + table.enumerated().map { i, row in
                    ["CNN, seed \(seed + UInt64(i))".cell] + row.map { .text(thousandths($0)) }
                }
                + [["ridge regression, α = \(Int(linear.alpha))".cell] + own.map { .text(thousandths($0)) }],
            caption: "Scores on \(test.count.grouped) test \(months.examples).")
        page.number("r", [r, rLinear])
        page.number("r_of_seeds", all)
        page.number("parameters", Double(model.parameterCount))
        let better = all.count { $0 > rLinear }
        page.text(
            """
            The network is better than the line in \(better) of \(seeds) seeds, in the mean by \(thousandths(mean - rLinear)) in $r$ with a spread of \
            \(thousandths(spread)) between seeds. \(mean - rLinear > 2 * spread ? "That is no luck of one seed." : "That is no more than seeds differ by: here the line is good enough.")
            """)

        page.heading("What the network sees")
        page.text(
            """
            The first convolution makes four maps of each input, one by each filter. Here are the month of the test part with most rain, and \
            what the four filters answer to it before pooling: each lights up at another pattern.
            """)
        // excerpt: sees
        let wettest = prediction.doubles.indices.max { truth[$0].item < truth[$1].item }!
        let first = Model(inputs: model.inputs, outputs: [model.layers.first { $0 is Conv2D }!.output])
        let month = x.taking(test).sliced(wettest..<(wettest + 1))
        let maps = try first.predict(month)
        // end
        page.code("sees")
        let (latitudes, longitudes) = (months.latitudes, months.longitudes)
        // As high as the region is, beside a bar of colours.
        let ratio = (latitudes.max()! - latitudes.min()!) / max(1, longitudes.max()! - longitudes.min()!),
            height = min(400, 340 * ratio + 90)
        func map(_ title: String, _ field: Tensor, centered: Double?, label: String) -> Panel {
            let (dy, dx) = (latitudes.count - field.shape[0], longitudes.count - field.shape[1])
            // A valid convolution's cells lie between those that it reads.
            func between(_ c: [Double], _ lost: Int) -> [Double] {
                (0..<c.count - lost).map { (c[$0] + c[$0 + lost]) / 2 }
            }
            return Panel(
                title: title,
                WorldMap(
                    longitudes: between(longitudes, dx), latitudes: between(latitudes, dy), values: field.rows,
                    colors: centered == nil ? .cividis : nil, centered: centered, valueLabel: label))
        }
        let panels =
            [map(months.sea, month.reshaped([rows, columns]) * scale, centered: 0, label: months.seaUnits)]
            + (0..<4).map { k in map("Filter \(k + 1)", maps[0, .all, .all, k], centered: nil, label: "") }
        page.figure(
            "sees", Figure(panels: panels, columns: 2, size: Size(width: 960, height: 3 * height)),
            caption: "The wettest month of the test part and the four feature maps of the first convolution.",
            description:
                "A map of the sea's temperature, and four maps that show where each filter of the network answers to it."
        )

        page.heading("Where it looks")
        page.text(
            "The gradient of the predicted rain by the input says how much the answer would change with each cell's temperature: a saliency map."
        )
        // excerpt: saliency
        let answer = gradient { (x: Tensor) in model(x).sum() }
        let slopes = answer(x.taking(test)).reshaped([test.count, rows, columns]) / scale
        let influence = slopes.mean(axis: 0), strength = abs(slopes).mean(axis: 0)
        // end
        page.code("saliency")
        let label =
            (months.units.isEmpty ? "1" : months.units) + " per " + (months.seaUnits.isEmpty ? "unit" : months.seaUnits)
        page.figure(
            "saliency",
            Figure(
                panels: [
                    map("Mean influence", influence, centered: 0, label: label),
                    map("Mean strength", strength, centered: nil, label: label),
                ], columns: 2,
                size: Size(width: 960, height: height)),
            caption:
                "Mean gradient of the predicted rain\(months.isAnomaly ? " anomaly" : "") by each cell's temperature, and the mean of its size.",
            description:
                "Two maps that show in which cells a warmer sea raises or lowers the predicted rain, and where the prediction depends on the sea at all."
        )
    }
}
