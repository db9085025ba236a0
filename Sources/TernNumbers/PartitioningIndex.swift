extension RandomAccessCollection {
    /// The first index whose element is in the second part of a collection that has two, the second being all that a
    /// condition holds of; the end where it holds of none.
    ///
    /// - Complexity: O(log count)
    @inlinable
    package func partitioningIndex(where isInSecond: (Element) throws -> Bool) rethrows -> Index {
        var low = startIndex, count = count
        while count > 0 {
            let half = count / 2, middle = index(low, offsetBy: half)
            if try isInSecond(self[middle]) {
                count = half
            } else {
                low = index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
