extension String {
    /// Each of several texts replaced by another, in one pass over the bytes.
    ///
    /// Where two begin at the same place, the first of them counts. The standard library's `replacing` compares
    /// characters, which takes seconds for the drawings of a page.
    func replacingBytes(_ pairs: [(text: String, other: String)]) -> String {
        let patterns = pairs.map { (Array($0.text.utf8), Array($0.other.utf8)) }
        var begins = [Bool](repeating: false, count: 256)
        for (text, _) in patterns where !text.isEmpty { begins[Int(text[0])] = true }
        let source = Array(utf8)
        var result: [UInt8] = [], kept = 0, i = 0
        result.reserveCapacity(source.count)
        while i < source.count {
            guard begins[Int(source[i])],
                let found = patterns.first(where: { !$0.0.isEmpty && source[i...].starts(with: $0.0) })
            else {
                i += 1
                continue
            }
            result += source[kept..<i]
            result += found.1
            i += found.0.count
            kept = i
        }
        result += source[kept...]
        return String(decoding: result, as: UTF8.self)
    }
}
