import TernCore

/// A layer applied to each step of a series, with the same weights: [batch, steps, ...].
///
/// ```swift
/// let steps = TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same))
/// let y = steps(Tensor.zeros([2, 10, 24, 36, 4]))   // [2, 10, 24, 36, 20]
/// ```
///
/// The steps count as further examples, so all of them are one call; with a layer that looks at
/// several examples or keeps state, such as ``BatchNormalization``, they are one call each, in
/// order. A mask of the steps holds for the output too.
public final class TimeDistributed: UnaryLayer {
    public let info: LayerInfo
    private let box: LayerBox
    public var layer: any Layer { box.layer }

    public init(_ layer: any Layer, name: String? = nil) {
        info = LayerInfo(name: name)
        box = LayerBox(layer)
    }

    public var children: [(name: String, layer: any Layer)] { [(layer.info.name ?? "layer", layer)] }

    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.count < 3 { return "it wants [batch, steps, ...]" }
        if layer.mixesExamples, inputShape[1] > mostSteps {
            return "with such a layer it takes series of \(mostSteps) steps at most, not of \(inputShape[1])"
        }
        return layer.complaint(about: [
            [inputShape[0] * (layer.mixesExamples ? 1 : inputShape[1])] + inputShape.dropFirst(2)
        ])
    }

    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        guard let mask = masks.first ?? nil else { return [nil] }
        // Where a layer ends what a mask says of the parts of a step, a step counts if any of them does.
        return [mask.isMask(of: outputs[0]) ? mask : mask.cast(to: .bool).any(axes: Array(2..<mask.rank))]
    }

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
                inner.step = context.step + t * 0x2_0000_0000
                return layer(x[.all, t], inner)
            }, axis: 1)
    }
}

/// How ``Bidirectional`` joins the two directions.
public enum MergeMode: String, Sendable, Codable, CaseIterable { case concat, sum, mul, ave }

/// A recurrent layer along a series and a copy of it with weights of its own that goes back.
///
/// ```swift
/// let both = Bidirectional(LSTM(25, returnsSequences: true))
/// ```
///
/// Without a merge mode both outputs are returned. States follow, the forward ones first. In
/// sequences, what the layers make of steps that a mask leaves out is 0.
///
/// Source: Schuster and Paliwal, "Bidirectional recurrent neural networks", IEEE TSP 45, 1997.
public final class Bidirectional: Layer {
    public let info: LayerInfo
    public let mergeMode: MergeMode?
    private let forwardBox: LayerBox, backwardBox: LayerBox

    public init(_ layer: any RecurrentLayer, mergeMode: MergeMode? = .concat, name: String? = nil) {
        if layer.goesBackwards {
            fail("Bidirectional: its layer goes forwards, and a copy of it backwards; leave goesBackwards false")
        }
        info = LayerInfo(name: name)
        self.mergeMode = mergeMode
        forwardBox = LayerBox(layer)
        backwardBox = LayerBox(layer.reversedCopy())
    }

    private enum CodingKeys: String, CodingKey { case info, mergeMode, forwardBox, backwardBox }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        info = try container.decode(LayerInfo.self, forKey: .info)
        mergeMode = try container.decodeIfPresent(MergeMode.self, forKey: .mergeMode)
        forwardBox = try container.decode(LayerBox.self, forKey: .forwardBox)
        backwardBox = try container.decode(LayerBox.self, forKey: .backwardBox)
        for (key, box) in [(CodingKeys.forwardBox, forwardBox), (.backwardBox, backwardBox)]
        where !(box.layer is any RecurrentLayer) {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container,
                debugDescription: "a layer of the kind \"\(type(of: box.layer).kind)\" does not go along a series")
        }
    }

    public var forward: any RecurrentLayer { forwardBox.layer as! any RecurrentLayer }
    public var backward: any RecurrentLayer { backwardBox.layer as! any RecurrentLayer }
    public var children: [(name: String, layer: any Layer)] { [("forward", forward), ("backward", backward)] }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        if forward.returnsSequences != backward.returnsSequences || forward.returnsState != backward.returnsState {
            return "the way back returns other things than the way there"
        }
        return inputShapes.count % 2 == 1
            ? forward.complaint(about: [inputShapes[0]]) : "it takes a series, and states for both ways or none"
    }

    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        Array(repeating: forward.mask(inputs, masks), count: mergeMode == nil ? 2 : 1)
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        var context = context
        context.zerosOutputForMask = forward.returnsSequences
        let states = Array(inputs.dropFirst()), half = states.count / 2
        let ahead = forward([inputs[0]] + states.prefix(half), context)
        let back = backward([inputs[0]] + states.dropFirst(half), context)
        var (a, b) = (ahead[0], back[0])
        // The way back is turned round, so that steps meet their own.
        if forward.returnsSequences { b = b.part([.all, .every(-1)]) }
        let merged: [Tensor]
        switch mergeMode {
        case .concat: merged = [.concatenated([a, b], axis: -1)]
        case .sum: merged = [a + b]
        case .mul: merged = [a * b]
        case .ave: merged = [(a + b) / 2]
        case nil: merged = [a, b]
        }
        a = merged[0]
        return merged + ahead.dropFirst() + back.dropFirst()
    }
}
