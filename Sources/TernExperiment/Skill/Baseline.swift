import Foundation
import Tern

/// The linear model that a network has to beat: ridge regression of the targets on the leading EOFs of the inputs.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let baseline = try Baseline(fitting: data, BaselineConfiguration(components: 5, alphas: [1, 100]))
/// print(baseline.predict(data.test).shape, baseline.errors.count)  // [9, 1] 2
/// ```
///
/// Inputs are those of the network, windows and filled gaps included, each cell weighted by the root of its area.
/// Targets that are maps are regressed cell by cell on the same few series; where a masked target is missing, the
/// cell's mean stands in while fitting, and cells that are always missing stay so. The penalty is chosen by the mean
/// squared error, by area, on the validation part (where there is none, on the last fifth of the training part's
/// groups, or of its examples); the fit itself sees the training part alone.
///
/// Of data that are streamed, as many evenly spaced examples are fitted and validated on as take the memory of a few
/// chunks (``fittedCount`` of ``trainingCount``).
public struct Baseline: Codable, Sendable {
    /// The penalty that did best on the validation part, of those tried.
    public let alpha: Double
    /// The mean squared error on the validation part for each penalty tried, in scaled units.
    public let errors: [Double]
    /// How many examples of the training part were fitted, and how many it has; nil in runs that say neither.
    public let fittedCount: Int?, trainingCount: Int?
    let patterns: LeadingPatterns
    /// [outputs, patterns] and [outputs].
    let coefficients: PackedArray, intercepts: PackedArray
    let outputShape: [Int]

    /// Fits on examples in memory.
    ///
    /// - Parameter seed: of the search for the EOFs.
    /// - Throws: `DataError` where the configuration asks for no EOFs or no penalty, and where no value of the targets
    ///   is known to choose the penalty by.
    public init(fitting data: ExperimentData, _ configuration: BaselineConfiguration, seed: UInt64 = 0) throws {
        try self.init(fitting: ExperimentStream(data), configuration, seed: seed)
    }

    /// The same of examples that may be streamed.
    ///
    /// - Throws: `DataError` as the other, and where files cannot be read.
    public init(fitting data: ExperimentStream, _ configuration: BaselineConfiguration, seed: UInt64 = 0) throws {
        guard configuration.components > 0, !configuration.alphas.isEmpty else {
            throw DataError(
                file: "baseline",
                "components is \(configuration.components) and alphas are \(configuration.alphas); it needs one or more of each"
            )
        }
        let training = try Self.examples(data.training, chunks: 4),
            validation = try Self.examples(data.validation, chunks: 1)
        let isApart = validation.count > 0
        guard isApart || training.count > 1 else {
            throw DataError(
                file: "split",
                "training has one example and validation none, so that the linear model has nothing to choose its penalty by; give one of them more"
            )
        }
        (fittedCount, trainingCount) = (training.count, data.training.count)
        let x = Self.matrix(training.inputs)
        patterns = LeadingPatterns(
            of: x, count: configuration.components,
            weights: Self.areas(data.inputShape, data.preprocessing.inputCells).map { $0.squareRoot() }, seed: seed)
        outputShape = data.outputShape
        let z = patterns.series(of: x)

        let kept = Self.lastFifth(training.groups), isKept = Set(kept),
            fitted = Tensor(training.groups.indices.filter { !isKept.contains($0) })
        let zFit = isApart ? z : z.taking(fitted),
            zCheck = isApart ? patterns.series(of: Self.matrix(validation.inputs)) : z.taking(Tensor(kept))
        let targets = Self.matrix(training.targets),
            watched = isApart ? Self.matrix(validation.targets) : targets.taking(Tensor(kept))
        // Cells are regressed by themselves, so a few at a time need to be there in double precision.
        let areas = Self.areas(data.outputShape, data.preprocessing.targets.first?.shape),
            blocks = stride(from: 0, to: areas.count, by: 4096).map { $0..<min($0 + 4096, areas.count) }
        var sums = configuration.alphas.map { _ in (error: 0.0, weight: 0.0) }
        for block in blocks {
            let (y, _) = Self.filled(targets.sliced(block, axis: 1)), yFit = isApart ? y : y.taking(fitted),
                yCheck = watched.sliced(block, axis: 1)
            for (i, alpha) in configuration.alphas.enumerated() {
                var model = Ridge(alpha: alpha)
                try model.fit(zFit, yFit)
                let own = Self.squaredError(
                    yCheck, try model.predict(zCheck).reshaped(yCheck.shape), Array(areas[block]))
                sums[i] = (sums[i].error + own.sum, sums[i].weight + own.weight)
            }
        }
        let found = sums.map { $0.error / $0.weight }
        guard found.allSatisfy(\.isFinite) else {
            let isKnown = sums.allSatisfy { $0.weight > 0 }
            throw DataError(
                file: "split",
                isKnown
                    ? "the errors of the linear model are no numbers; look for values of the inputs and targets that are far too large"
                    : "\(isApart ? "validation" : "the last fifth of training") holds not one value of the targets to choose the linear model's penalty by; choose parts in which they are known"
            )
        }
        errors = found
        alpha = configuration.alphas[found.indices.min { found[$0] < found[$1] }!]
        var model = Ridge(alpha: alpha), coefficients: [Double] = [], intercepts: [Double] = []
        for block in blocks {
            let (y, isAbsent) = Self.filled(targets.sliced(block, axis: 1))
            try model.fit(z, y)
            coefficients += model.coef.doubles
            intercepts += zip(model.intercept.doubles, isAbsent).map { $1 ? .nan : $0 }
        }
        (self.coefficients, self.intercepts) = (PackedArray(coefficients), PackedArray(intercepts))
    }

