import TernCore

extension Field {
    /// Pairs of the past and the future, to learn forecasts from: windows of `length` entries along a dimension, and
    /// what comes `horizon` entries after the last of each.
    ///
    /// ```swift
    /// let sst = Field("sst", Tensor((0..<24).map(Double.init), shape: [8, 3]), dimensions: ["time", "lon"])
    /// let nino34 = try sst.mean(over: ["lon"])
    /// let (inputs, targets) = try sst.windows(4, horizon: 3, of: nino34)
    /// print(inputs.shape, inputs.dimensions)  // [2, 4, 3] ["time", "lag", "lon"]
    /// print(targets.values.doubles)  // [19.0, 22.0]
    /// ```
    ///
    /// No window holds an entry of its target's time or later. Both fields have the times of what they hold: inputs
    /// those of the last entry in the window. Neighbouring windows overlap, so test samples must be split from training
    /// samples by at least `length + horizon` entries.
    ///
    /// - Parameters:
    ///   - step: from the beginning of one window to the next.
    ///   - target: by default the field itself; it has the same entries along the dimension.
    /// - Throws: `DataError` where the dimension is shorter than a window and its target, the target does not fit, or
    ///   the field has a dimension "lag" already.
    public func windows(
        _ length: Int, along dimension: String = "time", step: Int = 1, horizon: Int = 1, of target: Field? = nil
    ) throws -> (inputs: Field, targets: Field) {
        let target = target ?? self
        let n = shape[try axis(of: dimension)]
        guard length > 0, step > 0, horizon > 0 else {
            throw failure("windows need a length, a step and a horizon of at least 1")
        }
        guard target.length(of: dimension) == n else {
            throw target.failure(
                "its dimension \"\(dimension)\" has the length \(target.length(of: dimension).map(String.init) ?? "(none)"), that of field \"\(name)\" \(n)"
            )
        }
        try check(labelsOf: dimension, matching: target)
        try check(hasNo: "lag")
        let ends = Array(stride(from: length - 1, to: n - horizon, by: step))
        guard !ends.isEmpty else {
            throw failure(
                "\(n) entries along \"\(dimension)\" are too few for a window of \(length) and a horizon of \(horizon)")
        }
        let first = try transposed([dimension] + dimensions.filter { $0 != dimension })
        let rows = first.values.taking(Tensor(ends.flatMap { end in (0..<length).map { end - length + 1 + $0 } }))
        let inputs = Field(
            name, rows.reshaped([ends.count, length] + first.shape.dropFirst()),
            dimensions: [dimension, "lag"] + first.dimensions.dropFirst(),
            coordinates: coordinates.map { $0.dimension == dimension ? $0.taking(ends) : $0 }
                + [Coordinate("lag", numbers: (0..<length).map { Double($0 - length + 1) })],
            attributes: attributes)
        let targets = try target.transposed([dimension] + target.dimensions.filter { $0 != dimension })
            .taking(ends.map { $0 + horizon }, along: dimension)
        return (inputs, targets)
    }
}
