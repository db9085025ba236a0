import CTernKernels

/// Builds the program of a fused chain of elementwise operations.
struct ElementwiseProgram {
    let shape: [Int]
    private var program = tern_elementwise()
    private var fields: [KernelCall.Field] = []
    private(set) var columns: Int?
    private var cost = 0.0
    private var slots = 0
    private(set) var steps = 0

    init(shape: [Int]) {
        self.shape = shape
        fields.reserveCapacity(8)
    }

    private mutating func slot(_ extent: OperandExtent, _ dtype: DType) -> Int {
        guard slots < Int(tern_max_slots) else { fail("an elementwise program has too many operands") }
        let index = slots
        withUnsafeMutableBytes(of: &program.slots) {
            $0.storeBytes(
                of: tern_slot(extent: extent, dtype: dtype.c), toByteOffset: index * MemoryLayout<tern_slot>.stride,
                as: tern_slot.self)
        }
        slots += 1
        return index
    }

    private mutating func field(_ slot: Int, _ operand: Int, _ access: KernelCall.Access) {
        fields.append(.init(offset: slot * MemoryLayout<UnsafeRawPointer>.stride, operand: operand, access: access))
    }

    /// The slot of an operand, nil where its shape can't be read beside the others.
    mutating func input(_ operand: Int, _ spec: TensorSpec) -> Int? {
        guard let extent = Broadcasting.extent(of: spec.shape, in: shape) else { return nil }
        switch extent {
        case .full:
            let index = slot(.full, spec.dtype)
            field(index, operand, .aligned)
            return index
        case .scalar:
            let index = slot(.scalar, spec.dtype)
            field(index, operand, .whole)
            return index
        case .row(let c), .column(let c):
            if let columns, columns != c { return nil }
            columns = c
            let isRow = if case .row = extent { true } else { false }
            let index = slot(isRow ? .row : .column, spec.dtype)
            field(index, operand, isRow ? .whole : .aligned)
            return index
        }
    }

    mutating func output(_ operand: Int, _ spec: TensorSpec) -> Int {
        let index = slot(.full, spec.dtype)
        field(index, operand, .aligned)
        return index
    }

    /// A value that lives only inside a block.
    mutating func scratch(_ dtype: DType) -> Int { slot(.scratch, dtype) }

    mutating func step(
        _ operation: ElementwiseOperation, from: DType, to: DType, _ destination: Int, _ operands: [Int],
        scalars: [Int] = []
    ) {
        guard steps < Int(tern_max_steps) else { fail("an elementwise program has too many steps") }
        var step = tern_step()
        step.op = operation
        step.from = from.c
        step.to = to.c
        step.destination = UInt8(destination)
        step.x = UInt8(operands[0])
        step.y = UInt8(operands.count > 1 ? operands[1] : operands[0])
        step.z = UInt8(operands.count > 2 ? operands[2] : operands[0])
        step.v = UInt8(scalars.count > 0 ? scalars[0] : operands[0])
        step.w = UInt8(scalars.count > 1 ? scalars[1] : operands[0])
        withUnsafeMutableBytes(of: &program.steps) {
            $0.storeBytes(of: step, toByteOffset: steps * MemoryLayout<tern_step>.stride, as: tern_step.self)
        }
        steps += 1
        cost += operation.cost * (from == .float64 ? 2 : 1)
    }

    mutating func call() -> KernelCall {
        let count = shape.reduce(1, *)
        let columns = self.columns ?? 1
        program.columns = Int64(columns)
        program.slot_count = Int32(slots)
        program.step_count = Int32(steps)
        return KernelCall(
            kernels.elementwise, program, units: columns == 0 ? 0 : count / columns,
            cost: 30 + Double(count) * cost, fields: fields)
    }
}
