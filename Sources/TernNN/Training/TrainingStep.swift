import TernCore

/// One step of training, compiled: gather a batch, run the model forwards and backwards, and move the parameters, with
/// no allocation.
///
/// The parameters lie end to end in one array, and so do the optimiser's; gradients are written where the update reads
/// them. Each batch size has a plan of its own, made when it first occurs.
///
/// ```swift
/// struct Line: TensorStructure {
///     var slope: Tensor, offset: Tensor
///     mutating func visitTensors(_ visitor: inout TensorVisitor) {
///         visitor.visit("slope", &slope)
///         visitor.visit("offset", &offset)
///     }
/// }
/// let x = Tensor((0..<32).map { Double($0) / 32 }), y = 2 * x + 1
/// let line = Line(slope: Tensor(0.0), offset: Tensor(0.0))
/// let step = TrainingStep(model: line, optimizer: SGD(learningRate: 0.5), data: [x, y]) { line, batch in
///     square(line.slope * batch[0] + line.offset - batch[1]).mean()
/// }
/// for _ in 0..<500 { _ = step.run(rows: 0..<32) }
/// step.model.slope                        // 2, up to rounding
/// ```
public final class TrainingStep<Model: TensorStructure> {
    /// What a step computes from the model and a batch: the number to minimise, and the one
    /// to report, which may differ (without a factor, say).
    public typealias Objective = (Model, [Tensor]) -> (objective: Tensor, reported: Tensor)

    /// What a step sees beside the model.
    ///
    /// ```swift
    /// let data = Tensor([1.0, 2, 3]), model = [Tensor(0.0)]
    /// let step = TrainingStep(model: model, optimizer: SGD(), data: [data], state: [Tensor(0.0)]) { model, seen in
    ///     let loss = square(model[0] - seen.batch[0]).mean()
    ///     return .init(objective: loss, reported: loss, state: [seen.state[0] + 1])
    /// }
    /// _ = step.run(rows: [0, 2])
    /// step.state[0]                           // 1
    /// ```
    public struct Inputs {
        /// The batch's part of each tensor of data.
        public var batch: [Tensor]
        /// What is kept from step to step.
        public var state: [Tensor]
        /// The number of steps done (one `int64`), for noise that differs from step to step.
        public var step: Tensor
    }

    /// What a step computes: the number to minimise, the one to report, and the new state.
    ///
    /// ```swift
    /// let loss = Tensor(0.5)
    /// TrainingStep<[Tensor]>.Outcome(objective: loss, reported: loss, state: []).parameters == nil        // true
    /// ```
    public struct Outcome {
        /// What is minimised and what ``run(rows:learningRate:)`` returns, one number each; what the next step sees as
        /// its state.
        public var objective: Tensor, reported: Tensor, state: [Tensor]
        /// What the parameters are before the optimiser moves them, in the order of the model's tensors, where the step
        /// itself has set them; nil elsewhere.
        public var parameters: [Tensor]?

        /// The results of a step.
        public init(objective: Tensor, reported: Tensor, state: [Tensor], parameters: [Tensor]? = nil) {
            self.objective = objective
            self.reported = reported
            self.state = state
            self.parameters = parameters
        }
    }

    private var optimizer: any Optimizer
    /// The tensors whose rows are examples. Others of the same shapes, but for the first length, can take their place.
    public var data: [Tensor] {
        didSet {
            guard
                zip(data, oldValue).allSatisfy({ $0.dtype == $1.dtype && $0.shape.dropFirst() == $1.shape.dropFirst() }
                ), data.count == oldValue.count
            else { fail("data of \(data.map(\.spec)) cannot take the place of \(oldValue.map(\.spec))") }
            // A plan checks rows against the length that it was made for, so it is made for the longest data.
            let lengths = zip(dataSpecs, data).map { max($0.shape[0], $1.shape[0]) }
            if lengths != dataSpecs.map({ $0.shape[0] }) {
                dataSpecs = zip(dataSpecs, lengths).map {
                    TensorSpec(shape: [$1] + $0.shape.dropFirst(), dtype: $0.dtype)
                }
                forgetPlans()
            }
            for plan in plans.values { bindData(to: plan) }
            replacements += 1
        }
    }
    private var dataSpecs: [TensorSpec]
    private let outcome: (Model, Inputs) -> Outcome
    private let form: Model
    let layout: ParameterLayout
    private let dtype: DType
    let arraySpecs: [TensorSpec]
    let arrays: [UnsafeMutableRawPointer]  // the parameters, then the slots
    private let scalars: [UnsafeMutableRawPointer]
    private let counter: UnsafeMutableRawPointer
    let stateSpecs: [TensorSpec]
    let states: [UnsafeMutableRawPointer]
    private let key: String?
    /// By size of the batch.
    private var plans: [Int: Plan] = [:], planNames: [Int: String] = [:]
    private var last: (size: Int, plan: Plan)?

