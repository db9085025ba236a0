import Foundation
import Tern
import TernStudio
import Testing

/// The view of vanishing gradients gives the library's numbers.
@Suite struct GradientsTests {
    @Test func lengthsBeforeTrainingAreTheLibrarys() async throws {
        let result = try await TestPage().ask(
            "norms",
            #"{"depth": 7, "width": 8, "activation": "tanh", "initializer": "he_normal", "skips": true, "seed": 3}"#,
            view: "gradients")
        let chain = DeepChain(depth: 7, width: 8, activation: .tanh, hasSkips: true, initializer: .heNormal, seed: 3)
        #expect(result["norms"] as? [Double] == chain.gradientNorms(examples: 64))
    }

    @Test(arguments: [false, true])
    func trainingIsThatOfTheChainStepByStep(normalizes: Bool) async throws {
        let page = TestPage()
        let result = try await page.ask(
            "train",
            "{\"depth\": 3, \"width\": 6, \"activation\": \"tanh\", \"normalizes\": \(normalizes), \"optimizer\": \"adam\", \"rate\": 0.01, \"steps\": 12, \"seed\": 5}",
            view: "gradients")
        // As the program copied trains it.
        let chain = DeepChain(depth: 3, width: 6, activation: .tanh, normalizes: normalizes, seed: 5)
        let model = chain.model()
        var random = Generator(seed: 6)
        let x = Tensor(random.standardNormal(count: 384), shape: [64, 6]).cast(to: .float32)
        let y = Tensor(random.standardNormal(count: 64), shape: [64, 1]).cast(to: .float32)
        model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
        let history = try model.fit(x, y, batchSize: 64, epochs: 12, shuffles: false)
        #expect(result["losses"] as? [Double] == history["loss"])
        #expect(result["steps"] as? [Int] == Array(1...12))
        let norms = result["norms"] as! [[Double]]
        #expect(norms.count == 12 && norms.allSatisfy { $0.count == 3 })
        // A step moves the gradient, too.
        #expect(norms[0] != norms[11])
        #expect(history["loss"].last! < history["loss"][0])
        // What is streamed is what is told at the end.
        let part = try await page.wait(for: "part") as! [String: Any]
        #expect(part["norms"] as? [Double] == norms[(part["step"] as! Int) - 1])
    }

    @Test func aTrainingThatBreaksDownSaysSo() async throws {
        let result = try await TestPage().ask(
            "train", #"{"depth": 4, "activation": "linear", "initializer": "he_normal", "rate": 100, "steps": 200}"#,
            view: "gradients")
        #expect((result["outcome"] as! String).contains("broke down"))
    }

    @Test func aTrainingIsAbandoned() async throws {
        let page = TestPage()
        page.send("train", #"{"depth": 60, "width": 64, "steps": 1000}"#, view: "gradients")
        // Waiting for a part might outlast the training on a machine with more to do.
        page.connection.receive(text: #"{"id": 0, "action": "cancel", "of": 1}"#)
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect(mistake["description"] as? String == "abandoned")
    }

    @Test(arguments: [
        ("\"depth\": 0", "depth"), ("\"activation\": \"magic\"", "activation"), ("\"rate\": 1e9", "rate"),
    ])
    func settingsOutOfBoundsAreNamed(setting: String, argument: String) async throws {
        let page = TestPage()
        page.send("train", "{\(setting)}", view: "gradients")
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect(mistake["argument"] as? String == argument)
    }
}
