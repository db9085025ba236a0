import Foundation
import Tern

/// What the machine can do at its best, measured beside each run: a plain matrix product of 1024 and a copy of 64 MiB.
final class MachineSpeed {
    private let product: Plan, copy: Plan
    private let matrix: Tensor
    private let memory: [UnsafeMutableRawPointer]
    private let size: Int, bytes: Int
    /// Seconds of each measurement.
    private(set) var products: [Double] = [], copies: [Double] = []

    /// - Parameter isQuick: smaller ones, which say that all works and no more.
    init(isQuick: Bool) {
        let size = isQuick ? 128 : 1024, bytes = isQuick ? 1 << 20 : 64 << 20
        (self.size, self.bytes) = (size, bytes)
        matrix = Tensor.ones([size, size])
        product = Plan(inputs: [matrix.spec, matrix.spec]) { [matmul($0[0], $0[1])] }
        let flat = Tensor.zeros([bytes / 4]).spec
        copy = Plan(inputs: [flat, flat], updates: [0: 1]) { [$0[0]] }
        memory = (0..<2).map { _ in
            let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            return memory
        }
        for i in 0..<2 {
            matrix.withUnsafeBytes { product.bind(i, to: UnsafeMutableRawPointer(mutating: $0.baseAddress!)) }
            copy.bind(i, to: memory[i])
        }
        measure()
        (products, copies) = ([], [])
    }

    deinit { for memory in memory { memory.deallocate() } }

    /// Notes the fastest of three runs of each: what slows all three is no chance.
    func measure() {
        withExtendedLifetime(matrix) {
            products.append(Self.fastest(of: product))
            copies.append(Self.fastest(of: copy))
        }
    }

    private static func fastest(of plan: Plan) -> Double {
        (0..<3).map { _ in
            seconds { plan.run() }
        }.min()!
    }

    /// Floating-point operations a second, in single precision.
    var bestProduct: Double { 2 * pow(Double(size), 3) / (products.min() ?? .nan) }

    /// Bytes read and written a second.
    var bestCopy: Double { 2 * Double(bytes) / (copies.min() ?? .nan) }

    /// How many times the product's fastest run its median takes: 1 on a quiet machine.
    var spread: Double { products.median / (products.min() ?? .nan) }
}

/// How long a work takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
}
