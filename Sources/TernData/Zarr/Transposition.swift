import Foundation

/// Chunks whose dimensions are stored in another order: the first stored one is the `order[0]`th.
///
/// Source: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/transpose/; column-major chunks of version 2 are its
/// reverse.
struct Transposition: Equatable {
    let order: [Int]

    /// Nil where the dimensions are as they are.
    init?(_ order: [Int]) {
        if order == Array(order.indices) { return nil }
        self.order = order
    }

    /// One that follows another.
    func after(_ first: Transposition?) -> Transposition? {
        guard let first else { return self }
        return Transposition(order.map { first.order[$0] })
    }

    func stored(_ shape: [Int]) -> [Int] { order.map { shape[$0] } }

    /// Elements as they were before they were stored.
    func restore(
        _ stored: UnsafeRawBufferPointer, _ shape: [Int], elementSize: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        func run<N>(_: N.Type) {
            let from = stored.bindMemory(to: N.self), to = target.bindMemory(to: N.self)
            forEach(shape) { to[$0] = from[$1] }
        }
        switch elementSize {
        case 1: run(UInt8.self)
        case 2: run(UInt16.self)
        case 4: run(UInt32.self)
        case 8: run(UInt64.self)
        default:
            forEach(shape) {
                memcpy(target.baseAddress! + $0 * elementSize, stored.baseAddress! + $1 * elementSize, elementSize)
            }
        }
    }

    func restore(_ stored: [String], _ shape: [Int]) -> [String] {
        var texts = stored
        forEach(shape) { texts[$0] = stored[$1] }
        return texts
    }

    /// Calls `body` with each place and where it is stored.
    private func forEach(_ shape: [Int], _ body: (_ place: Int, _ stored: Int) -> Void) {
        let count = shape.reduce(1, *)
        if count == 0 { return }
        // How far apart neighbours along each dimension are stored.
        var steps = [Int](repeating: 0, count: shape.count), step = 1
        for axis in order.reversed() {
            steps[axis] = step
            step *= shape[axis]
        }
        let width = shape.last ?? 1, inner = steps.last ?? 0
        var index = [Int](repeating: 0, count: max(0, shape.count - 1)), start = 0
        for row in 0..<count / width {
            for i in 0..<width { body(row * width + i, start + i * inner) }
            for axis in index.indices.reversed() {
                index[axis] += 1
                start += steps[axis]
                if index[axis] < shape[axis] { break }
                start -= shape[axis] * steps[axis]
                index[axis] = 0
            }
        }
    }
}
