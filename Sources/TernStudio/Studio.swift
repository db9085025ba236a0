import Foundation

/// The lecture alive: a page on this machine whose views compute with the library as they are touched.
///
/// It listens on 127.0.0.1 alone, and only to who knows the token in the address; docs/STUDIO.md says how pages and
/// views talk.
package struct Studio: Sendable {
    /// The views, in the order of their tabs. A new one is named here.
    package static let views: [any StudioView.Type] = [
        DescentView.self, NetworkView.self, ConvolutionView.self, GradientsView.self,
    ]

    /// A studio with all views.
    package init() {}

    /// Serves pages until the task is cancelled.
    ///
    /// - Parameters:
    ///   - port: where it listens; 0: any port that is free.
    ///   - ready: called with the address of the page once it can be opened.
    /// - Throws: an error in a sentence where the port cannot be had.
    package func run(port: UInt16 = 0, ready: @escaping @Sendable (_ address: String) -> Void) async throws {
        try await StudioServer().run(port: port, ready: ready)
    }
}
