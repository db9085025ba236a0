import Tern

/// Single convolutions, forwards, and with the gradients of input and kernel.
enum LayersCase: BenchmarkCase {
    static let summary = "single convolutions of 1 to 128 channels, kernels 1 to 7, strides 1 and 2"
    static let peers = ["torch", "torch-channels-last", "jax"]
    static let sharesProcess = true

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        shapes(isQuick).flatMap { shape in
            ["forward", "gradients"].map {
                BenchmarkPart(name: shape.name($0), unit: "channels, kernel, stride", operations: shape.operations($0))
            }
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let what = part.hasSuffix("forward") ? "forward" : "gradients"
        return shapes(setting.isQuick).first { $0.name(what) == part }!.run(what)
    }

    private static func shapes(_ isQuick: Bool) -> [Shape] {
        let channels = [(1, 1), (1, 8), (4, 4), (4, 20), (16, 16), (32, 32), (64, 64), (128, 128)]
        return (isQuick ? [channels[0], channels[7]] : channels).flatMap { channels in
            [1, 3, 5, 7].flatMap { kernel in
                [1, 2].map {
                    Shape(
                        input: isQuick ? [1, 8, 12] : [8, 48, 72], inputs: channels.0, outputs: channels.1,
                        kernel: kernel, stride: $0)
                }
            }
        }
    }

    /// A convolution without padding.
    private struct Shape {
        /// Examples, rows and columns.
        let input: [Int]
        let inputs: Int, outputs: Int, kernel: Int, stride: Int

        func name(_ what: String) -> String { "\(inputs) \(outputs) \(kernel) \(stride) \(what)" }

        private var places: [Int] { [(input[1] - kernel) / stride + 1, (input[2] - kernel) / stride + 1] }

        func operations(_ what: String) -> Double {
            let forward = 2.0 * Double(input[0] * places[0] * places[1] * kernel * kernel * inputs * outputs)
            return what == "forward" ? forward : 3 * forward
        }

        func run(_ what: String) -> BenchmarkRun {
            var random = Generator(seed: 0)
            let x = random.normal(input + [inputs]), w = random.normal([kernel, kernel, inputs, outputs])
            let slope = random.normal([input[0]] + places + [outputs]), strides = stride
            func conv(_ x: Tensor, _ w: Tensor) -> Tensor { conv2d(x, w, strides: [strides, strides]) }
            let plan =
                what == "forward"
                ? Plan(inputs: [x.spec, w.spec]) { [conv($0[0], $0[1])] }
                : Plan(inputs: [x.spec, w.spec, slope.spec]) { values in
                    var y: Tensor?
                    let slopes = gradient { (parts: [Tensor]) in
                        y = conv(parts[0], parts[1])
                        return (y! * values[2]).sum()
                    }([values[0], values[1]])
                    return [y!] + slopes
                }
            let inputs = Array([x, w, slope].prefix(plan.inputSpecs.count))
            for (i, tensor) in inputs.enumerated() {
                tensor.withUnsafeBytes { plan.bind(i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) }
            }
            return BenchmarkRun(run: { withExtendedLifetime(inputs) { plan.run() } })
        }
    }
}
