import Foundation
import TernNN

extension DescentView {
    /// The named functions from their own starts and the states of the guide, each with some optimisers at some rates;
    /// every race is put together of searches by one optimiser.
    package static var recordings: StudioRecordings? {
        let functions = TestFunction.all.map(\.name)
        let optimizers = ["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "lbfgs", "newton"]
        let rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.05, 2], momenta = [0, 0.5, 0.9, 0.99]
        var questions = [StudioRecording("describe")]

        func settings(
            _ function: String, _ start: [Double]?, _ optimizer: String, rate: Double?, momentum: Double = 0.9,
            steps: Int,
            noise: Double = 0, seed: Int = 0
        ) -> [String: Any] {
            [
                "function": function, "start": start.map { $0 as Any } ?? NSNull(), "optimizers": [optimizer],
                "rate": rate.map { $0 as Any } ?? NSNull(), "momentum": momentum, "schedule": "constant", "decay": 0.95,
                "noise": noise, "seed": seed, "steps": steps,
            ]
        }
        func ask(_ settings: [String: Any]) {
            questions.append(StudioRecording("descend", settings, file: settings["function"] as! String))
        }
        // What the page shows first, and the guide's states (descent-guide.js).
        let places: [(String, [Double]?, Int)] =
            functions.map { ($0, nil, 40) } + [
                ("quadratic", [10], 20), ("cosine", [10], 60), ("rosenbrock", [-1.2, 1], 200),
                ("saddle", [-2, 0.001], 100),
            ]
        for (function, start, steps) in places {
            for optimizer in optimizers {
                let searches = optimizer == "lbfgs" || optimizer == "newton"
                for rate in searches ? [nil] : rates.map(Optional.some) + [nil] {
                    let hasMomentum = optimizer == "momentum" || optimizer == "nesterov"
                    for momentum in hasMomentum ? momenta : [0.9] {
                        ask(settings(function, start, optimizer, rate: rate, momentum: momentum, steps: steps))
                    }
                }
            }
        }
        for seed in 0...20 {
            ask(settings("himmelblau", [0, 0], "sgd", rate: 0.01, steps: 60, noise: 40, seed: seed))
        }
        for function in TestFunction.all {
            let view = function.view.map { [$0.lowerBound, $0.upperBound] }
            questions.append(StudioRecording("map", ["function": function.name, "view": view], file: function.name))
        }
        let cosine = TestFunction.cosine.view.map { [$0.lowerBound, $0.upperBound] }
        questions.append(
            StudioRecording(
                "basins",
                [
                    "settings": settings("cosine", [10], "sgd", rate: 0.1, steps: 60), "view": cosine, "count": 81,
                ], file: "cosine"))
        return StudioRecordings(
            questions,
            limits: [
                "function": functions, "optimizers": optimizers, "rate": rates, "momentum": momenta,
                "seed": Array(0...20),
            ], fileArgument: "function")
    }
}
