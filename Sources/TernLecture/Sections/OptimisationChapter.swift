import Tern

/// Gradient descent and what goes wrong with it.
struct OptimisationChapter: Chapter {
    let name = "optimisation"
    let title = "Optimisation: what goes wrong, and what helps"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "tell from a curve of losses whether a learning rate is too small, good or too large;",
            "compare schedules of the rate under noise;",
            "say what momentum and adaptive rates change, and write down Adam;",
            "name cures for gradients that vanish with depth.")
        page.text(
            "Each step goes from where the parameters are against \(page.link("the gradient", to: "descent")), by the learning rate:"
        )
        page.math("\\theta_{t+1} = \\theta_t - \\eta \\, \\nabla L(\\theta_t)")
        page.text(
            """
            A network's loss has millions of dimensions. One and two are enough to see what can go wrong. Each search below can be repeated \
            with `tern descend`.
            """)
        rates(on: &page)
        bowl(on: &page)
        page.progress(0.15)
        noise(on: &page)
        localMinima(on: &page)
        saddle(on: &page)
        page.progress(0.35)
        vanishing(on: &page)
        page.progress(0.5)
        try optimisers(on: &page)
        page.summary(
            "Try rates a factor of three apart: the best is a little below the one at which the loss begins to jump.",
            "Let the rate fall: a cosine over the whole training is a good first choice.",
            "Adam at $10^{-3}$ is a good first optimiser. Plain descent with momentum and a schedule often ends as well, with more care.",
            "Depth needs ReLU with He's weights, normalisation or skips, lest the gradient vanish.")
        page.sources(
            "B. T. Polyak, [Some methods of speeding up the convergence of iteration methods](https://doi.org/10.1016/0041-5553(64)90137-5), 1964: momentum.",
            "J. Duchi, E. Hazan and Y. Singer, [Adaptive subgradient methods](https://jmlr.org/papers/v12/duchi11a.html), 2011: Adagrad.",
            "D. P. Kingma and J. Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), ICLR 2015.",
            "K. He and others, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852) and [Deep residual learning](https://arxiv.org/abs/1512.03385), 2015; "
                + "S. Ioffe and C. Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015.",
            "The test functions: E. M. L. Beale, 1958; H. H. Rosenbrock, 1960. Noise: NumPy's generator for the same seed."
        )
    }

    // MARK: - One dimension

    private func rates(on page: inout LecturePage) {
        page.heading("The learning rate")
        page.text(
            "On $f(x) = x^2$ each step multiplies $x$ by $1 - 2 \\eta$: below 0.5 it creeps, above it jumps across, from 1 on it leaves."
        )
        // excerpt: rates
        let descents = [0.05, 0.2, 0.95, 1.05].map { rate in
            (
                rate: rate,
                way: minimise(
                    from: 10, optimizer: SGD(learningRate: LearningRate(rate)), steps: 20
                ) { x in x * x }
            )
        }
        // end
        page.code("rates")
        var panels = [descents[0], descents[1], descents[2]].map { run -> Panel in
            var panel = DescentFigure(.quadratic, [("\(run.rate)", run.way)]).course()
            panel.title = "η = \(run.rate)"
            panel.x.label = "x"
            panel.legend = .none
            return panel
        }
        var values = Panel(
            title: "x after each step", x: Axis("step"), y: Axis("|x|", scale: .logarithmic), legend: .outside)
        for run in descents {
            values.add(
                Line(
                    x: run.way.steps, y: run.way.coordinate(0).map { max(abs($0), 1e-8) },
                    label: "η = \(run.rate)", marks: true))
        }
        panels.append(values)
        page.figure(
            "rates", Figure(panels: panels, columns: 2),
            caption:
                "Twenty steps on a parabola from x = 10: too short, good, nearly too long; and the distance from the minimum for four rates.",
            description:
                "Parabolas with the points of each search. At 0.05 the points creep down one side, at 0.2 they reach the bottom in a "
                + "few steps, at 0.95 they jump from side to side. The last panel shows the distances falling on a logarithmic axis, and "
                + "growing for 1.05.")
        page.table(
            "rates", ["step"] + descents.map { "η = \($0.rate)" },
            [0, 1, 2, 5, 10, 20].map { step in [step.cell] + descents.map { $0.way.points[step].position[0].cell } },
            caption: "$x$ after some steps.")
        for run in descents { page.number("x2_rate_\(run.rate)", run.way.coordinate(0)) }
    }

    // MARK: - Two dimensions

    private func bowl(on page: inout LecturePage) {
        page.heading("Two dimensions")
        page.text(
            "On $f(x_1, x_2) = x_1^2 + 2 x_2^2$ the slope is twice as steep along $x_2$, and the path bends: the steep direction is done first."
        )
        // excerpt: bowl
        let way = minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20) { x in
            x[0] * x[0] + 2 * x[1] * x[1]
        }
        // end
        page.code("bowl")
        page.figure(
            "bowl", DescentFigure(.bowl, [("η = 0.1", way)]).figure(),
            caption: "Twenty steps in a bowl, over its contours, and the value by step.",
            description:
                "A path from the lower left that drops quickly towards the long axis and then runs along it to the centre; the value "
                + "falls by a constant factor in each step.")
        page.number("bowl_x1", way.coordinate(0))
        page.number("bowl_x2", way.coordinate(1))
    }

    private func noise(on page: inout LecturePage) {
        page.heading("Noise, and schedules against it")
        page.text(
            """
            A gradient from a batch of examples is that of all of them plus noise. With a constant rate the search then never comes to \
            rest: it jitters about the minimum in proportion to $\\sqrt{\\eta}$. A rate that falls settles it, if it does not fall too fast.
            """)
        // excerpt: noise
        let schedules: [(name: String, rate: LearningRate)] = [
            ("constant", 0.1),
            ("exponential", .exponentialDecay(from: 0.1, steps: 10, rate: 0.5)),
            ("inverse time", .inverseTimeDecay(from: 0.1, steps: 10, rate: 0.5)),
            ("cosine", .cosineDecay(from: 0.1, steps: 50)),
        ]
        let runs = schedules.map { schedule in
            (
                name: schedule.name,
                descent: minimise(
                    from: [-5, -2], optimizer: SGD(learningRate: schedule.rate), steps: 50,
                    noise: GradientNoise(standardDeviation: 1, seed: 0), TestFunction.bowl.function)
            )
        }
        // end
        page.code("noise")
        var rates = Panel(title: "Rate", x: Axis("step"), y: Axis("η"), legend: .none)
        for run in runs {
            rates.add(Line(x: run.descent.steps, y: run.descent.points.map(\.rate)))
        }
        var values = Panel(title: "Value", x: Axis("step"), y: Axis("f", scale: .logarithmic), legend: .topRight)
        for run in runs {
            values.add(Line(x: run.descent.steps, y: run.descent.values, label: run.name))
        }
        let shown = [runs[0], runs[3]]
        var paths = DescentFigure(.bowl, shown).course()
        paths.title = "Paths"
        paths.legend = .none
        var closer = Panel(
            title: "The last 25 steps", x: Axis("x_1", range: -0.6...0.6), y: Axis("x_2", range: -0.45...0.45),
            legend: .below, aspect: 1)
        for (i, run) in shown.enumerated() {
            let end = run.descent.points.suffix(26)
            closer.add(
                Line(
                    x: end.map { $0.position[0] }, y: end.map { $0.position[1] }, label: run.name,
                    color: Style.light.cycle[i], style: .numbered(i), marks: true))
        }
        closer.add(Scatter(x: [0], y: [0], label: "minimum", color: Style.light.foreground, mark: .cross, size: 10))
        page.figure(
            "noise", Figure(panels: [paths, closer, rates, values], columns: 2, size: Size(width: 940, height: 720)),
            caption:
                "Noisy descent in the bowl: two paths, the same at their end seen closer, the rates of four schedules, and the values. The noise is NumPy's for the same seed.",
            description:
                "Two ragged paths to the centre of the bowl, of which that with the constant rate jitters about it while the other settles; rates that stay, fall fast, fall slowly and fall along a cosine; values "
                + "that jitter, least for the cosine schedule.")
        page.number("noisy_x1", runs[0].descent.coordinate(0))
        page.number("noisy_x2", runs[0].descent.coordinate(1))

        // excerpt: spread
        let spread = schedules.map { schedule in
            let ends = (0..<100).map { seed in
                minimise(
                    from: [-5, -2], optimizer: SGD(learningRate: schedule.rate), steps: 50,
                    noise: GradientNoise(standardDeviation: 1, seed: UInt32(seed)), TestFunction.bowl.function
                ).last.value
            }
            return ends.reduce(0, +) / 100
        }
        // end
        page.table(
            "schedules", ["schedule", "rate at the end", "mean value after 50 steps"],
            zip(runs, spread).map { [.text($0.name), $0.descent.last.rate.cell, $1.cell] },
            caption: "Mean over 100 seeds of the noise. A rate that falls too fast stops before it arrives.")
        page.number("noisy_mean_value", spread)
    }

    private func localMinima(on page: inout LecturePage) {
        page.heading("Local minima")
        page.text(
            """
            $f(x) = x \\cos(0.15 \\pi x)$ has many valleys. From $x = 10$ with a rate of 2 the first step leaps over the deep one nearby, and the \
            search is caught in the shallow one behind it. From $x = -6.5$ with short steps it runs into the same. Momentum rolls on over the ridge \
            into the deeper one: its velocity $v \\leftarrow \\mu v - \\eta \\nabla f$ keeps a share $\\mu$ of the last.
            """)
        // excerpt: valleys
        let f = TestFunction.cosine
        let runs: [(name: String, descent: Descent)] = [
            (
                "from 10, η = 2",
                minimise(
                    from: [10], optimizer: SGD(learningRate: 2), steps: 40, f.function)
            ),
            (
                "from −6.5, η = 0.1",
                minimise(
                    from: [-6.5], optimizer: SGD(learningRate: 0.1), steps: 150, f.function)
            ),
            (
                "the same, μ = 0.95",
                minimise(
                    from: [-6.5], optimizer: SGD(learningRate: 0.1, momentum: 0.95), steps: 150, f.function)
            ),
        ]
        // end
        page.code("valleys")
        var curve = DescentFigure(f, runs).course()
        curve.title = "x cos(0.15 πx)"
        curve.legend = .none
        var values = Panel(title: "Value", x: Axis("step"), y: Axis("f(x)"), legend: .outside)
        for run in runs {
            values.add(Line(x: run.descent.steps, y: run.descent.values, label: run.name))
        }
        page.figure(
            "valleys", Figure(panels: [curve, values], columns: 2, size: Size(width: 960, height: 340)),
            caption: "Plain descent is caught in a shallow valley; momentum rolls on into a deeper one.",
            description:
                "A wave that grows with the distance from zero. Two searches by plain descent end in the shallow valley left of zero; the "
                + "one with momentum passes it, swings in the deep valley right of zero and settles there. The values by step beside it."
        )
        page.table(
            "valleys", ["search", "x at the end", "f(x)"],
            runs.map { [.text($0.name), $0.descent.last.position[0].cell, $0.descent.last.value.cell] },
            caption: "Where they end.")
        page.number("valley_descent", runs[0].descent.coordinate(0))
        page.number("valley_ends", runs.map { $0.descent.last.position[0] })
    }

    private func saddle(on page: inout LecturePage) {
        page.heading("Saddle points")
        page.text(
            """
            In many dimensions points that are flat in all directions are rarely minima: mostly some directions lead up and others down. \
            Near the saddle of $x_1^2 - x_2^2$ the gradient is small, and plain descent lingers, begun a thousandth off the ridge.
            """)
        // excerpt: saddle
        let f = TestFunction.saddle
        let optimizers: [(String, any Optimizer)] = [
            ("SGD", SGD(learningRate: 0.1)), ("momentum", SGD(learningRate: 0.1, momentum: 0.9)),
            ("RMSprop", RMSprop(learningRate: 0.1)), ("Adam", Adam(learningRate: 0.1)),
        ]
        let runs = optimizers.map { name, optimizer in
            (name: name, descent: minimise(from: f.start, method: .optimizer(optimizer), steps: 45, f.function))
        }
        // end
        page.code("saddle")
        var values = Panel(title: "Value", x: Axis("step"), y: Axis("f", range: -4...4), legend: .outside)
        for run in runs {
            values.add(Line(x: run.descent.steps, y: run.descent.values, label: run.name))
        }
        var paths = DescentFigure(
            f,
            runs.map { run in
                (
                    run.name,
                    Descent(points: run.descent.points.filter { abs($0.position[1]) < 2.5 }, hasConverged: false)
                )
            }
        ).course()
        paths.title = "Paths"
        paths.legend = .none
        page.figure(
            "saddle", Figure(panels: [paths, values], columns: 2), caption: "Four optimisers leave a saddle.",
            description:
                "Left: paths that come in along the ridge and turn away to one side. Right: the value of plain descent stays near zero "
                + "for some thirty steps; RMSprop and Adam leave after a few, since they scale each direction by its own gradient."
        )
        let left = runs.map { run in run.descent.points.first { $0.value < -1 }.map { Double($0.step) } }
        page.table(
            "saddle", ["optimiser", "steps until f < −1"],
            zip(runs, left).map { [.text($0.name), $1?.cell ?? .missing] },
            caption: "How long each lingers.")
        page.number("saddle_steps", left.map { $0 ?? .nan })
    }

    // MARK: - Depth

    private func vanishing(on page: inout LecturePage) {
        page.heading("Vanishing gradients, and cures")
        page.text(
            """
            The gradient of an early layer is a product over all later ones. In a chain of twenty layers of sigmoids it is almost nothing; ReLU \
            with He's initial weights, batch normalisation, or connections that skip layers bring it back.
            """)
        // excerpt: vanishing
        let chains: [(name: String, chain: DeepChain)] = [
            ("sigmoid", DeepChain(activation: .sigmoid)),
            ("tanh", DeepChain(activation: .tanh)),
            ("ReLU, He", DeepChain(activation: .relu, initializer: .heNormal)),
            ("sigmoid, batch norm", DeepChain(activation: .sigmoid, normalizes: true)),
            ("sigmoid, skips", DeepChain(activation: .sigmoid, hasSkips: true)),
        ]
        let lengths = chains.map { $0.chain.gradientNorms() }  // by layer, the first one first
        // end
        page.code("vanishing")
        var panel = Panel(x: Axis("layer"), y: Axis("length of the gradient", scale: .logarithmic), legend: .outside)
        for (chain, norms) in zip(chains, lengths) {
            panel.add(Line(x: counted(norms), y: norms, label: chain.name, marks: true))
        }
        page.figure(
            "vanishing", Figure(panel, size: Size(width: 720, height: 340)),
            caption:
                "The length of the gradient at each layer of a chain of twenty, 32 units wide, on random examples.",
            description:
                "For sigmoids the gradient falls by many orders of magnitude from the last layer to the first; for ReLU, batch "
                + "normalisation and skips it stays of one order.")
        page.table(
            "vanishing", ["chain", "first layer", "last layer", "ratio"],
            zip(chains, lengths).map { [.text($0.name), $1[0].cell, $1[19].cell, ($1[0] / $1[19]).cell] },
            caption: "First against last layer.")
        page.number("vanishing_ratio", lengths.map { $0[0] / $0[19] })
    }

    // MARK: - Optimisers

    private func optimisers(on page: inout LecturePage) throws {
        page.heading("Momentum and adaptive rates")
        page.text(
            """
            One rate for all directions is what limits plain descent: it has to suit the steepest. Two ideas got past that. *Momentum* \
            (Polyak, 1964) adds up past gradients: what points the same way in each step grows, what points to and fro cancels, so that the \
            search runs along a valley instead of across. *Adaptive rates* divide each parameter's step by the size of its own gradients, so \
            that a weight whose gradients are rare or small moves as far as any other. Adam, by Kingma and Ba (2015), does both; its name is \
            short for *adaptive moment estimation*, after the running means of the gradient and of its square, the first two moments.
            """)
        page.list(
            "**Momentum** keeps a share of the last step: $v \\leftarrow \\mu v - \\eta g$, $\\theta \\leftarrow \\theta + v$.",
            "**Adagrad** divides by the root of all squared gradients so far: $s \\leftarrow s + g^2$, $\\theta \\leftarrow \\theta - \\eta g / (\\sqrt{s} + \\epsilon)$.",
            "**RMSprop** forgets old ones: $s \\leftarrow \\rho s + (1 - \\rho) g^2$.",
            "**Adam** does both, and corrects for beginning at zero: $m \\leftarrow \\beta_1 m + (1 - \\beta_1) g$, $\\theta \\leftarrow \\theta - \\eta \\, \\hat m / (\\sqrt{\\hat s} + \\epsilon)$."
        )
        page.text(
            "On Beale's function, whose minimum lies at the end of a flat valley, each with a rate that suits it; L-BFGS and Newton's method use curvature."
        )
        // excerpt: optimisers
        let f = TestFunction.beale
        let methods: [(String, DescentMethod)] = [
            ("SGD", .optimizer(SGD(learningRate: 0.01))),
            ("momentum", .optimizer(SGD(learningRate: 0.005, momentum: 0.9))),
            ("Adagrad", .optimizer(Adagrad(learningRate: 0.5))),
            ("RMSprop", .optimizer(RMSprop(learningRate: 0.02))),
            ("Adam", .optimizer(Adam(learningRate: 0.3))),
            ("L-BFGS", .lbfgs()), ("Newton", .newton),
        ]
        let runs = methods.map { name, method in
            (
                name: name,
                descent: minimise(
                    from: f.start, method: method, steps: 200, gradientTolerance: 1e-10, f.function)
            )
        }
        // end
        page.code("optimisers")
        var paths = DescentFigure(f, runs).course()
        paths.title = "Beale's function"
        paths.legend = .none
        var values = Panel(
            title: "Value", x: Axis("step"), y: Axis("f", scale: .logarithmic, range: 1e-16...1e2), legend: .outside)
        for run in runs {
            values.add(
                Line(
                    x: run.descent.steps, y: run.descent.values.map { max($0, 1e-20) },
                    label: run.name))
        }
        page.figure(
            "optimisers", Figure(panels: [paths, values], columns: 2, size: Size(width: 960, height: 380)),
            caption: "Seven ways to the minimum of Beale's function at (3, 0.5).",
            description:
                "Left: paths over contours from (1, 1.5) to the minimum. Right: the values by step; Newton's method and L-BFGS reach "
                + "rounding within twenty steps, Adam comes close in two hundred, and plain descent and Adagrad lag behind."
        )
        page.table(
            "optimisers", ["method", "steps", "f at the end", "distance from (3, 0.5)"],
            runs.map { run in
                let p = run.descent.last.position
                let distance = ((p[0] - 3) * (p[0] - 3) + (p[1] - 0.5) * (p[1] - 0.5)).squareRoot()
                return [.text(run.name), run.descent.last.step.cell, run.descent.last.value.cell, distance.cell]
            }, caption: "After at most 200 steps. A step of L-BFGS may look at the function several times.")
        for run in runs { page.number("beale_\(run.name.lowercased())", run.descent.last.value) }
        page.progress(0.6)

        page.text(
            "On a network the picture is different: 64 noisy points of the sine, two hidden layers of 50 units, the same initial weights."
        )
        let seed = UInt64(page.seed), epochs = page.count(200, quick: 40)
        // excerpt: training
        var random = RandomState(seed: 0)
        let x = Tensor(random.uniform(low: -6, high: 6, count: 64), shape: [64, 1])
        let y = sin(x) + Tensor(random.normal(mean: 0, standardDeviation: 0.1, count: 64), shape: [64, 1])
        func losses(_ optimizer: some Optimizer) throws -> [Double] {
            let model = Sequential(input: [1], seed: seed) {
                Dense(50, activation: .relu)
                Dense(50, activation: .relu)
                Dense(1)
            }
            model.compile(optimizer: optimizer, loss: .meanSquaredError)
            return try model.fit(x, y, batchSize: 16, epochs: epochs)["loss"]
        }
        let curves = [
            ("SGD", try losses(SGD(learningRate: 0.01))),
            ("momentum", try losses(SGD(learningRate: 0.01, momentum: 0.9))),
            ("Adagrad", try losses(Adagrad(learningRate: 0.05))),
            ("RMSprop", try losses(RMSprop(learningRate: 0.003))),
            ("Adam", try losses(Adam(learningRate: 0.003))),
        ]
        // end
        page.code("training")
        var panel = Panel(x: Axis("epoch"), y: Axis("training loss", scale: .logarithmic), legend: .outside)
        for (name, loss) in curves { panel.add(Line(x: counted(loss), y: loss, label: name)) }
        page.figure(
            "training", Figure(panel, size: Size(width: 720, height: 340)),
            caption: "The same network trained by five optimisers.",
            description:
                "Training losses by epoch on a logarithmic axis: those of the optimisers that scale each weight's steps fall "
                + "furthest, plain descent is slowest.")
        page.table(
            "training", ["optimiser", "loss after \(epochs) epochs"], curves.map { [.text($0.0), $0.1.last!.cell] },
            caption: "Where each arrives.")
    }
}
