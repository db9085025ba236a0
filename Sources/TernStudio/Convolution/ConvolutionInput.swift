import Foundation
import Tern
import TernLecture
import TernNumbers
import TernText

/// The input of a convolution: a grid of numbers, with the names of its rows and columns where it is a map.
struct ConvolutionInput: Sendable {
    var title: String, units: String
    /// [rows, columns], `float32`; NaN where there is nothing, such as land.
    var values: Tensor
    /// Degrees, the first row first; nil where it is no map.
    var latitudes: [Double]?, longitudes: [Double]?
    /// Of the whole, of which this is a part, and where the part begins.
    var whole: [Int], start: [Int]

    var shape: [Int] { values.shape }

    static let seaSurface: ConvolutionInput = {
        let sea = SeaSurface()
        return ConvolutionInput(
            title: "Sea-surface temperature, equatorial Pacific, September 2007 (OSTIA, Met Office)", units: "°C",
            values: sea.temperature.flipped(0), latitudes: sea.latitudes.reversed(), longitudes: sea.longitudes,
            whole: sea.temperature.shape, start: [0, 0])
    }()

    /// The part that settings ask for.
    func part(_ settings: ConvolutionSettings) -> ConvolutionInput {
        let lengths = shape.map { min($0, settings.size) }
        let starts = zip([settings.row, settings.column], zip(shape, lengths)).map { min($0, $1.0 - $1.1) }
        var part = self
        part.values = values[starts[0]..<starts[0] + lengths[0], starts[1]..<starts[1] + lengths[1]]
        part.latitudes = latitudes.map { Array($0[starts[0]..<starts[0] + lengths[0]]) }
        part.longitudes = longitudes.map { Array($0[starts[1]..<starts[1] + lengths[1]]) }
        part.whole = shape
        part.start = starts
        return part
    }

    init(
        title: String, units: String, values: Tensor, latitudes: [Double]?, longitudes: [Double]?, whole: [Int],
        start: [Int]
    ) {
        self.title = title
        self.units = units
        self.values = values
        self.latitudes = latitudes
        self.longitudes = longitudes
        self.whole = whole
        self.start = start
    }

    /// Numbers that were typed.
    init(typed text: String) throws {
        let rows = try GridText(text, argument: "digits", most: ConvolutionSettings.mostCells, allowsNaN: true).rows
        self.init(
            title: "Numbers", units: "",
            values: Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count]).cast(to: .float32),
            latitudes: nil, longitudes: nil, whole: [rows.count, rows[0].count], start: [0, 0])
    }
}

extension Tensor {
    /// The other way round along an axis, for a matrix that begins in the south or in the east.
    fileprivate func flipped(_ axis: Int) -> Tensor {
        taking(Tensor(Array((0..<shape[axis]).reversed())), axis: axis)
    }
}

/// What was dropped on the page: a picture as greys, or a file whose fields are read as they are asked for. It goes with
/// the page.
final class DroppedFile: Sendable {
    /// A map that can be looked at, of its last two dimensions as the file has them.
    struct Map: Encodable, Sendable {
        var name: String, units: String
        /// How many maps there are of it, such as one of each month.
        var count: Int
        var rows: Int, columns: Int
    }

    let name: String
    let maps: [Map]
    private enum Content: Sendable {
        case picture(ConvolutionInput)
        case dataset(Dataset, path: String, TemporaryFolder)
    }
    private let content: Content

    /// The greys of a picture, 0 to 255: the luminance of its red, green and blue (ITU-R BT.601).
    ///
    /// - Throws: `StudioMistake` where the bytes are not four for each cell.
    init(picture bytes: Data, name: String, width: Int, height: Int) throws {
        let range = 1...1024
        guard range.contains(width), range.contains(height), bytes.count == 4 * width * height else {
            throw StudioMistake("a picture of \(width) by \(height) cells has not \(bytes.count) bytes")
        }
        let all = [UInt8](bytes)
        let greys = (0..<width * height).map { (i: Int) -> Float in
            let red = Double(all[4 * i]), green = Double(all[4 * i + 1]), blue = Double(all[4 * i + 2])
            return Float((0.299 * red + 0.587 * green + 0.114 * blue).rounded())
        }
        self.name = name
        maps = [Map(name: name, units: "", count: 1, rows: height, columns: width)]
        content = .picture(
            ConvolutionInput(
                title: name, units: "", values: Tensor(greys, shape: [height, width]), latitudes: nil, longitudes: nil,
                whole: [height, width], start: [0, 0]))
    }

