import Tern

/// Why steps against the gradient lead downhill, and why one example is enough to tell the way.
struct DescentChapter: Chapter {
    let name = "descent"
    let title = "Gradient descent"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "show by a Taylor step why gradient descent lowers a function, and when it does not;",
            "write the same for many dimensions;",
            "explain why one example's gradient is an unbiased, cheap and noisy estimate of that of all;",
            "recognise local minima, saddles and vanishing gradients.")
        firstOrder(on: &page)
        vector(on: &page)
        page.progress(0.2)
        try stochastic(on: &page)
        page.progress(0.5)
        noise(on: &page)
        page.progress(0.8)
        landscapes(on: &page)
        page.summary(
            "A small step against the gradient lowers $f$ by $\\eta \\|\\nabla f\\|^2$; how small it must be depends on the curvature.",
            "A batch's gradient is right on average. Its cost does not grow with the data, its noise falls with the root of its size.",
            "With a constant rate the search ends in a cloud about the minimum; a rate that falls lets it settle.",
            "Where the gradient is small nothing happens, be that a minimum, a saddle or a plain.")
        page.sources(
            "A.-L. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, Comptes rendus 25, 1847: the first descent.",
            "H. Robbins and S. Monro, [A stochastic approximation method](https://doi.org/10.1214/aoms/1177729586), 1951: rates that fall.",
            "Y. N. Dauphin and others, [Identifying and attacking the saddle point problem](https://arxiv.org/abs/1406.2572), 2014; A. Choromanska and others, "
                + "[The loss surfaces of multilayer networks](https://arxiv.org/abs/1412.0233), 2015.",
            "A. Zhang and others, [Dive into Deep Learning](https://d2l.ai/chapter_optimization/index.html), chapter 12."
        )
    }

    private func firstOrder(on page: inout LecturePage) {
        page.heading("Why it goes down")
        page.text("Near a point a smooth function is nearly its tangent. One step of length $\\epsilon$ changes it by")
        page.math("f(x + \\epsilon) = f(x) + \\epsilon \\, f'(x) + O(\\epsilon^2)")
        page.text(
            "Walk against the slope, $\\epsilon = -\\eta f'(x)$ with a *learning rate* $\\eta > 0$, and the first term cannot be positive:"
        )
        page.math("f(x - \\eta f'(x)) = f(x) - \\eta \\, f'(x)^2 + O\\left( \\eta^2 f'(x)^2 \\right)")
        page.text(
            """
            So $f$ falls, as long as the slope is not zero and $\\eta$ is small enough for the last term, in which the curvature is, to be \
            smaller than the one before. If $f'' \\le c$ along the step, it falls for all $\\eta < 2 / c$. With larger steps the tangent is no \
            guide any more, and $f$ may rise.
            """)
        // excerpt: taylor
        func f(_ x: Tensor) -> Tensor { 0.5 * square(x) + 0.3 * sin(3 * x) }
        let slope = gradient { (x: Tensor) in f(x).sum() }
        let x = Tensor([2.0]), rates = [0.1, 0.5, 1.0, 1.5, 2.0]
        let promised = rates.map { rate in f(x)[0].item - rate * square(slope(x))[0].item }
        let found = rates.map { rate in f(x - rate * slope(x))[0].item }
        // end
        page.code("taylor")
        let xs = Tensor.linearSpace(from: -2.6, to: 2.8, count: 271), start = x[0].item, here = f(x)[0].item,
            rise = slope(x)[0].item
        var panel = Panel(
            title: "Promise and truth", x: Axis("x", range: -2.6...2.8), y: Axis("f(x)", range: -1.5...4),
            legend: .below)
        panel.add(Line(x: xs, y: f(xs), label: "f", color: Style.light.foreground))
        panel.add(
            Line(
                x: [-1.5, 2.8], y: [-1.5, 2.8].map { here + rise * ($0 - start) }, label: "tangent at x = 2",
                color: Style.light.muted, style: .dashed))
        panel.add(
            Scatter(
                x: rates.map { start - $0 * rise }, y: found, label: "f after the step", color: Style.light.cycle[1],
                size: 7))
        panel.add(Scatter(x: [start], y: [here], label: "start", color: Style.light.foreground, mark: .square, size: 7))
        page.figure(
            "taylor", Figure(panel, size: Size(width: 520, height: 400)),
            caption: "Steps from $x = 2$ with rates of \(rates.map { "\($0)" }.joined(separator: ", ")).",
            description:
                "A wavy parabola with its tangent at two. The points after short steps lie on the tangent; those after longer ones lie ever further above it, "
                + "and the last lies on the other side of the valley.")
        page.table(
            "taylor", ["η", "promised by the tangent", "found"],
            rates.indices.map { [rates[$0].cell, promised[$0].cell, found[$0].cell] },
            caption: "$f$ after one step from $x = 2$, where it is \(short(here)).")
        page.number("taylor_promised", promised)
        page.number("taylor_found", found)
    }

    private func vector(on page: inout LecturePage) {
        page.heading("In many dimensions")
        page.text(
            "The slopes along all $d$ parameters together are the gradient, a vector that points uphill where that is steepest:"
        )
        page.math(
            "\\nabla f(x) = \\left( \\frac{\\partial f}{\\partial x_1}, \\frac{\\partial f}{\\partial x_2}, \\dots, \\frac{\\partial f}{\\partial x_d} \\right)^T"
        )
        page.text("The Taylor step is the same, with a product of vectors in the place of that of numbers:")
        page.math(
            "f(x + \\epsilon) = f(x) + \\epsilon^T \\nabla f(x) + O\\left( \\|\\epsilon\\|^2 \\right), \\qquad f(x - \\eta \\nabla f(x)) \\approx f(x) - \\eta \\, \\|\\nabla f(x)\\|^2"
        )
        page.text(
            """
            Among all steps of one length, that against the gradient lowers the first term most. One rate has to do for all directions, and \
            the steepest sets its limit: in a long valley descent creeps along it, since a rate that suits its length would leap across. \
            Newton's method divides by the curvature, $x - H^{-1} \\nabla f$, but the matrix $H$ of second derivatives has $d^2$ numbers; for a \
            million parameters that is a million millions.
            """)
    }

    private func stochastic(on page: inout LecturePage) throws {
        page.heading("One example is enough to tell the way")
        page.text("A network's loss is a mean over the losses of its $n$ examples, and so is its gradient:")
        page.math(
            "f(x) = \\frac{1}{n} \\sum_{i=1}^{n} f_i(x), \\qquad \\nabla f(x) = \\frac{1}{n} \\sum_{i=1}^{n} \\nabla f_i(x)"
        )
        page.text(
            """
            A step by the whole gradient costs $O(n)$: all examples are visited before anything is learned. *Stochastic* gradient descent draws \
            one example $i$ at random and walks by $\\nabla f_i$, for $O(1)$. On average over the draw that is the same step,
            """)
        page.math("E_i \\left[ \\nabla f_i(x) \\right] = \\frac{1}{n} \\sum_{i=1}^{n} \\nabla f_i(x) = \\nabla f(x)")
        page.text(
            "and a *mini-batch* of $m$ examples has a noise that is smaller by $\\sqrt{m}$. Measured on a neuron with two parameters and 16,384 points:"
        )
        // excerpt: unbiased
        var random = RandomState(seed: 0)
        let u = Tensor(random.uniform(low: -2, high: 2, count: 16_384))
        let v = 1.5 * u + 0.5 + Tensor(random.normal(mean: 0, standardDeviation: 0.4, count: 16_384))
        // The gradient of (w u + b − v)² by w and b at w = b = 0, for each example alone.
        let single = Tensor.stacked([-2 * v * u, -2 * v], axis: 1)
        let whole = single.mean(axis: 0)
        let sizes = [1, 4, 16, 64, 256]
        let spreads = sizes.map { size in
            let means = single.reshaped([16_384 / size, size, 2]).mean(axis: 1)
            return square(means - whole).sum(axis: 1).mean().item.squareRoot()
        }
        // end
        page.code("unbiased")
        let panel = Panel(
            x: Axis("examples in a batch", scale: .logarithmic, ticks: sizes.map { Tick(Double($0), "\($0)") }),
            y: Axis("distance from the whole gradient", scale: .logarithmic), legend: .topRight,
            Line(x: sizes.map(Double.init), y: spreads, label: "measured", marks: true),
            Line(
                x: sizes.map(Double.init), y: sizes.map { spreads[0] / Double($0).squareRoot() }, label: "1 / √m",
                color: Style.light.muted, style: .dashed))
        page.figure(
            "batches", Figure(panel, size: Size(width: 520, height: 320)),
            caption: "How far gradients of batches lie from that of all 16,384 examples.",
            description:
                "On logarithmic axes the distance falls along a straight line, by a half for four times as many examples."
        )
        page.text(
            """
            Sixteen times the work for a quarter of the noise: beyond the point where a processor is busy, larger batches buy little. For $n$ \
            examples that resemble each other, the cheap steps win by far.
            """)
        page.number("batch_noise", spreads)
    }

    private func noise(on page: inout LecturePage) {
        page.heading("Why the rate must fall")
        page.text(
            """
            At the minimum the whole gradient is zero, but those of single examples are not: each pulls towards its own. On $f(x) = x^2$ with \
            noise $\\xi$ of variance $\\sigma^2$ in the gradient, a step is $x \\leftarrow (1 - 2 \\eta) \\, x - \\eta \\, \\xi$. The variance $v$ of $x$ \
            comes to rest where what a step takes away is what the noise brings, $v = (1 - 2 \\eta)^2 v + \\eta^2 \\sigma^2$:
            """)
        page.math("v = \\frac{\\eta \\, \\sigma^2}{4 (1 - \\eta)}")
        page.text(
            "With a constant rate the search never gets closer than that, however long it runs. Measured over 20,000 steps:"
        )
        // excerpt: cloud
        let rates = [0.2, 0.1, 0.05, 0.02]
        let clouds = rates.map { rate in
            let way = minimise(
                from: 1, optimizer: SGD(learningRate: LearningRate(rate)), steps: 20_500,
                noise: GradientNoise(standardDeviation: 1, seed: 1)
            ) { x in x * x }
            let x = way.coordinate(0).dropFirst(500)  // which lead there
            return x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        }
        // end
        page.code("cloud")
        page.table(
            "cloud", ["η", "variance, measured", "η / (4 (1 − η))"],
            zip(rates, clouds).map { [$0.cell, $1.cell, ($0 / (4 * (1 - $0))).cell] },
            caption: "The cloud about the minimum of $x^2$ with noise of variance 1.")
        page.number("cloud", clouds)
        page.text(
            """
            To settle, the rate has to fall; to arrive, it may not fall too fast: Robbins and Monro (1951) ask for \
            $\\sum_t \\eta_t = \\infty$ and $\\sum_t \\eta_t^2 < \\infty$. The next section tries schedules that do.
            """)
    }

    private func landscapes(on page: inout LecturePage) {
        page.heading("Three kinds of trouble")
        page.text(
            "The gradient knows the ground under its feet and nothing else. Three landscapes on which that misleads:")
        // excerpt: landscapes
        func twoValleys(_ x: Tensor) -> Tensor { 0.25 * square(square(x)) - square(x) + 0.35 * x }
        let local = minimise(from: 2, optimizer: SGD(learningRate: 0.05), steps: 200) { twoValleys($0) }.last
        let lowest = minimise(from: -2, optimizer: SGD(learningRate: 0.05), steps: 200) { twoValleys($0) }.last
        let tails = Tensor([0.0, 2, 4, 6]), tailSlopes = gradient { (x: Tensor) in sigmoid(x).sum() }(tails)
        // end
        page.code("landscapes")
        let ink = Style.light.foreground, xs = Tensor.linearSpace(from: -2.3, to: 2.2, count: 181)
        var valleys = Panel(
            title: "A local minimum", x: Axis("x"), y: Axis("f(x)", range: -2.2...2.2), legend: .none,
            Line(x: xs, y: twoValleys(xs), color: Style.light.cycle[0]))
        for (point, name, x) in [(local, "local", 1.25), (lowest, "lowest", -1.35)] {
            valleys.add(Scatter(x: point.position, y: [point.value], color: ink, size: 7))
            valleys.add(Arrow(x: [x, point.position[0]], y: [1.15, point.value + 0.16]))
            valleys.add(Caption(name, x: x, y: 1.4))
        }
        let plane = Grid(x: -2...2, y: -2...2, count: 61) { $0 * $0 - $1 * $1 }
        var saddle = Panel(
            title: "A saddle", x: Axis("x_1"), y: Axis("x_2"), legend: .none, aspect: 1,
            Contour(plane, levels: [-3, -2, -1, -0.3, 0.3, 1, 2, 3], lineColor: Style.light.contour))
        for (x, y) in [
            ([-1.7, -0.3], [0.0, 0.0]), ([1.7, 0.3], [0, 0]), ([0.0, 0.0], [0.3, 1.7]), ([0, 0], [-0.3, -1.7]),
        ] {
            saddle.add(Arrow(x: x, y: y, color: Style.light.cycle[1], width: 2))
        }
        saddle.add(Scatter(x: [0], y: [0], color: ink, size: 7))
        let wide = Tensor.linearSpace(from: -3, to: 8, count: 221)
        var plain = Panel(
            title: "A vanishing gradient", x: Axis("x"), y: Axis("sigmoid(x)", range: -0.05...1.25), legend: .none,
            Line(x: wide, y: sigmoid(wide), color: Style.light.cycle[0]))
        for (x, slope) in zip(tails.doubles, tailSlopes.doubles) {
            let y = sigmoid(Tensor([x]))[0].item
            plain.add(Scatter(x: [x], y: [y], color: ink, size: 6))
            // Above and below in turn, so that none lies on another.
            plain.add(
                Caption(
                    short(slope), x: x == 0 ? 1.4 : x, y: x == 0 ? y - 0.06 : x == 4 ? y - 0.13 : y + 0.11, size: 0.9))
        }
        page.figure(
            "landscapes", Figure(panels: [valleys, saddle, plain], columns: 3, size: Size(width: 1140, height: 350)),
            caption:
                "Where descent from the right ends, where the gradient is zero without a minimum (arrows: downhill), and where it is nearly zero (numbers: the slope at the points).",
            description:
                "Left: a curve with two valleys; descent from the right ends in the higher one. Middle: contours of a saddle with arrows towards it from "
                + "left and right and away from it up and down. Right: a sigmoid that levels off, with slopes from a quarter down to a four-hundredth."
        )
        page.list(
            "A **local minimum** holds a search that has no push left. Noise, or the momentum of the next section, may carry it on.",
            "At a **saddle** the gradient is zero too, yet some directions lead down. The search lingers until it finds one.",
            "On a **plain** nothing is wrong and nothing happens: the slope is there, but too small for any step.")
        page.number("landscape_minima", [local.position[0], local.value, lowest.position[0], lowest.value])
        page.number("sigmoid_slopes", tailSlopes.doubles)
        page.text(
            """
            How bad are local minima for real networks? For a point to be a minimum, *all* of its directions have to curve up. If that were \
            decided by a coin for each of a million parameters, nearly all points of zero gradient were saddles. Theory of random landscapes and \
            experiments with networks agree so far: of the minima that training finds in high dimensions most are about as good as each other, \
            and bad ones are rare. Saddles and plains are the trouble that remains.
            """)
    }
}
