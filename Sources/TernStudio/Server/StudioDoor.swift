import FlyingSocks
import Foundation
import Synchronization

/// The door before the server: it reads how each connection begins, and lets in whose first request the gate lets
/// through.
///
/// Behind it lines of any length are read, in a time that grows with their square (FlyingFox 0.27): whoever reaches the
/// port, such as a page of another site in the same browser, could keep the processor busy. Here what is read of a
/// stranger is bounded in length, in time and in number.
struct StudioDoor: Sendable {
    /// Browsers send some hundreds of bytes.
    static let longestHead = 1 << 14
    static let mostConnections = 64
    private static let patience = Duration.seconds(15)

    let listener: AsyncSocket
    let pool: any AsyncSocketPool
    let gate: StudioGate
    /// Where the server listens, which no one else reaches.
    let server: sockaddr_un

    /// Takes connections until the task is cancelled.
    func run() async throws {
        let count = Counter()
        try await withThrowingDiscardingTaskGroup { group in
            for try await client in listener.sockets {
                group.addTask {
                    if count.change(by: 1) <= Self.mostConnections { await take(client) }
                    _ = count.change(by: -1)
                    try? client.close()
                }
            }
        }
    }

    private func take(_ client: AsyncSocket) async {
        // By Nagle's algorithm a short reply behind another would wait for the browser's acknowledgement: 40 ms.
        try? client.socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
        guard let bytes = try? await head(of: client) else { return }
        guard let head = RequestHead(bytes) else {
            return await refuse(client, "431 Request Header Fields Too Large", "no request is so long")
        }
        let found = gate.path(
            of: head.path, host: head.fields["host"], origin: head.fields["origin"],
            site: head.fields["sec-fetch-site"], isUpgrade: head.fields["upgrade"] != nil)
        if case .failure(let mistake) = found { return await refuse(client, "403 Forbidden", mistake.description) }
        guard let inner = try? await AsyncSocket.connected(to: server, pool: pool) else { return }
        if (try? await inner.write(Data(bytes))) != nil {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await Self.pass(client, to: inner)
                    return false
                }
                group.addTask {
                    await Self.pass(inner, to: client)
                    return true
                }
                for await isServersEnd in group where isServersEnd { group.cancelAll() }
            }
        }
        try? inner.close()
    }

    /// The bytes up to the end of the first request's head, and what came with them; too many where it has no end.
    private func head(of client: AsyncSocket) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                while bytes.count <= Self.longestHead, !RequestHead.isWhole(bytes) {
                    bytes += try await client.read(atMost: 4096)
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw SocketError.disconnected
            }
            defer { group.cancelAll() }
            return try await group.next()!
        }
    }

    private func refuse(_ client: AsyncSocket, _ status: String, _ text: String) async {
        let answer = """
            HTTP/1.1 \(status)\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(text.utf8.count + 1)\r
            Cache-Control: no-store\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            \r
            \(text)

            """
        try? await client.write(Data(answer.utf8))
    }

    /// Passes bytes on until there are no more, and tells the other side so.
    private static func pass(_ from: AsyncSocket, to other: AsyncSocket) async {
        while let bytes = try? await from.read(atMost: 4096), (try? await other.write(Data(bytes))) != nil {}
        shutdown(other.socket.file.rawValue, Int32(SHUT_WR))
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        func change(by step: Int) -> Int { count.add(step, ordering: .relaxed).newValue }
    }
}

/// The first line of a request and the fields below it.
///
/// Source: RFC 9112, sections 2 to 5.
struct RequestHead {
    /// What is asked for, without the question behind it.
    let path: String
    /// By name in small letters; of two of one name both values, which no rule lets through.
    let fields: [String: String]

    private static let end = Array("\r\n\r\n".utf8)

    /// Whether the bytes hold the end of a head.
    static func isWhole(_ bytes: [UInt8]) -> Bool { bytes.firstRange(of: end) != nil }

    /// nil where the bytes hold no whole head.
    init?(_ bytes: [UInt8]) {
        guard let range = bytes.firstRange(of: Self.end) else { return nil }
        let lines = bytes[..<range.lowerBound].split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let words = (lines.first ?? "").split(separator: " ")
        path = words.count == 3 ? String(words[1].prefix { $0 != "?" }) : ""
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (
                line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            )
        }
        fields = Dictionary(pairs) { "\($0), \($1)" }
    }
}
