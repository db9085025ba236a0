import CTernKernels

/// How many positions are added before and after a grid (or an axis) along one dimension.
///
/// ```swift
/// Tensor([1.0, 2]).padded([Margin(before: 2, after: 0)])      // [0, 0, 1, 2]
/// Margin(before: 3, after: 3) == 3                            // true: a number stands for both sides
/// ```
public struct Margin: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral {
    /// How many come before the first position and after the last; operations refuse negative ones.
    public var before: Int, after: Int

    /// Different numbers on both sides.
    public init(before: Int, after: Int) {
        self.before = before
        self.after = after
    }

    /// As many on both sides.
    public init(integerLiteral value: Int) { self.init(before: value, after: value) }

    /// Nothing is added.
    public static let zero = Margin(before: 0, after: 0)
}

/// How many cells a window spans along a dimension, of `size` cells that lie `dilation` apart.
package func windowSpan(_ size: Int, dilation: Int) -> Int { (size - 1) * dilation + 1 }

/// How many places such a window has among `length` cells, margins counted.
package func windowPlaces(along length: Int, span: Int, stride: Int) -> Int { (length - span) / stride + 1 }

/// How a window moves over the one to three dimensions of a grid.
struct Window: Sendable, Hashable {
    var size: [Int], strides: [Int], dilations: [Int], margins: [Margin]
    var groups = 1

    /// Cells that the window spans along dimension `d`.
    func span(_ d: Int) -> Int { windowSpan(size[d], dilation: dilations[d]) }

    /// How many places the window has along each dimension of `grid`.
    func places(on grid: [Int], in name: String) -> [Int] {
        grid.indices.map { d in
            let length = grid[d] + margins[d].before + margins[d].after
            guard length >= span(d) else {
                fail(
                    "\(name): a window of \(span(d)) cells does not fit into \(length) cells of dimension \(d) "
                        + "(grid \(grid), window \(size), margins \(margins.map { [$0.before, $0.after] }))")
            }
            return windowPlaces(along: length, span: span(d), stride: strides[d])
        }
    }

    /// As the kernels want it: three dimensions, those that are missing of length 1 in front.
    func c(images: Int, input: [Int], output: [Int], channelsIn: Int, channelsOut: Int) -> tern_window {
        func three(_ values: [Int], _ filler: Int) -> (Int64, Int64, Int64) {
            let all = Array(repeating: filler, count: 3 - values.count) + values
            return (Int64(all[0]), Int64(all[1]), Int64(all[2]))
        }
        var w = tern_window()
        w.images = Int64(images)
        w.in = three(input, 1)
        w.out = three(output, 1)
        w.kernel = three(size, 1)
        w.stride = three(strides, 1)
        w.dilation = three(dilations, 1)
        w.before = three(margins.map(\.before), 0)
        w.c_in = Int64(channelsIn)
        w.c_out = Int64(channelsOut)
        w.groups = Int64(groups)
        return w
    }
}
