/// The dimensions of a store, which arrays name but nobody declares.
///
/// As in NetCDF a dimension belongs to a group and to those within it, and is named by path. It is a group's own where
/// the group has an array of its name, or no group around it has it in the same length.
struct ZarrDimensions {
    private(set) var dimensions: [Dimension] = []
    /// For each array the names of its dimensions, and what is wrong with them.
    private(set) var names: [[String]] = []
    private(set) var complaints: [String?] = []

    /// - Parameter arrays: those of a group before those of the groups within it.
    mutating func declare(_ arrays: [(node: ZarrNode, names: [String?], shape: [Int])]) {
        let paths = Set(arrays.map(\.node.path))
        var lengths: [String: Int] = [:], declared: Set<String> = []
        // Arrays that label a dimension know its length best.
        for (node, names, shape) in arrays where names == [node.name] { lengths[node.path] = shape[0] }
        for (node, given, shape) in arrays {
            var complaint: String?
            let names = zip(given.enumerated(), shape).map { item, length in
                guard let name = item.element, complaint == nil else {
                    return "\(node.path.isEmpty ? node.name : node.path)_\(item.offset)"
                }
                // Outwards, to the group that has it.
                var group = node.group
                while true {
                    let path = key(group, name)
                    if let known = lengths[path] {
                        if known == length { return path }
                        if paths.contains(path) || group == node.group {
                            complaint =
                                "it has \(length) along \"\(path)\", another array \(known); name one of the two dimensions otherwise"
                            return "\(node.path)_\(item.offset)"
                        }
                    }
                    guard !group.isEmpty else { break }
                    group = group.split(separator: "/").dropLast().joined(separator: "/")
                }
                lengths[key(node.group, name)] = length
                return key(node.group, name)
            }
            self.names.append(names)
            complaints.append(complaint)
            for (name, length) in zip(names, shape) where declared.insert(name).inserted {
                dimensions.append(Dimension(name, length: length))
            }
        }
    }
}
