import Tern

extension Preprocessing {
    /// Predictions, or targets, in physical units: scaling, trend and climatology are put back.
    ///
    /// - Parameters:
    ///   - predictions: scaled, in the shape of ``Examples/targets``.
    ///   - examples: those that were predicted, whose labels and coordinates the fields get.
    /// - Returns: a field for each target, on the sample dimension and those of maps.
    /// - Throws: ``DataError`` where the shape is another.
    public func restore(predictions: Tensor, for examples: Examples) throws -> [Field] {
        let cells = targetGrid?.cellCount ?? 1, n = examples.count
        guard predictions.count == n * cells * targets.count else {
            throw DataError(file: "predictions", "their shape \(predictions.shape) is not that of \(n) examples of \(outputShape)")
        }
        let matrix = predictions.reshaped([n * cells, targets.count]).cast(to: .float32)
        return try targets.enumerated().map { k, target in
            var values = matrix.sliced(k..<k + 1, axis: 1).scalars(Float.self)
            try target.restore(&values, at: examples.labels)
            return Field(
                target.name, Tensor(values, shape: [n] + (targetGrid?.shape ?? [])),
                dimensions: ([examples.sample] + (targetGrid.map { [$0.latitudeName, $0.longitudeName] } ?? [])).map(\.withoutGroup),
                coordinates: (examples.coordinates + (targetGrid?.coordinates ?? [])).map { coordinate in
                    var coordinate = coordinate
                    (coordinate.name, coordinate.dimension) = (coordinate.name.withoutGroup, coordinate.dimension.withoutGroup)
                    return coordinate
                }, attributes: target.attributes.mapValues { .text($0) })
        }
    }

    /// What was left out of each target to prepare it as an anomaly, climatology and trend, in physical units; nil for a target that was
    /// not prepared so.
    ///
    /// - Parameter fields: of the same examples, as ``restore(predictions:for:)`` gave them.
    public func usual(like fields: [Field], for examples: Examples) throws -> [Field?] {
        try zip(targets, fields).map { target, field in
            guard target.departure != nil else { return nil }
            var field = field
            field.values = Tensor(try target.usual(at: examples.labels), shape: field.shape)
            return field
        }
    }
}
