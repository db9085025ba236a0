import Foundation
import Tern

/// Data sets that Tern can make: in the form of published ones, from small physical models and random numbers.
///
/// ```swift
/// let paths = try MadeData.climateEmulation.write(to: "climate", size: (latitudes: 6, longitudes: 8), members: 1)
/// print(paths[0], MadeData.sstPrecipitation.fileNames)  // climate/inputs_historical.nc ["sst_precipitation.nc"]
/// ```
///
/// They are no observations and no output of a climate model; each file says so. The same seed gives the same data.
public enum MadeData: String, CaseIterable, Sendable {
    /// ClimateBench's files, `inputs_SCENARIO.nc` and `outputs_SCENARIO.nc` (`SyntheticClimate`).
    case climateEmulation = "climate-emulation"
    /// `sst_precipitation.nc` (`SyntheticPrecipitation`).
    case sstPrecipitation = "sst-precipitation"

    /// The names of its files, in the order in which they are written.
    public var fileNames: [String] {
        switch self {
        case .sstPrecipitation: ["sst_precipitation.nc"]
        case .climateEmulation: SyntheticClimate.scenarios.flatMap { ["inputs_\($0).nc", "outputs_\($0).nc"] }
        }
    }

    /// Writes the files and returns their paths. Made data never replace what exists: where one of the files does, none
    /// is made.
    ///
    /// - Parameters:
    ///   - folder: made if need be.
    ///   - seed: of weather, cities and fires.
    ///   - size: latitudes and longitudes of the climate; heeded by ``climateEmulation``, like `members`.
    ///   - progress: is told the share that is done, and what comes next.
    /// - Throws: `DataError` where a file exists or the folder cannot be written to.
    @discardableResult
    public func write(
        to folder: String, seed: UInt64 = 0, size: (latitudes: Int, longitudes: Int) = (96, 144), members: Int = 3,
        progress: (Double, String) -> Void = { _, _ in }
    ) throws -> [String] {
        for path in fileNames.map({ (folder as NSString).appendingPathComponent($0) })
        where Destination.type(at: path) != nil {
            throw DataError(
                file: path, "the file exists, and made data replace nothing; remove it or choose another folder")
        }
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw DataError(file: folder, "the folder cannot be made; name one that can be written to")
        }
        // All appear when the last is made: some alone would be completed by nobody.
        let work = TemporaryFiles.name(beside: (folder as NSString).appendingPathComponent("made"))
        do { try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: false) } catch {
            throw DataError(file: folder, "the folder cannot be written to: \(error.localizedDescription)")
        }
        defer {
            try? FileManager.default.removeItem(atPath: work)
            TemporaryFiles.forget(work)
        }
        func write(_ fields: [Field], _ name: String) throws {
            let path = (work as NSString).appendingPathComponent(name)
            let notes: Attributes = [
                "title": .text("\(rawValue), made data"), "synthetic": .text(SyntheticClimate.notice),
                "seed": SyntheticClimate.attribute(of: seed),
            ]
            try Dataset(fields, attributes: notes).write(to: path)
        }
        switch self {
        case .sstPrecipitation:
            progress(0, "months of temperature and rain")
            let (sst, rain) = SyntheticPrecipitation(seed: seed).fields()
            try write([sst, rain], "sst_precipitation.nc")
        case .climateEmulation:
            let names = SyntheticClimate.scenarios
            progress(0, names[0])
            let climate = SyntheticClimate(
                seed: seed, latitudes: size.latitudes, longitudes: size.longitudes, members: members)
            for (i, name) in names.enumerated() {
                progress(Double(i) / Double(names.count), name)
                let (inputs, outputs) = climate.scenario(name)
                try write(inputs, "inputs_\(name).nc")
                try write(outputs, "outputs_\(name).nc")
            }
        }
        return try fileNames.map { name in
            let path = (folder as NSString).appendingPathComponent(name)
            guard rename((work as NSString).appendingPathComponent(name), path) == 0 else {
                throw DataError(file: path, "cannot be written: \(SystemReason.last)")
            }
            return path
        }
    }
}

extension DataConfiguration {
    /// Makes the files of ``made`` where all of them are absent, in the folder where they are looked for.
    ///
    /// - Throws: `DataError` where some are there and others are not, or a path is none of those that are made: data
    ///   that were made are not to stand beside others unseen.
    func makeAbsentFiles(progress: (Double, String) -> Void = { _, _ in }) throws {
        guard let made = made.flatMap(MadeData.init(rawValue:)) else { return }
        let paths = files.sorted { $0.key < $1.key }.flatMap { _, path in
            runs?.map { path.replacing("{run}", with: $0) } ?? [path]
        }
        guard let absent = paths.first(where: { !FileManager.default.fileExists(atPath: $0) }) else { return }
        let (folder, name) = FilePath.parts(absent)
        guard made.fileNames.contains(name) else {
            throw DataError(
                file: absent,
                "there is no such file, and \(made.rawValue) makes \(made.fileNames.joined(separator: ", ")), not \(name); mend the path"
            )
        }
        if let present = paths.first(where: { Destination.type(at: $0) != nil }) {
            throw DataError(
                file: absent,
                "there is no such file, while \(present) exists; made data do not complete others: put it there, or leave out data.made"
            )
        }
        if let other = paths.first(where: { FilePath.parts($0).folder != folder }) {
            throw DataError(
                file: other,
                "\(made.rawValue) makes all its files in one folder, and this one is not looked for in \(folder.isEmpty ? "." : folder)"
            )
        }
        try made.write(to: folder, progress: progress)
    }
}
