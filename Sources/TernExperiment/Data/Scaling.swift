import Tern

/// A shift and a factor, the same for all cells of a channel or for each cell its own, from the training part.
package struct Scaling: Codable, Sendable, Equatable {
    /// One number, or one for each channel, or for each cell and channel. A scaled value is (x - center) / size.
    package var center: PackedArray, size: PackedArray

    /// Leaves values as they are.
    static let none = Scaling(center: PackedArray([0]), size: PackedArray([1]))

    private init(center: PackedArray, size: PackedArray) {
        (self.center, self.size) = (center, size)
    }

    /// Nil where no value is present.
    ///
    /// - Parameter channels: how many channels each cell has. What holds for all cells holds for each channel by
    ///   itself.
    init?(_ scale: VariableConfiguration.Scale, of training: TrainingSteps, channels: Int) throws {
        switch scale {
        case .none: self = .none
        case .max:
            var largest = [Double](repeating: -1, count: channels)
            try training.visit {
                Self.visit($0, $1) { if abs($1) > largest[$0 % channels] { largest[$0 % channels] = abs($1) } }
            }
            if largest.allSatisfy({ $0 < 0 }) { return nil }
            center = PackedArray([Double](repeating: 0, count: channels))
            size = PackedArray(largest.map { $0 > 0 ? $0 : 1 })
        case .standard, .cell:
            let groups = scale == .cell ? training.width : channels
            var total = Moments(groups), areSingle = true
            try training.visit { run, steps in
                let isDouble = run.values.isDouble
                var own = Moments(groups), origins = own.means
                areSingle = areSingle && !isDouble
                Self.visit(run, steps) { place, value in
                    let group = groups == 1 ? 0 : place % groups
                    // Sums about the first value keep the digits of values far from 0.
                    if isDouble, own.counts[group] == 0 { origins[group] = value }
                    own.counts[group] += 1
                    own.means[group] += value - origins[group]
                }
                // Cells without any value are left as they are; they are filled or masked later.
                own.means = origins.indices.map {
                    own.counts[$0] > 0 ? origins[$0] + own.means[$0] / own.counts[$0] : 0
                }
                Self.visit(run, steps) { place, value in
                    let group = groups == 1 ? 0 : place % groups, deviation = value - own.means[group]
                    own.squares[group] += deviation * deviation
                }
                total.add(own)
            }
            if total.counts.allSatisfy({ $0 == 0 }) { return nil }
            center = PackedArray(total.means)
            // What rounding alone could have caused counts as no variation.
            let rounding = areSingle ? 1e-6 : 1e-13
            size = PackedArray(
                zip(total.means, zip(total.squares, total.counts)).map { mean, sums in
                    let deviation = sums.1 > 0 ? (sums.0 / sums.1).squareRoot() : 0
                    return deviation > rounding * abs(mean) ? deviation : 1
                })
        }
    }

    /// Calls `body` with the place within its step and the value of all that is present at the steps.
    private static func visit(_ run: VariableSteps, _ steps: [Int], _ body: (Int, Double) -> Void) {
        let width = run.width
        for step in steps {
            run.values.visit(step * width..<(step + 1) * width) { i, value in
                if !value.isNaN { body(i - step * width, value) }
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

    /// Scaled values, in single precision.
    func scale(_ values: inout StepValues) {
        transform(&values) { value, center, size in (value - center) / size }
        values.round()
    }

    func restore(_ values: inout StepValues) {
        transform(&values) { value, center, size in value * size + center }
    }

    private func transform(_ values: inout StepValues, _ body: (Double, Double, Double) -> Double) {
        let center = center.values, size = size.values, count = center.count
        var own = 0
        values.replace(0..<values.count) { _, value in
            defer { own = own + 1 == count ? 0 : own + 1 }
            return body(value, center[own], size[own])
        }
    }
}
