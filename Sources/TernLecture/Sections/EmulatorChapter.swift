import Tern
import TernReport

/// A climate emulator: the CNN-LSTM.
struct EmulatorChapter: Chapter {
    let name = "emulator"
    let title = "A climate emulator"
    func write(on page: inout Page) throws {}
}
