import Tern

/// A single convolution on (8, 48, 72, channels), as peers_networks.py does it, or on a smaller input.
struct ConvolutionShape {
    /// Examples, rows and columns.
    let input: [Int]
    let inputs: Int, outputs: Int, kernel: Int, stride: Int

    static func all(input: [Int]) -> [ConvolutionShape] {
        [(1, 1), (1, 8), (4, 4), (4, 20), (16, 16), (32, 32), (64, 64), (128, 128)].flatMap { channels in
            [1, 3, 5, 7].flatMap { kernel in
                [1, 2].map {
                    ConvolutionShape(
                        input: input, inputs: channels.0, outputs: channels.1, kernel: kernel, stride: $0)
                }
            }
        }
    }

    /// The name of a measurement.
    func key(_ what: String) -> String { "\(inputs) \(outputs) \(kernel) \(stride) \(what)" }

    private var places: [Int] { [(input[1] - kernel) / stride + 1, (input[2] - kernel) / stride + 1] }

    func arithmetic(_ what: String) -> Double {
        let forward = 2.0 * Double(input[0] * places[0] * places[1] * kernel * kernel * inputs * outputs)
        return what == "forward" ? forward : 3 * forward
    }

    /// Seconds of the forward run, and of one with the gradients of input and kernel.
    func time(_ repeats: Int) -> [String: [Double]] {
        var random = Generator(seed: 0)
        func normal(_ shape: [Int]) -> Tensor {
            Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape).cast(to: .float32)
        }
        let x = normal(input + [inputs]), w = normal([kernel, kernel, inputs, outputs]),
            slope = normal([input[0]] + places + [outputs])
        let strides = stride
        func conv(_ x: Tensor, _ w: Tensor) -> Tensor { conv2d(x, w, strides: [strides, strides]) }
        let forward = Plan(inputs: [x.spec, w.spec]) { [conv($0[0], $0[1])] }
        let both = Plan(inputs: [x.spec, w.spec, slope.spec]) { values in
            var y: Tensor?
            let slopes = gradient { (parts: [Tensor]) in
                y = conv(parts[0], parts[1])
                return (y! * values[2]).sum()
            }([values[0], values[1]])
            return [y!] + slopes
        }
        return withExtendedLifetime([x, w, slope]) { tensors in
            for plan in [forward, both] {
                for i in plan.inputSpecs.indices {
                    tensors[i].withUnsafeBytes { plan.bind(i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) }
                }
            }
            return [key("forward"): times(repeats) { forward.run() }, key("gradients"): times(repeats) { both.run() }]
        }
    }
}
