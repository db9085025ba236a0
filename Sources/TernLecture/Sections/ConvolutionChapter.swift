import Tern

/// Convolution, padding, strides, pooling.
struct ConvolutionChapter: Chapter {
    let name = "convolution"
    let title = "Convolution"

    func write(on page: inout LecturePage) throws {
        page.objectives(
            "derive a convolution from a dense layer by two assumptions, and say what they save;",
            "name channels, filters, kernels and feature maps;",
            "compute a small convolution by hand, with padding and strides, and the size of its result;",
            "say what pooling is for, and read the shapes of a whole network.")
        whyNotDense(on: &page)
        worked(on: &page)
        shapes(on: &page)
        pooling(on: &page)
        wholeNetwork(on: &page)
        page.progress(0.2)
        try edges(on: &page)
        page.progress(0.6)
        seaSurface(on: &page)
        page.summary(
            "The same weights everywhere, and only for neighbours: from $10^{12}$ weights to a few dozen.",
            "A window of $k$ with padding $p$ and stride $s$ has $\\lfloor (n + 2p - k) / s \\rfloor + 1$ places along $n$ cells.",
            "Without padding the rim is seen less, and lost layer by layer.",
            "Pooling makes a network look at more at once, and mind less where exactly.")
        page.sources(
            "A. Zhang and others, [Dive into Deep Learning](https://d2l.ai/chapter_convolutional-neural-networks/index.html), chapter 7.",
            "K. Fukushima, [Neocognitron](https://doi.org/10.1007/BF00344251), 1980; Y. LeCun and others, [Gradient-based learning applied to document "
                + "recognition](https://doi.org/10.1109/5.726791), 1998: the first networks of this kind.",
            "Sea-surface temperature: OSTIA, C. J. Donlon and others, [doi:10.1016/j.rse.2010.10.017](https://doi.org/10.1016/j.rse.2010.10.017), Met Office, Open Government Licence v3.0."
        )
    }

    private func whyNotDense(on page: inout LecturePage) {
        page.heading("Why not a dense layer?")
        page.text(
            """
            A picture of a megapixel has $10^6$ inputs. A dense layer that makes a picture of the same size of it has a weight for each pair:
            """)
        page.math("h_{ij} = u_{ij} + \\sum_{k} \\sum_{l} W_{ijkl} \\, x_{kl}")
        page.text(
            """
            Nothing in it says that cells beside each other have to do with each other. Count the input's cells from the output's instead, \
            $k = i + a$ and $l = j + b$, and call the same weights by their offsets, $V_{ijab} = W_{i, j, i + a, j + b}$:
            """)
        page.math("h_{ij} = u_{ij} + \\sum_{a} \\sum_{b} V_{ijab} \\, x_{i+a, \\, j+b}")
        page.text("So far that is only another name. Two assumptions make a convolution of it:")
        // excerpt: weights
        let pixels = 1e6, side = 1e3
        let dense = pixels * pixels  // a weight for each place and each place
        let invariant = (2 * side) * (2 * side)  // one for each offset of up to 1000 either way
        func local(_ reach: Double) -> Double { 4 * reach * reach }  // for offsets up to `reach`
        // end
        page.code("weights")
        page.list(
            "*Translation invariance*: what is looked for does not depend on the place, so $V_{ijab}$ does not depend on $i, j$. $10^{12}$ weights become $4 \\cdot 10^6$.",
            "*Locality*: what lies far away does not matter, so $V_{ab} = 0$ beyond a reach of $\\Delta$. $4 \\Delta^2$ weights remain."
        )
        page.table(
            "weights", ["layer", "weights"],
            [
                ["dense", .text("10¹²")], ["the same everywhere", .text("4 · 10⁶")],
                ["and local, Δ = 10", local(10).cell], ["and local, Δ = 2", local(2).cell],
            ], caption: "Weights of a layer on a megapixel.")
        page.text("That is a convolution:")
        page.math("h_{ij} = u + \\sum_{a=-\\Delta}^{\\Delta} \\sum_{b=-\\Delta}^{\\Delta} V_{ab} \\, x_{i+a, \\, j+b}")
        page.number("weights_dense", dense)
        page.number("weights_translation_invariant", invariant)
        page.number("weights_local", [local(10), local(2)])
    }

