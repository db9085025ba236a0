import Tern
import TernExperiment
import Testing

/// Networks from configurations.
struct ModelConfigurationTests {
    private func shape(_ model: Model) throws -> [Int] {
        try model.predict(Tensor.zeros([2] + model.inputs[0].shape, dtype: .float32)).shape
    }

    private func layers(_ yaml: String) throws -> ModelConfiguration {
        let list = yaml.split(separator: "\n").map { "    - \($0)" }.joined(separator: "\n")
        return try Experiment(
            yaml:
                "name: a\ndata: {files: {f: f.nc}, inputs: x, targets: y}\nsplit: {by: period}\nmodel:\n  layers:\n\(list)\n",
            path: "a.yaml"
        ).model
    }

    @Test(
        arguments: [
            ("sst-cnn", [14, 19, 1], [1], 2853), ("cnn-lstm", [10, 12, 16, 4], [1, 12, 16], nil),
            ("mlp", [5], [2], nil), ("wide-deep", [3, 4, 2], [3, 4], nil),
            ("wide-deep", [10], [1], 11 + 704 + 2080 + 33), ("mlp", [3, 4, 1], [3, 4], nil),
            ("unet", [8, 12, 4], [8, 12, 1], nil), ("unet", [9, 13, 2], [9, 13], nil),
            ("unet", [3, 8, 12, 2], [8, 12, 2], nil), ("linear", [4, 5, 1], [1], 21),
        ] as [(String, [Int], [Int], Int?)])
    func namedModelsTakeAndGiveTheShapes(_ name: String, _ input: [Int], _ output: [Int], _ count: Int?) throws {
        let model = try ModelConfiguration(name: name).build(inputShape: input, outputShape: output, seed: 1)
        #expect(try shape(model) == [2] + output)
        if let count { #expect(model.variables.reduce(0) { $0 + $1.variable.value.count } == count) }
    }

    @Test(arguments: ["sst-cnn", "cnn-lstm", "unet"])
    func periodicNetworksAreBuiltWithNormalisation(_ name: String) throws {
        var configuration = ModelConfiguration(name: name)
        configuration.periodic = true
        configuration.batchNormalization = true
        let isMap = name == "unet", input = name == "cnn-lstm" ? [2, 8, 16, 1] : [8, 16, 1]
        let model = try configuration.build(inputShape: input, outputShape: isMap ? [8, 16, 1] : [1], seed: 1)
        #expect(try shape(model) == [2] + (isMap ? [8, 16, 1] : [1]))
    }

    @Test func periodicNetworksTurnWithTheGlobe() throws {
        // Four cells on, which both halvings of the grid divide.
        var random = Generator(seed: 0)
        let x = Tensor(random.standardNormal(count: 128).map(Float.init), shape: [1, 8, 16, 1])
        func turned(_ x: Tensor) -> Tensor {
            .concatenated([x.sliced(12..<16, axis: 2), x.sliced(0..<12, axis: 2)], axis: 2)
        }
        func difference(periodic: Bool) throws -> Double {
            var configuration = ModelConfiguration(name: "unet")
            configuration.periodic = periodic
            let model = try configuration.build(inputShape: [8, 16, 1], outputShape: [8, 16, 1], seed: 1)
            return try abs(turned(model.predict(x)) - model.predict(turned(x))).mean().item
        }
        // Transposed convolutions see zeros at the seam, others do not.
        let (periodic, plain) = try (difference(periodic: true), difference(periodic: false))
        #expect(periodic < plain / 2, "\(periodic), \(plain)")
    }

    @Test func theSameSeedGivesTheSameWeights() throws {
        let models = try [1, 1, 2].map {
            try ModelConfiguration(name: "mlp").build(inputShape: [3], outputShape: [1], seed: $0)
        }
        let weights = models.map { $0.variables[0].variable.value.scalars(Float.self) }
        #expect(weights[0] == weights[1])
        #expect(weights[0] != weights[2])
    }

    @Test func layersAreThoseOfKerasWithItsSettings() throws {
        let model = try layers(
            """
            time_distributed: {layer: {conv2d: {filters: 3, kernel_size: [3, 2], padding: same, use_bias: false, activation: relu, kernel_regularizer: {l2: 0.01}}}}
            TimeDistributed: {layer: global_average_pooling2d}
            bidirectional: {layer: {lstm: {units: 4, return_sequences: true, recurrent_activation: hard_sigmoid}}, merge_mode: sum}
            gru: {units: 5, kernel_initializer: he_normal}
            dropout: {rate: 0.2}
            dense: {units: 6, name: last}
            reshape: {target_shape: [2, 3]}
            """
        ).build(inputShape: [4, 6, 5, 2], outputShape: [2, 3], seed: 0)
        #expect(try shape(model) == [2, 2, 3])
        let conv = (model.layers[0] as! TimeDistributed).layer as! Conv2D
        #expect(conv.kernelSize == [3, 2] && conv.padding == .same && !conv.usesBias && conv.strides == 1)
        #expect(conv.activation == .relu)
        #expect(conv.kernelSettings.regularizer == .l1l2(l1: 0, l2: 0.01))
        let both = model.layers[2] as! Bidirectional
        #expect(both.mergeMode == .sum && both.forward.returnsSequences && both.backward.goesBackwards)
        #expect(model.layers[5].info.name == "last")
    }

    @Test func thePenaltyIsOnAllKernels() throws {
        for name in NamedModel.allCases.map(\.rawValue) {
            var configuration = ModelConfiguration(name: name)
            configuration.l2 = 1e-3
            let input = name == "cnn-lstm" ? [2, 14, 19, 1] : [14, 19, 1]
            let model = try configuration.build(inputShape: input, outputShape: [14, 19, 1], seed: 0)
            for (path, variable) in model.variables where path.hasSuffix("/kernel") {
                #expect(variable.regularizer != nil, "\(name): \(path)")
            }
        }
        var listed = try layers("flatten\ndense: {units: 3}\ndense: {units: 1, kernel_regularizer: l1}")
        listed.l2 = 0.5
        let model = try listed.build(inputShape: [2, 2, 1], outputShape: [1], seed: 0)
        #expect((model.layers[1] as! Dense).kernelSettings.regularizer == .l1l2(l1: 0, l2: 0.5))
        #expect((model.layers[2] as! Dense).kernelSettings.regularizer == .l1())
    }

    @Test(
        arguments: [
            ("dense: {units: 3}\nmax_pooling2d", [4, 4, 1], [1], nil),
            (
                "flatten\nmax_pooling2d", [4, 4, 1], [1],
                "a.yaml:7: model.layers.1: max_pooling2d: it wants [batch, height, width, channels] and got 2 dimensions; its input has the shape [16]"
            ),
            (
                "conv2d: {filters: 1, kernel_size: 5}", [4, 4, 1], [1],
                "a.yaml:6: model.layers.0: conv2d: its window of [5, 5] is larger than the grid of [4, 4]"
            ),
            (
                "flatten\ndense: {units: 3}", [4, 4, 1], [1],
                "the last layer gives the shape [3], the targets have [1]; add dense: {units: 1}"
            ),
            ("flatten\ndense: {units: 4}", [4, 4, 1], [2, 2], "add reshape: {target_shape: [2, 2]}"),
            ("conv2d: {filters: 1, kernel_size: 1}", [4, 4, 1], [1], "add flatten, dense: {units: 1}"),
            ("reshape: {target_shape: [3]}", [4], [3], "4 values cannot take the shape [3]"),
        ] as [(String, [Int], [Int], String?)])
    func layersThatDoNotFitAreTold(_ yaml: String, _ input: [Int], _ output: [Int], _ message: String?) throws {
        let error = #expect(throws: DataError.self) {
            try layers(yaml).build(inputShape: input, outputShape: output, seed: 0)
        }
        if let message { #expect("\(error!)".contains(message), "\(error!)") }
    }

    @Test(arguments: [
        ("sst-cnn", [5], [1], "its conv2d takes maps"), ("sst-cnn", [4, 4, 1], [1], "is larger than the grid"),
        ("cnn-lstm", [8, 8, 1], [1], "set data.window.length"),
        ("unet", [8, 8, 1], [1], "unet goes from maps to maps of the same grid"),
    ])
    func namedModelsThatDoNotFitAreTold(_ name: String, _ input: [Int], _ output: [Int], _ message: String) throws {
        let error = #expect(throws: DataError.self) {
            try ModelConfiguration(name: name).build(inputShape: input, outputShape: output, seed: 0)
        }
        #expect("\(error!)".contains(message), "\(error!)")
    }

