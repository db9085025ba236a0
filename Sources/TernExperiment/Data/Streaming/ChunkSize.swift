/// How much is read at once where nobody says.
enum ChunkSize {
    /// What chunks take in memory while a network learns: one from which it learns, and the next, which is being read.
    static let bytes = 192 << 20

    /// How many steps fill a chunk.
    ///
    /// - Parameters:
    ///   - read: the bytes that are read for one; they exist as stored, as values and selected.
    ///   - made: the bytes of an example; it is prepared, cut out, and the one before is learned from.
    static func steps(read: Int, made: Int = 0) -> Int { max(1, bytes / max(1, 3 * read + 3 * made)) }
}
