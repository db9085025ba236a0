import Foundation
import Tern
import TernText
import TestSupport
import Testing

/// Texts of files through the command: nothing of them is run, leads outside or steers the terminal.
@Suite struct HostileFileTests {
    private static func field(_ name: String = "v", longitudes: [Double] = [0, 90, 180], attributes: Attributes)
        -> Field
    {
        Field(
            name, Tensor((0..<6).map { Float($0) }, shape: [2, 3]), dimensions: ["lat", "lon"],
            coordinates: [Coordinate("lat", numbers: [-10, 10]), Coordinate("lon", numbers: longitudes)],
            attributes: attributes)
    }

    @Test(.enabled(if: Figure.canDraw)) func commandsInUnitsAndNamesAreDrawnAndNotRun() throws {
        let folder = TemporaryFolder(), touch = "touch \(folder.path("pwned"))"
        for attack in [
            "`\(touch)`", "\r\n!\(touch)\r\n", "\n# `\(touch)`\n", "\"; system \"\(touch)\"; \"",
            "'; system '\(touch)'; '",
        ] {
            try Dataset([Self.field(attributes: ["units": .text(attack), "long_name": .text(attack)])]).write(
                to: folder.path("in.nc"))
            let drawn = try Tool(["inspect", "in.nc", "--map", "v", "-o", "m.svg"], in: folder)
            #expect(
                drawn.status == 0 && folder.contents == ["in.nc", "m.svg"], "\(attack.debugDescription): \(drawn.error)"
            )
        }
    }

    @Test func aLongitudeThatIsNoneIsTold() throws {
        let folder = TemporaryFolder()
        try Dataset([Self.field(longitudes: [0, 90, 9.96921e36], attributes: [:])]).write(to: folder.path("in.nc"))
        let drawn = try Tool(["inspect", "in.nc", "--map", "v", "-o", "m.svg"], in: folder)
        #expect(
            drawn.status == 1 && drawn.error.contains("longitude of 9.96921e+36") && folder.contents == ["in.nc"],
            "\(drawn.error)")
    }

    @Test func nothingOfAFileSteersTheTerminal() throws {
        let folder = TemporaryFolder()
        var texts = NastyText(seed: 16)
        for _ in 0..<6 {
            let attributes: Attributes = [
                "units": .text(texts.next()), "long_name": .text("\u{1B}]0;x\u{07}" + texts.next()),
                "note": .text(texts.next() + "\u{202E}\u{9B}31m"),
            ]
            try Dataset([Self.field(attributes: attributes)], attributes: ["title": .text(texts.next())]).write(
                to: folder.path("in.zarr"))
            for arguments in [["inspect", "in.zarr"], ["inspect", "in.zarr", "--map", "\u{1B}[2Jv"]] {
                let shown = try Tool(arguments, in: folder)
                let controls = (shown.output + shown.error).unicodeScalars.filter { $0.isControl && $0 != "\n" }
                #expect(controls.isEmpty, "\(controls)")
            }
        }
    }

    @Test(arguments: ["..", "../x", "a/b", ".zattrs", "", "-x"]) func namesOfArraysStayInTheStore(_ name: String) throws
    {
        let folder = TemporaryFolder()
        let error = #expect(throws: DataError.self) {
            try Dataset([Self.field(name, attributes: [:])]).write(to: folder.path("out.zarr"))
        }
        #expect("\(error!)".contains("cannot be the name of an array"), "\(error!)")
        #expect(folder.contents.isEmpty)
    }

    /// Groups, units, notices, names and descriptions of an experiment, its report, and the place of its run.
    @Test(.enabled(if: Figure.canDraw)) func aRunOfHostileTextsIsWholeAndStaysInItsFolder() throws {
        let folder = TemporaryFolder()
        let count = 60
        let touch = "touch \(folder.path("pwned"))"
        let groups = (0..<count).map { "`\(touch)`\r\n!\(touch)\r\n\"\u{301} onclick=alert(1) \($0 / 10)" }
        var random = RandomState(seed: 1)
        let model = Coordinate("model", dimension: "sample", labels: .texts(groups))
        func field(_ name: String, _ shape: [Int], _ dimensions: [String], _ grid: [Coordinate]) -> Field {
            Field(
                name, Tensor(random.standardNormal(count: shape.reduce(1, *)).map { Float($0) }, shape: shape),
                dimensions: dimensions, coordinates: grid + [model],
                attributes: [
                    "units": "$\\foo$",
                    "synthetic": .text("[x](javascript\u{301}:alert(1)) \"\u{301} onclick=alert(1)"),
                ])
        }
        let grid = [Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 90, 180, 270])]
        try Dataset([
            field("sst", [count, 3, 4], ["sample", "lat", "lon"], grid), field("sea level", [count], ["sample"], []),
            field("température", [count], ["sample"], []),
        ]).write(to: folder.path("fields.nc"))
        _ = folder.write(
            """
            name: ../../outside
            description: "A $\\\\foo$ and a [link](#nowhere) <script>alert(1)</script>"
            data:
              files: {fields: fields.nc}
              sample: sample
              inputs: [sst]
              targets: [sea level, température]
            split: {by: group, group: model, validation_fraction: 0.25, test_fraction: 0.25}
            model: {layers: [flatten, {dense: {units: 2}}]}
            training: {epochs: 2, batch_size: 32}
            """, as: "small.yaml")
        let trained = try Tool(["train", "small.yaml", "-q"], in: folder)
        #expect(trained.status == 0, "\(trained.error)")
        #expect(folder.contents == ["fields.nc", "runs", "small.yaml"])
        let run = folder.path("runs/%2E.%2F..%2Foutside")
        let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
        let read = try #require(MarkupReader(page: page))
        #expect(!read.elements.contains("script") && !read.attributes.contains { $0.hasPrefix("on") })
        #expect(read.links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("report/") }, "\(read.links)")
        #expect(
            page.contains("id=\"result-sea-level\"") && page.contains("id=\"result-temperature\"")
                && page.contains("A $\\foo$ and a link &lt;script&gt;"))
    }
}
