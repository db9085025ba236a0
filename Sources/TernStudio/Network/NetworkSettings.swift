import Foundation
import Tern

/// What a network learns from and how, as the page asks for it.
package struct NetworkSettings: Decodable, Sendable, Equatable {
    package typealias Activation = MLPRegressor.Activation

    /// What is learned.
    package enum Task: String, Codable, Sendable, CaseIterable {
        /// A number from a number.
        case curve
        /// A class from two numbers.
        case classes
    }

    package var task = Task.curve
    /// The points' features by axis: [x], or of classes [x1, x2].
    package var x: [[Double]] = []
    /// The points' targets, or their classes, whole numbers from 0.
    package var y: [Double] = []
    /// Where the function is looked at: the ends of each axis.
    package var view: [[Double]] = [[-6, 6]]
    /// Units and activation of each hidden layer.
    package var units = [8, 8], activations = [Activation.tanh, .tanh]
    /// A name of `NetworkSolver.all`.
    package var solver = "adam"
    package var rate = 0.01, momentum = 0.9, nesterov = true
    /// The strength of the L2 penalty.
    package var alpha = 1e-4
    /// Points in a batch; nil: min(200, points).
    package var batch: Int?
    package var epochs = 500
    package var seed: UInt32 = 0
    /// Whether a share of the points is held out, and training ends when their score stalls.
    package var stopping = false, fraction = 0.2
    /// How many epochs without progress (of more than `tol`) training bears.
    package var patience = 10, tol = 1e-4

    package init() {}

    private enum Keys: String, CodingKey {
        case task, x, y, view, units, activations, solver, rate, momentum, nesterov, alpha, batch, epochs, seed,
            stopping
        case fraction, patience, tol
    }

    /// Those that are not said are as above.
    package init(from decoder: any Decoder) throws {
        let given = try Given<Keys>(decoder)
        try given.read(.task, &task)
        try given.read(.x, &x)
        try given.read(.y, &y)
        try given.read(.view, &view)
        try given.read(.units, &units)
        try given.read(.activations, &activations)
        try given.read(.solver, &solver)
        try given.read(.rate, &rate)
        try given.read(.momentum, &momentum)
        try given.read(.nesterov, &nesterov)
        try given.read(.alpha, &alpha)
        try given.read(.batch, &batch)
        try given.read(.epochs, &epochs)
        try given.read(.seed, &seed)
        try given.read(.stopping, &stopping)
        try given.read(.fraction, &fraction)
        try given.read(.patience, &patience)
        try given.read(.tol, &tol)
    }

    /// The most that is computed for a page.
    package static let mostPoints = 1000, mostLayers = 5, mostUnits = 100, mostEpochs = 5000, mostClasses = 6

    /// - Throws: `StudioMistake` where a number is outside what the view takes.
    package func check() throws {
        try NetworkPoints(x: x, y: y, isClasses: task == .classes).check()
        guard view.count == x.count else {
            throw StudioMistake("the view has \(view.count) axes, the points have \(x.count)", argument: "view")
        }
        _ = try StudioMistake.axes(view)
        guard units.count <= Self.mostLayers, units.count == activations.count else {
            throw StudioMistake(
                "there are \(units.count) layers and \(activations.count) activations; there may be \(Self.mostLayers) hidden layers, each with one",
                argument: "layers")
        }
        for count in units { try StudioMistake.check("layers", Double(count), in: 1...Double(Self.mostUnits)) }
        try StudioMistake.check("rate", rate, in: 1e-6...10)
        try StudioMistake.check("momentum", momentum, in: 0...0.999)
        try StudioMistake.check("alpha", alpha, in: 0...1000)
        try StudioMistake.check("epochs", Double(epochs), in: 1...Double(Self.mostEpochs))
        try StudioMistake.check("fraction", fraction, in: 0.05...0.9)
        try StudioMistake.check("patience", Double(patience), in: 1...Double(Self.mostEpochs))
        try StudioMistake.check("tol", tol, in: 0...1)
        if let batch { try StudioMistake.check("batch", Double(batch), in: 1...Double(Self.mostPoints)) }
        _ = try chosenSolver()
        if stopping, solver == "lbfgs" {
            throw StudioMistake(
                "lbfgs looks at all points at once and has no epochs: it cannot stop early; choose another optimiser",
                argument: "solver")
        }
    }

    func chosenSolver() throws -> NetworkSolver {
        guard let found = NetworkSolver.all.first(where: { $0.name == solver }) else {
            throw StudioMistake(
                "there is no optimiser \(solver.prefix(40)); there are \(NetworkSolver.all.map(\.name).joined(separator: ", "))",
                argument: "solver")
        }
        return found
    }

    /// Whether scikit-learn has this network, too: its optimisers are three, and its hidden layers have one activation.
    package var isScikitLearns: Bool {
        Set(activations).count <= 1 && NetworkSolver.all.contains { $0.name == solver && $0.isScikitLearns }
    }

    // MARK: The library's own

    /// [points, features].
    package var features: Tensor {
        Tensor(y.indices.flatMap { i in x.map { $0[i] } }, shape: [y.count, x.count])
    }
    package var targets: Tensor { task == .curve ? Tensor(y) : Tensor(y.map { Int64($0) }) }

    package func regressor() throws -> MLPRegressor { try set(MLPRegressor()) }

    package func classifier() throws -> MLPClassifier { try set(MLPClassifier()) }

    /// The estimator with these settings.
    private func set<Network: SettableNetwork>(_ plain: Network) throws -> Network {
        var model = plain
        (model.hiddenLayerSizes, model.activation) = (units, activations.first ?? .relu)
        if Set(activations).count > 1 { model.layerActivations = activations }
        (model.solver, model.optimizer) = (
            .init(rawValue: solver) ?? .adam, try chosenSolver().optimizer?(LearningRate(rate))
        )
        (model.learningRateInit, model.momentum, model.nesterovsMomentum) = (rate, momentum, nesterov)
        (model.alpha, model.batchSize, model.randomState) = (alpha, batch, seed)
        (model.maxIter, model.nIterNoChange, model.tol) = (epochs, patience, tol)
        (model.earlyStopping, model.validationFraction) = (stopping, fraction)
        return model
    }

    /// How many outputs the network has: of a curve one, and of two classes one.
    var outputs: Int {
        let classes = Set(y).count
        return task == .curve || classes == 2 ? 1 : classes
    }

    /// Whether early stopping holds out shares of classes.
    var isStratified: Bool { task == .classes && outputs == 1 }

    /// The points that early stopping holds out.
    package func heldOut() throws -> [Int] {
        task == .curve
            ? try regressor().rowsHeldOut(features, targets) : try classifier().rowsHeldOut(features, targets)
    }
}

