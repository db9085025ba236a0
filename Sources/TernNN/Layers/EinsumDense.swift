import TernCore

/// A dense layer in Einstein's notation: activation(einsum(equation, x, kernel) + bias).
///
/// ```swift
/// let dense = EinsumDense("ab,bc->ac", outputShape: [64], biasAxes: "c")           // as Dense(64)
/// let series = EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")
/// let any = EinsumDense("...x,xy->...y", outputShape: [64], biasAxes: "y")         // any dimensions in between
/// let y = series(Tensor.ones([4, 10, 3]))                                          // [4, 10, 64]
/// ```
///
/// The first letter is the batch. See `einsum` for the notation.
public final class EinsumDense: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// What is summed, such as `ab,bc->ac`.
    public let equation: String
    /// The shape of the output without the batch and what the dots stand for; nil where the input tells.
    public let outputShape: [Int?]
    /// What is applied to the sums.
    public let activation: Activation
    /// The letters of the output along which the bias varies; nil for none.
    public let biasAxes: String?
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// Of the shape that its letters say.
    @Weight public var kernel: Tensor
    /// Of the shape of the output's axes from the first of `biasAxes` on, with 1 along the others.
    @Weight public var bias: Tensor

    /// A layer of this equation.
    ///
    /// - Parameters:
    ///   - outputShape: the lengths of the output beside the batch and the dots; nil where the input tells.
    ///   - biasAxes: the letters along which the bias varies; nil for no bias.
    public init(
        _ equation: String, outputShape: [Int?], activation: Activation = .linear, biasAxes: String? = nil,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.equation = equation
        self.outputShape = outputShape
        self.activation = activation
        self.biasAxes = biasAxes
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The equation must be one, and the input have the lengths of its letters.
    public func complaint(about inputShape: [Int]) -> String? {
        switch shapes(inputShape) {
        case .failure(let mistake): return mistake.description
        case .success(let shapes):
            guard info.isBuilt, shapes.kernel != kernel.shape else { return nil }
            return "it was built with a kernel of shape \(kernel.shape); this input needs \(shapes.kernel)"
        }
    }

    /// Makes the kernel, and the bias where there are `biasAxes`.
    public func build(_ inputShape: [Int]) {
        guard case .success(let shapes) = shapes(inputShape) else { return }
        $kernel.make("kernel", shapes.kernel, kernelSettings, in: self, fans: shapes.fans)
        guard let bias = shapes.bias else { return }
        $bias.make("bias", bias, biasSettings, in: self)
    }

    /// activation(einsum(equation, x, kernel) + bias).
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = einsum(equation, x, kernel)
        return activation(biasAxes == nil ? y : y + bias)
    }
}

// MARK: - Shapes

extension EinsumDense {
    private struct Shapes {
        var kernel: [Int], bias: [Int]?
        /// How many inputs and outputs the kernel joins.
        var fans: (inputs: Int, outputs: Int)
    }

    private struct Mistake: Error, CustomStringConvertible { let description: String }

    /// The shapes of the weights, found in the equation.
    private func shapes(_ inputShape: [Int]) -> Result<Shapes, Mistake> {
        func mistake(_ what: String) -> Result<Shapes, Mistake> {
            .failure(Mistake(description: "\(what) (equation \"\(equation)\")"))
        }
        let wanted =
            "an equation is \"[x],[y]->[z]\", \"...[x],[y]->...[z]\" or \"[x]...,[y]->[z]...\", each of letters"
        let sides = equation.replacing(" ", with: "").split(separator: "->", omittingEmptySubsequences: false)
        let terms = sides.first.map { $0.split(separator: ",", omittingEmptySubsequences: false) } ?? []
        guard sides.count == 2, terms.count == 2 else { return mistake(wanted) }
        let dotsAhead = terms[0].hasPrefix("...") && sides[1].hasPrefix("..."),
            dotsBehind = terms[0].hasSuffix("...") && sides[1].hasSuffix("...")
        func letters(_ text: Substring, dots: Bool) -> [Character] {
            Array(dots ? (dotsAhead ? text.dropFirst(3) : dotsBehind ? text.dropLast(3) : text) : text)
        }
        let input = letters(terms[0], dots: true), weights = letters(terms[1], dots: false),
            output = letters(sides[1], dots: true)
        guard [input, weights, output].allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter } }) else {
            return mistake(wanted)
        }
        let hidden = inputShape.count - input.count
        guard hidden == 0 || hidden > 0 && (dotsAhead || dotsBehind) else {
            return mistake("it names \(input.count) dimensions of an input that has \(inputShape.count)")
        }
        // Lengths by letter: those of the input, and of the output as far as they are given.
        let inputLengths = Dictionary(
            zip(input, dotsAhead ? inputShape.dropFirst(hidden) : inputShape.prefix(input.count)),
            uniquingKeysWith: { $1 })
        // The batch stands before what was given: a letter, unless the dots stand for it.
        let batchIsHidden = dotsAhead && hidden > 0
        guard outputShape.count == output.count - (batchIsHidden ? 0 : 1) else {
            return mistake(
                "an outputShape of \(outputShape.count) lengths does not fit an output of \(output.count - (batchIsHidden ? 0 : 1)) dimensions beside the batch"
            )
        }
        let outputLengths = Dictionary(
            zip(output, (batchIsHidden ? [] : [inputShape[0]]) + outputShape), uniquingKeysWith: { $1 })
        for letter in input {
            guard case let given?? = outputLengths[letter], given != inputLengths[letter] else { continue }
            return mistake(
                "dimension \"\(letter)\" has the length \(inputLengths[letter]!) in the input and \(given) in the output"
            )
        }
        if let odd = output.first(where: { !input.contains($0) && !weights.contains($0) }) {
            return mistake("dimension \"\(odd)\" of the output is neither in the input nor in the kernel")
        }
        var kernel: [Int] = [], fans = (inputs: 1, outputs: 1)
        for letter in weights {
            guard let length = (outputLengths[letter] ?? nil) ?? inputLengths[letter] else {
                return mistake("dimension \"\(letter)\" of the kernel has no length: outputShape must tell it")
            }
            kernel.append(length)
        }
        guard checkedProduct(kernel) != nil else { return mistake("no kernel can have the shape \(kernel)") }
        for (letter, length) in zip(weights, kernel) {
            if output.contains(letter) { fans.outputs *= length } else { fans.inputs *= length }
        }
        guard let biasAxes else { return .success(Shapes(kernel: kernel, bias: nil, fans: fans)) }
        if let odd = biasAxes.first(where: { !output.contains($0) }) {
            return mistake("dimension \"\(odd)\" of biasAxes is not in the output")
        }
        let first = output.firstIndex { biasAxes.contains($0) } ?? output.count
        let bias = output[first...].map { letter in
            biasAxes.contains(letter) ? (outputLengths[letter] ?? nil) ?? inputLengths[letter] : 1
        }
        if bias.contains(nil) { return mistake("a dimension of biasAxes has no length: outputShape must tell it") }
        let behind = dotsAhead ? [] : Array(repeating: 1, count: hidden)
        return .success(Shapes(kernel: kernel, bias: bias.compactMap { $0 } + behind, fans: fans))
    }
}
