import Tern

/// What an optimiser has gathered, in the order of Keras's `optimizer.variables`: the count of steps, the learning rate
/// where it is a number, averages and sums of gradients, and what the rule keeps for each weight.
struct KerasOptimizerState {
    private let optimizer: any Optimizer
    private let parts: KerasOptimizer.Parts
    /// Weights in Keras's order, and where each stands in Tern's.
    private let weights: [Variable], places: [Int]
    /// Tern's own order.
    private let layout: ParameterLayout

    /// - Throws: ``KerasComplaint`` where Keras has no such optimiser.
    init(_ optimizer: any Optimizer, of model: Model, weights: [Variable]) throws {
        self.optimizer = optimizer
        parts = try KerasOptimizer.Parts(optimizer)
        self.weights = weights
        let own = model.trainedVariables, names = model.trainedNames
        let indices = Dictionary(uniqueKeysWithValues: own.enumerated().map { (ObjectIdentifier($1), $0) })
        places = weights.compactMap { indices[ObjectIdentifier($0)] }
        guard places.count == own.count, weights.count == own.count, let first = own.first else {
            throw KerasComplaint("the weights that training moves are not those that Keras would move")
        }
        layout = ParameterLayout(shapes: own.map(\.shape), names: names, dtype: first.value.dtype)
    }

    /// What the rule keeps: groups of slots that alternate weight by weight, and slots of one number.
    private var slots: (groups: [[Int]], single: Int?) {
        func numbers<Slot: Equatable>(_ groups: [[Slot]], in slots: [Slot]) -> [[Int]] {
            groups.map { $0.compactMap { slots.firstIndex(of: $0) } }.filter { !$0.isEmpty }
        }
        switch parts.rule {
        case let rule as SGD: return (rule.momentum == 0 ? [] : [[0]], nil)
        case let rule as Adam: return (numbers([[.mean, .variance], [.largest]], in: rule.slots), nil)
        case is Nadam:
            let slots = Nadam.Slot.allCases
            return (numbers([[.mean, .variance]], in: slots), slots.firstIndex(of: .product))
        case let rule as RMSprop: return (numbers([[.squares], [.move], [.mean]], in: rule.slots), nil)
        case is Adagrad, is Lion: return ([[0]], nil)
        default: return ([[0, 1]], nil)
        }
    }

    // MARK: - Reading

    /// The state of arrays in Keras's order; nil where the optimiser had done nothing.
    ///
    /// - Throws: ``KerasComplaint`` where they are not as many, or not of the shapes that the optimiser has.
    func state(from arrays: [Tensor]) throws -> OptimizerState? {
        var rest = arrays[...]
        func take(_ shape: [Int]) throws -> Tensor {
            guard let next = rest.popFirst() else {
                throw KerasComplaint("what the optimiser gathered is cut off: there are \(arrays.count) arrays")
            }
            guard next.shape == shape else {
                throw KerasComplaint(
                    "what the optimiser gathered does not fit the weights: an array has the shape \(next.shape) and not \(shape)"
                )
            }
            return next.cast(to: layout.dtype)
        }
        guard let first = rest.popFirst(), first.count == 1, let steps = Int(exactly: first.doubles[0]),
            (0..<1 << 53).contains(steps)
        else {
            throw KerasComplaint("the optimiser's count of steps is missing")
        }
        if optimizer.learningRate.constant != nil { _ = try take([]) }
        if rest.isEmpty {
            let isPlain = parts.average == nil && parts.accumulation == nil && (parts.rule as? SGD)?.momentum == 0
            return steps == 0 || !isPlain ? nil : OptimizerState(slots: [], stepCount: steps)
        }
        func all() throws -> Tensor { joined(try weights.map { try take($0.shape) }) }
        let average = parts.average == nil ? nil : try all()
        let sum = parts.accumulation == nil ? nil : try all()
        var kept: [Tensor]
        switch parts.rule {
        case is Adafactor: kept = try adafactor(take)
        case let muon as Muon: kept = try self.muon(muon, take)
        default:
            var found: [Int: [Tensor]] = [:]
            for group in slots.groups {
                for weight in weights { for slot in group { found[slot, default: []].append(try take(weight.shape)) } }
            }
            kept = found.sorted { $0.key < $1.key }.map { joined($0.value) }
            if slots.single != nil { kept.append(try take([]).reshaped([1])) }
        }
        guard rest.isEmpty else {
            throw KerasComplaint("the optimiser gathered \(arrays.count) arrays, \(rest.count) more than it has here")
        }
        return OptimizerState(slots: kept + [sum, average].compactMap { $0 }, stepCount: steps)
    }

