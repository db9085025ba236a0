/// "did you mean "sst"? the variables are sst, lat": what to add to a complaint about a name that is not there.
package func suggestion(for name: String, among names: [String], _ what: String) -> String {
    guard !names.isEmpty else { return "there are no \(what)" }
    let near = names.min { distance($0, name) < distance($1, name) }!
    let isNear = distance(near, name) <= max(1, name.count / 3) && distance(near, name) < name.count
    return "\(isNear ? "did you mean \"\(near)\"? " : "")the \(what) are \(names.joined(separator: ", "))"
}

/// The number of letters to change, add or drop that make one word of another (Levenshtein).
package func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased()), b = Array(b.lowercased())
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
            diagonal = row[j + 1]
            row[j + 1] = next
        }
    }
    return row[b.count]
}
