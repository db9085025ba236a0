import TernCore

/// How the stored numbers of a variable become values: missing ones NaN, packed ones scaled.
///
/// As xarray does: `_FillValue` and `missing_value` mark missing values, `valid_range` and its like are left to the user;
/// the result is `float32` or `float64` by the types of `scale_factor` and `add_offset`, else `float32` for numbers of up to
/// two bytes and floats, `float64` for longer ones. A marker is compared in the type of the variable.
///
/// Source: CF Conventions 1.11, sections 2.5.1 and 8.1; `xarray.coding.variables`.
struct Unpacking {
    /// The type of the values.
    let dtype: DType
    let scale: Double?, offset: Double?
    let missing: [Double]
    /// Stored numbers that are to be read with the other sign rule: how much is added, and to which.
    private let wrap: (amount: Double, isNegative: Bool)?
    private let storedType: ElementType

    init(_ variable: Variable) {
        storedType = variable.type
        let scaleFactor = variable.attribute("scale_factor"), addOffset = variable.attribute("add_offset")
        scale = scaleFactor?.value.number
        offset = addOffset?.value.number
        func isFloat(_ attribute: StoredAttribute?) -> Bool { attribute?.type == .float }
        dtype = switch (scaleFactor, addOffset) {
        case (nil, nil): variable.type == .float || variable.type.size <= 2 ? .float32 : .float64
        case (let factor?, nil): isFloat(factor) ? .float32 : .float64
        default: isFloat(scaleFactor) && isFloat(addOffset) && !(variable.type.isInteger && variable.type.size == 4) ? .float32 : .float64
        }
        // Classic files have no unsigned types; "_Unsigned" says that numbers are.
        let span = variable.type.size < 8 ? Double(1 << (8 * variable.type.size)) : 0x1p64
        wrap = switch variable.attribute("_Unsigned")?.value.text?.lowercased() {
        case "true" where variable.type.isInteger && !variable.type.isUnsigned: (span, true)
        case "false" where variable.type.isUnsigned: (-span, false)
        default: nil
        }
        var markers: [Double] = []
        for name in ["_FillValue", "missing_value"] {
            if case .numbers(let numbers) = variable.attribute(name)?.value { markers += numbers }
        }
        if variable.type == .float { markers = markers.map { Double(Float($0)) } }
        missing = markers.filter { !$0.isNaN }
    }

    var isPacked: Bool { scale != nil || offset != nil }

    /// The values in a part of a variable.
    func values(of variable: Variable, in ranges: [Range<Int>], from store: any ArrayStore) throws -> Tensor {
        // In a type that holds each stored number exactly.
        let isWide = variable.type == .double || (variable.type.isInteger && variable.type.size >= 4)
        let stored = try store.numbers(of: variable, in: ranges, as: isWide || dtype == .float64 ? .float64 : .float32)
        if wrap == nil, missing.isEmpty, scale == nil, offset == nil { return stored.cast(to: dtype) }
        return switch (stored.dtype, dtype) {
        case (.float32, _): unpack(stored, Float.self, Float.self)
        case (_, .float32): unpack(stored, Double.self, Float.self)
        default: unpack(stored, Double.self, Double.self)
        }
    }

    private func unpack<In: BinaryFloatingPoint & TensorScalar, Out: BinaryFloatingPoint & TensorScalar>(
        _ stored: Tensor, _: In.Type, _: Out.Type
    ) -> Tensor {
        func wrapped(_ x: In) -> In {
            guard let wrap else { return x }
            let isOutside = wrap.isNegative ? x < 0 : Double(x) >= -wrap.amount / 2
            return isOutside ? x + In(wrap.amount) : x
        }
        let markers = missing.map { wrapped(In($0)) }
        let factor = Out(scale ?? 1), shift = Out(offset ?? 0), isShifted = offset != nil, isWrapped = wrap != nil
        return Tensor(shape: stored.shape, dtype: Out.dtype) { bytes in
            let out = UncheckedBuffer(bytes.bindMemory(to: Out.self))
            stored.withScalars(In.self) { values in
                let values = UncheckedBuffer(UnsafeMutableBufferPointer(mutating: values))
                ThreadPool.shared.forEachPiece(of: stored.count, grain: 1 << 16) { start, end in
                    let x = values.pointer, y = out.pointer
                    // Loops without branches, of which the compiler makes vectors; a second marker is rare.
                    if isShifted {
                        for i in start..<end { y[i] = Out(x[i]) * factor + shift }
                    } else {
                        for i in start..<end { y[i] = Out(x[i]) * factor }
                    }
                    if isWrapped { for i in start..<end { y[i] = Out(wrapped(x[i])) * factor + shift } }
                    for marker in markers {
                        if isWrapped {
                            for i in start..<end where wrapped(x[i]) == marker { y[i] = .nan }
                        } else {
                            for i in start..<end { y[i] = x[i] == marker ? .nan : y[i] }
                        }
                    }
                }
            }
        }
    }
}

/// Memory of which each thread touches its own part.
struct UncheckedBuffer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    init(_ buffer: UnsafeMutableBufferPointer<Element>) { pointer = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 64)! }
}
