import TernCore

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
func hundredths(_ x: Double) -> String { fixed(x, digits: 2) }

/// Three digits behind the point.
func thousandths(_ x: Double) -> String { fixed(x, digits: 3) }

private func fixed(_ x: Double, digits: Int) -> String {
    guard abs(x) < 1e15 else { return "\(x)" }
    let unit = Int(pow(10, Double(digits))), whole = Int((abs(x) * Double(unit)).rounded()), rest = "\(whole % unit)"
    return (x < 0 && whole > 0 ? "−" : "") + "\(whole / unit)."
        + String(repeating: "0", count: digits - rest.count) + rest
}

/// The mean of several runs and the standard deviation between them; of one run 0.
func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let (mean, variance) = values.moments(degreesOfFreedom: values.count > 1 ? 1 : 0)
    return (mean, variance.squareRoot())
}

/// Both on one line.
func meanAndSpread(_ values: [Double]) -> String {
    let (mean, deviation) = moments(values)
    guard values.count > 1 else { return thousandths(mean) }
    return "\(thousandths(mean))\u{A0}±\u{A0}" + (deviation < 0.0005 ? "<0.001" : thousandths(deviation))
}

/// The numbers of epochs, from 1, for an axis.
func counted(_ values: [Double]) -> [Double] { values.indices.map { Double($0 + 1) } }
