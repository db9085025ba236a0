extension BidirectionalCollection {
    /// What is left without the blank elements at both ends.
    ///
    /// ```swift
    /// " 1 2 ".trimmed { $0 == " " }       // "1 2"
    /// ```
    package func trimmed(where isBlank: (Element) -> Bool) -> SubSequence {
        let body = drop(while: isBlank)
        guard let last = body.lastIndex(where: { !isBlank($0) }) else { return body }
        return body[...last]
    }
}
