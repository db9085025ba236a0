import Foundation
import TernCore
import TestSupport
import Testing

/// Random calls on random streams (Scripts/fixtures/numpy_random_streams.py).
private struct StreamCases: Decodable, Sendable {
    struct Stream: Decodable {
        var seed: UInt32, calls: [Call]
    }
    struct Call: Decodable {
        var call: String, count: Int?, v: [Number], size: Int?, hash: String?
        var low, high, mean, deviation, scale, shape, a, b, df, numerator, denominator, mode, concentration,
            rate: Number?
        var n: Number?, p: Probabilities?, covariance: [Double]?, method: String?
        var first, end: Int?, tensor: [Int]?, axis: Int?, replacing: Bool?
        var key: String?, pos: Int?, has_gauss: Int?, gauss: Double?
        var state: String?, inc: String?, has_uint32: Int?, uinteger: UInt32?
    }
    /// An integer keeps its 64 bits, a list is that of the mean of several dimensions.
    enum Number: Decodable {
        case integer(Int), double(Double), list([Double])
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let integer = try? value.decode(Int.self) {
                self = .integer(integer)
            } else if let double = try? value.decode(Double.self) {
                self = .double(double)
            } else if let text = try? value.decode(String.self) {
                self = .double(Double(text)!)
            } else {
                self = .list(try value.decode([Double].self))
            }
        }
        var double: Double {
            switch self {
            case .integer(let x): Double(x)
            case .double(let x): x
            case .list: fatalError("a list is no number")
            }
        }
        var integer: Int { if case .integer(let x) = self { x } else { fatalError("no integer") } }
        var list: [Double] { if case .list(let x) = self { x } else { fatalError("no list") } }
    }
    enum Probabilities: Decodable {
        case one(Double), many([Double])
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let one = try? value.decode(Double.self) {
                self = .one(one)
            } else {
                self = .many(try value.decode([Double].self))
            }
        }
        var one: Double { if case .one(let x) = self { x } else { fatalError("no number") } }
        var many: [Double] { if case .many(let x) = self { x } else { fatalError("no list") } }
    }
    var legacy: [Stream], modern: [Stream]
}

/// What both streams offer beyond ``RandomStream``, and what only one does.
private protocol ResumableStream: RandomStream, Equatable {
    associatedtype State: Codable
    var state: State { get set }
    static var other: Self { get }
    func isAt(_ call: StreamCases.Call) -> Bool
    mutating func vectors(_ call: StreamCases.Call) -> Tensor
    mutating func permutedTensor(_ x: Tensor, axis: Int?) -> Tensor
}

extension RandomState: ResumableStream {
    static var other: RandomState { RandomState(seed: 99) }
    fileprivate func isAt(_ call: StreamCases.Call) -> Bool {
        let hash = Hash.of(state.key.map(UInt64.init))
        return hash == call.key && state.position == call.pos && state.hasGauss == (call.has_gauss == 1)
            && state.cachedGaussian == call.gauss
    }
    fileprivate mutating func vectors(_ call: StreamCases.Call) -> Tensor {
        let mean = call.mean!.list
        return multivariateNormal(
            mean: mean, covariance: Tensor(call.covariance!, shape: [mean.count, mean.count]), count: call.count!)
    }
    fileprivate mutating func permutedTensor(_ x: Tensor, axis: Int?) -> Tensor {
        fatalError("RandomState has no permuted")
    }
}

extension Generator: ResumableStream {
    static var other: Generator { Generator(seed: 99) }
    fileprivate func isAt(_ call: StreamCases.Call) -> Bool {
        String(state.state) == call.state && String(state.increment) == call.inc
            && state.hasUInt32 == (call.has_uint32 == 1)
            && state.uinteger == call.uinteger
    }
    fileprivate mutating func vectors(_ call: StreamCases.Call) -> Tensor {
        let mean = call.mean!.list
        return multivariateNormal(
            mean: mean, covariance: Tensor(call.covariance!, shape: [mean.count, mean.count]), count: call.count!,
            method: .init(rawValue: call.method!)!)
    }
    fileprivate mutating func permutedTensor(_ x: Tensor, axis: Int?) -> Tensor { permuted(x, axis: axis) }
}

