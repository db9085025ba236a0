import Foundation
import TernCore
import TestSupport
import Testing

/// Tests/Fixtures/numpy_random.json, written by Scripts/fixtures/numpy_random.py.
private struct Recorded: Decodable {
    struct Case: Decodable {
        let name: String
        let seed: UInt32
        let calls: [Call]
    }
    struct Call: Decodable {
        let call: String
        let count: Int
        let low, high, mean, deviation: Double?
        let first, end, population: Int?
        let replacing: Bool?
        let probabilities, doubles: [Double]?
        let integers: [Int]?
    }
    struct Raw: Decodable {
        let seed: UInt32
        let mersenne: [UInt32]
        let pcg: [UInt64]
    }
    struct Seeds: Decodable {
        let entropy, key, words: [UInt32]
        let longWords: [UInt64]
    }
    struct Spawned: Decodable {
        let seed: UInt64
        let first, second: [[Double]]
        let parent: [Double]
    }
    let raw: [Raw]
    let seedSequences: [Seeds]
    let spawned: Spawned
    let legacy, modern: [Case]

    static let all = try! Fixture.decode("numpy_random", as: Recorded.self)
}

/// Repeats the recorded calls on one stream, and compares every bit of every value.
private func replay(_ recorded: Recorded.Case, on start: some RandomStream) {
    var stream = start
    for (step, call) in recorded.calls.enumerated() {
        let place = Comment(rawValue: "\(recorded.name), seed \(recorded.seed), call \(step): \(call.call)")
        let count = call.count
        var doubles: [Double]?, integers: [Int]?
        switch call.call {
        case "random": doubles = stream.random(count: count)
        case "uniform": doubles = stream.uniform(low: call.low!, high: call.high!, count: count)
        case "normal":
            doubles = stream.normal(mean: call.mean!, standardDeviation: call.deviation!, count: count)
        case "integers": integers = stream.integers(in: call.first!..<call.end!, count: count)
        case "permutation": integers = stream.permutation(count)
        case "shuffle":
            var values = (0..<count).map { Int32(100 + $0) }
            stream.shuffle(&values)
            integers = values.map(Int.init)
        case "choice":
            integers = stream.choice(
                call.population!, count: count, replacing: call.replacing!, probabilities: call.probabilities)
        case "long random": doubles = digest(stream.random(count: count))
        case "long normal": doubles = digest(stream.standardNormal(count: count))
        case "long integers": integers = digest(stream.integers(in: 0..<1_000_003, count: count))
        case "long permutation": integers = digest(stream.permutation(count))
        default: Issue.record("unknown call \(call.call)")
        }
        #expect(doubles == call.doubles, place)
        #expect(integers == call.integers, place)
    }
}

private func digest(_ values: [Double]) -> [Double] {
    [values.min()!, values.max()!, values[values.count / 2], values.last!, values.reduce(0, +)]
}

private func digest(_ values: [Int]) -> [Int] {
    let sum = values.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 7) }
    return [values.min()!, values.max()!, values[values.count / 2], values.last!, sum]
}

private let kinds = ["numbers", "integers", "orders", "choices", "long_runs"]

@Suite("NumPy's random streams")
struct RandomStreamTests {
    @Test("RandomState gives NumPy's values, call by call", arguments: kinds)
    func legacyStream(kind: String) {
        let cases = Recorded.all.legacy.filter { $0.name == kind }
        #expect(!cases.isEmpty)
        for recorded in cases { replay(recorded, on: RandomState(seed: recorded.seed)) }
    }

    @Test("Generator gives NumPy's values, call by call", arguments: kinds)
    func modernStream(kind: String) {
        let cases = Recorded.all.modern.filter { $0.name == kind }
        #expect(!cases.isEmpty)
        for recorded in cases { replay(recorded, on: Generator(seed: UInt64(recorded.seed))) }
    }

    @Test("The engines give NumPy's raw words")
    func engines() {
        for raw in Recorded.all.raw {
            var mersenne = MersenneTwister(seed: raw.seed)
            let words = (0..<1300).map { _ in mersenne.nextWord() }
            #expect([0, 1, 623, 624, 1299].map { words[$0] } == raw.mersenne)
            var pcg = PCG64(seedSequence: SeedSequence(UInt64(raw.seed)))
            #expect((0..<raw.pcg.count).map { _ in pcg.next() } == raw.pcg)
        }
    }

