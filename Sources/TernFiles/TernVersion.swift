/// Which Tern this is, as `tern --version` and the files that it writes say.
///
/// Source: [Semantic Versioning](https://semver.org).
public enum TernVersion {
    public static let current = "0.2.0"
    /// What files name as their maker.
    public static var maker: String { "Tern \(current)" }
}
