/// What is wrong with JSON that was decoded, and where in it: "calls.0.shape.2: the number 10 is beyond what a layer
/// takes".
package func words(ofDecoding error: any Error) -> String {
    let (context, what): (DecodingError.Context?, String) =
        switch error {
        case DecodingError.typeMismatch(let type, let context): (context, "it is no \(type)")
        case DecodingError.valueNotFound(let type, let context):
            (context, "there is nothing where a \(type) is expected")
        case DecodingError.keyNotFound(let key, let context): (context, "the key \"\(key.stringValue)\" is missing")
        case DecodingError.dataCorrupted(let context): (context, context.debugDescription)
        default: (nil, "\(error)")
        }
    let place = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") ?? ""
    return place.isEmpty ? what : "\(place): \(what)"
}
