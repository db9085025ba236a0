import Foundation
import Tern

/// Makes layers of Keras's descriptions. Layers that several descriptions share are one.
final class KerasLayerReading {
    /// What ``KerasFile/notes`` says.
    private(set) var notes: [String] = []
    /// What ``KerasFile/warnings`` says.
    private(set) var warnings: [String] = []
    /// Layers whose numbers stand in their description, and not in the file of weights.
    private(set) var givenNumbers = Set<ObjectIdentifier>()
    /// Reads a model within a model.
    var readModel: (JSON) throws -> Model = { _ in throw KerasComplaint("a model within a model cannot be read") }
    private var shared: [Int: (layer: any Layer, call: [String: JSON])] = [:]
    private var count = 0

    /// The layer of a description.
    ///
    /// - Parameter call: settings that Keras gives where it calls the layer.
    /// - Throws: ``KerasComplaint`` that names the layer and the setting.
    func layer(_ json: JSON, call: [String: JSON] = [:]) throws -> any Layer {
        guard let object = KerasObject(json) else {
            throw KerasComplaint("a layer is described by \(json.written().shortened(to: 80))")
        }
        if let id = object.sharedID, let known = shared[id] {
            guard known.call == call else {
                throw KerasComplaint(
                    "\(Self.title(of: object)): two models call it with other settings; Tern's layer has one of them")
            }
            return known.layer
        }
        count += 1
        guard count <= Model.mostCalls else {
            throw KerasComplaint("it has more than \(Model.mostCalls) layers, which Tern does not read")
        }
        let layer: any Layer
        do { layer = try made(object, json, call) } catch let complaint as KerasComplaint {
            throw KerasComplaint("\(Self.title(of: object)): \(complaint.message)")
        } catch DecodingError.dataCorrupted(let context) {
            throw KerasComplaint("\(Self.title(of: object)): \(context.debugDescription)")
        }
        if let id = object.sharedID { shared[id] = (layer, call) }
        return layer
    }

    private static func title(of object: KerasObject) -> String {
        "layer \((object.config["name"]?.text ?? "without a name").debugDescription) (\(object.className))"
    }

    private func made(_ object: KerasObject, _ json: JSON, _ call: [String: JSON]) throws -> any Layer {
        if ["Sequential", "Functional", "Model"].contains(object.className), object.isKeras {
            return try readModel(json)
        }
        guard object.isKeras, object.registeredName == nil || !object.registeredName!.contains(">") else {
            throw KerasComplaint(
                "this is a layer of somebody's own, whose Python code Tern does not run; make it of Keras's layers")
        }
        if object.className == "Lambda" {
            throw KerasComplaint(
                "it holds Python code, which Tern never runs; make it of Keras's layers, such as Rescaling or Activation"
            )
        }
        if object.module.hasPrefix("keras.src.ops") || object.module.hasPrefix("keras.ops") {
            throw KerasComplaint(
                "this is an operation and no layer (x + y, a part of x, keras.ops); use a layer, such as Add or Concatenate"
            )
        }
        let layer = try wrapper(object) ?? plain(object, call)
        layer.info.name = try object.config.name()
        layer.info.isTrainable = try object.config.flag(at: "trainable") ?? true
        return layer
    }

    // MARK: - Layers that hold others

    private func wrapper(_ object: KerasObject) throws -> (any Layer)? {
        let config = object.config
        func inner(_ key: String) throws -> any Layer {
            guard let json = config[key] else { throw KerasComplaint("its \(key) is missing") }
            return try self.layer(json)
        }
        func cell(_ json: JSON) throws -> any RecurrentCell {
            guard let cell = try self.layer(json) as? any RecurrentCell else {
                throw KerasComplaint("\(KerasObject(json)?.className ?? "what it holds") is no recurrent cell")
            }
            return cell
        }
        func stack(_ described: [JSON]) throws -> StackedRNNCells {
            let cells = try described.map(cell)
            if cells.isEmpty { throw KerasComplaint("it holds no cell") }
            // Keras's cells may have one name, and paths of weights are to differ: such cells go by their kind.
            let names = cells.compactMap(\.info.name)
            if Set(names).count < names.count { for cell in cells { cell.info.name = nil } }
            return StackedRNNCells(cells)
        }
        func flag(_ key: String) throws -> Bool { try config.flag(at: key) ?? false }
        let layer: any Layer, known: [String]
        switch object.className {
        case "TimeDistributed":
            (layer, known) = (TimeDistributed(try inner("layer")), ["layer"])
        case "SpectralNormalization":
            let count = try config.whole(at: "power_iterations") ?? 1
            (layer, known) = (
                SpectralNormalization(try inner("layer"), powerIterations: count), ["layer", "power_iterations"]
            )
        case "Bidirectional":
            (layer, known) = (try bidirectional(config, inner("layer")), ["layer", "backward_layer", "merge_mode"])
        case "RNN":
            guard let described = config["cell"] else { throw KerasComplaint("its cell is missing") }
            let one: any RecurrentCell = if let cells = described.list { try stack(cells) } else { try cell(described) }
            layer = RNN(
                one, returnsSequences: try flag("return_sequences"), returnsState: try flag("return_state"),
                goesBackwards: try flag("go_backwards"), isStateful: try flag("stateful"),
                zerosOutputForMask: try flag("zero_output_for_mask"))
            known = [
                "cell", "return_sequences", "return_state", "go_backwards", "stateful", "zero_output_for_mask",
            ]
        case "StackedRNNCells":
            (layer, known) = (try stack(config["cells"]?.list ?? []), ["cells"])
        default: return nil
        }
        for member in config.members where !known.contains(member.key) { try refuse(member, object.className) }
        layer.info.dtype = try KerasType.policy(config["dtype"])
        return layer
    }

