// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreRandom = [
    Example("TernCore/Random/Generator+State: State", Generator_State_State),
    Example("TernCore/Random/Generator: Generator", Generator_Generator),
    Example("TernCore/Random/Generator: spawn", Generator_spawn),
    Example("TernCore/Random/Generator: integers", Generator_integers),
    Example("TernCore/Random/Generator: permuted", Generator_permuted),
    Example("TernCore/Random/MersenneTwister: MersenneTwister", MersenneTwister_MersenneTwister),
    Example("TernCore/Random/MultivariateNormal: multivariateNormal", MultivariateNormal_multivariateNormal),
    Example("TernCore/Random/MultivariateNormal: CovarianceMethod", MultivariateNormal_CovarianceMethod),
    Example("TernCore/Random/MultivariateNormal: multivariateNormal", MultivariateNormal_multivariateNormal_2),
    Example("TernCore/Random/PCG64: PCG64", PCG64_PCG64),
    Example("TernCore/Random/Philox: Philox4x32", Philox_Philox4x32),
    Example("TernCore/Random/Philox: uniform", Philox_uniform),
    Example("TernCore/Random/Philox: normal", Philox_normal),
    Example("TernCore/Random/RandomState+State: State", RandomState_State_State),
    Example("TernCore/Random/RandomState: RandomState", RandomState_RandomState),
    Example("TernCore/Random/RandomState: integers", RandomState_integers),
    Example("TernCore/Random/RandomStream+Continuous: gumbel", RandomStream_Continuous_gumbel),
    Example("TernCore/Random/RandomStream+Continuous: weibull", RandomStream_Continuous_weibull),
    Example("TernCore/Random/RandomStream+Counts: poisson", RandomStream_Counts_poisson),
    Example("TernCore/Random/RandomStream+Counts: binomial", RandomStream_Counts_binomial),
    Example("TernCore/Random/RandomStream+Counts: multinomial", RandomStream_Counts_multinomial),
    Example("TernCore/Random/RandomStream+Gamma: exponential", RandomStream_Gamma_exponential),
    Example("TernCore/Random/RandomStream+Gamma: gamma", RandomStream_Gamma_gamma),
    Example("TernCore/Random/RandomStream+Orders: shuffle", RandomStream_Orders_shuffle),
    Example("TernCore/Random/RandomStream+Orders: permutation", RandomStream_Orders_permutation),
    Example("TernCore/Random/RandomStream+Orders: choice", RandomStream_Orders_choice),
    Example("TernCore/Random/RandomStream+Orders: permutation", RandomStream_Orders_permutation_2),
    Example("TernCore/Random/RandomStream: RandomStream", RandomStream_RandomStream),
    Example("TernCore/Random/RandomStream: random", RandomStream_random),
    Example("TernCore/Random/RandomStream: uniform", RandomStream_uniform),
    Example("TernCore/Random/RandomStream: standardNormal", RandomStream_standardNormal),
    Example("TernCore/Random/RandomStream: normal", RandomStream_normal),
    Example("TernCore/Random/SeedSequence: SeedSequence", SeedSequence_SeedSequence),
    Example("TernCore/Random/SeedSequence: spawn", SeedSequence_spawn),
    Example("TernCore/Random/Tensor+Random: random", Tensor_Random_random),
    Example("TernCore/Random/Tensor+Random: randomNormal", Tensor_Random_randomNormal),
]

private func Generator_State_State() async throws {
    var stream = Generator(seed: 0)
    _ = stream
    let here = stream.state
    _ = here
    let first = stream.normal(count: 3)
    _ = first
    stream.state = here
    check("true", stream.normal(count: 3) == first)
}

private func Generator_Generator() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    check("[0.030471707975443137, -0.10399841062404956]", generator.normal(mean: 0, standardDeviation: 0.1, count: 2))
    var other = Generator(seed: 42)
    _ = other
    check("[4, 2, 3, 1, 0]", other.permutation(5))
}

private func Generator_spawn() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    var streams = generator.spawn(8)
    _ = streams
    check("[49, 91, 58]", streams[0].integers(in: 0..<100, count: 3))
}

