/// How much is read at once where nobody says.
enum ChunkSize {
    /// What chunks take in memory while a network learns: one from which it learns, and the next, which is being read.
    static let bytes = 192 << 20

    /// How many steps of a size fill a chunk: what is read exists as stored, as values and selected, and what is made
    /// of it is prepared, cut out, and learned from.
    static func steps(ofBytes size: Int) -> Int { max(1, bytes / max(1, 3 * size)) }
}
