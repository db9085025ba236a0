import Foundation
import TernCore

/// How the stored numbers of a variable become values: missing ones NaN, packed ones scaled.
///
/// `_FillValue` and `missing_value` mark missing values, as for xarray; and, as CF and netCDF4-python have it while
/// xarray has not, netCDF's own fill values where a file gives none, and values outside `valid_range`, `valid_min` and
/// `valid_max`. Attributes that hold numbers as texts are read. The result is `float32` or `float64` by the types of
/// `scale_factor` and `add_offset`, else `float32` for numbers of up to two bytes and floats, `float64` for longer
/// ones. A marker is compared in the type of the variable.
///
/// Source: CF Conventions 1.11, sections 2.5.1 and 8.1; NetCDF User's Guide, "Attribute Conventions";
/// `xarray.coding.variables`.
struct Unpacking {
    /// The type of the values.
    let dtype: DType
    let scale: Double?, offset: Double?
    let missing: [Double]
    /// The stored numbers that are no missing values; nil where all are.
    let valid: ClosedRange<Double>?
    /// The type that the stored bits are to be taken for.
    private let type: ElementType
    /// netCDF's own fill value, where nothing in the file says what is missing.
    private let unmarkedFill: Double?

    init(_ variable: Variable) {
        let scaleFactor = variable.attribute("scale_factor"), addOffset = variable.attribute("add_offset")
        scale = scaleFactor?.numbers.first
        offset = addOffset?.numbers.first
        func isFloat(_ attribute: StoredAttribute?) -> Bool { attribute?.type == .float }
        dtype =
            switch (scaleFactor, addOffset) {
            case (nil, nil): variable.type == .float || variable.type.size <= 2 ? .float32 : .float64
            case (let factor?, nil): isFloat(factor) ? .float32 : .float64
            default:
                isFloat(scaleFactor) && isFloat(addOffset) && !(variable.type.isInteger && variable.type.size == 4)
                    ? .float32 : .float64
            }
        // Classic files have no unsigned types; "_Unsigned" says that numbers are.
        let sign = variable.attribute("_Unsigned")?.value.text?.lowercased()
        type = sign == "true" ? variable.type.unsigned : sign == "false" ? variable.type.signed : variable.type
        var markers: [Double] = []
        for name in ["_FillValue", "missing_value"] {
            markers += variable.attribute(name)?.numbers ?? []
        }
        let ownFill = variable.attribute("_FillValue") == nil ? variable.defaultFill : nil,
            isTold = markers.contains { value in ownFill.map { Float($0) == Float(value) } ?? false }
        unmarkedFill = isTold || type != variable.type ? nil : ownFill
        if let ownFill { markers.append(ownFill) }
        if variable.type == .float { markers = markers.map { Double(Float($0)) } }
        // Markers are written with the other sign rule too.
        let span = variable.type.size < 8 ? Double(1 << (8 * variable.type.size)) : 0x1p64
        if type != variable.type {
            let isUnsigned = type.isUnsigned
            markers = markers.map { isUnsigned ? ($0 < 0 ? $0 + span : $0) : ($0 >= span / 2 ? $0 - span : $0) }
        }
        missing = Set(markers.filter { !$0.isNaN }).sorted()
        valid = Self.valid(
            variable, scale, offset, [scaleFactor, addOffset].compactMap { $0?.type },
            isUnsigned: type.isUnsigned && type != variable.type ? span : nil)
    }

