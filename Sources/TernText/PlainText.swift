extension Unicode.Scalar {
    /// Whether the scalar steers what shows a text instead of standing for a sign: control characters (C0, DEL, C1),
    /// separators of lines, noncharacters, and what turns the direction of the text around it.
    ///
    /// Joiners and marks of direction, which scripts and emoji need, are no such scalars.
    package var isControl: Bool {
        switch value {
        case 0x20...0x7E: false
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        // Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9), which last to the end of the
        // line.
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: properties.isNoncharacterCodePoint
        }
    }

    /// Whether the scalar separates words where it is no sign of its own.
    fileprivate var isControlSpace: Bool { isControl && (properties.isWhitespace || value == 0x1C) }
}

extension String {
    /// One line without control characters, for whoever prints a text of a file: line breaks and tabs are spaces,
    /// others �.
    ///
    /// It looks at scalars, since to Swift CR LF is one `Character`, and so is a quotation mark with an accent.
    package var printable: String { printable(keepingLines: false) }

    /// - Parameter keepingLines: whether line feeds and tabs stay.
    package func printable(keepingLines: Bool) -> String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var result = "".unicodeScalars, previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            defer { previous = scalar }
            if !scalar.isControl || keepingLines && (scalar == "\n" || scalar == "\t") {
                result.append(scalar)
            } else if scalar == "\n" && previous == "\r" {
                continue
            } else {
                result.append(scalar.isControlSpace ? " " : "\u{FFFD}")
            }
        }
        return String(result)
    }

    /// At most so many scalars, the last one … where some are left out.
    package func shortened(to count: Int) -> String {
        guard utf8.count > count, unicodeScalars.count > count else { return self }
        return String(unicodeScalars.prefix(count - 1)) + "…"
    }

    /// A field of a table of comma-separated values, in quotes where a delimiter (be it another file's), a quote or the
    /// end of a line would be misread, or where readers leave out what stands at its ends.
    ///
    /// - Parameter isAlone: whether the table has no other column, so that no comma tells a blank from a delimiter.
    package func csvField(isAlone: Bool = false) -> String {
        let blank = UInt8(ascii: " ")
        let isSpecial = utf8.contains { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "\n"),
                UInt8(ascii: "\r"), UInt8(ascii: "|"):
                true
            case blank: isAlone
            default: false
            }
        }
        let isCut =
            utf8.first == blank || utf8.last == blank || utf8.first == UInt8(ascii: "#")
            || unicodeScalars.first == "\u{FEFF}"
        guard isSpecial || isCut else { return self }
        var result = "\"".unicodeScalars
        for scalar in unicodeScalars {
            if scalar == "\"" { result.append(scalar) }
            result.append(scalar)
        }
        return String(result) + "\""
    }
}