    /// Steps done so far.
    public internal(set) var stepCount = 0
    /// How often somebody has put other parameters, data or optimiser's memory in place of those that there were.
    private(set) var replacements = 0

    /// A step that reports another number than it minimises, such as the loss without its penalties.
    ///
    /// - Parameters:
    ///   - model: a structure of floating-point tensors of one type; others end the program.
    ///   - data: tensors whose first axis numbers the examples.
    ///   - key: what the objective and the optimiser depend on beside shapes. Steps with the same key share plans, so
    ///     that training the same network again need not compile it again.
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
    ///   - names: of the parameters, for optimisers that treat some apart.
    ///   - outcome: called while tracing.
    public init(
        model: Model, optimizer: some Optimizer, data: [Tensor], state: [Tensor], names: [String] = [],
        key: String? = nil,
        outcome: @escaping (Model, Inputs) -> Outcome
    ) {
        self.optimizer = optimizer
        self.key = key
        self.data = data
        dataSpecs = data.map(\.spec)
        self.outcome = outcome
        form = model
        let tensors = model.tensors
        guard let dtype = tensors.first?.dtype, dtype.isFloatingPoint, tensors.allSatisfy({ $0.dtype == dtype }) else {
            fail(
                "a model is trained in one floating-point type; this one has \(Set(tensors.map(\.dtype.description)).sorted())"
            )
        }
        self.dtype = dtype
        layout = ParameterLayout(shapes: tensors.map(\.shape), names: names, dtype: dtype)
        let slots = optimizer.initialSlots(for: layout, at: layout.joined(tensors))
        arraySpecs = [TensorSpec(shape: [layout.count], dtype: dtype)] + slots.map(\.spec)
        arrays = arraySpecs.map { $0.allocate() }
        for (array, slot) in zip(arrays.dropFirst(), slots) { slot.copyBytes(to: array) }
        var scalars: [UnsafeMutableRawPointer] = []
        optimizer.scalars(atStep: 1, learningRate: 1) { _ in scalars.append(.allocate(byteCount: 64, alignment: 64)) }
        self.scalars = scalars
        counter = .allocate(byteCount: 64, alignment: 64)
        stateSpecs = state.map(\.spec)
        states = stateSpecs.map { $0.allocate() }
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
        for (size, plan) in plans { if let name = planNames[size] { PlanCache.shared.put(plan, name) } }
        for array in arrays { array.deallocate() }
        for scalar in scalars { scalar.deallocate() }
        counter.deallocate()
        for state in states { state.deallocate() }
    }

    /// What is kept from step to step beside the parameters.
    public var state: [Tensor] {
        get {
            zip(states, stateSpecs).map { Tensor(copying: $0, $1) }
        }
        set {
            for ((memory, spec), tensor) in zip(zip(states, stateSpecs), newValue) {
                guard tensor.spec == spec else {
                    fail("a state of \(tensor.spec) cannot take the place of one of \(spec)")
                }
                tensor.copyBytes(to: memory)
            }
        }
    }

    /// The model with its present parameters. Setting it keeps the optimiser's state.
    public var model: Model {
        get {
            var offset = 0
            return form.mapTensors { tensor in
                defer { offset += tensor.spec.byteCount }
                return Tensor(copying: arrays[0] + offset, TensorSpec(shape: tensor.shape, dtype: dtype))
            }
        }
        set {
            var offset = 0
            for (tensor, shape) in zip(newValue.tensors, layout.shapes) {
                guard tensor.shape == shape, tensor.dtype == dtype else {
                    fail(
                        "a parameter of \(tensor.spec) cannot take the place of one of shape \(shape) and type \(dtype)"
                    )
                }
                tensor.copyBytes(to: arrays[0] + offset)
                offset += tensor.spec.byteCount
            }
            replacements += 1
        }
    }

    /// Does one step on the examples numbered `rows` and returns the number to report,
    /// computed before the step.
    ///
    /// - Parameters:
    ///   - rows: `count` indices, which must be within the data.
    ///   - learningRate: nil: the optimiser's own.
    public func run(rows: UnsafePointer<Int64>, count: Int, learningRate: Double? = nil) -> Double {
        do { return try runThrowing(rows: rows, count: count, learningRate: learningRate) } catch { fail("\(error)") }
    }

