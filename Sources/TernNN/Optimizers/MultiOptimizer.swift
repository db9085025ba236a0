import TernCore

/// Different optimisers for different weights.
///
/// ```swift
/// let rule = MultiOptimizer(SGD(learningRate: 0.1), [".*/bias": SGD(learningRate: 0)])
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: rule, loss: .meanSquaredError)
/// try model.fit(Tensor([[1.0]]), Tensor([[5.0]]))
/// model.variables[1].variable.value       // [0]: the bias stayed
/// ```
///
/// Keys are regular expressions that match the whole path of a weight, such as `dense/kernel`, or paths themselves,
/// which come first; what nothing matches is the first optimiser's. Each has its own learning rate and counts its own
/// steps. ``ReduceLROnPlateau`` and ``LearningRateScheduler`` change the rate of each; ``TrainingRun/learningRate`` is
/// that of the first. As Keras's `MultiOptimizer` with an `OptimizerMap`.
public struct MultiOptimizer: Optimizer {
    /// Moves what no other one does.
    public let standard: any Optimizer
    /// The others, with the paths or regular expressions of their weights.
    public let special: [(path: String, optimizer: any Optimizer)]
    /// What the rates of the others were set to, in their order; nil leaves one as it is.
    var setRates: [Double?]
    /// After how many batches the weights move (``Optimizer/accumulatingGradients(of:)``): schedules count batches.
    var batchesPerMove = 1

    /// Ends the program where a key is no regular expression, and where a MultiOptimizer is among the optimisers; where
    /// two keys match one weight, when training begins.
    public init(_ standard: any Optimizer, _ special: KeyValuePairs<String, any Optimizer>) {
        for (path, _) in special where (try? Regex(path)) == nil {
            fail("MultiOptimizer: \"\(path)\" is no regular expression")
        }
        guard standard.several == nil, !special.contains(where: { $0.value.several != nil }) else {
            fail("MultiOptimizer: one within another; name all optimisers in one")
        }
        self.standard = standard
        self.special = special.map { ($0.key, $0.value) }
        setRates = special.map { _ in nil }
    }

    /// The rate of ``standard``.
    public var learningRate: LearningRate { standard.learningRate }

    /// All of them, the standard one first.
    var optimizers: [any Optimizer] { [standard] + special.map(\.optimizer) }

    /// Which optimiser a weight is moved by.
    private func place(of name: String) -> Int {
        if let exact = special.firstIndex(where: { $0.path == name }) { return exact + 1 }
        let matching = special.indices.filter { (try? Regex(special[$0].path).wholeMatch(in: name)) != nil }
        guard matching.count < 2 else {
            fail(
                "MultiOptimizer: \(name) is matched by \(matching.map { "\"\(special[$0].path)\"" }.joined(separator: " and ")); let one match"
            )
        }
        return matching.first.map { $0 + 1 } ?? 0
    }

    /// The weights of each optimiser: their places, and how they lie end to end.
    private func groups(_ layout: ParameterLayout) -> [(places: [Int], layout: ParameterLayout)] {
        let owners = layout.shapes.indices.map { layout.names.isEmpty ? 0 : place(of: layout.names[$0]) }
        return optimizers.indices.map { owner in
            let places = owners.indices.filter { owners[$0] == owner }
            let names = layout.names.isEmpty ? [] : places.map { layout.names[$0] }
            return (
                places, ParameterLayout(shapes: places.map { layout.shapes[$0] }, names: names, dtype: layout.dtype)
            )
        }
    }

    /// The arrays of all optimisers, one after the other.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        let parts = layout.parts(of: parameters)
        return zip(optimizers, groups(layout)).flatMap { optimizer, group -> [Tensor] in
            if group.places.isEmpty { return [] }
            let slots = optimizer.initialSlots(
                for: group.layout, at: group.layout.joined(group.places.map { parts[$0] }))
            if optimizer.averagedParameters(slots: slots) != nil {
                fail(
                    "MultiOptimizer: an average of some weights alone; say averagingWeights() behind the MultiOptimizer"
                )
            }
            return slots
        }
    }

    /// The rate of one of the others after so many batches, from 0.
    func rate(_ other: Int, after batches: Int) -> Double {
        setRates[other] ?? special[other].optimizer.learningRate(batches)
    }

    /// The numbers of all optimisers, one after the other; those of the others by their own rates.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        standard.scalars(atStep: step, learningRate: learningRate, emit)
        for i in special.indices {
            special[i].optimizer.scalars(
                atStep: step, learningRate: rate(i, after: step * batchesPerMove - 1), emit)
        }
    }

    /// Each optimiser's step on its own weights.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var scalars = s.scalars[...], slots = s.slots[...], kept: [Tensor] = []
        var parameters = s.layout.parts(of: s.parameters)
        let gradients = s.layout.parts(of: s.gradient)
        for (optimizer, group) in zip(optimizers, groups(s.layout)) {
            var count = 0
            optimizer.scalars(atStep: 1, learningRate: 1) { _ in count += 1 }
            let own = Array(scalars.prefix(count))
            scalars = scalars.dropFirst(count)
            if group.places.isEmpty { continue }
            let slotCount = optimizer.initialSlots(for: group.layout, at: group.layout.filled()).count
            let moved = optimizer.update(
                OptimizerStep(
                    parameters: group.layout.joined(group.places.map { parameters[$0] }),
                    gradient: group.layout.joined(group.places.map { gradients[$0] }),
                    slots: Array(slots.prefix(slotCount)),
                    scalars: own, layout: group.layout))
            slots = slots.dropFirst(slotCount)
            for (place, part) in zip(group.places, group.layout.parts(of: moved.parameters)) {
                parameters[place] = part
            }
            kept += moved.slots
        }
        return (s.layout.joined(parameters), kept)
    }
}
