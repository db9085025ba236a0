import Foundation
import Tern
import TernLecture
import TernNN
import TernText

/// A small convolutional network that learns, from patches of the lecture's sea-surface temperature, how strong the
/// strongest front in a patch is: the largest temperature gradient in it, in K per 100 km.
///
/// The answer is known, so a reader can judge what the network looks at: its saliency should lie on the front.
struct FrontNetwork: Sendable {
    struct Settings: Decodable, Sendable, Equatable {
        var seed: UInt32 = 0
        var epochs = 40

        init() {}

        private enum Keys: String, CodingKey { case seed, epochs }

        /// Those that are not said are as above.
        init(from decoder: any Decoder) throws {
            let given = try Given<Keys>(decoder)
            try given.read(.seed, &seed)
            try given.read(.epochs, &epochs)
        }
    }

    /// Rows and columns of a patch.
    static let side = 12
    /// The columns that are validated on, 225° to 245° E: no patch for training overlaps them.
    static let validationColumns = 114..<138

    /// The network, which does not change once it is trained: requests may read it side by side.
    private final class Trained: @unchecked Sendable {
        let model: Sequential
        init(_ model: Sequential) { self.model = model }
    }
    private let trained: Trained
    var model: Sequential { trained.model }
    let losses: [Double], validationLosses: [Double]
    /// The correlation of answers and truth on the patches for validation, and the number of patches of each part.
    let correlation: Double, counts: [Int]

    static func untrained(seed: UInt32) -> Sequential {
        Sequential(input: [side, side, 1], seed: UInt64(seed)) {
            Conv2D(4, kernelSize: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(8, kernelSize: 3, activation: .relu)
            Flatten()
            Dense(16, activation: .relu)
            Dense(1)
        }
    }

    /// What lies between rows, and between columns, of the lecture's grid, in km.
    static let spacing: (rows: Float, columns: Float) = (61.8, 92.7)

    /// The length of the gradient in K per 100 km, as the lecture's section on convolution computes it: [rows − 2,
    /// columns − 2] of [rows, columns], central differences on the lecture's grid.
    static func gradientLength(_ x: Tensor) -> Tensor {
        let (dy, dx) = spacing
        let alongColumn = Tensor([[0, -1, 0], [0, 0, 0], [0, 1, 0]] as [[Float]]) / (2 * dy)
        let alongRow = Tensor([[0, 0, 0], [-1, 0, 1], [0, 0, 0]] as [[Float]]) / (2 * dx)
        return 100 * sqrt(square(conv2d(x, alongColumn)) + square(conv2d(x, alongRow)))
    }

    /// A patch as the network sees it, [1, side, side, 1]: less its mean, so that only differences count.
    static func prepared(_ patch: Tensor) -> Tensor { (patch - patch.mean()).reshaped([1, side, side, 1]) }

    /// Patches without land, and the strongest gradient in each: for training and for validation.
    static func patches() -> (training: (x: Tensor, y: Tensor), validation: (x: Tensor, y: Tensor)) {
        let sea = ConvolutionInput.seaSurface.values
        var x: [[Tensor]] = [[], []], y: [[Double]] = [[], []]
        for column in 0...(sea.shape[1] - side) {
            let columns = column..<column + side
            let part =
                validationColumns.contains(columns.lowerBound) && validationColumns.contains(columns.upperBound - 1)
                ? 1 : columns.overlaps(validationColumns) ? nil : 0
            guard let part else { continue }
            for row in 0...(sea.shape[0] - side) {
                let patch = sea[row..<row + side, columns]
                guard patch.doubles.allSatisfy(\.isFinite) else { continue }
                x[part].append(prepared(patch))
                y[part].append(gradientLength(patch).max().item)
            }
        }
        func both(_ i: Int) -> (Tensor, Tensor) {
            (Tensor.concatenated(x[i], axis: 0), Tensor(y[i], shape: [y[i].count, 1]).cast(to: .float32))
        }
        return (both(0), both(1))
    }

    /// What is told of each epoch.
    struct Epoch: Encodable {
        var epoch: Int, loss: Double, validationLoss: Double
    }

    /// Tells the page how far training is, and ends it where nobody waits.
    private final class Telling: Callback {
        let work: StudioWork, epochs: Int
        var epoch = 0
        init(_ work: StudioWork, _ epochs: Int) { (self.work, self.epochs) = (work, epochs) }
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
            try work.report(Double(epoch) / Double(epochs))
        }
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
            self.epoch = epoch + 1
            try work.send(
                Epoch(epoch: epoch + 1, loss: logs["loss"] ?? .nan, validationLoss: logs["val_loss"] ?? .nan))
        }
    }

    /// Trains it.
    ///
    /// - Throws: `StudioMistake` where a setting is out of bounds, `CancellationError` where nobody waits any more.
    init(_ settings: Settings, _ work: StudioWork) throws {
        try StudioMistake.check("epochs", Double(settings.epochs), in: 1...200)
        let (training, validation) = Self.patches(), model = Self.untrained(seed: settings.seed)
        try work.checkAbandoned()
        model.compile(optimizer: Adam(learningRate: 3e-3), loss: .meanSquaredError)
        let history = try model.fit(
            training.x, training.y, batchSize: 32, epochs: settings.epochs,
            validationData: (validation.x, validation.y), seed: UInt64(settings.seed),
            callbacks: [Telling(work, settings.epochs)])
        trained = Trained(model)
        losses = history["loss"]
        validationLosses = history["val_loss"]
        counts = [training.x.shape[0], validation.x.shape[0]]
        correlation = Tern.correlation(
            validation.y.flattened().cast(to: .float64),
            model.call([validation.x], CallContext(isTraining: false))[0].flattened().cast(to: .float64))
    }

    /// What is told of a network that is trained.
    struct Report: Encodable {
        var losses: NumberArray, validationLosses: NumberArray
        var correlation: Double, counts: [Int], parameters: Int
        /// The kernels of the first layer, one list of rows for each filter.
        var kernels: [[[Double]]]
        var outcome: String
    }

    var report: Report {
        let kernel = model.variables[0].variable.value
        let kernels = (0..<4).map { k in (0..<3).map { i in (0..<3).map { j in kernel[i, j, 0, k].item } } }
        return Report(
            losses: NumberArray(losses), validationLosses: NumberArray(validationLosses), correlation: correlation,
            counts: counts, parameters: model.parameterCount, kernels: kernels,
            outcome:
                "Trained on \(counts[0]) patches; on \(counts[1]) patches of 225° to 245° E, which it has never seen, its answers correlate with the truth by \(short(correlation)), and the root mean square error is \(short((validationLosses.last ?? .nan).squareRoot())) K per 100 km."
        )
    }
}

