import TernCore
import TernNN
import TestSupport
import Testing

/// A random case with its layer, run in several ways.
final class RandomLayerRun {
    let layer: any Layer
    private let c: RandomLayerCase
    private let drawn: RandomLayerCase.Arrays
    /// The trained ones first, as in the case.
    private let variables: [Variable]
    /// Which of the arrays are differentiated: inputs of real numbers, and trained weights.
    private let leaves: [Int]

    /// What a run makes: outputs, the first output's mask, gradients, state.
    struct Result {
        var outputs: [Tensor], mask: Tensor?, gradients: [Tensor], state: [Tensor]
        var arrays: [(name: String, array: Tensor)] {
            var named = outputs.enumerated().map { ("output \($0)", $1) }
            if let mask { named.append(("mask", mask)) }
            named += gradients.enumerated().map { ("gradient \($0)", $1) }
            return named + state.enumerated().map { ("state \($0)", $1) }
        }
    }

    /// Inputs, masks and weights, one after another.
    typealias Arrays = [Tensor]

    /// Builds the layer; nil where it complains, which is recorded.
    init?(_ c: RandomLayerCase) throws {
        self.c = c
        let drawn = c.draw()
        self.drawn = drawn
        layer = try c.layer()
        if let complaint = layer.complaint(about: drawn.inputs.map(\.shape)) {
            // The one known difference: Keras gives an empty result.
            if complaint.contains("no cell is left"), c.outputShapes.allSatisfy({ $0.contains(0) }) { return nil }
            Issue.record("Keras takes it, Tern complains: \(complaint)\n\(c.testDescription)")
            return nil
        }
        var context = CallContext(isTraining: c.isTraining)
        context.masks = drawn.masks
        _ = layer(drawn.inputs.map { $0.dtype == .float64 ? $0.cast(to: .float32) : $0 }, context)
        let all = layer.variables.map(\.variable)
        variables = all.filter(\.isTrainable) + all.filter { !$0.isTrainable }
        let count = drawn.inputs.count + drawn.masks.compactMap { $0 }.count
        leaves = drawn.inputs.indices.filter { drawn.inputs[$0].dtype == .float64 } + (count..<(count + c.trainedCount))
        let (ours, theirs) = (variables.map(\.shape), c.weights.map(\.shape))
        if ours != theirs || all.filter(\.isTrainable).count != c.trainedCount {
            Issue.record("weights of \(ours), Keras has \(theirs)\n\(c.testDescription)")
            return nil
        }
    }

    /// The arrays of the case in this type.
    func arrays(_ dtype: DType) -> Arrays {
        (drawn.inputs + drawn.masks.compactMap { $0 } + drawn.weights).map {
            $0.dtype == .float64 ? $0.cast(to: dtype) : $0
        }
    }

    /// The arrays moved a little, away from ties and corners.
    func moved(_ arrays: Arrays, by size: Double) -> Arrays {
        var stream = RandomState(seed: 5)
        return arrays.map { x in
            guard x.dtype.isFloatingPoint else { return x }
            return x + Tensor(stream.uniform(low: -size, high: size, count: x.count), shape: x.shape).cast(to: x.dtype)
        }
    }

    /// Calls the layer.
    private func called(_ arrays: Arrays) -> (outputs: [Tensor], mask: Tensor?, state: [Tensor]) {
        let inputs = Array(arrays[..<drawn.inputs.count])
        var next = drawn.inputs.count
        var masks: [Tensor?] = drawn.masks.map { mask in
            guard mask != nil else { return nil }
            next += 1
            return arrays[next - 1]
        }
        masks += Array(repeating: nil, count: inputs.count - masks.count)
        for (variable, value) in zip(variables, arrays[next...]) { variable.value = value }
        var context = CallContext(isTraining: c.isTraining)
        context.masks = masks
        let outputs = layer(inputs, context)
        return (
            outputs, layer.masks(of: outputs, from: inputs, masks).first ?? nil,
            variables[c.trainedCount...].map(\.value)
        )
    }

    /// The sum of the outputs times cotangents.
    private func loss(_ outputs: [Tensor]) -> Tensor {
        zip(outputs, drawn.cotangents).map { ($0 * $1.cast(to: $0.dtype)).sum() }.reduce { $0 + $1 }!
    }

    private func replacing(_ arrays: Arrays, _ values: [Tensor]) -> Arrays {
        var result = arrays
        for (i, value) in zip(leaves, values) { result[i] = value }
        return result
    }

    /// Outputs, mask, gradients and state, all in one array of tensors.
    private func everything(_ arrays: Arrays) -> [Tensor] {
        var made: (outputs: [Tensor], mask: Tensor?, state: [Tensor]) = ([], nil, [])
        let gradients: [Tensor]
        if leaves.isEmpty {
            made = called(arrays)
            gradients = []
        } else {
            gradients = gradient { (values: [Tensor]) in
                made = self.called(self.replacing(arrays, values))
                return self.loss(made.outputs)
            }(leaves.map { arrays[$0] })
        }
        // Nothing of a trace stays in the layer.
        for (variable, value) in zip(variables, self.arrays(.float32).suffix(variables.count)) {
            variable.value = value
        }
        return made.outputs + (made.mask.map { [$0] } ?? []) + gradients + (c.isTraining ? made.state : [])
    }

