import Tern

/// Puts layers together for given shapes, and throws where they do not fit, before a layer would trap.
struct NetworkBuilder {
    let settings: ModelConfiguration
    let example: ExampleShape
    /// The shape of an example's target.
    let output: [Int]

    var penalty: Regularizer? { settings.l2.flatMap { $0 > 0 ? .l2($0) : nil } }
    var activation: Activation { settings.activation.flatMap(Activation.named) ?? .linear }
    var normalizes: Bool { settings.batchNormalization ?? false }
    var isPeriodic: Bool { settings.periodic ?? false }

    func complaint(_ message: String) -> DataError {
        DataError(file: settings.source.file, line: settings.source.line, "model: \(message)")
    }

    /// The layer on inputs that it accepts.
    func add(_ layer: any Layer, _ inputs: Symbol...) throws -> Symbol {
        if let complaint = layer.complaint(about: inputs.map { [1] + $0.shape }) {
            throw self.complaint(
                "\(snakeCase(type(of: layer).kind)): \(complaint); its input has the shape \(inputs.map { "\($0.shape)" }.joined(separator: " and "))\(remedy)"
            )
        }
        return layer(inputs)[0]
    }

    /// What else could be named, where maps are too small for a network's convolutions.
    private var remedy: String {
        settings.kernelSize == nil
            ? "" : "; set a smaller model.kernel_size, or use mlp, wide-deep or linear, which take inputs of any shape"
    }

    func dense(_ units: Int, _ activation: Activation = .linear) -> Dense {
        Dense(units, activation: activation, kernel: .init(regularizer: penalty))
    }

    func dropped(_ x: Symbol) throws -> Symbol {
        guard let rate = settings.dropout, rate > 0 else { return x }
        return try add(Dropout(rate), x)
    }

    /// With noise while training, where asked for.
    func noisy(_ x: Symbol) throws -> Symbol {
        guard let noise = settings.noise, noise > 0 else { return x }
        return try add(GaussianNoise(noise), x)
    }

    /// Dense layers with the settings' units, each with its dropout.
    func hidden(_ input: Symbol) throws -> Symbol {
        try settings.units!.reduce(input) { x, units in try dropped(add(dense(units, activation), x)) }
    }

    /// A convolution of maps, or of each map in a window; batch normalisation follows it where asked for, and takes its
    /// bias.
    func convolved(_ input: Symbol, _ filters: Int, padding: Padding, strides: Int = 1) throws -> Symbol {
        var x = input
        let isSeries = input.shape.count == 4
        func each(_ layer: any Layer) -> any Layer { isSeries ? TimeDistributed(layer) : layer }
        let sizes = settings.kernelSize!
        var padding = padding
        if isPeriodic, padding == .same, input.shape.count >= 3 {
            let grid = input.shape.suffix(3).prefix(2)
            let margins = zip(grid, sizes.count == 1 ? sizes + sizes : sizes).map { length, size in
                let total = max(((length + strides - 1) / strides - 1) * strides + size - length, 0)
                return Margin(before: total / 2, after: total - total / 2)
            }
            x = try add(each(PeriodicPadding2D(latitude: margins[0], longitude: margins[1], poles: .zeros)), x)
            padding = .valid
        }
        x = try add(
            each(
                Conv2D(
                    filters, kernelSize: WindowSize(sizes), strides: WindowSize([strides]), padding: padding,
                    usesBias: !normalizes, kernel: .init(regularizer: penalty))), x)
        return normalizes ? try add(BatchNormalization(), x) : x
    }

    func activated(_ x: Symbol) throws -> Symbol { activation == .linear ? x : try add(ActivationLayer(activation), x) }

    /// A dense layer that gives the output's values, in its shape.
    func shaped(_ x: Symbol) throws -> Symbol {
        let y = try add(dense(output.reduce(1, *)), x)
        return output.count == 1 ? y : try add(Reshape(output), y)
    }
}

extension ModelConfiguration {
    /// The network for examples of these shapes, which do not count the batch.
    ///
    /// ```swift
    /// let model = try ModelConfiguration(name: "mlp").build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    /// print(model.inputs.map(\.shape), model.outputs.map(\.shape))  // [[14, 19, 1]] [[1]]
    /// ```
    ///
    /// - Parameters:
    ///   - inputShape: of one example; the number of its dimensions tells whether it is a window or a map.
    ///   - outputShape: of one example's targets.
    ///   - seed: of the weights.
    /// - Throws: `DataError` that names the layer that does not fit, and the shapes.
    public func build(inputShape: [Int], outputShape: [Int], seed: UInt64) throws -> Model {
        try build(input: ExampleShape(inputShape), outputShape: outputShape, seed: seed)
    }

    /// The network for examples of which is known what their dimensions are.
    ///
    /// - Throws: `DataError` that names the layer that does not fit, and the shapes.
    public func build(input: ExampleShape, outputShape: [Int], seed: UInt64) throws -> Model {
        do {
            // What a layer itself stumbles over, such as weights beyond memory, is a mistake of the file too.
            return try catchingFailure { try made(input, outputShape: outputShape, seed: seed) }
        } catch let failure as CaughtFailure {
            throw DataError(file: source.file, line: source.line, "model: \(failure)")
        }
    }

    private func made(_ example: ExampleShape, outputShape: [Int], seed: UInt64) throws -> Model {
        var settings = self
        settings.fillDefaults()
        let outputShape = outputShape.isEmpty ? [1] : outputShape
        let builder = NetworkBuilder(settings: settings, example: example, output: outputShape),
            input = Input(example.dimensions)
        guard let layers else {
            guard let name, let model = NamedModel(rawValue: name) else {
                throw builder.complaint("it has neither the name of a network nor layers")
            }
            return Model(inputs: [input], outputs: [try builder.network(model, input)], name: nil, seed: seed)
        }
        var x = input
        for var layer in layers {
            if let l2, l2 > 0, layer.settings["kernel_regularizer"] == nil,
                layer.settingNames.contains("kernel_regularizer")
            {
                layer.settings["kernel_regularizer"] = .map(["l2": .number(l2)])
            }
            let made = try layer.make()
            if let complaint = made.complaint(about: [[1] + x.shape]) {
                throw layer.error("\(snakeCase(layer.kind)): \(complaint); its input has the shape \(x.shape)")
            }
            x = made(x)
        }
        guard x.shape == outputShape else {
            let count = outputShape.reduce(1, *)
            let missing =
                x.shape.count == 1 && x.shape[0] == count || x.shape.reduce(1, *) == count
                ? "" : "\(x.shape.count > 1 ? "flatten, " : "")dense: {units: \(count)}"
            let shape = outputShape.count == 1 && !missing.isEmpty ? "" : "reshape: {target_shape: \(outputShape)}"
            throw builder.complaint(
                "the last layer gives the shape \(x.shape), the targets have \(outputShape); add \([missing, shape].filter { !$0.isEmpty }.joined(separator: " and "))"
            )
        }
        return Model(inputs: [input], outputs: [x], seed: seed)
    }
}
