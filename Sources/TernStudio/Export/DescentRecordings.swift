import TernNN
import TernText

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
        ) -> JSON {
            [
                "function": .text(function), "start": start.map { .list($0.map { JSON($0) }) } ?? .null,
                "optimizers": [.text(optimizer)], "rate": rate.map { JSON($0) } ?? .null, "momentum": JSON(momentum),
                "schedule": "constant", "decay": 0.95, "noise": JSON(noise), "seed": JSON(seed), "steps": JSON(steps),
            ]
        }
        func ask(_ settings: JSON, of function: String) {
            questions.append(StudioRecording("descend", settings, file: function))
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
                        ask(
                            settings(function, start, optimizer, rate: rate, momentum: momentum, steps: steps),
                            of: function)
                    }
                }
            }
        }
        for seed in 0...20 {
            ask(
                settings("himmelblau", [0, 0], "sgd", rate: 0.01, steps: 60, noise: 40, seed: seed), of: "himmelblau")
        }
        func view(_ function: TestFunction) -> JSON {
            .list(function.view.map { [JSON($0.lowerBound), JSON($0.upperBound)] })
        }
        for function in TestFunction.all {
            questions.append(
                StudioRecording(
                    "map", ["function": .text(function.name), "view": view(function)], file: function.name))
        }
        questions.append(
            StudioRecording(
                "basins",
                [
                    "settings": settings("cosine", [10], "sgd", rate: 0.1, steps: 60), "view": view(.cosine),
                    "count": 81,
                ], file: "cosine"))
        return StudioRecordings(
            questions,
            limits: [
                "function": .list(functions.map { .text($0) }), "optimizers": .list(optimizers.map { .text($0) }),
                "rate": .list(rates.map { JSON($0) }), "momentum": .list(momenta.map { JSON($0) }),
                "seed": .list((0...20).map { JSON($0) }),
            ], fileArgument: "function")
    }
}
