import CTern
import Tern

/// An array of the caller's whose description holds together. Lengths are looked up where they lie, so that a
/// prediction need not allocate.
struct ArrayView: @unchecked Sendable {
    private var array: tern_array

    /// - Parameter name: how messages call it.
    /// - Throws: ``ArgumentError`` where rank, type or a length is none, or there is no memory.
    init(_ array: tern_array, _ name: @autoclosure () -> String) throws {
        self.array = array
        guard (0...Int32(TERN_MAX_RANK)).contains(array.rank) else {
            throw ArgumentError("\(name()) has the rank \(array.rank); it must be from 0 to \(TERN_MAX_RANK)")
        }
        guard (TERN_FLOAT32.rawValue...TERN_UINT8.rawValue).contains(array.type.rawValue) else {
            throw ArgumentError("\(name()) has the type \(array.type.rawValue), which is none of tern_type")
        }
        var count = 8, isWhole = true
        for i in 0..<rank {
            let (product, overflows) = count.multipliedReportingOverflow(by: max(1, length(i)))
            (count, isWhole) = (product, isWhole && !overflows && length(i) >= 0)
        }
        guard isWhole else { throw ArgumentError("\(name()) has the shape \(shape), which no array has") }
        // No memory is as large as 2^47 bytes.
        var reach = 0
        for i in 0..<rank where length(i) > 1 {
            let (bytes, overflows) = (length(i) - 1).multipliedReportingOverflow(by: stride(i))
            guard !overflows, abs(bytes / 2) < 1 << 46 else {
                throw ArgumentError(
                    "\(name()) has the stride \(stride(i)) along dimension \(i), which leads out of memory")
            }
            reach += abs(bytes)
        }
        guard reach < 1 << 47 else { throw ArgumentError("\(name()) has strides that lead out of memory") }
        guard array.data != nil || self.count == 0 else { throw ArgumentError("\(name()).data is null") }
    }

    var data: UnsafeMutableRawPointer? { array.data }
    var type: tern_type { array.type }
    var rank: Int { Int(array.rank) }
    var shape: [Int] { (0..<rank).map(length) }

    // C's arrays are tuples in Swift.
    private static let shapeOffset = MemoryLayout<tern_array>.offset(of: \.shape)!
    private static let stridesOffset = MemoryLayout<tern_array>.offset(of: \.strides)!

    private func word(_ offset: Int, _ i: Int) -> Int {
        withUnsafeBytes(of: array) { Int($0.load(fromByteOffset: offset + 8 * i, as: Int64.self)) }
    }

    /// How many elements lie along a dimension, and how many bytes apart: 0 of one element, whose stride may be any
    /// number.
    func length(_ i: Int) -> Int { word(Self.shapeOffset, i) }
    func stride(_ i: Int) -> Int { length(i) > 1 ? word(Self.stridesOffset, i) : 0 }

    var count: Int { (0..<rank).reduce(1) { $0 * length($1) } }

    /// Whether its lengths are these behind the first.
    func hasExamples(_ shape: [Int], examples: Int) -> Bool {
        guard rank == shape.count + 1, length(0) == examples else { return false }
        for i in shape.indices where length(i + 1) != shape[i] { return false }
        return true
    }

    /// - Throws: ``ArgumentError`` where elements that are to be written lie at one place.
    func checkWritable(_ name: @autoclosure () -> String) throws {
        guard count > 0 else { return }
        for i in 0..<rank where length(i) > 1 && stride(i) == 0 {
            throw ArgumentError("\(name()) has the stride 0 along dimension \(i): its elements cannot be written")
        }
        // From the smallest stride to the largest, each is to lead past what those before it reach.
        var reach = elementSize, least = 0
        for _ in 0..<rank {
            var next: Int?
            for i in 0..<rank where length(i) > 1 && abs(stride(i)) > least {
                if next.map({ abs(stride(i)) < abs(stride($0)) }) ?? true { next = i }
            }
            guard let next else { break }
            guard abs(stride(next)) >= reach else {
                throw ArgumentError(
                    "\(name()) has the stride \(stride(next)) along dimension \(next), by which its elements overlap: they cannot be written"
                )
            }
            for i in 0..<rank where i != next && length(i) > 1 && abs(stride(i)) == abs(stride(next)) {
                throw ArgumentError(
                    "\(name()) has the stride \(stride(next)) along dimensions \(next) and \(i), by which its elements overlap: they cannot be written"
                )
            }
            reach += (length(next) - 1) * abs(stride(next))
            least = abs(stride(next))
        }
    }