    @Test("The Mersenne Twister reaches the 10,000th word that its standard fixes")
    func standardWord() {
        var engine = MersenneTwister(seed: 5489)
        for _ in 1..<10_000 { _ = engine.nextWord() }
        #expect(engine.nextWord() == 4_123_659_995)
    }

    @Test("Seed sequences give NumPy's words")
    func seedSequences() {
        for seeds in Recorded.all.seedSequences {
            let sequence = SeedSequence(entropy: seeds.entropy, spawnKey: seeds.key)
            #expect(sequence.words(6) == seeds.words)
            #expect(sequence.longWords(3) == seeds.longWords)
        }
        #expect(SeedSequence(UInt64.max).entropy == [.max, .max])
    }

    @Test("Spawned generators are NumPy's, and leave the parent as it was")
    func spawning() {
        let recorded = Recorded.all.spawned
        var parent = Generator(seed: recorded.seed)
        func draw(_ children: [Generator]) -> [[Double]] {
            children.map { child in
                var child = child
                return child.random(count: 2)
            }
        }
        #expect(draw(parent.spawn(2)) == recorded.first)
        #expect(draw(parent.spawn(1)) == recorded.second)
        #expect(parent.random(count: 2) == recorded.parent)
    }

    @Test("Single values are those of a call for many")
    func singleValues() {
        func check(_ start: some RandomStream) {
            var one = start, many = start
            #expect((0..<5).map { _ in one.random() } == many.random(count: 5))
            #expect((0..<5).map { _ in one.uniform(low: -1, high: 3) } == many.uniform(low: -1, high: 3, count: 5))
            #expect((0..<5).map { _ in one.standardNormal() } == many.standardNormal(count: 5))
            #expect((0..<5).map { _ in one.integer(in: -4..<9) } == many.integers(in: -4..<9, count: 5))
        }
        check(RandomState(seed: 8))
        check(Generator(seed: 8))
    }

    @Test("Filling a buffer meets the ends of the engine's blocks anywhere")
    func fillingAcrossBlocks() {
        for words in [0, 1, 2, 623] {
            var filled = RandomState(seed: 3)
            for _ in 0..<words { _ = filled.nextWord() }
            var single = filled
            let values = filled.uniform(low: 2, high: 5, count: 1000)
            #expect(values == (0..<1000).map { _ in single.uniform(low: 2, high: 5) })
            #expect(filled == single)
        }
    }

    @Test("A copy goes on from the same place, on its own")
    func copies() {
        func check(_ start: some RandomStream) {
            var original = start
            _ = original.standardNormal()
            var copy = original
            let expected = original.normal(count: 700)
            #expect(copy.normal(count: 700) == expected)
        }
        check(RandomState(seed: 1))
        check(Generator(seed: 1))
    }

    @Test("Other collections are shuffled as arrays are")
    func collections() {
        let start = RandomState(seed: 5)
        let expected = afterwards(start) { $0.permutation(50) }
        let slice = afterwards(start) { stream in
            var slice = Array(-3..<50)[3...]
            stream.shuffle(&slice)
            return Array(slice)
        }
        let scattered = afterwards(start) { stream in
            var scattered = Scattered(values: Array(0..<50))
            stream.shuffle(&scattered)
            return scattered.values
        }
        let names = afterwards(start) { $0.permutation((0..<50).map(String.init)) }
        #expect(slice == expected)
        #expect(scattered == expected)
        #expect(names == expected.map(String.init))
    }

