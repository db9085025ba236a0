import Tern

// article
/// A straight line: a model is any value made of tensors.
struct Line: TensorStructure {
    var slope = Tensor(0.0), offset = Tensor(0.0)

    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("slope", &slope)
        visitor.visit("offset", &offset)
    }
    func callAsFunction(_ x: Tensor) -> Tensor { slope * x + offset }
}
// end

// article
/// Examples in parts, as files of years would be.
struct Years: TrainingSource {
    let chunkSizes = [120, 120, 60]

    func chunk(_ index: Int) throws -> TrainingData {
        let x = Tensor.random([chunkSizes[index], 3], seed: UInt64(index), dtype: .float32)
        return TrainingData(inputs: [x], targets: [x.sum(axis: 1)])
    }
}
// end

func trainingLoops() async throws {
    // article
    let x = Tensor.random([100], in: -1..<1, seed: 0), y = 3 * x + 1
    let error = valueAndGradient { (line: Line) in square(line(x) - y).mean() }
    var line = Line()
    for _ in 0..<200 {
        let (_, gradient) = error(line)
        line.slope = line.slope - 0.2 * gradient.slope
        line.offset = line.offset - 0.2 * gradient.offset
    }
    print((line.slope.item * 100).rounded() / 100, (line.offset.item * 100).rounded() / 100)
    // end

    // article
    var weights = [Tensor([5.0, -3.0])]
    let rule = Adam(learningRate: 0.1).clipping(.globalNorm(1))
    var state = rule.initialState(for: weights)
    let slope = gradient { (w: [Tensor]) in square(w[0]).sum() }
    for _ in 0..<500 { weights = rule.updated(weights, gradients: slope(weights), state: &state) }
    print(weights[0].doubles.map { abs($0) < 1e-2 })
    // end

    // article
    let step = TrainingStep(model: Line(), optimizer: Adam(learningRate: 0.05), data: [x, y]) { line, batch in
        square(line(batch[0]) - batch[1]).mean()
    }
    for _ in 0..<100 {
        for start in stride(from: 0, to: 100, by: 20) { _ = step.run(rows: start..<start + 20, learningRate: 0.05) }
    }
    print(abs(step.model.slope.item - 3) < 0.01, step.stepCount)
    // end

    // article
    let model = Sequential(input: [3]) { Dense(1) }
    model.compile(optimizer: Adam(learningRate: 0.05), loss: .meanSquaredError)
    for try await epoch in try model.training(Years().chunk(0), epochs: 3) {
        print("epoch", epoch.number)
    }
    // end

    // article
    let history = try model.fit(Years(), batchSize: 32, epochs: 5)
    print(history["loss"].count, history["loss"].last! < history["loss"][0])
    // end
}
