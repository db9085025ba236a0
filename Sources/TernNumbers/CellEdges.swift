extension [Double] {
    /// Where cells begin and end that lie around two places or more: half-way, and as far on the outer side.
    package var cellEdges: [Double] {
        let inner = zip(self, dropFirst()).map { ($0 + $1) / 2 }
        return [2 * self[0] - inner[0]] + inner + [2 * self[count - 1] - inner[inner.count - 1]]
    }
}
