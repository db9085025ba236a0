import TernCore
import TernNN
import TestSupport
import Testing

/// Every layer that makes masks with every loss, gappy targets, areas and masks of land: a model's loss is the sum over
/// what counts.
@Suite struct MaskedLossTests {
    /// Layers on maps [6, 5, 1] with gaps, or series [6, 5] of which steps are left out, and how many last axes
    /// positions have.
    private static let layers: [(name: String, input: [Int], make: @Sendable (Int) -> [any Layer])] = [
        ("masked convolution", [6, 5, 1], { [MaskedConv2D($0, kernelSize: 3, padding: .same, masksMissing: true)] }),
        (
            "two masked convolutions", [6, 5, 1],
            {
                [
                    MaskedConv2D(2, kernelSize: 3, padding: .same, masksMissing: true),
                    MaskedConv2D($0, kernelSize: 3, padding: .same),
                ]
            }
        ),
        (
            "masked convolution, then a layer by cell", [6, 5, 1],
            { [MaskedConv2D(3, kernelSize: 3, padding: .same, activation: .tanh, masksMissing: true), Dense($0)] }
        ),
        ("masked recurrence", [6, 5], { [Masking(), LSTM($0, returnsSequences: true)] }),
        ("masked steps, then a layer by step", [6, 5], { [Masking(), TimeDistributed(Dense($0))] }),
        ("both directions", [6, 5], { [Masking(), Bidirectional(GRU(2, returnsSequences: true)), Dense($0)] }),
        ("no masks", [6, 5], { [Dense($0)] }),
    ]

    private static let kinds: [(name: String, change: @Sendable (Loss, Int) -> Loss)] = [
        ("plain", { loss, _ in loss }), ("ignoring what is missing", { loss, _ in loss.ignoringMissing() }),
        ("by area", { loss, _ in loss.weighted(byLatitude: [-60, -30, 0, 20, 50, 90], axis: 1) }),
        (
            "by area, ignoring what is missing",
            { loss, _ in loss.weighted(byLatitude: [-60, -30, 0, 20, 50, 90], axis: 1).ignoringMissing() }
        ),
        (
            "of land",
            { loss, rank in
                loss.masked(
                    where: Tensor(
                        [true, false, true, true, true, false], shape: [6] + Array(repeating: 1, count: rank - 2)))
            }
        ),
    ]

    private static let losses = Loss.all.filter { !["circle", "dice", "tversky"].contains($0.name) }

    @Test(arguments: layers.indices, losses.indices) func aModelsLossIsTheSumOverWhatCounts(
        _ layer: Int, _ lossIndex: Int
    ) throws {
        let chosen = Self.layers[layer], loss = Self.losses[lossIndex], batch = 3
        let isSparse = ["sparse_categorical_crossentropy", "categorical_generalized_cross_entropy"].contains(loss.name)
        // Two kinds for each pair, others for the next.
        for (k, kind) in Self.kinds.enumerated() where (k + layer + 2 * lossIndex) % 5 < 2 {
            let channels = isSparse || loss.name.hasPrefix("categorical_") || (layer + lossIndex + k) % 2 == 0 ? 3 : 1
            var stream = TestStream(UInt64(100 * layer + 10 * lossIndex + k))
            let count = ([batch] + chosen.input).reduce(1, *)
            var numbers = stream.values(count)
            if chosen.input.count == 3 {
                for i in stride(from: 2, to: count, by: 7) { numbers[i] = .nan }
            } else {
                for step in [1, 4, 9] { for i in 0..<5 { numbers[step * 5 + i] = 0 } }
            }
            let x = Tensor(numbers, shape: [batch] + chosen.input).cast(to: .float32)
            let model = Sequential(input: chosen.input, seed: 5) {
                chosen.make(channels)
                if loss.name.contains("entropy") { ActivationLayer(channels == 1 ? .sigmoid : .softmax()) }
                if loss.name == "poisson" { ActivationLayer(.softplus) }
            }
            let positions = [batch] + chosen.input.dropLast(), rank = positions.count
            var targets = stream.values(positions.reduce(1, *) * (isSparse ? 1 : channels)).map { $0 > 0 ? 1.0 : 0.0 }
            let leavesOut = kind.name.contains("missing")
            if leavesOut { for i in stride(from: 1, to: targets.count, by: 5) { targets[i] = .nan } }
            let y = Tensor(targets, shape: positions + (isSparse ? [] : [channels])).cast(to: .float32)
            let what = "\(chosen.name), \(loss.name), \(kind.name), \(channels) channel(s)"

            model.compile(optimizer: SGD(learningRate: 1e-4), loss: kind.change(loss, rank))
            let found = try model.evaluate(x, y, batchSize: batch)["loss"]!

            // The same, cell by cell: values of each position, and which count.
            let prediction = try model.predict(x, batchSize: batch)
            let known = y.isNaNReplaced(by: isSparse ? 0 : 1)
            let isElementwise = Self.byElement(loss) && leavesOut
            let p = isElementwise ? prediction.expandingDimension(at: -1) : prediction,
                t = isElementwise ? known.expandingDimension(at: -1) : known
            let values = loss.values(t, p)
            var keep = Tensor.ones(values.shape, dtype: .bool)
            if let mask = try Self.mask(of: model, x) { keep = keep .& Self.trailing(mask, values.rank) }
            if leavesOut {
                let missing = isNaN(y)
                keep = keep
                    .& Self.trailing(.!(isElementwise || isSparse ? missing : missing.any(axes: [-1])), values.rank)
            }
            if kind.name == "of land" {
                keep = keep
                    .& Tensor(
                        [true, false, true, true, true, false],
                        shape: [1, 6] + Array(repeating: 1, count: values.rank - 2))
            }
            var factor = keep.cast(to: .float64)
            if kind.name.hasPrefix("by area") {
                // Rows end half-way between their latitudes.
                let sines = [-75.0, -45, -15, 10, 35, 70, 90].map(sine)
                let area = zip(sines, sines.dropFirst()).map { $1 - $0 }
                factor = factor * Tensor(area, shape: [1, 6] + Array(repeating: 1, count: values.rank - 2))
            }
            let kept = select(keep, values.cast(to: .float64), Tensor(0.0)),
                expected = (kept * factor).sum().item / factor.sum().item
            #expect(
                abs(found - expected) <= 2e-5 * max(1e-3, abs(expected)), "\(what): \(found), cell by cell \(expected)")

            // No gradient comes from what does not count, not even NaN.
            try model.fit(x, y, batchSize: 2, epochs: 1)
            #expect(model.variables.allSatisfy { $0.variable.value.doubles.allSatisfy(\.isFinite) }, "\(what)")
        }
    }

    private static func byElement(_ loss: Loss) -> Bool {
        ![
            "cosine_similarity", "kl_divergence", "categorical_hinge", "categorical_crossentropy",
            "categorical_focal_crossentropy",
            "sparse_categorical_crossentropy", "categorical_generalized_cross_entropy",
        ].contains(loss.name)
    }

    private static func trailing(_ mask: Tensor, _ rank: Int) -> Tensor {
        mask.reshaped(mask.shape + Array(repeating: 1, count: max(0, rank - mask.rank)))
    }

    private static func mask(of model: Model, _ x: Tensor) throws -> Tensor? { model.run([x], CallContext())[0].mask }
}

private func sine(_ degrees: Double) -> Double { sin(Tensor(degrees * .pi / 180)).item }

extension Tensor {
    fileprivate func isNaNReplaced(by value: Double) -> Tensor {
        select(isNaN(self), Tensor(value).cast(to: dtype), self)
    }
}
