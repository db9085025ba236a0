import Synchronization
import TernCore

/// A part of a network: variables, and what it makes of its inputs.
///
/// ```swift
/// final class Scale: UnaryLayer {
///     var info = LayerInfo()
///     @Weight var factor: Tensor
///     func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
/// }
/// let y = Scale()(Tensor.ones([4, 3]))   // [4, 3]
/// ```
///
/// As in Keras, a layer is an object: it makes its variables when it first sees the shape of its input, and used twice
/// it shares them. Where layers and weights are held: in properties, also of a class that it inherits from; layers in
/// arrays (of arrays) and in dictionaries by text too. A model with a layer of your own is read from a file once
/// ``LayerRegistry/register(_:)-(Layer.Type)`` has been told of the type. Stored properties that are weights, layers or
/// arrays of layers are found by themselves; the properties make up its `Codable` configuration. Gradients need
/// nothing: the call is made of tensor operations.
///
/// Beside a value may travel a mask, which says what of it counts: [batch, steps] beside a
/// series. A layer sees those of its inputs in its context; they end there unless it says that
/// they hold for its output, by `supportsMasking`, or makes a new one, in `mask(_:_:)`.
public protocol Layer: AnyObject, Codable {
    /// The name of its kind, as in a configuration: `Conv2D`. By default that of its type.
    static var kind: String { get }

    /// What every layer carries.
    var info: LayerInfo { get }

    /// Makes the variables for inputs of these shapes, which begin with the batch.
    func build(_ inputShapes: [[Int]])

    /// The outputs for inputs, each beginning with the batch.
    func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor]

    /// What is wrong with inputs of these shapes, nil where they fit. Checked before `build`.
    func complaint(about inputShapes: [[Int]]) -> String?

    /// Whether a step (or cell) of the output comes of the same step of the input, so that the
    /// first input's mask holds for the first output. By default false: the layer uses a mask
    /// if it likes, and drops it.
    var supportsMasking: Bool { get }

    /// The mask of the first output: which steps (or cells) of it are to count. By default that
    /// of the first input if the layer supports masking, else none.
    func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor?

    /// The masks of all outputs. By default the first has ``mask(_:_:)`` and others have none.
    func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?]

    /// Whether what it makes of an example depends on the others or on calls before, so that the
    /// steps of a series are no further examples (``TimeDistributed``). By default true of a
    /// layer that keeps state, or holds a layer that does.
    var mixesExamples: Bool { get }

    /// The layers in it by name; by default the properties that hold layers.
    var children: [(name: String, layer: any Layer)] { get }
}

extension Layer {
    /// Makes nothing: a layer without weights.
    public func build(_ inputShapes: [[Int]]) {}

    /// None.
    public func complaint(about inputShapes: [[Int]]) -> String? { nil }

    /// False: masks end here.
    public var supportsMasking: Bool { false }

    /// The first input's mask, if the layer supports masking.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { supportsMasking ? masks.first ?? nil : nil }

    /// The mask of the first output alone.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        [mask(inputs, masks)]
    }

    /// True where it, or a layer in it, keeps state.
    public var mixesExamples: Bool {
        ownVariables.contains { !$0.isTrainable } || children.contains { $0.layer.mixesExamples }
    }

    /// The name of its type.
    public static var kind: String { "\(Self.self)" }
}

/// A layer with one input and one output.
///
/// ```swift
/// final class Anomaly: UnaryLayer {
///     var info = LayerInfo()
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { x - x.mean(axis: -1, keepingDimensions: true) }
///     func complaint(about inputShape: [Int]) -> String? { inputShape.count < 2 ? "it wants [batch, ..., n]" : nil }
/// }
/// let y = Anomaly()(Tensor([[1.0, 3.0]]))   // [[-1, 1]]
/// ```
public protocol UnaryLayer: Layer {
    /// Makes the variables for an input of this shape, which begins with the batch.
    func build(_ inputShape: [Int])
    /// The output for an input, each beginning with the batch.
    func call(_ x: Tensor, _ context: CallContext) -> Tensor
    /// What is wrong with an input of this shape, nil where it fits.
    func complaint(about inputShape: [Int]) -> String?
}

extension UnaryLayer {
    /// Makes nothing: a layer without weights.
    public func build(_ inputShape: [Int]) {}

    /// None.
    public func complaint(about inputShape: [Int]) -> String? { nil }

