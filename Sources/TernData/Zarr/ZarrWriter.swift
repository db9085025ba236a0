import Foundation
import TernCore
import TernText

/// Writes variables as a Zarr store of version 2 that xarray opens, its descriptions gathered in `.zmetadata`.
final class ZarrWriter: VariableWriter {
    private let folder: URL
    private let level: Int
    private var metadata: [String: Any] = [:]
    private var arrays: [String: WrittenArray] = [:]

    /// What is known of an array before its last piece came.
    private struct WrittenArray {
        let variable: EncodedVariable
        var length = 0
        /// The rows that fill no chunk yet, and how many chunks are written.
        var rest: [UInt8] = [], chunks = 0
        /// Texts wait for the longest.
        var texts: [String] = []
    }

    init(_ path: String, _ encoding: Encoding, attributes: [StoredAttribute], level: Int) throws {
        folder = URL(fileURLWithPath: path)
        self.level = level
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try describe(".zgroup", ["zarr_format": 2])
        try describe(".zattrs", Self.json(attributes))
        for variable in encoding.variables {
            if let complaint = PathName.complaint(about: variable.name) {
                throw DataError(
                    file: path, "the variable \"\(variable.name)\" cannot be the name of an array in a Zarr store: \(complaint); rename it, or write NetCDF")
            }
            // Where capitals are small letters to the file system, this fails for the second of two names.
            try FileManager.default.createDirectory(at: place(variable), withIntermediateDirectories: false)
            arrays[variable.name] = WrittenArray(variable: variable)
        }
    }

    private func place(_ variable: EncodedVariable) -> URL { folder.appendingPathComponent(variable.name) }

    func write(_ variable: EncodedVariable, from start: Int) throws {
        var array = arrays[variable.name]!
        array.length += variable.shape.first ?? 1
        switch variable.content {
        case .texts(let texts): array.texts += texts
        case .numbers(let tensor):
            try Self.withBytes(of: tensor, as: variable.type) { bytes in
                let row = Self.rowBytes(variable, variable.type.size), full = Self.fullRows(row) * row
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
        try save(".zmetadata", ["zarr_consolidated_format": 1, "metadata": metadata])
    }

    /// Chunks of about a megabyte, cut along the first dimension, so that a range of it is read alone.
    private static func fullRows(_ row: Int) -> Int { max(1, (1 << 20) / max(row, 1)) }

    private static func rowBytes(_ variable: EncodedVariable, _ size: Int) -> Int { variable.shape.dropFirst().reduce(size, *) }

    private func close(_ array: inout WrittenArray) throws {
        let variable = array.variable
        var (dtype, size) = ("<f8", 8)
        switch variable.type {
        case .string:
            let width = max(1, array.texts.map(\.unicodeScalars.count).max() ?? 1)
            (dtype, size) = ("<U\(width)", 4 * width)
            for text in array.texts {
                for scalar in text.unicodeScalars { array.rest += scalar.value.littleEndianBytes }
                array.rest += [UInt8](repeating: 0, count: 4 * (width - text.unicodeScalars.count))
            }
        case .short: (dtype, size) = ("<i2", 2)
        case .int: (dtype, size) = ("<i4", 4)
        case .float: (dtype, size) = ("<f4", 4)
        default: break
        }
        let row = Self.rowBytes(variable, size), rows = min(max(1, array.length), Self.fullRows(row))
        // The last chunk is as long as the others.
        while !array.rest.isEmpty {
            let part = array.rest.prefix(rows * row)
            try writeChunk(part + [UInt8](repeating: 0, count: rows * row - part.count), of: &array)
            array.rest.removeFirst(part.count)
        }
        var description: [String: Any] = [
            "zarr_format": 2, "shape": variable.shape.isEmpty ? [] : [array.length] + variable.shape.dropFirst(),
            "chunks": variable.shape.isEmpty ? [] : [rows] + variable.shape.dropFirst().map { max($0, 1) }, "dtype": dtype, "order": "C",
            "filters": NSNull(), "fill_value": NSNull(),
            "compressor": level > 0 ? ["id": "zlib", "level": level] as [String: Any] : NSNull(),
        ]
        if let fill = variable.attributes.first(where: { $0.name == "_FillValue" })?.value.number { description["fill_value"] = Self.json(fill) }
        try describe("\(variable.name)/.zarray", description)
        var attributes = Self.json(variable.attributes)
        attributes["_ARRAY_DIMENSIONS"] = variable.dimensions
        try describe("\(variable.name)/.zattrs", attributes)
    }

    private func writeChunk(_ chunk: [UInt8], of array: inout WrittenArray) throws {
        let stored = level > 0 ? chunk.withUnsafeBytes { Deflate.wrapped($0, level: level) } : chunk
        let key = ([array.chunks] + [Int](repeating: 0, count: max(0, array.variable.shape.count - 1))).map(String.init).joined(separator: ".")
        try Data(stored).write(to: place(array.variable).appendingPathComponent(key))
        array.chunks += 1
    }

    private func save(_ name: String, _ object: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        try data.write(to: folder.appendingPathComponent(name))
    }

    private func describe(_ name: String, _ object: [String: Any]) throws {
        metadata[name] = object
        try save(name, object)
    }

    private static func json(_ attributes: [StoredAttribute]) -> [String: Any] {
        var object: [String: Any] = [:]
        for attribute in attributes where attribute.name != "_FillValue" {
            switch attribute.value {
            case .text(let text): object[attribute.name] = text
            case .numbers(let numbers) where numbers.count == 1: object[attribute.name] = json(numbers[0])
            case .numbers(let numbers): object[attribute.name] = numbers.map { json($0) } as [Any]
            }
        }
        return object
    }

    private static func json(_ number: Double) -> Any {
        if number.isFinite { return number }
        return number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
    }

    private static func withBytes(of tensor: Tensor, as type: ElementType, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch type {
        case .short: try tensor.doubles.flatMap { Int16($0).littleEndianBytes }.withUnsafeBytes(body)
        case .int: try tensor.cast(to: .int32).withUnsafeBytes(body)
        case .float: try tensor.cast(to: .float32).withUnsafeBytes(body)
        default: try tensor.cast(to: .float64).withUnsafeBytes(body)
        }
    }
}
