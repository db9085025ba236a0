import Tern

/// The values of steps, one after the other, until they are scaled: in single precision, or in double where single
/// would lose what they vary by.
///
/// What a file holds in single precision or in up to 16 bits stays in 32 bits. What it holds in more (`double`, whole
/// numbers of 32 bits, packing by doubles) stays in 64 where rounding it to 32 would add more than 1/100,000 of what it
/// varies by (``RoundingLoss``), as of 1e9 + x. Parts are read whole; whoever has seen the training part rounds them or
/// not. What is computed of either is computed in double precision, and rounded once. ``round()`` makes the scaled
/// values, which networks see in single precision.
struct StepValues: Sendable {
    private(set) var singles: [Float] = []
    private(set) var doubles: [Double] = []
    /// What nothing in the file says of how they were read.
    var reading: ReadingNotes = []

    init() {}

    init(_ doubles: [Double]) { self.doubles = doubles }

    init(_ singles: [Float]) { self.singles = singles }

    /// - Parameters:
    ///   - width: how many values a step has.
    ///   - isPart: whether these are not all steps.
    init(_ values: Tensor, width: Int, isPart: Bool) {
        let isDouble =
            values.dtype == .float64
            && values.withScalars(Double.self) { values in
                if isPart { return values.contains { Double(Float($0)) != $0 && !$0.isNaN } }
                var loss = RoundingLoss(places: values.count > width ? width : 1)
                loss.add(values)
                return loss.matters
            }
        if isDouble {
            doubles = values.scalars(Double.self)
        } else {
            singles = values.cast(to: .float32).scalars(Float.self)
        }
    }

    var isDouble: Bool { !doubles.isEmpty }
    var count: Int { isDouble ? doubles.count : singles.count }

    subscript(i: Int) -> Double { isDouble ? doubles[i] : Double(singles[i]) }

    func firstIndex(where condition: (Double) -> Bool) -> Int? {
        isDouble ? doubles.firstIndex(where: condition) : singles.firstIndex { condition(Double($0)) }
    }

    /// Calls `body` with places and values.
    @inline(__always)
    func visit(_ range: Range<Int>, _ body: (_ index: Int, _ value: Double) throws -> Void) rethrows {
        if isDouble {
            try doubles.withUnsafeBufferPointer { values in for i in range { try body(i, values[i]) } }
        } else {
            try singles.withUnsafeBufferPointer { values in for i in range { try body(i, Double(values[i])) } }
        }
    }

    /// Replaces values in place.
    @inline(__always)
    mutating func replace(_ range: Range<Int>, _ body: (_ index: Int, _ value: Double) -> Double) {
        if isDouble {
            doubles.withUnsafeMutableBufferPointer { values in for i in range { values[i] = body(i, values[i]) } }
        } else {
            singles.withUnsafeMutableBufferPointer { values in
                for i in range { values[i] = Float(body(i, Double(values[i]))) }
            }
        }
    }

    /// Brings all into single precision.
    mutating func round() {
        guard isDouble else { return }
        singles = doubles.map { Float($0) }
        doubles = []
    }

    /// Rows of so many values.
    func taking(_ rows: [Int], width: Int) -> StepValues {
        var part = StepValues()
        part.reading = reading
        if isDouble {
            part.doubles.reserveCapacity(rows.count * width)
            for row in rows { part.doubles += doubles[row * width..<(row + 1) * width] }
        } else {
            part.singles.reserveCapacity(rows.count * width)
            for row in rows { part.singles += singles[row * width..<(row + 1) * width] }
        }
        return part
    }

    /// The values at these places of each step.
    func gathering(_ places: [Int], width: Int) -> StepValues {
        var part = StepValues()
        part.reading = reading
        for start in stride(from: 0, to: count, by: width) {
            if isDouble {
                part.doubles += places.map { doubles[start + $0] }
            } else {
                part.singles += places.map { singles[start + $0] }
            }
        }
        return part
    }

    /// Replaces rows, both being rounded.
    mutating func replace(_ rows: [Int], by other: StepValues, width: Int) {
        for (from, to) in rows.enumerated() {
            singles.replaceSubrange(
                to * width..<(to + 1) * width, with: other.singles[from * width..<(from + 1) * width])
        }
    }

    mutating func append(_ other: StepValues) {
        reading.formUnion(other.reading)
        guard isDouble || other.isDouble else {
            singles += other.singles
            return
        }
        if !isDouble { (doubles, singles) = (singles.map { Double($0) }, []) }
        doubles += other.isDouble ? other.doubles : other.singles.map { Double($0) }
    }
}
