import FlyingSocks
import Foundation
import Synchronization
import Tern
import TernStudio
import TestSupport
import Testing

/// Pages, and who may open them.
@Suite(.serialized) struct ServerTests {
    private func isLet(
        _ path: String, host: String? = "127.0.0.1:8000", origin: String? = nil, site: String? = nil,
        isUpgrade: Bool = false
    ) -> Bool {
        let gate = StudioGate(port: 8000, token: "0123456789abcdef")
        switch gate.path(of: path, host: host, origin: origin, site: site, isUpgrade: isUpgrade) {
        case .success: return true
        case .failure: return false
        }
    }

    @Test func theTokenIsAsked() {
        #expect(isLet("/0123456789abcdef/"))
        #expect(isLet("/0123456789abcdef/shell.js"))
        for path in ["/", "", "/0123456789abcdef", "/0123456789abcdeF/", "/0123456789abcde/", "//0123456789abcdef/"] {
            #expect(!isLet(path))
        }
    }

    @Test func tokensAreNotMadeTwice() {
        let tokens = (0..<50).map { _ in StudioGate(port: 1).token }
        #expect(Set(tokens).count == 50)
        #expect(tokens.allSatisfy { $0.count == 32 })
    }

    @Test func namesThatLeadHereAreRefused() {
        let path = "/0123456789abcdef/"
        #expect(isLet(path, host: "localhost:8000"))
        for host in ["evil.example:8000", "127.0.0.1", "127.0.0.1:8001", "", nil] { #expect(!isLet(path, host: host)) }
    }

    @Test func otherOriginsAreRefusedAndASocketMustSayItsOwn() {
        let path = "/0123456789abcdef/socket"
        #expect(isLet(path, origin: "http://127.0.0.1:8000", isUpgrade: true))
        #expect(!isLet(path, origin: nil, isUpgrade: true))
        for origin in ["http://evil.example", "null", "https://127.0.0.1:8000", "http://localhost:8000"] {
            #expect(!isLet(path, origin: origin, isUpgrade: true))
            #expect(!isLet(path, origin: origin))
        }
        #expect(!isLet(path, site: "cross-site"))
        #expect(isLet(path, site: "same-origin"))
    }

    @Test(arguments: [
        "", "{", "null", "[]", "7", #"{"id": "a"}"#, String(repeating: "[", count: 100_000),
        String(repeating: "x", count: 400_000), #"{"id": 1, "view": "none", "action": "descend"}"#,
        #"{"id": 1, "view": "descent", "action": "none"}"#, #"{"id": 1, "view": "descent", "action": "descend"}"#,
        #"{"id": 1, "view": "descent", "action": "descend", "arguments": {"steps": 1000000000}}"#,
        #"{"id": 1, "view": "descent", "action": "descend", "arguments": {"start": [1, "a"]}}"#,
    ])
    func aMessageThatIsNoRequestIsAnsweredInASentence(text: String) async throws {
        let page = TestPage()
        let complaint = try await page.complaint(text)
        #expect((10..<400).contains(complaint.count))
        #expect((try await page.ask("descend", "{}"))["runs"] != nil)
    }

    @Test(arguments: [
        (#"{"id": "a"}"#, "the message: id: it is no whole number"),
        (#"{"id": 1}"#, "the message: the key \"action\" is missing"),
        (
            #"{"id": 1, "view": "descent", "action": "map", "arguments": {"function": 7}}"#,
            "the request: arguments.function: it is no text"
        ),
    ])
    func whatDoesNotFitIsSaidInTheWordsOfJSON(text: String, said: String) async throws {
        #expect(try await TestPage().complaint(text) == said)
    }

    @Test func aPageMayNotAskForTooMuchAtOnce() async throws {
        let page = TestPage(views: [SlowView.self])
        for id in 1...20 {
            page.send("wait", "{}", view: "slow", id: id)
        }
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect((mistake["description"] as! String).contains("8 requests are running"))
        page.connection.close()
    }

    @Test func workThatIsAbandonedEndsAndTellsItsProgressBefore() async throws {
        let page = TestPage(views: [SlowView.self])
        page.send("wait", "{}", view: "slow", id: 5)
        #expect(try await page.wait(for: "progress", id: 5) is Double)
        page.connection.receive(text: #"{"id": 0, "action": "cancel", "of": 5}"#)
        let mistake = try await page.wait(for: "error", id: 5) as! [String: Any]
        #expect(mistake["description"] as? String == "abandoned")
        #expect(page.connection.runningCount == 0)
    }

    @Test func aPagesStateGoesWhenItIsClosed() async throws {
        let before = SlowView.alive
        var page: TestPage? = TestPage(views: [SlowView.self])
        weak let connection = page?.connection
        #expect(SlowView.alive == before + 1)
        page?.send("wait", "{}", view: "slow", id: 5)
        _ = try await page?.wait(for: "progress")
        page?.connection.close()
        page = nil
        for _ in 0..<2000 where connection != nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(connection == nil)
        #expect(SlowView.alive == before)
    }

    @Test func aFailureOfTheLibraryIsAnErrorOfTheRequestAlone() async throws {
        let page = TestPage(views: [SlowView.self])
        let complaint = try await page.complaint(#"{"id": 1, "view": "slow", "action": "fail", "arguments": {}}"#)
        #expect(complaint.contains("cannot take the shape [3]"))
        #expect(page.connection.runningCount == 0)
    }

    /// A line of megabytes takes the library behind the door minutes.
    @Test(.ends) func strangersAreReadToABoundAlone() async throws {
        let (opened, opens) = AsyncStream<String>.makeStream()
        let running = Task { try await StudioServer().run(port: 0) { opens.yield($0) } }
        defer { running.cancel() }
        var addresses = opened.makeAsyncIterator()
        let parts = try #require(await addresses.next()).split(separator: "/"), token = parts[2]
        let port = try #require(UInt16(parts[1].split(separator: ":")[1]))
        func answer(_ request: String) async throws -> String {
            let socket = try await AsyncSocket.connected(to: .inet(ip4: "127.0.0.1", port: port))
            defer { try? socket.close() }
            try? await socket.write(Data(request.utf8))
            var answer: [UInt8] = []
            while let part = try? await socket.read(atMost: 4096) { answer += part }
            return String(decoding: answer, as: UTF8.self)
        }
        let long = String(repeating: "a", count: 1 << 21), rest = "Host: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
        for request in [long, "GET /\(long)", "GET /\(token)/ HTTP/1.1\r\nHost: \(long)"] {
            let answer = try await answer(request)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 431"))
        }
        for head in ["GET / HTTP/1.1\r\n", "GET /\(token)/ HTTP/1.1\r\nHost: evil\r\n", "\r\n", "GET /\(token)/\r\n"] {
            #expect(try await answer(head + rest).hasPrefix("HTTP/1.1 403"))
        }
        let page = try await answer("GET /\(token)/ HTTP/1.1\r\n" + rest)
        #expect(page.hasPrefix("HTTP/1.1 200") && page.hasSuffix("</html>\n"))
    }

    @Test func allFilesOfThePageAreThere() throws {
        let files = StudioFiles(folder: nil)
        for name in StudioFiles.names { #expect(files[name]!.bytes.count > 100, "\(name)") }
        #expect(files["../Studio.swift"] == nil)
        #expect(files["nothing.js"] == nil)
        let style = String(decoding: files["house.css"]!.bytes, as: UTF8.self)
        #expect(
            style.contains("--paper: #fcfbf8") && style.contains("--paper: #16181c") && style.contains("--series-7"))
    }
}

/// A view that computes until it is abandoned, and one that makes a mistake.
final class SlowView: StudioView {
    static let name = "slow"
    static let actions: [StudioAction<SlowView>] = [
        .init("wait") { (_, _: Nothing, work) throws -> any Encodable in
            while true {
                try work.report(0.5)
                Thread.sleep(forTimeInterval: 0.002)
            }
        },
        .init("fail") { (_, _: Nothing, _) in Tensor([1.0, 2.0]).reshaped([3]).shape },
    ]
    struct Nothing: Decodable {}
    private static let count = Atomic(0)
    static var alive: Int { count.load(ordering: .relaxed) }
    init() { Self.count.add(1, ordering: .relaxed) }
    deinit { Self.count.subtract(1, ordering: .relaxed) }
}
