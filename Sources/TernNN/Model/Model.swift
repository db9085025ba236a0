import TernCore

/// A network: a graph of layers with inputs and outputs, itself a layer.
///
/// ```swift
/// let sst = Input([14, 19, 1]), season = Input([4])
/// let field = Flatten()(Conv2D(8, kernelSize: 3, activation: .relu)(sst))
/// let both = Concatenate()(field, season)
/// let model = Model(inputs: [sst, season], outputs: [Dense(1)(both)])
/// let rain = try model.predict([Tensor.zeros([5, 14, 19, 1]), Tensor.zeros([5, 4])])
/// rain[0].shape                           // [5, 1]
/// ```
///
/// Layers may be used several times and results by several layers; ``Sequential`` is the plain chain.
public class Model: Layer {
    /// Name, type and whether it is trained, of the model as a layer.
    public let info: LayerInfo
    /// What the model reads, in the order in which it is given values.
    public let inputs: [Symbol]
    /// What it gives, in their order.
    public let outputs: [Symbol]
    /// The layers in the order of their first use, each once.
    public let layers: [any Layer]
    /// Calls in an order in which each comes after what it reads.
    package let calls: [LayerCall]
    /// How it is trained and judged; nil before ``compile(optimizer:loss:metrics:weightedMetrics:)``. An optimiser that
    /// is put into it begins with its own rate, and goes on with what one of the same kind has gathered.
    public var compilation: Compilation?
    /// What an optimiser has gathered, for training that goes on: the kind of the optimiser, and the weights that it
    /// moved.
    package var optimizerMemory: (kind: String, weights: [String], state: OptimizerState)?
    /// What callbacks have set the rates of an optimiser and of a ``MultiOptimizer``'s others to, for training that
    /// goes on by this choice of it.
    var setRates: (first: Double?, others: [Double?], choice: OptimizerChoice)?
    /// What the optimiser's rate was set to since it was chosen; nil: it is its own.
    package var setRate: Double? {
        get { ownSetRates?.first }
        set {
            guard let compilation else { return }
            let others = ownSetRates?.others ?? compilation.optimizer.several?.setRates ?? []
            setRates = (newValue, others, compilation.choice)
        }
    }
    /// ``setRates``, where they are those of the optimiser that there is.
    var ownSetRates: (first: Double?, others: [Double?])? {
        setRates.flatMap { $0.choice === compilation?.choice ? ($0.first, $0.others) : nil }
    }
    /// All variables, as inference reads them: layers of a model are built, and keep their variables.
    lazy var inferenceVariables = variables.map(\.variable)
    /// The compiled forward run.
    var inference: (([Tensor]) throws -> (outputs: [(value: Tensor, mask: Tensor?)], added: Tensor?))?

    /// A model of the layers that lead from its inputs to its outputs. Layers without a name get one after their kind:
    /// `conv2d`, `conv2d_1`, as in Keras.
    ///
    /// Ends the program where an output depends on an input that is not given, and where two layers have one name, or
    /// two weights one path, as those of "a/b" and of a layer "b" within "a".
    ///
    /// - Parameter seed: where initial weights and noise come from: the same seed gives the same network. Weights that
    ///   were set (by training or from a file) stay as they are.
    public convenience init(inputs: [Symbol], outputs: [Symbol], name: String? = nil, seed: UInt64 = 0) {
        self.init(inputs: inputs, outputs: outputs, name: name, drawing: seed)
    }

    /// - Parameter seed: nil: fresh weights stay as they are too.
    init(inputs: [Symbol], outputs: [Symbol], name: String? = nil, drawing seed: UInt64?) {
        info = LayerInfo(name: name)
        self.inputs = inputs
        self.outputs = outputs
        calls = Self.order(from: outputs)
        var layers: [any Layer] = []
        for call in calls {
            if let layer = call.layer, !layers.contains(where: { $0 === layer }) { layers.append(layer) }
        }
        self.layers = layers
        for call in calls where call.layer == nil && !inputs.contains(where: { $0.source === call }) {
            fail("the outputs of a model depend on an input that is not among its inputs")
        }
        nameLayers()
        var paths = Set<String>()
        if let path = variables.map(\.path).first(where: { !paths.insert($0).inserted }) {
            fail("model \(info.name ?? "model"): two weights are called \"\(path)\"; give their layers other names")
        }
        if let seed {
            var random = Generator(seed: seed)
            for layer in layers { layer.initializeFresh(from: &random) }
        }
        info.finishBuilding()
    }

    // A model is coded by its graph: see Model+Codable.swift.
    /// Writes the graph of layers and their settings, without weights. Throws `EncodingError` for layers that cannot be
    /// written, such as a ``Lambda``.
    public func encode(to encoder: any Encoder) throws { try encodeGraph(to: encoder) }
    /// Reads a graph and draws new weights.
    ///
    /// - Throws: `DecodingError` where the configuration is damaged, a layer's kind is not known (``LayerRegistry``),
    ///   or layers do not fit together.
    public required convenience init(from decoder: any Decoder) throws {
        let graph = try Self.decodeGraph(from: decoder)
        self.init(inputs: graph.inputs, outputs: graph.outputs, name: graph.info.name)
        (info.isTrainable, info.dtype) = (graph.info.isTrainable, graph.info.dtype)
    }

    /// The layers by their names in the model.
    public var children: [(name: String, layer: any Layer)] { layers.map { ($0.info.name!, $0) } }

    /// The outputs for values of the inputs, each beginning with the batch. ``predict(_:batchSize:)-(Tensor,_)`` checks
    /// shapes and throws, and uses a plan.
    public func call(_ values: [Tensor], _ context: CallContext) -> [Tensor] { run(values, context).map(\.value) }