    /// Builds it for its one input.
    public func build(_ inputShapes: [[Int]]) { build(inputShapes[0]) }

    /// It takes one input, which it may complain about.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        inputShapes.count == 1 ? complaint(about: inputShapes[0]) : "it takes one input and got \(inputShapes.count)"
    }

    /// The one output for the one input.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { [call(inputs[0], context)] }
}

/// What every layer carries beside its own settings.
///
/// ```swift
/// let layer = Dense(4, name: "first")
/// let name = layer.info.name       // "first"
/// layer.info.isTrainable = false   // frozen: training leaves its weights
/// ```
public final class LayerInfo: Codable {
    /// Its name; nil until given or until a model names it after its kind.
    public var name: String?
    /// Whether training moves its weights.
    public var isTrainable: Bool
    /// The type of its weights.
    public var dtype: DType
    /// Whether it has seen a shape and made its weights.
    public private(set) var isBuilt = false
    /// Where the first weights come from; a model draws them again from its own seed.
    public internal(set) var random = LayerInfo.nextStream()
    /// The key of its random numbers.
    var noiseKey: UInt64 = 0
    /// Where it was used in graphs.
    var calls: [WeakCall] = []

    /// A layer's name, whether it is trained, and the type of its weights.
    public init(name: String? = nil, isTrainable: Bool = true, dtype: DType = .float32) {
        self.name = name
        self.isTrainable = isTrainable
        self.dtype = dtype
    }

    private enum CodingKeys: String, CodingKey { case name, isTrainable, dtype }

    func finishBuilding() { isBuilt = true }

    private static let count = Atomic<UInt64>(0)

    /// A stream for each layer of the process.
    private static func nextStream() -> Generator { Generator(seed: count.add(1, ordering: .relaxed).newValue) }
}

/// What a call may depend on beside its inputs.
///
/// ```swift
/// let layer = Dropout(0.5), x = Tensor.ones([2, 4])
/// let same = layer(x, CallContext())                                  // all 1
/// let dropped = layer(x, CallContext(isTraining: true))               // each 0 or 2
/// ```
public struct CallContext {
    /// Whether dropout drops and batch normalisation looks at the batch.
    public var isTraining: Bool
    /// Counts training steps (one `int64`), so that noise differs from step to step.
    public var step: Tensor
    /// The masks of this call's inputs.
    public var masks: [Tensor?] = []
    /// What a wrapper wants of a recurrent layer's outputs at steps that a mask leaves out.
    var zerosOutputForMask: Bool?
    /// Whether the layer, or one that it is in, is frozen, so that it learns nothing of a batch while others train.
    public internal(set) var isFrozen = false
    /// Whether recurrent layers keep their last states; not where only shapes are worked out.
    var keepsStates = true
    /// Is shown what layers make of their inputs, where a training that broke down is looked through.
    var probe: LayerProbe?
    /// What the layers of the call add to the loss.
    private let added = AddedLosses()

    /// A call for prediction, or in training, with the number of the training step.
    public init(isTraining: Bool = false, step: Tensor = Tensor(Int64(0))) {
        self.isTraining = isTraining
        self.step = step
    }

    /// Adds a number to the loss of the batch, as `add_loss` does in Keras.
    public func addLoss(_ loss: Tensor) { added.values.append(loss) }

    /// The sum of what was added to the loss in this call and in those within it, nil where nothing was.
    public var addedLoss: Tensor? { added.values.isEmpty ? nil : added.values.dropFirst().reduce(added.values[0], +) }

    /// Uniform random numbers in [0, 1) of a layer, new in each step.
    public func uniform(_ shape: [Int], dtype: DType, for layer: some Layer) -> Tensor {
        .uniform(shape, dtype: dtype, key: layer.info.noiseKey, counter: step)
    }

    /// Normal random numbers of a layer, new in each step.
    public func normal(_ shape: [Int], dtype: DType, for layer: some Layer) -> Tensor {
        .normal(shape, dtype: dtype, key: layer.info.noiseKey, counter: step)
    }
}

/// What is added to the count of training steps, which stay below 2³², so that a layer draws further noise in one step.
enum NoiseOffset {
    /// For a recurrent layer's states, beside its inputs.
    static let states = 0x1_0000_0000

