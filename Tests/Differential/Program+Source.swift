import TernCore

// A program as Swift that anyone can run.
extension Program {
    /// Lines that compare the program at once and compiled.
    var source: String {
        var lines = ["import Tern", ""]
        for (i, input) in inputs.enumerated() {
            let array = input.array
            let numbers = array.values.map { value -> String in
                if value.isNaN { return ".nan" }
                if value.isInfinite { return value > 0 ? ".infinity" : "-.infinity" }
                return "\(value)"
            }
            lines.append(
                "let input\(i) = Tensor([\(numbers.joined(separator: ", "))] as [Double], shape: \(input.shape)).cast(to: .\(input.dtype))"
            )
        }
        lines += ["", "func program(_ x: [Tensor]) -> [Tensor] {"]
        lines += steps.enumerated().flatMap { i, step in
            step.source(as: "v\(inputs.count + i)", name).map { "    " + $0 }
        }
        lines += ["    return [\(outputs.map(name).joined(separator: ", "))]", "}", ""]
        let all = "[\(inputs.indices.map { "input\($0)" }.joined(separator: ", "))]"
        switch goal {
        case .values: lines.append("let function = program")
        case .gradient, .training, .secondGradient:
            lines += [
                "func loss(_ y: [Tensor]) -> Tensor {",
                "    y.filter(\\.dtype.isFloatingPoint).map { y in",
                "        (y.cast(to: .\(dtype)) * cos(Tensor.range(1..<(y.count + 1)).cast(to: .float64)).reshaped(y.shape).cast(to: .\(dtype))).sum()",
                "    }.reduce(Tensor.zeros([], dtype: .\(dtype)), +)",
                "}",
                "let slope = gradient { (x: [Tensor]) in loss(program(x)) }",
                goal == .secondGradient
                    ? "let function = gradient { (x: [Tensor]) in loss(slope(x)) }" : "let function = slope",
            ]
        }
        lines += ["let atOnce = function(\(all))"]
        let updates = allUpdates
        if updates.isEmpty {
            lines.append("let compiled = compile(function)(\(all))")
        } else {
            lines.append(
                "// As a step whose outputs take the place of inputs: Plan(inputs:updates: \(updates), tracing: function)"
            )
            lines.append("let compiled = compile(function)(\(all))")
        }
        lines += ["for (a, b) in zip(atOnce, compiled) { print(a, b) }"]
        return lines.joined(separator: "\n")
    }

    private func name(_ value: Int) -> String { value < inputs.count ? "x[\(value)]" : "v\(value)" }
}

extension Program.Step {
    fileprivate func source(as result: String, _ name: (Int) -> String) -> [String] {
        let x = operands.map(name)
        func cuts(_ cuts: [Operation.Cut]) -> String {
            "["
                + cuts.map { cut in
                    switch cut {
                    case .at(let i): ".at(\(i))"
                    case .range(let from, let to, let by):
                        ".range(from: \(from.map(String.init) ?? "nil"), to: \(to.map(String.init) ?? "nil"), by: \(by))"
                    case .new: ".newAxis"
                    }
                }.joined(separator: ", ") + "]"
        }
        func sliding(_ s: Operation.Sliding) -> String {
            let margins = s.margins.map { "Margin(before: \($0.before), after: \($0.after))" }.joined(separator: ", ")
            return "strides: \(s.strides), margins: [\(margins)]"
        }
        let value: String
        switch operation {
        case .unary(.negate): value = "-\(x[0])"
        case .unary(.not): value = ".!\(x[0])"
        case .unary(let f): value = "\(f.rawValue)(\(x[0]))"
        case .binary(let f): value = f.sign.map { "\(x[0]) \($0) \(x[1])" } ?? "\(f.rawValue)(\(x[0]), \(x[1]))"
        case .number(let f, let number):
            value = f.sign.map { "\(x[0]) \($0) \(number)" } ?? "\(f.rawValue)(\(x[0]), \(number))"
        case .select: value = "select(\(x.joined(separator: ", ")))"
        case .cast(let dtype): value = "\(x[0]).cast(to: .\(dtype))"
        case .reshaped(let shape): value = "\(x[0]).reshaped(\(shape))"
        case .broadcast(let shape): value = "\(x[0]).broadcast(to: \(shape))"
        case .transposed(let order): value = "\(x[0]).transposed(\(order))"
        case .part(let c): value = "\(x[0]).part(\(cuts(c)))"
        case .replacing(let c): return ["var \(result) = \(x[0])", "\(result).replacePart(\(cuts(c)), with: \(x[1]))"]
        case .concatenated(let axis): value = "Tensor.concatenated([\(x.joined(separator: ", "))], axis: \(axis))"
        case .stacked(let axis): value = "Tensor.stacked([\(x.joined(separator: ", "))], axis: \(axis))"
        case .matmul: value = "matmul(\(x[0]), \(x[1]))"
        case .dot: value = "dot(\(x[0]), \(x[1]))"
        case .reduced(let fold, let axes, let keeping):
            value =
                "\(x[0]).\(fold.rawValue)(axes: \(axes.map(String.init(describing:)) ?? "nil"), keepingDimensions: \(keeping))"
        case .extreme(let isMax, let axis): value = "\(x[0]).arg\(isMax ? "max" : "min")(axis: \(axis))"
        case .cumulativeSum(let axis): value = "\(x[0]).cumulativeSum(axis: \(axis))"
        case .cumulativeProduct(let axis): value = "\(x[0]).cumulativeProduct(axis: \(axis))"
        case .argsorted(let axis): value = "\(x[0]).argsorted(axis: \(axis))"
        case .sorted(let axis): value = "\(x[0]).sorted(axis: \(axis))"
        case .taking(let indices, let axis): value = "\(x[0]).taking(Tensor(\(indices)), axis: \(axis))"
        case .takingAlong(let axis): value = "\(x[0]).takingAlong(\(x[1]), axis: \(axis))"
        case .searched(let right): value = "\(x[0]).searchSorted(in: \(x[1]), right: \(right))"
        case .histogram: value = "\(x[0]).histogram(edges: \(x[1]), weights: \(x[2])).counts"
        case .interpolated: value = "interpolate(at: \(x[0]), points: \(x[1]), values: \(x[2]))"
        case .convolution(let s):
            value = "convolution(\(x[0]), \(x[1]), \(sliding(s)), dilations: \(s.dilations), groups: \(s.groups))"
        case .transposedConvolution(let s, let grid):
            value =
                "transposedConvolution(\(x[0]), \(x[1]), grid: \(grid), \(sliding(s)), dilations: \(s.dilations), groups: \(s.groups))"
        case .pooling(let isMax, let size, let s):
            value = "pooling(\(x[0]), maximum: \(isMax), size: \(size), \(sliding(s)))"
        case .moment(let isVariance): value = "\(x[0]).momentsOfLastAxis().\(isVariance ? "variance" : "mean")"
        case .clipped(let low, let high): value = "\(x[0]).clipped(to: \(low)...\(high))"
        case .stoppingGradient: value = "\(x[0]).stoppingGradient()"
        case .random(let isNormal, let shape, let key):
            value = "Tensor.\(isNormal ? "normal" : "uniform")(\(shape), key: \(key), counter: \(x[0]))"
        }
        return ["let \(result) = \(value)"]
    }
}
