import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// A random case of a layer and what Keras makes of it (Scripts/fixtures/keras_random_layers.py).
struct RandomLayerCase: CustomTestStringConvertible, @unchecked Sendable {
    /// An array of (low + a whole number below count) / divisor, drawn from the case's stream.
    struct Numbers: Decodable {
        var shape: [Int], low: Int?, count: Int?, divisor: Int?, dtype: String?
        /// This share of them is NaN.
        var missing: Double?
        /// Of a weight, in Keras.
        var path: String?

        init(shape: [Int]) { self.shape = shape }

        var isFloatingPoint: Bool { dtype == nil }

        func draw(_ state: inout RandomState) -> Tensor {
            let values = state.random(count: shape.reduce(1, *)).map { share in
                share < missing ?? 0
                    ? .nan
                    : (Double(low ?? -15_000) + (share * Double(count ?? 30_001)).rounded(.down))
                        / Double(divisor ?? 10_000)
            }
            let tensor = Tensor(values, shape: shape)
            return switch dtype {
            case "int": tensor.cast(to: .int64)
            case "bool": tensor .> 0
            default: tensor
            }
        }
    }

    private struct Content: Decodable {
        var kind: String, seed: Int, training: Bool?
        var inputs: [Numbers], masks: [Numbers?]?, weights: [Numbers], trained: Int
        var outputs: [[Int]], outputMasks: [[Int]?]?
        var values: Data
    }

    private let content: Content
    /// The settings that are not Tern's defaults.
    let configuration: [String: Any]
    /// How many sums an array of more numbers is kept as.
    let sums: Int
    let testDescription: String

    var kind: String { content.kind }
    var isTraining: Bool { content.training ?? false }
    var inputs: [Numbers] { content.inputs }
    var weights: [Numbers] { content.weights }
    /// How many of the weights are trained; these come first.
    var trainedCount: Int { content.trained }
    var outputShapes: [[Int]] { content.outputs }
    var outputMasks: [[Int]?] { content.outputMasks ?? content.outputs.map { _ in nil } }
    /// Keras's numbers: of each array all, or `sums` sums.
    let expected: [Double]

    private init(_ json: [String: Any], sums: Int, number: Int) throws {
        var json = json
        configuration = json.removeValue(forKey: "config") as! [String: Any]
        content = try JSONDecoder().decode(Content.self, from: JSONSerialization.data(withJSONObject: json))
        self.sums = sums
        expected = FixtureNumbers(content.values).doubles
        json["values"] = nil
        json["config"] = configuration
        let text = try JSONSerialization.data(withJSONObject: json, options: [.sortedKeys, .withoutEscapingSlashes])
        testDescription = "\(content.kind) \(number): \(String(decoding: text, as: UTF8.self))"
    }

    /// The arrays of a case.
    struct Arrays {
        var inputs: [Tensor], masks: [Tensor?], weights: [Tensor], cotangents: [Tensor]
        /// What follows in the stream: the factors of sums.
        var stream: RandomState
    }

    func draw() -> Arrays {
        var stream = RandomState(seed: UInt32(content.seed))
        return Arrays(
            inputs: inputs.map { $0.draw(&stream) },
            masks: (content.masks ?? []).map { $0?.draw(&stream) },
            weights: weights.map { $0.draw(&stream) },
            cotangents: outputShapes.map { Numbers(shape: $0).draw(&stream) },
            stream: stream)
    }
}

// MARK: - Reading

extension RandomLayerCase {
    /// Where the cases are: in the fixtures, or where the environment says (Scripts/random_layers.sh).
    static let folder = URL(fileURLWithPath: Fixture.path("random_layers"))
    static let isFixture = !Fixture.isReplaced("random_layers")

    /// All cases by kind.
    static let all: [String: [RandomLayerCase]] = {
        var result: [String: [RandomLayerCase]] = [:]
        let files = try! FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files.filter({ $0.pathExtension == "json" }).sorted(by: { $0.path < $1.path }) {
            let json = try! JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
            for item in json["cases"] as! [[String: Any]] {
                let number = result[item["kind"] as! String]?.count ?? 0
                let made = try! RandomLayerCase(item, sums: json["sums"] as! Int, number: number)
                result[made.kind, default: []].append(made)
            }
        }
        return result
    }()
}

// MARK: - The layer

extension RandomLayerCase {
    /// The layer with these settings, and its configuration as it writes it.
    func layer() throws -> any Layer {
        let whole = try Self.completed(["kind": kind, "config": configuration])
        return try JSONDecoder().decode(LayerBox.self, from: JSONSerialization.data(withJSONObject: whole)).layer
    }

    static func json(_ layer: any Layer) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(LayerBox(layer))) as! [String: Any]
    }

    /// A layer in a configuration with its prototype's settings for those that are left out.
    private static func completed(_ box: [String: Any]) throws -> [String: Any] {
        let kind = box["kind"] as! String
        let prototype = try #require(LayerRegistry.prototype(of: kind)?.make?(), "there is no layer \(kind)")
        var config = try json(prototype)["config"] as! [String: Any]
        for (key, value) in box["config"] as! [String: Any] {
            // Settings in a group are completed too.
            if let group = value as? [String: Any], key == "settings" || key == "info" {
                config[key] = (config[key] as! [String: Any]).merging(group) { $1 }
            } else if value is NSNull {
                config[key] = nil
            } else {
                config[key] = try within(value)
            }
        }
        return ["kind": kind, "config": config]
    }

    private static func within(_ value: Any) throws -> Any {
        if let list = value as? [Any] { return try list.map(within) }
        guard let members = value as? [String: Any] else { return value }
        return members["kind"] is String && members["config"] is [String: Any] ? try completed(members) : members
    }

    /// Whether `whole` says all that `part` says: a setting that Tern does not know would go unseen.
    static func says(_ whole: Any?, _ part: Any) -> Bool {
        switch (whole, part) {
        case (let whole as [String: Any], let part as [String: Any]): part.allSatisfy { says(whole[$0.key], $0.value) }
        case (let whole as [Any], let part as [Any]):
            whole.count == part.count && zip(whole, part).allSatisfy { says($0, $1) }
        case (let whole as NSNumber, let part as NSNumber): whole.doubleValue == part.doubleValue
        case (let whole as String, let part as String): whole == part
        case (nil, is NSNull), (is NSNull, is NSNull): true
        default: false
        }
    }
}
