import Tern

func reproducibility() throws {
    // article
    func trained(seed: UInt64) throws -> Tensor {
        let x = Tensor.random([256, 3], seed: 0, dtype: .float32), y = x.sum(axis: 1)
        let model = Sequential(input: [3], seed: seed) {
            Dense(16, activation: .relu)
            Dropout(0.1)
            Dense(1)
        }
        model.compile(loss: .meanSquaredError)
        try model.fit(x, y, epochs: 3, seed: seed)
        return try model.predict(x)
    }
    let first = try trained(seed: 1)
    print(try trained(seed: 1) == first, try trained(seed: 2) == first)
    // end

    // article
    let alone = try ThreadPool.withThreads(1) { try trained(seed: 1) }
    let four = try ThreadPool.withThreads(4) { try trained(seed: 1) }
    print(alone == first, four == first)
    // end

    // article
    var state = RandomState(seed: 42)  // np.random.RandomState(42)
    var generator = Generator(seed: 42)  // np.random.default_rng(42)
    print(state.random(count: 2), generator.random(count: 2))
    // end

    // article
    print(Machine.instructionSets.last!)
    // end
}
