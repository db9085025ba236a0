import Tern

/// A shift and a factor, the same for all cells or for each cell its own, from the training part.
package struct Scaling: Codable, Sendable, Equatable {
    /// One number, or one for each cell. A scaled value is (x - center) / size.
    package var center: PackedArray, size: PackedArray

    /// Leaves values as they are.
    static let none = Scaling(center: PackedArray([0]), size: PackedArray([1]))

    private init(center: PackedArray, size: PackedArray) {
        (self.center, self.size) = (center, size)
    }

    /// Nil where no value is present.
    init?(_ scale: VariableConfiguration.Scale, of training: TrainingSteps) throws {
        switch scale {
        case .none: self = .none
        case .max:
            var largest: Float = -1
            try training.visit { Self.visit($0, $1) { if abs($1) > largest { largest = abs($1) } } }
            if largest < 0 { return nil }
            (center, size) = (PackedArray([0]), PackedArray([largest > 0 ? Double(largest) : 1]))
        case .standard, .cell:
            let groups = scale == .cell ? training.cellCount : 1
            var total = Moments(groups)
            try training.visit { run, steps in
                var own = Moments(groups)
                Self.visit(run, steps) { cell, value in
                    let group = groups == 1 ? 0 : cell
                    own.counts[group] += 1
                    own.means[group] += Double(value)
                }
                // Cells without any value are left as they are; they are filled or masked later.
                own.means = zip(own.means, own.counts).map { $1 > 0 ? $0 / $1 : 0 }
                Self.visit(run, steps) { cell, value in
                    let group = groups == 1 ? 0 : cell, deviation = Double(value) - own.means[group]
                    own.squares[group] += deviation * deviation
                }
                total.add(own)
            }
            if total.counts.allSatisfy({ $0 == 0 }) { return nil }
            center = PackedArray(total.means)
            size = PackedArray(zip(total.means, zip(total.squares, total.counts)).map { mean, sums in
                let deviation = sums.1 > 0 ? (sums.0 / sums.1).squareRoot() : 0
                // What the rounding to single precision alone could have caused counts as no variation.
                return deviation > 1e-6 * abs(mean) ? deviation : 1
            })
        }
    }

    /// Calls `body` with cell and value of all that is present at the steps.
    private static func visit(_ run: VariableSteps, _ steps: [Int], _ body: (Int, Float) -> Void) {
        let cells = run.cellCount
        run.values.withUnsafeBufferPointer { values in
            for step in steps {
                for cell in 0..<cells where !values[step * cells + cell].isNaN { body(cell, values[step * cells + cell]) }
            }
        }
    }

    /// Means and sums of squared deviations from them, which those of further values can be added to.
    ///
    /// Source: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance", The American
    /// Statistician 37, 1983.
    private struct Moments {
        var counts: [Double], means: [Double], squares: [Double]

        init(_ groups: Int) {
            counts = [Double](repeating: 0, count: groups)
            (means, squares) = (counts, counts)
        }

        mutating func add(_ other: Moments) {
            for i in counts.indices where other.counts[i] > 0 {
                let both = counts[i] + other.counts[i], shift = other.means[i] - means[i]
                squares[i] += other.squares[i] + shift * shift * counts[i] * other.counts[i] / both
                means[i] = counts[i] == 0 ? other.means[i] : means[i] + shift * other.counts[i] / both
                counts[i] = both
            }
        }
    }

    func scale(_ values: inout [Float], cells: Int) {
        transform(&values, cells) { value, center, size in (value - center) / size }
    }

    func restore(_ values: inout [Float], cells: Int) {
        transform(&values, cells) { value, center, size in value * size + center }
    }

    private func transform(_ values: inout [Float], _ cells: Int, _ body: (Double, Double, Double) -> Double) {
        let center = center.values, size = size.values, isOne = center.count == 1
        values.withUnsafeMutableBufferPointer { values in
            var cell = 0
            for i in values.indices {
                let own = isOne ? 0 : cell
                values[i] = Float(body(Double(values[i]), center[own], size[own]))
                cell = cell + 1 == cells ? 0 : cell + 1
            }
        }
    }
}
