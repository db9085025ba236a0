import Foundation
import Tern
import Testing

/// Whether each line of a program that a view hands out, but for those that print, stands in a file of these tests, where
/// it is compiled and run.
func expectCopied(_ program: String, in name: String, _ location: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name)
    let source = try String(contentsOf: file, encoding: .utf8)
    let lines = program.split(separator: "\n").filter {
        $0 != "import Tern" && !$0.contains("print(") && !$0.hasPrefix("//")
    }
    #expect(lines.count > 3, sourceLocation: location)
    for line in lines {
        #expect(source.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)", sourceLocation: location)
    }
}

/// The programs of windows and chains.
@Suite struct CopiedProgramTests {
    @Test func theConvolutionCopiedGivesTheNumbersAndSlopesShown() async throws {
        let settings =
            #"{"digits": "1 3 2 0;4 2 1 1;0 1 5 6;2 1 7 8;3 0 2 9.5", "kernel": "1 -2; 0 3", "padding": "explicit", "stride": 2}"#
        let shown = try await TestPage().ask("convolve", settings, view: "convolution")
        let copied = copiedConvolution()
        #expect(shown["output"] as? [Double] == copied.y.doubles)
        for (place, slopes) in [
            ("\"row\": 1, \"column\": 2, \"isInput\": false", copied.outputSlopes),
            ("\"row\": 3, \"column\": 1, \"isInput\": true", copied.inputSlopes),
        ] {
            let request = "{\"settings\": \(settings), \(place)}"
            let copies = try await TestPage().ask("copies", request, view: "convolution")
            try expectCopied(copies["swift"] as! String, in: "CopiedConvolution.swift")
            let seen = try await TestPage().ask("place", request, view: "convolution")
            #expect(seen["slopes"] as? [Double] == slopes.doubles)
            #expect(slopes.doubles.contains { $0 != 0 })
        }
    }

    @Test func theChainCopiedGivesTheNumbersShown() async throws {
        let settings =
            #"{"depth": 4, "width": 6, "activation": "leaky_relu", "initializer": "he_normal", "normalizes": true, "skips": true, "seed": 5, "rate": 0.02, "steps": 9}"#
        let copies = try await TestPage().ask("copies", settings, view: "gradients")
        try expectCopied(copies["swift"] as! String, in: "CopiedConvolution.swift")
        let untrained = try await TestPage().ask("norms", settings, view: "gradients")
        let trained = try await TestPage().ask("train", settings, view: "gradients")
        let copied = try copiedGradients()
        #expect(untrained["norms"] as? [Double] == copied.norms)
        #expect(trained["losses"] as? [Double] == copied.losses)
    }
}
