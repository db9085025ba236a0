/// How tests have plans made: checked after each pass, and so that they can be compared bit by bit.
///
/// ```swift
/// let y = PlanTesting(cutsFinely: true, keepsBits: true).applied { compile(function)(x) }
/// ```
package struct PlanTesting: Sendable {
    /// Whether work is cut into the smallest pieces and shared even where that does not pay.
    package var cutsFinely: Bool
    /// Whether plans give the bits of the same operations at once (``compileKeepingBits(_:)``).
    package var keepsBits: Bool

    @TaskLocal static var current: PlanTesting?

    package init(cutsFinely: Bool = false, keepsBits: Bool = false) {
        self.cutsFinely = cutsFinely
        self.keepsBits = keepsBits
    }

    package static var keepsBits: Bool { current?.keepsBits ?? false }

    /// Calls `body`, whose plans are made in this way.
    package func applied<R>(_ body: () throws -> R) rethrows -> R { try Self.$current.withValue(self, operation: body) }
}
