import Foundation

/// Which Tern this is, as `tern --version` and the files that it writes say.
///
/// ```swift
/// TernVersion.maker == "Tern " + TernVersion.current    // true
/// ```
///
/// Source: [Semantic Versioning](https://semver.org).
public enum TernVersion {
    /// Major, minor and patch number, with dots between: as long as the first is 0, the second rises with every change
    /// that breaks programs.
    public static let current = "0.2.0"
    /// What files name as their maker: "Tern" and the version.
    public static var maker: String { "Tern \(current)" }
    /// The last line of a page: the maker, what else is to be said, and the time, which is that of `SOURCE_DATE_EPOCH`
    /// where it is set.
    ///
    /// Source: [Reproducible Builds](https://reproducible-builds.org/docs/source-date-epoch/).
    package static func colophon(_ detail: String? = nil) -> String {
        let given = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(TimeInterval.init)
        let time = given.map { Date(timeIntervalSince1970: $0) } ?? .now
        return [maker, detail, time.formatted(.iso8601)].compactMap { $0 }.joined(separator: ", ") + "."
    }
}
