import Foundation
import TernCore
import TernNN
import TernText

/// The window and its input as a program in Swift, and as one in Python with Keras: each prints the output shown.
struct ConvolutionCopies: Encodable {
    var swift: String, python: String

    /// - Throws: `StudioMistake` where the window has no place.
    init(_ input: ConvolutionInput, _ window: SlidingWindow) throws {
        if let complaint = window.complaint(input.shape) { throw StudioMistake(complaint, argument: "window") }
        let columns = input.shape[1], values = input.values.scalars(Float.self)
        let rows = (0..<input.shape[0]).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
        let kernel = window.kernel.map { $0.map(Float.init) }
        swift = Self.swift(rows, kernel, window)
        python = Self.python(rows, kernel, window)
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

    private static func swift(_ x: [[Float]], _ kernel: [[Float]], _ window: SlidingWindow) -> String {
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
        return (lines + ["let y = \(call)", "print(y.shape)", "print(y)"]).joined(separator: "\n") + "\n"
    }

    private static func python(_ x: [[Float]], _ kernel: [[Float]], _ window: SlidingWindow) -> String {
        var lines = ["import numpy as np", "import keras", "", "nan = np.nan"]
        lines.append("x = np.array(\(matrix(x, nan: "nan", indent: "    ")), np.float32)")
        var padding = window.padding.rawValue
        if window.padding == .explicit {
            lines.append("x = np.pad(x, \(window.margin))  # zeros around")
            padding = "valid"
        }
        switch window.operation {
        case .convolution:
            lines.append("kernel = np.array(\(matrix(kernel, nan: "nan", indent: "    ")), np.float32)")
            lines.append("# Images are [batch, rows, columns, channels], kernels [rows, columns, channels, filters].")
            lines.append(
                "y = keras.ops.conv(\n    x[None, :, :, None], kernel[:, :, None, None], strides=\(window.stride), padding=\"\(padding)\",\n    data_format=\"channels_last\", dilation_rate=\(window.dilation))"
            )
        case .maximum, .mean:
            let name = window.operation == .maximum ? "max_pool" : "average_pool"
            lines.append("# Images are [batch, rows, columns, channels].")
            lines.append(
                "y = keras.ops.\(name)(\n    x[None, :, :, None], pool_size=\(window.size[0]), strides=\(window.stride), padding=\"\(padding)\",\n    data_format=\"channels_last\")"
            )
        }
        lines += ["y = keras.ops.convert_to_numpy(y)[0, :, :, 0]", "print(y.shape)", "print(y)"]
        return lines.joined(separator: "\n") + "\n"
    }
}
