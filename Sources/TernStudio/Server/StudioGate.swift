import Foundation
import Synchronization
import TernText

/// Who may ask: those who know the token, by the machine's own address, from the studio's own page.
///
/// Other pages in the same browser can send requests to 127.0.0.1, and a name of theirs may lead there (DNS rebinding);
/// the token, the `Host` and the `Origin` of each request keep them out.
package struct StudioGate: Sendable {
    /// 128 random bits, in the address.
    package let token: String
    /// Where the server listens.
    package let port: UInt16

    package init(port: UInt16, token: String? = nil) {
        self.port = port
        var random = SystemRandomNumberGenerator()
        self.token =
            token
            ?? (0..<2).map { _ in (random.next() as UInt64).hexadecimal(digits: 16) }.joined()
    }

    /// Where the page lies.
    package var address: String { "http://127.0.0.1:\(port)/\(token)/" }

    private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

    /// The path behind the token, or why the request is refused.
    ///
    /// - Parameter isUpgrade: whether a WebSocket is asked for, which a page of any origin may; there the origin must
    ///   be said.
    package func path(
        of path: String, host: String?, origin: String?, site: String? = nil, isUpgrade: Bool
    ) -> Result<String, StudioMistake> {
        guard let host, hosts.contains(host) else {
            return .failure(StudioMistake("this server answers to \(hosts[0]) alone"))
        }
        if let origin {
            guard origin == "http://\(host)" else {
                return .failure(StudioMistake("pages of other origins are refused"))
            }
        } else if isUpgrade {
            return .failure(StudioMistake("a socket wants the origin of its page"))
        }
        if let site, site != "same-origin", site != "none" {
            return .failure(StudioMistake("requests from other sites are refused"))
        }
        let parts =
            path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
            .first.map { $0.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false) } ?? []
        guard let first = parts.first, isToken(first), parts.count == 2 else {
            return .failure(StudioMistake("the address lacks its token; use the one that `tern studio` prints"))
        }
        return .success(String(parts[1]))
    }

    /// Compared in the same time wherever the first difference lies.
    private func isToken(_ text: Substring) -> Bool {
        let given = Array(text.utf8), wanted = Array(token.utf8)
        guard given.count == wanted.count else { return false }
        return zip(given, wanted).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
