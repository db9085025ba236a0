import ArgumentParser
import Foundation
import Tern
import TernFiles
import TernStudio
import TernText

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

            Runs of `tern train` and `tern fit` are watched while they are trained, and explored afterwards; of the \
            folders given, or ./runs, and those within, and of no others:

              tern studio runs experiments/2026

            With --export, views are written as a page that needs no program, for a course's site: what it shows is \
            computed beforehand, and controls that would need more are disabled and say so.

              tern studio --export site/studio
            """)

    @Argument(
        help: ArgumentHelp("Folders of runs (default: runs, where it is there).", valueName: "folder"),
        completion: .directory)
    var folders: [String] = []

    @Option(help: ArgumentHelp("Where it listens on 127.0.0.1 (default: any port that is free).", valueName: "N"))
    var port = 0

    @Flag(help: "Open no browser.")
    var noOpen = false

    @Option(
        help: ArgumentHelp("Write views into this folder as a page that needs no program.", valueName: "folder"),
        completion: .directory)
    var export: String?

    func validate() throws {
        try check("--port", port, in: 0...65535)
        if export != nil, !folders.isEmpty || port != 0 || noOpen {
            throw ValidationError("--export writes a page and opens none; leave out folders, --port and --no-open.")
        }
    }

    func run() throws {
        if let export {
            nonisolated(unsafe) var written = (files: 0, bytes: 0)
            try Interruption.finishing { written = try StudioExport().write(to: export) }
            return print("\(export) written: \(written.files) files, \(written.bytes.grouped) bytes; open index.html")
        }
        for folder in folders where FilePath.isFolder(folder) != true {
            throw UsageError("\(folder): there is no such folder")
        }
        let setup = StudioSetup(
            folders: folders.isEmpty ? ["runs"] : folders, program: Bundle.main.executablePath)
        let opens = !noOpen
        let end: @Sendable () -> String = {
            Studio.endPrograms()
            return "the studio is closed; its pages' computations have ended"
        }
        try Interruption.serving(until: end) {
            let done = DispatchSemaphore(value: 0)
            nonisolated(unsafe) var failure: (any Error)?
            Task { [port] in
                do {
                    try await Studio(setup).run(port: UInt16(port)) { address in
                        print("Tern's studio is open at\n\n  \(address)\n\nCtrl-C ends it.")
                        fflush(nil)
                        if opens { Self.open(address) }
                    }
                } catch { failure = error }
                done.signal()
            }
            done.wait()
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
