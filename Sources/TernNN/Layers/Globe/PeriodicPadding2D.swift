import TernCore

/// What lies beyond the poles of a grid.
///
/// ```swift
/// let x = Tensor.ones([1, 2, 4, 1])
/// let mirrored = PeriodicPadding2D(latitude: 1, longitude: 0)(x).mean()                 // 1
/// let empty = PeriodicPadding2D(latitude: 1, longitude: 0, poles: .zeros)(x).mean()   // 0.5
/// ```
public enum PoleBoundary: String, Sendable, Codable, CaseIterable {
    /// The other side of the pole: the cell as far from it, half the longitudes away.
    case reflect
    /// Zeros, which a mask leaves out.
    case zeros
}

/// A margin around fields on the globe: what follows the last longitude is the first, and what
/// lies beyond a pole is its other side.
///
/// ```swift
/// let y = PeriodicPadding2D(latitude: 1, longitude: 1)(Tensor.zeros([1, 6, 12, 4]))   // [1, 8, 14, 4]
/// let z = Conv2D(20, kernelSize: 3)(y)                                                // [1, 6, 12, 20]
/// ```
///
/// Input [batch, latitude, longitude, channels], with cell centres at equal distances from the
/// poles and, to reflect, an even number of longitudes. A mask, [batch, latitude, longitude], gets
/// the same margin; zeros beyond the poles do not count.
public final class PeriodicPadding2D: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many rows are added at both ends, and how many columns.
    public let latitude: Margin, longitude: Margin
    /// What stands beyond the poles.
    public let poles: PoleBoundary

    /// A margin of cells around fields on the globe.
    public init(latitude: Margin = 1, longitude: Margin = 1, poles: PoleBoundary = .reflect, name: String? = nil) {
        info = LayerInfo(name: name)
        self.latitude = latitude
        self.longitude = longitude
        self.poles = poles
    }

    /// No margin may be wider than the grid; to reflect, the number of longitudes must be even.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = TwoDimensions.complaint(about: inputShape) { return complaint }
        let (rows, columns) = (inputShape[1], inputShape[2])
        if [latitude, longitude].contains(where: { $0.before < 0 || $0.after < 0 }) { return "a margin is negative" }
        if max(longitude.before, longitude.after) > columns {
            return "a margin is wider than the \(columns) longitudes"
        }
        if max(latitude.before, latitude.after) > rows { return "a margin is wider than the \(rows) latitudes" }
        if poles == .reflect && latitude != .zero && columns % 2 != 0 {
            return "to reflect over the poles it needs an even number of longitudes, not \(columns)"
        }
        return nil
    }

    /// The mask with the same margin.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        guard let mask = masks.first ?? nil else { return nil }
        let counts = mask.maskAxes(4).broadcast(to: inputs[0].shape.dropLast() + [1]).cast(to: inputs[0].dtype)
        return call(counts, CallContext()).squeezed(axes: [3]) .> 0.5
    }

    /// The field with its margin, [batch, latitude + margins, longitude + margins, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var y = x
        if latitude != .zero {
            let (rows, half) = (x.shape[1], x.shape[2] / 2)
            func beyond(_ range: Range<Int>) -> Tensor {
                let part = x.sliced(range, axis: 1)
                if poles == .zeros { return .zeros(part.shape, dtype: x.dtype) }
                let turned = part.part([.all, .every(-1)])
                return .concatenated(
                    [turned.sliced(half..<(2 * half), axis: 2), turned.sliced(0..<half, axis: 2)], axis: 2)
            }
            y = .concatenated([beyond(0..<latitude.before), x, beyond((rows - latitude.after)..<rows)], axis: 1)
        }
        guard longitude != .zero else { return y }
        let columns = x.shape[2]
        return .concatenated(
            [y.sliced((columns - longitude.before)..<columns, axis: 2), y, y.sliced(0..<longitude.after, axis: 2)],
            axis: 2)
    }
}
