import Foundation
import TernCore
import TernText

/// Writes variables as a Zarr store that xarray opens, its descriptions gathered in one: version 3 with Zstandard as
/// xarray does by default, or version 2 with zlib for older programs.
final class ZarrWriter: VariableWriter {
    private let version: Int, level: Int
    private let path: String
    private let attributes: [StoredAttribute]
    private var sink: any KeySink
    private var arrays: [String: WrittenArray] = [:]
    /// What the gathered description will hold.
    private var metadata: [String: Any] = [:]

    /// What is known of an array before its last piece came.
    private struct WrittenArray {
        let variable: EncodedVariable
        var length = 0
        /// The rows that fill no chunk yet, and how many chunks are written.
        var rest: [UInt8] = [], chunks = 0
        /// Texts wait for the longest.
        var texts: [String] = []
    }

    init(_ path: String, _ encoding: Encoding, attributes: [StoredAttribute], level: Int, version: Int, isZipped: Bool)
        throws
    {
        self.path = path
        self.version = version
        self.level = level
        self.attributes = attributes
        for variable in encoding.variables {
            if let complaint = PathName.complaint(about: variable.name) {
                throw DataError(
                    file: path,
                    "the variable \"\(variable.name)\" cannot be the name of an array in a Zarr store: \(complaint); rename it, or write NetCDF"
                )
            }
        }
        sink = isZipped ? try ZipSink(path) : try FolderSink(path)
        for variable in encoding.variables {
            try sink.add(array: variable.name)
            arrays[variable.name] = WrittenArray(variable: variable)
        }
    }

    func write(_ variable: EncodedVariable, from start: Int) throws {
        var array = arrays[variable.name]!
        precondition(start == array.length, "a piece of \"\(variable.name)\" does not follow what was written")
        array.length += variable.shape.first ?? 1
        switch variable.content {
        case .texts(let texts): array.texts += texts
        case .numbers(let tensor):
            // What the description will say, whatever a later piece is of.
            let type = array.variable.type
            try Self.withBytes(of: tensor, as: type) { bytes in
                let row = Self.rowBytes(variable, type.size), full = Self.fullRows(row) * row
                var next = 0
                if !array.rest.isEmpty {
                    next = min(bytes.count, full - array.rest.count)
                    array.rest += bytes[0..<next]
                }
                if full > 0, array.rest.count == full {
                    try writeChunk(array.rest, of: &array)
                    array.rest = []
                }
                while full > 0, bytes.count - next >= full {
                    try writeChunk(Array(bytes[next..<next + full]), of: &array)
                    next += full
                }
                array.rest += bytes[next...]
            }
        }
        arrays[variable.name] = array
    }

    func close() throws {
        for name in arrays.keys.sorted() { try close(&arrays[name]!) }
        if version == 2 {
            try describe(".zgroup", ["zarr_format": 2])
            try describe(".zattrs", ZarrJSON.object(attributes, version: 2))
            try save(".zmetadata", ["zarr_consolidated_format": 1, "metadata": metadata])
        } else {
            try save(
                "zarr.json",
                [
                    "zarr_format": 3, "node_type": "group", "attributes": ZarrJSON.object(attributes, version: 3),
                    "consolidated_metadata": ["kind": "inline", "must_understand": false, "metadata": metadata]
                        as [String: Any],
                ])
        }
        try sink.finish()
    }

    /// Chunks of about a megabyte, cut along the first dimension, so that a range of it is read alone.
    private static func fullRows(_ row: Int) -> Int { max(1, (1 << 20) / max(row, 1)) }

    private static func rowBytes(_ variable: EncodedVariable, _ size: Int) -> Int {
        variable.shape.dropFirst().reduce(size, *)
    }

