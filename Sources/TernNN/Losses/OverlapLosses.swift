import TernCore

// Losses of whole sets: overlaps of regions, and similarity of embeddings.

extension Loss {
    /// 1 − 2 Σ t p / (Σ t + Σ p + 10⁻⁷): one minus the overlap of two regions.
    ///
    /// - Parameter axes: the sums' axes, by default all: the loss is then one number.
    public static func dice(axes: [Int]? = nil) -> Loss {
        of("dice", axes.map { ["axis": $0.map(Double.init)] } ?? [:], axis: nil) { t, p in
            1 - 2 * (t * p).sum(axes: axes) / (t.sum(axes: axes) + p.sum(axes: axes) + smallNumber)
        }
    }

    /// 1 − I / (I + α Σ t (1 − p) + β Σ p (1 − t) + 10⁻⁷) with the overlap I = Σ t p.
    ///
    /// As in Keras, `alpha` weighs what was missed and `beta` the false alarms, the other way round than in the paper.
    ///
    /// Source: Salehi, Erdogmus and Gholipour, "Tversky loss function for image segmentation using 3D fully
    /// convolutional deep networks", 2017 (arXiv:1706.05721).
    ///
    /// - Parameter axes: the sums' axes, by default all: the loss is then one number.
    public static func tversky(alpha: Double = 0.5, beta: Double = 0.5, axes: [Int]? = nil) -> Loss {
        var arguments = ["alpha": [alpha], "beta": [beta]]
        if let axes { arguments["axis"] = axes.map(Double.init) }
        return of("tversky", arguments, axis: nil) { t, p in
            let overlap = (t * p).sum(axes: axes)
            let missed = ((1 - p) * t).sum(axes: axes), alarms = (p * (1 - t)).sum(axes: axes)
            return 1 - overlap / (overlap + missed * alpha + alarms * beta + smallNumber)
        }
    }

    /// Draws embeddings of one label together and others apart, each pair by how far it is off.
    ///
    /// Targets are the labels, [batch], predictions rows of length 1, [batch, features]. Examples whose loss is 0 count
    /// neither in the sum nor in the number.
    ///
    /// Source: Sun et al., "Circle loss: A unified perspective of pair similarity optimization", CVPR 2020.
    ///
    /// - Parameters:
    ///   - gamma: how sharply pairs that are far off outweigh others.
    ///   - margin: how much alike those of one label, and unlike others, are to be.
    ///   - removesDiagonal: whether an example's likeness to itself is left out.
    public static func circle(gamma: Double = 80, margin: Double = 0.4, removesDiagonal: Bool = true) -> Loss {
        let arguments = ["gamma": [gamma], "margin": [margin], "remove_diagonal": [removesDiagonal ? 1 : 0]]
        return Loss("circle", arguments: arguments) { target, prediction in
            let count = prediction.shape[0]
            let labels = target.cast(to: .int64).reshaped([count, 1])
            let isSame = labels .== labels.reshaped([1, count])
            let isOther = .!isSame
            let isPair = removesDiagonal ? isSame .& .!Tensor.identity(count, dtype: .bool) : isSame
            let distance = maximum(1 - matmul(prediction, prediction.transposed()), 0)
            let zero = constant(0, like: distance)
            let together = maximum(select(isPair, margin + distance, zero), 0)
            let apart = maximum(select(isOther, 1 + margin - distance, zero), 0)
            let sum =
                logSumExp(-gamma * together * (margin - distance), where: isPair)
                + logSumExp(gamma * apart * (1 - margin - distance), where: isOther)
            let values = softplus(sum)
            return Positions(values: values, mask: values .> 0)
        }
    }

    /// log Σ eˣ over the last axis where `condition` holds, −∞ where it never does.
    private static func logSumExp(_ x: Tensor, where condition: Tensor) -> Tensor {
        let lowest = select(condition, x, constant(-.greatestFiniteMagnitude, like: x))
        let isAny = condition.any(axes: [-1])
        let top = select(isAny, lowest.max(axis: -1), constant(0, like: x)).stoppingGradient()
        let shifted = select(condition, x - top.expandingDimension(at: -1), constant(0, like: x))
        let sum = (exp(shifted) * condition.cast(to: x.dtype)).sum(axis: -1)
        return select(isAny, log(select(isAny, sum, constant(1, like: sum))) + top, constant(-.infinity, like: sum))
    }
}
