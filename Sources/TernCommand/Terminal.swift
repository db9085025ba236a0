import Foundation
import Tern
import TernText

/// Prints text for people. In this module it stands in the place of Swift's, so that no text of a file reaches the
/// terminal with sequences that move its cursor, rename its window or turn its letters round.
func print(_ text: String) {
    Swift.print(text.printable(keepingLines: true))
}

/// Prints text for people to standard error.
func tell(_ text: String) {
    StandardStreams.tell(text)
}

/// Prints CSV or JSON for programs: to the letter, unless somebody watches.
func printData(_ text: String) {
    Swift.print(isatty(STDOUT_FILENO) == 0 ? text : text.printable(keepingLines: true), terminator: "")
}

/// The same, piece by piece.
func printData(_ bytes: UnsafeRawBufferPointer) throws {
    if isatty(STDOUT_FILENO) == 0 {
        try StandardStreams.print(bytes)
    } else {
        printData(String(decoding: bytes, as: UTF8.self))
    }
}
