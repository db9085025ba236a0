import Tern

/// More parameters than points: how to see it, and what helps.
struct OverfittingChapter: Chapter {
    let name = "overfitting"
    let title = "Overfitting"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "say what overfitting is, and recognise it from two curves;",
            "keep training, validation and test data apart, and say what each is for;",
            "name five things that help, and measure which does.")
        page.text(
            """
            A network with more parameters than there are points can pass through all of them, noise included. Its training error is then \
            nearly nothing, and says nothing: what counts is the error on data that it has not seen. *Overfitting* is learning what is true \
            of the training data alone.
            """)
        page.list(
            "The **training** data are what the weights are fitted to.",
            "The **validation** data choose when to stop, how wide the network is, how strong a penalty. They are used up by that choice.",
            "The **test** data are looked at once, at the end.")
        page.text(
            """
            Below are 16 noisy points of a sine to train on and 16 to validate with; the test is the sine itself. The network has two hidden \
            layers of 64 units, 4,353 parameters for 16 numbers.
            """)
        let epochs = page.count(1500, quick: 900)
        // excerpt: data
        var random = RandomState(seed: 3)
        func points(_ count: Int) -> (Tensor, Tensor) {
            let x = Tensor(random.uniform(low: -3, high: 3, count: count), shape: [count, 1])
            let noise = Tensor(random.normal(mean: 0, standardDeviation: 0.3, count: count), shape: [count, 1])
            return (x.cast(to: .float32), (sin(1.5 * x) + noise).cast(to: .float32))
        }
        let (x, y) = points(16), validation = points(16), more = points(480)
        let xTest = Tensor.linearSpace(from: -3, to: 3, count: 121).reshaped([121, 1]).cast(to: .float32)
        let yTest = sin(1.5 * xTest)
        // end
        page.code("data")
        let seed = UInt64(page.seed)
        // excerpt: train
        func network(width: Int = 64, penalty: Regularizer? = nil, dropout: Double = 0) -> Sequential {
            let model = Sequential(input: [1], seed: seed) {
                Dense(width, activation: .relu, kernel: .init(regularizer: penalty))
                Dropout(dropout)
                Dense(width, activation: .relu, kernel: .init(regularizer: penalty))
                Dropout(dropout)
                Dense(1)
            }
            model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
            return model
        }
        let wide = network(), stopped = network()
        let history = try wide.fit(x, y, batchSize: 16, epochs: epochs, validationData: validation, seed: seed)
        let stopping = EarlyStopping(patience: 100, restoresBestWeights: true)
        try stopped.fit(
            x, y, batchSize: 16, epochs: epochs, validationData: validation, seed: seed, callbacks: [stopping])
        // end
        page.code("train")
        page.progress(0.3)
        let (loss, watched) = (history["loss"], history["val_loss"])
        let best = watched.indices.min { watched[$0] < watched[$1] }!, xs = counted(loss)
        var curves = Panel(
            title: "Error by epoch", x: Axis("epoch", scale: .logarithmic),
            y: Axis("mean square error", scale: .logarithmic), legend: .bottomLeft)
        curves.add(Line(x: xs, y: loss, label: "training"))
        curves.add(Line(x: xs, y: watched, label: "validation"))
        curves.add(Rule(x: Double(best + 1)))
        var fits = Panel(
            title: "What was learned", x: Axis("x", range: -3...3), y: Axis("y", range: -2...2), legend: .below)
        fits.add(Line(x: xTest, y: yTest, label: "truth", color: Style.light.muted, style: .dashed))
        fits.add(
            Line(
                x: xTest, y: try wide.predict(xTest), label: "after \(epochs.grouped) epochs",
                color: Style.light.cycle[1]))
        fits.add(
            Line(
                x: xTest, y: try stopped.predict(xTest), label: "stopped early", color: Style.light.cycle[0],
                style: .numbered(1)))
        fits.add(Scatter(x: x, y: y, label: "training points", color: Style.light.foreground, size: 5))
        page.figure(
            "overfitting", Figure(panels: [curves, fits], columns: 2, size: Size(width: 880, height: 380)),
            caption:
                "Training error falls without end; validation error falls, and then rises again. The line marks its least value, after epoch \(best + 1).",
            description:
                "Left: both errors fall together at first; then the training error goes on falling by orders of magnitude while the validation error "
                + "rises. Right: the network trained to the end winds through the noisy points, the one that was stopped early stays close to the sine."
        )
        page.text(
            """
            That is how to see it: the two curves part. After \(epochs.grouped) epochs the training error is \(short(loss.last!)), the validation error \
            \(short(watched.last!)); at its best it was \(short(watched[best])). The noise has a variance of 0.09, and no network can do better than that on \
            noisy points.
            """)
        page.number("best_epoch", Double(best + 1))
        page.number("errors", [loss.last!, watched.last!, watched[best]])

        page.heading("What helps")
        // excerpt: cures
        func testError(_ model: Sequential, _ x: Tensor, _ y: Tensor) throws -> Double {
            try model.fit(x, y, batchSize: 16, epochs: epochs * 16 / x.shape[0], seed: seed)
            return meanSquaredError(yTest, try model.predict(xTest))
        }
        let cures = [
            ("none: 64 units, to the end", meanSquaredError(yTest, try wide.predict(xTest))),
            ("early stopping", meanSquaredError(yTest, try stopped.predict(xTest))),
            ("less width: 4 units", try testError(network(width: 4), x, y)),
            ("a penalty on squared weights, 0.003", try testError(network(penalty: .l2(0.003)), x, y)),
            ("dropout of 0.3", try testError(network(dropout: 0.3), x, y)),
            ("more data: 480 points", try testError(network(), more.0, more.1)),
        ]
        // end
        page.code("cures")
        page.table(
            "cures", ["what was done", "test MSE"], cures.map { [.text($0.0), $0.1.cell] },
            caption: "Errors on the sine itself, with as many steps of training in all rows but the second.")
        page.number("cures", cures.map(\.1))
        page.list(
            "**Early stopping** keeps the weights of the epoch of least validation error. It costs nothing but the validation data.",
            "**Less width** leaves fewer ways to follow noise, and may leave too few to follow the truth.",
            "A **penalty**, $L + \\lambda \\sum w^2$, prefers small weights, and with them smooth functions.",
            "**Dropout** sets a random share of the units to zero in each step, so that no unit can rely on another alone (Srivastava and others, 2014).",
            "**More data** help most, where they can be had. In the earth sciences they often cannot: there is one twentieth century."
        )
        page.text(
            """
            Examples that are near in time or space are nearly copies of each other. If they lie in both training and validation data, \
            overfitting is not seen: split by years, by stations or by models instead of at random.
            """)
        page.summary(
            "Training error alone says nothing. Watch the error on data that are not trained on.",
            "When the two curves part, more training does harm.",
            "Choose by validation data, report by test data.")
        page.sources(
            "N. Srivastava and others, [Dropout](https://jmlr.org/papers/v15/srivastava14a.html), 2014.",
            "L. Prechelt, [Early stopping – but when?](https://doi.org/10.1007/3-540-49430-8_3), 1998.",
            "A. Zhang and others, [Dive into Deep Learning, Generalization](https://d2l.ai/chapter_linear-regression/generalization.html)."
        )
    }
}
