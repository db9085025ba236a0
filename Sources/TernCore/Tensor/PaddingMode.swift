/// What ``Tensor/padded(_:mode:)-([Margin],_)`` adds around a tensor: the modes of `numpy.pad`, with their names.
///
/// ```swift
/// let x = Tensor([1.0, 2, 4])
/// x.padded(2, mode: .edge)                        // [1, 1, 1, 2, 4, 4, 4]
/// x.padded(2, mode: .reflect())                   // [4, 2, 1, 2, 4, 2, 1]
/// x.padded(2, mode: .reflect(odd: true))          // [-2, 0, 1, 2, 4, 6, 7]
/// x.padded(1, mode: .mean(of: [2]))               // [1.5, 1, 2, 4, 3]
/// ```
public enum PaddingMode: Sendable {
    /// Numbers: the same, or others for each end of each axis. Fractions are cut off where the tensor holds integers.
    case constant(PaddingValues)
    /// The element at the edge.
    case edge
    /// A straight line from the edge to a number at the far end; integers are rounded down.
    case linearRamp(to: PaddingValues)
    /// The largest of the elements next to each end, or of the whole axis where no lengths are given.
    case maximum(of: [Margin] = [])
    /// The mean of the elements next to each end, or of the whole axis where no lengths are given; of integers,
    /// rounded.
    case mean(of: [Margin] = [])
    /// The median of the elements next to each end, or of the whole axis where no lengths are given; of integers,
    /// rounded.
    case median(of: [Margin] = [])
    /// The smallest of the elements next to each end, or of the whole axis where no lengths are given.
    case minimum(of: [Margin] = [])
    /// The axis turned round at its edge element, which is not repeated; `odd` turns values round the edge's too. It is
    /// repeated as often as it takes.
    case reflect(odd: Bool = false)
    /// The axis turned round beyond its edge element, which is repeated; `odd` turns values round the edge's too.
    case symmetric(odd: Bool = false)
    /// The axis again from its other end, for longitudes.
    case wrap

    /// Zeros.
    public static let constant = PaddingMode.constant(0)
    /// A straight line down (or up) to 0.
    public static let linearRamp = PaddingMode.linearRamp(to: 0)
}

/// Numbers before and after each axis, for modes of padding that take some.
///
/// ```swift
/// let x = Tensor([[1.0]])
/// x.padded(1, mode: .constant(-1))                        // [[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]]
/// x.padded(1, mode: .constant(PaddingValues(before: 0.5, after: 2)))              // for all axes
/// x.padded(1, mode: .constant(PaddingValues([(0, 1), (2, 3)]))).shape             // [3, 3], numbers for each axis
/// ```
public struct PaddingValues: Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    private let pairs: [(before: any WeakScalar, after: any WeakScalar)]

    /// The same number everywhere.
    public init(integerLiteral value: Int) { pairs = [(value, value)] }
    /// The same number everywhere.
    public init(floatLiteral value: Double) { pairs = [(value, value)] }
    /// The same number everywhere, from a variable.
    public init(_ value: any WeakScalar) { pairs = [(value, value)] }
    /// One number before each axis and one after it.
    public init(before: any WeakScalar, after: any WeakScalar) { pairs = [(before, after)] }
    /// Numbers for each axis: one pair for all, or as many as there are axes, else the padding ends the program.
    public init(_ pairs: [(before: any WeakScalar, after: any WeakScalar)]) { self.pairs = pairs }

    func pair(_ axis: Int, of rank: Int) -> (before: any WeakScalar, after: any WeakScalar) {
        guard pairs.count == 1 || pairs.count == rank else {
            fail("padded: \(pairs.count) pairs of values do not fit \(rank) axes")
        }
        return pairs[pairs.count == 1 ? 0 : axis]
    }
}
