import Foundation
import TernCore
import TernText

/// Writes variables as a Zarr store of version 2 that xarray opens, its descriptions gathered in `.zmetadata`.
struct ZarrWriter {
    let folder: URL
    let level: Int
    private var metadata: [String: Any] = [:]

    init(_ path: String, _ encoding: Encoding, attributes: [StoredAttribute], level: Int) throws {
        folder = URL(fileURLWithPath: path)
        self.level = level
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try describe(".zgroup", ["zarr_format": 2])
        try describe(".zattrs", Self.json(attributes))
        for variable in encoding.variables { try write(variable) }
        try save(".zmetadata", ["zarr_consolidated_format": 1, "metadata": metadata])
    }

    private func save(_ name: String, _ object: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        try data.write(to: folder.appendingPathComponent(name))
    }

    private mutating func describe(_ name: String, _ object: [String: Any]) throws {
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

    private mutating func write(_ variable: EncodedVariable) throws {
        if let complaint = PathName.complaint(about: variable.name) {
            throw DataError(
                file: folder.path, "the variable \"\(variable.name)\" cannot be the name of an array in a Zarr store: \(complaint); rename it, or write NetCDF")
        }
        let place = folder.appendingPathComponent(variable.name)
        // Where capitals are small letters to the file system, this fails for the second of two names.
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        let (dtype, size, bytes) = Self.encoded(variable)
        // Chunks of about a megabyte, cut along the first dimension, so that a range of it is read alone.
        let row = variable.shape.dropFirst().reduce(size, *)
        let rows = min(max(1, variable.shape.first ?? 1), max(1, (1 << 20) / max(row, 1)))
        let chunks = variable.shape.isEmpty ? [] : [rows] + variable.shape.dropFirst().map { max($0, 1) }
        var description: [String: Any] = [
            "zarr_format": 2, "shape": variable.shape, "chunks": chunks, "dtype": dtype, "order": "C", "filters": NSNull(), "fill_value": NSNull(),
            "compressor": level > 0 ? ["id": "zlib", "level": level] as [String: Any] : NSNull(),
        ]
        if let fill = variable.attributes.first(where: { $0.name == "_FillValue" })?.value.number { description["fill_value"] = Self.json(fill) }
        try describe("\(variable.name)/.zarray", description)
        var attributes = Self.json(variable.attributes)
        attributes["_ARRAY_DIMENSIONS"] = variable.dimensions
        try describe("\(variable.name)/.zattrs", attributes)

        let chunkBytes = rows * row
        if bytes.isEmpty { return }
        for (index, start) in stride(from: 0, to: bytes.count, by: max(chunkBytes, 1)).enumerated() {
            // The last chunk is as long as the others.
            var chunk = Array(bytes[start..<min(start + chunkBytes, bytes.count)])
            chunk += [UInt8](repeating: 0, count: chunkBytes - chunk.count)
            let stored = level > 0 ? chunk.withUnsafeBytes { Deflate.wrapped($0, level: level) } : chunk
            let key = ([index] + [Int](repeating: 0, count: max(0, variable.shape.count - 1))).map(String.init).joined(separator: ".")
            try Data(stored).write(to: place.appendingPathComponent(key))
        }
    }

    /// NumPy's name of the type, the bytes of an element and those of all.
    private static func encoded(_ variable: EncodedVariable) -> (dtype: String, size: Int, bytes: [UInt8]) {
        switch variable.content {
        case .texts(let texts):
            let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
            var letters: [UInt8] = []
            for text in texts {
                for scalar in text.unicodeScalars { letters += scalar.value.littleEndianBytes }
                letters += [UInt8](repeating: 0, count: 4 * (width - text.unicodeScalars.count))
            }
            return ("<U\(width)", 4 * width, letters)
        case .numbers(let tensor):
            func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withUnsafeBytes { [UInt8]($0) } }
            switch variable.type {
            case .short: return ("<i2", 2, tensor.doubles.flatMap { Int16($0).littleEndianBytes })
            case .int: return ("<i4", 4, bytes(tensor.cast(to: .int32)))
            case .float: return ("<f4", 4, bytes(tensor.cast(to: .float32)))
            default: return ("<f8", 8, bytes(tensor.cast(to: .float64)))
            }
        }
    }
}
