import Foundation
import TernCore

/// A layer that walks along a series, [batch, steps, features].
///
/// Outputs are the last step's, [batch, units], or all steps', [batch, steps, units], then the
/// states if they are asked for. States to begin with may follow the series among the inputs.
/// Steps that a mask leaves out change nothing: their output is the state before, or 0 with
/// `zerosOutputForMask`.
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
    /// Whether the output of steps that a mask leaves out is 0; by default false.
    var zerosOutputForMask: Bool { get }
}

extension RecurrentLayer {
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if inputShapes[0].count != 3 { return "it wants [batch, steps, features]" }
        if inputShapes.count != 1 && inputShapes.count != 1 + stateCount {
            return "it takes a series and no states or \(stateCount), and got \(inputShapes.count - 1)"
        }
        return nil
    }

    public var zerosOutputForMask: Bool { false }
    public var mixesExamples: Bool { isStateful }
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { returnsSequences ? masks.first ?? nil : nil }

    /// Which steps count, [batch, steps]: a mask of examples holds for all steps of one, and a step counts if any part of it does.
    private func steps(_ mask: Tensor, of x: Tensor) -> Tensor {
        let whole = mask.rank > 2 ? mask.cast(to: .bool).any(axes: Array(2..<mask.rank)) : mask.maskAxes(2)
        return whole.broadcast(to: Array(x.shape.prefix(2)))
    }

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
        let mask = (context.masks.first ?? nil).map { self.steps($0, of: x) }
        let zeroes = context.zerosOutputForMask ?? zerosOutputForMask
        var output = zeros
        var outputs: [Tensor] = []
        for i in 0..<steps {
            let t = goesBackwards ? steps - 1 - i : i
            let new = step(projected[.all, t], states) { h in recurrentMask.map { h * $0 } ?? h }
            if let mask {
                let counts = mask[.all, t].reshaped([batch, 1]).broadcast(to: [batch, units])
                states = zip(new, states).map { select(counts, $0, $1) }
                output = zeroes ? new[0].masked(by: counts) : states[0]
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
    public var zerosOutputForMask = false

    public init() {}

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        activation = try values.decode(Activation.self, forKey: .activation)
        recurrentActivation = try values.decode(Activation.self, forKey: .recurrentActivation)
        usesBias = try values.decode(Bool.self, forKey: .usesBias)
        kernelInitializer = try values.decode(Initializer.self, forKey: .kernelInitializer)
        recurrentInitializer = try values.decode(Initializer.self, forKey: .recurrentInitializer)
        biasInitializer = try values.decode(Initializer.self, forKey: .biasInitializer)
        kernelRegularizer = try values.decodeIfPresent(Regularizer.self, forKey: .kernelRegularizer)
        recurrentRegularizer = try values.decodeIfPresent(Regularizer.self, forKey: .recurrentRegularizer)
        biasRegularizer = try values.decodeIfPresent(Regularizer.self, forKey: .biasRegularizer)
        kernelConstraint = try values.decodeIfPresent(Constraint.self, forKey: .kernelConstraint)
        recurrentConstraint = try values.decodeIfPresent(Constraint.self, forKey: .recurrentConstraint)
        biasConstraint = try values.decodeIfPresent(Constraint.self, forKey: .biasConstraint)
        // Models that were saved before there was a choice do not have it.
        zerosOutputForMask = try values.decodeIfPresent(Bool.self, forKey: .zerosOutputForMask) ?? false
    }
}
