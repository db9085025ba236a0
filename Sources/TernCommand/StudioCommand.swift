import ArgumentParser
import Foundation
import Tern
import TernStudio

extension StudioMistake: CommandFailure {}

/// Opens the lecture alive.
struct StudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studio",
        abstract: "Open a page on this machine where the ideas of the lecture can be touched.",
        discussion: """
            Prints the page's address, which holds a random token, and opens it in the browser. Everything is computed \
            here, by the library; nothing is sent elsewhere. Ctrl-C ends it.

              tern studio
              tern studio --port 8123 --no-open
            """)

    @Option(help: ArgumentHelp("Where it listens on 127.0.0.1 (default: any port that is free).", valueName: "N"))
    var port = 0

    @Flag(help: "Open no browser.")
    var noOpen = false

    func validate() throws { try check("--port", port, in: 0...65535) }

    func run() throws {
        let opens = !noOpen
        try Interruption.finishing { [port] in
            let done = DispatchSemaphore(value: 0)
            nonisolated(unsafe) var failure: (any Error)?
            let serving = Task {
                do {
                    try await Studio().run(port: UInt16(port)) { address in
                        print("Tern's studio is open at\n\n  \(address)\n\nCtrl-C ends it.")
                        fflush(nil)
                        if opens { Self.open(address) }
                    }
                } catch { failure = error }
                done.signal()
            }
            while done.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
                if Task.isCancelled { serving.cancel() }
            }
            try Task.checkCancellation()
            if let failure { throw failure }
        }
    }

    /// By the desktop's own program, where there is one; the address has been printed in any case.
    private static func open(_ address: String) {
        #if os(macOS)
        let name = "open"
        #else
        let name = "xdg-open"
        #endif
        let opener = Process()
        opener.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        opener.arguments = [name, address]
        opener.standardOutput = FileHandle.nullDevice
        opener.standardError = FileHandle.nullDevice
        try? opener.run()
    }
}
