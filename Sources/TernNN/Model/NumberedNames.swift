/// Names that differ, with numbers where one comes again: `dense`, `dense_1`, `dense_2`.
package struct NumberedNames {
    private var counts: [String: Int] = [:], taken: Set<String>

    /// - Parameter taken: names that have been given already.
    package init(besides taken: Set<String> = []) { self.taken = taken }

    /// The name itself at first, then with the next number under which there is none.
    package mutating func next(_ name: String) -> String {
        while true {
            let count = counts[name, default: 0], numbered = count == 0 ? name : "\(name)_\(count)"
            counts[name] = count + 1
            if taken.insert(numbered).inserted { return numbered }
        }
    }
}
