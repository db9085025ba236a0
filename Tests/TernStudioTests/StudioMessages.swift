import Foundation
import Synchronization
import TernStudio

/// A page without a browser: what it sends, and what it hears.
final class TestPage: Sendable {
    private let heard = Heard()
    let connection: StudioConnection

    init(views: [any StudioView.Type] = Studio.views, setup: StudioSetup = StudioSetup()) {
        connection = StudioConnection(views: views, setup: setup) { [heard] in heard.take($0) }
    }

    private final class Heard: Sendable {
        let messages = Mutex<[Data]>([])
        func take(_ bytes: Data) { messages.withLock { $0.append(bytes) } }
    }

    /// The JSON of a message, in which arrays stand as numbers.
    static func decoded(_ bytes: Data) -> [String: Any] {
        let length = Int(bytes.prefix(4).withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
        let json = try! JSONSerialization.jsonObject(with: bytes.dropFirst(4).prefix(length))
        func filled(_ value: Any) -> Any {
            if let list = value as? [Any] { return list.map(filled) }
            guard let object = value as? [String: Any] else { return value }
            guard let place = object["$"] as? [Int] else { return object.mapValues(filled) }
            let start = 4 + length + place[0]
            return (0..<place[1]).map { i -> Double in
                bytes.withUnsafeBytes {
                    place[2] == 64
                        ? $0.loadUnaligned(fromByteOffset: start + 8 * i, as: Double.self)
                        : Double($0.loadUnaligned(fromByteOffset: start + 4 * i, as: Float.self))
                }
            }
        }
        return filled(json) as! [String: Any]
    }

    /// Waits for the first message of this kind: `result`, `error`, `progress`.
    func wait(for key: String, id: Int? = nil) async throws -> Any {
        for _ in 0..<6000 {
            for message in heard.messages.withLock({ $0 }).map(Self.decoded) {
                if let found = message[key], id == nil || message["id"] as? Int == id { return found }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Silence(key: key)
    }

    /// The parts of a request's result so far.
    func parts(id: Int) -> [Any] {
        heard.messages.withLock { $0 }.map(Self.decoded).filter { $0["id"] as? Int == id }.compactMap { $0["part"] }
    }

    struct Silence: Error { var key: String }

    /// Sends a request, with a file where one goes with it.
    func send(_ action: String, _ arguments: String, view: String = "descent", id: Int = 1, file: Data? = nil) {
        let text =
            "{\"id\": \(id), \"view\": \"\(view)\", \"action\": \"\(action)\", \"arguments\": \(arguments)}"
        guard let file else { return connection.receive(text: text) }
        let json = Data(text.utf8)
        let length = Data((0..<4).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
        connection.receive(bytes: length + json + file)
    }

    /// The result of a request.
    func ask(
        _ action: String, _ arguments: String, view: String = "descent", id: Int = 1, file: Data? = nil
    ) async throws -> [String: Any] {
        send(action, arguments, view: view, id: id, file: file)
        return try await wait(for: "result", id: id) as! [String: Any]
    }

    /// The sentence of the error that a message is answered with.
    func complaint(_ text: String) async throws -> String {
        connection.receive(text: text)
        return (try await wait(for: "error") as! [String: Any])["description"] as! String
    }
}
