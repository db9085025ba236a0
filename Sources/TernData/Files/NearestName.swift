import TernText

/// "did you mean "sst"? the variables are sst, lat": what to add to a complaint about a name that is not there.
package func suggestion(for name: String, among names: [String], _ what: String) -> String {
    guard !names.isEmpty else { return "there are no \(what)" }
    let near = nearestName(to: name, among: names)
    // A file may have thousands, and long ones: a message is to be read.
    let most = 60, shown = names.prefix(most).map { $0.shortened(to: 60) }.joined(separator: ", ")
    let rest = names.count > most ? " and \(names.count - most) more" : ""
    return "\(near.map { "did you mean \"\($0)\"? " } ?? "")the \(what) are \(shown)\(rest)"
}

/// The name that somebody may have meant by one that is not there; nil where none is near.
package func nearestName(to name: String, among names: [String]) -> String? {
    // Units behind a name, as in "rh [%]", are no other name.
    func bare(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace }.prefix { $0 != "[" && $0 != "(" }.description
    }
    let wanted = bare(name)
    if !wanted.isEmpty, let same = names.first(where: { bare($0) == wanted }) { return same }
    // Texts of many letters take the product of their lengths, and are no slips.
    let longest = 200
    guard name.utf8.count <= longest else { return nil }
    let distances = names.lazy.filter { $0.utf8.count <= longest }.map { (near: $0, apart: distance($0, name)) }
    guard let (near, apart) = distances.min(by: { $0.apart < $1.apart }) else { return nil }
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
