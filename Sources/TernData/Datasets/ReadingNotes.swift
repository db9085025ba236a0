/// What happened to numbers of a variable while they were read, of which nothing in the file says a word.
package struct ReadingNotes: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// netCDF's own fill value was taken for a missing one.
    package static let ownFill = ReadingNotes(rawValue: 1)
    /// Whole numbers beyond 2^53 became the nearest that a `Double` holds.
    package static let rounded = ReadingNotes(rawValue: 2)

    /// A sentence for each.
    package var sentences: [String] {
        let all: [(ReadingNotes, String)] = [
            (
                .ownFill,
                "netCDF's own fill value is taken for a missing one, though the variable has no _FillValue that says so (xarray would take it for a number)"
            ),
            (
                .rounded,
                "whole numbers beyond 9007199254740992 are rounded, since numbers hold about 16 digits; where they are names and no amounts, write them as texts"
            ),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