    /// The same, which throws where a value of the data cannot be used (`CaughtFailure`), such as an index out of
    /// range.
    public func runThrowing(rows: UnsafePointer<Int64>, count: Int, learningRate: Double? = nil) throws -> Double {
        let length = Int64(data.first?.shape[0] ?? 0)
        for i in 0..<count where rows[i] < 0 || rows[i] >= length {
            fail("row \(rows[i]) is out of range for data of \(length) rows")
        }
        let plan = plan(for: count)
        let rate = learningRate ?? self.learningRate
        stepCount += 1
        var next = 0
        optimizer.scalars(atStep: stepCount, learningRate: rate) { number in
            if dtype == .float32 {
                scalars[next].storeBytes(of: Float(number), as: Float.self)
            } else {
                scalars[next].storeBytes(of: number, as: Double.self)
            }
            next += 1
        }
        counter.storeBytes(of: Int64(stepCount), as: Int64.self)
        plan.bind(inputNumbers.rows, to: UnsafeMutableRawPointer(mutating: rows))
        try plan.runThrowing()
        let loss = plan.output(outputNumbers.reported)
        return dtype == .float32 ? Double(loss.load(as: Float.self)) : loss.load(as: Double.self)
    }

    /// Does one step on the examples numbered `rows`, and returns the number to report, computed before the step.
    ///
    /// Rows beyond the data, and values that cannot be used, end the program; ``runThrowing(rows:count:learningRate:)``
    /// throws for the latter.
    public func run(rows: some Sequence<Int>, learningRate: Double? = nil) -> Double {
        let rows = rows.map { Int64($0) }
        return rows.withUnsafeBufferPointer { run(rows: $0.baseAddress!, count: $0.count, learningRate: learningRate) }
    }

    /// The optimiser's rate of the next step.
    public var learningRate: Double { optimizer.learningRate(stepCount) }

    /// What the rates of the others of a ``MultiOptimizer`` were set to; empty for any other optimiser.
    var setRates: [Double?] {
        get { optimizer.several?.setRates ?? [] }
        set {
            guard newValue != setRates else { return }
            optimizer = optimizer.changingSeveral { $0.setRates = newValue }
            // Steps before were taken with other rates.
            replacements += 1
        }
    }

    /// The rates of the others of a ``MultiOptimizer`` in the next step.
    var otherRates: [Double] {
        var rates: [Double] = []
        visitOtherRates { rates.append($0) }
        return rates
    }

    /// Calls with each of them, without an array of them.
    func visitOtherRates(_ body: (Double) throws -> Void) rethrows {
        guard let several = optimizer.several else { return }
        for i in several.special.indices { try body(several.rate(i, after: stepCount)) }
    }

    /// Whether the optimiser keeps an average of the parameters.
    public var keepsAverage: Bool { optimizer.averagedParameters(slots: optimizerState.slots) != nil }

    /// The model with the average of its parameters that the optimiser keeps; nil where it keeps none, and before the
    /// first step.
    public var averagedModel: Model? {
        stepCount == 0 ? nil : optimizer.averagedParameters(slots: optimizerState.slots).map { model(from: $0) }
    }

    /// Ends training: the average of the parameters takes their place where the optimiser keeps one.
    public func finish() {
        if let averagedModel { model = averagedModel }
    }

    /// What the optimiser keeps between steps, for training that goes on later. Setting one of another optimiser or of
    /// other parameters ends the program.
    public var optimizerState: OptimizerState {
        get {
            let slots = zip(arrays, arraySpecs).dropFirst().map { Tensor(copying: $0, $1) }
            return OptimizerState(slots: slots, stepCount: stepCount)
        }
        set {
            let specs = newValue.slots.map(\.spec), own = Array(arraySpecs.dropFirst())
            guard specs == own else {
                fail("an optimiser's state of \(specs) cannot take the place of one of \(own)")
            }
            for (array, slot) in zip(arrays.dropFirst(), newValue.slots) { slot.copyBytes(to: array) }
            stepCount = newValue.stepCount
            replacements += 1
        }
    }

