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

/// Most look at the same page, for which they wait without keeping others from running.
@Suite(.enabled(if: Figure.canDraw)) struct LectureTests {
    private let folder = TemporaryFolder()

    /// The whole lecture, written once.
    private static let whole = Task {
        let folder = TemporaryFolder()
        let lecture = try Tool(["lecture", "--quick"], in: folder)
        return Whole(
            folder: folder, lecture: lecture,
            page: try String(contentsOfFile: folder.path("lecture.html"), encoding: .utf8))
    }
    private struct Whole: @unchecked Sendable {
        let folder: TemporaryFolder, lecture: Tool, page: String
        func numbers() throws -> Numbers { try LectureTests.numbers(in: folder) }
    }

    private static func numbers(in folder: TemporaryFolder) throws -> Numbers {
        try JSONDecoder().decode(
            Numbers.self, from: Data(contentsOf: folder.url.appendingPathComponent("lecture/numbers.json")))
    }

    @Test func numbersAreThoseOfThePeers() async throws {
        let whole = try await Self.whole.value
        #expect(whole.lecture.status == 0 && whole.lecture.error.contains(" s  "), "\(whole.lecture.error)")
        try checkNumbers(whole.numbers(), of: ["neuron", "activation", "regression", "optimisation", "convolution"])
    }

    /// On this machine's own the whole lecture is looked at.
    @Test(arguments: Machine.instructionSets.dropFirst()) func numbersAreThoseOfThePeersOnEveryInstructionSet(
        _ set: String
    ) throws {
        let sections = ["neuron", "activation", "regression", "convolution"]
        let lecture = try Tool(
            ["lecture", "--section", sections.joined(separator: ","), "--quick"], in: folder,
            environment: ["TERN_ISA": set])
        #expect(lecture.status == 0, "\(lecture.error)")
        try checkNumbers(Self.numbers(in: folder), of: sections)
    }

    private func checkNumbers(_ numbers: Numbers, of sections: [String]) throws {
        let fixture = try Fixture.decode("lecture", as: LectureFixture.self)
        for (section, expected) in fixture.sections where sections.contains(section) {
            for (name, values) in expected {
                // The likelihood is flat where it is largest, and where the search ends differs between processors; the
                // sea is float32.
                let tolerance = name.hasPrefix("process") ? 1e-3 : name.hasPrefix("sst") ? 1e-5 : 1e-9
                let ours = try #require(numbers[section]?[name]?.values, "\(section) lacks \(name)")
                expectClose(ours.map { $0 ?? .nan }, values, tolerance, "\(section), \(name)")
            }
        }
        // What no peer computes is held to what is known.
        #expect(numbers["neuron"]!["collapse_difference"]!.values[0]! < 1e-12)
        let (neuron, line) = (numbers["neuron"]!["neuron"]!.values, numbers["neuron"]!["least_squares"]!.values)
        expectClose(neuron.map { $0! }, line.map { $0! }, 1e-4)
        #expect(numbers["convolution"]!["weights_dense"]!.values == [1e12])
        #expect(numbers["convolution"]!["weights_translation_invariant"]!.values == [4e6])
        let kernel = numbers["convolution"]!["edge_kernel"]!.values.map { $0! }
        expectClose(kernel, [1, -1], 0.01)
        if sections.contains("optimisation") {
            expectClose(numbers["optimisation"]!["valley_ends"]!.values.map { $0! }, [-1.8278, -1.8278, 7.2739], 0.05)
            #expect(numbers["optimisation"]!["beale_newton"]!.values[0]! < 1e-20)
            let ratios = numbers["optimisation"]!["vanishing_ratio"]!.values.map { $0! }
            #expect(ratios[0] < 1e-8 && ratios[1...].allSatisfy { $0 > 1e-3 })
        }
    }

    @Test func theSameSeedGivesTheSameFilesOnAnyNumberOfThreads() async throws {
        let whole = try await Self.whole.value
        let lecture = try Tool(
            ["lecture", "--section", "2,8", "--quick"], in: folder, environment: ["TERN_NUM_THREADS": "3"])
        #expect(lecture.status == 0, "\(lecture.error)")
        for section in ["activation", "precipitation"] {
            func files(_ folder: TemporaryFolder) throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: folder.path("lecture/\(section)")).sorted()
            }
            let own = try files(folder)
            #expect(try own == files(whole.folder) && own.count > 3)
            for file in own {
                let path = "lecture/\(section)/\(file)"
                #expect(
                    FileManager.default.contentsEqual(atPath: folder.path(path), andPath: whole.folder.path(path)),
                    "\(file)")
            }
        }
    }

    @Test func pagesOfTheSameSeedDifferInTheirDateAlone() throws {
        let pages = try ["a", "b"].map { name in
            #expect(
                try Tool(["lecture", "--section", "activation", "--quick", "--output", "\(name).html"], in: folder)
                    .status == 0)
            let page = try String(contentsOfFile: folder.path("\(name).html"), encoding: .utf8)
            return page.replacing("\"\(name)/", with: "\"files/").split(separator: "\n")
        }
        let different = zip(pages[0], pages[1]).filter { $0 != $1 }
        #expect(
            pages[0].count == pages[1].count && different.count <= 1
                && different.allSatisfy { $0.0.contains("seed 42") }, "\(different)")
    }

    @Test func theNetworksBeatTheirLinearModels() async throws {
        let numbers = try await Self.whole.value.numbers(), r = numbers["precipitation"]!["r"]!.values.map { $0! }
        #expect(r[0] > r[1] + 0.1 && r[0] > 0.7)
        #expect(numbers["precipitation"]!["r_of_seeds"]!.values.allSatisfy { $0! > r[1] + 0.05 })
        #expect(numbers["precipitation"]!["parameters"]!.values == [2853])
        #expect(numbers["emulator"]!["nrmse"]!.values[0]! < 0.3)
    }

    @Test func noTextOfADrawingLeavesItOrLiesOnAnother() async throws {
        let page = try await Self.whole.value.page, faults = DrawnTexts.faults(inPage: page)
        #expect(DrawnTexts.all(inPage: page).count > 40 && faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test(.enabled(if: BrowserPage.browser != nil), arguments: [(360, false), (1280, true)])
    func theWholePageStandsInABrowser(_ width: Int, _ dark: Bool) async throws {
        let folder = try await Self.whole.value.folder
        let report = try BrowserPage(folder.path("lecture.html")).inspect(width: width, dark: dark)
        #expect(report.findings.isEmpty, "\(report.findings.joined(separator: "\n"))")
        #expect(report.width == Double(width))
        #expect(report.links.count > 60)
        for link in report.links
        where !link.contains("://") && !FileManager.default.fileExists(atPath: folder.path(link)) {
            Issue.record("\(link) leads nowhere")
        }
    }

    /// A file of the user's own: 60 maps of ten models, and the rain with each.
    private func writeFields(
        _ sea: (Int) -> Float, _ rain: (Int) -> Float, models: [String]? = nil, names: [String] = ["sst", "precip"],
        units: [String] = ["K", "mm/day"], west: Double = 180
    ) throws {
        let model = models.map { names in
            Coordinate("model", dimension: "sample", labels: .texts((0..<60).map { names[$0 / 6] }))
        }
        let along = [model].compactMap { $0 }
        try Dataset([
            Field(
                names[0], Tensor((0..<60 * 80).map(sea), shape: [60, 10, 8]), dimensions: ["sample", "lat", "lon"],
                coordinates: [
                    Coordinate("lat", numbers: (0..<10).map { Double($0) - 5 }),
                    Coordinate(
                        "lon",
                        numbers: (0..<8).map { (Double($0) * 2 + west).truncatingRemainder(dividingBy: 360) }),
                ] + along, attributes: ["units": .text(units[0])]),
            Field(
                names[1], Tensor((0..<60).map(rain)), dimensions: ["sample"], coordinates: along,
                attributes: ["units": .text(units[1])]),
        ]).write(to: folder.path("own.nc"))
    }

    private func lectureOnOwn() throws -> Tool {
        try Tool(
            ["lecture", "--quick", "--section", "precipitation", "--sst-precipitation", "own.nc"], in: folder)
    }

    @Test(arguments: ["constant sea", "no sea", "constant rain"]) func fieldsThatTeachNothingAreTold(_ what: String)
        throws
    {
        try writeFields(
            { what == "constant sea" ? 300 : what == "no sea" ? .nan : Float($0 * 7919 % 101) },
            { what == "constant rain" ? 2 : Float($0 * 31 % 17) })
        let lecture = try lectureOnOwn()
        #expect(lecture.status == 1 && lecture.error.contains("own.nc"), "\(lecture)")
        #expect(lecture.error.contains(what == "constant rain" ? "precip is the same number" : "sst is "), "\(lecture)")
    }

    /// As CMIP's files name models; what a file holds is not called an anomaly.
    @Test func fieldsOfOnesOwnAreGroupedByTheNamesOfTheirModels() throws {
        try writeFields(
            { 300 + Float($0 * 7919 % 101) / 50 }, { Float($0 * 31 % 17) }, models: (0..<10).map { "model-\($0)" })
        let lecture = try lectureOnOwn()
        #expect(lecture.status == 0, "\(lecture)")
        let page = try String(contentsOfFile: folder.path("lecture.html"), encoding: .utf8)
        #expect(page.contains("A fifth of the 10 models is for testing"))
        #expect(page.contains(", seed 42, quick, rain of own.nc, 20"))
        #expect(!page.contains("rain anomaly") && page.contains("sst, minus its mean"))
    }

    /// The region lies over Greenwich, too.
    @Test func namesAndUnitsOfAFileAreTextAndItsLongitudesGoOn() throws {
        try writeFields(
            { 300 + Float($0 * 7919 % 101) / 50 }, { Float($0 * 31 % 17) }, names: ["sst_a_i", "precip_a_i"],
            units: ["[K](https://evil.example/)", "$\\foo$ [per day](#nowhere)"], west: 350)
        let lecture = try lectureOnOwn()
        #expect(lecture.status == 0, "\(lecture)")
        let page = try String(contentsOfFile: folder.path("lecture.html"), encoding: .utf8)
        let read = try #require(MarkupReader(page: page))
        #expect(!read.links.contains { $0.contains("evil") || $0.contains("nowhere") }, "\(read.links)")
        #expect(page.contains("[K](https://evil.example/)") && page.contains("$\\foo$ [per day](#nowhere)"))
        let sees = try Table(csv: folder.path("lecture/precipitation/sees.csv"))
        let longitudes = Set(try sees.numbers(of: "x").map { $0 > 180 ? $0 - 360 : $0 })
        #expect(longitudes == Set((-10...4).map(Double.init)), "\(longitudes)")
    }

    @Test func fieldsForASectionThatIsLeftOutAreTold() throws {
        try writeFields({ Float($0 % 7) }, { Float($0 % 5) })
        let lecture = try Tool(["lecture", "--section", "neuron", "--sst-precipitation", "own.nc"], in: folder)
        #expect(lecture.status == 1 && lecture.error.contains("which --section leaves out"), "\(lecture)")
    }

    @Test(arguments: [
        (["--section", "regresion"], "there is no section \"regresion\"; there are 1 neuron, 2 activation"),
        (["--sst-precipitation", "absent.nc", "--section", "activation"], "absent.nc"),
        (["--data-seed", "0", "--section", "activation"], "--data-seed is for the section regression"),
        (["--section", ","], "--section names no section"), (["--output", "no/lecture.html"], "does not exist"),
        (["--output", "lecture.pdf"], ".html"),
    ])
    func whatIsWrongIsToldBeforeTheWork(_ arguments: [String], _ expected: String) throws {
        let lecture = try Tool(["lecture"] + arguments, in: folder)
        #expect(lecture.status == 1 && lecture.error.hasPrefix("error: ") && lecture.output.isEmpty)
        #expect(lecture.error.contains(expected), "\(lecture.error)")
        #expect(folder.contents.isEmpty)
    }
}
