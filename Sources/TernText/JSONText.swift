import Foundation

extension String {
    /// As a string of JSON, with its quotes.
    package var quotedJSON: String {
        var json = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case "\u{8}": json += "\\b"
            case "\u{C}": json += "\\f"
            case _ where scalar.value < 0x20: json += "\\u" + scalar.value.hexadecimal(digits: 4)
            // A reader may take it for the mark of an encoding and leave it out.
            case "\u{FEFF}": json += "\\ufeff"
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}

extension JSONEncoder {
    /// Writes numbers that JSON has no signs for as texts: "inf", "-inf", "nan".
    package static var ofAllNumbers: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension JSONDecoder {
    /// Reads what `JSONEncoder.ofAllNumbers` writes, as ``JSONFileDecoder`` does.
    package static var ofAllNumbers: JSONDecoder {
        let decoder = JSONFileDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
