import CTern
import Foundation
import Tern
import TernExperiment
import TernKeras
import TernText

// The functions of tern.h for models.

typealias ModelHandle = Handle<ServedModel>

extension ServedModel {
    /// The model of a file or folder.
    static func open(_ path: String) throws -> ServedModel {
        switch FileKind(of: path) {
        case .run: return try ServedRun(path)
        case .keras:
            let file = try KerasFile(contentsOf: path)
            return ServedNetwork(file.model, warnings: file.warnings)
        case .safetensors, nil: break
        case let kind?: throw DataError(file: path, kind.complaint(insteadOf: "model or run"))
        }
        let file = try Safetensors(contentsOf: path)
        switch file.metadata["format"] {
        case TableModel.format: return try ServedTable(TableModel(contentsOf: path), path)
        case EstimatorFile.format: return ServedEstimator(try readEstimator(contentsOf: path))
        default: return ServedNetwork(try Model(contentsOf: path))
        }
    }

    /// A model that has learned nothing.
    static func make(_ configuration: String) throws -> ServedModel {
        let parts = try CallArguments.object(ofJSON: configuration, "the configuration is")
        guard let kind = parts["estimator"] else {
            do {
                let network = try NetworkConfiguration(configuration)
                return ServedNetwork(try network.build(), (network, configuration))
            } catch let error as DataError { throw ArgumentError(error.description) }
        }
        if let odd = parts.keys.sorted().first(where: { !["estimator", "parameters"].contains($0) }) {
            throw ArgumentError(
                "the configuration of an estimator has no key \"\(odd)\"; it has estimator and parameters")
        }
        guard case .text(let name) = kind, let made = EstimatorPrototypes.made[name] else {
            let names = EstimatorPrototypes.made.keys.sorted().joined(separator: ", ")
            throw ArgumentError("there is no estimator \(kind); there are \(names)")
        }
        var estimator = made
        switch parts["parameters"] {
        case nil, .null?: break
        case .object(let parameters)?:
            do { try estimator.setScikitLearnParameters(parameters) } catch { throw ArgumentError("\(error)") }
        default: throw ArgumentError("parameters is to be an object, such as {\"alpha\": 0.1}")
        }
        return ServedEstimator(estimator)
    }
}

@c @implementation
public func tern_model_open(_ path: UnsafePointer<CChar>!, _ model: UnsafeMutablePointer<OpaquePointer?>!)
    -> tern_status
{
    nonisolated(unsafe) let path = path, model = model
    return answeringCaught {
        let place = try given(model, "model")
        place.pointee = nil
        place.pointee = ModelHandle.holding(try Threads.with { try ServedModel.open(try text(path, "path")) })
    }
}

@c @implementation
public func tern_model_make(_ configuration: UnsafePointer<CChar>!, _ model: UnsafeMutablePointer<OpaquePointer?>!)
    -> tern_status
{
    nonisolated(unsafe) let configuration = configuration, model = model
    return answeringCaught {
        let place = try given(model, "model")
        place.pointee = nil
        place.pointee = ModelHandle.holding(try ServedModel.make(text(configuration, "configuration")))
    }
}

@c @implementation
public func tern_model_close(_ model: OpaquePointer!) {
    guard let model else { return }
    try? ModelHandle(model, "model").close()
}