    /// Compiles a function of the model and fixed `inputs`, to be called between steps on
    /// the parameters as they are then.
    public func evaluation(on inputs: [Tensor], _ function: @escaping (Model, [Tensor]) -> Tensor) -> () -> Tensor {
        let plan = Plan(inputs: [arraySpecs[0]]) { [function(self.model(from: $0[0]), inputs)] }
        plan.bind(0, to: arrays[0])
        return { [self] in
            plan.run()
            return withExtendedLifetime(self) { Tensor(copying: plan.output(0), plan.outputSpecs[0]) }
        }
    }

    /// The model whose parameters are parts of `flat`.
    private func model(from flat: Tensor) -> Model { form.replacingTensors(layout.parts(of: flat)) }

    /// The plan of a batch of `size` examples.
    package func plan(for size: Int) -> Plan {
        if let last, last.size == size { return last.plan }
        let plan = plans[size] ?? makePlan(size)
        plans[size] = plan
        last = (size, plan)
        return plan
    }

    /// Has plans made again, where what the objective captures has changed.
    func forgetPlans() { (plans, planNames, last) = ([:], [:], nil) }

    /// What a plan is kept under: everything that went into it.
    private func planName(_ size: Int) -> String? {
        key.map { "\(Model.self) \($0) \(optimizer) \(dtype) \(layout.shapes) \(size) \(dataSpecs)" }
    }

    private func makePlan(_ size: Int) -> Plan {
        let inputs = inputNumbers, outputs = outputNumbers
        let specs =
            arraySpecs + scalars.map { _ in TensorSpec(shape: [], dtype: dtype) }
            + [TensorSpec(shape: [size], dtype: .int64), TensorSpec(shape: [], dtype: .int64)] + stateSpecs + dataSpecs
        let updates = Dictionary(
            uniqueKeysWithValues: Array(zip(outputs.arrays, inputs.arrays)) + zip(outputs.states, inputs.states))
        planNames[size] = planName(size)
        let known = planNames[size].flatMap { PlanCache.shared.take($0) }
        let plan =
            known
            ?? Plan(inputs: specs, updates: updates) { tensors in
                let parameters = tensors[inputs.arrays.lowerBound]
                let seen = Inputs(
                    batch: tensors[inputs.data].map { $0.taking(tensors[inputs.rows]) },
                    state: Array(tensors[inputs.states]), step: tensors[inputs.counter])
                var result: Outcome?
                let gradients = gradient { (parts: [Tensor]) in
                    result = self.outcome(self.form.replacingTensors(parts), seen)
                    return result!.objective
                }(layout.parts(of: parameters))
                let (new, newSlots) = optimizer.update(
                    OptimizerStep(
                        parameters: result!.parameters.map(layout.joined) ?? parameters,
                        gradient: layout.joined(gradients), slots: Array(tensors[inputs.arrays.dropFirst()]),
                        scalars: Array(tensors[inputs.scalars]), layout: layout))
                guard result!.reported.count == 1 else {
                    fail("a step reports one number, not the shape \(result!.reported.shape)")
                }
                return [new] + newSlots + result!.state + [result!.reported.cast(to: dtype)]
            }
        for (i, array) in zip(inputs.arrays, arrays) { plan.bind(i, to: array) }
        for (i, scalar) in zip(inputs.scalars, scalars) { plan.bind(i, to: scalar) }
        plan.bind(inputs.counter, to: counter)
        for (i, state) in zip(inputs.states, states) { plan.bind(i, to: state) }
        bindData(to: plan)
        return plan
    }

    private func bindData(to plan: Plan) {
        for (i, tensor) in zip(inputNumbers.data, data) {
            tensor.withUnsafeBytes { plan.bind(i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) }
        }
    }

    /// Which inputs of a plan are what.
    private struct InputNumbers {
        /// The parameters, then what the optimiser keeps.
        let arrays: Range<Int>
        let scalars: Range<Int>
        /// The batch's rows, and the number of the step.
        let rows: Int, counter: Int
        let states: Range<Int>, data: Range<Int>
    }

    /// Which outputs of a plan are what.
    private struct OutputNumbers {
        let arrays: Range<Int>, states: Range<Int>
        /// The number to report.
        let reported: Int
    }

    private var inputNumbers: InputNumbers {
        let rows = arrays.count + scalars.count, firstState = rows + 2, firstData = firstState + states.count
        return InputNumbers(
            arrays: arrays.indices, scalars: arrays.count..<rows, rows: rows, counter: rows + 1,
            states: firstState..<firstData, data: firstData..<firstData + data.count)
    }

    private var outputNumbers: OutputNumbers {
        let reported = arrays.count + states.count
        return OutputNumbers(arrays: arrays.indices, states: arrays.count..<reported, reported: reported)
    }
}
