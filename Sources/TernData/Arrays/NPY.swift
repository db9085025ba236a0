import TernCore

extension Tensor {
    /// Reads an array that NumPy saved with `numpy.save`.
    ///
    /// ```swift
    /// try Tensor([[1.0, 2], [3, 4]]).write(npy: "sst.npy")
    /// let sst = try Tensor.read(npy: "sst.npy")
    /// print(sst.shape, sst.dtype)  // [2, 2] float64
    /// ```
    ///
    /// Floats of 4 and 8 bytes, integers and truth values keep their values; smaller and unsigned integers are widened
    /// to `int32` or `int64`, floats of 2 bytes to `float32`. Either order of bytes and either order of elements is
    /// read; the tensor is in row-major order.
    ///
    /// Source: the NPY format, versions 1.0 to 3.0 (`numpy.lib.format`).
    ///
    /// - Throws: `DataError` where the file is absent, damaged or of a type that no tensor holds.
    public static func read(npy path: String) throws -> Tensor {
        try NPY.read(ByteSource(contentsOf: path))
    }

    /// Writes the tensor as `numpy.save` does, byte for byte, whole or not at all.
    ///
    /// - Throws: `DataError` where the folder does not exist or cannot be written to.
    public func write(npy path: String) throws {
        try writeAtomically(to: path) { write in
            try NPY.header(of: self).withUnsafeBytes(write)
            try withUnsafeBytes(write)
        }
    }
}

/// The NPY format: a magic word, a Python dictionary as text, and the elements.
enum NPY {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// `NPY_MAXDIMS` of NumPy 2.
    private static let mostDimensions = 64

    static func read(_ source: ByteSource) throws -> Tensor {
        guard source.count >= 10, try source.bytes(0..<6) == magic else {
            throw source.failure("this is no NPY file: it does not begin with \\x93NUMPY")
        }
        let version = try source.bytes(6..<8)
        guard (1...3).contains(version[0]) else {
            throw source.failure(
                "version \(version[0]).\(version[1]) of the NPY format is unknown; versions 1.0 to 3.0 can be read")
        }
        let lengthSize = version[0] == 1 ? 2 : 4
        let length = Int(try source.bytes(8..<8 + lengthSize).littleEndian)
        let start = 8 + lengthSize + length
        guard start <= source.count else {
            throw source.failure(
                "its header would end at byte \(start), the file has \(source.count); it was copied only in part")
        }
        let text = String(decoding: try source.bytes(8 + lengthSize..<start), as: UTF8.self)
        guard let header = PythonHeader(text) else {
            throw source.failure("its header cannot be understood: \(text.prefix(100))")
        }
        guard header.shape.count <= mostDimensions else {
            throw source.failure(
                "its array has \(header.shape.count) dimensions; those of NumPy have \(mostDimensions) at most")
        }
        let (format, bigEndian) = try elementFormat(header.descr, source)
        guard let bytes = format.byteCount(of: header.shape) else {
            throw source.failure("no array can have the shape \(header.shape)")
        }
        guard bytes <= source.count - start else {
            throw source.failure(
                "the shape \(header.shape) of '\(header.descr)' needs \(bytes) bytes, \(source.count - start) are there; the file was copied only in part"
            )
        }
        guard header.isColumnMajor, header.shape.count > 1 else {
            return try format.tensor(shape: header.shape, from: source, at: start, bigEndian: bigEndian)
        }
        try source.checkMemory(
            checkedProduct(header.shape + [2 * format.dtype.size]),
            "an array of shape \(header.shape) in column-major order")
        return try format.tensor(shape: header.shape.reversed(), from: source, at: start, bigEndian: bigEndian)
            .transposed()
    }

