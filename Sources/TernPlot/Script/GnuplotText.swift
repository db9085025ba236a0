import TernText

/// Texts in scripts for gnuplot: the one way from a text to a script.
///
/// gnuplot runs what stands between backquotes, also in comments and strings in double quotes, puts macros in the place
/// of `@name`, and takes the end of a line for the end of a command. Within single quotes none of that happens, and
/// only the quote itself has a meaning, which versions read differently. So every string is in single quotes; of
/// control characters, backquotes and single quotes none is left in it; and comments hold no text. ``GnuplotScript``
/// looks at the whole before it runs.
extension String {
    /// As a string of a gnuplot script.
    var quoted: String {
        var result = "'".unicodeScalars
        for scalar in printable.unicodeScalars {
            switch scalar {
            // The signs of print, which look the same and mean nothing.
            case "'": result.append("\u{2019}")
            case "`": result.append("\u{2018}")
            default: result.append(scalar)
            }
        }
        result.append("'")
        return String(result)
    }

    /// As a string that a reader of the figure sees: with marks as Unicode, and not longer than a line can hold.
    var shown: String { unicode(self).shortened(to: 300).quoted }

    /// The same for names of ticks, which gnuplot takes for formats of numbers where they hold a percent sign, and then
    /// cuts at 49 bytes.
    var shownAtTick: String {
        var text = unicode(self).printable.shortened(to: 300), count = 48
        guard text.unicodeScalars.contains("%") else { return text.quoted }
        while text.utf8.count > 48 {
            text = text.shortened(to: count)
            count -= 1
        }
        return text.unicodeScalars.map { $0 == "%" ? "%%" : String($0) }.joined().quoted
    }

    /// As the name of a file, which gnuplot takes for a command to pipe to where it begins with a bar.
    var quotedPath: String { (hasPrefix("/") ? self : "./" + self).quoted }
}
