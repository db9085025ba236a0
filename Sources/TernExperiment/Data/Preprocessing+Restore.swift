import Tern

extension Preprocessing {
    /// Predictions, or targets, in physical units: scaling, trend and climatology are put back.
    ///
    /// - Parameters:
    ///   - predictions: scaled, in the shape of ``Examples/targets``.
    ///   - examples: those that were predicted, whose labels and coordinates the fields get.
    /// - Returns: a field for each target, on the sample dimension, those of its channels and those of its cells.
    ///   Values are in double precision where single would round away what they vary by.
    /// - Throws: `DataError` where the shape is another.
    public func restore(predictions: Tensor, for examples: Examples) throws -> [Field] {
        let n = examples.count
        guard predictions.count == n * outputShape.reduce(1, *) else {
            throw DataError(
                file: "predictions", "their shape \(predictions.shape) is not that of \(n) examples of \(outputShape)")
        }
        return try zip(targets, restored(predictions, count: n, at: examples.labels)).map {
            try field(of: $0, $1, for: examples)
        }
    }

    /// The same of each target as numbers, [examples] + cells + channels.
    func restored(_ predictions: Tensor, count: Int, at labels: [Label]) throws -> [Tensor] {
        let sizes = targets.map(\.shape.channelCount), width = sizes.reduce(0, +)
        let matrix = predictions.reshaped([predictions.count / max(1, width), width]).cast(to: .float32)
        var channel = 0
        return try zip(targets, sizes).map { target, size in
            defer { channel += size }
            let own = matrix.sliced(channel..<channel + size, axis: 1).scalars(Float.self)
            return try target.restored(own, at: labels)
                .reshaped([count] + target.shape.cellShape + target.shape.channels.map(\.count))
        }
    }

    /// A target's values as a field, as files have it: levels before latitude and longitude.
    private func field(of target: FittedVariable, _ values: Tensor, for examples: Examples) throws -> Field {
        let shape = target.shape
        let field = Field(
            target.name, values.reshaped([examples.count] + shape.cellShape + shape.channels.map(\.count)),
            dimensions: [examples.sample] + shape.dimensions,
            coordinates: examples.coordinates
                + shape.coordinates.filter { own in !examples.coordinates.contains { $0.name == own.name } },
            attributes: target.attributes.mapValues { .text($0) })
        return try field.transposed([examples.sample] + shape.channels.map(\.name) + shape.cellDimensions)
            .namedWithoutGroups
    }

    /// What was left out of each channel of the targets to prepare it as an anomaly, climatology and trend, in physical
    /// units, in the order of ``targetFields``; nil where nothing was.
    ///
    /// - Throws: `DataError` where a label of the examples is no time by which something was left out.
    public func usual(for examples: Examples) throws -> [Field?] {
        try targets.enumerated().flatMap { k, target -> [Field?] in
            guard target.departure != nil else { return target.channelNames.map { _ in nil } }
            return try parts(ofTarget: k, field(of: target, target.usual(at: examples.labels), for: examples))
        }
    }

    /// The target that each of ``targetFields`` is a channel of.
    var targetOfField: [FittedVariable] { targets.flatMap { target in target.channelNames.map { _ in target } } }

    /// The same with a field for each channel, in the order of ``targetFields``.
    func restoreChannels(predictions: Tensor, for examples: Examples) throws -> [Field] {
        try restore(predictions: predictions, for: examples).enumerated().flatMap { k, field in
            try parts(ofTarget: k, field)
        }
    }

    /// A field of a target's, or of a forecast of it, for each of its channels, which it is called by.
    func parts(ofTarget k: Int, _ field: Field) throws -> [Field] {
        let axes = targets[k].shape.channels
        guard !axes.isEmpty else { return [field] }
        let places = axes.reduce([[String: Selection]()]) { found, axis in
            found.flatMap { place in (0..<axis.count).map { place.merging([axis.name.withoutGroup: .index($0)]) { $1 } }
            }
        }
        return try zip(places, targets[k].channelNames).map { try field.select($0).renamed($1) }
    }
}

extension Field {
    /// Dimensions and coordinates without the paths of groups, which no names in other files can be.
    fileprivate var namedWithoutGroups: Field {
        Field(
            name, values, dimensions: dimensions.map(\.withoutGroup),
            coordinates: coordinates.map { coordinate in
                var coordinate = coordinate
                (coordinate.name, coordinate.dimension) = (
                    coordinate.name.withoutGroup, coordinate.dimension.withoutGroup
                )
                return coordinate
            }, attributes: attributes)
    }
}
