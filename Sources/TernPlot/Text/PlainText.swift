#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import TernNumbers
import TernText

/// Text with LaTeX's simplest marks as Unicode: `x_1^2` as x₁², `\sigma` as σ, `2\sin x` as 2 sin x.
///
/// What Unicode has no sign for stays as it is, and so does a mark behind a backslash.
func unicode(_ text: String) -> String {
    var result = "", rest = text[...]
    while let c = rest.first {
        if c == "\\", let next = rest.dropFirst().first, next.isMark {
            result.append(next)
            rest = rest.dropFirst(2)
            continue
        } else if c == "$" {
            rest = rest.dropFirst()
            continue
        } else if c == "\\" {
            let name = rest.dropFirst().prefix { $0.isLetter && $0.isASCII }
            if let sign = signs[String(name)] {
                result += sign
                rest = rest.dropFirst(1 + name.count)
                continue
            } else if functions.contains(String(name)) {
                // Apart from a factor before it.
                if let last = result.last, last.isLetter || last.isNumber || last == ")" { result.append(" ") }
                result += name
                rest = rest.dropFirst(1 + name.count)
                continue
            }
        } else if c == "^" || c == "_" {
            let table = c == "^" ? superscripts : subscripts
            var body = rest.dropFirst()
            var length = 2
            if body.first == "{" {
                body = body.dropFirst().prefix { $0 != "}" }
                length = body.count + 3
            } else {
                body = body.prefix(1)
            }
            let marks = body.map { table[$0] }
            if !body.isEmpty, marks.allSatisfy({ $0 != nil }) {
                result += marks.map { String($0!) }.joined()
                rest = rest.dropFirst(length)
                continue
            }
        }
        result.append(c)
        rest = rest.dropFirst()
    }
    return result
}

private let signs: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω", "pm": "±", "times": "×", "cdot": "·", "degree": "°", "infty": "∞", "partial": "∂", "nabla": "∇",
    "le": "≤",
    "ge": "≥", "approx": "≈", "sum": "∑", "sqrt": "√", "to": "→",
]
private let functions: Set<String> = [
    "sin", "cos", "tan", "exp", "log", "ln", "tanh", "max", "min", "argmax", "argmin",
]
private let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "+": "⁺",
    "-": "⁻", "−": "⁻",
    "(": "⁽", ")": "⁾", "n": "ⁿ", "i": "ⁱ", "t": "ᵗ",
]
private let subscripts: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉", "+": "₊",
    "-": "₋",
    "a": "ₐ", "e": "ₑ", "i": "ᵢ", "j": "ⱼ", "k": "ₖ", "m": "ₘ", "n": "ₙ", "o": "ₒ", "r": "ᵣ", "s": "ₛ", "t": "ₜ",
    "u": "ᵤ", "x": "ₓ",
]

/// A number as short as it reads back.
func number(_ x: Double) -> String {
    x.isDrawn ? x.plain : "NaN"
}

/// The same with a minus sign, for readers.
func shownNumber(_ x: Double) -> String { number(x).replacing("-", with: "\u{2212}") }

/// Growing numbers for readers, such as levels: each with six digits of the least distance, and fifteen at most, so that
/// what is rounding alone is left out.
func shownNumbers(_ xs: [Double]) -> [String] {
    func power(_ x: Double) -> Int { Int(floor(log10(abs(x)))) }
    guard let gap = xs.steps.filter({ $0 > 0 }).min() else { return xs.map(shownNumber) }
    return xs.map { shownNumber($0 == 0 ? 0 : $0.rounded(decimals: min(5 - power(gap), 14 - power($0)))) }
}

/// A whole number as an exponent.
package func superscript(_ x: Int) -> String { String(String(x).map { superscripts[$0] ?? $0 }) }

extension Double {
    /// Whether gnuplot can place the number, and its differences and margins stay finite; others are gaps.
    var isDrawn: Bool { abs(self) <= 1e300 }

    /// The number with so many decimals, of a negative count with zeros before the point; itself where it has no more
    /// digits than that.
    func rounded(decimals: Int) -> Double {
        let scaled = (self * pow(10, Double(decimals))).rounded()
        // Read from its digits: a quotient of powers of ten that are rounded themselves would have digits of its own.
        return abs(scaled) < 1e16 ? Double("\(Int(scaled))e\(-decimals)") ?? self : self
    }
}
