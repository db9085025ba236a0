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

    package static let title = "Neural networks for earth scientists"
    /// What the page says before its sections.
    package static let lead = """
        A lecture, recomputed by Tern. Every figure, number and table on this page was computed when it was made; the lines of Swift shown \
        are those that were run.

        After it you can build a network from its parts, train it and say why that works, see when it overfits and what to do, use \
        convolutions on fields of the atmosphere and the ocean, and judge a network beside the linear model that it has to beat. What it \
        asks for is calculus and linear algebra of a first year. Each part begins with its objectives and ends in short.
        """

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
        var page = LecturePage(chapter, lecture: self, progress: progress)
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
    func write(on page: inout LecturePage) throws
}
