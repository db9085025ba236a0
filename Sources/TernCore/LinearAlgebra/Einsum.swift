/// Products of tensors summed over chosen axes, in Einstein's notation: `numpy.einsum`.
///
/// ```swift
/// let a = Tensor([[1.0, 2], [3, 4]]), v = Tensor([1.0, 10])
/// einsum("ij,jk->ik", a, a)               // [[7, 10], [15, 22]], the matrix product
/// einsum("...ii", a)                      // 5, the trace (of each matrix of a stack)
/// einsum("i,j->ij", v, v)                 // [[1, 10], [10, 100]], the outer product
/// einsum("ij,j", a, v)                    // [21, 43]
/// ```
///
/// A letter names an axis of each operand; axes of one letter have one length (or 1, which is broadcast), and a letter
/// twice in an operand is its diagonal. What the output does not name is summed. Without `->` the output has the
/// letters that occur once, in alphabetical order, the dots first. `...` stands for all further axes, which are
/// broadcast as in NumPy.
///
/// Operands are taken two at a time, those first whose product is smallest, each pair by one matrix product; so it is
/// made of transposes, products and sums, with their gradients. Integers and booleans keep their type, as in NumPy. An
/// equation that does not fit the operands ends the program with a message that shows both.
///
/// - Complexity: that of the matrix products; NumPy's own default visits all letters at once.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { einsum(equation, operands) }

/// The same of operands in an array.
public func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
    let subscripts: Einsum
    do { subscripts = try Einsum(equation, operands.map(\.shape)) } catch { fail(error.description) }
    let dtype = operands.map(\.dtype).reduce(operands[0].dtype, DType.promoted)
    // Booleans count: a sum of products holds where one of them does.
    let inner: DType = dtype == .bool ? .int64 : dtype
    if operands.contains(where: { $0.count == 0 }) { return .zeros(subscripts.outputShape, dtype: dtype) }
    var terms = zip(operands, subscripts.inputs).map { subscripts.term($0.cast(to: inner), $1) }
    while terms.count > 1 {
        let (i, j) = subscripts.smallestPair(terms)
        let b = terms.remove(at: j), a = terms.remove(at: i)
        let kept = Set(subscripts.output).union(terms.flatMap(\.labels))
        terms.insert(a.product(with: b, keeping: kept), at: i)
    }
    return subscripts.arranged(terms[0]).cast(to: dtype)
}

/// An equation of `einsum`, read for operands of some shapes.
struct Einsum {
    /// An axis: a letter, or the place behind the dots, counted from the right.
    enum Label: Hashable {
        case letter(Character)
        case dots(Int)
    }

    let equation: String
    let inputs: [[Label]]
    let output: [Label]
    let lengths: [Label: Int]

    var outputShape: [Int] { output.map { lengths[$0]! } }

    /// What is wrong with an equation or with the shapes of its operands.
    struct Mistake: Error { let description: String }

    /// Reads the equation.
    init(_ equation: String, _ shapes: [[Int]]) throws(Mistake) {
        func mistake(_ what: String) -> Mistake {
            let given =
                shapes.isEmpty
                ? "no operands" : "operands of shapes \(shapes.map(\.description).joined(separator: ", "))"
            return Mistake(description: "einsum(\"\(equation)\"): \(what) (\(given))")
        }
        self.equation = equation
        let sides = equation.split(separator: "->", omittingEmptySubsequences: false)
        if sides.count > 2 { throw mistake("\"->\" stands in it \(sides.count - 1) times; one output can be named") }
        let texts = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard texts.count == shapes.count else {
            throw mistake("it names \(texts.count) operand(s) and got \(shapes.count)")
        }

        /// The labels of one term; `dots` is how many axes its dots stand for.
        func labels(_ text: String, _ name: String, dots: (_ letters: Int) -> Int) throws(Mistake) -> [Label] {
            let text = text.filter { $0 != " " }
            let parts = text.split(separator: "...", omittingEmptySubsequences: false)
            if parts.count > 2 { throw mistake("\(name) has \"...\" more than once") }
            if let odd = parts.joined().first(where: { !($0.isASCII && $0.isLetter) }) {
                throw mistake(
                    odd == "." ? "\(name) has dots that are no \"...\"" : "\"\(odd)\" in \(name) is no letter")
            }
            let letters = parts.map { $0.map(Label.letter) }
            if parts.count < 2 { return letters.first ?? [] }
            return letters[0] + (0..<dots(text.count - 3)).reversed().map(Label.dots) + letters[1]
        }
        var inputs: [[Label]] = [], lengths: [Label: Int] = [:], dotCount = 0
        for (i, (text, shape)) in zip(texts, shapes).enumerated() {
            let name = "operand \(i)"
            let own = try labels(text, name) { max(0, shape.count - $0) }
            guard own.count == shape.count else {
                throw mistake("\(name) has \(shape.count) dimension(s), its subscripts name \(own.count)")
            }
            var seen: [Label: Int] = [:]
            for (label, length) in zip(own, shape) {
                if let other = seen[label], other != length {
                    throw mistake(
                        "\(Self.name(label)) is twice in \(name), of lengths \(other) and \(length); a diagonal needs equal ones"
                    )
                }
                seen[label] = length
                let known = lengths[label] ?? 1
                guard known == 1 || length == 1 || known == length else {
                    throw mistake("\(Self.name(label)) has the length \(length) in \(name) and \(known) before it")
                }
                lengths[label] = known == 1 ? length : known
                if case .dots(let place) = label { dotCount = max(dotCount, place + 1) }
            }
            inputs.append(own)
        }
        let dots = (0..<dotCount).reversed().map(Label.dots)
        if sides.count == 2 {
            output = try labels(String(sides[1]), "the output") { _ in dotCount }
            for (i, label) in output.enumerated() {
                if lengths[label] == nil { throw mistake("\(Self.name(label)) of the output is in no operand") }
                if output[..<i].contains(label) { throw mistake("\(Self.name(label)) is twice in the output") }
            }
            if dotCount > 0, !output.contains(dots[0]) {
                throw mistake("the dots stand for \(dotCount) dimension(s); the output needs \"...\" too")
            }
        } else {
            var counts: [Character: Int] = [:]
            for case .letter(let letter) in inputs.joined() { counts[letter, default: 0] += 1 }
            output = dots + counts.filter { $0.value == 1 }.keys.sorted().map(Label.letter)
        }
        self.inputs = inputs
        self.lengths = lengths
    }

