import CTernKernels
import Synchronization

/// A function of tensors compiled for the shapes of its inputs: kernel calls with all
/// buffers placed, in stages that run one after the other.
///
/// A run allocates nothing. Inside a stage, calls that touch the same rows form a strand:
/// all threads take pieces of its rows through all its calls, so that what passes between
/// them stays in the cache.
package final class Plan: @unchecked Sendable {
    /// A strand of the planner's with the tiles that it is cut into.
    struct PlacedStrand {
        var firstCall: Int32, callCount: Int32
        var rows: Int, tile: Int
        var firstTask: Int32, tasks: Int32
    }

    struct Stage {
        var firstStrand: Int32, strandCount: Int32
        var tasks: Int
        var isParallel: Bool
    }

    struct Call {
        var kernel: KernelCall.Kernel
        var arguments: UnsafeRawPointer
        var unitsPerRow: Int
    }

    /// Where an input's address is written: in the arguments of a call.
    struct Patch {
        var field: UnsafeMutableRawPointer
        var byteOffset: Int
    }

    /// Shape and type of each input.
    package let inputSpecs: [TensorSpec]
    /// Shape and type of each output.
    package let outputSpecs: [TensorSpec]
    var inputPatches: [[Patch]]
    var inputPointers: [UnsafeMutableRawPointer?]
    /// Where each output lies after a run: in the arena, in an input, or in a constant.
    var outputLocations: [OutputLocation]

    enum OutputLocation {
        case memory(UnsafeMutableRawPointer)
        case input(Int, byteOffset: Int)
    }

    private let stages: UnsafeMutableBufferPointer<Stage>
    private let strands: UnsafeMutableBufferPointer<PlacedStrand>
    private let calls: UnsafeMutableBufferPointer<Call>
    private let counters: UnsafeMutablePointer<StageCounters>
    private let current: UnsafeMutablePointer<Atomic<Int>>
    private var pool = ThreadPool.shared  // of the present run
    private let failure = KernelFailure()  // of runs on one thread
    private let owned: [AnyObject]  // kernel calls, constants, the arena
    /// Bytes of memory for everything between inputs and outputs.
    package let arenaByteCount: Int
    private let isParallel: Bool
    /// Whether it holds as a constant what a gradient outside is taken for, which that gradient would not see.
    let capturesVariables: Bool

    init(
        inputSpecs: [TensorSpec], outputSpecs: [TensorSpec], stages: [Stage], strands: [PlacedStrand], calls: [Call],
        inputPatches: [[Patch]], outputLocations: [OutputLocation], owned: [AnyObject], arenaByteCount: Int,
        capturesVariables: Bool
    ) {
        self.capturesVariables = capturesVariables
        self.inputSpecs = inputSpecs
        self.outputSpecs = outputSpecs
        self.inputPatches = inputPatches
        inputPointers = Array(repeating: nil, count: inputSpecs.count)
        self.outputLocations = outputLocations
        self.owned = owned
        self.arenaByteCount = arenaByteCount
        isParallel = stages.contains(where: \.isParallel)
        func copy<T>(_ values: [T]) -> UnsafeMutableBufferPointer<T> {
            let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: values.count)
            _ = buffer.initialize(from: values)
            return buffer
        }
        self.stages = copy(stages)
        self.strands = copy(strands)
        self.calls = copy(calls)
        counters = .allocate(capacity: max(1, stages.count))
        for i in stages.indices { (counters + i).initialize(to: StageCounters()) }
        current = .allocate(capacity: 1)
        current.initialize(to: Atomic(0))
    }

    deinit {
        stages.deallocate()
        strands.deallocate()
        calls.deallocate()
        counters.deinitialize(count: stages.count)
        counters.deallocate()
        current.deinitialize(count: 1)
        current.deallocate()
    }

    /// Sets where input `index` is read (and, where the plan updates it, written).
    ///
    /// The memory must hold the input's elements in row-major order and stay in place while
    /// the plan runs.
    package func bind(_ index: Int, to pointer: UnsafeMutableRawPointer) {
        if inputPointers[index] == pointer { return }
        inputPointers[index] = pointer
        for patch in inputPatches[index] {
            patch.field.storeBytes(of: pointer + patch.byteOffset, as: UnsafeMutableRawPointer.self)
        }
    }

    /// The memory of an output, valid after ``run()`` and until the next.
    package func output(_ index: Int) -> UnsafeMutableRawPointer {
        switch outputLocations[index] {
        case .memory(let pointer): pointer
        case .input(let input, let byteOffset): inputPointers[input]! + byteOffset
        }
    }

    /// Computes the outputs from the bound inputs.
    package func run() {
        if let message = attempt() { fail(message) }
    }

    /// The same, which throws where it cannot go on (``CaughtFailure``), such as for an index out of range; what the
    /// plan updates in place may then be updated in part.
    package func runThrowing() throws {
        if let message = attempt() { throw CaughtFailure(description: message) }
    }

    /// Runs, and gives what a kernel says that cannot go on.
    private func attempt() -> String? {
        if isParallel, let end = runParallel() {
            if case .failed(let message) = end { return message }
            return nil
        }
        failure.collecting {
            for stage in stages where !failure.hasHappened { runStrands(of: stage) }
        }
        return failure.take()
    }

    private func runStrands(of stage: Stage) {
        for i in Int(stage.firstStrand)..<Int(stage.firstStrand + stage.strandCount) {
            let strand = strands[i]
            for tile in 0..<Int(strand.tasks) { runTile(strand, tile) }
        }
    }

    @inline(__always)
    private func runTile(_ strand: PlacedStrand, _ tile: Int) {
        let begin = tile * strand.tile
        let end = min(strand.rows, begin + strand.tile)
        for c in Int(strand.firstCall)..<Int(strand.firstCall + strand.callCount) {
            let call = calls[c]
            call.kernel(call.arguments, Int64(begin * call.unitsPerRow), Int64(end * call.unitsPerRow))
        }
    }

    /// A stage is over when its tasks are done, not when all threads have come: those that
    /// the system runs late hold nobody up.
    private func runParallel() -> ThreadPool.JobEnd? {
        for i in 0..<stages.count { counters[i].reset() }
        current.pointee.store(0, ordering: .relaxed)
        pool = ThreadPool.current
        return pool.tryRun(Unmanaged.passUnretained(self).toOpaque()) { plan, thread in
            Unmanaged<Plan>.fromOpaque(plan)._withUnsafeGuaranteedRef { $0.work(thread) }
        }
    }

    /// One thread's part of a run.
    private func work(_ thread: Int) {
        while true {
            let index = current.pointee.load(ordering: .acquiring)
            if index >= stages.count { return }
            let stage = stages[index]
            if stage.isParallel {
                while true {
                    let task = counters[index].next.add(1, ordering: .relaxed).oldValue
                    if task >= stage.tasks { break }
                    var s = Int(stage.firstStrand)
                    while task >= Int(strands[s].firstTask + strands[s].tasks) { s += 1 }
                    runTile(strands[s], task - Int(strands[s].firstTask))
                    if counters[index].done.add(1, ordering: .acquiringAndReleasing).newValue == stage.tasks {
                        endStage(index)
                    }
                }
            } else if thread == 0 {
                runStrands(of: stage)
                endStage(index)
            }
            pool.wait { current.pointee.load(ordering: .acquiring) != index }
        }
    }
}

extension Plan {
    /// Lets all threads go on to the next stage, or to the end where a kernel cannot go on.
    @inline(__always)
    private func endStage(_ index: Int) {
        current.pointee.store(pool.failure.hasHappened ? stages.count : index + 1, ordering: .releasing)
    }
}

/// How far the tasks of a stage have come.
private struct StageCounters: ~Copyable {
    let next = Atomic<Int>(0)
    let done = Atomic<Int>(0)

    func reset() {
        next.store(0, ordering: .relaxed)
        done.store(0, ordering: .relaxed)
    }
}
