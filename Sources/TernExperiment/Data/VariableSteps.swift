import Foundation
import Tern
import TernCore

/// A variable of one run as numbers: selected, averaged and on its grid, but for what training has to tell.
///
/// Values are [steps, cells] in single precision; a series has one cell, and what does not change in time has one step.
struct VariableSteps: Sendable {
    var name: String
    var file: String
    /// nil for a variable without the sample dimension, such as the height of the land.
    var timeline: Timeline?
    var grid: FieldGrid?
    var values: [Float]
    /// The coordinates along the sample dimension.
    var coordinates: [Coordinate]
    /// `units` and names, for the fields made again.
    var attributes: [String: String]

    var cellCount: Int { grid?.cellCount ?? 1 }
    var stepCount: Int { values.count / cellCount }

    /// - Parameter isNew: whether the file is another than the configuration was made for. Then what is selected along the
    ///   sample dimension, and selections and means along what it does not have, are passed over.
    init(_ variable: VariableConfiguration, run: String?, from source: any FieldSource, sample: String, isNew: Bool = false) throws {
        var (field, file) = try source.field(variable, run: run)
        do {
            field = try Self.chosen(variable, of: field, sample: sample, isNew: isNew)
            let grid = FieldGrid(of: field)
            if let other = field.dimensions.first(where: { ![sample, grid?.latitudeName, grid?.longitudeName].contains($0) }) {
                throw DataError(
                    file: file, "variable \"\(field.name)\": the dimension \"\(other)\" of length \(field.length(of: other)!) remains beside "
                        + "\"\(sample)\", latitude and longitude; select one label of it, or list it under `mean`")
            }
            let order = ([sample] + (grid.map { [$0.latitudeName, $0.longitudeName] } ?? [])).filter(field.dimensions.contains)
            field = try field.transposed(order)
            name = field.name
            self.file = file
            self.grid = grid
            coordinates = field.coordinates.filter { $0.dimension == sample }
            timeline = field.length(of: sample).map { Timeline(of: sample, length: $0, field.coordinates) }
            attributes = ["units", "long_name", "standard_name"].reduce(into: [:]) { $0[$1] = field.attributes[$1]?.text }
            values = field.values.cast(to: .float32).scalars(Float.self)
        } catch let error as DataError where error.file.hasPrefix("field \"") {
            throw DataError(file: file, "variable \"\(variable.variable)\": \(error.message)")
        }
    }

    private static func chosen(_ variable: VariableConfiguration, of field: Field, sample: String, isNew: Bool) throws -> Field {
        var selections: [String: Selection] = [:]
        for (name, labels) in variable.select {
            let coordinate = field.coordinate(name)
            if isNew, coordinate == nil || coordinate?.dimension == sample { continue }
            selections[name] = labels.selection(of: coordinate)
        }
        let selected = try field.select(selections)
        let averaged = variable.mean.filter { !isNew || selected.dimensions.contains($0) }
        let mean = averaged.isEmpty ? selected : try selected.areaMean(over: averaged)
        guard let regrid = variable.regrid else { return mean }
        return try mean.onto(regrid)
    }

    /// Steps at these indices.
    func taking(_ steps: [Int]) -> VariableSteps {
        guard timeline != nil, steps != Array(0..<stepCount) else { return self }
        var part = self
        part.timeline!.labels = steps.map { timeline!.labels[$0] }
        part.coordinates = coordinates.map { $0.taking(steps) }
        part.values = []
        part.values.reserveCapacity(steps.count * cellCount)
        for step in steps { part.values += values[step * cellCount..<(step + 1) * cellCount] }
        return part
    }

    /// Those of an earlier variable before this one's.
    func prepending(_ earlier: VariableSteps) throws -> VariableSteps {
        guard timeline != nil, earlier.stepCount > 0 else { return self }
        if let difference = grid.flatMap({ grid in earlier.grid.map { grid.difference(from: $0) } }) ?? nil {
            throw DataError(file: earlier.file, "variable \"\(name)\" has \(difference) in \(file), which it comes before")
        }
        var both = self
        both.values = earlier.values + values
        both.timeline!.labels = (earlier.timeline?.labels ?? []) + timeline!.labels
        both.coordinates = []
        return both
    }

    /// "1950 (lat -55, lon 20)" for messages.
    func place(step: Int, cell: Int) -> String {
        let time = timeline.map { "\($0.name ?? "step") \($0.labels[step])" }
        return [time, grid.map { "\($0.place(ofCell: cell))" }].compactMap { $0 }.joined(separator: ", ")
    }
}

extension Field {
    /// The mean over dimensions of what is there, each cell by its area where latitudes are among them.
    fileprivate func areaMean(over names: [String]) throws -> Field {
        let axes = try names.map(axis(of:))
        var weights = (.!isNaN(values)).cast(to: values.dtype)
        if let latitude = coordinate(.latitude), names.contains(latitude.dimension), let degrees = latitude.numbers {
            var shape = [Int](repeating: 1, count: values.rank)
            shape[try axis(of: latitude.dimension)] = degrees.count
            weights = weights * Tensor(degrees.map { max(0, cos($0 * .pi / 180)) }, shape: shape).cast(to: values.dtype)
        }
        let sum = (TernCore.select(isNaN(values), Tensor.zeros([], dtype: values.dtype), values) * weights).sum(axes: axes)
        return Field(
            name, sum / weights.sum(axes: axes), dimensions: dimensions.filter { !names.contains($0) },
            coordinates: coordinates.filter { !names.contains($0.dimension) }, attributes: attributes)
    }

    fileprivate func onto(_ regrid: VariableConfiguration.Regrid) throws -> Field {
        throw DataError(file: "field \"\(name)\"", "regrid is not available yet")
    }
}
