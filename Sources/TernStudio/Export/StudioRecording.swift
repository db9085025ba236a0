import Foundation

/// A question that is answered beforehand, for the page that needs no program.
package struct StudioRecording: Sendable {
    /// The action, and its arguments as the page sends them, as JSON.
    package var action: String, arguments: String
    /// The file in which its answer lies: a page loads those that it needs.
    package var file: String

    /// - Parameter arguments: of JSON's types, `NSNull` included.
    package init(_ action: String, _ arguments: [String: Any] = [:], file: String = "") {
        self.action = action
        self.arguments = String(
            decoding: (try? JSONSerialization.data(withJSONObject: arguments, options: [.sortedKeys]))
                ?? Data("{}".utf8),
            as: UTF8.self)
        self.file = file
    }
}

/// What of a view can be shown without a program.
package struct StudioRecordings: Sendable {
    /// The questions.
    package var questions: [StudioRecording]
    /// By the control's name, what can be chosen, as JSON: `page.limits` of the view. Other controls are fixed.
    package var limits: String
    /// The argument whose value names the file of an answer, at the top or within `settings`.
    package var fileArgument: String

    package init(_ questions: [StudioRecording], limits: [String: Any], fileArgument: String) {
        self.questions = questions
        self.limits = String(
            decoding: (try? JSONSerialization.data(withJSONObject: limits, options: [.sortedKeys])) ?? Data("{}".utf8),
            as: UTF8.self)
        self.fileArgument = fileArgument
    }
}

extension StudioView {
    /// nil: the view needs the program.
    package static var recordings: StudioRecordings? { nil }
}
