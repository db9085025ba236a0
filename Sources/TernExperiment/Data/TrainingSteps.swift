import Tern

/// The steps of a variable from which something is estimated, visited run by run, or chunk by chunk where they are in
/// files.
struct TrainingSteps {
    private(set) var runs: [VariableSteps]
    /// Of each run, those that belong to the training part.
    private let steps: [[Int]]
    /// How many steps are read at once; by default as many as fit the memory that chunks are to take.
    private let chunk: Int?
    /// What is done to each chunk once it is read.
    private var preparations: [(inout VariableSteps) throws -> Void] = []

    init(runs: [VariableSteps], steps: [[Int]], chunk: Int? = nil) {
        (self.runs, self.steps, self.chunk) = (runs, steps, chunk)
    }

    /// How many values a step has.
    var width: Int { runs[0].width }

    /// Changes what later visits see: values in memory at once, those in files whenever they are read.
    mutating func prepare(_ preparation: @escaping (inout VariableSteps) throws -> Void) throws {
        for i in runs.indices where runs[i].unread == nil { try preparation(&runs[i]) }
        preparations.append(preparation)
    }

    /// Calls `body` with values and the places of the training part's steps among them.
    ///
    /// - Parameter reading: is told what is read from files, before it is prepared.
    func visit(_ body: (VariableSteps, [Int]) throws -> Void, reading: (VariableSteps) -> Void = { _ in }) throws {
        for (run, steps) in zip(runs, steps) {
            guard let unread = run.unread else {
                try body(run, steps)
                continue
            }
            let size = chunk ?? ChunkSize.steps(ofBytes: unread.bytesPerStep)
            for start in stride(from: 0, to: steps.count, by: size) {
                var read = try run.reading(Array(steps[start..<min(start + size, steps.count)]))
                reading(read)
                for preparation in preparations { try preparation(&read) }
                try body(read, Array(0..<read.stepCount))
            }
        }
    }
}
