import ArgumentParser
import Foundation
import Tern
import TernLecture
import TernText

extension ReportError: CommandFailure {}

/// Recomputes the lecture into a page.
struct LectureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lecture",
        abstract: "Recompute the lecture on neural networks into one page with all its figures and numbers.",
        discussion: """
            Writes lecture.html, which opens offline, and beside it the folder lecture/ with each figure as PNG, SVG and \
            CSV, each table as CSV and all numbers in numbers.json. The same options give the same files, but for the line \
            at the end of the page that says version, options and time.

              tern lecture
              tern lecture --quick --output /tmp/lecture.html
              tern lecture --section regression,optimisation
              tern lecture --sst-precipitation cmip6.nc

            Sections: \(Lecture.chapters.map(\.name).joined(separator: ", ")).
            """)

    @Option(help: "Seed of the networks' weights and of noise.")
    var seed: UInt32 = 42

    @Option(help: "Seed of the eight points of the sine (default: 0).")
    var dataSeed: UInt32?

    @Option(help: ArgumentHelp("Only these sections, by name or number, with commas between.", valueName: "name,..."))
    var section: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The page; its files go into a folder of the same name.", valueName: "file.html"))
    var output = "lecture.html"

    @Option(
        help: ArgumentHelp(
            "Real fields for the section on rain: a NetCDF file or Zarr store with sea-surface temperature (samples, latitudes, longitudes) and rain along the samples.",
            valueName: "file.nc"))
    var sstPrecipitation: String?

    @Flag(help: "Train networks for fewer epochs on less data.")
    var quick = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func run() throws {
        guard Figure.canDraw else {
            throw UsageError(
                "the figures are drawn by gnuplot, which is not here; install it first (Debian: apt-get install gnuplot-nox)"
            )
        }
        let chosen = try chosenChapters()
        if let sstPrecipitation {
            _ = try Dataset(contentsOf: sstPrecipitation)
        }
        let given = [
            ("--sst-precipitation", sstPrecipitation != nil, "precipitation"),
            ("--data-seed", dataSeed != nil, "regression"),
        ]
        for (option, isGiven, section) in given where isGiven {
            guard chosen.contains(where: { $0.chapter.name == section }) else {
                throw UsageError("\(option) is for the section \(section), which --section leaves out")
            }
        }
        var lecture = Lecture(seed: seed, dataSeed: dataSeed ?? 0, isQuick: quick, sstPrecipitation: sstPrecipitation)
        lecture.shown = Set(chosen.map(\.chapter.name))
        let start = ContinuousClock.now
        let renderer = try ReportRenderer(to: output, sections: chosen.map(\.chapter.name))
        try OutputKind.page.check(output)
        for (number, chapter) in chosen {
            let bar = SectionProgress("\(number)  \(chapter.title)", isQuiet: quiet)
            renderer.add(try lecture.section(chapter) { bar.update($0) })
            bar.finish()
        }
        let bar = SectionProgress("Figures", isQuiet: quiet)
        try renderer.finish(
            title: Lecture.title, lead: Lecture.lead, colophon: TernVersion.colophon(settings)
        ) { bar.update($0) }
        bar.finish()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let folder = URL(fileURLWithPath: output).deletingPathExtension().lastPathComponent
        print("\(output) written, figures and numbers in \(folder)/ (\(String(format: "%.0f", seconds)) s)")
    }

    /// By which pages of the same sections differ.
    private var settings: String {
        let file = sstPrecipitation.map { URL(fileURLWithPath: $0).lastPathComponent.literal }
        return [
            "seed \(seed)", dataSeed.map { "data seed \($0)" }, quick ? "quick" : nil, file.map { "rain of \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private func chosenChapters() throws -> [(number: Int, chapter: any Chapter)] {
        let all = Lecture.chapters.enumerated().map { (number: $0.offset + 1, chapter: $0.element) }
        guard let section else { return all }
        let wanted = try listed(section.lowercased()).map { name in
            guard let found = all.first(where: { $0.chapter.name == name || "\($0.number)" == name }) else {
                throw UsageError(
                    "there is no section \"\(name)\"; there are \(all.map { "\($0.number) \($0.chapter.name)" }.joined(separator: ", "))"
                )
            }
            return found.number
        }
        if wanted.isEmpty { throw UsageError("--section names no section; leave it out for all of them") }
        return all.filter { wanted.contains($0.number) }
    }
}

/// A bar for each part of a long work on a terminal, and a line at its end.
final class SectionProgress {
    private let title: String
    private let isQuiet: Bool
    private let bar: TerminalBar
    private let start = ContinuousClock.now

    init(_ title: String, isQuiet: Bool) {
        self.title = title
        self.isQuiet = isQuiet
        bar = TerminalBar(quiet: isQuiet)
        update(0)
    }

    /// - Parameter share: from 0 to 1.
    func update(_ share: Double) { bar.draw(share, "  \(title)") }

    func finish() {
        if isQuiet { return }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        bar.clear()
        StandardStreams.error("\(String(format: "%6.1f s", seconds))  \(title)\n")
    }
}
