/// How units are written, so that two spellings of one unit are equal: "mm/day" and "mm day-1", "degC" and "Celsius".
///
/// It converts nothing and knows no more than spellings; `CF` leaves them to UDUNITS.
package struct UnitName: Equatable {
    private var factors: [String]

    private static let names = [
        "kelvin": "k", "degk": "k", "celsius": "degc", "degree_celsius": "degc", "degrees_celsius": "degc",
        "deg_c": "degc", "°c": "degc",
        "c": "degc", "days": "day", "d": "day", "hours": "h", "hour": "h", "hr": "h", "second": "s", "seconds": "s",
        "sec": "s", "metre": "m",
        "meter": "m", "metres": "m", "meters": "m", "percent": "%", "dimensionless": "1",
    ]

    /// Symbols that "M" makes a million of, and "m" a thousandth.
    private static let prefixed: Set<Substring> = ["Pa", "g", "J", "W", "N", "V", "Hz", "m"]

    package init(_ text: String) {
        var isDivisor = false
        factors = []
        // A slash divides by what follows it; a power is written m2, m^2 or m**2.
        for part in text.replacing("**", with: "").replacing("^", with: "").replacing("/", with: " / ")
            .split(whereSeparator: { " .*".contains($0) })
        {
            if part == "/" {
                isDivisor = true
                continue
            }
            let name = part.prefix { !$0.isNumber && $0 != "-" && $0 != "+" },
                power = Int(part.dropFirst(name.count)) ?? 1
            guard !name.isEmpty else {
                if part != "1" { factors.append(String(part)) }
                continue
            }
            let small = name.lowercased(), isMega = name.first == "M" && Self.prefixed.contains(name.dropFirst()),
                unit = isMega ? "M" + small.dropFirst() : Self.names[small] ?? small
            if unit != "1" { factors.append("\(unit)\(isDivisor ? 0 &- power : power)") }
            isDivisor = false
        }
        factors.sort()
    }
}