    @Test("What cannot be drawn is refused with a message that says why")
    func refusals() async {
        let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var state = RandomState(seed: 0)
            _ = state.integers(in: 5..<5, count: 1)
        }
        #expect(message(empty).contains("empty range 5..<5"))
        let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var state = RandomState(seed: 0)
            _ = state.choice(2, count: 1, probabilities: [0.5, 0.25])
        }
        #expect(message(sum).contains("given a sum of 0.75"))
        let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = Generator(seed: 0)
            _ = generator.choice(3, count: 4, replacing: false)
        }
        #expect(message(many).contains("cannot choose 4 of 3 elements without replacement"))
    }

    @Test("Distributions without such a parameter are refused")
    func refusedParameters() async {
        let scale = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = Generator(seed: 0)
            _ = generator.exponential(scale: -1)
        }
        #expect(message(scale).contains("exponential: scale is 0 or more, given -1.0"))
        let probability = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var state = RandomState(seed: 0)
            _ = state.binomial(trials: 3, probability: 1.5, count: 0)
        }
        #expect(message(probability).contains("binomial: probability is a probability, from 0 to 1, given 1.5"))
        let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = Generator(seed: 0)
            _ = generator.multinomial(trials: 3, probabilities: [0.75, 0.5, 0], count: 1)
        }
        #expect(message(sum).contains("those before the last sum to 1.25"))
        let covariance = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = Generator(seed: 0)
            _ = generator.multivariateNormal(mean: [0, 0], covariance: Tensor([[1.0, 2], [2, 1]]), count: 1)
        }
        #expect(message(covariance).contains("not symmetric and positive semidefinite"))
        let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var state = RandomState(seed: 0)
            _ = state.choice(2, count: 0, probabilities: [0.5, 0.25])
        }
        #expect(message(none).contains("given a sum of 0.75"))
    }

    @Test("Vectors of any method have the mean and covariance asked for")
    func multivariateMoments() {
        let covariance = Tensor([[4.0, 1.5], [1.5, 1]])
        func check(_ x: Tensor) {
            let center = x.mean(axis: 0), deviation = x - center
            #expect(abs(center - Tensor([5.0, -1])).max().item < 0.06)
            #expect(abs(matmul(deviation.transposed(), deviation) / Double(x.shape[0]) - covariance).max().item < 0.12)
        }
        var state = RandomState(seed: 1)
        check(state.multivariateNormal(mean: [5, -1], covariance: covariance, count: 20_000))
        for method in Generator.CovarianceMethod.allCases {
            var generator = Generator(seed: 1)
            check(generator.multivariateNormal(mean: [5, -1], covariance: covariance, count: 20_000, method: method))
        }
    }

    @Test("A state holds what NumPy's does, also as JSON")
    func states() throws {
        var generator = Generator(seed: 42)
        _ = generator.integers(in: 0..<10, count: 1)
        let text = String(decoding: try JSONEncoder().encode(generator.state), as: UTF8.self)
        #expect(
            text.contains("\"has_uint32\":true") && text.contains("\"inc\":\"332724090758049132448979897138935081983\"")
        )
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                Generator.State.self,
                from: Data(#"{"state": "-1", "inc": "1", "has_uint32": false, "uinteger": 0}"#.utf8))
        }
        var state = RandomState(seed: 42)
        _ = state.standardNormal()
        #expect(state.state.hasGauss && state.state.key.count == 624)
        var other = RandomState(seed: 1)
        other.state = state.state
        #expect(other == state)
    }

    @Test("Swift's own random functions take the streams")
    func asGenerator() {
        var state = RandomState(seed: 2)
        #expect((0..<10).contains(Int.random(in: 0..<10, using: &state)))
    }
}

/// What a call gives on a copy of the stream.
private func afterwards<Stream, Result>(_ start: Stream, _ call: (inout Stream) -> Result) -> Result {
    var stream = start
    return call(&stream)
}

/// A collection whose elements do not lie side by side in memory, as far as it tells.
private struct Scattered: MutableCollection, RandomAccessCollection {
    var values: [Int]
    var startIndex: Int { 1000 }
    var endIndex: Int { 1000 + values.count }
    subscript(position: Int) -> Int {
        get { values[position - 1000] }
        set { values[position - 1000] = newValue }
    }
}