    private func worked(on page: inout LecturePage) {
        page.heading("By hand: 3 × 3 by 2 × 2")
        // excerpt: worked
        let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
        let kernel = Tensor([[0, 1], [2, 3]] as [[Float]])
        let y = conv2d(x, kernel)
        // end
        page.code("worked")
        let largest = maxPool2d(x, size: 2, strides: 1), mean = averagePool2d(x, size: 2, strides: 1)
        func matrix(_ t: Tensor) -> String {
            "\\begin{pmatrix} "
                + t.rows.map { $0.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: " & ") }.joined(
                    separator: " \\\\ ") + " \\end{pmatrix}"
        }
        page.math("\(matrix(x)) * \(matrix(kernel)) = \(matrix(y))")
        page.text(
            "The window slides over the input, and at each place what lies under it is multiplied by the kernel and summed:"
        )
        let (input, weights, sums) = (x.rows, kernel.rows, y.rows)
        let steps = [(0, 0), (0, 1), (1, 0), (1, 1)].map { i, j -> Panel in
            let terms = [(0, 0), (0, 1), (1, 0), (1, 1)].map { a, b in
                "\(Int(input[i + a][j + b]))·\(Int(weights[a][b]))"
            }
            return Drawings.windowStep(
                input: input, kernel: weights, output: sums, row: i, column: j, title: "Step \(2 * i + j + 1)",
                sum: terms.joined(separator: " + ") + " = \(Int(sums[i][j]))")
        }
        page.steps(
            "window", Figure(drawings: steps, columns: 2),
            caption: "A window of 2 × 2 over a picture of 3 × 3, step by step.",
            description:
                "Four drawings: the window at the upper left gives 19, at the upper right 25, at the lower left 37, at the lower right 43."
        )
        page.text(
            """
            Mathematicians turn the kernel round before they multiply, and call what stands here a *cross-correlation*. Since the weights are \
            learned, it makes no difference to networks, and everybody says convolution.
            """)
        page.heading("Some words")
        page.list(
            "A **channel** is one of several numbers in each cell: red, green and blue, or temperature and wind. A layer's output has channels as well.",
            "A **kernel** is the small matrix of weights that slides over one channel.",
            "A **filter** is the kernels of all input channels together, whose sums are added up: it makes one output channel. A layer with 8 filters has 8 output channels.",
            "A **feature map** is what one filter makes of the whole picture: large where the picture looks as the filter does.",
            "The **receptive field** of a cell is the part of the input that it depends on. It grows with each layer.")
        page.number("convolution", y.doubles)
        page.number("max_pooling", largest.doubles)
        page.number("average_pooling", mean.doubles)
    }

    private func shapes(on page: inout LecturePage) {
        page.heading("Padding and strides")
        page.text(
            """
            A window of $k \\times k$ has $n - k + 1$ places along $n$ cells: the result is smaller than the picture. And cells at the rim lie \
            under fewer windows than those in the middle.
            """)
        // excerpt: usage
        // How many windows of 3 × 3 see each cell of 8 × 8: ones, spread back over the places.
        let seen = conv2d(
            Tensor.ones([6, 6]), Tensor.ones([3, 3]),
            padding: .explicit([Margin(before: 2, after: 2), Margin(before: 2, after: 2)]))
        // end
        page.code("usage")
        page.figure(
            "usage",
            Figure(
                Panel(
                    x: Axis("column"), y: Axis("row", reversed: true), aspect: 1,
                    HeatMap(
                        Grid(values: seen), colors: .viridis, range: 0...9, valueLabel: "windows", showsValues: true)),
                size: Size(width: 430, height: 370)),
            caption: "How many of the 36 windows of 3 × 3 see each cell of a picture of 8 × 8.",
            description:
                "A square of 64 numbers: one in the corners, two and three along the rim, nine in the middle of four by four cells."
        )
        page.number("windows_seen", seen.doubles)
        page.text(
            """
            A corner is seen once, the middle nine times. *Padding* puts a rim of zeros around the picture, so that the window can begin \
            outside; on the globe the other side of the map is the better rim in longitude, which Tern's `PeriodicPadding2D` knows. *Strides* move the window by several cells at once, for less work and a smaller result.
            """)
        let three = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3]),
            two = Tensor([[0, 1], [2, 3]] as [[Float]])
        let around = conv2d(three, two, padding: .explicit([Margin(before: 1, after: 1), Margin(before: 1, after: 1)]))
        let five = Tensor.range(0..<25, dtype: .float32).reshaped([5, 5]),
            apart = conv2d(five, Tensor.ones([2, 2]), strides: 3)
        page.figure(
            "padding-and-stride",
            Figure(drawings: [
                Drawings.padding(input: three.rows, kernel: two.rows, output: around.rows),
                Drawings.stride(input: five.rows, kernel: 2, step: 3, output: apart.rows),
            ]),
            caption:
                "Left: with a rim of zeros the 2 × 2 kernel has 4 × 4 places on 3 × 3 cells. Right: a window of 2 × 2 that moves by 3.",
            description:
                "Left: nine numbers with zeros around, a kernel, and sixteen results, the first 0. Right: twenty-five numbers with four marked windows, and their four sums."
        )
        page.number("padded", around.doubles)
        page.number("strided", apart.doubles)
        page.text("With $p$ cells of padding on both sides and steps of $s$, a window of $k$ has")
        page.math("\\left\\lfloor \\frac{n + 2 p - k}{s} \\right\\rfloor + 1")
        page.text(
            """
            places along a dimension of $n$: $n - k + 1$ with neither, $n$ again for odd $k$ with $p = (k - 1) / 2$ and $s = 1$. Below, the shapes are \
            those of the results, not of the formula.
            """)
        // excerpt: shapes
        func shape(_ n: Int, _ kernel: [Int], padding: [Int], strides: WindowSize) -> [Int] {
            let margins = padding.map { Margin(before: $0, after: $0) }
            let y = conv2d(
                Tensor.zeros([n, n]), Tensor.ones(kernel), strides: strides, padding: .explicit(margins))
            return y.shape
        }
        let cases: [(n: Int, kernel: [Int], padding: [Int], strides: [Int])] = [
            (3, [2, 2], [0, 0], [1, 1]), (3, [2, 2], [1, 1], [1, 1]), (8, [3, 3], [1, 1], [1, 1]),
            (8, [5, 3], [2, 1], [1, 1]), (8, [3, 3], [1, 1], [2, 2]), (8, [3, 5], [0, 1], [3, 4]),
        ]
        let results = cases.map {
            shape($0.n, $0.kernel, padding: $0.padding, strides: WindowSize($0.strides))
        }
        // end
        page.code("shapes")
        func times(_ pair: [Int]) -> ReportTable.Cell { .text("\(pair[0]) × \(pair[1])") }
        page.table(
            "shapes", ["input", "kernel", "padding", "strides", "output"],
            zip(cases, results).map { c, r in
                [times([c.n, c.n]), times(c.kernel), times(c.padding), times(c.strides), times(r)]
            },
            caption:
                "Shapes of convolutions. Keras's `valid` pads nothing; `same` pads so that strides of 1 keep the shape."
        )
        for (i, r) in results.enumerated() { page.number("shape_\(i + 1)", r.map(Double.init)) }
    }

    private func pooling(on page: inout LecturePage) {
        page.heading("Pooling")
        page.text(
            """
            Pooling moves a window in the same way, mostly by its own width, and keeps the largest value or the mean. It has no weights. What \
            it is for: a feature that moves by a cell gives nearly the same answer; later layers see more of the picture with the same \
            kernels; and there is less to compute.
            """)
        // excerpt: pooling
        let field = Tensor([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 1, 7, 8]] as [[Float]])
        let largest = maxPool2d(field, size: 2), mean = averagePool2d(field, size: 2)
        // end
        page.code("pooling")
        page.figure(
            "pooling",
            Figure(drawings: [
                Drawings.windows(
                    input: field.rows, size: 2, output: largest.rows, title: "Maximum",
                    below: "the largest of each window"),
                Drawings.windows(
                    input: field.rows, size: 2, output: mean.rows, title: "Mean", below: "the mean of each window"),
            ]),
            caption: "Pooling over windows of 2 × 2.",
            description:
                "Sixteen numbers in four windows of four. The maxima are 4, 2, 2 and 8, the means 2.5, 1, 1 and 6.5.")
        page.number("pooled", largest.doubles + mean.doubles)
        page.text(
            "With strides of 1 on the picture of the worked example the same windows as there give the maxima 4, 5, 7, 8 and the means 2, 3, 5, 6."
        )
    }

    private func wholeNetwork(on page: inout LecturePage) {
        page.heading("A network of several such layers")
        page.text(
            """
            Convolution and pooling alternate: maps become smaller and more, from many cells with one number to few cells with many. What is \
            left is laid out in a row for dense layers. This is the network of the section on \(page.link("rain", to: "precipitation")):
            """)
        // excerpt: network
        let network = Sequential(input: [14, 19, 1]) {
            Conv2D(4, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Conv2D(8, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(32, activation: .relu)
            Dense(16, activation: .relu)
            Dense(1)
        }
        // end
        page.code("network")
        page.figure(
            "network",
            Figure(drawings: [
                Drawings.convolutionalNetwork([
                    (19, 14, 1, "convolution"), (18, 12, 4, "pooling"), (9, 6, 4, "convolution"), (8, 4, 8, "pooling"),
                    (4, 2, 8, ""),
                ])
            ]),
            caption: "Its maps: rows × columns × channels. The last is laid out as 64 numbers.",
            description:
                "Stacks of rectangles that become smaller and deeper from left to right, from 14 by 19 cells in one channel to 2 by 4 in eight."
        )
        page.figure(
            "network-layers", network.diagram(), caption: "All of its layers, as `network.diagram()` draws them.",
            description:
                "A chain of boxes from the input of 14 by 19 by 1 through two convolutions with pooling, a flattening and three dense layers to one number."
        )
        page.number("network_parameters", Double(network.parameterCount))
    }

    private func edges(on page: inout LecturePage) throws {
        page.heading("A learned edge detector")
        page.text(
            """
            The kernel $(1, -1)$ answers to edges: it is 1 where a bright cell is followed by a dark one, −1 the other way, 0 where nothing \
            changes. Can it be learned from pictures and their edges alone?
            """)
        let seed = UInt64(page.seed)
        // excerpt: edges
        var random = Generator(seed: seed)
        let grays = Tensor(random.uniform(count: 64 * 6 * 8), shape: [64, 6, 8, 1])
        let pictures = (grays .> 0.5).cast(to: .float32)
        let edges = conv2d(pictures, Tensor([1, -1] as [Float], shape: [1, 2, 1, 1]))

        let model = Sequential(input: [6, 8, 1], seed: seed) {
            Conv2D(1, kernelSize: [1, 2], usesBias: false)
        }
        model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        let history = try model.fit(pictures, edges, batchSize: 8, epochs: 20)
        let learned = model.variables[0].variable.value.doubles
        // end
        page.code("edges")
        var bar = Tensor.ones([6, 8])
        bar[.all, 2..<6] = Tensor.zeros([6, 4])
        let answer = try model.predict(bar.reshaped([1, 6, 8, 1])).reshaped([6, 7])
        func map(_ title: String, _ t: Tensor, _ range: ClosedRange<Double>, _ colors: ColorMap) -> Panel {
            Panel(
                title: title, x: Axis("column"), y: Axis("row", reversed: true), aspect: 1,
                HeatMap(
                    Grid(x: (0..<t.shape[1]).map(Double.init), y: (0..<t.shape[0]).map(Double.init), values: t.rows),
                    colors: colors, range: range))
        }
        let course = Panel(
            title: "Training", x: Axis("epoch"), y: Axis("mean square error", scale: .logarithmic),
            Line(x: counted(history["loss"]), y: history["loss"]))
        page.figure(
            "edges",
            Figure(
                panels: [
                    course, map("A picture", bar, 0...1, .grays.reversed),
                    map("Its edges, as learned", answer, -1...1, .anomaly),
                ],
                columns: 3, size: Size(width: 1100, height: 300)),
            caption: "Training on random pictures, then a dark bar that the network has never seen and its two edges.",
            description:
                "The error falls to rounding; a picture with a dark bar in the middle; an answer that is red along the bar's left edge, "
                + "blue along its right edge and zero elsewhere.")
        page.text("Learned: $(\(short(learned[0])), \(short(learned[1])))$.")
        page.number("edge_kernel", learned)
    }

    private func seaSurface(on page: inout LecturePage) {
        page.heading("What kernels do to a real field")
        page.text(
            """
            The sea-surface temperature of the equatorial Pacific in September 2007, when La Niña drew its tongue of cold water west from the \
            American coast (OSTIA, UK Met Office). A kernel of equal weights smooths; differences across a cell find fronts.
            """)
        let sea = SeaSurface()
        // excerpt: kernels
        let smooth = conv2d(sea.temperature, Tensor.ones([5, 5]) / 25)
        let (dy, dx): (Float, Float) = (61.8, 92.7)  // km between rows and columns
        let alongColumn = Tensor([[0, -1, 0], [0, 0, 0], [0, 1, 0]] as [[Float]]) / (2 * dy)
        let alongRow = Tensor([[0, 0, 0], [-1, 0, 1], [0, 0, 0]] as [[Float]]) / (2 * dx)
        let northward = conv2d(sea.temperature, alongColumn)
        let eastward = conv2d(sea.temperature, alongRow)
        let gradient = 100 * sqrt(square(northward) + square(eastward))  // K per 100 km
        // end
        page.code("kernels")
        func map(_ title: String, _ field: Tensor, margin: Int, label: String, _ colors: ColorMap) -> Panel {
            Panel(
                title: title, aspect: 2.4,
                WorldMap(
                    longitudes: Array(sea.longitudes.dropFirst(margin).dropLast(margin)),
                    latitudes: Array(sea.latitudes.dropFirst(margin).dropLast(margin)), values: field.rows,
                    colors: colors, valueLabel: label))
        }
        page.figure(
            "sst",
            Figure(
                panels: [
                    map("Sea-surface temperature", sea.temperature, margin: 0, label: "°C", .viridis),
                    map("Smoothed by 5 × 5 equal weights", smooth, margin: 2, label: "°C", .viridis),
                    map("Length of the gradient", gradient, margin: 1, label: "K per 100 km", .cividis),
                ], columns: 1, size: Size(width: 1000, height: 690)),
            caption:
                "OSTIA, September 2007. A valid convolution loses cells at the rim, and all that touch land. Contains public sector "
                + "information licensed under the Open Government Licence.",
            description:
                "Three strips of the Pacific about the equator. Water of 29 degrees in the west and of 20 degrees off South America; "
                + "the same smoothed; and the length of the gradient, with a bright wavy front north of the equator in the east."
        )
        let finite = gradient.doubles.filter(\.isFinite)
        page.number("sst_largest_gradient", finite.max()!, unit: "K (100 km)-1")
        page.number("sst_mean_gradient", finite.reduce(0, +) / Double(finite.count), unit: "K (100 km)-1")
        page.text(
            "The strongest front changes by \(short(finite.max()!)) K in 100 km; the mean is \(short(finite.reduce(0, +) / Double(finite.count)))."
        )
    }
}
