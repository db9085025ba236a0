import Foundation
import TernCore
import TernNN

/// What the convolution view is asked: an input, a window, and how it moves.
package struct ConvolutionSettings: Decodable, Sendable, Equatable {
    /// Where the input comes from.
    package enum Source: String, Codable, Sendable, CaseIterable {
        /// Numbers that were typed.
        case digits
        /// The sea-surface temperature of the lecture.
        case sst
        /// What was dropped on the page: a picture, or a file of fields.
        case file
    }
    /// What is made of the cells under the window.
    package enum Operation: String, Codable, Sendable, CaseIterable {
        case convolution, maximum, mean
    }
    /// What surrounds the input.
    package enum Rim: String, Codable, Sendable, CaseIterable { case valid, same, explicit }

    package var input = Source.digits
    package var digits = "0 1 2; 3 4 5; 6 7 8"
    /// Of a file: the variable, "" the first map; and which map of several.
    package var variable = "", map = 0
    /// The part of a large input that is looked at: its first row and column, and how many there are at most.
    package var row = 0, column = 0, size = 48
    package var operation = Operation.convolution
    package var kernel = "0 1; 2 3"
    /// The window of pooling.
    package var window = 2
    package var padding = Rim.valid
    /// Zeros on each side, where padding is explicit.
    package var margin = 1
    package var stride = 1, dilation = 1

    package init() {}

    private enum Keys: String, CodingKey {
        case input, digits, variable, map, row, column, size, operation, kernel, window, padding, margin, stride,
            dilation
    }

    /// Those that are not said are as above.
    package init(from decoder: any Decoder) throws {
        let given = try Given<Keys>(decoder)
        try given.read(.input, &input)
        try given.read(.digits, &digits)
        try given.read(.variable, &variable)
        try given.read(.map, &map)
        try given.read(.row, &row)
        try given.read(.column, &column)
        try given.read(.size, &size)
        try given.read(.operation, &operation)
        try given.read(.kernel, &kernel)
        try given.read(.window, &window)
        try given.read(.padding, &padding)
        try given.read(.margin, &margin)
        try given.read(.stride, &stride)
        try given.read(.dilation, &dilation)
    }

    /// The most rows and columns of an input that is shown, and of a window.
    package static let mostCells = 48, mostWindow = 11

    /// - Throws: `StudioMistake` where a number is outside what can be computed.
    func check() throws {
        try StudioMistake.check("size", Double(size), in: 3...Double(Self.mostCells))
        try StudioMistake.check("window", Double(window), in: 1...Double(Self.mostWindow))
        try StudioMistake.check("margin", Double(margin), in: 0...12)
        try StudioMistake.check("stride", Double(stride), in: 1...12)
        try StudioMistake.check("dilation", Double(dilation), in: 1...12)
        for (name, value) in [("row", row), ("column", column), ("map", map)] {
            try StudioMistake.check(name, Double(value), in: 0...1e6)
        }
        if operation != .convolution, padding == .explicit {
            throw StudioMistake(
                "pooling is valid or same: zeros would win over negative numbers, and pull means to 0",
                argument: "padding")
        }
        if operation != .convolution, dilation != 1 {
            throw StudioMistake("pooling has no dilation; set it to 1", argument: "dilation")
        }
    }

    /// The window as it slides: with the library's operation, margins and formula.
    func slidingWindow() throws -> SlidingWindow {
        try check()
        let kernel =
            operation == .convolution
            ? try GridText(self.kernel, argument: "kernel", most: Self.mostWindow).rows
            : Array(repeating: Array(repeating: 1.0, count: window), count: window)
        return SlidingWindow(
            operation: operation, kernel: kernel, padding: padding, margin: margin, stride: stride, dilation: dilation)
    }
}

/// A window that slides over a grid.
struct SlidingWindow: Sendable {
    var operation: ConvolutionSettings.Operation
    var kernel: [[Double]]
    var padding: ConvolutionSettings.Rim
    var margin: Int, stride: Int, dilation: Int

