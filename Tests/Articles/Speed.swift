import Tern

func speed() throws {
    // article
    func wave(_ x: Tensor, _ w: Tensor) -> Tensor { tanh(matmul(x, w)) * 2 + 1 }

    let x = Tensor.random([512, 64], seed: 0, dtype: .float32), w = Tensor.random([64, 64], seed: 1, dtype: .float32)
    let compiled = compile(wave)
    print(abs(compiled(x, w) - wave(x, w)).max().item < 1e-5)
    // end

    // article
    let clock = ContinuousClock()
    let plain = clock.measure { for _ in 0..<200 { _ = wave(x, w) } }
    let planned = clock.measure { for _ in 0..<200 { _ = compiled(x, w) } }
    print("a call at once and compiled:", plain / 200, planned / 200)
    // end

    // article
    let one = ThreadPool.withThreads(1) { clock.measure { for _ in 0..<200 { _ = compile(wave)(x, w) } } }
    print("compiled anew each time, on one thread:", one / 200)
    // end
}
