import TernCore

/// Folds of whole blocks of neighbours, for series whose values are alike from one to the next.
///
/// ```swift
/// let cv = BlockedKFold(nSplits: 2, blockLength: 2, buffer: 1)
/// let splits = try cv.splits(count: 8)
/// splits[0].test                              // [0, 1, 4, 5]: every second block
/// splits[0].train                             // [7]: the neighbours of tested blocks are left out
/// try BlockedKFold(nSplits: 2, buffer: 1).splits(count: 8)[0].train       // [5, 6, 7]
/// ```
///
/// An example whose neighbours are trained on is predicted better than one of another year: folds of single examples
/// flatter. Here each fold tests whole blocks, and `buffer` examples on either side of a tested block are neither
/// trained on nor tested on. Blocks should be longer than the series remembers, the buffer about as long. Where too
/// little is left to train on, take fewer or longer blocks.
///
/// Source: Burman, Chow and Nolan, "A cross-validatory method for dependent data", Biometrika 81, 1994,
/// doi:10.1093/biomet/81.2.351; Racine, "Consistent cross-validatory model-selection for dependent data: hv-block
/// cross-validation", J. Econometrics 99, 2000, doi:10.1016/S0304-4076(00)00030-0; Roberts et al., "Cross-validation
/// strategies for data with temporal, spatial, hierarchical, or phylogenetic structure", Ecography 40, 2017,
/// doi:10.1111/ecog.02881.
public struct BlockedKFold: CrossValidator {
    /// How many folds there are, at least 2; by default 5.
    public var nSplits: Int
    /// How many examples a block has, the last fewer where need be; nil: one block for each fold, as ``KFold`` cuts
    /// them.
    public var blockLength: Int?
    /// How many examples beside each tested block are left out; by default 0.
    public var buffer: Int
    /// Whether blocks are dealt out in random order; by default false: the first to the first fold, and so on.
    public var shuffle: Bool
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(
        nSplits: Int = 5, blockLength: Int? = nil, buffer: Int = 0, shuffle: Bool = false, randomState: UInt32? = nil
    ) {
        self.nSplits = nSplits
        self.blockLength = blockLength
        self.buffer = buffer
        self.shuffle = shuffle
        self.randomState = randomState
    }

    /// The parts, one pair for each fold, both in ascending order; labels and groups are not looked at. A long buffer
    /// may leave a fold nothing to train on.
    ///
    /// - Throws: ``EstimatorError`` where there are fewer than 2 folds or more than blocks or examples, `buffer` is
    ///   negative or `blockLength` less than 1.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Self.checkFolds(nSplits, of: count)
        try Check.that(buffer >= 0, "BlockedKFold: buffer is \(buffer); it must not be negative")
        try Check.that(
            (blockLength ?? 1) >= 1, "BlockedKFold: blockLength is \(blockLength ?? 0); it must be at least 1, or nil")
        let blocks: [Range<Int>], buffer = min(buffer, count)
        if let blockLength {
            blocks = stride(from: 0, to: count, by: blockLength).map { $0..<min(count, $0 + blockLength) }
        } else {
            blocks = evenRuns(of: count, parts: nSplits)
        }
        try Check.that(
            nSplits <= blocks.count,
            "BlockedKFold: nSplits is \(nSplits), but there are \(blocks.count) blocks; give fewer folds or shorter blocks"
        )
        var order = Array(blocks.indices)
        if shuffle {
            var random = RandomState(seed: randomState.orDrawn)
            random.shuffle(&order)
        }
        return (0..<nSplits).map { fold in
            var state = [Int8](repeating: 0, count: count)  // 1: left out, 2: tested
            let tested = order.indices.filter { $0 % nSplits == fold }.map { blocks[order[$0]] }
            for block in tested {
                for i in max(0, block.lowerBound - buffer)..<min(count, block.upperBound + buffer) where state[i] == 0 {
                    state[i] = 1
                }
                for i in block { state[i] = 2 }
            }
            return Split(train: state.indices.filter { state[$0] == 0 }, test: state.indices.filter { state[$0] == 2 })
        }
    }
}

/// Another splitter's parts, without the examples to train on that lie close to one that is tested on: in time, or on
/// a map.
///
/// ```swift
/// let days = Tensor([0.0, 1, 2, 10, 11, 12])
/// let cv = BufferedSplit(KFold(nSplits: 3), positions: days, distance: 1.5)
/// try cv.splits(count: 6).map(\.train)        // [[3, 4, 5], [0, 5], [0, 1, 2]]
/// ```
///
/// Source: Le Rest et al., "Spatial leave-one-out cross-validation for variable selection in the presence of spatial
/// autocorrelation", Global Ecol. Biogeogr. 23, 2014, doi:10.1111/geb.12161.
public struct BufferedSplit: CrossValidator {
    /// Which examples are tested on.
    public var splitter: any CrossValidator
    /// Where each example lies: [examples] along one axis, or [examples, axes].
    public var positions: Tensor
    /// How far from every tested example one must lie to be trained on, in the units of the positions.
    public var distance: Double

    /// A splitter; it is checked when it splits.
    public init(_ splitter: any CrossValidator, positions: Tensor, distance: Double) {
        self.splitter = splitter
        self.positions = positions
        self.distance = distance
    }

    /// - Complexity: O(examples²) distances for each split.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Check.that(distance >= 0, "BufferedSplit: distance is \(distance); it must be a number from 0 on")
        try Check.that(
            positions.rank >= 1 && positions.shape[0] == count,
            "BufferedSplit: positions have the shape \(positions.shape); there are \(count) examples")
        let axes = positions.count / max(1, count), place = positions.doubles
        return try splitter.splits(count: count, labels: labels, groups: groups).map { split in
            let kept = split.train.filter { i in
                split.test.allSatisfy { j in
                    var square = 0.0
                    for k in 0..<axes {
                        let step = place[i * axes + k] - place[j * axes + k]
                        square += step * step
                    }
                    return square.squareRoot() > distance
                }
            }
            return Split(train: kept, test: split.test)
        }
    }

    private enum CodingKeys: String, CodingKey { case splitter, positions, distance }

    /// Reads the splitter by its ``Registered/kind``.
    ///
    /// - Throws: `DecodingError` where the kind is not known (``EstimatorRegistry``) or is no splitter's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        splitter = try container.decode(RegisteredBox.self, forKey: .splitter).as(
            (any CrossValidator).self, in: decoder)
        positions = try container.decode(Tensor.self, forKey: .positions)
        distance = try container.decode(Double.self, forKey: .distance)
    }

    /// Writes the splitter with its kind, the positions and the distance.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(RegisteredBox(splitter), forKey: .splitter)
        try container.encode(positions, forKey: .positions)
        try container.encode(distance, forKey: .distance)
    }
}
