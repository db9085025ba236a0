import TernCore

/// The one door through which variables stand for traced tensors.
///
/// A layer knows nothing of plans: its call reads its variables and assigns those that are state. While a plan is made
/// of it, the variables hold tensors that have a shape and no values; what the call assigns is there to be read until
/// the body ends. Then all hold again what they held, and those that were fresh, with no value but their first, are
/// fresh: their weights are still drawn from the seed of the model that they come to belong to.
struct TracedVariables {
    private let held: [(variable: Variable, state: Variable.State)]

    /// - Parameter variables: all that the body may assign, not only those that stand for tensors.
    init(_ variables: [Variable]) { held = variables.map { ($0, $0.state) } }

    /// Calls `body` while `variables`, or else all, stand for `tensors`.
    func standing<R>(
        _ variables: [Variable]? = nil, for tensors: some Sequence<Tensor>, _ body: () throws -> R
    ) rethrows -> R {
        defer { restore() }
        for (variable, tensor) in zip(variables ?? held.map(\.variable), tensors) { variable.value = tensor }
        return try body()
    }

    /// Calls `body`, which may assign the variables.
    func kept<R>(_ body: () throws -> R) rethrows -> R { try standing(for: [], body) }

    /// What a failure within ``catchingFailure(_:)`` leaves to be done: its thread never comes to the end of a body.
    func restore() {
        for (variable, state) in held { variable.state = state }
    }
}
