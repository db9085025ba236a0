extension Sequence where Element: Hashable {
    /// Each element once, in the order of their first places.
    package var distinct: [Element] {
        var known = Set<Element>()
        return filter { known.insert($0).inserted }
    }

    /// The number of each element among the distinct ones, and the first place of each of these.
    package var numbered: (numbers: [Int], firsts: [Int]) {
        var known: [Element: Int] = [:], firsts: [Int] = []
        let numbers = enumerated().map { place, element in
            if let number = known[element] { return number }
            known[element] = firsts.count
            firsts.append(place)
            return firsts.count - 1
        }
        return (numbers, firsts)
    }
}
