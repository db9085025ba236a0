import Foundation
import Synchronization
import TernFiles
import TernPlot

/// Draws the figures of sections while later sections are still computed, and writes the report at the end.
///
/// ```swift
/// let renderer = try ReportRenderer(to: "lecture.html")
/// for name in ["neuron", "descent"] {
///     var section = ReportSection(name, title: name.capitalized)
///     section.number("seed", 42)
///     renderer.add(section)  // returns at once
/// }
/// try renderer.finish(title: "Lecture") { done in print(done) }  // 1.0
/// ```
///
/// Nothing is written before all is drawn, so that a mistake leaves what was there. Each file then appears whole, the
/// page last. Only what an earlier report wrote is replaced or removed, which a list beside the files tells
/// (`files.sha256`). Figures are drawn on as many threads as there are processors; sections may be added from any
/// thread, and stand on the page in the order in which they came.
public final class ReportRenderer: Sendable {
    private let page: URL
    private let queue: OperationQueue
    private let drawn = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State {
        var sections: [ReportSection] = []
        var files: [String: Data] = [:]
        /// Figures for narrow pages, which are no files, by that of the wide one.
        var narrow: [String: Data] = [:]
        /// By section and figure, so that the same is thrown whichever fails first.
        var errors: [Int: any Error] = [:]
        var count = 0
    }

    /// A report at a path that ends in `.html` or `.htm`; its files will lie in a folder beside it, of the same name
    /// without the ending.
    ///
    /// - Parameter sections: the names of sections that will come, if they are known: what others have put into folders
    ///   of these names is then told before they are made.
    /// - Throws: ``ReportError`` where the page's folder is absent, its name has another ending, or what has the name
    ///   of the page, or lies in the folder, is of no report.
    public init(to path: String, sections: [String] = []) throws {
        page = URL(fileURLWithPath: path)
        guard ["html", "htm"].contains(page.pathExtension.lowercased()) else {
            throw ReportError("\(path): a report is a page, so give it a name that ends in .html")
        }
        let parent = page.deletingLastPathComponent().path
        guard FilePath.isFolder(parent) == true else {
            throw ReportError("\(path): the folder \(parent) does not exist; create it first")
        }
        try Self.checkPage(page, path)
        // Told before long work; all other files are looked at before they are written.
        let files = try ReportFiles(in: page.deletingPathExtension())
        try files.checkOwn(ReportFiles.numbers)
        for section in sections { try files.checkOwn(allOf: section) }
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount
    }

    /// - Throws: ``ReportError`` where a file has the page's name that is no page of a report.
    private static func checkPage(_ page: URL, _ path: String) throws {
        guard let there = FileManager.default.contents(atPath: page.path), !there.isEmpty,
            there.range(of: Data(Report.mark.utf8)) == nil
        else { return }
        throw ReportError("\(path): this is no page of a report, and would be lost; choose another name")
    }

    /// The folder of the files beside the page: `lecture` for `lecture.html`.
    private var folder: URL { page.deletingPathExtension() }

    /// Takes a finished section and draws its figures in the background; what goes wrong is thrown by
    /// `finish(title:lead:colophon:isForgiving:progress:)`.
    public func add(_ section: ReportSection) {
        state.withLock { $0.sections.append(section) }
        for block in section.allBlocks {
            switch block {
            case .figure(let name, let figure, _, _):
                let file = "\(section.name)/\(name)"
                keep(Data(figure.csv.utf8), as: file + ".csv")
                for format in [FigureFormat.svg, .png] { draw(figure, format, as: "\(file).\(format.rawValue)") }
                // What cannot be drawn has no other shape; the drawing above tells why.
                if (try? figure.check()) != nil, let narrow = PageFigure.narrow(figure) {
                    draw(narrow, .svg, as: "\(file).svg", isNarrow: true)
                }
            case .table(let name, let table, _): keep(Data(table.csv.utf8), as: "\(section.name)/\(name).csv")
            default: break
            }
        }
    }

    private func keep(_ data: Data, as file: String) { state.withLock { $0.files[file] = data } }

