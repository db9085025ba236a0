import TernCore

/// Where a number that an optimiser is made with may lie.
enum ArgumentRange: String {
    case share = "from 0 to 1"
    /// Of what is forgotten: 1 would forget nothing, and divide by 0.
    case partialShare = "from 0 to less than 1"
    case notNegative = "0 or more"
    case notPositive = "0 or less"
    case positive = "larger than 0"

    private func contains(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        return switch self {
        case .share: value >= 0 && value <= 1
        case .partialShare: value >= 0 && value < 1
        case .notNegative: value >= 0
        case .notPositive: value <= 0
        case .positive: value > 0
        }
    }

    /// Ends the program, with words, where a number lies elsewhere.
    func check(_ owner: String, _ arguments: KeyValuePairs<String, Double>) {
        for (name, value) in arguments where !contains(value) {
            fail("\(owner): \(name) is \(value); it is \(rawValue)")
        }
    }
}