    /// The limits in stored numbers; nil where there are none, or what is given is no range, as of (10, 0), of one
    /// number or of three. They are those of the unpacked values where their type is that of the scale and wider than
    /// the variable's (NetCDF User's Guide).
    private static func valid(
        _ variable: Variable, _ scale: Double?, _ offset: Double?, _ packing: [ElementType], isUnsigned span: Double?
    ) -> ClosedRange<Double>? {
        let range = variable.attribute("valid_range"), least = variable.attribute("valid_min"),
            most = variable.attribute("valid_max")
        guard let type = (range ?? least ?? most)?.type, range?.numbers.count ?? 2 == 2,
            least?.numbers.count ?? 1 == 1, most?.numbers.count ?? 1 == 1
        else { return nil }
        var low = (range ?? least)?.numbers.first ?? -.infinity, high = (range ?? most)?.numbers.last ?? .infinity
        let isOdd = low.isNaN || high.isNaN
        // Nothing lies beyond NaN.
        (low, high) = (low.isNaN ? -.infinity : low, high.isNaN ? .infinity : high)
        if isOdd, low == -.infinity, high == .infinity { return nil }
        if variable.type == .float { (low, high) = (Double(Float(low)), Double(Float(high))) }
        if let span { (low, high) = (low < 0 ? low + span : low, high < 0 ? high + span : high) }
        if type.isFloatingPoint, packing.contains(type), type.size > variable.type.size || variable.type.isInteger {
            let factor = scale ?? 1, shift = offset ?? 0
            (low, high) = ((low - shift) / factor, (high - shift) / factor)
            if factor < 0 { swap(&low, &high) }
            // A limit is a stored number, but for what the division rounds: 100 / 0.1 in single precision is less than
            // 1000.
            if variable.type.isInteger { (low, high) = (wholeNear(low), wholeNear(high)) }
        }
        return low <= high ? low...high : nil
    }

    /// The whole number that one is but for rounding, else the number itself.
    private static func wholeNear(_ number: Double) -> Double {
        let whole = number.rounded()
        return abs(number - whole) <= 1e-6 * max(1, min(abs(number), 1e5)) ? whole : number
    }

    var isPacked: Bool { scale != nil || offset != nil }

    /// The values in a part of a variable.
    func values(of variable: Variable, in ranges: [Range<Int>], from store: any ArrayStore) throws -> Tensor {
        var notes: ReadingNotes?
        return try values(of: variable, in: ranges, from: store, notes: &notes)
    }

    /// The same, which also looks for what nothing in the file says.
    ///
    /// - Parameter notes: to be added to; nil where nobody asks, since each is looked for in a pass of its own.
    func values(
        of variable: Variable, in ranges: [Range<Int>], from store: any ArrayStore, notes: inout ReadingNotes?
    ) throws -> Tensor {
        let shape = ranges.map(\.count), count = shape.reduce(1, *)
        try store.checkMemory(checkedProduct([count, dtype.size + type.size]), variable)
        return try Tensor(shape: shape, dtype: dtype) { values in
            if (type, dtype) == (.float, .float32) || (type, dtype) == (.double, .float64) {
                try store.read(variable, in: ranges, into: values)
                if isPacked || !missing.isEmpty || valid != nil {
                    unpack(UnsafeRawBufferPointer(values), into: values, count, &notes)
                }
                return
            }
            let stored = UnsafeMutableRawBufferPointer.allocate(byteCount: count * type.size, alignment: 64)
            defer { stored.deallocate() }
            if let pointer = stored.baseAddress { useLargePages(pointer, byteCount: stored.count) }
            try store.read(variable, in: ranges, into: stored)
            unpack(UnsafeRawBufferPointer(stored), into: values, count, &notes)
        }
    }

