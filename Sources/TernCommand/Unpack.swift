import ArgumentParser
import Tern
import TernData

/// Copies the data of a file into a Zarr store, for the studio: what ends this process leaves that standing.
struct Unpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the data of a NetCDF file into a Zarr store.", shouldDisplay: false)

    @Argument var file: String
    @Argument var store: String

    func run() throws { try Dataset(contentsOf: file).write(to: store, as: .zarr, compression: 0) }
}
