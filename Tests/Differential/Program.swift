import Foundation
import TernCore

/// A program of the engine's operations: values are numbered, inputs first, then a value for each step.
struct Program: Codable {
    struct Input: Codable, Hashable {
        var shape: [Int]
        var dtype: DType
        var seed: UInt64
        var low = -1.0, high = 1.0
        /// Whether some elements are NaN, infinite or a zero of either sign.
        var isSpecial = false
        /// Whether values have one decimal, for programs made small.
        var isRounded = false

        var array: PlainArray {
            var bits = RandomBits(seed)
            let values = (0..<PlainArray.count(shape)).map { _ -> Double in
                var value = low + (high - low) * bits.unit()
                if isRounded { value = (value * 10).rounded() / 10 }
                let special = bits.pick([Double.nan, .infinity, -.infinity, 0, -0.0])
                switch dtype {
                case .float64: return isSpecial && bits.chance(0.2) ? special : value
                case .float32: return isSpecial && bits.chance(0.2) ? special : Double(Float(value))
                case .int32, .int64: return value.rounded() + 0
                case .bool: return value > (low + high) / 2 ? 1 : 0
                }
            }
            return PlainArray(shape: shape, dtype: dtype, values: values)
        }
    }

    struct Step: Codable, Hashable {
        var operation: Operation
        var operands: [Int]
    }

    /// What is asked of it.
    enum Goal: String, Codable, CaseIterable {
        case values, gradient, secondGradient
        /// The gradient, and each real input moved against it in place.
        case training
    }

    var dtype: DType
    var inputs: [Input] = []
    var steps: [Step] = []
    var outputs: [Int] = []
    /// Output → input whose memory it takes, for `values`.
    var updates: [Int: Int] = [:]
    var goal = Goal.values

    var isSmooth: Bool { steps.allSatisfy(\.operation.isSmooth) }

    // MARK: Running it

    /// The values of all steps by the reference interpreter.
    func reference(_ inputs: [PlainArray], noise: UInt64? = nil) throws -> [PlainArray] {
        var noise = noise.map { Noise(stream: RandomBits($0)) }
        var values = inputs
        for step in steps { values.append(try step.operation.reference(step.operands.map { values[$0] }, &noise)) }
        return outputs.map { values[$0] }
    }

    /// The outputs by the engine, at once or traced, whichever the tensors are.
    ///
    /// - Parameter noise: the seed of a noise that moves every operand, each time that it is used: terms that cancel
    ///   for equal operands no longer do.
    func run(_ inputs: [Tensor], noise: UInt64? = nil) -> [Tensor] {
        var noise = noise.map { Noise(stream: RandomBits($0)) }
        var values = inputs
        for step in steps {
            values.append(step.operation(step.operands.map { noise?.moved(values[$0]) ?? values[$0] }))
        }
        return outputs.map { values[$0] }
    }

    /// One number of all real outputs, each element with a factor of its own.
    func loss(_ outputs: [Tensor]) -> Tensor {
        outputs.filter(\.dtype.isFloatingPoint).map { ($0.cast(to: dtype) * Self.factors($0.shape, dtype)).sum() }
            .reduce(Tensor.zeros([], dtype: dtype), +)
    }

    static func factors(_ shape: [Int], _ dtype: DType) -> Tensor {
        Tensor((0..<PlainArray.count(shape)).map { cos(Double($0) + 1) }, shape: shape).cast(to: dtype)
    }

    /// What the goal asks for.
    func function(_ x: [Tensor]) -> [Tensor] { function(x, noise: nil) }

    func function(_ x: [Tensor], noise: UInt64?) -> [Tensor] {
        func lossAndSlope(_ x: [Tensor]) -> (outputs: [Tensor], loss: Tensor, slope: [Tensor]) {
            var outputs: [Tensor] = []
            let (loss, slope) = valueAndGradient { (x: [Tensor]) in
                outputs = run(x, noise: noise)
                return self.loss(outputs)
            }(x)
            return (outputs, loss, slope)
        }
        switch goal {
        case .values: return run(x, noise: noise)
        case .gradient:
            let (outputs, loss, slope) = lossAndSlope(x)
            return [loss] + slope + outputs
        case .secondGradient:
            return gradient { (x: [Tensor]) in loss(lossAndSlope(x).slope) }(x)
        case .training:
            let (_, loss, slope) = lossAndSlope(x)
            return [loss] + zip(x, slope).map { $0.dtype.isFloatingPoint ? $0 - $1 * 0.05 : $0 }
        }
    }

    /// Output → input of ``function(_:)``.
    var allUpdates: [Int: Int] {
        switch goal {
        case .values: updates
        case .gradient, .secondGradient: [:]
        case .training:
            Dictionary(
                uniqueKeysWithValues: inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }.map { ($0 + 1, $0) })
        }
    }
}
