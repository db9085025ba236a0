import Foundation
import TernCore

/// A layer that walks along a series, [batch, steps, features].
///
/// Outputs are the last step's, [batch, units], or all steps', [batch, steps, units], then the
/// states if they are asked for. States to begin with may follow the series among the inputs.
/// Steps that a mask leaves out change nothing.
public protocol RecurrentLayer: Layer {
    var units: Int { get }
    var returnsSequences: Bool { get }
    var returnsState: Bool { get }
    var goesBackwards: Bool { get set }
    var isStateful: Bool { get }
    var dropout: Double { get }
    var recurrentDropout: Double { get }
    /// How many arrays of [batch, units] it carries from step to step; the first is its output.
    var stateCount: Int { get }
    /// What a step makes of the series once for all steps: [batch, steps, n].
    func project(_ x: Tensor) -> Tensor
    /// One step: of the projected series, [batch, n], and the states. `dropped` applies recurrent dropout.
    func step(_ x: Tensor, _ states: [Tensor], _ dropped: (Tensor) -> Tensor) -> [Tensor]
    /// States that are kept between calls.
    var keptStates: [Tensor] { get set }
}

extension RecurrentLayer {
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if inputShapes[0].count != 3 { return "it wants [batch, steps, features]" }
        if inputShapes.count != 1 && inputShapes.count != 1 + stateCount {
            return "it takes a series and no states or \(stateCount), and got \(inputShapes.count - 1)"
        }
        return nil
    }

    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { returnsSequences ? masks.first ?? nil : nil }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        var x = inputs[0]
        let (batch, steps) = (x.shape[0], x.shape[1])
        // One mask for all steps, as in Gal and Ghahramani, NeurIPS 2016.
        x = dropped(x, dropout, [batch, 1, x.shape[2]], context, self)
        let projected = project(x)
        let zeros = Tensor.zeros([batch, units], dtype: x.dtype)
        var states = inputs.count > 1 ? Array(inputs[1...]) : isStateful ? keptStates : Array(repeating: zeros, count: stateCount)
        var recurrentMask: Tensor?
        if context.isTraining && recurrentDropout > 0 {
            var later = context
            later.step = context.step + 0x1_0000_0000
            recurrentMask = dropped(Tensor.ones([batch, units], dtype: x.dtype), recurrentDropout, [batch, units], later, self)
        }
        let mask = context.masks.first ?? nil
        var output = zeros
        var outputs: [Tensor] = []
        for i in 0..<steps {
            let t = goesBackwards ? steps - 1 - i : i
            let new = step(projected[.all, t], states) { h in recurrentMask.map { h * $0 } ?? h }
            if let mask {
                let counts = mask[.all, t].cast(to: .bool).reshaped([batch, 1]).broadcast(to: [batch, units])
                output = select(counts, new[0], output)
                states = zip(new, states).map { select(counts, $0, $1) }
            } else {
                output = new[0]
                states = new
            }
            if returnsSequences { outputs.append(output) }
        }
        if isStateful { keptStates = states.map { $0.stoppingGradient() } }
        return [returnsSequences ? Tensor.stacked(outputs, axis: 1) : output] + (returnsState ? states : [])
    }

    /// A layer of the same settings with weights of its own that goes the other way.
    func reversedCopy() -> Self {
        let data = try! JSONEncoder().encode(self)
        let copy = try! JSONDecoder().decode(Self.self, from: data)
        copy.goesBackwards.toggle()
        copy.info.name = nil
        return copy
    }
}

/// The settings that all recurrent layers share.
public struct RecurrentSettings: Codable, Sendable {
    public var activation: Activation = .tanh
    public var recurrentActivation: Activation = .sigmoid
    public var usesBias = true
    public var kernelInitializer: Initializer = .glorotUniform
    public var recurrentInitializer: Initializer = .orthogonal()
    public var biasInitializer: Initializer = .zeros
    public var kernelRegularizer: Regularizer?, recurrentRegularizer: Regularizer?, biasRegularizer: Regularizer?
    public var kernelConstraint: Constraint?, recurrentConstraint: Constraint?, biasConstraint: Constraint?

    public init() {}
}
