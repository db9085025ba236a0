import TernCore

/// Makes random programs. It runs the reference interpreter on its way, so that it knows shapes and values and leaves
/// out what an operation does not allow.
struct ProgramGenerator {
    var bits: RandomBits
    var program: Program
    /// The values so far, inputs first: their numbers here are final only in `finished`.
    private(set) var values: [PlainArray] = []
    private var isInput: [Bool] = []
    private var steps: [(operation: Operation, operands: [Int])] = []
    private var inputs: [Program.Input] = []
    private let lengths: [Int]
    private let allowsSpecials: Bool
    private let largest: Int

    /// The program of this seed.
    static func program(seed: UInt64) -> Program {
        var generator = ProgramGenerator(seed)
        return generator.make()
    }

    private init(_ seed: UInt64) {
        var bits = RandomBits(seed &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D)
        program = Program(dtype: bits.chance(0.6) ? .float32 : .float64)
        let odd = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 65]
        var own: [Int] = []
        for _ in 0..<bits.integer(2...4) { own.append(bits.pick(odd)) }
        if bits.chance(0.08) { own.append(0) }
        if bits.chance(0.3) { own.append(1) }
        lengths = own
        allowsSpecials = bits.chance(0.06)
        largest = bits.chance(0.1) ? 9000 : 1200
        self.bits = bits
    }

    private mutating func make() -> Program {
        for _ in 0..<bits.integer(1...3) { _ = input(shape()) }
        let goal = bits.unit()
        program.goal = goal < 0.45 ? .values : goal < 0.7 ? .gradient : goal < 0.85 ? .training : .secondGradient
        let wanted = bits.integer(1...(program.goal == .secondGradient ? 8 : 24))
        var tries = 0
        while steps.count < wanted && tries < 200 {
            tries += 1
            if bits.chance(0.22) { pattern() } else { operation() }
        }
        return finished()
    }

    /// Numbers inputs before steps, chooses outputs and updates.
    private mutating func finished() -> Program {
        var number = [Int](repeating: 0, count: values.count), next = 0
        for i in values.indices where isInput[i] { number[i] = next; next += 1 }
        for i in values.indices where !isInput[i] { number[i] = next; next += 1 }
        program.inputs = inputs
        program.steps = steps.map { Program.Step(operation: $0.operation, operands: $0.operands.map { number[$0] }) }
        let used = Set(program.steps.flatMap(\.operands))
        var outputs = (0..<next).filter { $0 >= inputs.count && !used.contains($0) }
        if bits.chance(0.4) { outputs += (0..<bits.integer(1...3)).map { _ in bits.integer(0...(next - 1)) } }
        if outputs.isEmpty { outputs = [next - 1] }
        program.outputs = Array(bits.shuffled(outputs).prefix(6))
        if program.goal == .values && bits.chance(0.5) { chooseUpdates() }
        return program
    }

    private mutating func chooseUpdates() {
        let order = values.indices.filter { isInput[$0] } + values.indices.filter { !isInput[$0] }
        var free = Set(inputs.indices)
        for (i, output) in program.outputs.enumerated() {
            let made = values[order[output]]
            let fitting = free.sorted().filter { inputs[$0].shape == made.shape && inputs[$0].dtype == made.dtype }
            if !fitting.isEmpty, bits.chance(0.8) {
                let chosen = bits.pick(fitting)
                program.updates[i] = chosen
                free.remove(chosen)
            }
        }
    }

    // MARK: Values

    mutating func shape() -> [Int] {
        let rank = bits.pick([0, 1, 1, 2, 2, 2, 2, 3, 3, 4])
        var shape = (0..<rank).map { _ in bits.pick(lengths) }
        while PlainArray.count(shape) > largest {
            shape[shape.indices.max { shape[$0] < shape[$1] }!] = bits.pick([1, 2, 3])
        }
        return shape
    }

    /// A new input.
    mutating func input(_ shape: [Int], _ dtype: DType? = nil, _ range: ClosedRange<Double>? = nil) -> Int {
        let dtype =
            dtype ?? (bits.chance(0.9) ? program.dtype : bits.pick([.int64, .int32, .bool, .float64, .float32]))
        let range = range ?? (dtype.isFloatingPoint ? (bits.chance(0.2) ? 0.3...2 : -1.5...1.5) : -3...3)
        let made = Program.Input(
            shape: shape, dtype: dtype, seed: bits.next(), low: range.lowerBound, high: range.upperBound,
            isSpecial: allowsSpecials && bits.chance(0.4))
        inputs.append(made)
        values.append(made.array)
        isInput.append(true)
        return values.count - 1
    }

    /// A value made before, rather a late one, that fits.
    mutating func value(where fits: (PlainArray) -> Bool = { _ in true }) -> Int? {
        let found = values.indices.filter { fits(values[$0]) }
        if found.isEmpty { return nil }
        return bits.chance(0.7) ? found[max(0, found.count - bits.integer(1...6))] : bits.pick(found)
    }

    /// A step, if it is allowed and its result is one to go on with.
    @discardableResult
    mutating func add(_ operation: Operation, _ operands: Int...) -> Int? { add(operation, operands) }

    @discardableResult
    mutating func add(_ operation: Operation, _ operands: [Int]) -> Int? {
        var noise: Noise?
        guard let made = try? operation.reference(operands.map { values[$0] }, &noise), made.count <= largest,
            made.rank <= 5
        else { return nil }
        let wasFinite = operands.allSatisfy { values[$0].values.allSatisfy(\.isFinite) }
        if wasFinite && made.values.contains(where: { !$0.isFinite || abs($0) > 1e4 }) && !bits.chance(0.02) {
            return nil
        }
        values.append(made)
        isInput.append(false)
        steps.append((operation, operands))
        return values.count - 1
    }

    mutating func isReal(_ value: Int) -> Bool { values[value].dtype.isFloatingPoint }

    // MARK: Operations

    private mutating func operation() {
        switch bits.integer(0...19) {
        case 0...3: unary()
        case 4...8: binary()
        case 9: ternary()
        case 10...12: movement()
        case 13...14: cutting()
        case 15: joining()
        case 16: products()
        case 17: folds()
        case 18: order()
        default: grids()
        }
    }

    mutating func unary() {
        guard let x = value() else { return }
        let a = values[x]
        if a.dtype == .bool { add(bits.chance(0.5) ? .unary(.not) : .cast(program.dtype), x); return }
        if !a.dtype.isFloatingPoint && bits.chance(0.6) {
            add(.cast(bits.chance(0.8) ? program.dtype : bits.pick([.int64, .bool])), x); return
        }
        if bits.chance(0.05) { add(.cast(bits.pick([.float32, .float64, .int64, .int32, .bool])), x); return }
        if bits.chance(0.03) { add(.stoppingGradient, x); return }
        if bits.chance(0.05) { add(.clipped(-0.5, 0.75), x); return }
        if bits.chance(0.35) {
            let number = (bits.unit() * 4 - 2) * (bits.chance(0.1) ? 0 : 1)
            add(
                .number(
                    bits.pick([
                        .add, .subtract, .multiply, .multiply, .divide, .maximum, .minimum, .less, .greater, .remainder,
                        .power,
                    ]),
                    a.dtype.isFloatingPoint ? (bits.chance(0.1) ? 2 : number) : number.rounded()), x)
            return
        }
        add(
            .unary(
                bits.chance(0.2)
                    ? bits.pick([.relu, .tanh, .sigmoid, .square, .negate, .exp]) : bits.pick(Operation.Unary.allCases)),
            x)
    }

    mutating func binary() {
        guard let x = value() else { return }
        let shape = values[x].shape
        let y: Int
        if bits.chance(0.35) {
            // A new operand that is broadcast: any dimension may be 1, leading ones may be missing.
            var own = shape.map { bits.chance(0.35) ? 1 : $0 }
            if bits.chance(0.4) { own = Array(own.dropFirst(bits.integer(0...own.count))) }
            y = input(own)
        } else if let found = value(where: { (try? broadcastShape([$0.shape, shape])) != nil }) {
            y = found
        } else {
            return
        }
        let common = promoted(values[x].dtype, values[y].dtype)
        let real: [Operation.Binary] = [
            .add, .add, .subtract, .subtract, .multiply, .multiply, .divide, .maximum, .minimum,
        ]
        var choice = bits.chance(0.75) ? bits.pick(real) : bits.pick(Operation.Binary.allCases)
        if common == .bool {
            choice = bits.pick([.add, .multiply, .maximum, .minimum, .equal, .less, .and, .or, .xor])
        }
        add(.binary(choice), bits.chance(0.5) ? [x, y] : [y, x])
    }

    mutating func ternary() {
        guard let x = value(where: { $0.dtype.isFloatingPoint }) else { return }
        let shape = values[x].shape
        guard let y = value(where: { (try? broadcastShape([$0.shape, shape])) != nil }),
            let test = add(.binary(bits.pick([.less, .greater, .equal])), x, y)
        else { return }
        let full = values[test].shape
        guard let z = value(where: { (try? broadcastShape([$0.shape, full])) != nil }) else { return }
        add(.select, [test] + bits.shuffled([x, z]))
    }

    mutating func movement() {
        guard let x = value() else { return }
        let a = values[x]
        switch bits.integer(0...3) {
        case 0: add(.reshaped(reshaping(a.shape)), x)
        case 1:
            var larger = a.shape.map { $0 == 1 ? bits.pick(lengths) : $0 }
            if bits.chance(0.5) { larger.insert(bits.pick(lengths), at: 0) }
            guard larger.reduce(1, *) <= largest else { return }
            add(.broadcast(larger), x)
        case 2: add(.transposed(bits.shuffled(Array(0..<a.rank))), x)
        default:
            guard a.rank > 0 else { return }
            let axis = bits.integer(0...(a.rank - 1))
            guard a.shape[axis] > 0 else { return }
            add(
                .taking(
                    (0..<bits.integer(0...5)).map { _ in bits.integer(-a.shape[axis]...(a.shape[axis] - 1)) },
                    axis: axis), x)
        }
    }

    /// The same number of elements in another shape.
    private mutating func reshaping(_ shape: [Int]) -> [Int] {
        var result = shape
        switch bits.integer(0...3) {
        case 0: result = [PlainArray.count(shape)]
        case 1: result.insert(1, at: bits.integer(0...result.count))
        case 2: result = bits.shuffled(result)
        default:
            if result.count >= 2 {
                let i = bits.integer(0...(result.count - 2))
                result[i] *= result.remove(at: i + 1)
            }
        }
        return result
    }

    mutating func cut(_ shape: [Int]) -> [Operation.Cut] {
        var cuts: [Operation.Cut] = []
        for n in shape.prefix(bits.integer(0...shape.count)) {
            if bits.chance(0.1) { cuts.append(.new) }
            if n > 0 && bits.chance(0.3) { cuts.append(.at(bits.integer(-n...(n - 1)))); continue }
            let by = bits.pick([1, 1, 1, 1, 2, 3, -1, -2])
            func bound() -> Int? { bits.chance(0.35) ? nil : bits.integer(-n...n) }
            cuts.append(.range(from: bound(), to: bound(), by: by))
        }
        return cuts
    }

    mutating func cutting() {
        guard let x = value(where: { $0.rank > 0 }) else { return }
        let cuts = cut(values[x].shape)
        if bits.chance(0.75) { add(.part(cuts), x); return }
        let shape = Operation.places(cuts, values[x].shape).shape
        let dtype = values[x].dtype
        let y = value {
            $0.dtype == dtype && ((try? broadcastShape([$0.shape, shape])) == shape) && $0.rank <= shape.count
        }
        let part = y ?? input(shape.map { bits.chance(0.2) ? 1 : $0 }, dtype)
        add(.replacing(cuts), x, part)
    }

    mutating func joining() {
        guard let x = value(where: { $0.rank > 0 }) else { return }
        let a = values[x], axis = bits.chance(0.6) ? 0 : bits.integer(0...(a.rank - 1))
        func fits(_ b: PlainArray) -> Bool {
            b.rank == a.rank && a.shape.indices.allSatisfy { $0 == axis || b.shape[$0] == a.shape[$0] }
        }
        var parts = [x]
        for _ in 0..<bits.integer(1...3) {
            if bits.chance(0.2) {
                parts.append(bits.pick(parts))
            } else if let other = value(where: fits) {
                parts.append(other)
            }
        }
        if bits.chance(0.25) {
            let same = parts.filter { values[$0].shape == a.shape }
            if same.count > 1 { add(.stacked(axis: bits.integer(0...a.rank)), same) }
            return
        }
        if parts.count > 1 { add(.concatenated(axis: axis), bits.shuffled(parts)) }
    }

    mutating func products() {
        guard let x = value(where: { $0.rank > 0 && $0.dtype.isFloatingPoint }) else { return }
        let a = values[x], dtype = a.dtype
        if bits.chance(0.15) {
            if let y = value(where: { $0.count == a.count && $0.dtype == dtype }) { add(.dot, x, y) }
            return
        }
        let inner = a.shape.last!
        let y =
            bits.chance(0.5)
            ? value { $0.rank > 0 && $0.dtype == dtype && $0.shape[max(0, $0.rank - 2)] == inner } : nil
        if let y { add(.matmul, x, y); return }
        var own = [inner, bits.pick(lengths)]
        if a.rank > 2 && bits.chance(0.4) { own = a.shape.dropLast(2) + own }
        if bits.chance(0.1) { own = [inner] }
        add(.matmul, x, input(own, dtype))
    }

    mutating func folds() {
        guard let x = value() else { return }
        let a = values[x]
        var axes: [Int]? = bits.shuffled(Array(0..<a.rank)).prefix(bits.integer(0...a.rank)).map {
            bits.chance(0.2) ? $0 - a.rank : $0
        }
        if bits.chance(0.15) { axes = nil }
        var fold = bits.chance(0.5) ? Operation.Fold.sum : bits.pick(Operation.Fold.allCases)
        let folded = (axes ?? Array(0..<a.rank)).map { a.shape[$0 < 0 ? $0 + a.rank : $0] }.reduce(1, *)
        if folded == 0 && fold != .sum && fold != .product { fold = .sum }
        if a.dtype == .bool && fold == .variance { fold = .any }
        if fold == .product && folded > 9 { fold = .mean }
        add(.reduced(fold, axes: axes, keeping: bits.chance(0.4)), x)
    }

    mutating func order() {
        guard let x = value(where: { $0.rank > 0 && $0.count > 0 }) else { return }
        let a = values[x], axis = bits.integer(0...(a.rank - 1))
        switch bits.integer(0...5) {
        case 5: places(x)
        case 0: if a.dtype != .bool { add(.extreme(isMax: bits.chance(0.5), axis: axis), x) }
        case 1: add(bits.chance(0.6) ? .cumulativeSum(axis: axis) : .cumulativeProduct(axis: axis), x)
        case 2: add(.sorted(axis: axis), x)
        case 3:
            guard let y = value(where: { $0.shape == a.shape }), let index = add(.argsorted(axis: axis), x) else {
                return
            }
            add(.takingAlong(axis: axis), y, index)
        default:
            let counter = input([], .int64, 0...1000)
            add(.random(isNormal: bits.chance(0.5), a.shape, key: bits.next() % 1000), counter)
        }
    }

    /// Where elements lie among numbers in order: of a value, or new ones.
    private mutating func places(_ x: Int) {
        let line = bits.chance(0.5) ? value { $0.rank == 1 && $0.dtype != .bool } : nil
        let points = add(.sorted(axis: 0), line ?? input([bits.integer(1...9)], program.dtype))
        guard let points, values[points].count > 0 else { return }
        switch bits.integer(0...2) {
        case 0: add(.searched(right: bits.chance(0.5)), x, points)
        case 1:
            let shape = values[x].shape
            add(
                .histogram, x, points,
                value { $0.shape == shape && $0.dtype.isFloatingPoint } ?? input(shape, program.dtype))
        default:
            let shape = values[points].shape
            add(.interpolated, x, points, value { $0.shape == shape } ?? input(shape, program.dtype))
        }
    }

    /// How a window of `size` may move over a grid, with at least one place.
    private mutating func sliding(_ grid: [Int], _ size: [Int], isPooling: Bool) -> Operation.Sliding? {
        var s = Operation.Sliding(strides: [], dilations: [], before: [], after: [])
        for (n, k) in zip(grid, size) {
            s.strides.append(bits.pick([1, 1, 1, 2, 3]))
            s.dilations.append(isPooling ? 1 : bits.pick([1, 1, 1, 2]))
            let most = isPooling ? k - 1 : k
            s.before.append(bits.chance(0.5) ? 0 : bits.integer(0...most))
            s.after.append(bits.chance(0.5) ? 0 : bits.integer(0...most))
            if isPooling && n == 0 { return nil }
            if n + s.before.last! + s.after.last! < (k - 1) * s.dilations.last! + 1 { return nil }
        }
        // Each window of a pooling sees a cell of the grid.
        if isPooling {
            for d in grid.indices {
                let places = (grid[d] + s.before[d] + s.after[d] - size[d]) / s.strides[d] + 1
                if (places - 1) * s.strides[d] - s.before[d] >= grid[d] || size[d] <= s.before[d] { return nil }
            }
        }
        return s
    }

    mutating func grids() {
        let real = value { $0.dtype.isFloatingPoint && (3...5).contains($0.rank) && $0.count > 0 && $0.count <= 1500 }
        let x: Int
        if let real, bits.chance(0.7) {
            x = real
        } else {
            let rank = bits.integer(1...2)
            x = input(
                [bits.integer(1...3)] + (0..<rank).map { _ in bits.integer(1...9) } + [bits.pick([1, 2, 3, 4, 8, 17])],
                program.dtype)
        }
        let a = values[x], grid = Array(a.shape[1..<(a.rank - 1)]), channels = a.shape.last!
        let size = grid.map { _ in bits.integer(1...3) }
        if bits.chance(0.35) {
            guard let s = sliding(grid, size, isPooling: true) else { return }
            add(.pooling(isMax: bits.chance(0.5), size: size, s), x)
            return
        }
        guard var s = sliding(grid, size, isPooling: false) else { return }
        if bits.chance(0.25) { s.groups = bits.pick((1...channels).filter { channels % $0 == 0 }) }
        let filters = s.groups * bits.pick(s.groups > 4 ? [1, 2] : [1, 2, 3, 5, 16])
        if bits.chance(0.25) {
            // The images that a convolution would turn into these places.
            guard channels % s.groups == 0 else { return }
            let wide = grid.indices.map {
                (grid[$0] - 1) * s.strides[$0] + (size[$0] - 1) * s.dilations[$0] + 1 - s.before[$0] - s.after[$0]
            }
            guard wide.allSatisfy({ $0 > 0 }) else { return }
            let w = input(size + [bits.pick([1, 2, 3]), channels], a.dtype)
            add(.transposedConvolution(s, grid: wide), x, w)
            return
        }
        let w = input(size + [channels / s.groups, filters], a.dtype)
        guard let y = add(.convolution(s), x, w) else { return }
        headOfNetwork(y, filters)
    }

    /// Bias, relu and a mean over the grid, as they stand behind many convolutions.
    private mutating func headOfNetwork(_ convolved: Int, _ filters: Int) {
        guard bits.chance(0.5), let sum = add(.binary(.add), convolved, input([filters], values[convolved].dtype)),
            let positive = add(.unary(.relu), sum), bits.chance(0.6)
        else { return }
        add(.reduced(.mean, axes: Array(1..<(values[positive].rank - 1)), keeping: bits.chance(0.3)), positive)
    }
}