    /// The addresses from its first byte to behind its last; nil where it has no element.
    private var reach: Range<Int>? {
        guard count > 0 else { return nil }
        var low = Int(bitPattern: data), high = low + elementSize
        for i in 0..<rank {
            let way = (length(i) - 1) * stride(i)
            (low, high) = (low + min(0, way), high + max(0, way))
        }
        return low..<high
    }

    /// Whether it has an element in common with another, where both are writable (`checkWritable`): in time linear in
    /// their runs without gaps.
    func overlaps(_ other: ArrayView) -> Bool {
        guard let reach, let others = other.reach, reach.overlaps(others) else { return false }
        var mine = runs(from: reach.lowerBound), theirs = other.runs(from: others.lowerBound)
        var run = mine.next(), their = theirs.next()
        while let one = run, let two = their {
            if one.overlaps(two) { return true }
            if one.lowerBound < two.lowerBound { run = mine.next() } else { their = theirs.next() }
        }
        return false
    }

    /// Where its elements lie, in the order of memory.
    private func runs(from first: Int) -> MemoryRuns {
        MemoryRuns(
            from: first, elementSize: elementSize,
            dimensions: (0..<rank).filter { length($0) > 1 }.map { (length($0), abs(stride($0))) })
    }

    /// Whether writing it row by row may change elements of another that were not read yet: not where both are one
    /// view, whose examples are read before they are written.
    func spoils(_ other: ArrayView) -> Bool {
        guard let reach, let others = other.reach, reach.overlaps(others) else { return false }
        let isSame = data == other.data && type == other.type && rank == other.rank
        return !(isSame && (0..<rank).allSatisfy { length($0) == other.length($0) && stride($0) == other.stride($0) })
    }

    /// The examples from `first` on.
    func part(_ first: Int, _ count: Int) -> ArrayView {
        guard count != length(0) else { return self }
        var part = self
        part.array.data = data.map { $0 + first * stride(0) }
        part.array.shape.0 = Int64(count)
        return part
    }

    /// The type of tensors of it; integers of one byte become those of four.
    var dtype: DType {
        switch type {
        case TERN_FLOAT32: .float32
        case TERN_FLOAT64: .float64
        case TERN_INT32, TERN_UINT8: .int32
        case TERN_INT64: .int64
        default: .bool
        }
    }

    private var elementSize: Int { type == TERN_UINT8 ? 1 : dtype.size }

    /// Whether it lies row by row without gaps in the type.
    ///
    /// Truths of the caller's may be any byte, and do not.
    func lies(as dtype: DType) -> Bool {
        type != TERN_UINT8 && type != TERN_BOOL && self.dtype == dtype && hasNoGaps
    }

    /// Whether it lies row by row without gaps.
    private var hasNoGaps: Bool {
        var step = elementSize
        for i in (0..<rank).reversed() {
            if length(i) != 1, stride(i) != step { return false }
            step *= length(i)
        }
        return true
    }

    /// Whether numbers of one type may stand in an array of another: all where there may be fractions, integers among
    /// integers.
    static func converts(_ type: DType, to other: DType) -> Bool {
        type == other || other.isFloatingPoint || other.isInteger && !type.isFloatingPoint
    }

