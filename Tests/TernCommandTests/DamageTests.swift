import Foundation
import Tern
import TestSupport
import Testing

/// Damaged and hostile input: each must end in a value or one clear error, never in a trap.
@Suite struct DamageTests {
    /// `Tests/Damage` as a process, since a trap would end this one; it can run for longer by itself.
    private static func damage(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let run = try ProgramRun(ProgramRun.product("damage"), arguments)
        return (run.status, run.output)
    }

    /// Some hundred cases of each reader. The last line that is shown of one that fails names its seed: `damage DOOR
    /// --seed N --count 1 --show` runs it again.
    @Test(arguments: [
        ("npy", 400), ("npz", 400), ("safetensors", 400), ("table", 300), ("netcdf", 400), ("zarr", 200),
        ("zarr-plain", 200), ("times", 500),
        ("formula", 300), ("tex", 300), ("experiment", 200), ("model", 400), ("keras", 300), ("estimator", 400),
        ("backup", 200),
        ("run-series", 200),
        ("run-maps", 100), ("csv", 500), ("figure", 300), ("page", 60), ("names", 500),
    ])
    func readersEndInAValueOrAnError(door: String, count: Int) throws {
        let (status, output) = try Self.damage([door, "--seed", "1", "--count", "\(count)"])
        let last = output.split(separator: "\n").last ?? "nothing"
        #expect(status == 0 && last.hasPrefix("\(count) cases"), "\(door) ends with \(status): \(last)")
        // A reader that throws nowhere was given nothing damaged.
        let isReader = !["figure", "page", "names"].contains(door)
        #expect(!isReader || Int(last.split(separator: " ").dropFirst(2).first ?? "") ?? 0 > count / 4, "\(last)")
    }

    @Test func everyDoorIsTried() throws {
        let (_, output) = try Self.damage([])
        #expect(output.split(separator: "\n").count == 21)
    }

    // MARK: - Files on HDF5

