import TernCore
import Testing

// When numbers count as close: one rule for all tests.

/// Records an issue where numbers are not close to those wanted.
///
/// A number is close if it equals the one wanted, if both are NaN, or if
///
///     |got − wanted| ≤ tolerance · max(|wanted|, unit)
///
/// So the tolerance is relative to what is wanted and, below `unit`, absolute: `tolerance · unit`. The message names the
/// first numbers that are off, by index, beside those wanted.
///
/// - Parameters:
///   - tolerance: 0 asks for equal numbers.
///   - unit: the size below which numbers count as small; ``Closeness/magnitude(_:atLeast:)`` of an
///     array whose rounding goes by its largest number.
///   - what: what is compared, for the message.
public func expectClose(
    _ got: [Double], _ wanted: [Double], _ tolerance: Double = 1e-12, unit: Double = 1,
    _ what: @autoclosure () -> String = "", at place: SourceLocation = #_sourceLocation
) {
    guard let difference = Closeness.difference(got, wanted, tolerance, unit: unit) else { return }
    let what = what()
    Issue.record("\(what.isEmpty ? "" : "\(what): ")\(difference)", sourceLocation: place)
}

/// The same of single numbers.
public func expectClose(
    _ got: Double, _ wanted: Double, _ tolerance: Double = 1e-12, unit: Double = 1,
    _ what: @autoclosure () -> String = "", at place: SourceLocation = #_sourceLocation
) {
    expectClose([got], [wanted], tolerance, unit: unit, what(), at: place)
}

/// The same of tensors, which are to have one shape; their types may differ.
public func expectClose(
    _ got: Tensor, _ wanted: Tensor, _ tolerance: Double = 1e-12, unit: Double = 1,
    _ what: @autoclosure () -> String = "", at place: SourceLocation = #_sourceLocation
) {
    guard got.shape == wanted.shape else {
        Issue.record("\(what()): got the shape \(got.shape), wanted \(wanted.shape)", sourceLocation: place)
        return
    }
    expectClose(got.doubles, wanted.doubles, tolerance, unit: unit, what(), at: place)
}

/// What ``expectClose(_:_:_:unit:_:at:)`` goes by, for tests that gather what is off.
public enum Closeness {
    /// What is off, in words; nil where all numbers are close.
    public static func difference(_ got: [Double], _ wanted: [Double], _ tolerance: Double, unit: Double = 1) -> String?
    {
        guard got.count == wanted.count else { return "got \(got.count) numbers, wanted \(wanted.count)" }
        let distances = zip(got, wanted).map { distance($0, $1, unit: unit) }
        let off = distances.indices.filter { distances[$0] > tolerance }
        guard !off.isEmpty else { return nil }
        let examples = off.prefix(3).map { "[\($0)] is \(got[$0]), wanted \(wanted[$0]), off by \(distances[$0])" }
        return examples.joined(separator: "; ") + "; \(off.count) of \(got.count) are off by more than \(tolerance)"
            + (unit == 1 ? "" : " in units of \(unit)")
    }

    /// The least tolerance with which a number is close; infinite where one of both alone is NaN.
    public static func distance(_ got: Double, _ wanted: Double, unit: Double = 1) -> Double {
        if got == wanted || got.isNaN && wanted.isNaN { return 0 }
        let distance = abs(got - wanted) / max(abs(wanted), unit)
        return distance.isNaN ? .infinity : distance
    }

    /// The size of the largest finite number.
    public static func magnitude(_ values: [Double], atLeast least: Double = 1) -> Double {
        values.reduce(least) { $1.isFinite ? max($0, abs($1)) : $0 }
    }
}