    private func draw(_ figure: Figure, _ format: FigureFormat, as file: String, isNarrow: Bool = false) {
        let index = state.withLock { state in
            state.count += 1
            return state.count
        }
        queue.addOperation { [self] in
            do {
                let data = try figure.data(format)
                if isNarrow { state.withLock { $0.narrow[file] = data } } else { keep(data, as: file) }
            } catch {
                state.withLock { $0.errors[index] = ReportError("figure \(file): \(error)") }
            }
            drawn.signal()
        }
    }

    /// Waits for the figures and writes all files; to be called once.
    ///
    /// - Parameters:
    ///   - title: as of ``Report``, like `lead` and `colophon`.
    ///   - isForgiving: as of ``Report/isForgiving``.
    ///   - progress: is told the share of drawings that are done.
    /// - Throws: ``ReportError`` that names the figure, link or formula at fault, or the file that cannot be written.
    public func finish(
        title: String, lead: String = "", colophon: String = "", isForgiving: Bool = false,
        progress: ((Double) -> Void)? = nil
    ) throws {
        let (sections, count) = state.withLock { ($0.sections, $0.count) }
        for i in 0..<count {
            drawn.wait()
            progress?(Double(i + 1) / Double(count))
        }
        let (files, narrow, errors) = state.withLock { ($0.files, $0.narrow, $0.errors) }
        if let first = errors.min(by: { $0.key < $1.key }) { throw first.value }
        let report = Report(title: title, lead: lead, sections: sections, colophon: colophon, isForgiving: isForgiving)
        try report.checkNumbers()
        func byName(_ files: [String: Data]) -> [String: Data] {
            Dictionary(
                uniqueKeysWithValues: files.filter { $0.key.hasSuffix(".svg") }.map {
                    (String($0.key.dropLast(4)), $0.value)
                })
        }
        var page = try Page(
            report, folder: folder.lastPathComponent, drawings: byName(files), narrowDrawings: byName(narrow))
        let html = try page.html()
        do {
            try write(files.merging([ReportFiles.numbers: Data(report.numbersJSON.utf8)]) { $1 }, html)
        } catch {
            throw error as? ReportError ?? ReportError("\(error)")
        }
        progress?(1)
    }

    private func write(_ files: [String: Data], _ html: String) throws {
        var own = try ReportFiles(in: folder)
        try Self.checkPage(page, page.relativePath)
        try own.check(files)
        try own.announce(files)
        for (name, data) in files.sorted(by: { $0.key < $1.key }) {
            try write(data, to: folder.appendingPathComponent(name))
        }
        try write(Data(html.utf8), to: page)
        try own.settle(files)
    }

    private func write(_ data: Data, to url: URL) throws {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try writeAtomically(data, to: url.path)
    }
}

extension Report {
    /// What every page of a report holds, by which it is known.
    package static let mark = "<a class=\"skip\" href=\"#content\">"

    /// Writes the page and, in a folder named after it, its figures (SVG, PNG), the numbers of each figure and table
    /// (CSV) and all kept numbers (`numbers.json`).
    ///
    /// The same report gives the same bytes. What an earlier report wrote under this name is replaced, and removed where
    /// this one has no such file; a list beside the files (`files.sha256`) tells what that is.
    ///
    /// - Parameter progress: is told the share of drawings that are done.
    /// - Throws: ``ReportError`` that names the figure, link or formula at fault, the file that cannot be written, or
    ///   one of somebody else's, or changed by hand, that would be lost.
    public func write(to path: String, progress: ((Double) -> Void)? = nil) throws {
        let renderer = try ReportRenderer(to: path)
        try check()
        for section in sections { renderer.add(section) }
        try renderer.finish(
            title: title, lead: lead, colophon: colophon, isForgiving: isForgiving, progress: progress)
    }

    /// Checks names, links, formulas, tables and the parts of figures without drawing anything.
    ///
    /// - Throws: ``ReportError`` that names the section and what is wrong in it.
    public func check() throws {
        try checkNumbers()
        var page = try Page(self, folder: "", drawings: [:])
        _ = try page.html()
    }

    /// - Throws: ``ReportError`` where a section keeps two numbers of one name.
    fileprivate func checkNumbers() throws {
        for section in sections {
            var names: Set<String> = []
            for number in section.numbers where !names.insert(number.name).inserted {
                throw ReportError("section \"\(section.name)\" keeps two numbers named \"\(number.name)\"")
            }
        }
    }
}
