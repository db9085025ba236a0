import CTern
import Foundation
import Tern
import TestSupport
import Testing

/// Hosts that set how floating-point numbers are computed: it is not asked of them, and stays theirs. What they set
/// wrongly in the environment of their process, Scripts/lib_check.sh looks at.
struct HostTests {
    private static let undefined: Int32 = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW
    private static let network = """
        {"model": {"layers": [{"dense": {"units": 5, "activation": "gelu"}}, "layer_normalization", {"dense": {"units": 1}}]},
         "input": [4], "output": [1], "seed": 1, "training": {"epochs": 2, "batch_size": 8}}
        """
    private let x = Values((0..<132).map { sin(Float($0)) }, [33, 4])

    private func roundingUpwards<R>(_ body: () throws -> R) rethrows -> R {
        fesetround(FE_UPWARD)
        defer { fesetround(FE_TONEAREST) }
        return try body()
    }

    @Test func predictionsHaveTheSameBitsHoweverTheHostRounds() throws {
        let held = try Held.made(Self.network)
        let wanted = Values<Float>([33, 1], of: 0), found = Values<Float>([33, 1], of: 0)
        try held.predict([x.array], [wanted.array])
        try roundingUpwards {
            try held.predict([x.array], [found.array])
            #expect(fegetround() == FE_UPWARD)
            #expect(tern_model_predict(nil, nil, 0, nil, 0) == TERN_BAD_ARGUMENT && fegetround() == FE_UPWARD)
        }
        #expect(found.values == wanted.values)
    }

    /// Kernels divide 0 by 0 in lanes that nobody reads.
    @Test func flagsOfTheHostAreItsOwn() throws {
        let held = try Held.made(Self.network), inputs = [x.array]
        let outputs = [Values<Float>([33, 1], of: 0).array]
        feclearexcept(Self.undefined)
        _ = tern_model_predict(held.pointer, inputs, 1, outputs, 1)
        #expect(fetestexcept(Self.undefined) == 0)
        feraiseexcept(FE_DIVBYZERO)
        _ = tern_model_predict(held.pointer, inputs, 1, outputs, 1)
        #expect(fetestexcept(Self.undefined) == FE_DIVBYZERO)
        feclearexcept(Self.undefined)
    }

    @Test func aListenerIsCalledAsTheHostRounds() throws {
        let held = try Held.made(Self.network), y = Values<Float>([33, 1], of: 1)
        nonisolated(unsafe) var found: [Int32] = []
        let status = roundingUpwards {
            withUnsafeMutablePointer(to: &found) { place in
                tern_model_fit(
                    held.pointer, [x.array], 1, [y.array], 1, nil, 0,
                    { context, _ in
                        context!.assumingMemoryBound(to: [Int32].self).pointee.append(fegetround())
                        return 0
                    }, place)
            }
        }
        #expect(status == TERN_OK, "\(message)")
        #expect(found == [FE_UPWARD, FE_UPWARD])
    }
}