    /// - Throws: `DataError` where what a file says does not fit together or the run's inputs and targets.
    func check(_ file: String, inputShape: [Int], outputShape wanted: [Int]) throws {
        let outputs = checkedProduct(wanted) ?? 0, features = checkedProduct(inputShape) ?? 0
        guard outputShape == wanted, intercepts.values.count == outputs, patterns.count > 0,
            patterns.mean.values.count == features,
            patterns.projection.values.count == checkedProduct([patterns.count, features]),
            coefficients.values.count == checkedProduct([patterns.count, outputs])
        else {
            throw DataError(
                file: file,
                "the file is damaged: its coefficients do not fit inputs of shape \(inputShape) and targets of shape \(wanted)"
            )
        }
    }

    /// The scaled targets, in the shape of ``Examples/targets``.
    public func predict(_ examples: Examples) -> Tensor {
        let outputs = outputShape.reduce(1, *)
        let coefficients = Tensor(coefficients.values, shape: [outputs, patterns.count])
        let y =
            matmul(patterns.series(of: Self.matrix(examples.inputs)), coefficients.transposed())
            + Tensor(intercepts.values)
        return y.cast(to: .float32).reshaped([examples.count] + outputShape)
    }

    /// NaN for the outputs of which training knows no value, 0 for the others; nil where it knows some of each.
    var absence: Tensor? {
        let isAbsent = intercepts.values.map(\.isNaN)
        guard isAbsent.contains(true) else { return nil }
        return Tensor(isAbsent.map { $0 ? Float.nan : 0 }, shape: outputShape)
    }

    /// All that lie in memory; of what is read in chunks, as many as a few chunks hold.
    private static func examples(_ stream: ExampleStream, chunks: Int) throws -> Examples {
        guard stream.chunkSizes.count > 1 else { return try stream.chunk(0) }
        let size = [stream.outline.inputs, stream.outline.targets].reduce(0) {
            $0 + 4 * $1.shape.dropFirst().reduce(1, *)
        }
        return try stream.sample(atMost: chunks * ChunkSize.steps(ofBytes: size))
    }

    /// The examples of the last fifth of the groups; where there is one group only, the last fifth of the examples.
    private static func lastFifth(_ groups: [String]) -> [Int] {
        let names = groups.distinct
        guard names.count > 1 else { return Array(groups.indices.suffix(max(1, groups.count / 5))) }
        let last = Set(names.suffix(max(1, names.count / 5)))
        return groups.indices.filter { last.contains(groups[$0]) }
    }

    private static func matrix(_ x: Tensor) -> Tensor { x.reshaped([x.shape[0], x.count / max(1, x.shape[0])]) }

    /// The area of the cell of each value of a shape, whose last axis is channels; 1 where no area is known.
    private static func areas(_ shape: [Int], _ cells: StepShape?) -> [Double] {
        let count = shape.reduce(1, *)
        guard let areas = cells?.cellAreas else { return [Double](repeating: 1, count: count) }
        return (0..<count).map { areas[$0 / shape.last! % areas.count] }
    }

    /// Gaps replaced by the mean of their column, and which columns hold nothing else.
    private static func filled(_ y: Tensor) -> (Tensor, isAbsent: [Bool]) {
        let y = y.cast(to: .float64), isGap = isNaN(y)
        let zero = select(isGap, Tensor(0.0), y), counts = (.!isGap).cast(to: .float64).sum(axis: 0)
        let means = zero.sum(axis: 0) / maximum(counts, Tensor(1.0))
        return (select(isGap, means, y), counts.doubles.map { $0 == 0 })
    }

    /// The sum over all that is known, and of its weights.
    private static func squaredError(_ truth: Tensor, _ prediction: Tensor, _ weights: [Double]) -> (
        sum: Double, weight: Double
    ) {
        let error = square(truth.cast(to: .float64) - prediction), isGap = isNaN(error), weight = Tensor(weights)
        let sum = (select(isGap, Tensor(0.0), error) * weight).sum().item
        return (sum, ((.!isGap).cast(to: .float64) * weight).sum().item)
    }
}