private enum Hash {
    static func of(_ bits: [UInt64]) -> String {
        let hash = bits.reduce(UInt64(0)) { $0 &* 6_364_136_223_846_793_005 &+ $1 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

private enum Answer {
    case doubles([Double]), integers([Int]), nearly([Double])
}

private func answer<Stream: ResumableStream>(_ c: StreamCases.Call, _ s: inout Stream) -> Answer {
    /// One number by the call for one, more by the call for many.
    func doubles(_ one: (inout Stream) -> Double, _ many: (inout Stream, Int) -> [Double]) -> Answer {
        .doubles(c.count.map { many(&s, $0) } ?? [one(&s)])
    }
    func integers(_ one: (inout Stream) -> Int, _ many: (inout Stream, Int) -> [Int]) -> Answer {
        .integers(c.count.map { many(&s, $0) } ?? [one(&s)])
    }
    func d(_ number: StreamCases.Number?) -> Double { number!.double }
    switch c.call {
    case "random": return doubles({ $0.random() }, { $0.random(count: $1) })
    case "uniform":
        return doubles(
            { $0.uniform(low: d(c.low), high: d(c.high)) }, { $0.uniform(low: d(c.low), high: d(c.high), count: $1) })
    case "standardNormal": return doubles({ $0.standardNormal() }, { $0.standardNormal(count: $1) })
    case "normal":
        return doubles(
            { $0.normal(mean: d(c.mean), standardDeviation: d(c.deviation)) },
            { $0.normal(mean: d(c.mean), standardDeviation: d(c.deviation), count: $1) })
    case "standardExponential": return doubles({ $0.standardExponential() }, { $0.standardExponential(count: $1) })
    case "exponential":
        return doubles({ $0.exponential(scale: d(c.scale)) }, { $0.exponential(scale: d(c.scale), count: $1) })
    case "standardGamma":
        return doubles({ $0.standardGamma(shape: d(c.shape)) }, { $0.standardGamma(shape: d(c.shape), count: $1) })
    case "gamma":
        return doubles(
            { $0.gamma(shape: d(c.shape), scale: d(c.scale)) },
            { $0.gamma(shape: d(c.shape), scale: d(c.scale), count: $1) })
    case "beta": return doubles({ $0.beta(a: d(c.a), b: d(c.b)) }, { $0.beta(a: d(c.a), b: d(c.b), count: $1) })
    case "chiSquare":
        return doubles(
            { $0.chiSquare(degreesOfFreedom: d(c.df)) }, { $0.chiSquare(degreesOfFreedom: d(c.df), count: $1) })
    case "f":
        return doubles(
            { $0.f(numeratorDegreesOfFreedom: d(c.numerator), denominatorDegreesOfFreedom: d(c.denominator)) },
            {
                $0.f(
                    numeratorDegreesOfFreedom: d(c.numerator), denominatorDegreesOfFreedom: d(c.denominator), count: $1)
            })
    case "studentT":
        return doubles(
            { $0.studentT(degreesOfFreedom: d(c.df)) }, { $0.studentT(degreesOfFreedom: d(c.df), count: $1) })
    case "logNormal":
        return doubles(
            { $0.logNormal(mean: d(c.mean), standardDeviation: d(c.deviation)) },
            { $0.logNormal(mean: d(c.mean), standardDeviation: d(c.deviation), count: $1) })
    case "laplace":
        return doubles(
            { $0.laplace(mean: d(c.mean), scale: d(c.scale)) },
            { $0.laplace(mean: d(c.mean), scale: d(c.scale), count: $1) })
    case "gumbel":
        return doubles(
            { $0.gumbel(mode: d(c.mode), scale: d(c.scale)) },
            { $0.gumbel(mode: d(c.mode), scale: d(c.scale), count: $1) })
    case "logistic":
        return doubles(
            { $0.logistic(mean: d(c.mean), scale: d(c.scale)) },
            { $0.logistic(mean: d(c.mean), scale: d(c.scale), count: $1) })
    case "rayleigh": return doubles({ $0.rayleigh(scale: d(c.scale)) }, { $0.rayleigh(scale: d(c.scale), count: $1) })
    case "weibull": return doubles({ $0.weibull(shape: d(c.shape)) }, { $0.weibull(shape: d(c.shape), count: $1) })
    case "pareto": return doubles({ $0.pareto(shape: d(c.shape)) }, { $0.pareto(shape: d(c.shape), count: $1) })
    case "triangular":
        return doubles(
            { $0.triangular(low: d(c.low), mode: d(c.mode), high: d(c.high)) },
            { $0.triangular(low: d(c.low), mode: d(c.mode), high: d(c.high), count: $1) })
    case "vonMises":
        return doubles(
            { $0.vonMises(mean: d(c.mean), concentration: d(c.concentration)) },
            { $0.vonMises(mean: d(c.mean), concentration: d(c.concentration), count: $1) })
    case "poisson": return integers({ $0.poisson(rate: d(c.rate)) }, { $0.poisson(rate: d(c.rate), count: $1) })
    case "binomial":
        return integers(
            { $0.binomial(trials: c.n!.integer, probability: c.p!.one) },
            { $0.binomial(trials: c.n!.integer, probability: c.p!.one, count: $1) })
    case "geometric":
        return integers({ $0.geometric(probability: c.p!.one) }, { $0.geometric(probability: c.p!.one, count: $1) })
    case "negativeBinomial":
        return integers(
            { $0.negativeBinomial(successes: d(c.n), probability: c.p!.one) },
            { $0.negativeBinomial(successes: d(c.n), probability: c.p!.one, count: $1) })
    case "multinomial":
        return .integers(s.multinomial(trials: c.n!.integer, probabilities: c.p!.many, count: c.count!).flatMap { $0 })
    case "dirichlet": return .doubles(s.dirichlet(alpha: c.p!.many, count: c.count!).flatMap { $0 })
    case "multivariateNormal": return .nearly(s.vectors(c).doubles)
    case "integers":
        return integers({ $0.integer(in: c.first!..<c.end!) }, { $0.integers(in: c.first!..<c.end!, count: $1) })
    case "permutation": return .integers(s.permutation(c.n!.integer))
    case "choice":
        return .integers(s.choice(c.n!.integer, count: c.count!, replacing: c.replacing!, probabilities: c.p?.many))
    case "permutationOf", "shuffle", "permuted":
        let count = c.tensor!.reduce(1, *)
        var x = Tensor((0..<count).map(Int64.init), shape: c.tensor!)
        switch c.call {
        case "permutationOf": x = s.permutation(x, axis: c.axis!)
        case "shuffle": s.shuffle(&x, axis: c.axis!)
        default: x = s.permutedTensor(x, axis: c.axis)
        }
        return .integers(x.doubles.map { Int($0) })
    default: fatalError("unknown call \(c.call)")
    }
}

/// A vector is the mean and some number of lengths along each of the covariance's eigenvectors, whose signs are the
/// library's choice, which differs between processors.
private func compareAlongEigenvectors(
    _ ours: [Double], _ theirs: [Double], _ call: StreamCases.Call, _ place: Comment
) throws {
    let mean = Tensor(call.mean!.list), n = mean.count
    let axes = LinearAlgebra.eigenvalues(symmetric: Tensor(call.covariance!, shape: [n, n])).vectors
    // Of many vectors the first are kept, and not all of the last of these.
    let count = min(ours.count, theirs.count) / n
    func lengths(_ values: [Double]) -> [Double] {
        abs(matmul(Tensor(Array(values.prefix(count * n)), shape: [count, n]) - mean, axes)).doubles
    }
    if let difference = Closeness.difference(lengths(ours), lengths(theirs), 1e-11, unit: 1e4) {
        try #require(Bool(false), "\(place): \(difference)")
    }
}

private func replay<Stream: ResumableStream>(_ recorded: StreamCases.Stream, on start: Stream) throws {
    var stream = start
    for (step, call) in recorded.calls.enumerated() {
        let place = Comment(rawValue: "\(Stream.self), seed \(recorded.seed), call \(step): \(call)")
        if call.call == "state" {
            try #require(stream.isAt(call), place)
            // On goes another stream that is told the state by way of a file.
            var resumed = Stream.other
            resumed.state = try JSONDecoder().decode(Stream.State.self, from: JSONEncoder().encode(stream.state))
            stream = resumed
            continue
        }
        switch answer(call, &stream) {
        case .doubles(let values):
            try #require(values.count == call.size ?? call.v.count, place)
            for (ours, theirs) in zip(values, call.v) {
                try #require(
                    ours == theirs.double || (ours.isNaN && theirs.double.isNaN),
                    "\(place): \(ours), NumPy \(theirs.double)")
            }
            if let hash = call.hash { try #require(Hash.of(values.map(\.bitPattern)) == hash, place) }
        case .integers(let values):
            try #require(values.count == call.size ?? call.v.count, place)
            for (ours, theirs) in zip(values, call.v) {
                try #require(ours == theirs.integer, "\(place): \(ours), NumPy \(theirs.integer)")
            }
            if let hash = call.hash {
                try #require(Hash.of(values.map { UInt64(bitPattern: Int64($0)) }) == hash, place)
            }
        case .nearly(let values):
            // Decompositions and products of matrices round by the library.
            try #require(values.count == call.size ?? call.v.count, place)
            if call.method == "eigh", !values.isEmpty {
                try compareAlongEigenvectors(values, call.v.map(\.double), call, place)
                continue
            }
            // Of many values the first are kept.
            let (kept, wanted) = (Array(values.prefix(call.v.count)), call.v.map(\.double))
            if let difference = Closeness.difference(kept, wanted, 1e-11, unit: 1e4) {
                try #require(Bool(false), "\(place): \(difference)")
            }
        }
    }
}

@Suite("NumPy's random streams, in random calls")
struct RandomStreamCasesTests {
    private static let cases = Result { try Fixture.decode("numpy_random_streams", as: StreamCases.self) }

    @Test func randomStateGivesNumPysNumbers() throws {
        for recorded in try Self.cases.get().legacy { try replay(recorded, on: RandomState(seed: recorded.seed)) }
    }

    @Test func generatorGivesNumPysNumbers() throws {
        for recorded in try Self.cases.get().modern { try replay(recorded, on: Generator(seed: UInt64(recorded.seed))) }
    }
}
