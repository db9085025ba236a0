import Tern

extension ModelConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key(
                "name", \.name, names: ("models", NamedModel.allCases.map(\.rawValue)),
                "A network by name; the settings below are its."),
            Key(
                "layers", \.layers,
                "Layers by Keras's names, the first one first: - conv2d: {filters: 4, kernel_size: [3, 2], activation: relu}."
            ),
        ] + namedModelKeys + [
            Key("residual", \.residual, "Learn only what a ridge regression leaves over."),
            Key(
                "ensemble", \.ensemble, is: .atLeast(1),
                "So many networks of different seeds, whose answers are averaged."),
        ]
    }

    /// Settings of named models, of which each takes some.
    private static var namedModelKeys: [Key<Self>] {
        [
            Key("filters", \.filters, is: .atLeast(1), "Channels of the first convolution."),
            Key(
                "kernel_size", \.kernelSize, is: .atLeast(1),
                "Cells of a convolution's window, [latitude, longitude] or one number for both."),
            Key("units", \.units, is: .atLeast(1), "Units of each dense layer (of each LSTM in cnn-lstm)."),
            Key("dropout", \.dropout, is: .from(0, to: 0.99), "The share of values that dropout drops."),
            Key(
                "noise", \.noise, is: .atLeast(0),
                "The standard deviation of normal noise on the inputs while training."),
            Key(
                "activation", \.activation, names: ("activations", Activation.all.map(\.name)),
                "The function behind hidden layers."),
            Key("batch_normalization", \.batchNormalization, "Batch normalisation behind convolutions."),
            Key("periodic", \.periodic, "Convolutions go round the globe along longitude."),
            Key("l2", \.l2, is: .atLeast(0), "L2 penalty on all kernels."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        let here = place.error("")
        source = .init(name: "model", file: here.file, line: here.line)
        func at(_ key: String) -> Place { place.descendant([key]) }
        if name == nil, layers == nil {
            throw place.error(
                "model wants a name (\(NamedModel.allCases.map(\.rawValue).joined(separator: ", "))) or layers")
        }
        if name != nil, layers != nil { throw at("layers").error("model has a name and layers; leave one out") }
        if layers?.isEmpty == true { throw at("layers").error("model.layers is empty; list one layer or more") }
        if let kernelSize, !(1...2).contains(kernelSize.count) {
            throw at("kernel_size").error("model.kernel_size wants one number or two, found \(kernelSize.count)")
        }
        let standard = name.flatMap(NamedModel.init)?.defaults ?? ModelConfiguration(l2: 0)
        let taken = Self.namedModelKeys.filter { $0.write(standard) != .null }.map(\.name)
        for key in Self.namedModelKeys where key.write(self) != .null && !taken.contains(key.name) {
            throw at(key.name).error(
                "model.\(key.name): \(name ?? "a list of layers") takes no \"\(key.name)\"; it takes \(taken.joined(separator: ", "))"
            )
        }
        fillDefaults()
    }

    /// Gives what a named model takes, and was not set, its default.
    mutating func fillDefaults() {
        guard let standard = name.flatMap(NamedModel.init)?.defaults else { return }
        filters = filters ?? standard.filters
        kernelSize = kernelSize ?? standard.kernelSize
        units = units ?? standard.units
        dropout = dropout ?? standard.dropout
        noise = noise ?? standard.noise
        activation = activation ?? standard.activation
        batchNormalization = batchNormalization ?? standard.batchNormalization
        periodic = periodic ?? standard.periodic
        l2 = l2 ?? standard.l2
    }
}