    @Test func trainingIsAsTheConfigurationSays() throws {
        func training(_ text: String) throws -> TrainingConfiguration {
            try Experiment(
                yaml:
                    "name: a\ndata: {files: {f: f.nc}, inputs: x, targets: y}\nsplit: {by: period}\nmodel: {name: mlp}\ntraining: \(text)\n"
            ).training
        }
        let cosine = try training(
            "{optimizer: momentum, schedule: cosine, learning_rate: 0.1, epochs: 10, weight_decay: 0.01, clip_norm: 1}"
        ).makeOptimizer(stepsPerEpoch: 5)
        #expect(cosine.learningRate(0) == 0.1)
        #expect(abs(cosine.learningRate(50)) < 1e-12)
        #expect(try training("{}").makeOptimizer(stepsPerEpoch: 5) is Adam)
        for name in NamedOptimizer.allCases {
            #expect(
                try training("{optimizer: \(name.rawValue), learning_rate: 0.5}").makeOptimizer(stepsPerEpoch: 1)
                    .learningRate(3) == 0.5)
        }

        let loss = try training("{loss: mae, area_weighted: true}").makeLoss(latitudes: [-60, 0, 60])
        #expect(loss.name == "mean_absolute_error")
        let zeros = Tensor.zeros([1, 3, 1, 1]), one = Tensor([0.0, 1, 0], shape: [1, 3, 1, 1])
        #expect(abs(loss(one, zeros).item - 0.5) < 1e-6)
        #expect(abs(try training("{loss: mae}").makeLoss(latitudes: [-60, 0, 60])(one, zeros).item - 1 / 3.0) < 1e-6)

        let callbacks = try training("{early_stopping: {patience: 3}, reduce_on_plateau: 2}").makeCallbacks(
            hasValidation: false)
        let stopping = callbacks.compactMap { $0 as? EarlyStopping }.first!
        #expect(stopping.patience == 3 && stopping.monitor == "loss" && stopping.restoresBestWeights)
        #expect(callbacks.contains { $0 is ReduceLROnPlateau })
    }
}