    private func bidirectional(_ config: JSON, _ inner: any Layer) throws -> any Layer {
        guard let forward = inner as? any RecurrentLayer else {
            throw KerasComplaint("its layer is a \(type(of: inner).kind), which Tern's Bidirectional does not take")
        }
        var mode: MergeMode? = .concat
        if let word = config["merge_mode"] {
            mode = word.text.flatMap(MergeMode.init)
            guard mode != nil || word.isNull else {
                throw KerasComplaint("merge_mode wants one of concat, sum, mul, ave, found \(word.written())")
            }
        }
        let both = Bidirectional(forward, mergeMode: mode)
        guard let described = config["backward_layer"], !described.isNull else { return both }
        let given = try layer(described)
        guard try Self.settings(given) == Self.settings(both.backward) else {
            throw KerasComplaint(
                "its backward_layer has other settings than its layer; Tern's way back is a copy of the way there")
        }
        if given.info.name != both.forward.info.name { both.backward.info.name = given.info.name }
        both.backward.info.isTrainable = given.info.isTrainable
        return both
    }

    /// A layer's configuration, whatever its name.
    private static func settings(_ layer: any Layer) throws -> Data {
        let encoder = JSONEncoder.ofAllNumbers, name = layer.info.name
        encoder.outputFormatting = [.sortedKeys]
        layer.info.name = nil
        defer { layer.info.name = name }
        return try encoder.encode(LayerBox(layer))
    }

    // MARK: - All others

    private func plain(_ object: KerasObject, _ call: [String: JSON]) throws -> any Layer {
        let kind = KerasKind.tern(object.className), config = object.config
        guard let prototype = LayerRegistry.prototype(of: kind), let standard = prototype.make?(),
            KerasKind.isKeras(kind)
        else {
            throw KerasComplaint("Tern has no such layer")
        }
        let properties = LayerProperty.all(of: prototype, standard), rank = KerasKind.rank(of: kind)
        var values: [(property: LayerProperty, value: Any)] = [], given = Set<String>()
        for member in config.members + call.map({ JSON.Member(key: $0, value: $1) }) {
            guard !["name", "trainable", "dtype"].contains(member.key) else { continue }
            guard let property = properties.first(where: { $0.kerasName(of: kind) == member.key }) else {
                try refuse(member, kind)
                continue
            }
            given.insert(property.name)
            // Keras leaves the choice to the layer.
            if member.value.isNull, property.kind == Initializer.self { continue }
            do { values.append((property, try property.configuration(ofKeras: member.value, rank: rank))) } catch let
                complaint as KerasComplaint
            { throw KerasComplaint("\(member.key) \(complaint.message)") }
        }
        if let missing = properties.first(where: { $0.isRequired && !given.contains($0.name) }) {
            throw KerasComplaint("it lacks the setting \(missing.kerasName(of: kind))")
        }
        let dtype = try KerasType.policy(config["dtype"])
        var layer = try prototype.layer(standard, with: values)
        if let normalization = layer as? Normalization, let mean = config["mean"], !mean.isNull {
            let numbers = [mean, config["variance"] ?? .null].map(\.allNumbers)
            guard let means = numbers[0], let variances = numbers[1], means.count == variances.count else {
                throw KerasComplaint("its mean and variance are no numbers, or not as many")
            }
            // Of several axes they are lists of lists.
            let shape = mean.lengths.flatMap {
                $0.count > 1 && $0.count == normalization.axis?.numbers.count ? $0 : nil
            }
            layer = Normalization(
                mean: means, variance: variances, shape: shape, axis: normalization.axis, inverts: normalization.inverts
            )
            givenNumbers.insert(ObjectIdentifier(layer))
        }
        layer.info.dtype = dtype
        return layer
    }

