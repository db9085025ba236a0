import Foundation
import Synchronization
import TernCore

/// A page that is open: its views, and the computations that it waits for.
///
/// Each request is computed on a thread of its own, within `catchingFailure`, so that what would end a program is an
/// error of the request. `close()` abandons what runs; views go with the last of it.
package final class StudioConnection: Sendable {
    /// How many requests of a page may run side by side.
    static let mostRequests = 8

    private let views: [AnyStudioView]
    private let setup: StudioSetup
    private let running = Mutex<[Int: StudioWork]>([:])
    private let isClosed = Atomic(false)
    private let waiting: @Sendable () -> Int
    private let send: @Sendable (Data) -> Void
    private static let queue = DispatchQueue(label: "tern.studio", attributes: .concurrent)

    /// - Parameters:
    ///   - waiting: how many messages the page has not read.
    ///   - send: gives a message to the page.
    package init(
        views: [any StudioView.Type] = Studio.views, setup: StudioSetup = StudioSetup(),
        waiting: @escaping @Sendable () -> Int = { 0 },
        send: @escaping @Sendable (Data) -> Void
    ) {
        self.views = views.map { Self.open($0) }
        self.setup = setup
        self.waiting = waiting
        self.send = send
    }

    private static func open<View: StudioView>(_ type: View.Type) -> AnyStudioView { AnyStudioView(type) }

    /// How many computations run.
    package var runningCount: Int { running.withLock(\.count) }

    /// Takes a text of the page.
    package func receive(text: String) {
        guard text.utf8.count <= StudioMessage.mostText else {
            return refuse(
                StudioMistake(
                    "a message of \(text.utf8.count) bytes is longer than \(StudioMessage.mostText)"))
        }
        begin(Data(text.utf8), attachment: nil)
    }

    /// Takes bytes of the page: a request with a file.
    package func receive(bytes: Data) {
        guard bytes.count <= StudioMessage.mostBytes else {
            return refuse(StudioMistake("\(bytes.count) bytes are more than \(StudioMessage.mostBytes)"))
        }
        do {
            let (json, rest) = try StudioMessage.parts(of: bytes)
            begin(json, attachment: Data(rest))
        } catch { refuse(error) }
    }

    /// Abandons all that runs; nothing is sent any more.
    package func close() {
        isClosed.store(true, ordering: .relaxed)
        running.withLock { works in
            for work in works.values { work.abandon() }
        }
    }

    private func begin(_ message: Data, attachment: Data?) {
        let envelope: StudioMessage.Envelope
        do { envelope = try StudioMessage.envelope(of: message) } catch { return refuse(error) }
        let id = envelope.id
        if envelope.action == "cancel", envelope.view == nil {
            running.withLock { $0[envelope.of ?? id]?.abandon() }
            return
        }
        guard let view = views.first(where: { $0.name == envelope.view }) else {
            let names = views.map(\.name).joined(separator: ", ")
            return refuse(
                StudioMistake("there is no view \"\((envelope.view ?? "").prefix(40))\"; there are \(names)"), id)
        }
        let work = StudioWork(attachment: attachment, setup: setup, waiting: waiting) { [weak self] key, value in
            self?.reply(Reply(id: id, key: key, value: value))
        }
        let complaint: String? = running.withLock { works in
            if works[id] != nil { return "the request \(id) is still running" }
            if works.count >= Self.mostRequests { return "\(Self.mostRequests) requests are running; wait for one" }
            works[id] = work
            return nil
        }
        if let complaint { return refuse(StudioMistake(complaint), id) }
        let action = envelope.action
        Self.queue.async { [self] in
            do {
                let result = Result { try catchingFailure { try view.answer(action, message, work) } }
                // The place is free before the page hears of it, so that it may ask again at once.
                running.withLock { $0[id] = nil }
                reply(Reply(id: id, key: "result", value: try result.get()))
            } catch { refuse(error, id) }
        }
    }

    private func refuse(_ error: any Error, _ id: Int? = nil) {
        let mistake: StudioMistake =
            switch error {
            case let mistake as StudioMistake: mistake
            case is CancellationError: StudioMistake("abandoned")
            default: StudioMistake("\(error)")
            }
        reply(Reply(id: id, key: "error", value: mistake))
    }

    private func reply(_ reply: Reply) {
        guard !isClosed.load(ordering: .relaxed) else { return }
        do { send(try StudioMessage.encoded(reply)) } catch {
            guard
                let bytes = try? StudioMessage.encoded(
                    Reply(id: reply.id, key: "error", value: StudioMistake("the reply cannot be written: \(error)")))
            else { return }
            send(bytes)
        }
    }
}

/// A reply: its request's number, and what is said.
private struct Reply: Encodable {
    var id: Int?
    var key: String, value: any Encodable

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: Key(stringValue: "id"))
        try container.encode(value, forKey: Key(stringValue: key))
    }
}