    /// For each type a loop of its own.
    private func unpack(
        _ stored: UnsafeRawBufferPointer, into values: UnsafeMutableRawBufferPointer, _ count: Int,
        _ notes: inout ReadingNotes?
    ) {
        func run<In: StoredNumber>(_: In.Type) {
            if notes?.contains(.ownFill) == false, let unmarkedFill {
                let input = Self.unchecked(stored, In.self), fill = In(nearest: unmarkedFill).double
                if Self.isAny(of: count, { input.pointer[$0].double == fill }) { notes?.insert(.ownFill) }
            }
            // Markers are compared in a type that holds each stored number exactly, but for whole ones beyond 2^53: those
            // nearest to the same Double are alike.
            switch dtype {
            case .float64: convert(stored, In.self, Double.self, Double.self, values, count)
            case _ where type == .double || (type.isInteger && type.size >= 4):
                convert(stored, In.self, Double.self, Float.self, values, count)
            default: convert(stored, In.self, Float.self, Float.self, values, count)
            }
        }
        /// Of those that are there; packed ones are rounded by their scale.
        func noteRounding<In: FixedWidthInteger>(_: In.Type) {
            guard notes?.contains(.rounded) == false, !isPacked else { return }
            let x = Self.unchecked(stored, In.self), y = UncheckedBuffer(values.bindMemory(to: Double.self))
            if Self.isAny(of: count, { !y.pointer[$0].isNaN && In(exactly: y.pointer[$0]) != x.pointer[$0] }) {
                notes?.insert(.rounded)
            }
        }
        switch type {
        case .byte: run(Int8.self)
        case .short: run(Int16.self)
        case .int: run(Int32.self)
        case .int64:
            run(Int64.self)
            noteRounding(Int64.self)
        case .ubyte: run(UInt8.self)
        case .ushort: run(UInt16.self)
        case .uint: run(UInt32.self)
        case .uint64:
            run(UInt64.self)
            noteRounding(UInt64.self)
        case .float: run(Float.self)
        case .double: run(Double.self)
        case .char, .string, .other: break
        }
    }

    private static func unchecked<In>(_ stored: UnsafeRawBufferPointer, _: In.Type) -> UncheckedBuffer<In> {
        UncheckedBuffer(UnsafeMutableBufferPointer(mutating: stored.bindMemory(to: In.self)))
    }

    /// Whether something holds of one of so many elements.
    private static func isAny(of count: Int, _ holds: (Int) -> Bool) -> Bool {
        let lock = NSLock()
        var isFound = false
        ThreadPool.current.forEachPiece(of: count, grain: 1 << 16) { start, end in
            var number = 0
            for i in start..<end { number &+= holds(i) ? 1 : 0 }
            if number > 0 { lock.withLock { isFound = true } }
        }
        return isFound
    }

    private func convert<In: StoredNumber, Exact: FieldNumber, Out: FieldNumber>(
        _ stored: UnsafeRawBufferPointer, _: In.Type, _: Exact.Type, _: Out.Type,
        _ values: UnsafeMutableRawBufferPointer, _ count: Int
    ) {
        // Adding -0 changes nothing, and nothing equals NaN: one loop without branches, of which the compiler makes
        // vectors.
        let factor = Out(stored: scale ?? 1), shift = Out(stored: offset ?? -0.0)
        let marker = missing.first.map { Exact(stored: $0) } ?? .nan,
            last = missing.last.map { Exact(stored: $0) } ?? .nan
        let low = Exact(stored: valid?.lowerBound ?? -.infinity), high = Exact(stored: valid?.upperBound ?? .infinity)
        let input = Self.unchecked(stored, In.self)
        let output = UncheckedBuffer(values.bindMemory(to: Out.self))
        // More than two markers are rare; they are looked for while the numbers are still as stored.
        let others = Set(missing.dropFirst().dropLast().map { Exact(stored: $0) })
        ThreadPool.current.forEachPiece(of: count, grain: 1 << 16) { start, end in
            let x = input.pointer, y = output.pointer
            let found = others.isEmpty ? [] : (start..<end).filter { others.contains(Exact(stored: x[$0])) }
            for i in start..<end {
                let number = Exact(stored: x[i])
                var value = Out(stored: number) * factor + shift
                value = number == marker ? .nan : value
                value = number < low ? .nan : value
                value = number > high ? .nan : value
                y[i] = number == last ? .nan : value
            }
            for i in found { y[i] = .nan }
        }
    }
}

/// Memory of which each thread touches its own part.
struct UncheckedBuffer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    init(_ buffer: UnsafeMutableBufferPointer<Element>) {
        pointer = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 64)!
    }
}
