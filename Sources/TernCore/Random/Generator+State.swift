extension Generator {
    /// Where the stream has come to, as NumPy's `generator.bit_generator.state` tells it.
    ///
    /// ```swift
    /// var stream = Generator(seed: 0)
    /// let here = stream.state
    /// let first = stream.normal(count: 3)
    /// stream.state = here
    /// stream.normal(count: 3) == first  // true
    /// ```
    ///
    /// Written as JSON its keys are NumPy's: `state` and `inc` (in decimal digits, as text: JSON's readers may not know
    /// 128 bits), `has_uint32` and `uinteger`.
    public struct State: Codable, Equatable, Sendable {
        /// The number of the congruential generator.
        public var state: UInt128
        /// What is added in each of its steps.
        public var increment: UInt128
        /// Whether the upper half of a word is kept for the next 32 bits.
        public var hasUInt32: Bool
        /// The half that was last kept.
        public var uinteger: UInt32

        private enum CodingKeys: String, CodingKey {
            case state
            case increment = "inc"
            case hasUInt32 = "has_uint32"
            case uinteger
        }

        /// A state from its numbers, as NumPy's `bit_generator.state` tells them.
        public init(state: UInt128, increment: UInt128, hasUInt32: Bool = false, uinteger: UInt32 = 0) {
            self.state = state
            self.increment = increment
            self.hasUInt32 = hasUInt32
            self.uinteger = uinteger
        }

        /// Throws `DecodingError` where `state` or `inc` is no number of at most 128 bits.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func number(_ key: CodingKeys) throws -> UInt128 {
                let digits = try values.decode(String.self, forKey: key)
                guard let number = UInt128(digits) else {
                    throw DecodingError.dataCorruptedError(
                        forKey: key, in: values, debugDescription: "\"\(digits)\" is no number of at most 128 bits")
                }
                return number
            }
            state = try number(.state)
            increment = try number(.increment)
            hasUInt32 = try values.decode(Bool.self, forKey: .hasUInt32)
            uinteger = try values.decode(UInt32.self, forKey: .uinteger)
        }

        /// Under NumPy's names, numbers of 128 bits as text.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(String(state), forKey: .state)
            try values.encode(String(increment), forKey: .increment)
            try values.encode(hasUInt32, forKey: .hasUInt32)
            try values.encode(uinteger, forKey: .uinteger)
        }
    }

    /// Where the stream has come to: NumPy's `bit_generator.state`. What ``spawn(_:)`` gives does not depend on it.
    public var state: State {
        get {
            State(
                state: UInt128(engine.high) << 64 | UInt128(engine.low),
                increment: UInt128(engine.incrementHigh) << 64 | UInt128(engine.incrementLow),
                hasUInt32: engine.hasSpareWord, uinteger: engine.spareWord)
        }
        set {
            engine = PCG64(
                state: newValue.state, increment: newValue.increment, spareWord: newValue.uinteger,
                hasSpareWord: newValue.hasUInt32)
        }
    }
}

extension PCG64 {
    fileprivate init(state: UInt128, increment: UInt128, spareWord: UInt32, hasSpareWord: Bool) {
        high = UInt64(truncatingIfNeeded: state >> 64)
        low = UInt64(truncatingIfNeeded: state)
        incrementHigh = UInt64(truncatingIfNeeded: increment >> 64)
        incrementLow = UInt64(truncatingIfNeeded: increment)
        self.spareWord = spareWord
        self.hasSpareWord = hasSpareWord
    }
}
