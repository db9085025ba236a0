/// "did you mean "sst"? the variables are sst, lat": what to add to a complaint about a name that is not there.
package func suggestion(for name: String, among names: [String], _ what: String) -> String {
    guard !names.isEmpty else { return "there are no \(what)" }
    let near = nearestName(to: name, among: names)
    return "\(near.map { "did you mean \"\($0)\"? " } ?? "")the \(what) are \(names.joined(separator: ", "))"
}

/// The name that somebody may have meant by one that is not there; nil where none is near.
package func nearestName(to name: String, among names: [String]) -> String? {
    // Units behind a name, as in "rh [%]", are no other name.
    func bare(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace }.prefix { $0 != "[" && $0 != "(" }.description
    }
    if let same = names.first(where: { !bare(name).isEmpty && bare($0) == bare(name) }) { return same }
    guard let near = names.min(by: { distance($0, name) < distance($1, name) }) else { return nil }
    let apart = distance(near, name)
    return apart <= max(1, name.count / 3) && apart < name.count ? near : nil
}

/// The number of letters to change, add, drop or swap with their neighbour that make one word of another.
///
/// Source: optimal string alignment, after F. J. Damerau, Communications of the ACM 7, 1964, doi:10.1145/363958.363994.
private func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased()), b = Array(b.lowercased())
    var before: [Int] = [], row = Array(0...b.count)
    for i in a.indices {
        var next = [i + 1]
        for j in b.indices {
            next.append(min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1)))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { next[j + 1] = min(next[j + 1], before[j - 1] + 1) }
        }
        (before, row) = (row, next)
    }
    return row[b.count]
}