@c @implementation
public func tern_model_save(_ model: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> tern_status {
    nonisolated(unsafe) let path = path, model = model
    return answeringCaught {
        let model = try ModelHandle(model, "model").object, path = try text(path, "path")
        guard !path.isEmpty else { throw ArgumentError("path is empty; say where the model is to be written") }
        try model.save(to: path)
    }
}

/// Of each thread the last description: several may describe one model at once.
private let descriptions = ThreadText()

@c @implementation
public func tern_model_describe(
    _ model: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!
) -> tern_status {
    answering {
        let model = try ModelHandle(model, "model").object, place = try given(json, "json")
        var parts = model.description
        parts["inputs"] = model.portsDescription(model.inputs)
        parts["outputs"] = model.portsDescription(model.outputs)
        place.pointee = descriptions.keep(try CallResult.json(.object(parts)))
    }
}

@c @implementation
public func tern_model_input_count(_ model: OpaquePointer!) -> Int32 {
    (try? ModelHandle(model, "model").object.inputs.count).map(Int32.init) ?? 0
}

@c @implementation
public func tern_model_output_count(_ model: OpaquePointer!) -> Int32 {
    (try? ModelHandle(model, "model").object.outputs.count).map(Int32.init) ?? 0
}

private func describe(_ ports: [Port], _ number: Int32, _ port: UnsafeMutablePointer<tern_port>?, _ what: String) throws
{
    let place = try given(port, "port")
    guard ports.indices.contains(Int(number)) else {
        throw ArgumentError("there is no \(what) \(number); the model has \(ports.count)")
    }
    let port = ports[Int(number)]
    guard (port.shape?.count ?? 1) < Int(TERN_MAX_RANK) else {
        throw ArgumentError(
            "\(what) \(number) (\(port.name)) has \(port.shape!.count + 1) dimensions, and arrays have at most \(TERN_MAX_RANK)"
        )
    }
    place.pointee = port.described
}

@c @implementation
public func tern_model_input(_ model: OpaquePointer!, _ number: Int32, _ port: UnsafeMutablePointer<tern_port>!)
    -> tern_status
{
    answering { try describe(ModelHandle(model, "model").object.inputs, number, port, "input") }
}

@c @implementation
public func tern_model_output(_ model: OpaquePointer!, _ number: Int32, _ port: UnsafeMutablePointer<tern_port>!)
    -> tern_status
{
    answering { try describe(ModelHandle(model, "model").object.outputs, number, port, "output") }
}

@c @implementation
public func tern_model_predict(
    _ model: OpaquePointer!, _ inputs: UnsafePointer<tern_array>!, _ input_count: Int32,
    _ outputs: UnsafePointer<tern_array>!, _ output_count: Int32
) -> tern_status {
    answering {
        let handle = try ModelHandle(model, "model")
        let inputs = try UnsafeBufferPointer(start: given(inputs, "inputs"), count: Int(max(0, input_count)))
        let outputs = try UnsafeBufferPointer(start: given(outputs, "outputs"), count: Int(max(0, output_count)))
        try handle.withObject { model in try Threads.with { try model.predict(inputs, outputs) } }
    }
}

extension ServedModel {
    /// Predicts on arrays of the caller's.
    func predict(_ given: UnsafeBufferPointer<tern_array>, _ wanted: UnsafeBufferPointer<tern_array>) throws {
        let inputs = inputs, outputs = outputs
        guard given.count == inputs.count else {
            throw ArgumentError("the model has \(inputs.count) input(s), given are \(given.count)")
        }
        guard (1...outputs.count).contains(wanted.count) else {
            throw ArgumentError("the model has \(outputs.count) output(s), wanted are \(wanted.count)")
        }
        let first = try ArrayView(given[0], "input 0")
        guard first.rank > 0 else { throw ArgumentError("input 0 has no dimension of examples") }
        let examples = first.length(0)
        for i in given.indices {
            let array = try ArrayView(given[i], "input \(i)")
            try inputs[i].check(array, examples: examples, "input \(i)")
            guard ArrayView.converts(array.dtype, to: inputs[i].dtype) else {
                throw ArgumentError(
                    "input \(i) (\(inputs[i].name)) is of \(array.dtype); it must be of \(inputs[i].dtype), or of integers"
                )
            }
            try array.checkHeld(by: inputs[i].dtype, "input \(i) (\(inputs[i].name))")
        }
        var isOverInput = false
        for i in wanted.indices {
            let array = try ArrayView(wanted[i], "output \(i)")
            try array.checkWritable("output \(i)")
            try outputs[i].check(array, examples: examples, "output \(i)")
            for j in 0..<i where try array.overlaps(ArrayView(wanted[j], "output \(j)")) {
                throw ArgumentError("output \(i) lies over output \(j); give each memory of its own")
            }
            for input in given where !isOverInput {
                isOverInput = try array.spoils(ArrayView(input, "input"))
            }
        }
        guard examples > 0 else { return }
        if let plans {
            guard isOverInput else { return try plans.run(given, wanted, examples: examples) }
            // Plans write the first examples before they read the last.
            let copies = try given.map { try ArrayView($0, "input").tensor() }
            return try withExtendedLifetime(copies) {
                try copies.map(\.described).withUnsafeBufferPointer { try plans.run($0, wanted, examples: examples) }
            }
        }
        let tensors = try zip(given, inputs).map { try ArrayView($0, "input").tensor(as: $1.dtype) }
        let turns = turns
        turns?.lock()
        defer { turns?.unlock() }
        let answers = try catchingFailure { [self] in try predict(tensors, count: wanted.count) }
        for (i, answer) in answers.enumerated() {
            let array = try ArrayView(wanted[i], "output \(i)")
            // Of unknown shape a port has two dimensions, and what is made by it a second one of length 1.
            guard array.shape == answer.shape || outputs[i].shape == nil && array.shape == answer.shape + [1] else {
                throw ArgumentError("output \(i) has the shape \(array.shape); it must be \(answer.shape)")
            }
            try answer.withUnsafeBytes {
                try array.write(
                    from: UnsafeMutableRawPointer(mutating: $0.baseAddress!), as: answer.dtype, "output \(i)")
            }
        }
    }
}

/// The arrays of a call.
private func views(_ arrays: UnsafePointer<tern_array>?, _ count: Int32, _ name: String) throws -> [ArrayView] {
    guard count >= 0 else { throw ArgumentError("\(count) \(name)s") }
    return try (0..<Int(count)).map { try ArrayView(given(arrays, "\(name)s")[$0], "\(name) \($0)") }
}

@c @implementation
public func tern_model_fit(
    _ model: OpaquePointer!, _ inputs: UnsafePointer<tern_array>!, _ input_count: Int32,
    _ targets: UnsafePointer<tern_array>!, _ target_count: Int32, _ weights: UnsafePointer<tern_array>!, _ more: Int32,
    _ progress: tern_progress_function!, _ context: UnsafeMutableRawPointer!
) -> tern_status {
    answering {
        let model = try ModelHandle(model, "model").object
        let inputs = try views(inputs, input_count, "input").map { $0.tensor() }
        let targets = try views(targets, target_count, "target").map { $0.tensor() }
        let weights = try weights.map { try ArrayView($0.pointee, "weights").tensor() }
        try Threads.with {
            try Training(progress: progress, context: context).run { tell in
                try model.fit(inputs, targets, weights: weights, more: more != 0, tell: tell)
            }
        }
    }
}