    var size: [Int] { [kernel.count, kernel[0].count] }
    /// From the first cell that it sees to the last.
    var spans: [Int] { size.map { ($0 - 1) * dilation + 1 } }

    var libraryPadding: Padding {
        switch padding {
        case .valid: .valid
        case .same: .same
        case .explicit: .explicit([Margin(before: margin, after: margin), Margin(before: margin, after: margin)])
        }
    }

    func margins(_ grid: [Int]) -> [Margin] {
        libraryPadding.margins(
            grid: grid, window: size, strides: [stride, stride], dilations: [dilation, dilation])
    }

    /// The result, [rows, columns], of a grid that has room for the window.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let size = WindowSize(self.size), strides = WindowSize([stride])
        switch operation {
        case .convolution:
            let kernel = Tensor(self.kernel.flatMap { $0 }, shape: self.size).cast(to: .float32)
            return conv2d(
                x, kernel, strides: strides, padding: libraryPadding, dilation: WindowSize([dilation]))
        case .maximum: return maxPool2d(x, size: size, strides: strides, padding: libraryPadding)
        case .mean: return averagePool2d(x, size: size, strides: strides, padding: libraryPadding)
        }
    }

    /// Why there is no place for it, in a sentence; nil where there is one.
    func complaint(_ grid: [Int]) -> String? {
        let margins = margins(grid)
        for (axis, name) in ["rows", "columns"].enumerated() {
            let room = grid[axis] + margins[axis].before + margins[axis].after
            guard spans[axis] > room else { continue }
            let apart =
                dilation > 1
                ? " whose cells lie \(dilation) apart spans (\(size[axis]) − 1) · \(dilation) + 1 =" : " spans"
            let around =
                room > grid[axis] ? ", with the padding \(room)" : ""
            return
                "There is no place for the window: a window of \(size[axis]) \(name)\(apart) \(spans[axis]), and the input has \(grid[axis]) \(name)\(around). Take a smaller kernel\(dilation > 1 ? " or dilation" : ""), or more padding."
        }
        return nil
    }

    /// The formula of the output's length along an axis, with its numbers.
    func formula(_ n: Int, _ margin: Margin, axis: Int) -> String {
        let span = dilation == 1 ? "\(size[axis])" : "((\(size[axis]) − 1) · \(dilation) + 1)"
        let length = (n + margin.before + margin.after - spans[axis]) / stride + 1
        return "⌊(\(n) + \(margin.before) + \(margin.after) − \(span)) / \(stride)⌋ + 1 = \(length)"
    }

    /// What a reader should know of these settings, in sentences.
    func notes(_ grid: [Int]) -> [String] {
        let margins = margins(grid)
        var notes: [String] = []
        if stride > 1, dilation > 1, operation == .convolution {
            notes.append(
                "Keras's layer Conv2D refuses strides and dilation together; its function `keras.ops.conv` does both.")
        }
        for (axis, name) in ["row", "column"].enumerated() {
            let room = grid[axis] + margins[axis].before + margins[axis].after
            let left = (room - spans[axis]) % stride - margins[axis].after
            if left > 0 {
                notes.append(
                    "The last \(left == 1 ? name : "\(left) \(name)s") lie\(left == 1 ? "s" : "") under no window: the stride does not come out even."
                )
            }
            if margins[axis].before != margins[axis].after {
                notes.append(
                    "Along \(name)s the padding is \(margins[axis].before) before and \(margins[axis].after) after: of an odd number the larger half follows, as in Keras."
                )
            }
            if padding == .explicit, margin >= spans[axis] {
                notes.append("With so much padding some windows along \(name)s see zeros alone.")
            }
        }
        if stride > spans.max()! { notes.append("The stride is longer than the window: cells between are not seen.") }
        return notes
    }
}