    /// The fields of a NetCDF file, which is kept in a file of its own until the page closes.
    ///
    /// HDF5's library may end its process over a damaged file, so that such files are read by a process of their own,
    /// where the program is known (`tern unpack`), and what it wrote is read here, by Tern's hands alone.
    ///
    /// - Throws: `StudioMistake` where it is none, or holds no map.
    init(dataset bytes: Data, name: String, _ work: StudioWork) throws {
        let isZip = bytes.starts(with: [0x50, 0x4B, 3, 4])
        let folder = try TemporaryFolder()
        var path = try folder.keep(bytes, as: isZip ? "dropped.zip" : "dropped.nc")
        do {
            if FileKind.holdsHDF5(path), let program = work.setup.program {
                let unpacked = folder.path + "/dropped.zarr"
                try OwnProcess.run(program, ["unpack", path, unpacked], work, hiding: folder.path)
                path = unpacked
            }
            let dataset = try Dataset(contentsOf: path)
            maps = dataset.dataVariables.filter { $0.shape.count >= 2 && $0.shape.suffix(2).allSatisfy { $0 >= 2 } }.map
            {
                Map(
                    name: $0.name, units: $0.attributes["units"]?.text ?? "", count: $0.shape.dropLast(2).reduce(1, *),
                    rows: $0.shape[$0.shape.count - 2], columns: $0.shape.last!)
            }
            guard !maps.isEmpty else {
                throw StudioMistake(
                    "\(name) holds no map: no variable with two dimensions or more; it holds \(dataset.variables.isEmpty ? "nothing" : dataset.variables.map(\.name).joined(separator: ", ").shortened(to: 200))"
                )
            }
            content = .dataset(dataset, path: path, folder)
            self.name = name
        } catch {
            if let mistake = error as? StudioMistake {
                throw StudioMistake(mistake.description.replacing("dropped.nc", with: name), argument: mistake.argument)
            }
            throw StudioMistake("\(error)".replacing(path, with: name))
        }
    }

    /// A map, north above and west on the left where it has latitudes and longitudes.
    ///
    /// - Throws: `StudioMistake` where there is none of this name or number.
    func input(_ settings: ConvolutionSettings) throws -> ConvolutionInput {
        guard case .dataset(let dataset, let path, _) = content else {
            if case .picture(let picture) = content { return picture }
            throw StudioMistake("nothing was dropped")
        }
        guard
            let map = maps.first(where: { $0.name == settings.variable }) ?? (settings.variable.isEmpty ? maps[0] : nil)
        else {
            throw StudioMistake(
                "\(name) has no map \"\(settings.variable.shortened(to: 40))\"; it has \(maps.map(\.name).joined(separator: ", ").shortened(to: 200))",
                argument: "variable")
        }
        guard settings.map < map.count else {
            throw StudioMistake("\(map.name) has \(map.count) map(s), numbered from 0", argument: "map")
        }
        do {
            let variable = try dataset.variable(map.name)
            var ranges: [String: Range<Int>] = [:], number = settings.map
            for (dimension, length) in zip(variable.dimensions, variable.shape).dropLast(2).reversed() {
                ranges[dimension] = number % length..<number % length + 1
                number /= length
            }
            let field = try dataset.field(map.name, at: ranges)
            var values = field.values.reshaped([map.rows, map.columns]).cast(to: .float32)
            // A section of depths, or a series of stations, is no map of the globe and stays as it is.
            let axes = Array(variable.dimensions.suffix(2)),
                globe = field.globeCoordinates.flatMap {
                    Set([$0.latitudes.dimension, $0.longitudes.dimension]) == Set(axes) ? $0 : nil
                }
            var latitudes = globe?.latitudes.numbers, longitudes = globe?.longitudes.numbers
            if globe?.latitudes.dimension == axes[1] { values = values.transposed() }
            if let first = latitudes?.first, let last = latitudes?.last, first < last {
                values = values.flipped(0)
                latitudes?.reverse()
            }
            // Those over the date line rise, too.
            if let east = longitudes.flatMap(Longitudes.continued), let first = east.first, let last = east.last,
                last < first
            {
                values = values.flipped(1)
                longitudes?.reverse()
            }
            return ConvolutionInput(
                title: map.name + " of " + name, units: map.units, values: values, latitudes: latitudes,
                longitudes: longitudes, whole: values.shape, start: [0, 0])
        } catch let error as DataError {
            throw StudioMistake("\(error)".replacing(path, with: name))
        }
    }
}
