import Foundation

/// The colours and type of pages, for pages of other makers that are to look of one house.
package enum PageStyle {
    /// Declarations of `--paper`, `--ink`, `--serif` and the others, on light paper.
    package static let lightVariables = declarations[0]
    /// Those that are others on dark paper.
    package static let darkVariables = declarations[1]

    /// What stands in the style's first two blocks of `:root`, without the scheme.
    private static let declarations = String(decoding: PackageResources.page_css, as: UTF8.self)
        .matches(of: /:root \{([^}]*)\}/).map { match in
            match.1.split(separator: "\n").filter { $0.contains("--") }
                .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        }
}
