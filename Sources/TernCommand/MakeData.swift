import ArgumentParser
import Foundation
import Tern

/// Writes made data sets.
struct MakeData: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make-data",
        abstract: "Make a data set to learn on.",
        discussion: """
            The data are made by small physical models and random numbers: no observations, and no output of a climate \
            model. Scores on them say nothing of the real climate. The same seed gives the same data.

              tern make-data sst-precipitation
              tern make-data climate-emulation --output data --size 48x72

            climate-emulation writes inputs_SCENARIO.nc and outputs_SCENARIO.nc for \
            \(SyntheticClimate.scenarios.joined(separator: ", ")), named as ClimateBench's; sst-precipitation writes \
            sst_precipitation.nc.
            """)

    @Argument(help: "climate-emulation, or sst-precipitation.")
    var dataset: DatasetName

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write into, which is made if need be.", valueName: "folder"))
    var output = "."

    @Option(help: "Seed of weather, places and noise.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Latitudes and longitudes of the climate's grid (default: 96x144).", valueName: "96x144"))
    var size: String?

    @Option(help: "Members of the climate's ensemble (default: 3).")
    var members: Int?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    enum DatasetName: String, ExpressibleByArgument, CaseIterable {
        case climateEmulation = "climate-emulation", sstPrecipitation = "sst-precipitation"
    }

    func validate() throws {
        _ = try grid()
        if let members, members < 1 { throw ValidationError("--members is \(members); it must be at least 1.") }
        if dataset == .sstPrecipitation, size != nil || members != nil {
            throw ValidationError("--size and --members are for climate-emulation; the Pacific's grid is 14x19.")
        }
    }

    func run() throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw DataError(file: output, "the folder cannot be made: \(error.localizedDescription)")
        }
        let files = dataset == .sstPrecipitation ? try makePrecipitation() : try makeClimate()
        guard !quiet else { return }
        for file in files { print(file) }
        print("These data are made, with seed \(seed): they are no observations and no output of a climate model.")
    }

    /// In a pipe too: there are no epochs to tell of.
    private var isQuiet: Bool { quiet || isatty(STDERR_FILENO) == 0 }

    private func grid() throws -> (latitudes: Int, longitudes: Int) {
        guard let size else { return (96, 144) }
        let numbers = size.split(separator: "x").map { Int($0) }
        guard numbers.count == 2, let latitudes = numbers[0], let longitudes = numbers[1], latitudes >= 3, longitudes >= 4 else {
            throw ValidationError("--size is \(size); give latitudes x longitudes, such as 96x144 (3x4 or more).")
        }
        return (latitudes, longitudes)
    }

    private func makePrecipitation() throws -> [String] {
        let progress = Progress(total: 1, quiet: isQuiet)
        progress.update(0, "months of temperature and rain")
        let (sst, rain) = SyntheticPrecipitation(seed: seed).fields()
        let path = try write([sst, rain], "sst_precipitation.nc")
        progress.finish("\(sst.shape[0]) months")
        return [path]
    }

    private func makeClimate() throws -> [String] {
        let (latitudes, longitudes) = try grid(), scenarios = SyntheticClimate.scenarios
        let progress = Progress(total: scenarios.count, quiet: isQuiet)
        progress.update(0, scenarios[0])
        let climate = SyntheticClimate(seed: seed, latitudes: latitudes, longitudes: longitudes, members: members ?? 3)
        var files: [String] = []
        for (i, name) in scenarios.enumerated() {
            progress.update(Double(i), name)
            let (inputs, outputs) = climate.scenario(name)
            files.append(try write(inputs, "inputs_\(name).nc"))
            files.append(try write(outputs, "outputs_\(name).nc"))
        }
        progress.finish("\(scenarios.count) scenarios")
        return files
    }

    private func write(_ fields: [Field], _ name: String) throws -> String {
        let path = (output as NSString).appendingPathComponent(name)
        let notes: Attributes = ["title": .text("\(dataset.rawValue), made data"), "synthetic": .text(SyntheticClimate.notice), "seed": .numbers([Double(seed)])]
        try Dataset(fields, attributes: notes).write(to: path)
        return path
    }
}
