/// How much is read at once where nobody says.
enum ChunkSize {
    /// What a chunk takes in memory as it is read; a few exist at a time, as they are read, prepared and learned from.
    static let bytes = 64 << 20

    /// How many steps of a size fill a chunk.
    static func steps(ofBytes size: Int) -> Int { max(1, bytes / max(1, size)) }
}
