import Foundation
import TernCore
import TernNN
import TernText

/// The window and its input as a program in Swift, and as one in Python with Keras: each prints the output shown, and
/// the slopes that belong to the cell that is pointed at.
struct ConvolutionCopies: Encodable {
    var swift: String, python: String

    /// - Throws: `StudioMistake` where the window has no place.
    init(_ input: ConvolutionInput, _ window: SlidingWindow, row: Int, column: Int, isInput: Bool) throws {
        let place = try WindowPlace(input, window, row: row, column: column, isInput: isInput)
        let columns = input.shape[1], values = input.values.scalars(Float.self)
        let rows = (0..<input.shape[0]).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
        let kernel = window.kernel.map { $0.map(Float.init) }
        swift = Self.swift(rows, kernel, window, place)
        python = Self.python(rows, kernel, window, place)
    }

    /// The shortest digits that give the number back.
    private static func number(_ x: Float, nan: String) -> String {
        x.isNaN ? nan : x == x.rounded() && abs(x) < 1e6 ? "\(Int(x))" : "\(x)"
    }

    private static func matrix(_ rows: [[Float]], nan: String, indent: String) -> String {
        let lines = rows.map { "[" + $0.map { number($0, nan: nan) }.joined(separator: ", ") + "]" }
        if rows.count == 1 || lines.reduce(0, { $0 + $1.count }) < 60 {
            return "[" + lines.joined(separator: ", ") + "]"
        }
        return "[\n" + lines.map { indent + $0 + ",\n" }.joined() + "]"
    }

    private static func swift(
        _ x: [[Float]], _ kernel: [[Float]], _ window: SlidingWindow, _ place: WindowPlace
    ) -> String {
        let padding =
            switch window.padding {
            case .valid: ".valid"
            case .same: ".same"
            case .explicit:
                ".explicit([Margin(before: \(window.margin), after: \(window.margin)), Margin(before: \(window.margin), after: \(window.margin))])"
            }
        let call =
            switch window.operation {
            case .convolution:
                "conv2d(x, kernel, strides: \(window.stride), padding: \(padding), dilation: \(window.dilation))"
            case .maximum: "maxPool2d(x, size: \(window.size[0]), strides: \(window.stride), padding: \(padding))"
            case .mean: "averagePool2d(x, size: \(window.size[0]), strides: \(window.stride), padding: \(padding))"
            }
        var lines = ["import Tern", "", "let x = Tensor(\(matrix(x, nan: ".nan", indent: "    ")) as [[Float]])"]
        if window.operation == .convolution {
            lines.append("let kernel = Tensor(\(matrix(kernel, nan: ".nan", indent: "    ")) as [[Float]])")
        }
        lines += ["func window(_ x: Tensor) -> Tensor {", "    \(call)", "}", "let y = window(x)"]
        lines += ["print(y.shape)", "print(y)", comment(place, "//")]
        let cell = "[\(place.row), \(place.column)]"
        lines +=
            place.isInput
            ? [
                "let slopes = gradient { (weights: Tensor) in",
                "    gradient { (x: Tensor) in (weights * window(x)).sum() }(x)\(cell)", "}(Tensor.ones(y.shape))",
            ] : ["let slopes = gradient { (x: Tensor) in window(x)\(cell) }(x)"]
        return (lines + ["print(slopes)"]).joined(separator: "\n") + "\n"
    }

    /// What the slopes are.
    private static func comment(_ place: WindowPlace, _ mark: String) -> String {
        place.isInput
            ? "\(mark) By how much each output changes with input (\(place.row), \(place.column))."
            : "\(mark) By how much output (\(place.row), \(place.column)) changes with each input."
    }

    private static func python(
        _ x: [[Float]], _ kernel: [[Float]], _ window: SlidingWindow, _ place: WindowPlace
    ) -> String {
        var lines = [
            "import os", "os.environ[\"KERAS_BACKEND\"] = \"jax\"", "import jax", "import keras", "import numpy as np",
            "",
            "nan = np.nan", "x = np.array(\(matrix(x, nan: "nan", indent: "    ")), np.float32)",
        ]
        if window.operation == .convolution {
            lines.append("kernel = np.array(\(matrix(kernel, nan: "nan", indent: "    ")), np.float32)")
        }
        lines += ["", "def window(x):"]
        var padding = window.padding.rawValue
        if window.padding == .explicit {
            lines.append("    x = keras.ops.pad(x, \(window.margin))  # zeros around")
            padding = "valid"
        }
        let moves = "strides=\(window.stride), padding=\"\(padding)\", data_format=\"channels_last\""
        switch window.operation {
        case .convolution:
            lines += [
                "    # Images are [batch, rows, columns, channels], kernels [rows, columns, channels, filters].",
                "    y = keras.ops.conv(", "        x[None, :, :, None], kernel[:, :, None, None],",
                "        \(moves), dilation_rate=\(window.dilation))",
            ]
        case .maximum, .mean:
            let name = window.operation == .maximum ? "max_pool" : "average_pool"
            lines += [
                "    # Images are [batch, rows, columns, channels].", "    y = keras.ops.\(name)(",
                "        x[None, :, :, None], pool_size=\(window.size[0]), \(moves))",
            ]
        }
        lines += [
            "    return y[0, :, :, 0]", "", "y = np.array(window(x))", "print(y.shape)", "print(y)",
            comment(place, "#"),
        ]
        let cell = "\(place.row), \(place.column)"
        lines +=
            place.isInput
            ? [
                "one = np.zeros_like(x)", "one[\(cell)] = 1", "slopes = np.array(jax.jvp(window, (x,), (one,))[1])",
            ] : ["slopes = np.array(jax.grad(lambda x: window(x)[\(cell)])(x))"]
        return (lines + ["print(slopes)"]).joined(separator: "\n") + "\n"
    }
}
