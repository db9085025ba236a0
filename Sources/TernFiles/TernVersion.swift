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
    private static var given: String? { ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] }
    /// Until the year 9999.
    private static var givenTime: Int? {
        given.flatMap { Int($0) }.flatMap { (0..<253_402_300_800).contains($0) ? $0 : nil }
    }
    /// What is wrong with the time that the environment gives; nil where nothing is.
    package static var complaint: String? {
        given.flatMap {
            givenTime == nil ? "SOURCE_DATE_EPOCH is \"\($0)\"; it is the seconds since 1970, or unset" : nil
        }
    }
    /// The last line of a page: the maker, what else is to be said, and the time, which is that of `SOURCE_DATE_EPOCH`
    /// where it is set.
    ///
    /// Source: [Reproducible Builds](https://reproducible-builds.org/docs/source-date-epoch/).
    package static func colophon(_ detail: String? = nil) -> String {
        let time = givenTime.map { Date(timeIntervalSince1970: TimeInterval($0)) } ?? .now
        return [maker, detail, time.formatted(.iso8601)].compactMap { $0 }.joined(separator: ", ") + "."
    }
}
