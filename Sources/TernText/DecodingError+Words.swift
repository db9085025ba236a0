/// What is wrong with JSON that was decoded, and where in it: "calls.0.shape.2: it is no whole number".
package func words(ofDecoding error: any Error) -> String {
    let (context, what): (DecodingError.Context?, String) =
        switch error {
        case DecodingError.typeMismatch(let type, let context): (context, "it is no \(jsonWord(for: type))")
        case DecodingError.valueNotFound(let type, let context):
            (context, "there is nothing where a \(jsonWord(for: type)) is expected")
        case DecodingError.keyNotFound(let key, let context): (context, "the key \"\(key.stringValue)\" is missing")
        case DecodingError.dataCorrupted(let context):
            // Swift's own words for a text that is none of those that are known.
            (
                context,
                context.debugDescription.hasPrefix("Cannot initialize ")
                    ? "it is none of the known words" : context.debugDescription
            )
        default: (nil, "\(error)")
        }
    let place = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") ?? ""
    return place.isEmpty ? what : "\(place): \(what)"
}

extension Decoder {
    /// What was decoded here is not what must stand here.
    package func refusal(_ words: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: words))
    }
}

/// What JSON calls a value of a type.
private func jsonWord(for type: any Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "whole number"
    case is any BinaryFloatingPoint.Type: "number"
    case is String.Type: "text"
    case is Bool.Type: "truth (true or false)"
    default: "\(type)".hasPrefix("Array<") ? "list" : "\(type)".hasPrefix("Dictionary<") ? "object" : "\(type)"
    }
}
