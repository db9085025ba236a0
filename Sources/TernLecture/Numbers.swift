#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Four digits, as a reader wants them.
func short(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return "\(x)" }
    let digits = max(0, min(8, 3 - Int(floor(log10(abs(x))))))
    let scale = pow(10, Double(digits)), rounded = (x * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e9 && digits == 0 ? "\(Int(rounded))" : "\(rounded)"
}

/// As mathematics in text: 2.2 · 10⁻¹⁶.
func scientific(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return "$\(x)$" }
    let power = Int(floor(log10(abs(x))))
    return "$\(((x / pow(10, Double(power))) * 10).rounded() / 10) \\cdot 10^{\(power)}$"
}

/// Two digits behind the point.
func hundredths(_ x: Double) -> String {
    guard abs(x) < 1e15 else { return "\(x)" }
    let whole = Int((abs(x) * 100).rounded())
    return (x < 0 && whole > 0 ? "−" : "") + "\(whole / 100)." + (whole % 100 < 10 ? "0" : "") + "\(whole % 100)"
}

/// Three digits behind the point.
func thousandths(_ x: Double) -> String {
    guard abs(x) < 1e15 else { return "\(x)" }
    let whole = Int((abs(x) * 1000).rounded()), rest = "\(whole % 1000)"
    return (x < 0 && whole > 0 ? "−" : "") + "\(whole / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}

/// The mean of several runs and the standard deviation between them, on one line.
func meanAndSpread(_ values: [Double]) -> String {
    let n = Double(values.count), mean = values.reduce(0, +) / n
    guard values.count > 1 else { return thousandths(mean) }
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    return "\(thousandths(mean))\u{A0}±\u{A0}" + (spread < 0.0005 ? "<0.001" : thousandths(spread))
}
