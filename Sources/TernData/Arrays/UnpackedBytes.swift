import TernCore

/// Bytes that come out of a compressor, whose number nobody knows before.
struct UnpackedBytes {
    private(set) var all: [UInt8] = []
    private var nextCheck = 1 << 24

    /// Adds bytes; false where memory would not hold them.
    mutating func append(_ bytes: ArraySlice<UInt8>) -> Bool {
        if all.count >= nextCheck {
            // The array moves to twice its size.
            if MachineMemory.complaint(about: 2 * all.count) != nil { return false }
            nextCheck *= 2
        }
        all.append(contentsOf: bytes)
        return true
    }
}
