#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

import CTernKernels

/// Random numbers by index: a value depends on key, stream and index alone, whoever asks and when.
///
/// ```swift
/// let philox = Philox4x32(seed: 42)
/// let all = philox.uniform(at: 0..<1000, stream: 3)
/// philox.uniform(at: 400..<500, stream: 3) == Array(all[400..<500])       // true
/// ```
///
/// Threads may fill pieces of one array in any order and get the same array, so dropout masks and noise do not depend
/// on the number of threads. Every pair of key and stream is a sequence of its own; the same pair gives related numbers
/// in its uniform and normal, Float and Double forms.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11,
/// 2011, doi:10.1145/2063384.2063405; Philox4x32 with 10 rounds.
public struct Philox4x32: Sendable, Hashable {
    /// Four words of 32 bits: a counter, or the random words that it stands for.
    public typealias Block = SIMD4<UInt32>

    /// What sets this family of sequences apart from others.
    public let key: UInt64

    /// The family of sequences with this key as it is.
    @inlinable
    public init(key: UInt64) { self.key = key }

    /// The family of sequences that a seed stands for, its key mixed by `SeedSequence`.
    public init(seed: UInt64) { key = SeedSequence(seed).longWords(1)[0] }

    /// The four random words of a counter: the function that all else here rests on.
    @inlinable
    public static func block(counter: Block, key: UInt64) -> Block {
        var (a, b, c, d) = (counter[0], counter[1], counter[2], counter[3])
        var left = UInt32(truncatingIfNeeded: key), right = UInt32(truncatingIfNeeded: key >> 32)
        for _ in 0..<10 {
            let first = UInt64(a) &* 0xd251_1f53, second = UInt64(c) &* 0xcd9e_8d57
            a = UInt32(truncatingIfNeeded: second >> 32) ^ b ^ left
            b = UInt32(truncatingIfNeeded: second)
            c = UInt32(truncatingIfNeeded: first >> 32) ^ d ^ right
            d = UInt32(truncatingIfNeeded: first)
            left &+= 0x9e37_79b9
            right &+= 0xbb67_ae85
        }
        return Block(a, b, c, d)
    }

    /// The random words of one block of a stream.
    @inlinable
    public func words(block index: UInt64, stream: UInt64) -> Block {
        Self.block(
            counter: Block(
                UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
                UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
            key: key)
    }
}

// MARK: - Uniform numbers

extension Philox4x32 {
    /// Numbers of 53 bits in [0, 1) at the given places of a stream.
    ///
    /// ```swift
    /// let keep = Philox4x32(key: 7).uniform(at: 0..<4, stream: 0).map { $0 < 0.8 }
    /// ```
    public func uniform(at indices: Range<Int>, stream: UInt64 = 0) -> [Double] {
        Self.array(indices) { fillUniform($0, stream: stream, start: $1) }
    }

    /// Numbers of 24 bits in [0, 1) at the given places of a stream.
    public func uniformFloats(at indices: Range<Int>, stream: UInt64 = 0) -> [Float] {
        Self.array(indices) { fillUniform($0, stream: stream, start: $1) }
    }

    /// Fills the buffer with the uniform numbers of a stream from index `start` on.
    public func fillUniform(
        _ buffer: UnsafeMutableBufferPointer<Double>, stream: UInt64 = 0, start: Int = 0
    ) {
        fill(buffer, perBlock: 2, stream, start) { words in
            SIMD4(Self.double(words[0], words[1]), Self.double(words[2], words[3]), 0, 0)
        }
    }

    /// Fills the buffer with the uniform numbers of a stream from index `start` on.
    public func fillUniform(
        _ buffer: UnsafeMutableBufferPointer<Float>, stream: UInt64 = 0, start: Int = 0
    ) {
        fill(buffer, perBlock: 4, stream, start) { words in
            SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: words &>> 8)) * 0x1p-24
        }
    }
}

// MARK: - Normal numbers

extension Philox4x32 {
    /// Numbers with mean 0 and standard deviation 1 at the given places of a stream.
    ///
    /// ```swift
    /// let noise = Philox4x32(seed: 1).normal(at: 0..<100, stream: 5)
    /// ```
    public func normal(at indices: Range<Int>, stream: UInt64 = 0) -> [Double] {
        Self.array(indices) { fillNormal($0, stream: stream, start: $1) }
    }

    /// Numbers with mean 0 and standard deviation 1 at the given places of a stream.
    public func normalFloats(at indices: Range<Int>, stream: UInt64 = 0) -> [Float] {
        Self.array(indices) { fillNormal($0, stream: stream, start: $1) }
    }

