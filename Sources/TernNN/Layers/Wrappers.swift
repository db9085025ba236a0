import TernCore

/// A layer applied to each step of a series, with the same weights: [batch, steps, ...].
///
/// ```swift
/// let features = TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same))   // [16, 10, 96, 144, 4] in
/// ```
///
/// The steps count as further examples, so all of them are one call.
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
        return layer.complaint(about: [[inputShape[0] * inputShape[1]] + inputShape.dropFirst(2)])
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var inner = context
        inner.masks = []
        let y = layer(x.reshaped([x.shape[0] * x.shape[1]] + x.shape.dropFirst(2)), inner)
        return y.reshaped([x.shape[0], x.shape[1]] + y.shape.dropFirst())
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
/// Without a merge mode both outputs are returned. States follow, the forward ones first.
///
/// Source: Schuster and Paliwal, "Bidirectional recurrent neural networks", IEEE TSP 45, 1997.
public final class Bidirectional: Layer {
    public let info: LayerInfo
    public let mergeMode: MergeMode?
    private let forwardBox: LayerBox, backwardBox: LayerBox

    public init(_ layer: any RecurrentLayer, mergeMode: MergeMode? = .concat, name: String? = nil) {
        info = LayerInfo(name: name)
        self.mergeMode = mergeMode
        forwardBox = LayerBox(layer)
        backwardBox = LayerBox(layer.reversedCopy())
    }

    public var forward: any RecurrentLayer { forwardBox.layer as! any RecurrentLayer }
    public var backward: any RecurrentLayer { backwardBox.layer as! any RecurrentLayer }
    public var children: [(name: String, layer: any Layer)] { [("forward", forward), ("backward", backward)] }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        forward.complaint(about: [inputShapes[0]])
    }

    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { forward.mask(inputs, masks) }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
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
