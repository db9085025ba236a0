import TernCore
import TernPlot

// Figures of tensors. Elements take what they hold in row-major order, whatever its shape, so [n] and [n, 1] are the
// same.

extension Line {
    /// A line through the elements of two tensors, taken in row-major order: [n] and [n, 1] are alike.
    ///
    /// ```swift
    /// let x = Tensor([0.0, 1, 2])
    /// print(Line(x: x, y: x * x).y)  // [0.0, 1.0, 4.0]
    /// ```
    public init(
        x: Tensor, y: Tensor, label: String = "", color: String? = nil, style: LineStyle = .automatic,
        marks: Bool = false
    ) {
        self.init(x: x.doubles, y: y.doubles, label: label, color: color, style: style, marks: marks)
    }

    /// The elements over their number, from 0.
    public init(
        _ y: Tensor, label: String = "", color: String? = nil, style: LineStyle = .automatic, marks: Bool = false
    ) {
        self.init(y.doubles, label: label, color: color, style: style, marks: marks)
    }
}

extension Steps {
    /// Values that hold until the next one, of tensors of as many elements.
    public init(x: Tensor, y: Tensor, label: String = "", color: String? = nil) {
        self.init(x: x.doubles, y: y.doubles, label: label, color: color)
    }
}

extension Scatter {
    /// Points of tensors of as many elements.
    public init(
        x: Tensor, y: Tensor, label: String = "", color: String? = nil, mark: Mark = .dot, size: Double = 5,
        opacity: Double = 1
    ) {
        self.init(x: x.doubles, y: y.doubles, label: label, color: color, mark: mark, size: size, opacity: opacity)
    }
}

extension Band {
    /// A band between tensors of as many elements.
    public init(
        x: Tensor, lower: Tensor, upper: Tensor, label: String = "", color: String? = nil, opacity: Double = 0.22
    ) {
        self.init(
            x: x.doubles, lower: lower.doubles, upper: upper.doubles, label: label, color: color, opacity: opacity)
    }
}

extension Histogram {
    /// A histogram of all elements; NaN and infinities are left out.
    public init(
        _ values: Tensor, bins: Int? = nil, range: ClosedRange<Double>? = nil, label: String = "", color: String? = nil
    ) {
        self.init(values.doubles, bins: bins, range: range, label: label, color: color)
    }
}

extension Bars {
    /// A bar for each element, as many as there are names.
    public init(_ names: [String], _ values: Tensor, label: String = "", color: String? = nil) {
        self.init(names, values.doubles, label: label, color: color)
    }
}

extension Quiver {
    /// Arrows of tensors of as many elements, such as a wind on a grid and its components.
    public init(x: Tensor, y: Tensor, u: Tensor, v: Tensor, scale: Double = 1, label: String = "", color: String? = nil)
    {
        self.init(x: x.doubles, y: y.doubles, u: u.doubles, v: v.doubles, scale: scale, label: label, color: color)
    }
}

extension Grid {
    /// A matrix [y, x] as a row for each y; without coordinates, rows and columns by their numbers.
    ///
    /// ```swift
    /// let grid = Grid(values: Tensor([[1.0, 2, 3], [4, 5, 6]]))
    /// print(grid.x, grid.y)  // [0.0, 1.0, 2.0] [0.0, 1.0]
    /// ```
    ///
    /// - Precondition: `values` has two dimensions.
    public init(x: Tensor? = nil, y: Tensor? = nil, values: Tensor) {
        guard values.rank == 2 else { fail("Grid: values of shape [y, x] are wanted, not \(values.shape)") }
        func numbers(_ count: Int) -> [Double] { (0..<count).map(Double.init) }
        self.init(
            x: x?.doubles ?? numbers(values.shape[1]), y: y?.doubles ?? numbers(values.shape[0]), values: values.rows)
    }
}