    /// Fills the buffer with the normal numbers of a stream from index `start` on.
    ///
    /// Source: G. E. P. Box and M. E. Muller, "A note on the generation of random normal
    /// deviates", Annals of Mathematical Statistics 29(2), 1958.
    public func fillNormal(
        _ buffer: UnsafeMutableBufferPointer<Double>, stream: UInt64 = 0, start: Int = 0
    ) {
        fill(buffer, perBlock: 2, stream, start) { words in
            // 1 − u is never 0, so its logarithm is finite.
            let radius = (-2 * log(1 - Self.double(words[0], words[1]))).squareRoot()
            let angle = 2 * Double.pi * Self.double(words[2], words[3])
            return SIMD4(radius * cos(angle), radius * sin(angle), 0, 0)
        }
    }

    /// Fills the buffer with the normal numbers of a stream from index `start` on; their last bits depend on the
    /// instruction set.
    public func fillNormal(
        _ buffer: UnsafeMutableBufferPointer<Float>, stream: UInt64 = 0, start: Int = 0
    ) {
        guard start >= 0 else { fail("an index of a random stream is 0 or more, given \(start)") }
        var numbers = tern_random_numbers(out: buffer.baseAddress, stream: stream, key: key)
        kernels.random_normal_f32(&numbers, Int64(start), Int64(start + buffer.count))
    }
}

// MARK: - Shared steps

extension Philox4x32 {
    @inline(__always)
    private static func double(_ low: UInt32, _ high: UInt32) -> Double {
        Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
    }

    /// Writes the values of consecutive blocks; the first and the last may be used in part.
    @inline(__always)
    private func fill<Value>(
        _ buffer: UnsafeMutableBufferPointer<Value>, perBlock: Int, _ stream: UInt64, _ start: Int,
        _ values: (Block) -> SIMD4<Value>
    ) {
        guard start >= 0 else { fail("an index of a random stream is 0 or more, given \(start)") }
        guard let out = buffer.baseAddress else { return }
        @inline(__always)
        func write(_ block: Block, at place: Int) {
            let whole = values(block), target = UnsafeMutableRawPointer(out + place)
            if perBlock == 4 {
                target.storeBytes(of: whole, as: SIMD4<Value>.self)
            } else {
                target.storeBytes(of: whole.lowHalf, as: SIMD2<Value>.self)
            }
        }
        var done = 0
        while done < buffer.count {
            let (index, skipped) = (start + done).quotientAndRemainder(dividingBy: perBlock)
            if skipped == 0, buffer.count - done >= 4 * perBlock {
                var four = FourBlocks()
                four.fill(from: UInt64(index), stream: stream, key: key)
                write(four[0], at: done)
                write(four[1], at: done + perBlock)
                write(four[2], at: done + 2 * perBlock)
                write(four[3], at: done + 3 * perBlock)
                done += 4 * perBlock
            } else {
                let block = values(words(block: UInt64(index), stream: stream))
                let used = min(perBlock - skipped, buffer.count - done)
                for i in 0..<used { out[done + i] = block[skipped + i] }
                done += used
            }
        }
    }

    private static func array<Value>(
        _ indices: Range<Int>, _ fill: (UnsafeMutableBufferPointer<Value>, Int) -> Void
    ) -> [Value] {
        [Value](unsafeUninitializedCapacity: indices.count) { buffer, filled in
            fill(UnsafeMutableBufferPointer(rebasing: buffer[..<indices.count]), indices.lowerBound)
            filled = indices.count
        }
    }
}

/// Four blocks made at once, in the lanes of vectors: about twice as fast as one by one.
///
/// Words are the lower halves of lanes of 64 bits, to leave room for products; what the upper
/// halves hold means nothing.
private struct FourBlocks {
    typealias Lanes = SIMD4<UInt64>
    var a = Lanes(), b = Lanes(), c = Lanes(), d = Lanes()

    @inline(__always)
    subscript(lane: Int) -> Philox4x32.Block {
        Philox4x32.Block(truncatingIfNeeded: Lanes(a[lane], b[lane], c[lane], d[lane]))
    }

    // Not inlined: the compiler would mix the order of the results into every round.
    @inline(never)
    mutating func fill(from index: UInt64, stream: UInt64, key: UInt64) {
        let low = Lanes(repeating: 0xffff_ffff)
        var a = Lanes(repeating: index) &+ Lanes(0, 1, 2, 3)
        var b = a &>> 32
        var c = Lanes(repeating: stream), d = c &>> 32
        var left = Lanes(repeating: key), right = left &>> 32
        for _ in 0..<10 {
            let first = (a & low) &* Lanes(repeating: 0xd251_1f53)
            let second = (c & low) &* Lanes(repeating: 0xcd9e_8d57)
            a = (second &>> 32) ^ b ^ left
            b = second
            c = (first &>> 32) ^ d ^ right
            d = first
            left &+= Lanes(repeating: 0x9e37_79b9)
            right &+= Lanes(repeating: 0xbb67_ae85)
        }
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
}