private func Generator_integers() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let dice = generator.integers(in: 1..<7, count: 5)  // [1, 5, 4, 3, 3]
    check("[1, 5, 4, 3, 3]", each: [dice as Any])
    _ = dice
}

private func Generator_permuted() async throws {
    var generator = Generator(seed: 0)
    _ = generator
    check("[[3, 1, 2], [6, 5, 4]]", generator.permuted(Tensor([[1, 2, 3], [4, 5, 6]]), axis: 1))
}

private func MersenneTwister_MersenneTwister() async throws {
    var engine = MersenneTwister(seed: 5489)
    _ = engine
    let first = engine.nextWord()  // 3499211612
    check("3499211612", each: [first as Any])
    _ = first
}

private func MultivariateNormal_multivariateNormal() async throws {
    var state = RandomState(seed: 0)
    _ = state
    let covariance = Tensor([[4.0, 1], [1, 2]])
    _ = covariance
    check("[100, 2]", state.multivariateNormal(mean: [5, 0], covariance: covariance, count: 100).shape)
}

private func MultivariateNormal_CovarianceMethod() async throws {
    check("true: NumPy's names", Generator.CovarianceMethod(rawValue: "eigh") == .eigenvalues)
}

private func MultivariateNormal_multivariateNormal_2() async throws {
    var generator = Generator(seed: 0)
    _ = generator
    let covariance = Tensor([[4.0, 1], [1, 2]])
    _ = covariance
    let winds = generator.multivariateNormal(mean: [5, 0], covariance: covariance, count: 100, method: .cholesky)
    _ = winds
    check("[100, 2]", winds.shape)
}

private func PCG64_PCG64() async throws {
    var engine = PCG64(seedSequence: SeedSequence(42))
    _ = engine
    check("14276969152011380360", engine.next())
}

private func Philox_Philox4x32() async throws {
    let philox = Philox4x32(seed: 42)
    _ = philox
    let all = philox.uniform(at: 0..<1000, stream: 3)
    _ = all
    check("true", philox.uniform(at: 400..<500, stream: 3) == Array(all[400..<500]))
}

private func Philox_uniform() async throws {
    let keep = Philox4x32(key: 7).uniform(at: 0..<4, stream: 0).map { $0 < 0.8 }
    _ = keep
}

private func Philox_normal() async throws {
    let noise = Philox4x32(seed: 1).normal(at: 0..<100, stream: 5)
    _ = noise
}

private func RandomState_State_State() async throws {
    var stream = RandomState(seed: 0)
    _ = stream
    let here = stream.state
    _ = here
    let first = stream.normal(count: 3)
    _ = first
    stream.state = here
    check("true", stream.normal(count: 3) == first)
}

private func RandomState_RandomState() async throws {
    var state = RandomState(seed: 42)
    _ = state
    check("[0.4967141530112327, -0.13826430117118466]", state.normal(count: 2))
    var other = RandomState(seed: 42)
    _ = other
    check("[1, 4, 2, 0, 3]", other.permutation(5))
}

private func RandomState_integers() async throws {
    var state = RandomState(seed: 42)
    _ = state
    let dice = state.integers(in: 1..<7, count: 5)  // [4, 5, 3, 5, 5]
    check("[4, 5, 3, 5, 5]", each: [dice as Any])
    _ = dice
}

private func RandomStream_Continuous_gumbel() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let yearlyMaxima = generator.gumbel(mode: 40, scale: 9, count: 100)
    _ = yearlyMaxima
}

private func RandomStream_Continuous_weibull() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let windSpeeds = generator.weibull(shape: 2, count: 24).map { 8 * $0 }
    _ = windSpeeds
}

private func RandomStream_Counts_poisson() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    check("[1, 4, 15]", [0.5, 3, 12].map { generator.poisson(rate: $0) })
}

private func RandomStream_Counts_binomial() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let wetDays = generator.binomial(trials: 30, probability: 0.4, count: 12)
    _ = wetDays
}

