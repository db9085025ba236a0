/// The source of the lecture's sections, as it was compiled.
///
/// The folder `Sections` is the very folder that `TernLecture` compiles, here embedded as text.
package enum LectureSource {
    private static let files: [String: [UInt8]] = [
        "NeuronChapter.swift": PackageResources.NeuronChapter_swift,
        "ActivationChapter.swift": PackageResources.ActivationChapter_swift,
        "RegressionChapter.swift": PackageResources.RegressionChapter_swift,
        "OverfittingChapter.swift": PackageResources.OverfittingChapter_swift,
        "DescentChapter.swift": PackageResources.DescentChapter_swift,
        "OptimisationChapter.swift": PackageResources.OptimisationChapter_swift,
        "ConvolutionChapter.swift": PackageResources.ConvolutionChapter_swift,
        "PrecipitationChapter.swift": PackageResources.PrecipitationChapter_swift,
        "EmulatorChapter.swift": PackageResources.EmulatorChapter_swift,
    ]

    /// The lines between `// excerpt: name` and the next `// end`, without the indentation that they share.
    package static func excerpt(_ name: String, of file: String) -> String {
        guard let bytes = files[file] else { preconditionFailure("\(file) is not among the embedded sources") }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        func mark(_ line: Substring) -> String { line.drop { $0 == " " }.description }
        guard let start = lines.firstIndex(where: { mark($0) == "// excerpt: \(name)" }),
            let end = lines[start...].firstIndex(where: { mark($0) == "// end" })
        else { preconditionFailure("\(file) has no excerpt \"\(name)\"") }
        let shown = lines[(start + 1)..<end]
        let indentation = shown.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return shown.map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
    }
}
