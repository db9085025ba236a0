import Tern

/// From linear regression to layers.
struct NeuronChapter: Chapter {
    let name = "neuron"
    let title = "From linear regression to layers"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "name the five parts of an artificial neuron and write it as a formula;",
            "write a layer as a product of matrices, and say what shape each has;",
            "show why layers without an activation between them are one layer, and why an activation changes that;",
            "say what universal approximation promises, and what it does not.")
        steps(on: &page)

        page.heading("The smallest network is a line")
        page.text(
            """
            With one input and no activation a neuron is a straight line, $\\hat y = w x + b$: linear regression is the smallest network \
            there is. What differs is how $w$ and $b$ are found. Least squares solves for them; a network walks down the gradient of the \
            mean square error
            """)
        page.math("L(w, b) = \\frac{1}{n} \\sum_{i=1}^{n} \\left( w x_i + b - y_i \\right)^2")
        page.text("over the same points, and arrives at the same line.")

        let seed = page.seed
        // excerpt: fit
        var random = RandomState(seed: seed)
        let x = Tensor(random.uniform(low: -2, high: 2, count: 40), shape: [40, 1])
        let noise = Tensor(random.normal(mean: 0, standardDeviation: 0.4, count: 40), shape: [40, 1])
        let y = 1.5 * x + 0.5 + noise

        let neuron = Sequential(input: [1]) { Dense(1) }
        neuron.compile(optimizer: SGD(learningRate: 0.05), loss: .meanSquaredError)
        let history = try neuron.fit(x, y, batchSize: 40, epochs: 150)

        var line = LinearRegression()
        try line.fit(x, y.flattened())
        // end
        page.code("fit")

        let (w, b) = (neuron.variables[0].variable.value.item, neuron.variables[1].variable.value.item)
        page.table(
            "coefficients", ["", "slope w", "intercept b", "mean square error"],
            [
                [
                    "least squares", line.coef.item.cell, line.intercept.item.cell,
                    meanSquaredError(y.flattened(), try line.predict(x)).cell,
                ],
                [
                    "neuron, 150 steps", w.cell, b.cell,
                    meanSquaredError(y, try neuron.predict(x).cast(to: .float64)).cell,
                ],
            ], caption: "One line, found in two ways. The points were drawn about $y = 1.5 x + 0.5$.")
        page.number("least_squares", [line.coef.item, line.intercept.item])
        page.number("neuron", [w, b])

        let ends = [-2.2, 2.2]
        let points = Panel(
            title: "Fit", x: Axis("x"), y: Axis("y"), legend: .topLeft,
            Scatter(x: x.doubles, y: y.doubles, label: "points", color: Style.light.foreground, size: 4),
            Line(x: ends, y: ends.map { line.coef.item * $0 + line.intercept.item }, label: "least squares"),
            Line(x: ends, y: ends.map { w * $0 + b }, label: "neuron", style: .dashed))
        let loss = history["loss"]
        let course = Panel(
            title: "Training", x: Axis("epoch"), y: Axis("mean square error", scale: .logarithmic),
            Line(x: counted(loss), y: loss))
        page.figure(
            "line", Figure(panels: [points, course], columns: 2),
            caption: "A neuron learns the line of least squares (left); its error on the way (right).",
            description:
                "Left: forty points about a rising line, with the line of least squares and the neuron's on top of each "
                + "other. Right: the mean square error falls steeply in the first twenty epochs and then stays at its least value."
        )

        layers(on: &page)
        try collapse(on: &page)
        bends(on: &page)
        universal(on: &page)
        page.summary(
            "A neuron weights its inputs, adds a bias and bends the sum: $y = f(w^T x + b)$.",
            "A layer is many neurons on the same inputs, one product of matrices: $H = f(X W_1 + b_1)$.",
            "Without $f$ any number of layers is one. With it, wide networks can follow any continuous curve, and deep ones can do so with fewer units.",
            "That a network can represent a function does not say that training finds it, nor that it is right where there are no data."
        )
        page.sources(
            "W. S. McCulloch and W. Pitts, [A logical calculus of the ideas immanent in nervous activity](https://doi.org/10.1007/BF02478259), 1943: the first artificial neuron.",
            "A. Zhang, Z. C. Lipton, M. Li and A. J. Smola, [Dive into Deep Learning](https://d2l.ai), chapters 3 to 5: linear networks and multilayer perceptrons.",
            "K. Hornik, M. Stinchcombe and H. White, [Multilayer feedforward networks are universal approximators](https://doi.org/10.1016/0893-6080(89)90020-8), 1989; "
                + "G. Cybenko, [Approximation by superpositions of a sigmoidal function](https://doi.org/10.1007/BF02551274), 1989."
        )
    }

    private func steps(on page: inout LecturePage) {
        page.heading("From a nerve cell to a number")
        page.text(
            """
            A nerve cell gathers signals at its dendrites, some of which excite it and some of which quiet it. If together they are strong \
            enough, it sends a signal along its axon to other cells. McCulloch and Pitts made a number of that in 1943, in five steps:
            """)
        page.list(
            "**Inputs**: the numbers $x_1, \\dots, x_d$, such as temperatures at $d$ places.",
            "**Weights**: each input has a number $w_j$ that says how much it counts, and with which sign.",
            "**Sum and bias**: $z = w_1 x_1 + \\dots + w_d x_d + b$; the bias $b$ shifts what is needed for a strong answer.",
            "**Activation**: a function $f$ that bends the sum, as the cell does that fires only above a threshold.",
            "**Output**: $y = f(z)$, an input of other neurons.")
        page.figure(
            "neuron-drawing", Figure(drawings: [Drawings.biologicalNeuron(), Drawings.neuron()]),
            caption: "A nerve cell and the artificial neuron; the numbers are the five steps.",
            description:
                "Left: dendrites run into a round cell body, from which an axon leads to other neurons. Right: three inputs, each with its weight on "
                + "an arrow to a sum, to which a bias is added; then an activation and the output.")
        page.text(
            """
            The likeness ends there: nerve cells send pulses in time and do not learn by gradients. With the inputs and the weights as \
            columns of $d$ numbers, the neuron is
            """)
        page.math("y = f\\left( w^T x + b \\right) = f\\left( \\sum_{j=1}^{d} w_j x_j + b \\right)")
    }

    private func layers(on page: inout LecturePage) {
        page.heading("Layers are products of matrices")
        page.text(
            """
            Several neurons on the same inputs are a *layer*. Their weights stand side by side as the columns of a matrix: $W_1$ has $d$ rows, \
            one for each input, and $h$ columns, one for each unit. With $n$ examples as the rows of $X$, a network with a hidden layer of \
            $h$ units and $q$ outputs is
            """)
        page.math(
            "\\begin{aligned} H &= f(X W_1 + b_1) & \\qquad X &: n \\times d, \\quad W_1 : d \\times h, \\quad b_1 : 1 \\times h \\\\ O &= H W_2 + b_2 & \\qquad H &: n \\times h, \\quad W_2 : h \\times q, \\quad b_2 : 1 \\times q \\end{aligned}"
        )
        page.text(
            "The biases are added to each row. Written out once, for example $i$, unit $k$ and output $m$, that is")
        page.math(
            "h_{ik} = f\\left( \\sum_{j=1}^{d} x_{ij} \\, w_{jk} + b_k \\right), \\qquad o_{im} = \\sum_{k=1}^{h} h_{ik} \\, v_{km} + c_m"
        )
        page.text(
            "with $w, b$ for the first layer's numbers and $v, c$ for the second's. Every arrow of the drawing is one weight."
        )
        // excerpt: layers
        let network = Sequential(input: [3]) {
            Dense(4, activation: .relu)
            Dense(2)
        }
        // end
        page.code("layers")
        let drawn = Drawings.network(
            [(3, "inputs", "n × 3"), (4, "hidden", "n × 4"), (2, "outputs", "n × 2")], symbols: ["x", "h", "o"],
            title: "Units and weights")
        page.figure(
            "layers", Figure(drawings: [drawn, network.diagram().panels[0]]),
            caption:
                "A network of $d = 3$ inputs, $h = 4$ hidden units and $q = 2$ outputs: its units and weights, and its layers as `network.diagram()` draws them.",
            description:
                "Left: three, four and two circles in columns, each joined to all of the column before. Right: a chain of three boxes, input of 3 numbers, "
                + "dense of 4 with 16 parameters, dense of 2 with 10 parameters.")
        page.text("It has $3 \\cdot 4 + 4$ and $4 \\cdot 2 + 2$, together \(network.parameterCount) parameters.")
        page.number("layer_parameters", Double(network.parameterCount))
    }

    private func universal(on page: inout LecturePage) {
        page.heading("How many bends follow any curve")
        page.text(
            """
            The weights of such a network can be written down: a hidden unit for each bend, and the change of slope there as its weight in \
            the output. What follows is a sine joined by straight lines, as a network of one hidden layer.
            """)
        // excerpt: universal
        func interpolating(_ f: (Tensor) -> Tensor, units: Int) -> (Tensor) -> Tensor {
            let knots = Tensor.linearSpace(from: -3, to: 3, count: units + 1)
            let y = f(knots), width = 6 / Double(units)
            let slopes = (y.sliced(1..<(units + 1)) - y.sliced(0..<units)) / width
            let before = Tensor.concatenated([Tensor([0.0]), slopes.sliced(0..<(units - 1))])
            let output = (slopes - before).reshaped([units, 1]), bends = knots.sliced(0..<units)
            return { x in matmul(relu(x - bends), output) + y[0] }
        }
        let x = Tensor.linearSpace(from: -3, to: 3, count: 601).reshaped([601, 1])
        let truth = sin(2 * x)
        let counts = [4, 8, 16, 32, 64]
        let errors = counts.map { units in
            abs(interpolating({ sin(2 * $0) }, units: units)(x) - truth).max().item
        }
        // end
        page.code("universal")
        var curves = Panel(
            title: "sin(2x) from straight pieces", x: Axis("x"), y: Axis("output", range: -1.3...1.3), legend: .outside)
        curves.add(Line(x: x.doubles, y: truth.doubles, label: "sin(2x)", color: Style.light.muted, style: .dashed))
        for units in [4, 8, 16] {
            curves.add(
                Line(x: x.doubles, y: interpolating({ sin(2 * $0) }, units: units)(x).doubles, label: "\(units) units"))
        }
        let falls = Panel(
            title: "Largest error", x: Axis("hidden units", scale: .logarithmic),
            y: Axis("largest error", scale: .logarithmic),
            Line(x: counts.map(Double.init), y: errors, marks: true))
        page.figure(
            "universal", Figure(panels: [curves, falls], columns: 2, size: Size(width: 900, height: 320)),
            caption:
                "Networks of one hidden layer with weights that were written down, and their largest error on (−3, 3).",
            description:
                "Left: with four units the pieces miss the waves, with eight they follow roughly, with sixteen closely. Right: the error falls by a factor "
                + "of four with each doubling of the units from sixteen on.")
        page.number("universal_error", errors)
        page.text(
            """
            From 16 to 64 units the error falls from \(short(errors[2])) to \(short(errors[4])): with the square of their number. That some width is \
            enough for any continuous function on a bounded range is the theorem of *universal approximation* (Cybenko, 1989; Hornik and \
            others, 1989). It does not say how many units that takes, which for functions of many inputs can be more than there are atoms to \
            build them of; not that gradient descent finds these weights; not that few and noisy data determine them; and nothing of inputs \
            outside of the range.
            """)
        page.text(
            """
            *Deeper stacks*, $H_1 = f(X W_1 + b_1)$, $H_2 = f(H_1 W_2 + b_2)$ and so on, bend what is bent already. A second layer can fold the \
            plane along the folds of the first, so that the number of straight pieces can grow with the power of the depth, not just with the \
            number of units. In practice moderate depth with moderate width is easier to find by training than extreme width.
            """)
    }

    private func collapse(on page: inout LecturePage) throws {
        page.heading("Two linear layers are one")
        page.text("A second layer on top of the first gains nothing while both are linear, because")
        page.math("(x W_1 + b_1) W_2 + b_2 = x \\, (W_1 W_2) + (b_1 W_2 + b_2)")
        page.text("is again one matrix and one bias; so is any number of linear layers. With numbers:")
        let seed = page.seed
        // excerpt: collapse
        var random = RandomState(seed: seed)
        func normal(_ shape: Int...) -> Tensor {
            Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape)
        }
        let x = normal(100, 3), W1 = normal(3, 4), b1 = normal(4), W2 = normal(4, 2), b2 = normal(2)

        let twoLayers = matmul(matmul(x, W1) + b1, W2) + b2
        let oneLayer = matmul(x, matmul(W1, W2)) + (matmul(b1, W2) + b2)
        let difference = abs(twoLayers - oneLayer).max().item
        // end
        page.code("collapse")
        page.text(
            "The largest difference over 100 examples and 2 outputs is \(scientific(difference)): rounding, and nothing else."
        )
        page.number("collapse_difference", difference)
    }

    private func bends(on page: inout LecturePage) {
        page.heading("A bend between them makes the difference")
        page.text(
            """
            With an activation function between the layers, $f(x W_1 + b_1) W_2 + b_2$, nothing can be multiplied out any more: $f$ of a sum \
            is not the sum of $f$. With ReLU, $\\max(0, x)$, each hidden unit \
            bends the line once, where its own input passes zero: three units, three bends. Enough of them follow any curve.
            """)
        // excerpt: bends
        let hidden = Tensor([[1.0, 1.0, 1.0]]), offsets = Tensor([1.0, 0.0, -1.0])
        let output = Tensor([[1.0], [-2.5], [3.0]])
        func network(_ x: Tensor, _ activation: Activation) -> Tensor {
            matmul(activation(matmul(x, hidden) + offsets), output)
        }

        let x = Tensor.linearSpace(from: -2, to: 2, count: 161).reshaped([161, 1])
        let straight = network(x, .linear), bent = network(x, .relu)
        // end
        page.code("bends")
        let panel = Panel(
            x: Axis("x"), y: Axis("output"), legend: .bottomRight,
            Line(x: x.doubles, y: straight.doubles, label: "without activation", style: .dashed),
            Line(x: x.doubles, y: bent.doubles, label: "with ReLU"))
        page.figure(
            "bends", Figure(panel, size: Size(width: 520, height: 320)),
            caption: "The same weights without and with ReLU between the layers.",
            description:
                "A straight dashed line, and a line of four straight pieces that bends at minus one, zero and one.")
    }
}
