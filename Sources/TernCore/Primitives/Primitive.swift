import CTernKernels

/// One operation of the engine: its shape rule, its kernel and its gradient.
protocol Primitive: Sendable {
    /// As it appears in messages.
    var name: String { get }

    /// Shape and type of the result; ends the program with a message where they do not fit.
    func result(of inputs: [TensorSpec]) -> TensorSpec

    /// What the planner may do with it beyond calling its kernels.
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole

    /// The kernel calls that compute it, independent of each other. Operand i is input i,
    /// operand `inputs.count` is the output.
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall]

    /// The cotangent of each input, from the output's; nil where there is none.
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ cotangent: Tensor) -> [Tensor?]
}

enum PrimitiveRole {
    /// Its kernels are called.
    case kernel
    /// The same bytes as its input, from an offset on.
    case view(byteOffset: Int)
    /// One step of an elementwise program.
    case elementwise(ElementwiseOperation)
    /// Its input repeated along dimensions; an elementwise program reads the input itself.
    case broadcast
    /// Inputs laid end to end in memory: their producers write in place.
    case concatenation
    /// A product that does more with its elements as it stores them.
    case product(any PrimitiveWithEpilogue)
    /// Not computed: an argument of the traced function.
    case argument
}

/// What a product does with each element before it is stored, in this order.
struct Epilogue {
    /// Whether a value for each column is added.
    var addsBias = false
    /// Whether an operand of the output's shape is added, times a single number.
    var addsMultiple = false
    var activation = CActivation.identity
    /// The activation by whose slope it is multiplied, which a last operand, its output, tells.
    var slope = CActivation.identity

    /// The operands beside the product's two factors and its output, which they follow.
    var bias: Int? { addsBias ? 3 : nil }
    var addend: Int? { addsMultiple ? 3 + (addsBias ? 1 : 0) : nil }
    var scale: Int? { addend.map { $0 + 1 } }
    var output: Int? { slope == .identity ? nil : 3 + (addsBias ? 1 : 0) + (addsMultiple ? 2 : 0) }
}

/// A primitive that can add a bias, apply relu and relu's gradient as it stores.
protocol PrimitiveWithEpilogue: Primitive {
    /// Whether it can do all else that an ``Epilogue`` says.
    var doesAllEpilogues: Bool { get }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec, _ epilogue: Epilogue) -> [KernelCall]
}

extension PrimitiveWithEpilogue {
    var doesAllEpilogues: Bool { false }
}

/// A primitive that only the planner makes, of operations whose gradients have been taken.
protocol PlannedPrimitive: Primitive {}

extension PlannedPrimitive {
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ cotangent: Tensor) -> [Tensor?] {
        fail("\(name) is made by the planner alone")
    }
}

extension Primitive {
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .kernel }
}

/// How a tensor was computed.
package final class Node: @unchecked Sendable {
    let primitive: any Primitive
    private(set) var inputs: [Tensor]

    init(_ primitive: any Primitive, _ inputs: [Tensor]) {
        self.primitive = primitive
        self.inputs = inputs
    }

    deinit {
        // A chain of many nodes would be released by as many calls within each other.
        var waiting = inputs.compactMap(\.node)
        inputs = []
        while var node = waiting.popLast() {
            guard isKnownUniquelyReferenced(&node) else { continue }
            waiting += node.inputs.compactMap(\.node)
            node.inputs = []
        }
    }
}

extension Tensor {
    /// Applies a primitive: computes the result where the inputs have values and records
    /// it where somebody listens.
    static func apply(_ primitive: some Primitive, _ inputs: Tensor...) -> Tensor {
        apply(primitive, inputs)
    }

    static func apply(_ primitive: some Primitive, _ inputs: [Tensor]) -> Tensor {
        let specs = inputs.map(\.spec)
        var result = Tensor(spec: spec(of: primitive, specs), storage: nil)
        if inputs.allSatisfy({ $0.storage != nil }) {
            result.storage = evaluate(primitive, inputs, specs, result.spec)
        }
        if inputs.contains(where: { $0.node != nil }) {
            result.node = Node(primitive, inputs)
        }
        return result
    }

    /// Records a primitive whose inputs may all have values, and computes nothing.
    static func noted(_ primitive: some Primitive, _ inputs: Tensor...) -> Tensor {
        var result = Tensor(spec: spec(of: primitive, inputs.map(\.spec)), storage: nil)
        result.node = Node(primitive, inputs)
        return result
    }

    private static func spec(of primitive: some Primitive, _ inputs: [TensorSpec]) -> TensorSpec {
        let result = primitive.result(of: inputs)
        // What a file asks for may be traced before anything is allocated.
        guard let count = checkedProduct(result.shape), count <= Int.max >> 8 else {
            fail("\(primitive.name) of \(inputs.map(\.shape)): no tensor can have the shape \(result.shape)")
        }
        return result
    }

    private static func evaluate(
        _ primitive: some Primitive, _ inputs: [Tensor], _ specs: [TensorSpec], _ output: TensorSpec
    ) -> Storage {
        if case .view(let offset) = primitive.role(specs, output),
            offset == 0, output.byteCount == inputs[0].spec.byteCount
        {
            return inputs[0].storage!
        }
        let storage = Storage(byteCount: output.byteCount)
        if output.count == 0 { return storage }
        for call in primitive.calls(specs, output) {
            call.bind { $0 < inputs.count ? inputs[$0].storage!.pointer : storage.pointer }
            call.run()
        }
        withExtendedLifetime(inputs) {}
        return storage
    }

    /// The same values with no history: gradients do not flow through it.
    public func stoppingGradient() -> Tensor {
        if node == nil { return self }
        return Tensor.apply(StopGradient(), self)
    }
}

/// An argument of a traced function, or a variable a gradient is taken for.
struct Argument: Primitive {
    let spec: TensorSpec
    var name: String { "argument" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { spec }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .argument }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] { [] }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ cotangent: Tensor) -> [Tensor?] { [] }
}

/// The same value as a node of its own, so that a gradient can be taken for it alone.
struct Identity: Primitive {
    var name: String { "identity" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .view(byteOffset: 0) }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [.copy(of: output)]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ cotangent: Tensor) -> [Tensor?] { [cotangent] }
}

struct StopGradient: Primitive {
    var name: String { "stoppingGradient" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .view(byteOffset: 0) }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        Identity().calls(inputs, output)
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ cotangent: Tensor) -> [Tensor?] { [nil] }
}
