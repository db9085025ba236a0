import TernCore

/// A layer applied to each step of a series, with the same weights: [batch, steps, ...].
///
/// ```swift
/// let features = TimeDistributed(Conv2D(4, kernelSize: 3, padding: .same))
/// let y = features(Tensor.zeros([2, 5, 8, 12, 3]))   // [2, 5, 8, 12, 4]
/// ```
///
/// The steps count as further examples, so all of them are one call; with a layer that looks at
/// several examples or keeps state, such as ``BatchNormalization``, they are one call each, in
/// order. A mask of the steps holds for the output too.
public final class TimeDistributed: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    private let box: LayerBox

    /// The layer that is applied.
    public var layer: any Layer { box.layer }

    /// Applies `layer` to each step.
    public init(_ layer: any Layer, name: String? = nil) {
        info = LayerInfo(name: name)
        box = LayerBox(layer)
    }

    /// The layer, by its own name.
    public var children: [(name: String, layer: any Layer)] { [(layer.info.name ?? "layer", layer)] }

    /// The input must be [batch, steps, ...], and the layer take a step of it.
    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.count < 3 { return "it wants [batch, steps, ...]" }
        if layer.mixesExamples, inputShape[1] > mostSteps {
            return "with such a layer it takes series of \(mostSteps) steps at most, not of \(inputShape[1])"
        }
        return layer.complaint(about: [
            [inputShape[0] * (layer.mixesExamples ? 1 : inputShape[1])] + inputShape.dropFirst(2)
        ])
    }

    /// The mask of the steps.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        guard let mask = masks.first ?? nil else { return [nil] }
        // Where a layer ends what a mask says of the parts of a step, a step counts if any of them does.
        return [mask.isMask(of: outputs[0]) ? mask : mask.cast(to: .bool).any(axes: Array(2..<mask.rank))]
    }

    /// The layer's output of each step, [batch, steps, ...].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var inner = context
        let mask = context.masks.first ?? nil
        if let mask, mask.rank < 2 {
            fail("layer \(info.name ?? Self.kind): it wants a mask of [batch, steps] and got \(mask.shape)")
        }
        let (batch, steps) = (x.shape[0], x.shape[1])
        guard layer.mixesExamples, steps > 0 else {
            inner.masks = [mask.map { $0.reshaped([batch * steps] + $0.shape.dropFirst(2)) }]
            let y = layer(x.reshaped([batch * steps] + x.shape.dropFirst(2)), inner)
            return y.reshaped([batch, steps] + y.shape.dropFirst())
        }
        return .stacked(
            (0..<steps).map { t in
                inner.masks = [mask.map { $0[.all, t] }]
                // Other noise in each step.
                inner.step = context.step + NoiseOffset.seriesStep(t)
                return layer(x[.all, t], inner)
            }, axis: 1)
    }
}

/// How ``Bidirectional`` joins the two directions.
///
/// ```swift
/// let both = Bidirectional(GRU(8), mergeMode: .sum)
/// let y = both(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public enum MergeMode: String, Sendable, Codable, CaseIterable {
    /// Side by side along the last axis.
    case concat
    /// Their sum.
    case sum
    /// Their product.
    case mul
    /// Their mean.
    case ave
}

/// A recurrent layer along a series and a copy of it with weights of its own that goes back.
///
/// ```swift
/// let both = Bidirectional(LSTM(25, returnsSequences: true))
/// let y = both(Tensor.zeros([4, 10, 3]))   // [4, 10, 50]
/// ```
///
/// Without a merge mode both outputs are returned. States follow, the forward ones first. In
/// sequences, what the layers make of steps that a mask leaves out is 0.
///
/// Source: Schuster and Paliwal, "Bidirectional recurrent neural networks", IEEE TSP 45, 1997.
public final class Bidirectional: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How the two outputs become one; nil leaves them two.
    public let mergeMode: MergeMode?
    private let forwardBox: SeriesLayerBox, backwardBox: SeriesLayerBox

    /// Sends `layer` forwards and a copy of its settings, with weights of its own, backwards.
    public init(_ layer: any RecurrentLayer, mergeMode: MergeMode? = .concat, name: String? = nil) {
        if layer.goesBackwards {
            fail("Bidirectional: its layer goes forwards, and a copy of it backwards; leave goesBackwards false")
        }
        info = LayerInfo(name: name)
        self.mergeMode = mergeMode
        forwardBox = SeriesLayerBox(layer: layer)
        backwardBox = SeriesLayerBox(layer: layer.reversedCopy())
    }

    /// The layer that goes forwards.
    public var forward: any RecurrentLayer { forwardBox.layer }
    /// Its copy that goes backwards.
    public var backward: any RecurrentLayer { backwardBox.layer }
    /// Both, as `forward` and `backward`.
    public var children: [(name: String, layer: any Layer)] { [("forward", forward), ("backward", backward)] }

    /// It takes a series, and states for both ways or none.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if forward.returnsSequences != backward.returnsSequences || forward.returnsState != backward.returnsState {
            return "the way back returns other things than the way there"
        }
        return inputShapes.count % 2 == 1
            ? forward.complaint(about: [inputShapes[0]]) : "it takes a series, and states for both ways or none"
    }

    /// The series' mask, where all steps are returned.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        Array(repeating: forward.mask(inputs, masks), count: mergeMode == nil ? 2 : 1)
    }

    /// The merged outputs, or both without a merge mode, then the states of the way there and of the way back.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        var context = context
        context.zerosOutputForMask = forward.returnsSequences
        let states = Array(inputs.dropFirst()), half = states.count / 2
        let ahead = forward([inputs[0]] + states.prefix(half), context)
        let back = backward([inputs[0]] + states.dropFirst(half), context)
        let a = ahead[0]
        // The way back is turned round, so that steps meet their own.
        let b = forward.returnsSequences ? back[0].part([.all, .every(-1)]) : back[0]
        let merged: [Tensor]
        switch mergeMode {
        case .concat: merged = [.concatenated([a, b], axis: -1)]
        case .sum: merged = [a + b]
        case .mul: merged = [a * b]
        case .ave: merged = [(a + b) / 2]
        case nil: merged = [a, b]
        }
        return merged + ahead.dropFirst() + back.dropFirst()
    }
}

/// A layer that goes along a series as part of a configuration, where nothing else will do.
package struct SeriesLayerBox: BoxedLayer {
    let layer: any RecurrentLayer

    init(layer: any RecurrentLayer) { self.layer = layer }

    package init(from decoder: any Decoder) throws {
        layer = try LayerBox.layer(from: decoder, else: "does not go along a series")
    }

    package func encode(to encoder: any Encoder) throws { try LayerBox(layer).encode(to: encoder) }
}