    private func close(_ array: inout WrittenArray) throws {
        let variable = array.variable
        let rows: Int, dtype: String
        if variable.type == .string {
            (rows, dtype) = try writeTexts(of: &array)
        } else {
            let row = Self.rowBytes(variable, variable.type.size)
            rows = min(max(1, array.length), Self.fullRows(row))
            dtype = ["short": "<i2", "int": "<i4", "float": "<f4"][variable.type.rawValue] ?? "<f8"
            try writeRest(rows * row, of: &array)
        }
        let shape = variable.shape.isEmpty ? [] : [array.length] + variable.shape.dropFirst()
        let chunks = variable.shape.isEmpty ? [] : [rows] + variable.shape.dropFirst().map { max($0, 1) }
        let header = ZarrHeader(variable: variable, shape: shape, chunks: chunks, dtype: dtype, level: level)
        for (name, description) in version == 2 ? header.version2 : ["\(variable.name)/zarr.json": header.version3] {
            try describe(name, description, as: version == 2 ? name : variable.name)
        }
    }

    /// Texts of one length in version 2, which all programs read; of any length in version 3, as xarray writes them.
    private func writeTexts(of array: inout WrittenArray) throws -> (rows: Int, dtype: String) {
        let count = array.texts.count
        if version == 3 {
            let rows = min(max(1, count), 1 << 16)
            for start in stride(from: 0, to: count, by: rows) {
                // The last chunk is as long as the others.
                let texts =
                    array.texts[start..<min(start + rows, count)]
                    + [String](repeating: "", count: max(0, start + rows - count))
                let bytes = texts.reduce(into: UInt32(rows).littleEndianBytes) {
                    $0 += UInt32($1.utf8.count).littleEndianBytes + Array($1.utf8)
                }
                try writeChunk(bytes, of: &array)
            }
            return (rows, "")
        }
        let width = max(1, array.texts.map(\.unicodeScalars.count).max() ?? 1)
        for text in array.texts {
            for scalar in text.unicodeScalars { array.rest += scalar.value.littleEndianBytes }
            array.rest += [UInt8](repeating: 0, count: 4 * (width - text.unicodeScalars.count))
        }
        let rows = min(max(1, count), Self.fullRows(4 * width))
        try writeRest(rows * 4 * width, of: &array)
        return (rows, "<U\(width)")
    }

    /// Writes what filled no chunk; the last one is as long as the others.
    private func writeRest(_ chunkBytes: Int, of array: inout WrittenArray) throws {
        while !array.rest.isEmpty {
            let part = array.rest.prefix(chunkBytes)
            try writeChunk(part + [UInt8](repeating: 0, count: chunkBytes - part.count), of: &array)
            array.rest.removeFirst(part.count)
        }
    }

    private func writeChunk(_ chunk: [UInt8], of array: inout WrittenArray) throws {
        let stored =
            level == 0
            ? chunk
            : chunk.withUnsafeBytes {
                version == 2 ? Deflate.wrapped($0, level: level) : Zstandard.wrapped($0, level: level)
            }
        let numbers =
            (array.variable.shape.isEmpty ? [] : [array.chunks])
            + [Int](repeating: 0, count: max(0, array.variable.shape.count - 1))
        let keys = version == 3 ? ZarrChunkKeys.version3 : .version2, place = keys.key(numbers)
        try stored.withUnsafeBytes { try sink.write($0, to: "\(array.variable.name)/\(place)") }
        array.chunks += 1
    }

    private func save(_ name: String, _ object: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        try data.withUnsafeBytes { try sink.write($0, to: name) }
    }

    private func describe(_ name: String, _ object: [String: Any], as gathered: String? = nil) throws {
        metadata[gathered ?? name] = object
        try save(name, object)
    }

    private static func withBytes(
        of tensor: Tensor, as type: ElementType, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        switch type {
        case .short: try tensor.doubles.flatMap { Int16($0).littleEndianBytes }.withUnsafeBytes(body)
        case .int: try tensor.cast(to: .int32).withUnsafeBytes(body)
        case .float: try tensor.cast(to: .float32).withUnsafeBytes(body)
        default: try tensor.cast(to: .float64).withUnsafeBytes(body)
        }
    }
}
