import CTern
import Foundation
import Tern
import TernText

/// What `tern_call` is given.
struct CallArguments: Sendable {
    let values: [String: ParameterValue]
    let arrays: [String: Tensor]
    var tell: Training.Listener?

    init(_ json: String, _ arrays: [String: Tensor]) throws {
        values = try Self.object(ofJSON: json, "arguments are")
        self.arrays = arrays
    }

    /// - Parameter name: how messages call it, with its verb.
    /// - Throws: ``ArgumentError`` where the text is no JSON object.
    static func object(ofJSON text: String, _ name: String) throws -> [String: ParameterValue] {
        do {
            return try JSONDecoder.ofAllNumbers.decode([String: ParameterValue].self, from: Data(text.utf8))
        } catch { throw ArgumentError("\(name) no JSON object: \(words(ofDecoding: error))") }
    }

    func array(_ name: String) throws -> Tensor {
        guard let array = arrays[name] else { throw ArgumentError("the array \"\(name)\" is missing") }
        return array
    }

    func object(_ name: String) throws -> [String: ParameterValue] {
        guard case .object(let members)? = values[name] else { throw ArgumentError("\"\(name)\" is to be an object") }
        return members
    }

    func text(_ name: String) throws -> String {
        guard let text = values[name]?.word else { throw ArgumentError("\"\(name)\" is to be a text") }
        return text
    }

    /// A text that is a path.
    func path(_ name: String) throws -> String { try Self.path(text(name), name) }

    /// - Throws: ``ArgumentError`` for a path that would end at its first NUL wherever the system takes it.
    static func path(_ text: String, _ name: String) throws -> String {
        guard !text.utf8.contains(0) else { throw ArgumentError("\"\(name)\" holds a NUL, which no path does") }
        return text
    }

    /// What stands under a name; nil where nothing does, or null.
    ///
    /// - Throws: ``ArgumentError`` where it is something else than is wanted.
    func told<T>(_ name: String, _ wanted: String, _ read: (ParameterValue) -> T?) throws -> T? {
        guard let value = values[name], value != .null else { return nil }
        guard let found = read(value) else {
            throw ArgumentError("\"\(name)\" is to be \(wanted), found \((try? CallResult.json(value)) ?? "")")
        }
        return found
    }

    func truth(_ name: String) throws -> Bool? { try told(name, "true or false", \.truth) }

    /// A text that need not be given.
    func givenText(_ name: String) throws -> String? {
        try told(name, "a text", \.word)
    }

    /// A path that need not be given.
    func givenPath(_ name: String) throws -> String? { try givenText(name).map { try Self.path($0, name) } }

    func isTrue(_ name: String) throws -> Bool { try truth(name) ?? false }

    func integer(_ name: String) throws -> Int? { try told(name, "a whole number", \.whole) }

    /// The seed of a stream; 0 where none is given.
    func seed() throws -> UInt64 {
        let seed = try integer("seed") ?? 0
        guard seed >= 0 else { throw ArgumentError("seed is \(seed); it is to be 0 or more") }
        return UInt64(seed)
    }

    func number(_ name: String) throws -> Double? { try told(name, "a number", \.number) }

    func numbers(_ name: String) throws -> [Double]? { try told(name, "a list of numbers") { $0.all(\.number) } }

    func integers(_ name: String) throws -> [Int]? { try told(name, "a list of whole numbers") { $0.all(\.whole) } }
}

extension ParameterValue {
    fileprivate var truth: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The text; "nan" and "inf" among them, which JSON has for numbers.
    var word: String? {
        switch self {
        case .text(let text): text
        case .number(let number) where !number.isFinite: number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
        default: nil
        }
    }

    var whole: Int? { if case .integer(let value) = self { value } else { nil } }

    /// The elements of a list; nil where it is none, or holds another.
    func all<T>(_ read: (ParameterValue) -> T?) -> [T]? {
        guard case .list(let values) = self else { return nil }
        let found = values.map(read)
        return found.contains { $0 == nil } ? nil : found.map { $0! }
    }
}

/// What `tern_call` gives.
final class CallResult: @unchecked Sendable {
    let text: LastingCopy
    let arrays: [(name: LastingCopy, tensor: Tensor)]
    var model: ServedModel?

    /// A JSON object.
    convenience init(_ object: [String: ParameterValue], arrays: [String: Tensor] = [:]) throws {
        self.init(text: try Self.json(.object(object)), arrays: arrays)
    }

    init(text: String = "{}", arrays: [String: Tensor] = [:], model: ServedModel? = nil) {
        self.text = LastingCopy(text)
        self.arrays = arrays.sorted { $0.key < $1.key }.map { (LastingCopy($0.key), $0.value) }
        self.model = model
    }