    /// The type that a `descr` such as `<f8` stands for.
    private static func elementFormat(_ descr: String, _ source: ByteSource) throws -> (ElementFormat, bigEndian: Bool)
    {
        let format: ElementFormat? =
            switch descr.dropFirst() {
            case "f4": .native(.float32)
            case "f8": .native(.float64)
            case "i4": .native(.int32)
            case "i8": .native(.int64)
            case "b1", "?": .native(.bool)
            case "i1": .int8
            case "u1": .uint8
            case "i2": .int16
            case "u2": .uint16
            case "u4": .uint32
            case "u8": .uint64
            case "f2": .float16
            default: nil
            }
        guard let format, let order = descr.first, "<>|=".contains(order) else {
            let meaning =
                switch descr.dropFirst().first {
                case "U", "S", "a": "text"
                case "O": "Python objects"
                case "M", "m": "dates or durations"
                case "c": "complex numbers"
                case "f": "floats of another size"
                default: "a type that Tern does not know"
                }
            throw source.failure("it holds \(meaning) ('\(descr)'); convert it in Python with x.astype('f8')")
        }
        return (format, order == ">")
    }

    /// What comes before the elements, byte for byte as NumPy writes it.
    static func header(of tensor: Tensor) -> [UInt8] {
        let descr =
            switch tensor.dtype {
            case .float32: "<f4"
            case .float64: "<f8"
            case .int32: "<i4"
            case .int64: "<i8"
            case .bool: "|b1"
            }
        let shape =
            tensor.shape.count == 1
            ? "(\(tensor.shape[0]),)" : "(\(tensor.shape.map(String.init).joined(separator: ", ")))"
        var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }"
        // NumPy leaves room for the first length to grow to 21 digits.
        if let first = tensor.shape.first { text += String(repeating: " ", count: 21 - String(first).count) }
        var lengthSize = 2
        func padding() -> Int { 64 - (8 + lengthSize + text.utf8.count + 1) % 64 }
        if text.utf8.count + 1 + padding() > 65535 { lengthSize = 4 }
        text += String(repeating: " ", count: padding()) + "\n"
        let version: [UInt8] = lengthSize == 2 ? [1, 0] : [2, 0]
        let length = UInt32(text.utf8.count).littleEndianBytes.prefix(lengthSize)
        return magic + version + length + Array(text.utf8)
    }
}

/// The dictionary in the header: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
private struct PythonHeader {
    var descr = ""
    var isColumnMajor = false
    var shape: [Int] = []

    init?(_ text: String) {
        var rest = Substring(text)
        func skip() { rest = rest.drop { $0 == " " || $0 == "\n" } }
        func take(_ token: String) -> Bool {
            skip()
            guard rest.hasPrefix(token) else { return false }
            rest.removeFirst(token.count)
            return true
        }
        func string() -> String? {
            skip()
            guard let mark = rest.first, mark == "'" || mark == "\"", let end = rest.dropFirst().firstIndex(of: mark)
            else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[rest.index(after: rest.startIndex)..<end])
        }
        func lengths() -> [Int]? {
            guard take("(") else { return nil }
            var lengths: [Int] = []
            while !take(")") {
                skip()
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard let length = Int(digits) else { return nil }
                lengths.append(length)
                rest.removeFirst(digits.count)
                _ = take("L")  // Python 2
                if !take(","), !rest.hasPrefix(")") { return nil }
            }
            return lengths
        }

        guard take("{") else { return nil }
        var seen: Set<String> = []
        while !take("}") {
            guard let key = string(), take(":") else { return nil }
            seen.insert(key)
            switch key {
            case "descr":
                if let descr = string() {
                    self.descr = descr
                } else {
                    // The fields of a structured type; the list itself is what the error shows.
                    descr = String(rest.prefix { $0 != "]" }.trimmingPrefix(" ")) + "]"
                    guard let end = rest.range(of: "]") else { return nil }
                    rest = rest[end.upperBound...]
                }
            case "fortran_order":
                if take("True") { isColumnMajor = true } else if !take("False") { return nil }
            case "shape":
                guard let shape = lengths() else { return nil }
                self.shape = shape
            default: return nil
            }
            _ = take(",")
        }
        guard seen == ["descr", "fortran_order", "shape"] else { return nil }
    }
}
