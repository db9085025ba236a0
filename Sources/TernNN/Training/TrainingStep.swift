import TernCore

/// The arrays that an optimiser keeps, and how many steps it has done.
public struct OptimizerState: Sendable {
    public var slots: [Tensor]
    public var stepCount: Int
}

/// One step of training, compiled: gather a batch, run the model forwards and backwards,
/// and move the parameters, with no allocation.
///
/// The parameters lie end to end in one array, and so do the optimiser's; gradients are
/// written where the update reads them. Each batch size has a plan of its own, made when it
/// first occurs.
///
/// ```swift
/// let step = TrainingStep(model: line, optimizer: Adam(), data: [x, y]) { model, batch in
///     square(model(batch[0]) - batch[1]).mean()
/// }
/// for _ in 0..<100 { loss = step.run(rows: 0..<32, learningRate: 1e-3) }
/// let trained = step.model
/// ```
public final class TrainingStep<Model: TensorStructure> {
    /// What a step computes from the model and a batch: the number to minimise, and the one
    /// to report, which may differ (without a factor, say).
    public typealias Objective = (Model, [Tensor]) -> (objective: Tensor, reported: Tensor)

    /// What a step sees beside the model.
    public struct Inputs {
        /// The batch's part of each tensor of data.
        public var batch: [Tensor]
        /// What is kept from step to step.
        public var state: [Tensor]
        /// The number of steps done (one `int64`), for noise that differs from step to step.
        public var step: Tensor
    }

    /// What a step computes: the number to minimise, the one to report, and the new state.
    public struct Outcome {
        public var objective: Tensor, reported: Tensor, state: [Tensor]

        public init(objective: Tensor, reported: Tensor, state: [Tensor]) {
            self.objective = objective
            self.reported = reported
            self.state = state
        }
    }

    private let optimizer: any Optimizer
    private let data: [Tensor]
    private let outcome: (Model, Inputs) -> Outcome
    private let form: Model
    private let shapes: [[Int]]
    private let dtype: DType
    private let arrays: [UnsafeMutableRawPointer]  // the parameters, then the slots
    private let byteCount: Int
    private let rate: UnsafeMutableRawPointer
    private let counter: UnsafeMutableRawPointer
    private let stateSpecs: [TensorSpec]
    private let states: [UnsafeMutableRawPointer]
    private let key: String?
    private var plans: [Int: Plan] = [:]
    private var last: (size: Int, plan: Plan)?

    /// Steps done so far.
    public private(set) var stepCount = 0

    /// - Parameters:
    ///   - model: a structure of floating-point tensors of one type.
    ///   - data: tensors whose first axis numbers the examples.
    ///   - key: what the objective and the optimiser depend on beside shapes. Steps with the same
    ///     key share plans, so that training the same network again need not compile it again.
    ///   - objective: called while tracing, with the model and the batch's part of `data`.
    public convenience init(
        model: Model, optimizer: some Optimizer, data: [Tensor], key: String? = nil, objective: @escaping Objective
    ) {
        self.init(model: model, optimizer: optimizer, data: data, state: [], key: key) { model, inputs in
            let result = objective(model, inputs.batch)
            return Outcome(objective: result.objective, reported: result.reported, state: [])
        }
    }

    /// A step that keeps state beside the parameters, such as running means and metrics.
    ///
    /// - Parameters:
    ///   - state: its first values; each step replaces them by values of the same shapes.
    ///   - outcome: called while tracing.
    public init(
        model: Model, optimizer: some Optimizer, data: [Tensor], state: [Tensor], key: String? = nil,
        outcome: @escaping (Model, Inputs) -> Outcome
    ) {
        self.optimizer = optimizer
        self.key = key
        self.data = data
        self.outcome = outcome
        form = model
        let tensors = model.tensors
        guard let dtype = tensors.first?.dtype, dtype.isFloatingPoint, tensors.allSatisfy({ $0.dtype == dtype }) else {
            fail("a model is trained in one floating-point type; this one has \(Set(tensors.map(\.dtype.description)).sorted())")
        }
        self.dtype = dtype
        shapes = tensors.map(\.shape)
        byteCount = tensors.reduce(0) { $0 + $1.spec.byteCount }
        let size = max(64, byteCount)
        arrays = (0...optimizer.slotCount).map { _ in
            let array = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
            array.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            return array
        }
        rate = .allocate(byteCount: 64, alignment: 64)
        counter = .allocate(byteCount: 64, alignment: 64)
        stateSpecs = state.map(\.spec)
        states = state.map { .allocate(byteCount: max(64, $0.spec.byteCount), alignment: 64) }
        self.model = model
        self.state = state
    }

