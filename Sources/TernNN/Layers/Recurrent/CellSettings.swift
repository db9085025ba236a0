/// The settings that cells with kernels for the input and for the state share.
///
/// ```swift
/// let settings = CellSettings(activation: .relu, recurrent: .init(.glorotUniform), dropout: 0.2)
/// settings.kernelSettings.initializer   // glorot_uniform
/// ```
///
/// Defaults are Keras's.
public struct CellSettings: Codable, Sendable {
    /// Of the candidate (and of what an LSTM's memory lets out), or of a simple cell's sum.
    public var activation: Activation
    /// Whether something is added to the products.
    public var usesBias: Bool
    /// How the kernel of the input begins and what holds it; `.glorotUniform` where nothing else was said.
    public var kernelSettings: WeightSettings
    /// The same for the kernel of the state; `.orthogonal()`.
    public var recurrentSettings: WeightSettings
    /// The same for the bias; `.zeros`.
    public var biasSettings: WeightSettings
    /// The share of a step's inputs that is dropped in training, the same at all steps.
    public var dropout: Double
    /// The share of the state that is dropped in training, the same at all steps.
    public var recurrentDropout: Double

    /// Settings of which those that are left out are Keras's.
    public init(
        activation: Activation = .tanh, usesBias: Bool = true, kernel: WeightSettings = .init(),
        recurrent: WeightSettings = .init(), bias: WeightSettings = .init(),
        dropout: Double = 0, recurrentDropout: Double = 0
    ) {
        self.activation = activation
        self.usesBias = usesBias
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        recurrentSettings = recurrent.defaulting(to: .orthogonal())
        biasSettings = bias.defaulting(to: .zeros)
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
    }
}
