import Foundation
import Tern

/// The linear model that a network has to beat: ridge regression of the targets on the leading EOFs of the inputs.
///
/// ```swift
/// let baseline = try Baseline(fitting: data, experiment.baseline)
/// let predicted = baseline.predict(data.test)      // scaled, as the targets are
/// baseline.alpha                                   // the penalty that did best on the validation part
/// ```
///
/// Inputs are those of the network, windows and filled gaps included, each cell weighted by the root of its area. Targets that
/// are maps are regressed cell by cell on the same few series; where a masked target is missing, the cell's mean stands in
/// while fitting, and cells that are always missing stay so. The penalty is chosen by the mean squared error, by area, on the
/// validation part (where there is none, on the last fifth of the training part's groups, or of its examples); the fit itself
/// sees the training part alone.
///
/// Of data that are streamed, as many evenly spaced examples are fitted and validated on as take the memory of a few chunks
/// (``fittedCount`` of ``trainingCount``).
public struct Baseline: Codable, Sendable {
    public let alpha: Double
    /// The mean squared error on the validation part for each penalty tried, in scaled units.
    public let errors: [Double]
    /// How many examples of the training part were fitted, and how many it has; nil in runs that say neither.
    public let fittedCount: Int?, trainingCount: Int?
    let patterns: LeadingPatterns
    /// [outputs, patterns] and [outputs].
    let coefficients: PackedArray, intercepts: PackedArray
    let outputShape: [Int]

    public init(fitting data: ExperimentData, _ configuration: BaselineConfiguration, seed: UInt64 = 0) throws {
        try self.init(fitting: ExperimentStream(data), configuration, seed: seed)
    }

    public init(fitting data: ExperimentStream, _ configuration: BaselineConfiguration, seed: UInt64 = 0) throws {
        guard configuration.components > 0, !configuration.alphas.isEmpty else {
            throw DataError(file: "baseline", "components is \(configuration.components) and alphas are \(configuration.alphas); it needs one or more of each")
        }
        let training = try Self.examples(data.training, chunks: 4), validation = try Self.examples(data.validation, chunks: 1)
        (fittedCount, trainingCount) = (training.count, data.training.count)
        let x = Self.matrix(training.inputs)
        patterns = LeadingPatterns(of: x, count: configuration.components, weights: Self.weights(data), seed: seed)
        outputShape = data.outputShape
        let outputs = outputShape.reduce(1, *)
        let (y, isAbsent) = Self.filled(training.targets.reshaped([training.count, outputs]))
        let z = patterns.series(of: x)

        let isApart = validation.count > 0
        let kept = Self.lastFifth(training.groups), isKept = Set(kept), fitted = Tensor(training.groups.indices.filter { !isKept.contains($0) })
        let (zFit, yFit) = isApart ? (z, y) : (z.taking(fitted), y.taking(fitted))
        let zCheck = isApart ? patterns.series(of: Self.matrix(validation.inputs)) : z.taking(Tensor(kept))
        let watched = isApart ? validation.targets : training.targets.taking(Tensor(kept)), yCheck = watched.reshaped([watched.shape[0], outputs])
        let areas = Self.outputWeights(data)
        let found = try configuration.alphas.map { alpha in
            var model = Ridge(alpha: alpha)
            try model.fit(zFit, yFit)
            return Self.meanSquaredError(yCheck, try model.predict(zCheck).reshaped(yCheck.shape), areas)
        }
        errors = found
        alpha = configuration.alphas[found.indices.min { found[$0] < found[$1] }!]
        var model = Ridge(alpha: alpha)
        try model.fit(z, y)
        coefficients = PackedArray(model.coef.doubles)
        intercepts = PackedArray(zip(model.intercept.doubles, isAbsent).map { $1 ? .nan : $0 })
    }

