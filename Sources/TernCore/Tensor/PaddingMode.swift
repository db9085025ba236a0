/// What ``Tensor/padded(_:mode:)-([Margin],_)`` adds around a tensor: the modes of `numpy.pad`, with their names.
public enum PaddingMode: Sendable {
    /// Numbers: 0, or others for each end of each axis.
    case constant(PaddingValues)
    /// The element at the edge.
    case edge
    /// A straight line from the edge to a number at the end; integers are rounded down.
    case linearRamp(to: PaddingValues)
    /// The largest of the elements next to each end, or of the whole axis where no lengths are given.
    case maximum(of: [Margin] = [])
    case mean(of: [Margin] = [])
    case median(of: [Margin] = [])
    case minimum(of: [Margin] = [])
    /// The axis turned round at its edge element, which is not repeated; `odd` turns values round the edge's too.
    case reflect(odd: Bool = false)
    /// The axis turned round beyond its edge element, which is repeated.
    case symmetric(odd: Bool = false)
    /// The axis again from its other end.
    case wrap

    public static let constant = PaddingMode.constant(0)
    public static let linearRamp = PaddingMode.linearRamp(to: 0)
}

/// Numbers before and after each axis.
///
/// ```swift
/// x.padded(1, mode: .constant(-1))                                       // the same everywhere
/// x.padded(1, mode: .constant(PaddingValues(before: 0.5, after: 2)))     // for all axes
/// x.padded(1, mode: .constant(PaddingValues([(0, 1), (2, 3)])))          // for each axis
/// ```
public struct PaddingValues: Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    private let pairs: [(before: any WeakScalar, after: any WeakScalar)]

    public init(integerLiteral value: Int) { pairs = [(value, value)] }
    public init(floatLiteral value: Double) { pairs = [(value, value)] }
    public init(_ value: any WeakScalar) { pairs = [(value, value)] }
    public init(before: any WeakScalar, after: any WeakScalar) { pairs = [(before, after)] }
    public init(_ pairs: [(before: any WeakScalar, after: any WeakScalar)]) { self.pairs = pairs }

    func pair(_ axis: Int, of rank: Int) -> (before: any WeakScalar, after: any WeakScalar) {
        guard pairs.count == 1 || pairs.count == rank else {
            fail("padded: \(pairs.count) pairs of values do not fit \(rank) axes")
        }
        return pairs[pairs.count == 1 ? 0 : axis]
    }
}
