import TernText

/// Texts in scripts for gnuplot: the one way from a text to a script.
///
/// gnuplot runs what stands between backquotes, also in comments and strings in double quotes, puts macros in the place of
/// `@name`, and takes the end of a line for the end of a command. Within single quotes none of that happens, and only a single
/// quote has a meaning. So every string is in single quotes, control characters and backquotes are left out, and comments hold
/// no text. ``GnuplotScript`` looks at the whole before it runs.
extension String {
    /// As a string of a gnuplot script.
    var quoted: String {
        var result = "'".unicodeScalars
        for scalar in printable.unicodeScalars {
            switch scalar {
            case "'": result += "''".unicodeScalars
            // The sign of the same look that opens a quotation.
            case "`": result.append("\u{2018}")
            default: result.append(scalar)
            }
        }
        result.append("'")
        return String(result)
    }

    /// As a string that a reader of the figure sees: with marks as Unicode, and not longer than a line can hold.
    var shown: String { unicode(self).shortened(to: 300).quoted }

    /// The same for names of ticks, which gnuplot takes for formats of numbers.
    var shownAtTick: String { String(unicode(self).shortened(to: 300).flatMap { $0 == "%" ? "%%" : String($0) }).quoted }

    /// As the name of a file, which gnuplot takes for a command to pipe to where it begins with a bar.
    var quotedPath: String { (hasPrefix("/") ? self : "./" + self).quoted }
}
