import Foundation
import TernNN

/// The searches as a program of NumPy. Its gradient is exact: a complex step, which subtracts nothing.
///
/// Source: Squire and Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40, 1998.
struct DescentPython {
    let text: String

    /// - Parameter steps: how many of the settings' steps it takes at most.
    init(_ settings: DescentSettings, _ function: TestFunction, _ racers: [NamedDescentMethod], steps: Int) {
        let source = Self.expression(of: function)
        var lines = ["import numpy as np", ""]
        for (name, helper) in Self.helpers where source.contains(name + "(") { lines += [helper, ""] }
        lines += [
            "", "def f(x):", "    return \(source)", "", "",
            "def gradient(x):",
            "    return np.array([np.imag(f(x + 1e-30j * e)) / 1e-30 for e in np.eye(len(x))])", "",
        ]
        for racer in racers {
            guard let ownRate = racer.ownRate, let rule = Self.rules[racer.name] else {
                lines += ["", "# \(racer.name) searches along lines; NumPy has no function that takes the same steps."]
                continue
            }
            let first = settings.rate ?? ownRate
            let rate =
                switch settings.schedule {
                case .constant: "\(first)"
                case .exponential: "\(first) * \(settings.decay) ** step"
                case .cosine: "\(first) * 0.5 * (1 + np.cos(np.pi * step / \(max(1, settings.steps))))"
                }
            lines += ["", "x = np.array([\(function.start.map { "\($0)" }.joined(separator: ", "))])"]
            if settings.noise > 0 { lines.append("noise = np.random.RandomState(\(settings.seed))") }
            if !rule.state.isEmpty { lines.append(rule.state) }
            lines += [
                "for step in range(\(steps)):", "    g = gradient(x)", "    if not np.isfinite(f(x)) or g @ g == 0:",
                "        break  # as the page: at a value that is no finite number, and where the function is flat",
                "    rate = \(rate)",
            ]
            if settings.noise > 0 { lines.append("    g = g + noise.normal(0, \(settings.noise), len(x))") }
            lines += rule.step.map { "    " + $0.replacing("MOMENTUM", with: "\(settings.momentum)") }
            lines.append("print(\"\(racer.name)\", x, f(x))")
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static let helpers: [(String, String)] = [
        ("absolute", "def absolute(z):\n    return z if np.real(z) >= 0 else -z\n"),
        ("smaller", "def smaller(a, b):\n    return a if np.real(a) <= np.real(b) else b\n"),
        ("larger", "def larger(a, b):\n    return a if np.real(a) >= np.real(b) else b\n"),
        ("relu", "def relu(z):\n    return z if np.real(z) > 0 else 0 * z\n"),
        ("sigmoid", "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"),
    ]

    /// What an optimiser begins with, and its step, as the library and Keras have it.
    private static let rules: [String: (state: String, step: [String])] = [
        "sgd": ("", ["x = x - rate * g"]),
        "momentum": ("v = np.zeros_like(x)", ["v = MOMENTUM * v - rate * g", "x = x + v"]),
        "nesterov": ("v = np.zeros_like(x)", ["v = MOMENTUM * v - rate * g", "x = x + MOMENTUM * v - rate * g"]),
        "rmsprop": ("s = np.zeros_like(x)", ["s = 0.9 * s + 0.1 * g**2", "x = x - rate * g / np.sqrt(s + 1e-7)"]),
        "adagrad": ("s = np.full_like(x, 0.1)", ["s = s + g**2", "x = x - rate * g / np.sqrt(s + 1e-7)"]),
        "adadelta": (
            "s, d = np.zeros_like(x), np.zeros_like(x)",
            [
                "s = 0.95 * s + 0.05 * g**2", "move = np.sqrt(d + 1e-7) * g / np.sqrt(s + 1e-7)",
                "d = 0.95 * d + 0.05 * move**2", "x = x - rate * move",
            ]
        ),
        "adam": ("m, v = np.zeros_like(x), np.zeros_like(x)", adam),
        "adamw": ("m, v = np.zeros_like(x), np.zeros_like(x)", ["x = x - 0.004 * rate * x"] + adam),
        "adamax": (
            "m, u = np.zeros_like(x), np.zeros_like(x)",
            [
                "m = 0.9 * m + 0.1 * g", "u = np.maximum(0.999 * u, np.abs(g))",
                "x = x - rate / (1 - 0.9 ** (step + 1)) * m / (u + 1e-7)",
            ]
        ),
        "nadam": (
            "m, v, product = np.zeros_like(x), np.zeros_like(x), 1.0",
            [
                "now, ahead = (0.9 * (1 - 0.5 * 0.96 ** (step + k)) for k in (1, 2))", "product = product * now",
                "m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2",
                "mean = ahead / (1 - product * ahead) * m + (1 - now) / (1 - product) * g",
                "x = x - rate * mean / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-7)",
            ]
        ),
        "lion": (
            "m = np.zeros_like(x)",
            ["x = x - rate * np.sign(0.9 * m + 0.1 * g)", "m = 0.99 * m + 0.01 * g"]
        ),
    ]

    private static let adam = [
        "m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2",
        "correction = np.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))",
        "x = x - rate * correction * m / (np.sqrt(v) + 1e-7)",
    ]

    /// The function in Python: of the named ones their formulas, of an expression its words in NumPy's names.
    private static func expression(of function: TestFunction) -> String {
        let named = [
            "quadratic": "x[0] ** 2", "bowl": "x[0] ** 2 + 2 * x[1] ** 2",
            "cosine": "x[0] * np.cos(0.15 * np.pi * x[0])", "saddle": "x[0] ** 2 - x[1] ** 2",
            "beale":
                "sum((c - x[0] + x[0] * x[1] ** k) ** 2 for k, c in ((1, 1.5), (2, 2.25), (3, 2.625)))",
            "rosenbrock": "(1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2",
            "himmelblau": "(x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2",
        ]
        if let known = named[function.name] { return known }
        let words = [
            "abs": "absolute", "min": "smaller", "max": "larger", "relu": "relu", "sigmoid": "sigmoid", "pi": "np.pi",
            "π": "np.pi", "e": "np.e",
        ]
        var result = "", rest = function.name[...]
        while let c = rest.first {
            if c.isNumber || c == "." {
                // A number as Swift reads it, so that digits and exponents are one word.
                let match = rest.prefixMatch(of: /[0-9.]+([eE][+-]?[0-9]+)?/)
                let word = match.map { String($0.0) } ?? String(c)
                result += word.contains(/[.eE]/) ? word : word + ".0"
                rest = rest.dropFirst(word.count)
            } else if c.isLetter {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                let number = word.dropFirst().drop { $0 == "_" }
                if word == "x" {
                    result += "x[0]"
                } else if word.first == "x", let i = Int(number) {
                    result += "x[\(i - 1)]"
                } else {
                    result += words[String(word)] ?? "np.\(word)"
                }
                rest = rest.dropFirst(word.count)
            } else {
                result += c == "^" ? "**" : c == "−" ? "-" : c == "·" ? "*" : String(c)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