private func RandomStream_Counts_multinomial() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let weather = generator.multinomial(trials: 30, probabilities: [0.5, 0.3, 0.2], count: 12)
    _ = weather
}

private func RandomStream_Gamma_exponential() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let dryDays = generator.exponential(scale: 3.5, count: 100)
    _ = dryDays
}

private func RandomStream_Gamma_gamma() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let rain = generator.gamma(shape: 0.7, scale: 8, count: 365)
    _ = rain
}

private func RandomStream_Orders_shuffle() async throws {
    var state = RandomState(seed: 0)
    _ = state
    var rows = [0, 1, 2, 3, 4]
    _ = rows
    state.shuffle(&rows)
    check("[2, 0, 1, 3, 4]", rows)
}

private func RandomStream_Orders_permutation() async throws {
    var state = RandomState(seed: 42)
    _ = state
    let order = state.permutation(5)  // [1, 4, 2, 0, 3]
    check("[1, 4, 2, 0, 3]", each: [order as Any])
    _ = order
}

private func RandomStream_Orders_choice() async throws {
    var state = RandomState(seed: 42)
    _ = state
    let picked = state.choice(10, count: 3, replacing: false)  // [8, 1, 5]
    check("[8, 1, 5]", each: [picked as Any])
    _ = picked
    let often = state.choice(2, count: 100, probabilities: [0.9, 0.1])
    _ = often
}

private func RandomStream_Orders_permutation_2() async throws {
    var state = RandomState(seed: 0)
    _ = state
    let rows = state.permutation(Tensor([[1, 2], [3, 4], [5, 6]]))  // rows 2, 1, 0
    _ = rows
}

private func RandomStream_RandomStream() async throws {
    func halves(of n: Int, using stream: inout some RandomStream) -> ([Int], [Int]) {
        let order = stream.permutation(n)
        return (Array(order[..<(n / 2)]), Array(order[(n / 2)...]))
    }
    var stream = RandomState(seed: 42)
    _ = stream
    let (first, second) = halves(of: 6, using: &stream)     // [0, 1, 5] and [2, 4, 3]
    check("[0, 1, 5] and [2, 4, 3]", each: [first as Any, second as Any])
    _ = first
    _ = second
}

private func RandomStream_random() async throws {
    var state = RandomState(seed: 42)
    _ = state
    let x = state.random(count: 3)  // [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]
    check("[0.3745401188473625, 0.9507143064099162, 0.7319939418114051]", each: [x as Any])
    _ = x
}

private func RandomStream_uniform() async throws {
    var state = RandomState(seed: 0)
    _ = state
    let weights = state.uniform(low: -0.5, high: 0.5, count: 100)
    _ = weights
}

private func RandomStream_standardNormal() async throws {
    var generator = Generator(seed: 42)
    _ = generator
    let noise = generator.standardNormal(count: 2)  // [0.30471707975443135, -1.0399841062404955]
    check("[0.30471707975443135, -1.0399841062404955]", each: [noise as Any])
    _ = noise
}

private func RandomStream_normal() async throws {
    var state = RandomState(seed: 1)
    _ = state
    let heights = state.normal(mean: 1.7, standardDeviation: 0.1, count: 50)
    _ = heights
}

private func SeedSequence_SeedSequence() async throws {
    var seeds = SeedSequence(12345)
    _ = seeds
    check("[2688385916, 3048105090]", seeds.words(2))
    let workers = seeds.spawn(4).map { Generator(seedSequence: $0) }        // four unrelated streams
    _ = workers
}

private func SeedSequence_spawn() async throws {
    var seeds = SeedSequence(7)
    _ = seeds
    check("[[1201125462], [3618983171]]", seeds.spawn(2).map { $0.words(1) })
}

private func Tensor_Random_random() async throws {
    let x = Tensor.random([3, 4], in: -1..<1, seed: 42)
    _ = x
}

private func Tensor_Random_randomNormal() async throws {
    check("[0.012573022, -0.013210486]", Tensor.randomNormal([2], standardDeviation: 0.1, seed: 0))
}
