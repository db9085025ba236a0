import TernCore

// What networks and optimisers are made of, which chance alone would seldom put together.
extension ProgramGenerator {
    mutating func pattern() {
        switch bits.integer(0...8) {
        case 0: denseLayer()
        case 1: sumOfProducts()
        case 2: recurrentStep()
        case 3: optimizerStep()
        case 4: softmax()
        case 5: partsOfWhole()
        case 6: standardized()
        case 7: columnSums()
        default: moments()
        }
    }

    private mutating func matrix() -> Int? {
        value { $0.rank >= 1 && $0.rank <= 3 && $0.dtype.isFloatingPoint && $0.shape.last! > 0 }
    }

    private mutating func denseLayer() {
        guard let x = matrix() else { return }
        let dtype = values[x].dtype, n = bits.pick([1, 2, 3, 5, 8, 16, 17])
        guard let y = add(.matmul, x, input([values[x].shape.last!, n], dtype)) else { return }
        var last = y
        if bits.chance(0.8) {
            let shape = bits.chance(0.7) ? [n] : Array(repeating: 1, count: values[y].rank - 1) + [n]
            let bias = value { $0.shape == shape && $0.dtype == dtype } ?? input(shape, dtype)
            guard let sum = add(.binary(.add), bits.chance(0.7) ? [y, bias] : [bias, y]) else { return }
            last = sum
        }
        if bits.chance(0.3) { last = add(.reshaped(values[last].shape + [1]), last) ?? last }
        if bits.chance(0.7) { add(.unary(bits.pick([.relu, .relu, .tanh, .sigmoid])), last) }
    }

    private mutating func sumOfProducts() {
        let rows = bits.pick([1, 1, 1, 2, 5]), n = bits.pick([1, 1, 3, 8]), k = bits.integer(1...5),
            dtype = program.dtype
        func factor(_ shape: [Int]) -> Int { value { $0.shape == shape && $0.dtype == dtype } ?? input(shape, dtype) }
        guard let p = add(.matmul, factor([rows, k]), factor([k, n])),
            let q = add(.matmul, factor([rows, k]), factor([k, n]))
        else { return }
        guard let sum = add(.binary(bits.pick([.add, .add, .subtract])), p, q) else { return }
        if bits.chance(0.5) { add(.unary(.relu), sum) }
        if bits.chance(0.3) { add(.binary(.add), sum, p) }
    }

    private mutating func recurrentStep() {
        let batch = bits.pick([1, 1, 2, 3]), units = bits.pick([1, 1, 2, 4]), features = bits.integer(1...3),
            dtype = program.dtype
        let gates = bits.pick([1, 3, 4])
        let kernel = input([features, gates * units], dtype), recurrent = input([units, gates * units], dtype),
            bias = input([gates * units], dtype)
        let series = input([batch, 3, features], dtype)
        var h = input([batch, units], dtype)
        guard let projected = add(.matmul, series, kernel), let all = add(.binary(.add), projected, bias) else {
            return
        }
        for t in 0..<bits.integer(1...3) {
            guard let now = add(.part([.range(from: nil, to: nil, by: 1), .at(t)]), all),
                let back = add(.matmul, h, recurrent),
                let z = add(.binary(.add), now, back)
            else { return }
            func gate(_ i: Int, _ f: Operation.Unary) -> Int? {
                guard
                    let part = add(
                        .part([.range(from: nil, to: nil, by: 1), .range(from: i * units, to: (i + 1) * units, by: 1)]),
                        z)
                else { return nil }
                return add(.unary(f), part)
            }
            guard var new = gate(0, .tanh) else { return }
            for i in 1..<max(gates, 1) where gates > 1 {
                guard let opened = gate(i, .sigmoid), let product = add(.binary(.multiply), new, opened) else { return }
                new = product
            }
            if bits.chance(0.3) { new = add(.binary(.add), new, h) ?? new }
            h = new
        }
    }

