import Foundation
import Synchronization
import TernCore
import TestSupport
import Testing

@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 3, 8])
    func everyPieceIsDoneOnce(_ threads: Int) {
        let pool = ThreadPool(threads: threads)
        for count in [0, 1, 7, 100, 1001] {
            let sum = Atomic<Int>(0), pieces = Atomic<Int>(0)
            pool.forEachPiece(of: count, grain: 10) { begin, end in
                for i in begin..<end { sum.add(i, ordering: .relaxed) }
                pieces.add(1, ordering: .relaxed)
            }
            #expect(sum.load(ordering: .relaxed) == count * (count - 1) / 2)
            #expect(pieces.load(ordering: .relaxed) == (count + 9) / 10)
        }
    }

    @Test func aJobInsideAJobRunsOnItsOwnThread() {
        let pool = ThreadPool(threads: 2)
        let done = Atomic<Int>(0)
        pool.forEachPiece(of: 20, grain: 1) { _, _ in
            pool.forEachPiece(of: 5, grain: 1) { _, _ in done.add(1, ordering: .relaxed) }
        }
        #expect(done.load(ordering: .relaxed) == 100)
    }

    /// A thread of a chosen pool does not reach for the shared one.
    @Test func whatRunsInAPoolFindsIt() {
        let others = Atomic<Int>(0)
        ThreadPool.withThreads(3) {
            let chosen = ThreadPool.current
            chosen.forEachPiece(of: 300, grain: 1) { _, _ in
                if ThreadPool.current !== chosen { others.add(1, ordering: .relaxed) }
            }
        }
        #expect(others.load(ordering: .relaxed) == 0)
    }

    /// Whatever the thread that starts them has set.
    @Test func threadsComputeInTheDefaultFloatingPointEnvironment() {
        nonisolated(unsafe) var rounding: Int32 = -1
        let isKnown = DispatchSemaphore(value: 0)
        fesetround(FE_UPWARD)
        let code = startThread {
            rounding = fegetround()
            isKnown.signal()
        }
        fesetround(FE_TONEAREST)
        isKnown.wait()
        #expect(code == 0 && rounding == FE_TONEAREST)
    }

    @Test func largeOperationsHaveTheSameBitsOnAnyNumberOfThreads() {
        var stream = TestStream(6)
        let x = stream.tensor([300, 901]),
            w = stream.tensor([901, 800])
        func results() -> [Tensor] {
            [
                matmul(x, w), matmul(x[.all, ..<100], w[..<100]), tanh(x) * 2 + x, x.sum(axis: 0), x.sum(axis: 1),
                x.transposed(),
            ]
        }
        let expected = ThreadPool.withThreads(1) { results() }
        for threads in [2, 5] { #expect(ThreadPool.withThreads(threads) { results() } == expected) }
    }
}
