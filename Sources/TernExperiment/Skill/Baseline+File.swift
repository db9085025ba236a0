import Foundation
import Tern
import TernText

/// The baseline as a file: its matrices as they lie in memory, which are large where targets are maps.
extension Baseline {
    static let file = "baseline.safetensors"
    /// In runs of older versions.
    private static let oldFile = "baseline.json"

    /// What is not a matrix.
    private struct Settings: Codable {
        var alpha: Double, errors: [Double]
        var fittedCount: Int?, trainingCount: Int?
        var variance: [Double], outputShape: [Int]
    }

    func write(to path: String) throws {
        let (count, features, outputs) = (patterns.count, patterns.mean.values.count, intercepts.values.count)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let settings = try encoder.encode(
            Settings(
                alpha: alpha, errors: errors, fittedCount: fittedCount, trainingCount: trainingCount,
                variance: patterns.variance, outputShape: outputShape))
        try Safetensors(
            tensors: [
                "mean": Tensor(patterns.mean.values),
                "projection": Tensor(patterns.projection.values, shape: [count, features]),
                "coefficients": Tensor(coefficients.values, shape: [outputs, count]),
                "intercepts": Tensor(intercepts.values),
            ], metadata: ["baseline": String(decoding: settings, as: UTF8.self)]
        ).write(to: path, hasChecksum: true)
    }

    /// - Throws: `DataError` where the run has none, or it is damaged.
    init(inRun folder: String) throws {
        let path = Run.path(folder, Self.file), old = Run.path(folder, Self.oldFile)
        if !FileManager.default.fileExists(atPath: path), let found = try Run.read(Baseline.self, from: old) {
            self = found
            return
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw DataError(file: path, "the run is not whole: this file is missing")
        }
        let stored = try Safetensors(contentsOf: path)
        func values(_ name: String) throws -> [Double] {
            guard let tensor = stored.tensors[name], tensor.dtype == .float64 else {
                throw DataError(file: path, "the file is damaged: it has no numbers named \"\(name)\"")
            }
            return tensor.doubles
        }
        let settings: Settings
        do {
            settings = try JSONFileDecoder().decode(
                Settings.self, from: Data((stored.metadata["baseline"] ?? "").utf8))
        } catch { throw DataError(file: path, "the file is damaged: \(words(ofDecoding: error))") }
        let count = stored.tensors["projection"]?.shape.first ?? 0
        self.init(
            alpha: settings.alpha, errors: settings.errors, fittedCount: settings.fittedCount,
            trainingCount: settings.trainingCount,
            patterns: LeadingPatterns(
                mean: try values("mean"), projection: try values("projection"), count: count,
                variance: settings.variance),
            coefficients: try values("coefficients"), intercepts: try values("intercepts"),
            outputShape: settings.outputShape)
    }

    private init(
        alpha: Double, errors: [Double], fittedCount: Int?, trainingCount: Int?, patterns: LeadingPatterns,
        coefficients: [Double], intercepts: [Double],
        outputShape: [Int]
    ) {
        self.alpha = alpha
        self.errors = errors
        self.fittedCount = fittedCount
        self.trainingCount = trainingCount
        self.patterns = patterns
        self.coefficients = PackedArray(coefficients)
        self.intercepts = PackedArray(intercepts)
        self.outputShape = outputShape
    }
}

extension LeadingPatterns {
    fileprivate init(mean: [Double], projection: [Double], count: Int, variance: [Double]) {
        self.mean = PackedArray(mean)
        self.projection = PackedArray(projection)
        self.count = count
        self.variance = variance
    }
}
