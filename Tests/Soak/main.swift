import Foundation
import Tern

// Trains for long, and looks at what the process holds: memory, threads and open files are to stay as they are.
//
//   soak epochs 10000       one training of so many epochs
//   soak models 1000        so many models, each made, trained, asked, written and read
//   soak cancelled 1000     so many trainings that are cancelled on their way, half of them from chunks
//   soak broken 1000        so many trainings that end because their loss is no number
//   soak threads 1000       so many threads that compute and end
//   soak bits               trainings of all kinds: a fingerprint of each one's bits, and its last loss
//
// Ends with 1 where something grew.

let arguments = Array(CommandLine.arguments.dropFirst())
let mode = arguments.first ?? "", count = arguments.dropFirst().first.flatMap { Int($0) } ?? 100
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tern-soak-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
var watch = Watch(count: count)

switch mode {
case "epochs":
    let counter = LambdaCallback { epoch, _, _ in watch.look(after: epoch + 1, "epoch") }
    try Small.model(3).fit(Small.x, Small.y, batchSize: 32, epochs: count, validationSplit: 0.2, callbacks: [counter])
case "models":
    for number in 1...count {
        let path = folder.appendingPathComponent("model.safetensors").path, trained = Small.model(number)
        try trained.fit(Small.x, Small.y, batchSize: 16 + number % 17, epochs: 2)
        _ = try trained.predict(Small.x)
        try trained.write(to: path)
        _ = try Model(contentsOf: path).predict(Small.x)
        var estimator = MLPRegressor(hiddenLayerSizes: [4 + number % 23], maxIter: 2, randomState: UInt32(number))
        try estimator.fit(Small.x, Small.y.flattened())
        _ = try estimator.predict(Small.x)
        watch.look(after: number, "model")
    }
case "cancelled":
    for number in 1...count {
        let training = Task.detached {
            if number % 2 == 0 {
                _ = try Small.model(number).fit(Chunks(), epochs: 1_000_000)
            } else {
                _ = try Small.model(number).fit(Small.x, Small.y, epochs: 1_000_000)
            }
        }
        try await Task.sleep(for: .milliseconds(2 + number % 7))
        training.cancel()
        if case .success = await training.result { fatalError("a cancelled training went to its end") }
        watch.look(after: number, "cancelled")
    }
case "broken":
    for number in 1...count {
        let broken = Small.model(number)
        broken.compile(optimizer: SGD(learningRate: 1e30), loss: .meanSquaredError)
        do {
            try broken.fit(Small.x, Small.y, epochs: 3)
            fatalError("a training with a rate of 1e30 went to its end")
        } catch is TrainingError {}
        watch.look(after: number, "broken")
    }
case "threads":
    let x = Tensor.zeros([1, 3, 2880, 16], dtype: .float32), w = Tensor.zeros([3, 3, 16, 4], dtype: .float32)
    let margins = [Margin(before: 1, after: 1), Margin(before: 1, after: 1)]
    for number in 1...count {
        try catchingFailure { _ = convolution(x, w, strides: [1, 1], margins: margins, dilations: [1, 1]) }
        watch.look(after: number, "thread")
    }
case "bits":
    for (name, train) in Trainings.all {
        let (learned, loss) = try train()
        print(name, fingerprint(learned), loss.map { "\($0)" } ?? "-")
    }
    exit(0)
default:
    print("soak epochs|models|cancelled|broken|threads COUNT, or soak bits; see Tests/Soak/main.swift")
    exit(2)
}
if let growth = watch.growth {
    print("\(mode): \(growth)")
    exit(1)
}
print("\(mode): nothing grew")
