import ArgumentParser
import Foundation
import Tern
import TernExperiment

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
    var dataset: MadeData

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The folder to write into, which is made if need be.", valueName: "folder"))
    var output = "."

    @Option(help: "Seed of weather, places and noise.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Latitudes and longitudes of the climate's grid (default: 96x144).", valueName: "96x144"))
    var size: String?

    @Option(help: "Members of the climate's ensemble (default: 3).")
    var members: Int?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        _ = try grid()
        try check("--members", members, in: 1...1000)
        if dataset == .sstPrecipitation, size != nil || members != nil {
            throw ValidationError("--size and --members are for climate-emulation; the Pacific's grid is 14x19.")
        }
    }

    func run() throws {
        let (latitudes, longitudes) = try grid()
        // In a pipe there are no steps to tell of.
        let progress = ProgressLine(total: 100, quiet: quiet || !TerminalBar.isTerminal)
        let files = try dataset.write(to: output, seed: seed, size: (latitudes, longitudes), members: members ?? 3) {
            share, text in
            progress.update(100 * share, text)
        }
        progress.finish("\(files.count) file\(files.count == 1 ? "" : "s")")
        guard !quiet else { return }
        for file in files { print(file) }
        print("These data are made, with seed \(seed): they are no observations and no output of a climate model.")
    }

    private func grid() throws -> (latitudes: Int, longitudes: Int) {
        guard let size else { return (96, 144) }
        let numbers = size.split(separator: "x").map { Int($0) }
        guard numbers.count == 2, let latitudes = numbers[0], let longitudes = numbers[1],
            (3...1800).contains(latitudes), (4...3600).contains(longitudes)
        else {
            throw ValidationError("--size is \(size); give latitudes x longitudes, such as 96x144 (3x4 to 1800x3600).")
        }
        return (latitudes, longitudes)
    }
}

extension MadeData: ExpressibleByArgument {}
