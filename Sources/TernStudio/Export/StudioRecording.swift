import TernText

/// A question that is answered beforehand, for the page that needs no program.
package struct StudioRecording: Sendable {
    /// The action, and its arguments as the page sends them.
    package var action: String, arguments: JSON
    /// The file in which its answer lies: a page loads those that it needs.
    package var file: String

    package init(_ action: String, _ arguments: JSON = [:], file: String = "") {
        self.action = action
        self.arguments = arguments
        self.file = file
    }
}

/// What of a view can be shown without a program.
package struct StudioRecordings: Sendable {
    /// The questions.
    package var questions: [StudioRecording]
    /// By the control's name, what can be chosen: `page.limits` of the view. Other controls are fixed.
    package var limits: JSON
    /// The argument whose value names the file of an answer, at the top or within `settings`.
    package var fileArgument: String

    package init(_ questions: [StudioRecording], limits: JSON, fileArgument: String) {
        self.questions = questions
        self.limits = limits
        self.fileArgument = fileArgument
    }
}

extension StudioView {
    /// nil: the view needs the program.
    package static var recordings: StudioRecordings? { nil }
}
