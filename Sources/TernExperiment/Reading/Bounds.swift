import TernText

/// Between which numbers a setting lies.
struct Bounds {
    var low: Double?, high: Double?
    /// Whether the bounds themselves are left out.
    var isOpen = false

    static func atLeast(_ low: Double) -> Bounds { Bounds(low: low) }
    static func above(_ low: Double) -> Bounds { Bounds(low: low, isOpen: true) }
    static func from(_ low: Double, to high: Double) -> Bounds { Bounds(low: low, high: high) }
    static func between(_ low: Double, and high: Double) -> Bounds { Bounds(low: low, high: high, isOpen: true) }

    func contains(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        return isOpen
            ? value > low ?? -.infinity && value < high ?? .infinity
            : value >= low ?? -.infinity && value <= high ?? .infinity
    }

    /// "at least 1", "between 0 and 1 (and neither)".
    var description: String {
        return switch (low, high) {
        case (let low?, let high?):
            isOpen ? "above \(low.plain) and below \(high.plain)" : "from \(low.plain) to \(high.plain)"
        case (let low?, nil): "\(isOpen ? "above" : "at least") \(low.plain)"
        default: ""
        }
    }

    /// A schema with these bounds on the numbers in it.
    func applied(to schema: JSON) -> JSON {
        guard case .object(let members) = schema else { return schema }
        var result = JSON.object(
            members.map { member in
                switch (member.key, member.value) {
                case ("items", let items): JSON.Member(key: "items", value: applied(to: items))
                case ("anyOf", .list(let parts)): JSON.Member(key: "anyOf", value: .list(parts.map(applied)))
                default: member
                }
            })
        if schema["type"] == "number" || schema["type"] == "integer" {
            if let low { result = result.with(isOpen ? "exclusiveMinimum" : "minimum", JSON(low)) }
            if let high { result = result.with(isOpen ? "exclusiveMaximum" : "maximum", JSON(high)) }
        }
        return result
    }
}
