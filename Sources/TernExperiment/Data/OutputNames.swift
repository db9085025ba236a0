import Tern

extension Preprocessing {
    /// What cells weigh where weights by area are asked for, and no area is known; nil where it is.
    package var weightNote: String? {
        guard let shape = targets.first?.shape, shape.latitudes == nil else { return nil }
        return
            "area_weighted: \(shape.hasCells ? "no latitudes label the rows of \(targets[0].name); all its cells weigh the same" : "\(targets[0].name) has no cells to weigh")"
    }

    /// Refuses targets whose fields, and those of forecasts of them, could not lie beside each other and their
    /// coordinates in one file.
    ///
    /// - Parameters:
    ///   - fields: what is written of each target.
    ///   - examples: whose coordinates label the fields.
    package func checkOutputNames(_ fields: [OutputField], for examples: Examples, file: String) throws {
        let coordinates =
            examples.coordinates + targets[0].shape.coordinates
            + targets.flatMap { $0.shape.channels.flatMap(\.coordinates) }
        let labels = Set(
            (coordinates.flatMap { [$0.name, $0.dimension] } + [examples.sample] + targets.flatMap(\.shape.dimensions))
                .map(\.withoutGroup))
        for name in labels.sorted() {
            guard let complaint = complaintOfNetCDF(about: name) else { continue }
            throw DataError(
                file: file,
                "the coordinate \"\(name)\" cannot be the name of a variable of predictions.nc: \(complaint); rename it in the data"
            )
        }
        var owners: [String: String] = [:]
        for target in targets {
            for name in fields.map({ $0.name(of: target.name) }) {
                func refusal(_ message: String) -> DataError {
                    DataError(
                        file: file, "the target \"\(target.name)\" cannot be written to predictions.nc: \(message)")
                }
                if let complaint = complaintOfNetCDF(about: name) {
                    throw refusal("\"\(name)\" cannot be the name of a variable: \(complaint); rename it in the data")
                }
                if labels.contains(name) {
                    throw refusal("\"\(name)\" is the name of a coordinate there; rename one of them in the data")
                }
                if let other = owners.updateValue(target.name, forKey: name) {
                    throw refusal(
                        other == target.name
                            ? "two targets have this name; rename one in its file, or take several labels of one variable as channels (data.dimensions)"
                            : "\"\(name)\" is written for the target \"\(other)\" too; rename one of them in the data")
                }
            }
        }
    }
}
