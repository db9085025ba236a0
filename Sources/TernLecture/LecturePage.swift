import LectureSource
import Tern

/// What a chapter writes on: its section of the report, with excerpts of its own source.
package struct LecturePage {
    package private(set) var section: ReportSection
    let lecture: Lecture
    let progress: (Double) -> Void

    init(_ chapter: any Chapter, lecture: Lecture, progress: @escaping (Double) -> Void) {
        section = ReportSection(chapter.name, title: chapter.title)
        self.lecture = lecture
        self.progress = progress
    }

    var seed: UInt32 { lecture.seed }
    /// A link to another section, or its text where the page does not have it.
    func link(_ text: String, to section: String) -> String {
        lecture.shown.contains(section) ? "[\(text)](#\(section))" : text
    }
    /// A number of epochs or examples: the second where it is to be quick.
    func count(_ whole: Int, quick: Int) -> Int { lecture.isQuick ? quick : whole }

    mutating func heading(_ text: String) { section.add(.heading(text)) }
    mutating func text(_ text: String) { section.add(.text(text)) }
    mutating func math(_ tex: String) { section.add(.math(tex)) }
    mutating func list(_ items: String...) { section.add(.list(items)) }
    mutating func note(_ text: String) { section.add(.note(text)) }

    mutating func figure(_ name: String, _ figure: Figure, caption: String, description: String) {
        section.add(.figure(name, figure, caption: caption, description: description))
    }

    /// A figure whose panels are steps, which the page can play one after the other.
    mutating func steps(_ name: String, _ figure: Figure, caption: String, description: String) {
        var figure = figure
        figure.isSequence = true
        section.add(.figure(name, figure, caption: caption, description: description))
    }

    mutating func table(_ name: String, _ columns: [String], _ rows: [[ReportTable.Cell]], caption: String) {
        section.add(.table("\(name)-table", ReportTable(columns, rows: rows), caption: caption))
    }

    /// Keeps a result for `numbers.json`.
    mutating func number(_ name: String, _ values: [Double], unit: String? = nil) {
        section.number(name, values, unit: unit)
    }
    mutating func number(_ name: String, _ value: Double, unit: String? = nil) {
        section.number(name, [value], unit: unit)
    }

    /// The lines between `// excerpt: name` and `// end` of the source that calls this: what was run is what is shown.
    mutating func code(_ name: String, file: String = #fileID) {
        section.add(.code(LectureSource.excerpt(name, of: String(file.split(separator: "/").last!)), language: "swift"))
    }
}

extension Double {
    /// A cell of a table.
    var cell: ReportTable.Cell { .number(self) }
}
extension String {
    var cell: ReportTable.Cell { .text(self) }
}
extension Int {
    var cell: ReportTable.Cell { .number(Double(self)) }
}

extension Descent {
    /// The numbers of its steps, from 0, for an axis.
    var steps: [Double] { points.map { Double($0.step) } }
}

// MARK: - What frames a section

extension LecturePage {
    /// What a reader can do after the section.
    mutating func objectives(_ items: String...) {
        section.add(.text("After this section you can"), .list(items))
    }

    /// The section in a few sentences.
    mutating func summary(_ items: String...) {
        heading("In short")
        section.add(.list(items))
    }

    /// Where its ideas come from, with links.
    mutating func sources(_ items: String...) {
        section.add(.details("Sources", [.list(items)]))
    }
}
