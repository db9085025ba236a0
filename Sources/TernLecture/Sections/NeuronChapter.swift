import Tern

/// From linear regression to layers.
struct NeuronChapter: Chapter {
    let name = "neuron"
    let title = "From linear regression to layers"

    func write(on page: inout Page) throws {
        page.text("""
            A neuron multiplies its inputs by weights, adds a bias and passes the sum on. With one input and nothing else it is a \
            straight line, $\\hat y = w x + b$: linear regression is the smallest network there is. What differs is how $w$ and $b$ \
            are found. Least squares solves for them; a network walks down the gradient of the mean square error
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
                ["least squares", line.coef.item.cell, line.intercept.item.cell, meanSquaredError(y.flattened(), try line.predict(x)).cell],
                ["neuron, 150 steps", w.cell, b.cell, meanSquaredError(y, try neuron.predict(x).cast(to: .float64)).cell],
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
            Line(x: loss.indices.map { Double($0 + 1) }, y: loss))
        page.figure(
            "line", Figure(panels: [points, course], columns: 2),
            caption: "A neuron learns the line of least squares (left); its error on the way (right).",
            description: "Left: forty points about a rising line, with the line of least squares and the neuron's on top of each "
                + "other. Right: the mean square error falls steeply in the first twenty epochs and then stays at its least value.")

        try collapse(on: &page)
        bends(on: &page)
    }

    private func collapse(on page: inout Page) throws {
        page.heading("Two linear layers are one")
        page.text("A second layer on top of the first gains nothing while both are linear, because")
        page.math("(x W_1 + b_1) W_2 + b_2 = x \\, (W_1 W_2) + (b_1 W_2 + b_2)")
        page.text("is again one matrix and one bias. With numbers:")
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
        page.text("The largest difference over 100 examples and 2 outputs is \(scientific(difference)): rounding, and nothing else.")
        page.number("collapse_difference", difference)
    }

    private func bends(on page: inout Page) {
        page.heading("A bend between them makes the difference")
        page.text("""
            With an activation function between the layers the sum no longer collapses. With ReLU, $\\max(0, x)$, each hidden unit \
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
            x: Axis("x"), y: Axis("output"), legend: .bottomRight, Line(x: x.doubles, y: straight.doubles, label: "without activation", style: .dashed),
            Line(x: x.doubles, y: bent.doubles, label: "with ReLU"))
        page.figure(
            "bends", Figure(panel, size: Size(width: 520, height: 320)),
            caption: "The same weights without and with ReLU between the layers.",
            description: "A straight dashed line, and a line of four straight pieces that bends at minus one, zero and one.")
    }
}