    /// What is to be done with a setting that Tern's layer has not: nothing, where it changes no prediction.
    private func refuse(_ member: JSON.Member, _ kind: String) throws {
        let value = member.value
        switch member.key {
        case "name", "trainable", "dtype": return
        case "data_format":
            guard value.isNull || value.text == "channels_last" else {
                throw KerasComplaint(
                    "data_format is \(value.written()); Tern's channels are the last axis: make the model with data_format=\"channels_last\""
                )
            }
        // How a loop is run, how layers of copies of a model agree: the numbers are the same.
        case "unroll", "renorm_momentum": return
        case "synchronized":
            if value.flag == true { note("statistics of batches are those of one process (synchronized=True)") }
        case "seed":
            if !value.isNull { note("noise in training comes from Tern's own streams (seed is set in a \(kind))") }
        case "mean" where kind == "Normalization", "variance" where kind == "Normalization": return
        case "attention_axes":
            guard value.isNull || value.modestWholes == [1] else {
                throw KerasComplaint(
                    "attention_axes is \(value.written()); Tern's attends along axis 1 of [batch, steps, features]")
            }
        case "fill_mode":
            guard value.text == "constant" else {
                throw KerasComplaint("fill_mode is \(value.written()); Tern fills with one value: \"constant\"")
            }
        default:
            // What is off changes nothing.
            if value.isNull || value.flag == false { return }
            let advice =
                switch member.key {
                case "activity_regularizer": "; put a layer ActivityRegularization behind it"
                case "rms_scaling": "; use the layer RMSNormalization"
                case "quantization_config", "lora_rank", "lora_alpha": "; save the model as it was before"
                default: ""
                }
            throw KerasComplaint(
                "Tern has no setting \(member.key) (\(value.written().shortened(to: 60))) of a \(kind)\(advice)")
        }
    }

    func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }
    func warn(_ text: String) { if !warnings.contains(text) { warnings.append(text) } }
}

extension JSON {
    /// All numbers of lists of lists, in their order; nil where something else is among them.
    var allNumbers: [Double]? {
        if let number { return [number] }
        // As Keras writes arrays.
        if let kind = self["class_name"]?.text, ["__tensor__", "__numpy__"].contains(kind) {
            return self["config"]?["value"]?.allNumbers
        }
        guard let list else { return nil }
        let parts = list.map(\.allNumbers)
        return parts.contains { $0 == nil } ? nil : parts.flatMap { $0! }
    }

    /// The shape of lists of lists, none of what is no list; nil where some are longer than others.
    fileprivate var lengths: [Int]? {
        if let kind = self["class_name"]?.text, ["__tensor__", "__numpy__"].contains(kind) {
            return self["config"]?["value"]?.lengths
        }
        guard let list else { return [] }
        let inner = list.map(\.lengths)
        guard let first = inner.first ?? [], inner.allSatisfy({ $0 == first }) else { return nil }
        return [list.count] + first
    }
}

/// Which kinds of layers both have, by whose names.
enum KerasKind {
    /// Layers that Keras has not.
    private static let own: Set<String> = [
        "PeriodicPadding2D", "GlobalAreaWeightedAveragePooling2D", "AreaWeightedAveragePooling2D", "MaskedConv2D",
        "Lambda",
    ]

    static func isKeras(_ kind: String) -> Bool {
        guard let prototype = LayerRegistry.prototype(of: kind) else { return false }
        // Keras's convolutional LSTM has no cell of its own to be used alone.
        let isCell = kind.hasPrefix("ConvLSTM") && kind.contains("Cell")
        return LayerRegistry.isStandard(prototype.type) && !own.contains(kind) && !isCell
    }

    /// Tern's kind for Keras's class.
    static func tern(_ className: String) -> String {
        className == "GroupedQueryAttention" ? "GroupQueryAttention" : className
    }

    /// The name of Keras's class in the paths of weights.
    static func pathName(_ kind: String) -> String {
        snakeCase(kind == "GroupQueryAttention" ? "GroupedQueryAttention" : kind)
    }

    /// How many dimensions the grid of a layer has, nil where its name does not say.
    static func rank(of kind: String) -> Int? {
        (1...3).first { kind.contains("\($0)D") }
    }

    /// Whether Keras's layer asks where its channels are.
    static func asksForChannels(_ kind: String) -> Bool {
        if ["Cropping1D", "UpSampling1D", "SpatialDropout1D"].contains(kind) { return false }
        return rank(of: kind) != nil || ["Flatten", "Resizing", "CenterCrop"].contains(kind)
    }
}

/// Types of numbers by Keras's names.
enum KerasType {
    /// The type of a layer's weights and numbers.
    static func policy(_ json: JSON?) throws -> DType {
        guard let json, !json.isNull else { return .float32 }
        let name = json.text ?? KerasObject(json)?.config["name"]?.text ?? json.written().shortened(to: 40)
        guard let dtype = ["float32": DType.float32, "float64": .float64][name] else {
            throw KerasComplaint(
                "its dtype is \(name); Tern's layers compute in float32 or float64: set its dtype policy to float32")
        }
        return dtype
    }

    /// The type of an input.
    static func input(_ name: String) throws -> DType {
        switch name {
        case "float32": return .float32
        case "float64": return .float64
        case "int32", "int8", "uint8", "int16", "uint16": return .int32
        case "int64", "uint32": return .int64
        case "bool": return .bool
        default: throw KerasComplaint("its dtype is \(name), which no tensor of Tern has; use float32 or int32")
        }
    }
}