    /// Running means and a step by them: v x + w y, v x + w y², x - v y / (sqrt(z) + w).
    private mutating func optimizerStep() {
        guard let g = value(where: { $0.dtype.isFloatingPoint && $0.count > 0 }) else { return }
        let shape = values[g].shape, dtype = values[g].dtype
        func number(_ range: ClosedRange<Double>) -> Int { input(bits.pick([[], [], [1]]), dtype, range) }
        let m = input(shape, dtype), v = input(shape, dtype, 0.1...1), p = input(shape, dtype)
        guard let a = add(.binary(.multiply), bits.shuffled([m, number(0.1...0.9)])),
            let b = add(.binary(.multiply), bits.shuffled([g, number(0.1...0.9)])),
            let mean = add(.binary(.add), a, b), let squared = add(.unary(.square), g),
            let c = add(.binary(.multiply), bits.shuffled([v, number(0.1...0.9)])),
            let d = add(.binary(.multiply), bits.shuffled([squared, number(0.1...0.9)])),
            let spread = add(.binary(.add), bits.shuffled([c, d])), let root = add(.unary(.sqrt), spread),
            let below = add(.binary(.add), bits.shuffled([root, number(0.01...0.1)])),
            let above = add(.binary(.multiply), bits.shuffled([mean, number(0.01...0.1)])),
            let step = add(.binary(.divide), above, below)
        else { return }
        add(.binary(.subtract), p, step)
    }

    private mutating func softmax() {
        guard let x = value(where: { $0.rank > 0 && $0.dtype.isFloatingPoint && $0.shape.last! > 0 }),
            let top = add(.reduced(.max, axes: [-1], keeping: true), x), let below = add(.binary(.subtract), x, top),
            let e = add(.unary(.exp), below), let sum = add(.reduced(.sum, axes: [-1], keeping: true), e)
        else { return }
        add(.binary(.divide), e, sum)
    }

    /// A concatenation, a part of it, and that part beside what it was made of.
    private mutating func partsOfWhole() {
        guard let s = value(where: { $0.rank > 0 && $0.shape[0] > 0 && $0.dtype.isFloatingPoint }) else { return }
        let source = add(.unary(bits.pick([.tanh, .square, .negate])), s) ?? s
        let a = values[source], n = a.shape[0]
        let other = value { $0.shape == a.shape && $0.dtype == a.dtype } ?? source
        guard
            let whole = add(
                .concatenated(axis: 0), bits.shuffled([source, other, source].prefix(bits.integer(2...3)).map { $0 }))
        else { return }
        let count = values[whole].shape[0] / n, i = bits.integer(0...(count - 1))
        guard let part = add(.part([.range(from: i * n, to: (i + 1) * n, by: 1)]), whole) else { return }
        add(.binary(bits.pick([.add, .multiply, .subtract])), bits.shuffled([part, source]))
        if bits.chance(0.4) { add(.binary(.add), part, other) }
    }

    private mutating func standardized() {
        guard let x = value(where: { $0.rank > 0 && $0.dtype.isFloatingPoint && $0.count > 1 }) else { return }
        let axes = bits.chance(0.5) ? Array(0..<(values[x].rank - 1)) : [values[x].rank - 1]
        guard let mean = add(.reduced(.mean, axes: axes, keeping: true), x),
            let variance = add(.reduced(.variance, axes: axes, keeping: true), x),
            let shifted = add(.number(.add, 0.01), variance), let spread = add(.unary(.sqrt), shifted),
            let centred = add(.binary(.subtract), x, mean)
        else { return }
        add(.binary(.divide), centred, spread)
    }

    /// The sum over all axes but the last of a product, which plans compute in one pass.
    private mutating func columnSums() {
        guard let x = value(where: { $0.rank >= 2 && $0.dtype.isFloatingPoint && $0.count > 0 }) else { return }
        let shape = values[x].shape, dtype = values[x].dtype
        let y = value { $0.shape == shape && $0.dtype == dtype } ?? input(shape, dtype)
        guard let product = add(.binary(.multiply), x, y) else { return }
        add(.reduced(.sum, axes: Array(0..<(shape.count - 1)), keeping: bits.chance(0.4)), product)
    }

    private mutating func moments() {
        guard let x = value(where: { $0.rank > 0 && $0.dtype.isFloatingPoint && $0.count > 0 }) else { return }
        add(.moment(isVariance: false), x)
        add(.moment(isVariance: true), x)
    }
}
