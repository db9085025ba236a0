import Tern

/// The lecture: what each section computes, shows and says, each of ``chapters`` as a section of a report.
package struct Lecture: Sendable {
    /// Of the networks' weights and of noise.
    package var seed: UInt32
    /// Of the eight points of the sine.
    package var dataSeed: UInt32
    /// Whether networks train for fewer epochs on less data.
    package var isQuick: Bool
    /// The sections that the page has, to which others lead.
    package var shown: Set<String> = Set(Lecture.chapters.map(\.name))
    /// A file of sea-surface temperature and rain for the section on rain; nil: made data.
    package var sstPrecipitation: String?

    package init(seed: UInt32 = 42, dataSeed: UInt32 = 0, isQuick: Bool = false, sstPrecipitation: String? = nil) {
        self.sstPrecipitation = sstPrecipitation
        self.seed = seed
        self.dataSeed = dataSeed
        self.isQuick = isQuick
    }

    /// In the order in which they are read.
    package static let chapters: [any Chapter] = [
        NeuronChapter(), ActivationChapter(), RegressionChapter(), OverfittingChapter(), DescentChapter(),
        OptimisationChapter(), ConvolutionChapter(),
        PrecipitationChapter(), EmulatorChapter(), SummaryChapter(),
    ]

    /// A section computed.
    ///
    /// - Parameter progress: told how far it is, from 0 to 1.
    package func section(_ chapter: any Chapter, progress: @escaping (Double) -> Void = { _ in }) throws
        -> ReportSection
    {
        var page = Page(chapter, lecture: self, progress: progress)
        try chapter.write(on: &page)
        progress(1)
        return page.section
    }
}

/// One section of the lecture.
package protocol Chapter: Sendable {
    /// Its anchor on the page and its folder, as `--section` takes it.
    var name: String { get }
    /// The section's heading.
    var title: String { get }
    /// Computes what the section shows and writes it in its order.
    func write(on page: inout Page) throws
}
