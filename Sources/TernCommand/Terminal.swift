import Foundation
import TernText

/// Prints text for people. In this module it stands in the place of Swift's, so that no text of a file reaches the terminal with
/// sequences that move its cursor, rename its window or turn its letters round.
func print(_ text: String) {
    FileHandle.standardOutput.write(Data((text.printable(keepingLines: true) + "\n").utf8))
}

/// Prints text for people to standard error.
func tell(_ text: String) {
    FileHandle.standardError.write(Data((text.printable(keepingLines: true) + "\n").utf8))
}

/// Prints CSV or JSON for programs: to the letter, unless somebody watches.
func printData(_ text: String) {
    FileHandle.standardOutput.write(Data((isatty(STDOUT_FILENO) == 0 ? text : text.printable(keepingLines: true)).utf8))
}