    /// What the library does not survive ends its process alone.
    @Test func damagedHDF5FilesAreInspected() throws {
        let folder = TemporaryFolder(), path = folder.path("valid.nc")
        let axes = [Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 90, 180, 270])]
        try Dataset([
            Field(
                "sst", Tensor((0..<12).map(Float.init), shape: [3, 4]), dimensions: ["lat", "lon"], coordinates: axes)
        ]).write(to: path)
        let valid = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = RandomState(seed: 5), failures = 0
        for i in 0..<26 {
            var bytes = valid
            for place in random.integers(in: 8..<bytes.count, count: 40) {
                bytes[place] = UInt8(random.integers(in: 0..<256, count: 1)[0])
            }
            // HDF5 may begin behind a block of others' bytes.
            let tool = try Tool(["inspect", folder.write(Data(count: i % 2 * 512) + Data(bytes), as: "in.nc")])
            #expect([0, 1].contains(tool.status), "\(tool.status) \(tool.error)")
            if tool.status == 1 {
                failures += 1
                #expect(
                    tool.error.hasPrefix("error: ") && tool.error.split(separator: "\n").count == 1, "\(tool.error)")
            }
        }
        #expect(failures > 5)
    }

    // A sanitizer ends the reading process in its own way.
    @Test(
        .enabled(if: Fixture.hasShared("hostile/33/in.nc")),
        .disabled(if: ProcessInfo.processInfo.environment["TERN_SANITIZER"] != nil))
    func anAbortOfTheLibraryIsTold() throws {
        let path = Fixture.sharedPath("hostile/33/in.nc")
        let tool = try Tool(["inspect", path])
        // HDF5 frees what is none of its own, which ends its process or not.
        let endings = [
            "the HDF5 library gave up on it: the file is damaged",
            "HDF5 cannot read it; the file is damaged or was copied only in part",
        ]
        #expect(
            tool.status == 1 && tool.error.hasPrefix("error: \(path): ")
                && endings.contains { tool.error.hasSuffix("\($0)\n") }, "\(tool.error)")
    }

    // MARK: - Arguments

    @Test(arguments: [
        (["descend", "--function", "x*x", "--from=nan"], "is not finite"),
        (["descend", "--function", "x*x", "--from=1e999"], "is not finite"),
        (["descend", "--noise", "nan", "--from=1"], "--noise is nan; it must be a finite number"),
        (["descend", "--noise", "inf", "--from=1"], "--noise is inf; it must be a finite number"),
        (["descend", "--rate", "1e999", "--from=1"], "--rate is inf; it must be a finite number"),
        (["descend", "--decay", "nan", "--from=1"], "--decay is nan"),
        (["descend", "--tolerance", "nan", "--from=1"], "--tolerance is nan"),
        (["descend", "--steps", "9223372036854775807"], "--steps is 9223372036854775807; it must be at most 1000000"),
        (["descend", "--function", String(repeating: "(", count: 20_000)], "nest more than 100 deep"),
        (["descend", "--function", String(repeating: "2^", count: 20_000) + "x"], "nest more than 100 deep"),
        (["descend", "--function=" + String(repeating: "-", count: 20_000) + "x"], "nest more than 100 deep"),
        (["descend", "--function", String(repeating: "x+", count: 20_000) + "x"], "more than 1000 operations"),
        (
            ["fit", "co2.csv", "--target", "co2", "--hidden", "9223372036854775807"],
            "--hidden is 9223372036854775807; it must be at most"
        ),
        (
            ["fit", "co2.csv", "--target", "co2", "--batch-size", "9223372036854775807"],
            "--batch-size is 9223372036854775807"
        ),
        (["fit", "co2.csv", "--target", "co2", "--epochs", "9223372036854775807"], "--epochs is 9223372036854775807"),
        (["fit", "co2.csv", "--target", "co2", "--learning-rate", "nan"], "--learning-rate is nan"),
        (["make-data", "climate-emulation", "--size", "9223372036854775807x9223372036854775807"], "--size is"),
        (["make-data", "climate-emulation", "--members", "9223372036854775807"], "--members is"),
        (["train", "none.yaml", "--folds", "9223372036854775807"], "--folds is"),
        (["benchmark", "--repeats", "9223372036854775807"], "--repeats is"),
        (
            ["train", "none.yaml", "--set", String(repeating: "a.", count: 50_000) + "b=1"],
            "error: none.yaml: there is no such file"
        ),
    ])
    func argumentsBeyondAllBoundsAreToldInWords(arguments: [String], message: String) throws {
        let tool = try Tool(arguments + (arguments[0] == "descend" ? ["--no-figure"] : []))
        #expect(
            [1, 64].contains(tool.status) && tool.error.contains(message), "\(tool.status) \(tool.error.prefix(500))")
    }

    @Test func aTimeBeyondAllCalendarsIsNone() throws {
        let globe = Fixture.path("fields/globe.nc")
        for time in ["9223372036854775807", "-9223372036854775808", "1e999", "200001-01"] {
            let tool = try Tool(["inspect", globe, "--map", "sst", "--time=\(time)"])
            #expect(tool.status == 1 && tool.error.contains("no date of the calendar"), "\(tool.status) \(tool.error)")
        }
    }

    /// Under `ulimit -v`, and on any machine.
    @Test func networksBeyondMemoryAreRefused() throws {
        let folder = TemporaryFolder()
        let table = folder.write("a,y\n" + (0..<30).map { "\($0),\($0 * $0 % 7)" }.joined(separator: "\n") + "\n")
        let tool = try Tool([
            "fit", table, "--target", "y", "--estimator", "mlp", "--hidden", "1000000000,1000000", "-o",
            folder.path("m.safetensors"),
        ])
        #expect(
            tool.status == 1 && tool.error.contains("cannot be trained: it needs")
                && tool.error.contains("PB, and this "), "\(tool.error)")
        #expect(folder.contents == ["data.csv"])
        let small = try SmallExperiment()
        let network = try small.train("--set", "model.units=[1000000000, 1000000000]")
        #expect(network.status == 1 && network.error.contains("its weight \"kernel\" of shape"), "\(network.error)")
    }
}
