import Foundation
import TernPlot

/// A page of sections with text, mathematics, code, figures and tables, and files of all their numbers beside it.
///
/// ```swift
/// var section = ReportSection("sine", title: "A sine")
/// section.add(.text("The error is $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$, see `meanSquaredError`."))
/// section.add(.figure("sine-fit", figure, caption: "Prediction and truth.", description: "A curve through eight points."))
/// section.number("test_mse", 0.16)
/// try Report(title: "Lecture", sections: [section]).write(to: "lecture.html")
/// ```
///
/// Text knows `code`, *emphasis*, **strong**, [links](#sine) and $mathematics$ in a part of TeX. Links lead to anchors
/// of the page, http, https and mailto. Names and units that come from files are put in as ``Swift/String/literal``.
public struct Report: Sendable {
    public var title: String
    /// Below the title.
    public var lead: String
    public var sections: [ReportSection]
    /// Stated at the end, such as version and time: all that may differ between two runs.
    public var colophon: String
    /// Whether formulas that cannot be read and links that lead nowhere are shown as they are written. For pages with
    /// texts of other people; without it they are errors, which an author wants to hear of.
    public var isForgiving: Bool

    public init(
        title: String, lead: String = "", sections: [ReportSection] = [], colophon: String = "",
        isForgiving: Bool = false
    ) {
        self.title = title
        self.lead = lead
        self.sections = sections
        self.colophon = colophon
        self.isForgiving = isForgiving
    }
}

/// A chapter of a report.
public struct ReportSection: Sendable {
    /// Its anchor on the page, and the folder of its files.
    public var name: String
    public var title: String
    public private(set) var blocks: [ReportBlock] = []
    /// In the order in which they were added.
    public private(set) var numbers: [ReportNumber] = []

    public init(_ name: String, title: String) {
        self.name = name
        self.title = title
    }

    public mutating func add(_ blocks: ReportBlock...) { self.blocks += blocks }

    /// Keeps a number for `numbers.json`.
    public mutating func number(_ name: String, _ values: Double..., unit: String? = nil) {
        number(name, values, unit: unit)
    }

    public mutating func number(_ name: String, _ values: [Double], unit: String? = nil) {
        numbers.append(ReportNumber(name: name, values: values, unit: unit))
    }
}

public struct ReportNumber: Sendable, Equatable {
    public var name: String
    public var values: [Double]
    public var unit: String?
}

public enum ReportBlock: Sendable {
    /// A smaller heading within a section.
    case heading(String)
    case text(String)
    /// A displayed formula in a part of TeX.
    case math(String)
    case list([String])
    /// Lines of Swift, or of another language.
    case code(String, language: String = "swift")
    /// - name: of its files, and its anchor. description: for readers who do not see it.
    case figure(String, Figure, caption: String, description: String)
    case table(String, ReportTable, caption: String)
    /// Set apart: a warning, what is made up, what to try.
    case note(String)
    /// Hidden until asked for.
    indirect case details(String, [ReportBlock])
}

/// Rows of text and numbers under headings.
public struct ReportTable: Sendable, Equatable {
    public var columns: [String]
    public var rows: [[Cell]]

    /// A number is shown short and written to the CSV in full.
    public enum Cell: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
        ExpressibleByIntegerLiteral
    {
        case text(String), number(Double), missing

        public init(stringLiteral text: String) { self = .text(text) }
        public init(floatLiteral number: Double) { self = .number(number) }
        public init(integerLiteral number: Int) { self = .number(Double(number)) }
    }

    public init(_ columns: [String], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }
}
