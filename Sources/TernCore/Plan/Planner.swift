import CTernKernels

/// Makes a ``Plan`` of a traced function, in five passes:
/// 1. rewriting: patterns of operations that one kernel computes (Rewriting.swift);
/// 2. values: the operations in order, views resolved to the values whose memory they share;
/// 3. instructions: elementwise operations fused, bias and relu drawn into products (Planner+Units.swift), parts of
///    concatenations written in place, arguments replaced (Planner+Instructions.swift);
/// 4. stages: what can run between two meetings of the threads (Planner+Stages.swift);
/// 5. memory: buffers placed by when they live, addresses filled in (Planner+Memory.swift).
struct Planner {
    /// An operation's result, an argument or a constant.
    struct Value {
        var spec: TensorSpec
        var source: Source
        /// Operations that read it, once for each use.
        var users: [Index<Operation>] = []
        var isOutput = false
        /// Where its memory is part of another value's: the base and the offset in bytes.
        var base: (value: Index<Value>, byteOffset: Int)?
        /// Instructions that write its memory.
        var writers: [Index<Instruction>] = []
    }

    enum Source {
        /// By its number among the inputs.
        case argument(Int)
        case constant(Storage)
        case operation(Index<Operation>)
        /// A copy of an argument that is replaced.
        case copy
    }

    /// A node of the trace, and the values that it reads and makes.
    struct Operation {
        var primitive: any Primitive
        var role: PrimitiveRole
        var inputs: [Index<Value>]
        var result: Index<Value>
    }

    /// A kernel call and the values behind its operands.
    struct Instruction {
        var call: KernelCall
        var operands: [Index<Value>]
        /// Which operands are written.
        var outputs: Range<Int>
        /// Whether it is an elementwise program, which may write over what it reads.
        var isProgram = false
        /// Instructions that must be through before this one starts.
        var after: [Index<Instruction>] = []

        /// A call whose operands are what it reads, what it writes, and what its epilogue reads beside.
        init(
            _ call: KernelCall, reading inputs: [Index<Value>], writing outputs: [Index<Value>],
            beside extra: [Index<Value>] = []
        ) {
            self.call = call
            operands = inputs + outputs + extra
            self.outputs = inputs.count..<(inputs.count + outputs.count)
        }

        func writes(_ field: KernelCall.Field) -> Bool { outputs.contains(field.operand) }
        func value(of field: KernelCall.Field) -> Index<Value> { operands[field.operand] }
    }

    /// Places an output's value in an argument's memory, both by number.
    struct Update {
        var output: Int, argument: Int
    }

    var values = Table<Value>()
    var operations = Table<Operation>()
    var outputs: [Index<Value>] = []
    let arguments: [Tensor]
    /// The values of the arguments.
    private(set) var argumentValues: [Index<Value>] = []
    let updates: [Update]
    var instructions = Table<Instruction>()
    /// Values whose memory is an argument's that they replace, by the argument's number.
    var replaced: [Index<Value>: Int] = [:]
    /// Whether a constant is a value that a gradient outside is taken for.
    private(set) var capturesVariables = false

    /// Whether each operation is rounded as at once.
    let keepsBits: Bool

    init(arguments: [Tensor], outputs: [Tensor], updates: [Int: Int], keepsBits: Bool) {
        self.arguments = arguments
        self.keepsBits = keepsBits
        self.updates = updates.sorted { $0.key < $1.key }.map { Update(output: $0.key, argument: $0.value) }
        number(keepsBits ? outputs : Rewriting.applied(to: outputs))
    }

    // MARK: Values

    private mutating func number(_ outputTensors: [Tensor]) {
        var valueOfNode: [ObjectIdentifier: Index<Value>] = [:]
        var valueOfStorage: [ObjectIdentifier: Index<Value>] = [:]
        for (i, argument) in arguments.enumerated() {
            let value = values.append(Value(spec: argument.spec, source: .argument(i)))
            argumentValues.append(value)
            valueOfNode[ObjectIdentifier(argument.node!)] = value
        }
        func value(of tensor: Tensor) -> Index<Value> {
            if let node = tensor.node, let known = valueOfNode[ObjectIdentifier(node)] { return known }
            guard let storage = tensor.storage else {
                fail("a compiled function used a tensor of another trace")
            }
            if tensor.node != nil { capturesVariables = true }
            // One storage may be seen in several shapes.
            if let known = valueOfStorage[ObjectIdentifier(storage)], values[known].spec == tensor.spec { return known }
            let value = values.append(Value(spec: tensor.spec, source: .constant(storage)))
            valueOfStorage[ObjectIdentifier(storage)] = value
            return value
        }
        let order = Graph.order(from: outputTensors.compactMap(\.node))
        for node in order where valueOfNode[ObjectIdentifier(node)] == nil {
            // A variable of a gradient outside: its value is known, see value(of:).
            if node.inputs.isEmpty { continue }
            let read = node.inputs.map(value)
            let specs = read.map { values[$0].spec }
            let spec = node.primitive.result(of: specs)
            let role = node.primitive.role(specs, spec)
            // The same value under another name.
            if case .view(byteOffset: 0) = role, spec == specs[0] {
                valueOfNode[ObjectIdentifier(node)] = read[0]
                continue
            }
            let operation = Index<Operation>(number: operations.count)
            for value in read { values[value].users.append(operation) }
            var made = Value(spec: spec, source: .operation(operation))
            if case .view(let offset) = role { made.base = (read[0], offset) }
            let result = values.append(made)
            valueOfNode[ObjectIdentifier(node)] = result
            operations.append(Operation(primitive: node.primitive, role: role, inputs: read, result: result))
        }
        outputs = outputTensors.map(value)
        for output in outputs { values[output].isOutput = true }
    }

    /// The value whose memory holds `value`, and where in it.
    func memory(of value: Index<Value>) -> (value: Index<Value>, byteOffset: Int) {
        var (at, offset) = (value, 0)
        while let base = values[at].base {
            at = base.value
            offset += base.byteOffset
        }
        return (at, offset)
    }

    /// The operation that makes `value`, if one does.
    func maker(of value: Index<Value>) -> Index<Operation>? {
        if case .operation(let operation) = values[value].source { operation } else { nil }
    }

    /// Shape and type of what an operation reads.
    func specs(readBy operation: Operation) -> [TensorSpec] { operation.inputs.map { values[$0].spec } }

    /// The value that instructions wrote where `value` is read: itself or what it views.
    func written(_ value: Index<Value>) -> Index<Value> {
        var at = value
        while values[at].writers.isEmpty, let base = values[at].base { at = base.value }
        return at
    }

    // MARK: Result

    struct Finished {
        var inputSpecs: [TensorSpec], outputSpecs: [TensorSpec]
        var stages: [Plan.Stage], strands: [Plan.PlacedStrand], calls: [Plan.Call]
        var inputPatches: [[Plan.Patch]]
        var outputLocations: [Plan.OutputLocation]
        var owned: [AnyObject]
        var arenaByteCount: Int
        var capturesVariables: Bool
    }

    mutating func finish() -> Finished {
        makeInstructions()
        let schedule = makeStages()
        if PlanTesting.current != nil { check(schedule) }
        return place(schedule)
    }
}

extension Plan {
    convenience init(_ f: Planner.Finished) {
        self.init(
            inputSpecs: f.inputSpecs, outputSpecs: f.outputSpecs, stages: f.stages, strands: f.strands,
            calls: f.calls, inputPatches: f.inputPatches, outputLocations: f.outputLocations, owned: f.owned,
            arenaByteCount: f.arenaByteCount, capturesVariables: f.capturesVariables)
    }
}
