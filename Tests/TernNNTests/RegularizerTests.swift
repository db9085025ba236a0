import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

@Suite struct RegularizerTests {
    private let matrix = WeightFixture.shared.matrix.tensor, kernel = WeightFixture.shared.kernel.tensor

    @Test func penaltiesAreKeras() throws {
        let ours: [String: Regularizer] = [
            "l1": .l1(0.02), "l2": .l2(0.03), "l1_l2": .l1l2(l1: 0.02, l2: 0.03),
            "rows": .orthogonal(factor: 0.05), "columns": .orthogonal(factor: 0.05, mode: .columns),
        ]
        for penalty in WeightFixture.shared.regularizers {
            let regularizer = try #require(ours[penalty.name])
            let value = regularizer(matrix)
            #expect(value.shape == [])
            expectClose(value.item, penalty.value[0], 1e-5, unit: 0, penalty.name)
        }
        #expect(Regularizer.l1l2(l1: 0, l2: 0)(matrix).item == 0)
        for regularizer in ours.values {
            #expect(try JSONDecoder().decode(Regularizer.self, from: JSONEncoder().encode(regularizer)) == regularizer)
            #expect(Regularizer.named(regularizer.name)?.name == regularizer.name)
        }
    }

    @Test(arguments: [Regularizer.Mode.rows, .columns]) func oneRowIsAtRightAnglesToAllOthers(_ mode: Regularizer.Mode)
    {
        let row = Tensor([[3.0, 4]])
        #expect(Regularizer.orthogonal(mode: mode)(mode == .rows ? row : row.transposed()).item == 0)
    }

    @Test(arguments: [
        #"{"name": "l2", "arguments": {"factor": 1}}"#, #"{"name": "l1", "arguments": {"l1": 1, "l2": 1}}"#,
        #"{"name": "orthogonal_regularizer", "arguments": {"l2": 1}}"#, #"{"name": "l2", "mode": "rows"}"#,
    ])
    func factorsOfAnotherAreNotRead(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Regularizer.self, from: Data(json.utf8)) }
    }

    /// As in Keras, whose losses are those of the weights that are trained.
    @Test func frozenLayersAddNoPenalty() throws {
        let model = Sequential(input: [2]) {
            Dense(2, kernel: .init(.ones, regularizer: .l2(0.5)), name: "first")
            Dense(1, kernel: .init(.ones, regularizer: .l2(0.25)))
        }
        model.compile(loss: .meanSquaredError)
        let x = Tensor.zeros([4, 2]), y = Tensor.zeros([4, 1])
        #expect(try model.evaluate(x, y)["loss"] == 0.5 * 4 + 0.25 * 2)
        model.layer("first").info.isTrainable = false
        #expect(try model.evaluate(x, y)["loss"] == 0.25 * 2)
    }

    @Test(arguments: [#"{"name": "max_norm", "arguments": {"max": 1}}"#, #"{"name": "non_neg", "axes": [0]}"#])
    func numbersOfAnotherConstraintAreNotRead(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Constraint.self, from: Data(json.utf8)) }
    }

    @Test func constraintsAreKeras() throws {
        let ours: [String: Constraint] = [
            "max_norm": .maxNorm(1.2), "max_norm_kernel": .maxNorm(1.2, axes: [0, 1, 2]),
            "min_max_norm": .minMaxNorm(min: 2, max: 3, rate: 0.7), "non_neg": .nonNegative, "unit_norm": .unitNorm(),
        ]
        for projection in WeightFixture.shared.constraints {
            let constraint = try #require(ours[projection.name])
            let x = constraint(projection.isKernel ? kernel : matrix)
            expectClose(x.doubles, projection.values, 1e-5, unit: 0.1, projection.name)
        }
        for constraint in ours.values {
            #expect(try JSONDecoder().decode(Constraint.self, from: JSONEncoder().encode(constraint)) == constraint)
            #expect(Constraint.named(constraint.name)?.name == constraint.name)
        }
    }

    @Test func numbersOfConstraintsAreInTheirRange() {
        let makers: [(String, () -> Constraint)] = [
            ("max_value must be finite and not negative, not -1", { .maxNorm(-1) }),
            ("min_value 2.0 is above max_value 1.0", { .minMaxNorm(min: 2, max: 1) }),
            ("rate", { .minMaxNorm(rate: .nan) }), ("rate", { .minMaxNorm(rate: -1) }),
        ]
        // Keras has them, too.
        #expect(Constraint.minMaxNorm(min: 0.5, max: .infinity, rate: 1.5) != .maxNorm(.infinity))
        for (words, make) in makers {
            let text = message { try catchingFailure(make) }
            #expect(text.contains(words), "\(text)")
        }
        let json = #"{"name": "max_norm", "arguments": {"max_value": -1}}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Constraint.self, from: Data(json.utf8)) }
    }
}
