/// Random numbers of the engine's own stream: which ones depends on the key, the value of the
/// counter and the place alone, so a plan draws new ones in each run by counting on.
struct RandomNumbers: Primitive {
    let isNormal: Bool
    let key: UInt64
    let shape: [Int]
    let dtype: DType
    var name: String { isNormal ? "random normal numbers" : "random uniform numbers" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: shape, dtype: dtype) }

    private struct Arguments {
        var counter: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
        var philox: Philox4x32, isNormal: Bool, isDouble: Bool

        func part<T>(_ type: T.Type, _ start: Int, _ count: Int) -> UnsafeMutableBufferPointer<T> {
            UnsafeMutableBufferPointer(start: out!.assumingMemoryBound(to: T.self) + start, count: count)
        }
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let arguments = Arguments(philox: Philox4x32(key: key), isNormal: isNormal, isDouble: dtype == .float64)
        return [
            KernelCall(
                { raw, begin, end in
                    let a = raw!.assumingMemoryBound(to: Arguments.self).pointee
                    let stream = UInt64(bitPattern: a.counter!.load(as: Int64.self))
                    let (start, count) = (Int(begin), Int(end - begin))
                    let floats = a.part(Float.self, start, count), doubles = a.part(Double.self, start, count)
                    switch (a.isNormal, a.isDouble) {
                    case (true, true): a.philox.fillNormal(doubles, stream: stream, start: start)
                    case (true, false): a.philox.fillNormal(floats, stream: stream, start: start)
                    case (false, true): a.philox.fillUniform(doubles, stream: stream, start: start)
                    case (false, false): a.philox.fillUniform(floats, stream: stream, start: start)
                    }
                }, arguments, units: output.count, cost: 20 + Double(output.count) * (isNormal ? 6 : 2),
                fields: [
                    .init(\Arguments.counter, 0, .whole),
                    .init(\Arguments.out, 1, .aligned),
                ])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] { [nil] }
}

extension Tensor {
    /// Uniform random numbers in [0, 1), the same for the same `key` and value of `counter` (one `int64`): those of
    /// ``Philox4x32``, also in compiled functions, which get new ones where the counter changes.
    ///
    /// Types that are not floating, and counters of other than one number, end the program.
    public static func uniform(_ shape: [Int], dtype: DType = .float32, key: UInt64, counter: Tensor) -> Tensor {
        drawn(RandomNumbers(isNormal: false, key: key, shape: shape, dtype: dtype), counter)
    }

    /// Normal random numbers of mean 0 and standard deviation 1, the same for the same `key` and value of `counter`
    /// (one `int64`): those of ``Philox4x32``.
    ///
    /// Types that are not floating, and counters of other than one number, end the program.
    public static func normal(_ shape: [Int], dtype: DType = .float32, key: UInt64, counter: Tensor) -> Tensor {
        drawn(RandomNumbers(isNormal: true, key: key, shape: shape, dtype: dtype), counter)
    }

    private static func drawn(_ numbers: RandomNumbers, _ counter: Tensor) -> Tensor {
        guard numbers.dtype.isFloatingPoint else {
            fail("\(numbers.name): they are float32 or float64, not \(numbers.dtype)")
        }
        guard counter.count == 1 else {
            fail("\(numbers.name): the counter is one number, not a tensor of shape \(counter.shape)")
        }
        return apply(numbers, counter.cast(to: .int64))
    }
}