    private static func name(_ label: Label) -> String {
        switch label {
        case .letter(let letter): "\"\(letter)\""
        case .dots(let place): "dimension \(-1 - place) of the dots"
        }
    }
}

/// What is wrong with an equation for operands of these shapes, nil where `einsum` takes them.
package func einsumMistake(_ equation: String, _ shapes: [[Int]]) -> String? {
    do {
        _ = try Einsum(equation, shapes)
        return nil
    } catch { return error.description }
}

// MARK: - Computing

extension Einsum {
    /// A tensor whose axes are named, each once.
    struct Term {
        var value: Tensor
        var labels: [Label]

        func length(_ label: Label) -> Int { value.shape[labels.firstIndex(of: label)!] }

        func moved(to order: [Label]) -> Tensor { value.transposed(order.map { labels.firstIndex(of: $0)! }) }

        /// Without the axes that nobody asks for any more.
        func summed(keeping kept: Set<Label>) -> Term {
            let axes = labels.indices.filter { !kept.contains(labels[$0]) }
            guard !axes.isEmpty else { return self }
            let sum = value.sum(axes: axes).cast(to: value.dtype)
            return Term(value: sum, labels: labels.filter(kept.contains))
        }
    }

    /// An operand: diagonals for labels that it has twice, without axes of length 1 that others stretch.
    func term(_ x: Tensor, _ labels: [Label]) -> Term {
        var x = x, labels = labels
        while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
            let first = labels.firstIndex(of: labels[second])!, n = x.shape[first]
            let rest = labels.indices.filter { $0 != first && $0 != second }
            // The diagonal of the last two axes: every n + 1st element of both as one.
            x = x.transposed(rest + [first, second]).reshaped(rest.map { x.shape[$0] } + [n * n]).part([
                .rest, .every(n + 1),
            ])
            labels = rest.map { labels[$0] } + [labels[first]]
        }
        let kept = labels.indices.filter { x.shape[$0] == lengths[labels[$0]] }
        return Term(value: x.reshaped(kept.map { x.shape[$0] }), labels: kept.map { labels[$0] })
    }

    /// The two terms whose product has the fewest elements more than they have themselves.
    func smallestPair(_ terms: [Term]) -> (Int, Int) {
        if terms.count == 2 { return (0, 1) }
        func size(_ labels: some Sequence<Label>) -> Double { labels.reduce(1) { $0 * Double(lengths[$1]!) } }
        var best = (0, 1), least = Double.infinity
        for i in terms.indices {
            for j in terms.indices where j > i {
                let others = terms.indices.filter { $0 != i && $0 != j }.flatMap { terms[$0].labels }
                let kept = Set(terms[i].labels + terms[j].labels).intersection(Set(output).union(others))
                let growth = size(kept) - size(terms[i].labels) - size(terms[j].labels)
                if growth < least { (best, least) = ((i, j), growth) }
            }
        }
        return best
    }

    /// The last term in the order of the output.
    func arranged(_ term: Term) -> Tensor {
        term.summed(keeping: Set(output)).moved(to: output.filter(term.labels.contains)).reshaped(outputShape)
    }
}

extension Einsum.Term {
    /// The product, summed over the axes of both that are not kept.
    func product(with other: Einsum.Term, keeping kept: Set<Einsum.Label>) -> Einsum.Term {
        let a = summed(keeping: kept.union(other.labels)), b = other.summed(keeping: kept.union(labels))
        let common = a.labels.filter(b.labels.contains)
        let batch = common.filter(kept.contains), inner = common.filter { !kept.contains($0) }
        let rows = a.labels.filter { !common.contains($0) }, columns = b.labels.filter { !common.contains($0) }
        func size(_ term: Einsum.Term, _ labels: [Einsum.Label]) -> Int { labels.reduce(1) { $0 * term.length($1) } }
        let shape = batch.map(a.length) + rows.map(a.length) + columns.map(b.length)
        let labels = batch + rows + columns
        let (m, k, n, count) = (size(a, rows), size(a, inner), size(b, columns), size(a, batch))
        let x = a.moved(to: batch + rows + inner), y = b.moved(to: batch + inner + columns)
        if inner.isEmpty {
            let product = x.reshaped([count, m, 1]) * y.reshaped([count, 1, n])
            return Einsum.Term(value: product.reshaped(shape), labels: labels)
        }
        let product =
            batch.isEmpty
            ? matmul(x.reshaped([m, k]), y.reshaped([k, n]))
            : matmul(x.reshaped([count, m, k]), y.reshaped([count, k, n]))
        return Einsum.Term(value: product.reshaped(shape), labels: labels)
    }
}