/// What a trained network makes of one patch, layer by layer, and where it looks.
struct NetworkLook: Encodable {
    struct Layer: Encodable {
        var name: String, shape: [Int]
        var rows: Int, columns: Int
        /// A map for each channel; of a layer without maps one, of a single row.
        var maps: [NumberArray]
    }
    var row: Int, column: Int
    var patch: NumberArray
    var layers: [Layer]
    /// K per 100 km on the lecture's grid: the network's answer, and the truth.
    var answer: Double, truth: Double
    /// The gradient of the answer by each cell of the patch, in K per 100 km and K.
    var saliency: NumberArray
    /// The length of the gradient in the patch, [side − 2, side − 2].
    var fronts: NumberArray
    /// In which measure all of this is told, a clause; nil of the lecture's field, which has it.
    var note: String?

    /// - Parameter isOther: whether it is another field than the lecture's: the network knows no other grid or unit.
    /// - Throws: `StudioMistake` where the patch holds land.
    init(_ network: FrontNetwork, _ input: ConvolutionInput, isOther: Bool, row: Int, column: Int) throws {
        let side = FrontNetwork.side, spacing = FrontNetwork.spacing
        if isOther {
            note =
                "in K per 100 km, as if the numbers were temperatures in K, and cells lay \(spacing.rows) km apart from north to south and \(spacing.columns) km from west to east, as those do from which it learned"
        }
        guard input.shape[0] >= side, input.shape[1] >= side else {
            throw StudioMistake(
                "the network looks at \(side) × \(side) cells; this field has \(input.shape[0]) × \(input.shape[1])")
        }
        let row = min(max(row, 0), input.shape[0] - side), column = min(max(column, 0), input.shape[1] - side)
        (self.row, self.column) = (row, column)
        let patch = input.values[row..<row + side, column..<column + side]
        guard patch.doubles.allSatisfy(\.isFinite) else {
            throw StudioMistake("this patch holds land or missing cells; the network knows water alone: move the patch")
        }
        let x = FrontNetwork.prepared(patch), model = network.model
        self.patch = NumberArray(patch.doubles, isSingle: true)
        let every = Model(inputs: model.inputs, outputs: model.layers.map(\.output))
        let results = every.call([x], CallContext(isTraining: false))
        layers = zip(model.layers, results).compactMap { layer, result in
            guard !(layer is Flatten) else { return nil }
            let shape = Array(result.shape.dropFirst())
            if shape.count == 3 {
                return Layer(
                    name: layer.info.name ?? "", shape: shape, rows: shape[0], columns: shape[1],
                    maps: (0..<shape[2]).map { NumberArray(result[0, .all, .all, $0].doubles, isSingle: true) })
            }
            return Layer(
                name: layer.info.name ?? "", shape: shape, rows: 1, columns: shape[0],
                maps: [NumberArray(result.doubles, isSingle: true)])
        }
        answer = results.last!.item
        let fronts = FrontNetwork.gradientLength(patch)
        truth = fronts.max().item
        self.fronts = NumberArray(fronts.doubles, isSingle: true)
        saliency = NumberArray(
            gradient { (x: Tensor) in model.call([FrontNetwork.prepared(x)], CallContext(isTraining: false))[0].sum() }(
                patch
            ).doubles,
            isSingle: true)
    }
}
