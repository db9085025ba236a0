import TernCore

/// A copy of all that training steps change: the parameters, what the optimiser keeps, the states, and the count of
/// steps. The memory is taken once and written again with each copy.
final class StepSnapshot {
    fileprivate let arrays: [UnsafeMutableRawPointer], states: [UnsafeMutableRawPointer]
    fileprivate var stepCount = 0

    init(of step: TrainingStep<[Tensor]>) {
        arrays = step.arraySpecs.map { $0.allocate() }
        states = step.stateSpecs.map { $0.allocate() }
        step.copy(to: self)
    }

    deinit { for memory in arrays + states { memory.deallocate() } }
}

extension TrainingStep {
    /// Writes a copy.
    func copy(to snapshot: StepSnapshot) {
        for (from, to, spec) in pairs(with: snapshot) { to.copyMemory(from: from, byteCount: spec.byteCount) }
        snapshot.stepCount = stepCount
    }

    /// Goes back to a copy.
    func restore(_ snapshot: StepSnapshot) {
        for (to, from, spec) in pairs(with: snapshot) { to.copyMemory(from: from, byteCount: spec.byteCount) }
        stepCount = snapshot.stepCount
    }

    private func pairs(with snapshot: StepSnapshot) -> [(
        own: UnsafeMutableRawPointer, copy: UnsafeMutableRawPointer, spec: TensorSpec
    )] {
        zip(zip(arrays + states, snapshot.arrays + snapshot.states), arraySpecs + stateSpecs).map {
            ($0.0, $0.1, $1)
        }
    }

    /// Whether the parameters are finite numbers, and the first `stateCount` states.
    ///
    /// - Parameter memory: whether what the optimiser keeps is looked at too.
    func isFinite(memory: Bool, stateCount: Int) -> Bool {
        zip(arrays, arraySpecs).prefix(memory ? arrays.count : 1).allSatisfy { Self.isFinite($0, $1) }
            && zip(states, stateSpecs).prefix(stateCount).allSatisfy { Self.isFinite($0, $1) }
    }

    /// By the bits of exponents, which a processor compares many at a time, as it would not add up numbers.
    private static func isFinite(_ memory: UnsafeMutableRawPointer, _ spec: TensorSpec) -> Bool {
        func isFinite<Bits: FixedWidthInteger>(_ exponent: Bits) -> Bool {
            let bits = UnsafeBufferPointer(start: memory.assumingMemoryBound(to: Bits.self), count: spec.count)
            var start = 0
            while start < bits.count {
                let end = min(start + 4096, bits.count)
                var odd: Bits = 0
                for i in start..<end { odd |= bits[i] & exponent == exponent ? 1 : 0 }
                if odd != 0 { return false }
                start = end
            }
            return true
        }
        switch spec.dtype {
        case .float32: return isFinite(0x7F80_0000 as UInt32)
        case .float64: return isFinite(0x7FF0_0000_0000_0000 as UInt64)
        default: return true
        }
    }

    /// Where the first number stands that is not finite: in a parameter, in what the optimiser keeps of one, or in a
    /// state; nil where there is none.
    func firstOddPlace(stateCount: Int) -> OddPlace? {
        for (array, values) in (arraySpecs.indices.map { ($0, Tensor(copying: arrays[$0], arraySpecs[$0])) }) {
            guard values.dtype.isFloatingPoint, let at = values.doubles.firstIndex(where: { !$0.isFinite }) else {
                continue
            }
            // Most of what optimisers keep lies as the parameters do.
            let parameter = values.count == layout.count ? layout.ranges.firstIndex { $0.contains(at) } : nil
            return OddPlace(kind: array == 0 ? .parameter : .memory, index: parameter, value: values.doubles[at])
        }
        for i in 0..<stateCount where stateSpecs[i].dtype.isFloatingPoint {
            if let odd = Tensor(copying: states[i], stateSpecs[i]).doubles.first(where: { !$0.isFinite }) {
                return OddPlace(kind: .state, index: i, value: odd)
            }
        }
        return nil
    }
}

/// Where training steps keep a number that is not finite.
struct OddPlace {
    enum Kind { case parameter, memory, state }
    var kind: Kind
    /// The number of the parameter or the state; nil where it belongs to all.
    var index: Int?
    var value: Double
}
