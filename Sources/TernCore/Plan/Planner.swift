import CTernKernels

/// Makes a ``Plan`` of a traced function, in four passes:
/// 1. values: the nodes in order, views resolved to the values whose memory they share;
/// 2. instructions: elementwise nodes fused, bias and relu drawn into matrix products,
///    parts of concatenations written in place (Planner+Fusion.swift);
/// 3. stages: what can run between two meetings of the threads (Planner+Stages.swift);
/// 4. memory: buffers placed by when they live, addresses filled in (Planner+Memory.swift).
struct Planner {
    /// A node's result, an argument or a constant.
    struct Value {
        var spec: TensorSpec
        var source: Source
        /// Nodes that read it, once for each use.
        var users: [Int] = []
        var isOutput = false
        /// Where its memory is part of another value's: the base and the offset in bytes.
        var base: (value: Int, byteOffset: Int)?
    }

    enum Source {
        case argument(Int)
        case constant(Storage)
        case node(Int)
        /// A copy of an argument that is replaced.
        case copy
    }

    /// A kernel call and the values behind its operands.
    struct Instruction {
        var call: KernelCall
        var operands: [Int]
        /// Which operands are written.
        var outputs: Range<Int>
        /// Whether it is an elementwise program, which may write over what it reads.
        var isProgram = false
        /// Instructions that must be through before this one starts.
        var after: [Int] = []
    }

    var values: [Value] = []
    var nodes: [Node] = []
    var roles: [PrimitiveRole] = []
    /// The values that each node reads, and the one it makes.
    var inputs: [[Int]] = []
    var result: [Int] = []
    var outputs: [Int] = []
    let arguments: [Tensor]
    let updates: [Int: Int]
    var instructions: [Instruction] = []
    /// Instructions that write a value's memory.
    var writers: [[Int]] = []
    /// Values whose memory is an argument's that they replace.
    var replaced: [Int: Int] = [:]
    /// Whether a constant is a value that a gradient outside is taken for.
    private(set) var capturesVariables = false

    init(arguments: [Tensor], outputs: [Tensor], updates: [Int: Int]) {
        self.arguments = arguments
        self.updates = updates
        number(outputs)
    }

    // MARK: Values

    private mutating func number(_ outputTensors: [Tensor]) {
        var valueOfNode: [ObjectIdentifier: Int] = [:]
        var valueOfStorage: [ObjectIdentifier: Int] = [:]
        for (i, argument) in arguments.enumerated() {
            valueOfNode[ObjectIdentifier(argument.node!)] = values.count
            values.append(Value(spec: argument.spec, source: .argument(i)))
        }
        func id(of tensor: Tensor) -> Int {
            if let node = tensor.node, let known = valueOfNode[ObjectIdentifier(node)] { return known }
            guard let storage = tensor.storage else {
                fail("a compiled function used a tensor of another trace")
            }
            if tensor.node != nil { capturesVariables = true }
            // One storage may be seen in several shapes.
            if let known = valueOfStorage[ObjectIdentifier(storage)], values[known].spec == tensor.spec { return known }
            valueOfStorage[ObjectIdentifier(storage)] = values.count
            values.append(Value(spec: tensor.spec, source: .constant(storage)))
            return values.count - 1
        }
        let order = Graph.order(from: outputTensors.compactMap(\.node))
        for node in order where valueOfNode[ObjectIdentifier(node)] == nil {
            // A variable of a gradient outside: its value is known, see id(of:).
            if node.inputs.isEmpty { continue }
            let read = node.inputs.map(id)
            let specs = read.map { values[$0].spec }
            let spec = node.primitive.result(of: specs)
            let role = node.primitive.role(specs, spec)
            // The same value under another name.
            if case .view(byteOffset: 0) = role, spec == specs[0] {
                valueOfNode[ObjectIdentifier(node)] = read[0]
                continue
            }
            let index = nodes.count
            for value in read { values[value].users.append(index) }
            let made = values.count
            var value = Value(spec: spec, source: .node(index))
            if case .view(let offset) = role { value.base = (read[0], offset) }
            valueOfNode[ObjectIdentifier(node)] = made
            values.append(value)
            nodes.append(node)
            roles.append(role)
            inputs.append(read)
            result.append(made)
        }
        outputs = outputTensors.map(id)
        for output in outputs { values[output].isOutput = true }
    }

    /// The value whose memory holds `value`, and where in it.
    func memory(of value: Int) -> (value: Int, byteOffset: Int) {
        var (at, offset) = (value, 0)
        while let base = values[at].base {
            at = base.value
            offset += base.byteOffset
        }
        return (at, offset)
    }

    /// The node that makes `value`, if one does.
    func node(of value: Int) -> Int? {
        if case .node(let node) = values[value].source { node } else { nil }
    }

    // MARK: Result

    struct Finished {
        var inputSpecs: [TensorSpec], outputSpecs: [TensorSpec]
        var stages: [Plan.Stage], strands: [Plan.Strand], calls: [Plan.Call]
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