    /// For step `t` of a series, with room for inputs and states of each.
    static func seriesStep(_ t: Int) -> Int { t * 0x2_0000_0000 }
}

/// Shared by a call and the calls within it.
private final class AddedLosses { var values: [Tensor] = [] }

/// What is wrong with a size that weights are made by, nil where it is 1 or more.
func sizeComplaint(_ size: Int, _ what: String) -> String? {
    size > 0 ? nil : "it has \(size) \(what); no weight can be so, give 1 or more"
}

// MARK: - Calling

extension Layer {
    /// Makes the variables, where that has not been done.
    func buildOnce(_ inputShapes: [[Int]]) {
        if info.isBuilt { return }
        info.noiseKey = UInt64(info.random.integers(in: 0..<Int.max, count: 1)[0])
        build(inputShapes)
        info.finishBuilding()
    }

    /// Builds the layer if it is not, checks the shapes and calls it.
    public func callAsFunction(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let shapes = inputs.map(\.shape)
        prepare(for: shapes)
        if let cell = self as? any RecurrentCell,
            let complaint = cell.complaint(aboutStates: Array(shapes.dropFirst()), shapes[0])
        {
            refuse(shapes, complaint)
        }
        var context = context
        context.isFrozen = context.isFrozen || !info.isTrainable
        let outputs = call(inputs, context)
        return context.probe?.seen(self, inputs, outputs) ?? outputs
    }

    private func refuse(_ shapes: [[Int]], _ complaint: String) -> Never {
        let inputs = shapes.map(\.description).joined(separator: ", ")
        fail("layer \(info.name ?? Self.kind): \(complaint) (input \(inputs))")
    }

    /// Checks the shapes of inputs and builds the layer if it is not.
    func prepare(for shapes: [[Int]]) {
        if let complaint = shapes.isEmpty ? "it got no input" : complaint(about: shapes) { refuse(shapes, complaint) }
        buildOnce(shapes)
    }

    /// Calls it on inputs as they are.
    public func callAsFunction(_ inputs: [Tensor], training: Bool = false) -> [Tensor] {
        self(inputs, CallContext(isTraining: training))
    }

    /// Calls a layer of one input and one output.
    public func callAsFunction(_ x: Tensor, _ context: CallContext) -> Tensor { self([x], context)[0] }

    /// Calls a layer of one input and one output; `training` lets dropout drop.
    public func callAsFunction(_ x: Tensor, training: Bool = false) -> Tensor {
        self([x], CallContext(isTraining: training))[0]
    }

    /// The layers in it, with the names of the properties that hold them.
    public var children: [(name: String, layer: any Layer)] {
        var found: [(String, any Layer)] = []
        func add(_ value: Any, _ label: String) {
            if let layer = value as? any Layer {
                found.append((label, layer))
            } else if let layers = value as? [any Layer] {
                found += layers.enumerated().map { ("\(label).\($0)", $1) }
            } else if let layers = value as? [String: any Layer] {
                found += layers.sorted { $0.key < $1.key }.map { ("\(label).\($0)", $1) }
            } else if let lists = value as? [[any Layer]] {
                for (i, list) in lists.enumerated() { add(list, "\(label).\(i)") }
            }
        }
        for property in properties { add(property.value, property.label ?? "") }
        return found
    }

    /// What it stores, the properties of the class that it inherits from first.
    private var properties: [Mirror.Child] {
        var mirrors: [Mirror] = [], next: Mirror? = Mirror(reflecting: self)
        while let mirror = next {
            mirrors.append(mirror)
            next = mirror.superclassMirror
        }
        return mirrors.reversed().flatMap(\.children)
    }

    /// Its own variables, without those of the layers in it.
    public var ownVariables: [Variable] {
        properties.compactMap { ($0.value as? Weight)?.variable }
    }

    /// All variables with their paths, such as `conv2d/kernel`; weights that are shared come once.
    public var variables: [(path: String, variable: Variable)] {
        var seen = Set<ObjectIdentifier>()
        return collectVariables(prefix: "").filter { seen.insert(ObjectIdentifier($0.variable)).inserted }
    }

    func collectVariables(prefix: String) -> [(path: String, variable: Variable)] {
        ownVariables.map { (prefix + $0.name, $0) }
            + children.flatMap { $0.layer.collectVariables(prefix: prefix + ($0.layer.info.name ?? $0.name) + "/") }
    }
}
