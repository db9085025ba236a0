extension Sequence where Element: Hashable {
    /// Each element once, in the order of their first places.
    package var distinct: [Element] {
        var known = Set<Element>()
        return filter { known.insert($0).inserted }
    }
}
