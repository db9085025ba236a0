import TernCore
import TestSupport
import Testing

/// Every operation on every type, and random cases of the functions, at once and compiled, against NumPy.
@Suite struct NumPyCasesTests {
    private static let operations = try! Fixture.decode("numpy_operations", as: NumPyCases.self).cases
    private static let random = try! Fixture.decode("numpy_random_cases", as: NumPyCases.self).cases

    /// Results that are exact to the last bit and sign of zero.
    private static let exact: Set<String> = [
        "abs", "sign", "square", "sqrt", "floor", "ceil", "round", "trunc", "negate", "float32", "float64", "add",
        "subtract", "multiply", "divide", "floorDivide", "remainder", "maximum", "minimum", "select", "sorted", "taking",
        "takingAlong", "transposed", "reversed", "concatenated", "stacked", "rolled",
    ]

    private static func check(_ test: NumPyCase, exact: Bool) {
        let inputs = test.inputs, p = test.parameters
        for (way, ours) in [
            ("at once", p.results(test.f, inputs)),
            ("compiled", compile { (t: [Tensor]) -> [Tensor] in p.results(test.f, t) }(inputs)),
        ] {
            if let difference = test.difference(ours, exact: exact) {
                Issue.record("\(test.story) \(way): \(difference)\n    inputs \(inputs.map(\.description))")
            }
        }
    }

    @Test(arguments: Set(operations.map(\.f)).sorted())
    func everyTypeGivesWhatNumPyGives(_ name: String) {
        for test in Self.operations where test.f == name && test.out != nil {
            // A maximum of both zeros may have either sign.
            Self.check(test, exact: Self.exact.contains(name) && name != "maximum" && name != "minimum")
        }
    }

    @Test(arguments: Set(random.map(\.f)).sorted())
    func randomCasesGiveWhatNumPyGives(_ name: String) {
        for test in Self.random where test.f == name { Self.check(test, exact: Self.exact.contains(name)) }
    }
}
