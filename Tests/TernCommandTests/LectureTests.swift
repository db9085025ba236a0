import Foundation
import Tern
import TestSupport
import Testing

/// The lecture's numbers by scikit-learn, NumPy, SciPy and Keras (Scripts/fixtures/lecture.py).
private struct LectureFixture: Decodable {
    var sections: [String: [String: [Double]]]
}

/// As `numbers.json` has them.
private typealias Numbers = [String: [String: Number]]
private struct Number: Decodable { var values: [Double?] }

@Suite(.enabled(if: Figure.canDraw)) struct LectureTests {
    private let folder = TemporaryFolder()

    private func numbers(_ name: String = "lecture") throws -> Numbers {
        try JSONDecoder().decode(Numbers.self, from: Data(contentsOf: folder.url.appendingPathComponent("\(name)/numbers.json")))
    }

    /// On this machine's own the whole lecture is looked at: ``theWholePageStandsInABrowser()``.
    @Test(arguments: Machine.instructionSets.dropFirst()) func numbersAreThoseOfThePeersOnEveryInstructionSet(_ set: String) throws {
        let sections = ["neuron", "activation", "regression", "convolution"]
        let lecture = try Tool(["lecture", "--section", sections.joined(separator: ","), "--quick"], in: folder, environment: ["TERN_ISA": set])
        #expect(lecture.status == 0 && lecture.error.contains(" s  "), "\(lecture.error)")
        try checkNumbers(of: sections)
    }

    private func checkNumbers(of sections: [String]) throws {
        let numbers = try numbers(), fixture = try Fixture.decode("lecture", as: LectureFixture.self)
        for (section, expected) in fixture.sections where sections.contains(section) {
            for (name, values) in expected {
                // The likelihood is flat where it is largest; the sea is float32.
                let tolerance = name.hasPrefix("process") ? 1e-4 : name.hasPrefix("sst") ? 1e-5 : 1e-9
                let ours = try #require(numbers[section]?[name]?.values, "\(section) lacks \(name)")
                #expect(ours.count == values.count, "\(name)")
                for (a, b) in zip(ours, values) where !(abs((a ?? .nan) - b) <= tolerance * max(1, abs(b))) {
                    Issue.record("\(section), \(name): \(a ?? .nan), the peer has \(b)")
                    break
                }
            }
        }
        // What no peer computes is held to what is known.
        #expect(numbers["neuron"]!["collapse_difference"]!.values[0]! < 1e-12)
        let (neuron, line) = (numbers["neuron"]!["neuron"]!.values, numbers["neuron"]!["least_squares"]!.values)
        #expect(zip(neuron, line).allSatisfy { abs($0! - $1!) < 1e-4 })
        #expect(numbers["convolution"]!["weights_dense"]!.values == [1e12])
        #expect(numbers["convolution"]!["weights_translation_invariant"]!.values == [4e6])
        let kernel = numbers["convolution"]!["edge_kernel"]!.values.map { $0! }
        #expect(abs(kernel[0] - 1) < 0.01 && abs(kernel[1] + 1) < 0.01)
        guard sections.contains("optimisation") else { return }
        let ends = numbers["optimisation"]!["valley_ends"]!.values.map { $0! }
        #expect(zip(ends, [-1.8278, -1.8278, 7.2739]).allSatisfy { abs($0 - $1) < 0.1 })
        #expect(numbers["optimisation"]!["beale_newton"]!.values[0]! < 1e-20)
        let ratios = numbers["optimisation"]!["vanishing_ratio"]!.values.map { $0! }
        #expect(ratios[0] < 1e-8 && ratios[1...].allSatisfy { $0 > 1e-3 })
    }

    @Test func theSameSeedGivesTheSameFiles() throws {
        for name in ["a", "b"] {
            let lecture = try Tool(
                ["lecture", "--section", "2,8", "--quick", "--output", "\(name).html"], in: folder,
                environment: ["TERN_NUM_THREADS": name == "a" ? "1" : "3"])
            #expect(lecture.status == 0, "\(lecture.error)")
        }
        func files(_ name: String) -> [String] {
            FileManager.default.enumerator(atPath: folder.path(name))!.compactMap { $0 as? String }.filter { $0.contains(".") }.sorted()
        }
        #expect(files("a") == files("b") && files("a").count > 10)
        for file in files("a") {
            #expect(FileManager.default.contentsEqual(atPath: folder.path("a/\(file)"), andPath: folder.path("b/\(file)")), "\(file)")
        }
        // The pages differ in the line that says when they were made, and in the names of their folders.
        func page(_ name: String) throws -> [Substring] {
            try String(contentsOfFile: folder.path("\(name).html"), encoding: .utf8).replacing("\"\(name)/", with: "\"files/").split(separator: "\n")
        }
        let different = zip(try page("a"), try page("b")).filter { $0 != $1 }
        #expect(different.count <= 1 && different.allSatisfy { $0.0.contains("seed 42") }, "\(different)")
    }

    @Test func theNetworkBeatsRidgeRegression() throws {
        let lecture = try Tool(["lecture", "--section", "precipitation", "--quiet"], in: folder)
        #expect(lecture.status == 0, "\(lecture.error)")
        let numbers = try numbers(), r = numbers["precipitation"]!["r"]!.values.map { $0! }
        #expect(r[0] > r[1] + 0.1 && r[0] > 0.7)
        #expect(numbers["precipitation"]!["r_of_seeds"]!.values.allSatisfy { $0! > r[1] + 0.05 })
        #expect(numbers["precipitation"]!["parameters"]!.values == [2853])
    }

    @Test func theWholePageStandsInABrowser() throws {
        let lecture = try Tool(["lecture", "--quick"], in: folder)
        #expect(lecture.status == 0, "\(lecture.error)")
        try checkNumbers(of: ["neuron", "activation", "regression", "optimisation", "convolution"])
        #expect(try numbers()["emulator"]!["nrmse"]!.values[0]! < 0.3)
        let drawings = DrawnTexts.all(inPage: try String(contentsOfFile: folder.path("lecture.html"), encoding: .utf8))
        #expect(drawings.count > 40)
        for (i, drawing) in drawings.enumerated() { #expect(drawing.faults.isEmpty, "drawing \(i + 1): \(drawing.faults.joined(separator: "\n"))") }
        guard BrowserPage.browser != nil else { return }
        let page = BrowserPage(folder.path("lecture.html"))
        for (width, dark) in [(360, false), (768, true), (1280, false), (1280, true)] {
            let report = try page.inspect(width: width, dark: dark)
            #expect(report.findings.isEmpty, "\(width) wide, \(dark ? "dark" : "light"): \(report.findings.joined(separator: "\n"))")
            #expect(report.width == Double(width))
            #expect(report.links.count > 60)
            for link in report.links where !link.contains("://") && !FileManager.default.fileExists(atPath: folder.path(link)) { Issue.record("\(link) leads nowhere") }
        }
    }

    @Test(arguments: [
        (["--section", "regresion"], "there is no section \"regresion\"; there are 1 neuron, 2 activation"),
        (["--sst-precipitation", "absent.nc", "--section", "activation"], "absent.nc"),
        (["--output", "no/lecture.html"], "does not exist"), (["--output", "lecture.pdf"], ".html"),
    ])
    func whatIsWrongIsToldBeforeTheWork(_ arguments: [String], _ expected: String) throws {
        let lecture = try Tool(["lecture"] + arguments, in: folder)
        #expect(lecture.status == 1 && lecture.error.hasPrefix("error: ") && lecture.output.isEmpty)
        #expect(lecture.error.contains(expected), "\(lecture.error)")
        #expect(folder.contents.isEmpty)
    }
}
