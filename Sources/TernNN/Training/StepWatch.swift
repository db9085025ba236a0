import TernCore

/// Remembers the last training steps, so that a training that breaks down can go back to its last good weights and say
/// which step it was.
///
/// A copy of the weights is made every ``interval`` steps, and between copies what a step is made of is noted: its
/// examples and its rate. Steps give the same bits each time, so that taking them again from the copy, one by one, finds
/// the first that leaves a number that is not finite. That costs a training that goes well one copy in ``interval``
/// steps, and the memory of the weights and of what the optimiser keeps once more.
final class StepWatch {
    /// Steps between two copies. With 1, each step is looked at as it is taken.
    let interval: Int
    private let step: TrainingStep<[Tensor]>
    /// How many of the states are the model's; what metrics sum up comes after them.
    private let keptCount: Int
    private var snapshot: StepSnapshot?, replacements = -1
    /// Whether the weights were finite when they were first looked at: then they are to stay so.
    private var wasFinite = true
    private var steps: [Step] = [], rows: [Int64] = []
    private var replacedStates: [(step: Int, states: [Tensor])] = []

    /// A step that was taken.
    struct Step {
        var epoch: Int, batch: Int
        fileprivate var rate: Double?, firstRow: Int, rowCount: Int
    }

    /// The first step that broke, of which nothing is left in the weights.
    struct Break {
        var place: Step, rows: [Int64], loss: Double
        /// What was no longer finite after it, beside the loss.
        var left: OddPlace?
    }

    init(_ step: TrainingStep<[Tensor]>, keptCount: Int, interval: Int) {
        (self.step, self.keptCount, self.interval) = (step, keptCount, interval)
    }

    /// Notes a step before it is taken; false where the steps before have broken the weights.
    func notes(
        epoch: Int, batch: Int, rows taken: UnsafePointer<Int64>, count: Int, rate: Double?
    ) -> Bool {
        if snapshot == nil || steps.count >= interval || replacements != step.replacements {
            let isFinite = step.isFinite(memory: true, stateCount: keptCount)
            if snapshot == nil || replacements != step.replacements {
                wasFinite = isFinite
            } else if !isFinite && wasFinite {
                return false
            }
            if let snapshot { step.copy(to: snapshot) } else { snapshot = StepSnapshot(of: step) }
            replacements = step.replacements
            steps.removeAll(keepingCapacity: true)
            rows.removeAll(keepingCapacity: true)
            replacedStates.removeAll()
        }
        steps.append(Step(epoch: epoch, batch: batch, rate: rate, firstRow: rows.count, rowCount: count))
        rows.append(contentsOf: UnsafeBufferPointer(start: taken, count: count))
        return true
    }

    /// Notes states that somebody put in place of those that there were.
    func notesStates(_ states: [Tensor]) { replacedStates.append((steps.count, states)) }

    /// Whether the weights are still finite, if they ever were.
    ///
    /// - Parameter memory: whether what the optimiser keeps is looked at too.
    func holds(memory: Bool) -> Bool {
        steps.isEmpty || replacements != step.replacements || !wasFinite
            || step.isFinite(memory: memory, stateCount: keptCount)
    }

    /// Takes the noted steps again up to the first that breaks, and leaves the weights before it; nil where none does.
    func firstBreak() throws -> Break? {
        guard let snapshot, replacements == step.replacements else { return nil }
        step.restore(snapshot)
        for (number, noted) in steps.enumerated() {
            for replaced in replacedStates where replaced.step == number { step.state = replaced.states }
            step.copy(to: snapshot)
            let rows = Array(rows[noted.firstRow..<noted.firstRow + noted.rowCount])
            let loss = try rows.withUnsafeBufferPointer {
                try step.runThrowing(rows: $0.baseAddress!, count: $0.count, learningRate: noted.rate)
            }
            let left = wasFinite ? step.firstOddPlace(stateCount: keptCount) : nil
            guard !loss.isFinite || left != nil else { continue }
            step.restore(snapshot)
            // The copy is of this step now, and what is noted would begin there.
            self.snapshot = nil
            return Break(place: noted, rows: rows, loss: loss, left: left)
        }
        self.snapshot = nil
        return nil
    }
}
