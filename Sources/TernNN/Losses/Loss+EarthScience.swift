import TernCore

extension Loss {
    /// The loss with each position counted by the area of the cells in its row of a grid, divided by the mean: by the
    /// difference of the sines of the row's edges, which lie half-way between latitudes where no bounds are given. A
    /// row at a pole is a cap.
    ///
    /// ```swift
    /// let loss = Loss.meanSquaredError.weighted(byLatitude: [-60, 0, 60], axis: 1)
    /// let target = Tensor.zeros([1, 3, 1, 1])                 // [batch, latitude, longitude, variable]
    /// var prediction = target
    /// prediction[0, 1] = Tensor(Float(2))                     // wrong at the equator, which is half of the area
    /// loss(target, prediction)                                // 2; unweighted 1.3333
    /// ```
    ///
    /// With masked or missing values the sum is divided by the area that is left.
    ///
    /// - Parameters:
    ///   - degrees: the latitude of each index of `axis`, from −90 to 90.
    ///   - bounds: where each row begins and ends, in degrees; passed over where they overlap, leave out their latitude
    ///     or lie beyond a pole.
    ///   - axis: an axis of the values by position, which lack the targets' last axis.
    public func weighted(byLatitude degrees: [Double], bounds: [ClosedRange<Double>]? = nil, axis: Int) -> Loss {
        let latitudes = LatitudeWeights(degrees: degrees, bounds: bounds, axis: axis)
        if let complaint = latitudes.complaint { fail("weighted(byLatitude:axis:): \(complaint)") }
        var loss = self
        loss.latitudes = latitudes
        return loss
    }

    /// The loss of the positions where `keep` holds: a land mask, a satellite's swath.
    ///
    /// The others count neither in the sum nor in the number, and no gradient comes from
    /// them, whatever they hold.
    ///
    /// - Parameter keep: bool, or numbers that count as true where they are not 0. Its shape
    ///   can be broadcast to that of the values by position, which lack the targets' last axis.
    public func masked(where keep: Tensor) -> Loss {
        var loss = self
        let keep = keep.cast(to: .bool)
        loss.kept = loss.kept.map { $0 .& keep } ?? keep
        return loss
    }

    /// The loss of what was observed: where the target is NaN, the prediction counts neither
    /// in the sum nor in the number, and no gradient comes from it.
    ///
    /// Where a loss is a mean over elements (the regression losses, the binary
    /// crossentropy, hinge), each element counts for itself and the values by position keep the
    /// targets' last axis. Where it looks along an axis (categories, directions), a position
    /// with any missing element is left out. What a model reports of an epoch is the mean over all that was
    /// observed, whatever batch it stood in.
    public func ignoringMissing() -> Loss {
        var loss = self
        loss.isMissingIgnored = true
        return loss
    }

    /// The values by position with masks and areas, what is left out replaced before anything is computed of it.
    func adjustedPositions(_ target: Tensor, _ prediction: Tensor) -> AdjustedPositions {
        // The axes of the values, before elements count for themselves.
        let rank = axis == nil ? 0 : Swift.max(prediction.rank - 1, 0)
        let isByElement = isMissingIgnored && isElementwise
        var (target, prediction, mask) = (target, prediction, nil as Tensor?)
        if isMissingIgnored { (target, prediction, mask) = leavingOutMissing(target, prediction) }
        if let kept {
            guard let axis else {
                fail("masked(where:): the loss \(name) gives one value for all, of which nothing can be left out")
            }
            guard kept.rank <= rank else {
                fail(
                    "masked(where:): a mask of shape \(kept.shape) does not fit values of \(rank) axes, "
                        + "which lack the targets' last axis")
            }
            let keep = (isByElement ? kept.expandingDimension(at: -1) : kept).broadcast(to: valueShape(of: prediction))
            (target, prediction) = Self.replacing(target, prediction, where: .!keep, axis: axis)
            mask = mask.map { $0 .& keep } ?? keep
        }
        let found = positions(target, prediction)
        if let own = found.mask { mask = mask.map { $0 .& own } ?? own }
        // A function of the user's may keep axes that others take away: masks lie along the first ones.
        if let left = mask, found.values.rank > 0 { mask = left.maskElements(of: found.values) }
        let area = latitudes.map { latitudes -> Tensor in
            let factors = latitudes.factors(rank: rank, dtype: found.values.dtype)
            if found.values.rank > 0, let complaint = latitudes.complaint(aboutValues: found.values.shape, rank: rank) {
                fail("weighted(byLatitude:axis:): \(complaint)")
            }
            return found.values.rank == 0
                ? factors : factors.leadingAxes(of: found.values.rank).broadcast(to: found.values.shape)
        }
        return AdjustedPositions(values: found.values, mask: mask, area: area, isClass: found.isClass)
    }

    /// Targets and predictions with ordinary numbers where the target is missing, and where it is not.
    private func leavingOutMissing(_ target: Tensor, _ prediction: Tensor) -> (Tensor, Tensor, mask: Tensor?) {
        var (target, prediction) = (target, prediction)
        if isElementwise {
            (target, prediction) = matched("loss \(name)", target, prediction)
            (target, prediction) = (target.expandingDimension(at: -1), prediction.expandingDimension(at: -1))
        }
        let missing = isNaN(target)
        guard let axis else {
            // One value for all: 0 in both adds to nothing.
            return (
                select(missing, constant(0, like: target), target),
                select(missing, constant(0, like: prediction), prediction), nil
            )
        }
        let positions = target.rank == prediction.rank ? missing.any(axes: [axis]) : missing
        (target, prediction) = Self.replacing(target, prediction, where: positions, axis: axis)
        return (target, prediction, .!positions)
    }

    /// Ones in the place of what is not to count: no gradient comes from there, not even NaN.
    private static func replacing(
        _ target: Tensor, _ prediction: Tensor, where left: Tensor, axis: Int
    ) -> (Tensor, Tensor) {
        let along = left.expandingDimension(at: axis)
        return (
            // Targets of the same rank have the axis; labels have not, and 0 is always one.
            target.rank == prediction.rank
                ? select(along, constant(1, like: target), target) : select(left, constant(0, like: target), target),
            select(along, constant(1, like: prediction), prediction)
        )
    }

    /// The shape of the values by position.
    private func valueShape(of prediction: Tensor) -> [Int] {
        guard let axis else { return [] }
        var shape = prediction.shape
        shape.remove(at: place(of: axis, in: shape.count, for: "loss \(name)"))
        return shape
    }
}
