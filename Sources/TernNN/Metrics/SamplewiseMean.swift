import TernCore

/// Keras's mean over examples: all further axes of the values are averaged first, or summed.
enum SamplewiseMean {
    /// The weighted sum of the examples' values and the sum of their weights.
    ///
    /// As in Keras, a mask of the values counts only beside weights.
    static func parts(_ values: Tensor, mask: Tensor?, weight: Tensor?, sums: Bool = false) -> [Tensor] {
        func reduced(_ x: Tensor, from axis: Int) -> Tensor {
            let axes = Array(axis..<x.rank)
            return sums ? x.sum(axes: axes) : x.mean(axes: axes)
        }
        var values = values
        var count = constant(values.rank > 0 ? Double(values.shape[0]) : 1, like: values)
        if var weight {
            if let mask {
                let (one, other) = aligned(mask.cast(to: weight.dtype), weight)
                weight = one * other
            }
            (values, weight) = aligned(values, weight)
            if values.rank > weight.rank { values = reduced(values, from: weight.rank) }
            weight = weight.broadcast(to: values.shape)
            values = values * weight
            if weight.rank > 1 { weight = reduced(weight, from: 1) }
            count = weight.sum()
        }
        if values.rank > 1 { values = reduced(values, from: 1) }
        return [values.sum(), count]
    }
}
