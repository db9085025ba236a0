import TestSupport

/// Numbers from 0 to below 1 that know nothing of each other: one for each row and salt.
func noise(_ row: Int, _ salt: UInt64 = 0) -> Double {
    var random = SplitMix64(UInt64(row) &* 7919 &+ salt &* 104_729 &+ 1)
    return Double(random.next() >> 11) / Double(UInt64(1) << 53)
}

/// Lines of a table, by their numbers from 0.
func rows(_ count: Int, _ row: (Int) -> String) -> String { (0..<count).map { row($0) + "\n" }.joined() }