    static func json(_ value: ParameterValue) throws -> String {
        let encoder = JSONEncoder.ofAllNumbers
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Estimators with their defaults.
enum EstimatorPrototypes {
    static let made: [String: any Estimator] = Dictionary(
        uniqueKeysWithValues: EstimatorRegistry.prototypes.map { (type(of: $0).kind, $0) })

    static var description: ParameterValue {
        .object(
            made.mapValues { estimator in
                let type =
                    estimator is any Classifier
                    ? "classifier" : estimator is any Regressor ? "regressor" : "transformer"
                return .object(["parameters": .object(estimator.scikitLearnParameters), "type": .text(type)])
            })
    }
}

/// The functions of `tern_call` that need no model.
enum FreeFunctions {
    static let all = [KerasFunctions.all, DataFunctions.all, ExperimentFunctions.all].reduce(own) {
        $0.merging($1) { first, _ in first }
    }

    private static let own: [String: @Sendable (CallArguments) throws -> CallResult] = [
        "functions": { _ in
            let names = all.keys + ServedEstimator.functions + ServedNetwork.kerasFunctions
            return CallResult(text: try CallResult.json(.list(names.sorted().map { .text($0) })))
        },
        "estimators": { _ in CallResult(text: try CallResult.json(EstimatorPrototypes.description)) },
        "restore": { arguments in
            let text = try arguments.text("archive")
            if let network = try ServedNetwork(archive: text, arguments.arrays) { return CallResult(model: network) }
            let found = try EstimatorArchive(text: text, tensors: arguments.arrays).estimator()
            guard let estimator = found as? any Estimator else {
                throw ArgumentError("the archive holds a \(type(of: found).kind), which is no estimator")
            }
            return CallResult(model: ServedEstimator(estimator))
        },
    ]
}

@c @implementation
public func tern_call(
    _ model: OpaquePointer!, _ function: UnsafePointer<CChar>!, _ arguments: UnsafePointer<CChar>!,
    _ arrays: UnsafePointer<tern_named_array>!, _ array_count: Int32, _ progress: tern_progress_function!,
    _ context: UnsafeMutableRawPointer!, _ result: UnsafeMutablePointer<OpaquePointer?>!
) -> tern_status {
    answering {
        let place = try given(result, "result"), name = try text(function, "function")
        place.pointee = nil
        guard array_count >= 0 else { throw ArgumentError("\(array_count) arrays") }
        var tensors: [String: Tensor] = [:]
        for i in 0..<Int(array_count) {
            let named = try given(arrays, "arrays")[i], name = try text(named.name, "the name of array \(i)")
            guard tensors[name] == nil else { throw ArgumentError("two arrays are called \"\(name)\"") }
            tensors[name] = try ArrayView(named.array, name).tensor()
        }
        let call = try CallArguments(arguments == nil ? "{}" : text(arguments, "arguments"), tensors)
        let served = try model.map { try ModelHandle($0, "model").object }
        nonisolated(unsafe) var found: CallResult?
        try Threads.with {
            func run(_ tell: Training.Listener?) throws {
                var call = call
                call.tell = tell
                if let served {
                    found = try served.call(name, call)
                    if found == nil { throw ArgumentError("this model has no function \"\(name)\"") }
                } else {
                    guard let function = FreeFunctions.all[name] else {
                        throw ArgumentError("there is no function \"\(name)\" without a model; \"functions\" lists all")
                    }
                    found = try function(call)
                }
            }
            if served != nil, ServedEstimator.checkedFunctions.contains(name) {
                try run(nil)
            } else {
                try Training(progress: progress, context: context).run(run)
            }
        }
        place.pointee = Handle<CallResult>.holding(found!)
    }
}

@c @implementation
public func tern_result_text(_ result: OpaquePointer!) -> UnsafePointer<CChar>! {
    (try? Handle<CallResult>(result, "result"))?.object.text.pointer
}

@c @implementation
public func tern_result_array_count(_ result: OpaquePointer!) -> Int32 {
    Int32((try? Handle<CallResult>(result, "result"))?.object.arrays.count ?? 0)
}

@c @implementation
public func tern_result_array(
    _ result: OpaquePointer!, _ number: Int32, _ array: UnsafeMutablePointer<tern_named_array>!
) -> tern_status {
    answering {
        let result = try Handle<CallResult>(result, "result").object, place = try given(array, "array")
        guard result.arrays.indices.contains(Int(number)) else {
            throw ArgumentError("there is no array \(number); the result has \(result.arrays.count)")
        }
        let (name, tensor) = result.arrays[Int(number)]
        guard tensor.rank <= Int(TERN_MAX_RANK) else {
            throw ArgumentError("array \(number) has \(tensor.rank) dimensions")
        }
        place.pointee.name = name.pointer
        place.pointee.array = tensor.described
    }
}

@c @implementation
public func tern_result_take_model(_ result: OpaquePointer!) -> OpaquePointer! {
    guard let result = try? Handle<CallResult>(result, "result").object, let model = result.model else { return nil }
    result.model = nil
    return ModelHandle.holding(model)
}

@c @implementation
public func tern_result_close(_ result: OpaquePointer!) {
    guard let result else { return }
    try? Handle<CallResult>(result, "result").close()
}