    /// Arrays in Keras's order of weights as one, in Tern's.
    private func joined(_ parts: [Tensor]) -> Tensor { layout.joined(ordered(parts)) }

    private func ordered<T>(_ parts: [T]) -> [T] {
        var result = parts
        for (place, part) in zip(places, parts) { result[place] = part }
        return result
    }

    private func adafactor(_ take: ([Int]) throws -> Tensor) throws -> [Tensor] {
        ordered(
            try weights.map { weight -> [Tensor] in
                let shape = weight.shape
                guard shape.count >= 2 else {
                    // Two that stand for nothing.
                    _ = (try take([]), try take([]))
                    return [try take(shape)]
                }
                let means = [try take(Array(shape.dropLast())), try take(shape.dropLast(2) + [shape.last!])]
                _ = try take(shape)
                return means
            }
        ).flatMap { $0 }
    }

    private func muon(_ muon: Muon, _ take: ([Int]) throws -> Tensor) throws -> [Tensor] {
        var means: [Tensor] = [], variances: [Tensor] = []
        for (weight, place) in zip(weights, places) {
            means.append(try take(weight.shape))
            variances.append(
                muon.isMatrix(place, layout) ? .zeros(weight.shape, dtype: layout.dtype) : try take(weight.shape))
        }
        return [joined(means), joined(variances)]
    }

    // MARK: - Writing

    /// The arrays of a state in Keras's order.
    ///
    /// - Parameter setRate: what the rate was set to; nil: it is the optimiser's.
    func arrays(of state: OptimizerState, setRate: Double?) -> [Tensor] {
        var arrays = [Tensor(Int32(truncatingIfNeeded: state.stepCount))]
        if let rate = setRate ?? optimizer.learningRate.constant { arrays.append(Tensor(Float(rate))) }
        var kept = state.slots[...]
        let average = parts.average == nil ? nil : kept.popLast(),
            sum = parts.accumulation == nil ? nil : kept.popLast()
        for whole in [average, sum].compactMap({ $0 }) { arrays += split(whole) }
        switch parts.rule {
        case is Adafactor:
            var found: [[Tensor]] = []
            for shape in layout.shapes {
                let count = shape.count >= 2 ? 2 : 1
                found.append(Array(kept.prefix(count)))
                kept = kept.dropFirst(count)
            }
            for (weight, place) in zip(weights, places) {
                let zero = Tensor(Int32(0)), zeros = Tensor.zeros(weight.shape, dtype: layout.dtype)
                arrays += weight.shape.count >= 2 ? found[place] + [zeros] : [zero, zero] + found[place]
            }
        case let muon as Muon:
            let means = split(kept.first!), variances = split(kept.dropFirst().first!)
            for (i, place) in places.enumerated() {
                arrays += muon.isMatrix(place, layout) ? [means[i]] : [means[i], variances[i]]
            }
        default:
            let all = Array(kept)
            for group in slots.groups {
                let parts = group.map { split(all[$0]) }
                for i in weights.indices { arrays += parts.map { $0[i] } }
            }
            if let single = slots.single { arrays.append(all[single].reshaped([])) }
        }
        return arrays
    }

    /// The state before the first step.
    var initial: OptimizerState {
        optimizer.initialState(for: ordered(weights.map(\.value)), names: layout.names)
    }

    /// One array in Tern's order as Keras's weights have it.
    private func split(_ whole: Tensor) -> [Tensor] {
        let parts = layout.parts(of: whole)
        return places.map { parts[$0] }
    }
}

extension Model {
    /// The paths of the weights that training moves, as an optimiser's memory names them.
    var trainedNames: [String] {
        let ids = Set(trainedVariables.map(ObjectIdentifier.init))
        return variables.filter { ids.contains(ObjectIdentifier($0.variable)) }.map(\.path)
    }
}
