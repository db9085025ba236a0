import Tern

/// Activation functions and their gradients.
struct ActivationChapter: Chapter {
    let name = "activation"
    let title = "Activation functions"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "write down four activation functions and sketch their gradients;",
            "say why products of gradients vanish, and for which functions they do not;",
            "choose an activation for hidden layers and for outputs.")
        page.text(
            "What a neuron does to its sum is its activation function. Four of them, in the order in which the field took to them:"
        )
        page.math(
            """
            \\begin{aligned}
            \\operatorname{sigmoid}(x) &= \\frac{1}{1 + e^{-x}} &
            \\qquad \\tanh(x) &= \\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \\\\
            \\operatorname{ReLU}(x) &= \\max(0, x) &
            \\qquad \\operatorname{swish}(x) &= x \\, \\operatorname{sigmoid}(x)
            \\end{aligned}
            """)
        page.text("No derivative is written down anywhere: `gradient(of:)` finds it from the operations.")
        // excerpt: curves
        let x = Tensor.linearSpace(from: -2, to: 2, count: 201)
        let curves = [Activation.relu, .sigmoid, .tanh, .silu].map { activation in
            let slope = gradient { (x: Tensor) in activation(x).sum() }
            return (name: activation.name, value: activation(x), slope: slope(x))
        }
        // end
        page.code("curves")

        let titles = ["relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "silu": "swish"]
        var values = Panel(title: "Function", x: Axis("x", range: -2...2), y: Axis("f(x)"), legend: .topLeft)
        var slopes = Panel(
            title: "Gradient", x: Axis("x", range: -2...2), y: Axis("f′(x)", range: -0.2...1.2), legend: .none)
        for curve in curves {
            values.add(Line(x: x.doubles, y: curve.value.doubles, label: titles[curve.name]!))
            slopes.add(Line(x: x.doubles, y: curve.slope.doubles, label: titles[curve.name]!))
        }
        page.figure(
            "curves", Figure(panels: [values, slopes], columns: 2),
            caption: "Four activation functions over (−2, 2) and their gradients.",
            description:
                "Left: ReLU is zero and then rises along the diagonal; sigmoid rises from 0.12 to 0.88; tanh from minus 0.96 to "
                + "0.96; swish dips a little below zero and approaches ReLU. Right: ReLU's gradient jumps from zero to one at zero, the "
                + "sigmoid's never exceeds a quarter, tanh's peaks at one, swish's rises smoothly to just above one.")

        var rows: [[ReportTable.Cell]] = []
        for point in [-2.0, -1, 0, 1, 2] {
            let i = Int((point + 2) * 50 + 0.5)
            rows.append([point.cell] + curves.flatMap { [$0.value[i].item.cell, $0.slope[i].item.cell] })
        }
        page.table(
            "values", ["x"] + curves.flatMap { [titles[$0.name]!, "gradient"] }, rows,
            caption: "Values and gradients. At the bend of ReLU, where none is defined, Keras and Tern take 0.")
        for curve in curves {
            page.number("\(titles[curve.name]!.lowercased())_at_2", curve.value[200].item)
            page.number("\(titles[curve.name]!.lowercased())_slope_at_2", curve.slope[200].item)
        }
        page.text(
            """
            The gradients decide how well a deep network learns: the error's gradient at an early layer is a product of those of all \
            later ones. A sigmoid passes on at most a quarter, so twenty of them pass on at most $0.25^{20} \\approx 10^{-12}$. ReLU \
            passes on all or nothing. The section on optimisation measures it.
            """)
        page.text(
            """
            For hidden layers ReLU or swish is a good first choice. What the last layer needs depends on the answer: nothing for a temperature, \
            a sigmoid for a probability, softplus or an exponential for what cannot be negative, such as rain.
            """)
        page.summary(
            "Sigmoid and tanh saturate: far from zero they pass on hardly any gradient. ReLU and swish do not for positive sums.",
            "ReLU's gradient is 0 for negative sums; a unit whose sums are all negative learns no more. Swish avoids that."
        )
        page.sources(
            "X. Glorot, A. Bordes and Y. Bengio, [Deep sparse rectifier neural networks](https://proceedings.mlr.press/v15/glorot11a.html), 2011.",
            "P. Ramachandran, B. Zoph and Q. V. Le, [Searching for activation functions](https://arxiv.org/abs/1710.05941), 2017: swish.",
            "scikit-learn, [Neural network models](https://scikit-learn.org/stable/modules/neural_networks_supervised.html)."
        )
    }
}