    /// - Throws: ``ArgumentError`` where a value is beyond the type that it is to be read as.
    func checkHeld(by dtype: DType, _ name: @autoclosure () -> String) throws {
        guard dtype == .int32, type == TERN_INT64 else { return }
        var odd: Int64?
        forEachRow { row, step, width in
            guard odd == nil else { return }
            for i in 0..<width {
                let value = (row + i * step).loadUnaligned(as: Int64.self)
                if Int32(exactly: value) == nil { odd = value }
            }
        }
        if let odd { throw ArgumentError("\(name()) holds \(odd), which its type int32 cannot hold") }
    }

    /// A tensor with a copy of the values.
    func tensor(as wanted: DType? = nil) -> Tensor {
        let dtype = wanted ?? dtype
        return Tensor(shape: shape, dtype: dtype) { if let memory = $0.baseAddress { read(into: memory, as: dtype) } }
    }

    /// Writes the values row by row.
    func read(into memory: UnsafeMutableRawPointer, as dtype: DType) {
        if lies(as: dtype) {
            if count > 0 { memory.copyMemory(from: data!, byteCount: count * dtype.size) }
            return
        }
        move(memory, dtype, isReading: true)
    }

    /// Takes values that lie row by row.
    ///
    /// - Throws: ``ArgumentError`` where the array's type cannot hold them.
    func write(from memory: UnsafeMutableRawPointer, as dtype: DType, _ name: @autoclosure () -> String) throws {
        if lies(as: dtype) {
            if count > 0 { data!.copyMemory(from: memory, byteCount: count * dtype.size) }
            return
        }
        guard Self.converts(dtype, to: self.dtype) else {
            throw ArgumentError("\(name()) is of \(self.dtype), which cannot hold \(dtype)")
        }
        if type == TERN_INT32 || type == TERN_UINT8 {
            let limits = type == TERN_INT32 ? Int64(Int32.min)...Int64(Int32.max) : 0...255
            let isWide = dtype == .int64
            let odd =
                isWide
                ? first(memory.assumingMemoryBound(to: Int64.self), beyond: limits)
                : dtype == .int32 ? first(memory.assumingMemoryBound(to: Int32.self), beyond: limits) : nil
            if let odd {
                throw ArgumentError(
                    "\(name()) cannot hold \(odd); give an array of \(isWide ? "TERN_INT64" : "TERN_INT32")")
            }
        }
        move(memory, dtype, isReading: false)
    }

    /// The first of as many values as it has elements that is beyond limits.
    private func first(_ values: UnsafePointer<some FixedWidthInteger>, beyond limits: ClosedRange<Int64>) -> Int64? {
        for i in 0..<count where !limits.contains(Int64(values[i])) { return Int64(values[i]) }
        return nil
    }

    private func move(_ memory: UnsafeMutableRawPointer, _ dtype: DType, isReading: Bool) {
        switch dtype {
        case .float32: move(memory, Float.self, isReading)
        case .float64: move(memory, Double.self, isReading)
        case .int32: move(memory, Int32.self, isReading)
        case .int64: move(memory, Int64.self, isReading)
        case .bool: move(memory, Truth.self, isReading)
        }
    }

    private func move<Own: Element>(_ memory: UnsafeMutableRawPointer, _ own: Own.Type, _ isReading: Bool) {
        let memory = memory.assumingMemoryBound(to: Own.self)
        switch type {
        case TERN_FLOAT32: move(memory, Float.self, isReading)
        case TERN_FLOAT64: move(memory, Double.self, isReading)
        case TERN_INT32: move(memory, Int32.self, isReading)
        case TERN_INT64: move(memory, Int64.self, isReading)
        case TERN_BOOL: move(memory, Truth.self, isReading)
        default: move(memory, UInt8.self, isReading)
        }
    }

    private func move<Own: Element, Other: Element>(
        _ memory: UnsafeMutablePointer<Own>, _ other: Other.Type, _ isReading: Bool
    ) {
        var next = memory
        forEachRow { row, step, width in
            for i in 0..<width {
                let element = row + i * step
                if isReading {
                    next[i] = Own(taking: element.loadUnaligned(as: Other.self))
                } else {
                    element.storeBytes(of: Other(taking: next[i]), as: Other.self)
                }
            }
            next += width
        }
    }