    /// A step whose reported number is the one it minimises.
    public convenience init(
        model: Model, optimizer: some Optimizer, data: [Tensor], objective: @escaping (Model, [Tensor]) -> Tensor
    ) {
        self.init(model: model, optimizer: optimizer, data: data) { model, batch in
            let loss = objective(model, batch)
            return (loss, loss)
        }
    }

    deinit {
        for (size, plan) in plans { if let name = planName(size) { PlanCache.shared.put(plan, name) } }
        for array in arrays { array.deallocate() }
        rate.deallocate()
        counter.deallocate()
        for state in states { state.deallocate() }
    }

    /// What is kept from step to step beside the parameters.
    public var state: [Tensor] {
        get {
            zip(states, stateSpecs).map { memory, spec in
                Tensor(shape: spec.shape, dtype: spec.dtype) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: memory, count: spec.byteCount))
                }
            }
        }
        set {
            for ((memory, spec), tensor) in zip(zip(states, stateSpecs), newValue) {
                guard tensor.spec == spec else { fail("a state of \(tensor.spec) cannot take the place of one of \(spec)") }
                tensor.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: spec.byteCount) }
            }
        }
    }

    /// The model with its present parameters. Setting it keeps the optimiser's state.
    public var model: Model {
        get {
            var offset = 0
            return form.mapTensors { tensor in
                defer { offset += tensor.spec.byteCount }
                return Tensor(shape: tensor.shape, dtype: dtype) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: arrays[0] + offset, count: tensor.spec.byteCount))
                }
            }
        }
        set {
            var offset = 0
            for (tensor, shape) in zip(newValue.tensors, shapes) {
                guard tensor.shape == shape, tensor.dtype == dtype else {
                    fail("a parameter of \(tensor.spec) cannot take the place of one of shape \(shape) and type \(dtype)")
                }
                tensor.withUnsafeBytes { bytes in
                    if let source = bytes.baseAddress { (arrays[0] + offset).copyMemory(from: source, byteCount: bytes.count) }
                }
                offset += tensor.spec.byteCount
            }
        }
    }

    /// Does one step on the examples numbered `rows` and returns the number to report,
    /// computed before the step.
    ///
    /// - Parameter rows: `count` indices, which must be within the data.
    public func run(rows: UnsafePointer<Int64>, count: Int, learningRate: Double) -> Double {
        let plan = plan(for: count)
        stepCount += 1
        let number = optimizer.rate(atStep: stepCount, learningRate: learningRate)
        if dtype == .float32 { rate.storeBytes(of: Float(number), as: Float.self) }
        else { rate.storeBytes(of: number, as: Double.self) }
        counter.storeBytes(of: Int64(stepCount), as: Int64.self)
        plan.bind(arrays.count + 1, to: UnsafeMutableRawPointer(mutating: rows))
        plan.run()
        let loss = plan.output(arrays.count + states.count)
        return dtype == .float32 ? Double(loss.load(as: Float.self)) : loss.load(as: Double.self)
    }

    /// Does one step on the examples numbered `rows`.
    public func run(rows: some Sequence<Int>, learningRate: Double) -> Double {
        let rows = rows.map { Int64($0) }
        return rows.withUnsafeBufferPointer { run(rows: $0.baseAddress!, count: $0.count, learningRate: learningRate) }
    }

    /// What the optimiser keeps between steps, for training that goes on later.
    public var optimizerState: OptimizerState {
        get {
            let slots = arrays.dropFirst().map { array in
                Tensor(shape: [byteCount / dtype.size], dtype: dtype) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: array, count: byteCount))
                }
            }
            return OptimizerState(slots: slots, stepCount: stepCount)
        }
        set {
            for (array, slot) in zip(arrays.dropFirst(), newValue.slots) {
                slot.withUnsafeBytes { array.copyMemory(from: $0.baseAddress!, byteCount: byteCount) }
            }
            stepCount = newValue.stepCount
        }
    }

    /// Compiles a function of the model and fixed `inputs`, to be called between steps on
    /// the parameters as they are then.
    public func evaluation(on inputs: [Tensor], _ function: @escaping (Model, [Tensor]) -> Tensor) -> () -> Tensor {
        let flat = TensorSpec(shape: [byteCount / dtype.size], dtype: dtype)
        let plan = Plan(inputs: [flat]) { [function(self.model(from: $0[0]), inputs)] }
        plan.bind(0, to: arrays[0])
        return {
            plan.run()
            return Tensor(shape: plan.outputSpecs[0].shape, dtype: plan.outputSpecs[0].dtype) { [self] bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(start: plan.output(0), count: bytes.count))
                withExtendedLifetime(self) {}
            }
        }
    }

    /// The model whose parameters are parts of `flat`.
    private func model(from flat: Tensor) -> Model { form.replacingTensors(parts(of: flat)) }

    private func parts(of flat: Tensor) -> [Tensor] {
        var offset = 0
        return shapes.map { shape in
            let length = shape.reduce(1, *)
            defer { offset += length }
            return flat.sliced(offset..<(offset + length)).reshaped(shape)
        }
    }

    /// The plan of a batch of `size` examples.
    public func plan(for size: Int) -> Plan {
        if let last, last.size == size { return last.plan }
        let plan = plans[size] ?? makePlan(size)
        plans[size] = plan
        last = (size, plan)
        return plan
    }

    /// What a plan is kept under: everything that went into it.
    private func planName(_ size: Int) -> String? {
        key.map { "\(Model.self) \($0) \(optimizer) \(dtype) \(shapes) \(size) \(data.map(\.spec))" }
    }

    private func makePlan(_ size: Int) -> Plan {
        let count = byteCount / dtype.size
        let flat = TensorSpec(shape: [count], dtype: dtype)
        let slots = arrays.count - 1
        var specs = Array(repeating: flat, count: arrays.count)
        specs.append(TensorSpec(shape: [], dtype: dtype))
        specs.append(TensorSpec(shape: [size], dtype: .int64))
        specs.append(TensorSpec(shape: [], dtype: .int64))
        specs += stateSpecs + data.map(\.spec)
        let firstState = slots + 4, firstData = firstState + states.count
        var updates = Dictionary(uniqueKeysWithValues: (0...slots).map { ($0, $0) })
        for i in states.indices { updates[slots + 1 + i] = firstState + i }
        let known = planName(size).flatMap { PlanCache.shared.take($0) }
        let plan = known ?? Plan(inputs: specs, updates: updates) { inputs in
            let parameters = inputs[0]
            let seen = Inputs(
                batch: inputs[firstData...].map { $0.taking(inputs[slots + 2]) }, state: Array(inputs[firstState..<firstData]),
                step: inputs[slots + 3])
            var result: Outcome?
            let gradients = gradient { (parts: [Tensor]) in
                result = self.outcome(self.form.replacingTensors(parts), seen)
                return result!.objective
            }(parts(of: parameters))
            let gradient = Tensor.concatenated(gradients.map { $0.flattened() })
            let (new, newSlots) = optimizer.update(
                parameters, gradient: gradient, slots: Array(inputs[1..<(slots + 1)]), rate: inputs[slots + 1])
            return [new] + newSlots + result!.state + [result!.reported]
        }
        for (i, array) in arrays.enumerated() { plan.bind(i, to: array) }
        plan.bind(slots + 1, to: rate)
        plan.bind(slots + 3, to: counter)
        for (i, memory) in states.enumerated() { plan.bind(firstState + i, to: memory) }
        for (i, tensor) in data.enumerated() {
            tensor.withUnsafeBytes { plan.bind(firstData + i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) }
        }
        return plan
    }
}
