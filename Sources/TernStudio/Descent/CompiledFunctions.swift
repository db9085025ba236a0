import Synchronization
import TernCore
import TernNN

/// The functions of a page, compiled: a slider asks for the same one again and again, and the operations of a search are
/// nearly all of a step's time.
///
/// A function that is asked for the second time is compiled with its gradient, so that typing an expression waits for
/// nothing. Numbers are those of the function itself, bit for bit.
final class CompiledFunctions: Sendable {
    private struct Kept {
        var name: String
        var slope: CompiledSlope?
    }
    private let kept = Mutex<[Kept]>([])
    private static let most = 8

    /// The function for searches that ask for its first derivatives alone.
    func function(_ function: TestFunction) -> @Sendable (Tensor) -> Tensor {
        let known = kept.withLock { kept in
            kept.firstIndex { $0.name == function.name }.map { kept.remove(at: $0) }
        }
        let slope = known.map { $0.slope ?? CompiledSlope(function) }
        kept.withLock { kept in
            kept.append(Kept(name: function.name, slope: slope))
            if kept.count > Self.most { kept.removeFirst() }
        }
        guard let slope else { return function.function }
        return { slope($0) }
    }
}

/// A function of a vector whose value and gradient are one plan.
private final class CompiledSlope: @unchecked Sendable {
    private let function: @Sendable (Tensor) -> Tensor
    /// Calls from several threads wait for each other (`compile`).
    private let plan: (Tensor) -> [Tensor]

    init(_ function: TestFunction) {
        let body = function.function
        self.function = body
        let slope = valueAndGradient { (x: Tensor) in body(x).reshaped([]) }
        plan = compileKeepingBits { (x: Tensor) -> [Tensor] in
            let (value, gradient) = slope(x)
            return [value, gradient]
        }
        // The plan is made here, and no step waits for it.
        _ = plan(Tensor(function.start))
    }

    /// The value, through which a gradient sees the slope: the tangent at the point, which there is the function.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let place = Tensor(x.doubles), found = plan(place)
        guard found[1].doubles.allSatisfy(\.isFinite) else { return function(x) }
        return found[0] + (found[1] * (x - place)).sum()
    }
}
