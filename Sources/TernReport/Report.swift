import Foundation
import TernPlot

/// A page of sections with text, mathematics, code, figures and tables, and files of all their numbers beside it.
///
/// ```swift
/// var section = ReportSection("sine", title: "A sine")
/// section.add(.text("The error is $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$, see `meanSquaredError`."))
/// section.add(.table("errors", ReportTable(["model", "MSE"], rows: [["network", 0.16]]), caption: "On eight points."))
/// section.number("test_mse", 0.16)
/// let report = Report(title: "Lecture", sections: [section])
/// try report.write(to: "lecture.html")  // and lecture/sine/errors.csv, lecture/numbers.json
/// print(report.sections[0].numbers[0].values)  // [0.16]
/// ```
///
/// Text knows `code`, *emphasis*, **strong**, [links](#sine) and $mathematics$ in a part of TeX. Links lead to anchors
/// of the page, http, https and mailto. Names and units that come from files are put in as `String.literal`.
/// The page is one file of HTML: style, script and the font of formulas are in it, and it loads nothing from the net.
public struct Report: Sendable {
    /// The page's heading and its name in a browser; may hold marks.
    public var title: String
    /// Below the title: what the page is about. May hold marks.
    public var lead: String
    /// In the order of the page; names differ, also in small letters.
    public var sections: [ReportSection]
    /// Stated at the end, such as version and time: all that may differ between two runs.
    public var colophon: String
    /// Whether formulas that cannot be read and links that lead nowhere are shown as they are written: for pages with
    /// texts of other people. Without it they are errors, which an author wants to hear of.
    public var isForgiving: Bool

    /// A page of sections, which may be added later.
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

/// A chapter of a report: blocks to read, and numbers to keep.
///
/// ```swift
/// var section = ReportSection("fit", title: "The fit")
/// section.add(.heading("Data"), .text("Twelve months."), .note("Made data."))
/// section.number("rmse", 0.4, unit: "K")
/// print(section.blocks.count, section.numbers[0].name)  // 3 rmse
/// ```
public struct ReportSection: Sendable {
    /// Its anchor on the page, and the folder of its files: a letter, then letters of ASCII, digits, `-`, `_` and `.`;
    /// not the name of an anchor or a file of the page's own, such as `top` or `numbers.json`.
    public var name: String
    /// May hold marks; the page numbers it.
    public var title: String
    /// In the order of the page.
    public private(set) var blocks: [ReportBlock] = []
    /// In the order in which they were added.
    public private(set) var numbers: [ReportNumber] = []

    /// An empty section; the name is checked when the page is written.
    public init(_ name: String, title: String) {
        self.name = name
        self.title = title
    }

    /// Adds blocks behind those that are there.
    public mutating func add(_ blocks: ReportBlock...) { self.blocks += blocks }

    /// Keeps a number, or several, for `numbers.json`.
    ///
    /// - Parameters:
    ///   - name: another for each number of the section; two of one name are an error when the page is written.
    ///   - unit: as it is to be read, such as `K`; nil where there is none.
    public mutating func number(_ name: String, _ values: Double..., unit: String? = nil) {
        number(name, values, unit: unit)
    }

    /// The same of an array; what is not finite becomes `null` in the file.
    public mutating func number(_ name: String, _ values: [Double], unit: String? = nil) {
        numbers.append(ReportNumber(name: name, values: values, unit: unit))
    }
}

/// A result that a report keeps in `numbers.json`, for programs and for tests that compare runs.
///
/// ```swift
/// var section = ReportSection("scores", title: "Scores")
/// section.number("r", [0.71, 0.69], unit: nil)
/// let number: ReportNumber = section.numbers[0]
/// print(number.name, number.values)  // r [0.71, 0.69]
/// ```
public struct ReportNumber: Sendable, Equatable {
    /// Its key in the file, unique in its section.
    public var name: String
    /// One, or a series.
    public var values: [Double]
    /// As it is to be read; nil where there is none.
    public var unit: String?
}

/// A part of a section.
///
/// ```swift
/// var section = ReportSection("loss", title: "Loss")
/// section.add(.text("The mean of squares:"), .math("L = \\frac{1}{n} \\sum_i (y_i - \\hat y_i)^2"), .list(["one", "two"]))
/// section.add(.details("Code", [.code("let x = 1")]))
/// print(section.blocks.count)  // 4
/// ```
///
/// Texts, titles, captions and the items of lists hold marks as ``Report`` says.
public enum ReportBlock: Sendable {
    /// A smaller heading within a section.
    case heading(String)
    /// Prose; an empty line begins a new paragraph.
    case text(String)
    /// A displayed formula in a part of TeX.
    case math(String)
    /// Points, each with marks.
    case list([String])
    /// Lines of Swift, or of Python, YAML or a shell (`sh`), with their words coloured; other languages stay plain.
    case code(String, language: String = "swift")
    /// A figure: the name of its files, which is its anchor too; the drawing; what stands below it; and what a reader
    /// hears who does not see it.
    case figure(String, Figure, caption: String, description: String)
    /// A table: the name of its file, which is its anchor too; the rows; and what stands above it.
    case table(String, ReportTable, caption: String)
    /// Set apart: a warning, what is made up, what to try.
    case note(String)
    /// Blocks that are hidden until asked for, below a line that says what they are.
    indirect case details(String, [ReportBlock])
}

/// Rows of text and numbers under headings.
///
/// ```swift
/// let table = ReportTable(["model", "MSE", "r"], rows: [["network", 0.1, 0.95], ["ridge", 0.25, .missing]])
/// print(table.rows.count, table.rows[1][2] == .missing)  // 2 true
/// ```
///
/// On the page, the numbers of a column have as many digits as their size and how far they lie apart ask for, at most six
/// behind the point, or nine before a power of ten; in the file they are whole.
public struct ReportTable: Sendable, Equatable {
    /// The headings, with marks.
    public var columns: [String]
    /// As many cells in each as there are columns, which is checked when the page is written.
    public var rows: [[Cell]]

    /// A text, a number, or nothing. A number is shown short and written to the CSV in full.
    ///
    /// ```swift
    /// let row: [ReportTable.Cell] = ["ridge", 0.25, 3, .missing]
    /// print(row[2] == .number(3))  // true
    /// ```
    public enum Cell: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
        ExpressibleByIntegerLiteral
    {
        /// With marks.
        case text(String)
        /// Shown with as many digits as its column needs; NaN is a dash.
        case number(Double)
        /// A dash on the page, nothing in the file.
        case missing

        /// A text in quotation marks.
        public init(stringLiteral text: String) { self = .text(text) }
        /// A number with a fraction.
        public init(floatLiteral number: Double) { self = .number(number) }
        /// A whole number.
        public init(integerLiteral number: Int) { self = .number(Double(number)) }
    }

    /// A table of rows, which may be added later.
    public init(_ columns: [String], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }
}
