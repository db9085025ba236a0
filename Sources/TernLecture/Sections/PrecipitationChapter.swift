import Tern
import TernReport

/// From sea-surface temperature to precipitation with a small CNN.
struct PrecipitationChapter: Chapter {
    let name = "precipitation"
    let title = "From sea-surface temperature to rain"
    func write(on page: inout Page) throws {}
}
