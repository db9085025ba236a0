import ArgumentParser

/// - Throws: `ValidationError` where the number of an option is outside what the command takes, in words.
func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
        "\(option) is \(value); it must be \(value < range.lowerBound ? "at least \(range.lowerBound)" : "at most \(range.upperBound)")."
    )
}

/// - Throws: `ValidationError` where the number of an option is not finite, or not above (or at) the least one.
func check(_ option: String, _ value: Double?, above least: Double? = nil, from first: Double? = nil) throws {
    guard let value else { return }
    if !value.isFinite { throw ValidationError("\(option) is \(value); it must be a finite number.") }
    if let least, !(value > least) {
        throw ValidationError("\(option) is \(value); it must be above \(least == 0 ? "0" : "\(least)").")
    }
    if let first, !(value >= first) {
        throw ValidationError("\(option) is \(value); it must not be below \(first == 0 ? "0" : "\(first)").")
    }
}
