import Foundation
import Tern
import TernData
import TernExperiment
import TernNumbers
import TernText

/// Truth, prediction and baseline of a run, as maps at one time and as series of one cell, read as they are asked for.
package final class ShownFields: @unchecked Sendable {
    /// A target, and where its values lie.
    package struct Target: Encodable, Sendable {
        package var name: String, units: String
        /// What the samples are called, such as `time`, and each of them.
        package var sample: String, labels: [String]
        /// The axes of maps, from west and south, and where their cells begin and end; nil where there are none.
        package var x: [Double]?, y: [Double]?, xEdges: [Double]?, yEdges: [Double]?
        /// What else tells values apart: levels, stations; empty where nothing does.
        package var parts: [String]
        /// Which there are.
        package var fields: [String]
    }

    /// One map for each of the fields, row by row from the south.
    package struct Maps: Encodable, Sendable {
        package var label: String
        package var maps: [String: NumberArray]
        /// The least and greatest value of all of them; nil where all are missing.
        package var range: [Double]?
        /// Prediction − truth, and the least and greatest of it; nil where one of both is not there.
        package var difference: NumberArray?, differenceRange: [Double]?
    }

    /// The values of one cell over all samples.
    package struct Series: Encodable, Sendable {
        package var place: String
        /// Where samples stand: years, numbers, or their count where times repeat.
        package var x: NumberArray, xName: String
        package var values: [String: NumberArray]
        /// Of prediction and baseline against the truth, at this cell: RMSE and correlation.
        package var scores: [String: [String: Double]]
    }

    package let targets: [Target]
    private let data: Dataset
    /// Of a target: its dimensions, which of them are latitude and longitude, and their entries from south and west.
    private struct Axes {
        var dimensions: [String], shape: [Int], latitude: Int?, longitude: Int?
        var rows: [Int] = [], columns: [Int] = []
    }
    private let axes: [Axes]
    private static let mostParts = 500, mostSamples = 1_000_000

    /// - Parameters:
    ///   - names: of the targets.
    ///   - isPrediction: whether the fields under the targets' names are predictions, as `tern predict` writes them;
    ///     else the truth, and the others beside it.
    /// - Throws: `DataError` where a file cannot be read.
    package init(_ data: Dataset, _ names: [String], isPrediction: Bool = false) throws {
        self.data = data
        var targets: [Target] = [], axes: [Axes] = []
        for name in names {
            guard let variable = data.variables.first(where: { $0.name == name }),
                let sample = variable.dimensions.first
            else { continue }
            if let emptiness = data.emptiness(of: variable) {
                throw DataError(file: data.path, "\"\(name)\" is not shown: \(emptiness)")
            }
            guard variable.shape[0] <= Self.mostSamples else {
                throw DataError(
                    file: data.path,
                    "\"\(name)\" has \(variable.shape[0].grouped) samples; \(Self.mostSamples.grouped) at most are shown"
                )
            }
            // The coordinates are those of all samples; of the values, few are read.
            let one = try data.field(name, at: variable.shape[0] > 1 ? [sample: 0..<1] : [:])
            let labels = try Self.labels(of: data, name, sample)
            let grid = one.globeCoordinates.flatMap { found -> (Coordinate, Coordinate)? in
                found.latitudes.count > 1 && found.longitudes.count > 1 ? found : nil
            }
            let latitude = grid.flatMap { one.dimensions.firstIndex(of: $0.0.dimension) }
            let longitude = grid.flatMap { one.dimensions.firstIndex(of: $0.1.dimension) }
            let rest = one.dimensions.indices.dropFirst().filter { $0 != latitude && $0 != longitude }
            var parts = [""]
            for axis in rest {
                guard parts.count <= Self.mostParts / max(1, one.shape[axis]) else {
                    throw DataError(
                        file: data.path,
                        "\"\(name)\" has more than \(Self.mostParts) parts beside its maps to choose from")
                }
                let dimension = one.dimensions[axis]
                let texts =
                    one.coordinates.first { $0.name == dimension }?.labelTexts
                    ?? one.coordinates.first { $0.dimension == dimension }?.labelTexts
                    ?? (0..<one.shape[axis]).map { "\($0 + 1)" }
                parts = parts.flatMap { before in
                    texts.map { before + (before.isEmpty ? "" : ", ") + "\(dimension) \($0)" }
                }
            }
            let others = [OutputField.prediction, .baseline].filter { other in
                // In a file from elsewhere they may have another shape, which no map of the truth's fits.
                data.variables.contains {
                    $0.name == other.name(of: name)
                        && ($0.dimensions, $0.shape) == (variable.dimensions, variable.shape)
                }
            }
            var target = Target(
                name: name, units: one.units ?? "", sample: sample, labels: labels.texts,
                parts: rest.isEmpty ? [] : parts,
                fields: isPrediction ? ["prediction"] : ["truth"] + others.map { "\($0)" })
            var own = Axes(
                dimensions: variable.dimensions, shape: variable.shape, latitude: latitude, longitude: longitude)
            if let grid {
                let latitudes = grid.0.numbers!, longitudes = Self.continued(grid.1.numbers!)
                (own.rows, own.columns) = (latitudes.ascendingOrder, longitudes.ascendingOrder)
                let (x, y) = (own.columns.map { longitudes[$0] }, own.rows.map { latitudes[$0] })
                (target.x, target.y) = (x, y)
                target.xEdges = Self.edges(of: grid.1, own.columns, around: x)
                target.yEdges = Self.edges(of: grid.0, own.rows, around: y)
            }
            targets.append(target)
            axes.append(own)
        }
        guard !targets.isEmpty else { throw DataError(file: data.path, "there is no field of the run's targets") }
        (self.targets, self.axes) = (targets, axes)
    }

    /// Where the cells of a coordinate begin, in an order in which their places rise, and where the last one ends.
    private static func edges(of coordinate: Coordinate, _ order: [Int], around places: [Double]) -> [Double] {
        let isLatitude = coordinate.role == .latitude
        let halfWay = places.cellEdges.map { isLatitude ? min(90, max(-90, $0)) : $0 }
        guard places.allSatisfy(\.isFinite), let cells = coordinate.cells, cells.count == places.count else {
            return halfWay
        }
        // Longitudes may go on by whole turns, and their bounds be in the other convention.
        let own = zip(order, places).map { i, place in
            coordinate.role == .longitude ? Longitudes.turned(cells[i], near: place) : cells[i]
        }
        let edges = own.map(\.lowerBound) + [own[own.count - 1].upperBound]
        return edges.isRising ? edges : halfWay
    }

    private static func labels(of data: Dataset, _ name: String, _ sample: String) throws -> (
        texts: [String], coordinate: Coordinate?
    ) {
        let variable = data.variables.first { $0.name == name }!
        var ranges: [String: Range<Int>] = [:]
        for (dimension, length) in zip(variable.dimensions.dropFirst(), variable.shape.dropFirst()) where length > 1 {
            ranges[dimension] = 0..<1
        }
        let field = try data.field(name, at: ranges)
        let own = field.coordinates.first { $0.name == sample } ?? field.coordinates.first { $0.dimension == sample }
        let others = field.coordinates.filter {
            $0.dimension == sample && $0.name != own?.name && Set($0.labelTexts).count > 1 && $0.numbers == nil
        }
        let count = variable.shape[0]
        let texts = (0..<count).map { i in
            ([own] + others).compactMap { $0?.labelTexts[i] }.joined(separator: ", ")
        }
        return (texts, own)
    }

    private func target(_ number: Int) throws -> Target {
        guard targets.indices.contains(number) else {
            throw StudioMistake("there are \(targets.count) targets", argument: "target")
        }
        return targets[number]
    }

    private func name(_ target: Target, _ field: String) -> String {
        switch field {
        case "truth": target.name
        case "prediction": target.fields.contains("truth") ? OutputField.prediction.name(of: target.name) : target.name
        default: OutputField.baseline.name(of: target.name)
        }
    }

    /// The part at a number, as ranges of the dimensions that are neither samples nor a map's.
    private func ranges(_ number: Int, part: Int) throws -> [String: Range<Int>] {
        let axes = axes[number]
        var left = part, found: [String: Range<Int>] = [:]
        for axis in axes.dimensions.indices.dropFirst().reversed() where axis != axes.latitude && axis != axes.longitude
        {
            let index = left % max(1, axes.shape[axis])
            left /= max(1, axes.shape[axis])
            found[axes.dimensions[axis]] = index..<index + 1
        }
        guard part >= 0, left == 0 else { throw StudioMistake("there is no part \(part)", argument: "part") }
        return found
    }

    /// The maps of a sample.
    ///
    /// - Throws: `StudioMistake` where there is none, `DataError` where the file cannot be read.
    package func maps(target number: Int, sample: Int, part: Int) throws -> Maps {
        let target = try target(number), axes = axes[number]
        guard target.labels.indices.contains(sample) else {
            throw StudioMistake("there are \(target.labels.count) samples", argument: "sample")
        }
        var ranges = try ranges(number, part: part)
        ranges[target.sample] = sample..<sample + 1
        guard let latitude = axes.latitude, let longitude = axes.longitude else {
            return Maps(label: target.labels[sample], maps: [:], range: nil)
        }
        var maps: [String: NumberArray] = [:], low = Double.infinity, high = -Double.infinity
        for field in target.fields {
            let read = try data.field(name(target, field), at: ranges), values = read.values.doubles
            let (height, width) = (axes.shape[latitude], axes.shape[longitude])
            maps[field] = NumberArray(
                axes.rows.flatMap { row in
                    axes.columns.map { column in
                        values[latitude < longitude ? row * width + column : column * height + row]
                    }
                }, isSingle: true)
            for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        }
        var found = Maps(label: target.labels[sample], maps: maps, range: low <= high ? [low, high] : nil)
        if let truth = maps["truth"], let prediction = maps["prediction"] {
            let difference = zip(prediction.values, truth.values).map { $0 - $1 }
            let finite = difference.filter(\.isFinite)
            found.difference = NumberArray(difference, isSingle: true)
            if let least = finite.min(), let most = finite.max() { found.differenceRange = [least, most] }
        }
        return found
    }

    /// Longitudes that go on over Greenwich or the date line, from -180 or to 360; others as they are.
    private static func continued(_ longitudes: [Double]) -> [Double] {
        guard longitudes.allSatisfy({ abs($0) <= 720 }), let continued = Longitudes.continued(longitudes),
            let west = continued.min(), let east = continued.max()
        else { return longitudes }
        return continued.map { $0 + (east > 360 ? -360 : west < -180 ? 360 : 0) }
    }

    /// The series of a cell, counted on the map from the west and the south.
    ///
    /// - Throws: `StudioMistake` where there is none, `DataError` where the file cannot be read.
    package func series(target number: Int, column: Int, row: Int, part: Int) throws -> Series {
        let target = try target(number), axes = axes[number]
        var ranges = try ranges(number, part: part), place = target.parts.isEmpty ? "" : target.parts[part]
        if let latitude = axes.latitude, let longitude = axes.longitude, let x = target.x, let y = target.y {
            guard x.indices.contains(column), y.indices.contains(row) else {
                throw StudioMistake("the map has \(x.count) x \(y.count) cells", argument: "cell")
            }
            let (i, j) = (axes.rows[row], axes.columns[column])
            ranges[axes.dimensions[latitude]] = i..<i + 1
            ranges[axes.dimensions[longitude]] = j..<j + 1
            place +=
                (place.isEmpty ? "" : ", ") + "\(Self.degrees(y[row], "N", "S")), \(Self.degrees(x[column], "E", "W"))"
        }
        var values: [String: NumberArray] = [:], scores: [String: [String: Double]] = [:], truth: Field?
        for field in target.fields {
            let read = try data.field(name(target, field), at: ranges)
            values[field] = NumberArray(read.values.doubles)
            if field == "truth" { truth = read }
            if let truth, field != "truth" {
                let comparison = Comparison(truth: truth, prediction: read)
                scores[field] = ["rmse": comparison.rmse, "r": comparison.r]
            }
        }
        let (x, xName) = try places(number)
        return Series(place: place, x: NumberArray(x), xName: xName, values: values, scores: scores)
    }

    /// Where samples stand on an axis.
    private func places(_ number: Int) throws -> ([Double], String) {
        let target = targets[number]
        let coordinate = try Self.labels(of: data, target.name, target.sample).coordinate
        if let times = coordinate?.times {
            let years = times.map(\.decimalYear)
            if years.isRising { return (years, "year") }
        }
        if let numbers = coordinate?.numbers, numbers.isRising { return (numbers, coordinate!.name) }
        return (target.labels.indices.map { Double($0 + 1) }, "sample")
    }

    private static func degrees(_ value: Double, _ positive: String, _ negative: String) -> String {
        "\(Label.number(abs(value)))° \(value < 0 ? negative : positive)"
    }
}