    /// Goes through the rows along the last dimension: where each lies, how many bytes apart its elements are, and how
    /// many there are.
    @inline(__always)
    private func forEachRow(_ body: (UnsafeMutableRawPointer, _ step: Int, _ width: Int) -> Void) {
        guard count > 0 else { return }
        let shape = shape, strides = (0..<rank).map(stride)
        let width = shape.last ?? 1, step = strides.last ?? 0
        var place = [Int](repeating: 0, count: max(0, shape.count - 1)), row = data!
        while true {
            body(row, step, width)
            var axis = place.count - 1
            while axis >= 0 {
                place[axis] += 1
                row += strides[axis]
                if place[axis] < shape[axis] { break }
                row -= strides[axis] * shape[axis]
                place[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}

/// The bytes of an array whose elements do not overlap, in the order of memory: one range for what lies without gaps.
private struct MemoryRuns: IteratorProtocol {
    private var first: Int?
    private var byteCount: Int
    /// Those with gaps, the smallest stride first, and where along them the next run lies.
    private var dimensions: [(length: Int, stride: Int)]
    private var place: [Int]

    init(from first: Int, elementSize: Int, dimensions: [(length: Int, stride: Int)]) {
        (self.first, byteCount) = (first, elementSize)
        self.dimensions = dimensions.sorted { $0.stride < $1.stride }
        while let next = self.dimensions.first, next.stride == byteCount {
            byteCount *= next.length
            self.dimensions.removeFirst()
        }
        place = [Int](repeating: 0, count: self.dimensions.count)
    }

    mutating func next() -> Range<Int>? {
        guard let first else { return nil }
        var start = first
        self.first = nil
        for (i, dimension) in dimensions.enumerated() {
            if place[i] + 1 < dimension.length {
                place[i] += 1
                self.first = start + dimension.stride
                break
            }
            start -= place[i] * dimension.stride
            place[i] = 0
        }
        return first..<first + byteCount
    }
}

/// A number that arrays hold, made of another: fractions are cut off, what is beyond an integer becomes its nearest.
private protocol Element: BitwiseCopyable {
    init(taking value: some Element)
    var double: Double { get }
    var integer: Int64 { get }
}

extension Float: Element {
    fileprivate init(taking value: some Element) { self = (value as? Float) ?? Float(value.double) }
    fileprivate var double: Double { Double(self) }
    fileprivate var integer: Int64 { double.integer }
}
extension Double: Element {
    fileprivate init(taking value: some Element) { self = value.double }
    fileprivate var double: Double { self }
    fileprivate var integer: Int64 { isNaN ? 0 : Int64(exactly: rounded(.towardZero)) ?? (self < 0 ? .min : .max) }
}
extension Int32: Element {
    fileprivate init(taking value: some Element) { self = Int32(clamping: value.integer) }
    fileprivate var double: Double { Double(self) }
    fileprivate var integer: Int64 { Int64(self) }
}
extension Int64: Element {
    fileprivate init(taking value: some Element) { self = value.integer }
    fileprivate var double: Double { Double(self) }
    fileprivate var integer: Int64 { self }
}
extension UInt8: Element {
    fileprivate init(taking value: some Element) { self = UInt8(clamping: value.integer) }
    fileprivate var double: Double { Double(self) }
    fileprivate var integer: Int64 { Int64(self) }
}

/// A truth of one byte: as in C any byte but 0 is true, which is written as 1.
private struct Truth: Element {
    private var byte: UInt8
    init(taking value: some Element) { byte = value.double == 0 ? 0 : 1 }
    var double: Double { byte == 0 ? 0 : 1 }
    var integer: Int64 { byte == 0 ? 0 : 1 }
}