@Suite("Philox by index")
struct PhiloxTests {
    /// Random123's known answers for philox4x32 with 10 rounds.
    @Test("The block function gives the known answers")
    func knownAnswers() {
        typealias Block = Philox4x32.Block
        let ones = Block(repeating: .max)
        #expect(
            Philox4x32.block(counter: .zero, key: 0)
                == Block(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox4x32.block(counter: ones, key: .max)
                == Block(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox4x32.block(
                counter: Block(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: 0x299f_31d0_a409_3822)
                == Block(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test("A value depends on its index alone, not on where a call starts")
    func pieces() {
        let philox = Philox4x32(seed: 11)
        let all = 0..<100
        let uniform = philox.uniform(at: all, stream: 2), floats = philox.uniformFloats(at: all, stream: 2)
        let normal = philox.normal(at: all, stream: 2), normalFloats = philox.normalFloats(at: all, stream: 2)
        for piece in [0..<1, 1..<4, 3..<10, 50..<50, 2..<99, 97..<100] {
            #expect(philox.uniform(at: piece, stream: 2) == Array(uniform[piece]))
            #expect(philox.uniformFloats(at: piece, stream: 2) == Array(floats[piece]))
            #expect(philox.normal(at: piece, stream: 2) == Array(normal[piece]))
            #expect(philox.normalFloats(at: piece, stream: 2) == Array(normalFloats[piece]))
        }
    }

    @Test("Numbers are the bits of their block, four Floats or two Doubles of each")
    func layout() {
        let philox = Philox4x32(key: 0x1234_5678_9abc_def0), stream: UInt64 = 0xfeed_0000_0001
        let start = 4 * (1 << 32) - 8  // across the end of the counter's first word
        let floats = philox.uniformFloats(at: start..<start + 40, stream: stream)
        let doubles = philox.uniform(at: start / 2..<start / 2 + 20, stream: stream)
        for block in 0..<10 {
            let words = philox.words(block: UInt64(start / 4 + block), stream: stream)
            for i in 0..<4 { #expect(floats[4 * block + i] == Float(words[i] >> 8) * 0x1p-24) }
            for i in 0..<2 {
                let bits = UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i])
                #expect(doubles[2 * block + i] == Double(bits >> 11) * 0x1p-53)
            }
        }
    }

    @Test("Normal Floats are Box and Muller's pairs of the words, to their last bits")
    func normalLayout() {
        let philox = Philox4x32(key: 0x1234_5678_9abc_def0), stream: UInt64 = 0xfeed_0000_0001
        let start = 4 * (1 << 32) - 40
        let numbers = philox.normalFloats(at: start..<start + 160, stream: stream)
        for block in 0..<40 {
            let words = philox.words(block: UInt64(start / 4 + block), stream: stream)
            for pair in 0..<2 {
                let radius = (-2 * log((Double(Float(words[2 * pair])) + 0.5) * 0x1p-32)).squareRoot()
                let angle = 2 * Double.pi * Double(words[2 * pair + 1] >> 8) * 0x1p-24
                #expect(abs(Double(numbers[4 * block + 2 * pair]) - radius * cos(angle)) < 3e-6)
                #expect(abs(Double(numbers[4 * block + 2 * pair + 1]) - radius * sin(angle)) < 3e-6)
            }
        }
    }

    @Test("Key and stream each set a sequence of its own")
    func sequences() {
        let indices = 0..<8
        let values = Philox4x32(key: 1).uniform(at: indices, stream: 1)
        #expect(Philox4x32(key: 1).uniform(at: indices, stream: 1) == values)
        #expect(Philox4x32(key: 2).uniform(at: indices, stream: 1) != values)
        #expect(Philox4x32(key: 1).uniform(at: indices, stream: 2) != values)
        #expect(Philox4x32(key: 1).uniform(at: indices, stream: 1 << 32) != values)
        #expect(Philox4x32(seed: 1) != Philox4x32(seed: 2))
    }

    @Test("Uniform numbers lie in [0, 1) with the mean and variance of the distribution")
    func uniformMoments() {
        let philox = Philox4x32(key: 5)
        let doubles = philox.uniform(at: 0..<50_000)
        let floats = philox.uniformFloats(at: 0..<50_000).map(Double.init)
        for values in [doubles, floats] {
            #expect(values.allSatisfy { (0..<1).contains($0) })
            let (mean, variance) = moments(values)
            #expect(abs(mean - 0.5) < 0.006)
            #expect(abs(variance - 1.0 / 12) < 0.002)
        }
    }

    @Test("Normal numbers have mean 0, variance 1 and the tails of the distribution")
    func normalMoments() {
        let philox = Philox4x32(key: 5)
        let doubles = philox.normal(at: 0..<50_000)
        let floats = philox.normalFloats(at: 0..<50_000).map(Double.init)
        for values in [doubles, floats] {
            let (mean, variance) = moments(values)
            #expect(abs(mean) < 0.02)
            #expect(abs(variance - 1) < 0.03)
            let beyondTwo = Double(values.count { abs($0) > 2 }) / Double(values.count)
            #expect(abs(beyondTwo - 0.0455) < 0.004)
        }
    }

    private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return (mean, variance)
    }
}
