extension RandomState {
    /// Where the stream has come to, as NumPy's `get_state(legacy=False)` tells it.
    ///
    /// ```swift
    /// var stream = RandomState(seed: 0)
    /// let here = stream.state
    /// let first = stream.normal(count: 3)
    /// stream.state = here
    /// stream.normal(count: 3) == first  // true
    /// ```
    ///
    /// Written as JSON its keys are NumPy's: `key`, `pos`, `has_gauss` and `gauss`.
    public struct State: Codable, Equatable, Sendable {
        /// The 624 words of the Mersenne Twister.
        public var key: [UInt32]
        /// How many of them have been handed out.
        public var position: Int
        /// Whether the second number of a pair of normal ones is kept for the next call.
        public var hasGauss: Bool
        /// That number; 0 without one.
        public var cachedGaussian: Double

        private enum CodingKeys: String, CodingKey {
            case key
            case position = "pos"
            case hasGauss = "has_gauss"
            case cachedGaussian = "gauss"
        }

        /// Whether there are as many words as the twister has, and a place among them.
        package var isWhole: Bool {
            key.count == MersenneTwister.length && (0...MersenneTwister.length).contains(position)
        }

        /// A state from its numbers, as NumPy's `get_state` tells them. Whether they fit is checked where a stream
        /// takes it.
        public init(key: [UInt32], position: Int, hasGauss: Bool = false, cachedGaussian: Double = 0) {
            self.key = key
            self.position = position
            self.hasGauss = hasGauss
            self.cachedGaussian = cachedGaussian
        }
    }

    /// Where the stream has come to: NumPy's `get_state` and `set_state`.
    public var state: State {
        get {
            State(
                key: engine.words, position: engine.position, hasGauss: spareNormal != nil,
                cachedGaussian: spareNormal ?? 0)
        }
        set {
            guard newValue.isWhole else {
                fail(
                    "a state of RandomState holds \(MersenneTwister.length) words and a position from 0 to \(MersenneTwister.length), "
                        + "given \(newValue.key.count) words and position \(newValue.position)")
            }
            engine.words = newValue.key
            engine.position = newValue.position
            spareNormal = newValue.hasGauss ? newValue.cachedGaussian : nil
        }
    }
}