    /// - Throws: ``DataError`` where what a file says does not fit together or the run's inputs and targets.
    func check(_ file: String, inputShape: [Int], outputShape wanted: [Int]) throws {
        let outputs = checkedProduct(wanted) ?? 0, features = checkedProduct(inputShape) ?? 0
        guard outputShape == wanted, intercepts.values.count == outputs, patterns.count > 0, patterns.mean.values.count == features,
            patterns.projection.values.count == checkedProduct([patterns.count, features]),
            coefficients.values.count == checkedProduct([patterns.count, outputs])
        else { throw DataError(file: file, "the file is damaged: its coefficients do not fit inputs of shape \(inputShape) and targets of shape \(wanted)") }
    }

    /// The scaled targets, in the shape of ``Examples/targets``.
    public func predict(_ examples: Examples) -> Tensor {
        let outputs = outputShape.reduce(1, *)
        let coefficients = Tensor(coefficients.values, shape: [outputs, patterns.count])
        let y = matmul(patterns.series(of: Self.matrix(examples.inputs)), coefficients.transposed()) + Tensor(intercepts.values)
        return y.cast(to: .float32).reshaped([examples.count] + outputShape)
    }

    /// All that lie in memory; of what is read in chunks, as many as a few chunks hold.
    private static func examples(_ stream: ExampleStream, chunks: Int) throws -> Examples {
        guard stream.chunkSizes.count > 1 else { return try stream.chunk(0) }
        let sizes = [stream.outline.inputs, stream.outline.targets].map { 4 * $0.shape.dropFirst().reduce(1, *) }
        return try stream.sample(atMost: chunks * ChunkSize.steps(ofBytes: sizes[0] + sizes[1]))
    }

    /// The examples of the last fifth of the groups; where there is one group only, the last fifth of the examples.
    private static func lastFifth(_ groups: [String]) -> [Int] {
        let names = groups.distinct
        guard names.count > 1 else { return Array(groups.indices.suffix(max(1, groups.count / 5))) }
        let last = Set(names.suffix(max(1, names.count / 5)))
        return groups.indices.filter { last.contains(groups[$0]) }
    }

    private static func matrix(_ x: Tensor) -> Tensor { x.reshaped([x.shape[0], x.count / max(1, x.shape[0])]) }

    /// The roots of the areas of the inputs' cells, with a mean area of 1.
    private static func weights(_ data: ExperimentStream) -> [Double] {
        let shape = data.inputShape, features = shape.reduce(1, *)
        guard let grid = data.preprocessing.inputGrid else { return [Double](repeating: 1, count: features) }
        let areas = areas(grid.latitudes).map { $0.squareRoot() }
        let row = grid.longitudes.count * shape.last!
        return (0..<features).map { areas[$0 / row % areas.count] }
    }

    /// The areas of the outputs' cells.
    private static func outputWeights(_ data: ExperimentStream) -> [Double] {
        guard let grid = data.preprocessing.targetGrid else { return [Double](repeating: 1, count: data.outputShape.reduce(1, *)) }
        let areas = areas(grid.latitudes), row = grid.longitudes.count * data.outputShape.last!
        return (0..<data.outputShape.reduce(1, *)).map { areas[$0 / row] }
    }

    private static func areas(_ latitudes: [Double]) -> [Double] {
        let cosines = latitudes.map { max(1e-6, cos($0 * .pi / 180)) }
        let mean = cosines.reduce(0, +) / Double(cosines.count)
        return cosines.map { $0 / mean }
    }

    /// Gaps replaced by the mean of their column, and which columns hold nothing else.
    private static func filled(_ y: Tensor) -> (Tensor, isAbsent: [Bool]) {
        let y = y.cast(to: .float64), isGap = isNaN(y)
        let zero = select(isGap, Tensor(0.0), y), counts = (.!isGap).cast(to: .float64).sum(axis: 0)
        let means = zero.sum(axis: 0) / maximum(counts, Tensor(1.0))
        return (select(isGap, means, y), counts.doubles.map { $0 == 0 })
    }

    private static func meanSquaredError(_ truth: Tensor, _ prediction: Tensor, _ weights: [Double]) -> Double {
        let error = square(truth.cast(to: .float64) - prediction), isGap = isNaN(error), weight = Tensor(weights)
        let sum = (select(isGap, Tensor(0.0), error) * weight).sum().item
        return sum / ((.!isGap).cast(to: .float64) * weight).sum().item
    }
}
