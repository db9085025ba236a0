import TernCore

/// Where a training run stands: all that decides how it goes on.
///
/// ```swift
/// let state = run.state     // in a callback, after any batch or epoch
/// try other.restore(state)  // in a run of the same model on the same data: it goes on to the same bits
/// ```
///
/// ``TrainingRun/state`` and ``TrainingRun/restore(_:)`` are what backups are made of.
public struct TrainingState: Sendable {
    /// All but the tensors.
    public struct Progress: Sendable, Codable {
        /// The epoch that comes or is under way, and how many of its batches are done.
        public var epoch: Int, batch: Int
        /// The steps that the optimiser has done.
        public var stepCount: Int
        /// What the learning rate was set to; nil: it is the optimiser's.
        public var learningRate: Double?
        /// Where the stream stands that orders the examples, and the order of the chunks.
        public var random: RandomState.State, chunkOrder: [Int]
        /// The keys of the layers' noise.
        public var noiseKeys: [UInt64]
        public var history: History
        public var stops: Bool
        public var callbacks: [CallbackProgress]
        /// What must be the same in the run that goes on.
        public var batchSize: Int, chunkSizes: [Int]
    }

    /// What a callback keeps.
    public struct CallbackProgress: Sendable, Codable {
        public var kind: String
        public var numbers: [String: Double]
        public var tensorCount: Int
    }

    public var progress: Progress
    /// Named after what they are: `weights/` with the path of a variable, `optimizer/`, `sums/` (losses and metrics of
    /// the epoch so far), `order/` (of the examples in a chunk), `callbacks/`.
    public var tensors: [String: Tensor]

    public init(progress: Progress, tensors: [String: Tensor]) {
        self.progress = progress
        self.tensors = tensors
    }
}

/// A callback that keeps the run's state: it sees batches and epochs end after all other callbacks, whose states are
/// then those with which the run goes on.
public protocol TrainingStateKeeper: Callback {}
