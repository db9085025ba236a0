import Tern

/// Convolution, padding, strides, pooling.
struct ConvolutionChapter: Chapter {
    let name = "convolution"
    let title = "Convolution"

    func write(on page: inout Page) throws {
        whyNotDense(on: &page)
        worked(on: &page)
        shapes(on: &page)
        page.progress(0.2)
        try edges(on: &page)
        page.progress(0.6)
        seaSurface(on: &page)
    }

    private func whyNotDense(on page: inout Page) {
        page.heading("Why not a dense layer?")
        page.text("""
            A picture of a megapixel has $10^6$ inputs. A dense layer that makes a picture of the same size of it has a weight for each pair:
            """)
        page.math("h_{ij} = u_{ij} + \\sum_{k, l} W_{ijkl} \\, x_{kl} = u_{ij} + \\sum_{a, b} V_{ijab} \\, x_{i+a, \\, j+b}")
        // excerpt: weights
        let pixels = 1e6, side = 1e3
        let dense = pixels * pixels                // a weight for each place and each place
        let invariant = (2 * side) * (2 * side)    // one for each offset of up to 1000 either way
        func local(_ reach: Double) -> Double { 4 * reach * reach }   // for offsets up to `reach`
        // end
        page.code("weights")
        page.list(
            "*Translation invariance*: what is looked for does not depend on the place, so $V_{ijab}$ does not depend on $i, j$. $10^{12}$ weights become $4 \\cdot 10^6$.",
            "*Locality*: what lies far away does not matter, so $V_{ab} = 0$ beyond a reach of $\\Delta$. $4 \\Delta^2$ weights remain.")
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

    private func worked(on page: inout Page) {
        page.heading("By hand: 3 × 3 by 2 × 2")
        // excerpt: worked
        let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
        let kernel = Tensor([[0, 1], [2, 3]] as [[Float]])
        let y = conv2d(x, kernel)
        let largest = maxPool2d(x, size: 2, strides: 1), mean = averagePool2d(x, size: 2, strides: 1)
        // end
        page.code("worked")
        func matrix(_ t: Tensor) -> String {
            "\\begin{pmatrix} " + t.rows.map { $0.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: " & ") }.joined(separator: " \\\\ ") + " \\end{pmatrix}"
        }
        page.math("\(matrix(x)) * \(matrix(kernel)) = \(matrix(y))")
        page.text("The first number is $0 \\cdot 0 + 1 \\cdot 1 + 3 \\cdot 2 + 4 \\cdot 3 = 19$. (What networks call convolution does not turn the kernel round.)")
        page.text("Pooling moves a window in the same way and keeps the largest value, or the mean:")
        page.math("\\operatorname{max} : \(matrix(largest)) \\qquad \\operatorname{mean} : \(matrix(mean))")
        page.number("convolution", y.doubles)
        page.number("max_pooling", largest.doubles)
        page.number("average_pooling", mean.doubles)
    }

    private func shapes(on page: inout Page) {
        page.heading("Padding and strides")
        page.text("With $p$ zeros added on both sides and steps of $s$, a window of $k$ has room for")
        page.math("\\left\\lfloor \\frac{n + 2 p - k}{s} \\right\\rfloor + 1")
        page.text("places along a dimension of $n$. Below, the shapes are those of the results, not of the formula.")
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
            zip(cases, results).map { c, r in [times([c.n, c.n]), times(c.kernel), times(c.padding), times(c.strides), times(r)] },
            caption: "Shapes of convolutions. Keras's `valid` pads nothing; `same` pads so that strides of 1 keep the shape.")
        for (i, r) in results.enumerated() { page.number("shape_\(i + 1)", r.map(Double.init)) }
    }

    private func edges(on page: inout Page) throws {
        page.heading("A learned edge detector")
        page.text("""
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
                HeatMap(Grid(x: (0..<t.shape[1]).map(Double.init), y: (0..<t.shape[0]).map(Double.init), values: t.rows), colors: colors, range: range))
        }
        let course = Panel(
            title: "Training", x: Axis("epoch"), y: Axis("mean square error", scale: .logarithmic),
            Line(x: history["loss"].indices.map { Double($0 + 1) }, y: history["loss"]))
        page.figure(
            "edges", Figure(panels: [course, map("A picture", bar, 0...1, .grays.reversed), map("Its edges, as learned", answer, -1...1, .anomaly)],
                columns: 3, size: Size(width: 1100, height: 300)),
            caption: "Training on random pictures, then a dark bar that the network has never seen and its two edges.",
            description: "The error falls to rounding; a picture with a dark bar in the middle; an answer that is red along the bar's left edge, "
                + "blue along its right edge and zero elsewhere.")
        page.text("Learned: $(\(short(learned[0])), \(short(learned[1])))$.")
        page.number("edge_kernel", learned)
    }

    private func seaSurface(on page: inout Page) {
        page.heading("What kernels do to a real field")
        page.text("""
            The sea-surface temperature of the equatorial Pacific in September 2007, when La Niña drew its tongue of cold water west from the \
            American coast (OSTIA, UK Met Office). A kernel of equal weights smooths; differences across a cell find fronts.
            """)
        let sea = SeaSurface()
        // excerpt: kernels
        let smooth = conv2d(sea.temperature, Tensor.ones([5, 5]) / 25)
        let (dy, dx): (Float, Float) = (61.8, 92.7)            // km between rows and columns
        let alongColumn = Tensor([[0, -1, 0], [0, 0, 0], [0, 1, 0]] as [[Float]]) / (2 * dy)
        let alongRow = Tensor([[0, 0, 0], [-1, 0, 1], [0, 0, 0]] as [[Float]]) / (2 * dx)
        let northward = conv2d(sea.temperature, alongColumn)
        let eastward = conv2d(sea.temperature, alongRow)
        let gradient = 100 * sqrt(square(northward) + square(eastward))     // K per 100 km
        // end
        page.code("kernels")
        func map(_ title: String, _ field: Tensor, margin: Int, label: String, _ colors: ColorMap) -> Panel {
            Panel(title: title, aspect: 2.4, WorldMap(
                longitudes: Array(sea.longitudes.dropFirst(margin).dropLast(margin)),
                latitudes: Array(sea.latitudes.dropFirst(margin).dropLast(margin)), values: field.rows, colors: colors, valueLabel: label))
        }
        page.figure(
            "sst", Figure(
                panels: [
                    map("Sea-surface temperature", sea.temperature, margin: 0, label: "°C", .viridis),
                    map("Smoothed by 5 × 5 equal weights", smooth, margin: 2, label: "°C", .viridis),
                    map("Length of the gradient", gradient, margin: 1, label: "K per 100 km", .cividis),
                ], columns: 1, size: Size(width: 1000, height: 690)),
            caption: "OSTIA, September 2007. A valid convolution loses cells at the rim, and all that touch land. Contains public sector "
                + "information licensed under the Open Government Licence.",
            description: "Three strips of the Pacific about the equator. Water of 29 degrees in the west and of 20 degrees off South America; "
                + "the same smoothed; and the length of the gradient, with a bright wavy front north of the equator in the east.")
        let finite = gradient.doubles.filter(\.isFinite)
        page.number("sst_largest_gradient", finite.max()!, unit: "K (100 km)-1")
        page.number("sst_mean_gradient", finite.reduce(0, +) / Double(finite.count), unit: "K (100 km)-1")
        page.text("The strongest front changes by \(short(finite.max()!)) K in 100 km; the mean is \(short(finite.reduce(0, +) / Double(finite.count))).")
    }
}