    private func result(_ all: [Tensor], _ hasMask: Bool) -> Result {
        let count = c.outputShapes.count, rest = all.dropFirst(count + (hasMask ? 1 : 0))
        return Result(
            outputs: Array(all.prefix(count)), mask: hasMask ? all[count].cast(to: .bool) : nil,
            gradients: Array(rest.prefix(leaves.count)), state: Array(rest.dropFirst(leaves.count)))
    }

    private lazy var hasMask: Bool = {
        let arrays = arrays(.float32)
        return called(arrays).mask != nil
    }()

    func atOnce(_ arrays: Arrays) -> Result { result(everything(arrays), hasMask) }

    func compiled(_ arrays: Arrays) -> Result { result(compile(everything)(arrays), hasMask) }

    /// The outputs alone, which a plan fuses otherwise.
    func compiledOutputs(_ arrays: Arrays) -> [Tensor] {
        compile { (arrays: Arrays) in
            let outputs = self.called(arrays).outputs
            for (variable, value) in zip(self.variables, self.arrays(.float32).suffix(self.variables.count)) {
                variable.value = value
            }
            return outputs
        }(arrays)
    }

    /// The slope of the loss along a random direction, by the gradient and by differences with this step.
    func slopes(_ arrays: Arrays, _ gradients: [Tensor], step: Double) -> (
        ours: Double, byDifferences: Double, scale: Double
    ) {
        var stream = RandomState(seed: 11)
        let ways = leaves.map {
            Tensor(stream.uniform(low: -1, high: 1, count: arrays[$0].count), shape: arrays[$0].shape)
        }
        let parts = zip(gradients, ways).map { $0 * $1 }
        func value(_ h: Double) -> Double {
            loss(called(replacing(arrays, zip(leaves, ways).map { arrays[$0] + $1 * h })).outputs).item
        }
        let slope = finiteDifferences(of: { value($0[0]) }, at: [0], step: step)[0]
        return (
            parts.map { $0.sum().item }.reduce(0, +), slope, parts.map { abs($0).sum().item }.reduce(abs(value(0)), +)
        )
    }

    // MARK: Comparing

    /// What differs from Keras in a run in double precision, nil if nothing does.
    func differenceFromKeras(_ result: Result, tolerance: Double) -> String? {
        guard result.outputs.map(\.shape) == c.outputShapes else {
            return "outputs of shape \(result.outputs.map(\.shape)), Keras has \(c.outputShapes)"
        }
        let masks = c.outputMasks
        guard result.mask?.shape == masks[0] else {
            return
                "a mask of shape \(result.mask?.shape.description ?? "none"), Keras has \(masks[0]?.description ?? "none")"
        }
        var arrays: [(name: String, array: Tensor?, count: Int)] = result.outputs.enumerated().map {
            ("output \($0)", $1, $1.count)
        }
        for (i, mask) in masks.enumerated() {
            guard let mask else { continue }
            // Masks of further outputs are not compared.
            arrays.append(("mask", i == 0 ? result.mask : nil, mask.reduce(1, *)))
        }
        arrays += result.gradients.enumerated().map { i, g in
            let isInput = leaves[i] < drawn.inputs.count
            let number = i - leaves.filter { $0 < drawn.inputs.count }.count
            return ("gradient of \(isInput ? "input \(leaves[i])" : c.weights[number].path ?? "a weight")", g, g.count)
        }
        arrays += result.state.enumerated().map { (c.weights[c.trainedCount + $0].path ?? "state", $1, $1.count) }
        var stream = drawn.stream, place = 0
        for (name, array, count) in arrays {
            let isSummed = count > c.sums
            let factors = isSummed ? stream.random(count: count).map { $0 - 0.5 } : []
            let expected = c.expected[place..<(place + (isSummed ? c.sums : count))]
            place += expected.count
            guard let array else { continue }
            let values = array.doubles
            var ours = values
            if isSummed {
                ours = Array(repeating: 0, count: c.sums)
                for (i, value) in values.enumerated() { ours[i % c.sums] += value * factors[i] }
            }
            if let difference = Closeness.difference(
                ours, Array(expected), tolerance, unit: Closeness.magnitude(values))
            {
                return "\(name), beside Keras: \(difference)"
            }
        }
        return place == c.expected.count ? nil : "Keras has \(c.expected.count) numbers, Tern \(place)"
    }

    /// What differs between two runs, nil if nothing does.
    static func difference(_ a: Result, _ b: Result, tolerance: Double) -> String? {
        difference(a.arrays, b.arrays, tolerance: tolerance)
    }

    static func difference(
        _ a: [(name: String, array: Tensor)], _ b: [(name: String, array: Tensor)], tolerance: Double
    ) -> String? {
        for (x, y) in zip(a, b) {
            guard x.array.shape == y.array.shape else {
                return "\(x.name) has the shapes \(x.array.shape) and \(y.array.shape)"
            }
            let (p, q) = (x.array.doubles, y.array.doubles)
            if let found = Closeness.difference(p, q, tolerance, unit: Closeness.magnitude(q)) {
                return "\(x.name): \(found)"
            }
        }
        return a.count == b.count ? nil : "\(a.count) and \(b.count) arrays"
    }
}

extension Sequence {
    fileprivate func reduce(_ join: (Element, Element) -> Element) -> Element? {
        var iterator = makeIterator()
        guard var result = iterator.next() else { return nil }
        while let next = iterator.next() { result = join(result, next) }
        return result
    }
}