/// What the estimators of a curve and of classes have in common for who sets them.
private protocol SettableNetwork {
    var hiddenLayerSizes: [Int] { get set }
    var activation: MLPRegressor.Activation { get set }
    var layerActivations: [MLPRegressor.Activation] { get set }
    var solver: MLPRegressor.Solver { get set }
    var optimizer: (any Optimizer)? { get set }
    var learningRateInit: Double { get set }
    var momentum: Double { get set }
    var nesterovsMomentum: Bool { get set }
    var alpha: Double { get set }
    var batchSize: Int? { get set }
    var randomState: UInt32? { get set }
    var maxIter: Int { get set }
    var nIterNoChange: Int { get set }
    var tol: Double { get set }
    var earlyStopping: Bool { get set }
    var validationFraction: Double { get set }
}

extension MLPRegressor: SettableNetwork {}
extension MLPClassifier: SettableNetwork {}

/// An optimiser that a network may learn by.
package struct NetworkSolver: Sendable {
    package let name: String
    /// Its type, in Swift and in Keras; nil: Keras has none.
    package let type: String?
    /// nil: `MLPRegressor` has it as a solver, as scikit-learn has.
    package let optimizer: (@Sendable (LearningRate) -> any Optimizer)?

    package var isScikitLearns: Bool { optimizer == nil }

    package static let all: [NetworkSolver] =
        ["adam", "sgd", "lbfgs"].map {
            NetworkSolver(name: $0, type: NamedOptimizer(rawValue: $0)?.typeName, optimizer: nil)
        }
        + [NamedOptimizer.rmsprop, .adagrad, .adadelta, .nadam, .adamw, .lion].map { named in
            NetworkSolver(name: named.rawValue, type: named.typeName) { named($0) }
        }
}
