import Foundation
import TernCore
import TernNN
import TernText

/// A grid, a window, and what the window makes of it.
struct WindowResult: Encodable {
    var title: String, units: String
    var rows: Int, columns: Int
    /// Row by row from above; NaN where there is nothing.
    var values: NumberArray
    var latitudes: [Double]?, longitudes: [Double]?
    /// Of the whole, and where the part that is shown begins.
    var whole: [Int], start: [Int]
    var kernel: [[Double]]
    var dilation: Int, stride: Int
    /// Cells of padding: before and after the rows, before and after the columns.
    var margins: [[Int]]
    /// Why there is no output; nil where there is one.
    var impossible: String?
    var outputRows = 0, outputColumns = 0
    var output = NumberArray([], isSingle: true)
    /// The lengths of the output, of rows and of columns, with the formula.
    var formulas: [String] = []
    var notes: [String] = []

    init(_ input: ConvolutionInput, _ window: SlidingWindow) {
        title = input.title
        units = input.units
        (rows, columns) = (input.shape[0], input.shape[1])
        values = NumberArray(input.values.doubles, isSingle: true)
        (latitudes, longitudes, whole, start) = (input.latitudes, input.longitudes, input.whole, input.start)
        kernel = window.kernel
        (dilation, stride) = (window.dilation, window.stride)
        let margins = window.margins(input.shape)
        self.margins = margins.map { [$0.before, $0.after] }
        impossible = window.complaint(input.shape)
        guard impossible == nil else { return }
        let result = window(input.values)
        (outputRows, outputColumns) = (result.shape[0], result.shape[1])
        output = NumberArray(result.doubles, isSingle: true)
        formulas = (0..<2).map { window.formula(input.shape[$0], margins[$0], axis: $0) }
        notes = window.notes(input.shape)
    }
}

/// One cell of the output with the cells that it saw, or one of the input with the cells that it feeds.
struct WindowPlace: Encodable {
    var row: Int, column: Int
    /// Whether it is a cell of the input.
    var isInput: Bool
    /// The product or the comparison written out, or what the cell feeds, in a sentence.
    var text: String
    /// By how much the output changes with each cell of the input; or, of a cell of the input, each cell of the output
    /// with it. By automatic differentiation.
    var slopes: NumberArray

    /// - Throws: `StudioMistake` where there is no output.
    init(_ input: ConvolutionInput, _ window: SlidingWindow, row: Int, column: Int, isInput: Bool) throws {
        if let complaint = window.complaint(input.shape) { throw StudioMistake(complaint, argument: "window") }
        let x = input.values, y = window(x)
        let shape = isInput ? x.shape : y.shape
        let row = min(max(row, 0), shape[0] - 1), column = min(max(column, 0), shape[1] - 1)
        (self.row, self.column, self.isInput) = (row, column, isInput)
        if isInput {
            // The slope of all outputs by one input: the slope, by the weights of a sum of outputs, of the sum's slope.
            let answer = gradient { (weights: Tensor) -> Tensor in
                gradient { (x: Tensor) in (weights * window(x)).sum() }(x)[row, column]
            }(Tensor.ones(y.shape))
            let slopes = answer.doubles
            self.slopes = NumberArray(slopes, isSingle: true)
            let fed = slopes.indices.filter { slopes[$0] != 0 }
            let names = fed.prefix(12).map { "(\($0 / y.shape[1]), \($0 % y.shape[1])) by \(short(slopes[$0]))" }
            text =
                fed.isEmpty
                ? "Input (\(row), \(column)) changes no output."
                : "Input (\(row), \(column)) feeds \(fed.count) output\(fed.count == 1 ? "" : "s"): \(names.joined(separator: ", "))\(fed.count > 12 ? ", …" : "")."
        } else {
            let slopes = gradient { (x: Tensor) in window(x)[row, column] }(x)
            self.slopes = NumberArray(slopes.doubles, isSingle: true)
            text = Self.product(x, window, row, column, y[row, column].item)
        }
    }

    /// The terms of a cell of the output, and their sum.
    private static func product(_ x: Tensor, _ window: SlidingWindow, _ row: Int, _ column: Int, _ result: Double)
        -> String
    {
        let margins = window.margins(x.shape), values = x.doubles, columns = x.shape[1]
        func signed(_ v: Double) -> String { v < 0 ? "(\(short(v)))" : short(v) }
        var terms: [String] = []
        for (a, weights) in window.kernel.enumerated() {
            for (b, weight) in weights.enumerated() {
                let i = row * window.stride + a * window.dilation - margins[0].before
                let j = column * window.stride + b * window.dilation - margins[1].before
                let isInside = (0..<x.shape[0]).contains(i) && (0..<columns).contains(j)
                // Cells that padding adds count neither for maxima nor for means.
                if !isInside && window.operation != .convolution { continue }
                let value = isInside ? values[i * columns + j] : 0
                terms.append(
                    window.operation == .convolution
                        ? "\(signed(value)) · \(signed(Double(Float(weight))))" : signed(value))
            }
        }
        let most = 36, shown = terms.prefix(most), more = terms.count > most ? " and \(terms.count - most) more" : ""
        return switch window.operation {
        case .convolution: shown.joined(separator: " + ") + more + " = \(short(result))"
        case .maximum: "max(\(shown.joined(separator: ", "))\(more)) = \(short(result))"
        case .mean: "(\(shown.joined(separator: " + "))\(more)) / \(terms.count) = \(short(result))"
        }
    }
}

/// All cells of the output and of the input at once, as `WindowPlace` has them one by one: for the page that needs no
/// program.
struct WindowPlaces: Encodable {
    /// The texts, row by row.
    var outputs: [String], inputs: [String]
    /// The slopes that are not 0 of the outputs one after another: the cell of the input, and the slope.
    var cells: NumberArray, slopes: NumberArray
    /// Behind how many of them those of each output end.
    var ends: NumberArray
    /// Rows and columns, of the input and of the output.
    var shapes: [[Int]]

    /// Of a window without a place there are none.
    init(_ input: ConvolutionInput, _ window: SlidingWindow) throws {
        guard window.complaint(input.shape) == nil else {
            (outputs, inputs, shapes) = ([], [], [input.shape, [0, 0]])
            (cells, slopes, ends) = (NumberArray([]), NumberArray([]), NumberArray([]))
            return
        }
        func all(_ shape: [Int], isInput: Bool) throws -> [WindowPlace] {
            try (0..<shape[0] * shape[1]).map {
                try WindowPlace(input, window, row: $0 / shape[1], column: $0 % shape[1], isInput: isInput)
            }
        }
        shapes = [input.shape, window(input.values).shape]
        let seen = try all(shapes[1], isInput: false)
        var cells: [Double] = [], slopes: [Double] = [], ends: [Double] = []
        for place in seen {
            for (cell, slope) in place.slopes.values.enumerated() where slope != 0 {
                cells.append(Double(cell))
                slopes.append(slope)
            }
            ends.append(Double(cells.count))
        }
        outputs = seen.map(\.text)
        inputs = try all(input.shape, isInput: true).map(\.text)
        (self.cells, self.slopes, self.ends) = (
            NumberArray(cells, isSingle: true), NumberArray(slopes, isSingle: true), NumberArray(ends, isSingle: true)
        )
    }
}
