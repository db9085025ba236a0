import Tern

/// The networks that a configuration may name.
///
/// ```swift
/// print(NamedModel.sstCNN.defaults.units!, NamedModel(rawValue: "cnn-lstm")!.defaults.units!)  // [32, 16] [25]
/// ```
public enum NamedModel: String, CaseIterable, Sendable {
    /// Two convolutions with pooling, then dense layers: the course's network from sea-surface temperature to rain.
    ///
    /// Takes maps, [latitude, longitude, channels]; the steps of a window count as channels.
    case sstCNN = "sst-cnn"
    /// Features of each map in a window, their mean over the globe, and an LSTM along the window: climate emulation.
    ///
    /// Takes windows of maps, [steps, latitude, longitude, channels]. Source: D. Watson-Parris et al., "ClimateBench
    /// v1.0: A benchmark for data-driven climate projections", JAMES 14, 2022, doi:10.1029/2021MS002954.
    case cnnLSTM = "cnn-lstm"
    /// Dense layers on all values.
    case mlp
    /// A linear regression on all values, plus dense layers that see them through noise: what is linear need not be
    /// learned by the layers, and they stay smooth.
    ///
    /// Source: H.-T. Cheng et al., "Wide & deep learning for recommender systems", 2016, arXiv:1606.07792.
    case wideDeep = "wide-deep"
    /// From maps to maps of the same grid, down to a quarter of the resolution and up again past what was seen on the
    /// way.
    ///
    /// The steps of a window count as channels. Source: O. Ronneberger et al., "U-Net: Convolutional networks for
    /// biomedical image segmentation", MICCAI 2015, doi:10.1007/978-3-319-24574-4_28.
    case unet
    /// One dense layer: a linear regression learned by gradient descent.
    case linear

    /// The settings that it takes, with their defaults; what it does not take is nil.
    public var defaults: ModelConfiguration {
        var settings = ModelConfiguration(name: rawValue)
        settings.l2 = 0
        if self == .linear { return settings }
        settings.dropout = 0
        settings.activation = "relu"
        if self == .mlp || self == .wideDeep {
            settings.noise = 0
        } else {
            settings.kernelSize = [3]
            settings.batchNormalization = false
            settings.periodic = false
        }
        switch self {
        case .sstCNN:
            settings.filters = 4
            settings.kernelSize = [3, 2]
            settings.units = [32, 16]
            settings.dropout = 0.1
        case .cnnLSTM:
            settings.filters = 20
            settings.units = [25]
        case .wideDeep:
            settings.units = [64, 32]
            settings.dropout = 0.4
            settings.noise = 0.2
        case .unet:
            settings.filters = 32
            settings.batchNormalization = true
        default: settings.units = [64, 64]
        }
        return settings
    }
}

extension NetworkBuilder {
    func network(_ model: NamedModel, _ input: Symbol) throws -> Symbol {
        switch model {
        case .sstCNN: try sstCNN(input)
        case .cnnLSTM: try cnnLSTM(input)
        case .mlp: try shaped(hidden(noisy(add(Flatten(), input))))
        case .wideDeep: try wideDeep(input)
        case .unet: try unet(input)
        case .linear: try shaped(add(Flatten(), input))
        }
    }

    /// Refuses inputs that are no maps.
    private func checkMaps() throws {
        guard example.cells.count == 2 else {
            throw complaint(
                "\(settings.name!): its conv2d takes maps, [rows, columns, channels]; the inputs are \(example.kind), of shape \(example.dimensions); use mlp, "
                    + "wide-deep or linear, or layers of your own")
        }
    }

    /// Maps in which the steps of a window lie beside the channels.
    private func stepsAsChannels(_ input: Symbol) throws -> Symbol {
        guard let steps = example.steps else { return input }
        return try add(Reshape(example.cells + [steps * example.channels]), add(Permute([2, 3, 1, 4]), input))
    }

    private func sstCNN(_ input: Symbol) throws -> Symbol {
        try checkMaps()
        var x = try stepsAsChannels(input)
        for filters in [settings.filters!, 2 * settings.filters!] {
            x = try activated(convolved(x, filters, padding: isPeriodic ? .same : .valid))
            x = try add(MaxPooling2D(2), x)
        }
        x = try add(Flatten(), x)
        // Dropout comes after the first dense layer alone.
        for (i, units) in settings.units!.enumerated() {
            x = try add(dense(units, activation), x)
            if i == 0 { x = try dropped(x) }
        }
        return try shaped(x)
    }

    private func wideDeep(_ input: Symbol) throws -> Symbol {
        let x = try noisy(add(Flatten(), input)), count = output.reduce(1, *)
        let y = try add(Add(), add(dense(count), x), add(dense(count), hidden(x)))
        return output.count == 1 ? y : try add(Reshape(output), y)
    }

    private func cnnLSTM(_ input: Symbol) throws -> Symbol {
        try checkMaps()
        guard example.steps != nil else {
            throw complaint(
                "cnn-lstm takes windows of maps, [steps, latitude, longitude, channels], and its input has the shape \(input.shape); set data.window.length"
            )
        }
        var x = try activated(convolved(input, settings.filters!, padding: .same))
        x = try add(TimeDistributed(AveragePooling2D(2)), x)
        x = try add(TimeDistributed(GlobalAveragePooling2D()), x)
        for (i, units) in settings.units!.enumerated() {
            x = try add(LSTM(units, kernelRegularizer: penalty, returnsSequences: i + 1 < settings.units!.count), x)
        }
        return try shaped(dropped(x))
    }

    private func unet(_ input: Symbol) throws -> Symbol {
        try checkMaps()
        var x = try stepsAsChannels(input)
        guard [2, 3].contains(output.count), output.prefix(2) == x.shape.prefix(2) else {
            throw complaint(
                "unet goes from maps to maps of the same grid; its input has the shape \(input.shape), its output is to have \(output); use sst-cnn, mlp, wide-deep or "
                    + "linear, or bring both onto one grid with regrid")
        }
        // Both poolings halve the grid.
        let margins = x.shape.prefix(2).map { (4 - $0 % 4) % 4 }.map { Margin(before: $0 / 2, after: $0 - $0 / 2) }
        if margins != [.zero, .zero] {
            x = try add(
                isPeriodic
                    ? PeriodicPadding2D(latitude: margins[0], longitude: margins[1], poles: .zeros)
                    : ZeroPadding2D(margins), x)
        }
        let width = settings.filters!
        func block(_ x: Symbol, _ filters: Int, strides: Int = 1) throws -> Symbol {
            try activated(convolved(x, filters, padding: .same, strides: strides))
        }
        func up(_ x: Symbol, _ filters: Int, beside other: Symbol) throws -> Symbol {
            let wide = Conv2DTranspose(
                filters, kernelSize: 3, strides: 2, padding: .same, usesBias: !normalizes, kernelRegularizer: penalty)
            return try block(add(Concatenate(), activated(add(wide, x)), other), filters)
        }
        let a = try block(x, width), b = try block(a, 2 * width, strides: 2)
        let c = try dropped(block(block(b, 4 * width, strides: 2), 4 * width))
        let e = try up(up(c, 2 * width, beside: b), width, beside: a)
        var y = try add(Conv2D(output.count == 3 ? output[2] : 1, kernelSize: 1, kernelRegularizer: penalty), e)
        if margins != [.zero, .zero] { y = try add(Cropping2D(margins), y) }
        return y.shape == output ? y : try add(Reshape(output), y)
    }
}
