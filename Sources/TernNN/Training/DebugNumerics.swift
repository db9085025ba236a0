import TernCore

/// Looks at every number of every training step, and ends training with an error at the very first that is NaN or
/// infinite: in the output of a layer, in a gradient, in a weight, or in what the optimiser keeps.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let x = Tensor([[1.0], [.infinity]])
/// do {
///     try model.fit(x, x, callbacks: [DebugNumerics()])
/// } catch let error as TrainingError {
///     print(error.isDivergence)           // true
/// }
/// ```
///
/// A training without it finds the place as well once the loss is no finite number, or a weight at the end of an epoch.
/// What never reaches either, such as an infinity of which an activation makes 1, or a gradient that is clipped, is
/// found with it alone. Each step is taken twice, once layer by layer and without a plan, so that a training takes some
/// eight times as long. The weights stay the same bits.
///
/// PyTorch's `torch.autograd.set_detect_anomaly` and TensorFlow's `tf.debugging.enable_check_numerics` are its kin.
public final class DebugNumerics: Callback {
    /// It needs no settings.
    public init() {}
}
