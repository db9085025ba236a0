import Foundation
import TernCore
import TernNN
import Testing

/// Random cases of every layer beside Keras: in double and single precision, at once and compiled.
@Suite struct RandomLayerTests {
    /// Kinds without cases of their own, and why.
    private static let exceptions = ["Lambda": "it is not saved"]

    /// How many cases each kind needs.
    private static let wanted = 20

    @Test(.enabled(if: RandomLayerCase.isFixture)) func everyLayerHasCases() {
        let kinds = LayerRegistry.kinds.filter { String(reflecting: LayerRegistry.type(of: $0)!).hasPrefix("TernNN.") }
        let lacking = kinds.filter { (RandomLayerCase.all[$0]?.count ?? 0) < Self.wanted && Self.exceptions[$0] == nil }
        #expect(lacking.isEmpty, "kinds with fewer than \(Self.wanted) cases: \(lacking.joined(separator: ", "))")
    }

    @Test(arguments: RandomLayerCase.all.keys.sorted())
    func equalsKeras(_ kind: String) throws {
        for c in RandomLayerCase.all[kind]! {
            Self.note(c)
            guard let run = try RandomLayerRun(c) else { continue }
            func fail(_ message: String) { Issue.record("\(message)\n\(c.testDescription)") }
            let doubles = run.arrays(.float64), atOnce = run.atOnce(doubles)
            if let difference = run.differenceFromKeras(atOnce, tolerance: 1e-9) { fail(difference) }
            if let difference = ways(run, doubles, atOnce) {
                // At a corner, such as that of relu, rounding decides; elsewhere it must not.
                let moved = run.moved(doubles, by: 0.01)
                if let again = ways(run, moved, run.atOnce(moved)) { fail("\(difference); moved: \(again)") }
            }
        }
    }

    /// What differs between the ways to run a case, nil if nothing does.
    private func ways(_ run: RandomLayerRun, _ doubles: RandomLayerRun.Arrays, _ atOnce: RandomLayerRun.Result)
        -> String?
    {
        if let found = RandomLayerRun.difference(run.compiled(doubles), atOnce, tolerance: 1e-11) {
            return "compiled: \(found)"
        }
        func named(_ outputs: [Tensor]) -> [(name: String, array: Tensor)] {
            outputs.enumerated().map { ("output \($0)", $1) }
        }
        if let found = RandomLayerRun.difference(
            named(run.compiledOutputs(doubles)), named(atOnce.outputs), tolerance: 1e-11)
        {
            return "compiled without gradients: \(found)"
        }
        // Some recurrences grow beyond single precision.
        if atOnce.arrays.contains(where: { $0.array.doubles.contains { abs($0) > 1e12 } }) { return nil }
        let singles = doubles.map { $0.dtype == .float64 ? $0.cast(to: .float32) : $0 }
        let single = run.atOnce(singles)
        if let found = RandomLayerRun.difference(single, atOnce, tolerance: 1e-4) {
            return "in single precision: \(found)"
        }
        if let found = RandomLayerRun.difference(run.compiled(singles), single, tolerance: 1e-4) {
            return "compiled in single precision: \(found)"
        }
        if let found = RandomLayerRun.difference(
            named(run.compiledOutputs(singles)), named(single.outputs), tolerance: 1e-4)
        {
            return "compiled in single precision without gradients: \(found)"
        }
        return nil
    }

    @Test(arguments: RandomLayerCase.all.keys.sorted())
    func gradientsAreFiniteDifferences(_ kind: String) throws {
        for c in RandomLayerCase.all[kind]! {
            // In training the kernel is set anew: by design no gradient flows through its norm.
            if kind == "SpectralNormalization" && c.isTraining { continue }
            Self.note(c)
            guard let run = try RandomLayerRun(c) else { continue }
            let arrays = run.moved(run.arrays(.float64), by: 0.01), result = run.atOnce(arrays),
                gradients = result.gradients
            // Means of nothing are no numbers.
            if gradients.isEmpty || result.outputs.contains(where: { $0.doubles.contains(where: \.isNaN) }) { continue }
            // A corner in between spoils the differences, but hardly at every step.
            let errors = [1e-4, 1e-5, 1e-6, 1e-7].map { step in
                let slopes = run.slopes(arrays, gradients, step: step)
                return abs(slopes.ours - slopes.byDifferences) / max(1, slopes.scale)
            }
            if !(errors.min()! < 1e-6) {
                Issue.record("the gradient is \(errors) from finite differences\n\(c.testDescription)")
            }
        }
    }

    /// Written and read back, a layer is the same; and it knows each setting of the case.
    @Test(arguments: RandomLayerCase.all.keys.sorted())
    func survivesItsConfiguration(_ kind: String) throws {
        for c in RandomLayerCase.all[kind]! {
            let written = try RandomLayerCase.json(c.layer())
            if !RandomLayerCase.says(written["config"], c.configuration) {
                Issue.record("the settings are not those of the case: \(written)\n\(c.testDescription)")
            }
            let copy = try JSONDecoder().decode(LayerBox.self, from: JSONSerialization.data(withJSONObject: written))
                .layer
            let again = try RandomLayerCase.json(copy)
            #expect(RandomLayerCase.says(again, written) && RandomLayerCase.says(written, again))
        }
    }

    /// Leaves a note of the case that is run, in case it ends the program.
    private static func note(_ c: RandomLayerCase) {
        if RandomLayerCase.isFixture { return }
        let file = RandomLayerCase.folder.appendingPathComponent("running-\(c.kind).txt")
        try? Data(c.testDescription.utf8).write(to: file)
    }
}
