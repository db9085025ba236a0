import Foundation
import TernCore
import TernNN
import TernText

/// What the view shows, as a program in Swift, as one in Python with NumPy, and as a command: each gives the same numbers.
package struct DescentCopies: Encodable {
    package struct Request: Decodable, Sendable {
        package var settings: DescentSettings
        /// The step that is shown, below 0 the last; nil: it is not said.
        package var at: Int?

        private enum Keys: String, CodingKey { case at }

        /// The step stands beside the settings.
        package init(from decoder: any Decoder) throws {
            settings = try DescentSettings(from: decoder)
            try Given<Keys>(decoder).read(.at, &at)
        }
    }

    package var swift: String, python: String, command: String

    package init(_ request: Request) throws {
        try self.init(request.settings, at: request.at ?? -1)
        guard request.at == nil else { return }
        // Whoever looks at an earlier step is told.
        let remark =
            "The end of each search, after \(request.settings.steps) steps at most; the page may show an earlier one."
        swift = "// \(remark)\n\(swift)"
        python = "# \(remark)\n\(python)"
        command = "# \(remark)\n\(command)"
    }

    /// - Parameter at: the step that is shown, where each program ends; below 0: the last.
    package init(_ settings: DescentSettings, at: Int = -1) throws {
        try settings.check()
        let function = try settings.chosenFunction(), racers = try settings.racers()
        let steps = at < 0 ? settings.steps : min(at, settings.steps)
        swift = Self.swift(settings, function, racers, steps)
        python = DescentPython(settings, function, racers, steps: steps).text
        command = Self.command(settings, function, racers, steps)
    }

    private static func swift(
        _ settings: DescentSettings, _ function: TestFunction, _ racers: [NamedDescentMethod], _ steps: Int
    ) -> String {
        let isNamed = TestFunction.named(function.name) != nil
        var lines = ["import Tern", ""]
        lines.append(
            isNamed
                ? "let f = TestFunction.\(function.name).function"
                : "let f = try Formula(\(SourceText.quoted(function.name))).function")
        for racer in racers {
            let from = "[\(function.start.map { "\($0)" }.joined(separator: ", "))]"
            let noise =
                settings.noise > 0 && racer.ownRate != nil
                ? "\n    noise: GradientNoise(standardDeviation: \(settings.noise), seed: \(settings.seed))," : ""
            lines.append(
                "let \(racer.name) = minimise(\n    from: \(from), method: \(method(settings, racer)), steps: \(steps),\(noise) f)"
            )
            lines.append("print(\"\(racer.name)\", \(racer.name).last.position, \(racer.name).last.value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func method(_ settings: DescentSettings, _ racer: NamedDescentMethod) -> String {
        guard let ownRate = racer.ownRate else { return racer.name == "newton" ? ".newton" : ".lbfgs()" }
        let first = settings.rate ?? ownRate
        let rate =
            switch settings.schedule {
            case .constant: "\(first)"
            case .exponential: ".exponentialDecay(from: \(first), steps: 1, rate: \(settings.decay))"
            case .cosine: ".cosineDecay(from: \(first), steps: \(max(1, settings.steps)))"
            }
        let more =
            switch racer.name {
            case "momentum": ", momentum: \(settings.momentum)"
            case "nesterov": ", momentum: \(settings.momentum), nesterov: true"
            default: ""
            }
        return ".optimizer(\(NamedOptimizer(rawValue: racer.name)!.typeName)(learningRate: \(rate)\(more)))"
    }

    /// A line for the optimisers with a rate, and one for those that search along lines, which take neither rate nor
    /// noise.
    private static func command(
        _ settings: DescentSettings, _ function: TestFunction, _ racers: [NamedDescentMethod], _ steps: Int
    ) -> String {
        // An expression may begin with a minus.
        let isNamed = TestFunction.named(function.name) != nil
        let name = isNamed ? function.name : "'" + function.name.replacing("'", with: "'\\''") + "'"
        func line(_ racers: [NamedDescentMethod], _ more: [String]) -> [String] {
            guard !racers.isEmpty else { return [] }
            let words =
                [
                    "tern descend", "--function\(isNamed ? " " : "=")\(name)",
                    "--from=\(function.start.map { "\($0)" }.joined(separator: ","))", "--steps \(max(1, steps))",
                    "--optimizer \(racers.map(\.name).joined(separator: ","))",
                ] + more
            return [words.joined(separator: " ")]
        }
        var more: [String] = []
        if let rate = settings.rate { more.append("--rate \(rate)") }
        if settings.schedule == .exponential { more.append("--decay \(settings.decay)") }
        if settings.momentum != 0.9, racers.contains(where: \.hasMomentum) {
            more.append("--momentum \(settings.momentum)")
        }
        if settings.noise > 0 { more.append("--noise \(settings.noise) --seed \(settings.seed)") }
        var lines = line(racers.filter { $0.ownRate != nil }, more) + line(racers.filter { $0.ownRate == nil }, [])
        if steps == 0 { lines.insert("# `tern descend` takes one step and more: the start is its first row.", at: 0) }
        if !function.function(Tensor(function.start)).item.isFinite {
            lines.insert("# `tern descend` refuses this start, where the function has no finite value.", at: 0)
        }
        if settings.schedule == .cosine {
            lines.insert("# `tern descend` has no cosine schedule: here the rate stays as it begins.", at: 0)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
