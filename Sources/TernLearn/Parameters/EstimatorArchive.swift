import Foundation
import TernCore
import TernText

/// An estimator as text beside tensors: what a file of it holds.
///
/// ```swift
/// var model = Ridge()
/// try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1]))
/// let archive = try EstimatorArchive(model)
/// archive.tensors.keys.sorted()                       // ["value/coef", "value/intercept"]
/// try (archive.estimator() as! Ridge).coef == model.coef      // true
/// ```
///
/// Numbers keep every bit. Functions that an estimator calls, such as progress, are not kept.
public struct EstimatorArchive: Sendable {
    /// JSON: the kind, the parameters and what was learned, but for tensors.
    public var text: String
    /// By their path in the text.
    public var tensors: [String: Tensor]

    /// What was read from a file.
    public init(text: String, tensors: [String: Tensor]) {
        self.text = text
        self.tensors = tensors
    }

    /// Takes an estimator or splitter apart.
    ///
    /// - Throws: ``EstimatorError`` where it does not encode itself.
    public init(_ value: any Registered) throws { try self.init(value, keepsProgress: false) }

    /// - Parameter keepsProgress: whether networks say what training goes on with, too, as what is pickled does.
    package init(_ value: any Registered, keepsProgress: Bool) throws {
        let aside = TensorsAside()
        text = String(
            decoding: try Self.encoded(RegisteredBox(value), aside, keepsProgress: keepsProgress), as: UTF8.self)
        tensors = aside.tensors
    }

    /// The estimator, to the bit.
    ///
    /// - Throws: ``EstimatorError`` where text and tensors do not fit together.
    public func estimator() throws -> any Registered {
        try Self.decoded(RegisteredBox.self, Data(text.utf8), TensorsAside(tensors)).value
    }

    /// In an encoder's `userInfo` where networks say what training goes on with.
    static let keepsProgress = CodingUserInfoKey(rawValue: "tern.progress")!

    static func encoded<T: Encodable>(_ value: T, _ aside: TensorsAside, keepsProgress: Bool = false) throws -> Data {
        let encoder = JSONEncoder.ofAllNumbers
        if keepsProgress { encoder.userInfo[Self.keepsProgress] = true }
        encoder.outputFormatting = [.sortedKeys]
        encoder.userInfo[TensorsAside.key] = aside
        do { return try encoder.encode(value) } catch {
            throw EstimatorError("\(T.self) cannot be written: \(words(ofDecoding: error))")
        }
    }

    /// How errors of what cannot be read begin.
    static let complaint = "this is no estimator: "

    static func decoded<T: Decodable>(_ type: T.Type, _ data: Data, _ aside: TensorsAside) throws -> T {
        let decoder = JSONDecoder.ofAllNumbers
        decoder.userInfo[TensorsAside.key] = aside
        do { return try decoder.decode(type, from: data) } catch {
            throw EstimatorError("\(complaint)\(words(ofDecoding: error))")
        }
    }
}