    /// The outputs, each with the mask of what counts in it.
    package func run(_ values: [Tensor], _ context: CallContext) -> [(value: Tensor, mask: Tensor?)] {
        guard values.count == inputs.count else {
            fail("model \(info.name ?? "model"): it has \(inputs.count) input(s) and got \(values.count)")
        }
        var results: [ObjectIdentifier: [(value: Tensor, mask: Tensor?)]] = [:]
        for (i, input) in inputs.enumerated() {
            guard Array(values[i].shape.dropFirst()) == input.shape else {
                fail(
                    "model \(info.name ?? "model"): input \(i) has the shape [batch] + \(input.shape) and got \(values[i].shape)"
                )
            }
            let mask = context.masks.count > i ? context.masks[i] : nil
            if let mask, !mask.isMask(of: values[i]) {
                fail(
                    "model \(info.name ?? "model"): a mask of shape \(mask.shape) does not fit input \(i) of shape \(values[i].shape)"
                )
            }
            results[ObjectIdentifier(input.source)] = [(values[i], mask)]
        }
        let isFrozen = context.isFrozen || !info.isTrainable
        for call in calls {
            guard let layer = call.layer else { continue }
            let read = call.inputs.map { results[ObjectIdentifier($0.source)]![$0.index] }
            var own = context
            own.isFrozen = isFrozen
            own.masks = read.map(\.mask)
            results[ObjectIdentifier(call)] = layer.results(read.map(\.value), own)
        }
        return outputs.map { results[ObjectIdentifier($0.source)]![$0.index] }
    }

    /// The calls that lead to the outputs, each behind what it reads.
    ///
    /// - Parameter entering: told each call when the walk, depth first from the outputs, first meets it.
    package static func order(from outputs: [Symbol], entering: (LayerCall) -> Void = { _ in }) -> [LayerCall] {
        dependencyOrder(from: outputs.map(\.source), entering: entering) { $0.inputs.map(\.source) }
    }

    /// Names layers without one after their kind: `conv2d`, `conv2d_1`, as Keras does.
    private func nameLayers() {
        let given = layers.compactMap(\.info.name)
        // A text of C's ends at NUL.
        if let name = given.first(where: { $0.utf8.contains(0) }) {
            fail("model \(info.name ?? "model"): a layer is called \(name.debugDescription); names hold no NUL")
        }
        let taken = Set(given)
        if taken.count < given.count {
            let name = given.first { name in given.count { $0 == name } > 1 }!
            fail(
                "model \(info.name ?? "model"): two of its layers are called \"\(name)\"; names of layers are to differ"
            )
        }
        var names = NumberedNames(besides: taken)
        for layer in layers where layer.info.name == nil {
            layer.info.name = names.next(snakeCase(type(of: layer).kind))
        }
    }
}

extension Layer {
    /// Draws weights that nobody has set, and the keys of noise.
    func initializeFresh(from random: inout Generator) {
        info.noiseKey = UInt64(random.integers(in: 0..<Int.max, count: 1)[0])
        for variable in ownVariables where variable.isFresh { variable.initialize(from: &random) }
        for child in children { child.layer.initializeFresh(from: &random) }
    }
}

/// `MaxPooling2D` as `max_pooling2d`; what is written so stays as it is.
package func snakeCase(_ name: String) -> String {
    var result = ""
    let letters = Array(name)
    for (i, letter) in letters.enumerated() {
        // A capital starts a word after a small letter, or before one at the end of a run of capitals.
        if letter.isUppercase, i > 0, letters[i - 1] != "_",
            letters[i - 1].isLowercase || (i + 1 < letters.count && letters[i + 1].isLowercase)
        {
            result += "_"
        }
        result += letter.lowercased()
    }
    return result
}

/// A chain of layers.
///
/// ```swift
/// let model = Sequential(input: [14, 19, 1]) {
///     Conv2D(4, kernelSize: [3, 2], activation: .relu)
///     MaxPooling2D(2)
///     Flatten()
///     Dense(1)
/// }
/// model.outputs[0].shape                  // [1]
/// model.parameterCount                    // 245
/// ```
public final class Sequential: Model {
    /// A chain from one input to one output.
    ///
    /// - Parameters:
    ///   - shape: of an example, without the batch.
    ///   - batchSize: where all batches have one size, as stateful recurrent layers need it.
    ///   - dtype: of the input's values.
    ///   - name: in reports and files.
    ///   - seed: of initial weights and noise.
    ///   - layers: one after the other; `if` and `for` may stand among them.
    public convenience init(
        input shape: [Int], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil, seed: UInt64 = 0,
        @LayerBuilder _ layers: () -> [any Layer]
    ) {
        let input = Input(shape, batchSize: batchSize, dtype: dtype)
        let output = layers().reduce(input) { $1($0) }
        self.init(inputs: [input], outputs: [output], name: name, seed: seed)
    }
}

/// Collects the layers of a ``Sequential`` from the lines between its braces.
///
/// ```swift
/// let isDeep = true
/// let model = Sequential(input: [4]) {
///     for _ in 0..<2 { Dense(8, activation: .relu) }
///     if isDeep { Dense(8) }
///     Dense(1)
/// }
/// model.layers.count                      // 4
/// ```
@resultBuilder public enum LayerBuilder {
    /// A layer by itself.
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    /// An array of layers.
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    /// Lines one after the other.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    /// What `if` without `else` chooses.
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    /// What `if` or `switch` chooses.
    public static func buildEither(first: [any Layer]) -> [any Layer] { first }
    /// What `else` or a later `case` chooses.
    public static func buildEither(second: [any Layer]) -> [any Layer] { second }
    /// What `for` makes, turn by turn.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
