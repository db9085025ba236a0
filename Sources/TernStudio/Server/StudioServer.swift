import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// The server behind the pages: files, and a socket for each page.
package final class StudioServer: HTTPHandler {
    /// How many pages may be open.
    static let mostPages = 16

    /// Who may ask; known when the port is.
    package let gate = Mutex<StudioGate?>(nil)
    private let pages = Atomic(0)
    private let views: [any StudioView.Type]
    private let files: StudioFiles
    private let setup: StudioSetup

    package init(
        views: [any StudioView.Type] = Studio.views, files: StudioFiles = StudioFiles(),
        setup: StudioSetup = StudioSetup()
    ) {
        self.views = views
        self.files = files
        self.setup = setup
    }

    /// How many pages are open.
    package var pageCount: Int { pages.load(ordering: .relaxed) }

    /// Answers until the task is cancelled.
    ///
    /// - Parameters:
    ///   - port: 0: any that is free.
    ///   - ready: called with the page's address once the server listens.
    /// - Throws: `StudioMistake` where the port cannot be had.
    package func run(port: UInt16, ready: @escaping @Sendable (String) -> Void) async throws {
        let pool = HTTPServer.defaultPool(), folder = try TemporaryFolder(forSocket: true)
        let listener = try Self.listener(at: port, pool)
        defer { try? listener.close() }
        guard case .ip4(_, let port) = try listener.socket.sockname() else { return }
        let gate = StudioGate(port: port)
        self.gate.withLock { $0 = gate }
        let place = sockaddr_un.unix(path: folder.path + "/socket")
        let server = HTTPServer(address: place, logger: .disabled, handler: self)
        let door = StudioDoor(listener: listener, pool: pool, gate: gate, server: place)
        try await pool.prepare()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask { try await server.run() }
            group.addTask {
                try await server.waitUntilListening()
                ready(gate.address)
                try await door.run()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        withExtendedLifetime(folder) {}
    }

    private static func listener(at port: UInt16, _ pool: some AsyncSocketPool) throws -> AsyncSocket {
        do {
            let socket = try Socket(domain: AF_INET)
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
            try socket.listen()
            return try AsyncSocket(socket: socket, pool: pool)
        } catch let error as SocketError {
            throw StudioMistake("port \(port) cannot be had (\(error.localizedDescription)); choose another by --port")
        }
    }

    /// Answers a request: a file of the page, or the socket.
    package func handleRequest(_ request: HTTPRequest) async -> HTTPResponse {
        guard let gate = gate.withLock({ $0 }) else { return Self.refusal("the server is starting") }
        let isUpgrade = request.headers[HTTPHeader("Upgrade")] != nil
        let path = gate.path(
            of: request.target.path(), host: request.headers[.host], origin: request.headers[HTTPHeader("Origin")],
            site: request.headers[HTTPHeader("Sec-Fetch-Site")], isUpgrade: isUpgrade)
        switch path {
        case .failure(let mistake): return Self.refusal(mistake.description)
        case .success("socket"):
            guard pageCount < Self.mostPages else {
                return Self.answer("\(Self.mostPages) pages are open; close one", .serviceUnavailable)
            }
            let handler = WebSocketHTTPHandler(handler: MessageFrameWSHandler(handler: self, frameSize: 1 << 20))
            return (try? await handler.handleRequest(request)) ?? Self.refusal("no socket")
        case .success(let name):
            guard request.method == .GET || request.method == .HEAD else {
                return Self.answer("files are read by GET", .methodNotAllowed)
            }
            guard let file = files[name.isEmpty ? "studio.html" : name] else {
                return Self.answer("there is no such file", .notFound)
            }
            return HTTPResponse(
                statusCode: .ok, headers: Self.headers(type: file.type, port: gate.port), body: file.bytes)
        }
    }

    private static func refusal(_ text: String) -> HTTPResponse { answer(text, .forbidden) }

    private static func answer(_ text: String, _ status: HTTPStatusCode) -> HTTPResponse {
        HTTPResponse(
            statusCode: status, headers: headers(type: "text/plain; charset=utf-8", port: nil),
            body: Data((text + "\n").utf8))
    }

    private static func headers(type: String, port: UInt16?) -> HTTPHeaders {
        let sockets = port.map { " ws://127.0.0.1:\($0) ws://localhost:\($0)" } ?? ""
        return [
            .contentType: type, .cacheControl: "no-store",
            HTTPHeader("Content-Security-Policy"):
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
                + "connect-src 'self'\(sockets); base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "no-referrer",
            HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
            HTTPHeader("Cross-Origin-Opener-Policy"): "same-origin",
        ]
    }
}

extension StudioServer: WSMessageHandler {
    /// The talk with a page, from its first message to its close.
    package func makeMessages(for client: AsyncStream<WSMessage>) async throws -> AsyncStream<WSMessage> {
        let outbox = Outbox()
        let connection = StudioConnection(
            views: views, setup: setup, waiting: { outbox.count }, send: { outbox.put($0) })
        pages.add(1, ordering: .relaxed)
        let talk = Task { [self] in
            for await message in client {
                switch message {
                case .text(let text): connection.receive(text: text)
                case .data(let bytes): connection.receive(bytes: bytes)
                case .close: break
                }
            }
            connection.close()
            outbox.close()
            pages.subtract(1, ordering: .relaxed)
        }
        _ = talk
        return outbox.messages
    }
}

/// Messages that a page has not read yet, counted.
private final class Outbox: Sendable {
    private let unread = Atomic(0)
    private let stream: AsyncStream<WSMessage>
    private let input: AsyncStream<WSMessage>.Continuation

    init() { (stream, input) = AsyncStream.makeStream(of: WSMessage.self) }

    var count: Int { unread.load(ordering: .relaxed) }

    func put(_ bytes: Data) {
        unread.add(1, ordering: .relaxed)
        input.yield(.data(bytes))
    }

    func close() { input.finish() }

    var messages: AsyncStream<WSMessage> {
        let reader = Reader(stream.makeAsyncIterator())
        return AsyncStream { [self] in
            guard let message = await reader.next() else { return nil }
            unread.subtract(1, ordering: .relaxed)
            return message
        }
    }

    /// Read by one connection alone.
    private final class Reader: @unchecked Sendable {
        private var iterator: AsyncStream<WSMessage>.Iterator
        init(_ iterator: AsyncStream<WSMessage>.Iterator) { self.iterator = iterator }
        func next() async -> WSMessage? { await iterator.next() }
    }
}
