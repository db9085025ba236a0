import Foundation

/// The lecture alive: a page on this machine whose views compute with the library as they are touched.
///
/// It listens on 127.0.0.1 alone, and only to who knows the token in the address; docs/STUDIO.md says how pages and
/// views talk.
package struct Studio: Sendable {
    /// The views, in the order of their tabs. A new one is named here.
    package static let views: [any StudioView.Type] = [
        DescentView.self, NetworkView.self, ConvolutionView.self, GradientsView.self, RunsView.self,
    ]

    private let setup: StudioSetup

    /// A studio with all views.
    package init(_ setup: StudioSetup = StudioSetup()) { self.setup = setup }

    /// Serves pages until the task is cancelled.
    ///
    /// - Parameters:
    ///   - port: where it listens; 0: any port that is free.
    ///   - ready: called with the address of the page once it can be opened.
    /// - Throws: an error in a sentence where the port cannot be had.
    package func run(port: UInt16 = 0, ready: @escaping @Sendable (_ address: String) -> Void) async throws {
        try await StudioServer(setup: setup).run(port: port, ready: ready)
    }

    /// Ends the programs that pages wait for: they would outlive this one.
    package static func endPrograms() { OwnProcess.endAll() }
}

/// What a studio is started with, for its views.
package struct StudioSetup: Sendable {
    /// The folders whose runs may be looked at, and those within; nothing else of the machine.
    package var folders: [String]
    /// The program `tern`, which predicts in a process of its own; nil: the studio does it itself.
    package var program: String?

    package init(folders: [String] = [], program: String? = nil) {
        self.folders = folders
        self.program = program
    }
}
