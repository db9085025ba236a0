/// Calls a function after each epoch.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let printing = LambdaCallback { epoch, logs, _ in print(epoch, logs["loss"]!) }
/// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2, callbacks: [printing])     // two lines
/// ```
public final class LambdaCallback: Callback {
    private let body: (Int, [String: Double], TrainingRun) throws -> Void

    /// Calls a function after each epoch's validation.
    ///
    /// - Parameter body: gets the epoch, counted from 0, loss and metrics by name, and the run; what it throws ends
    ///   training.
    public init(epochEnds body: @escaping (_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws -> Void) {
        self.body = body
    }

    /// Calls the function.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        try body(epoch, logs, run)
    }
}
