import Foundation

/// The description of an array that was written.
struct ZarrHeader {
    let variable: EncodedVariable
    let shape: [Int], chunks: [Int]
    /// As NumPy writes it.
    let dtype: String
    let level: Int

    private var fill: Double? { variable.attributes.first { $0.name == "_FillValue" }?.value.number }

    /// `.zarray` and `.zattrs`; the value of chunks that were never written marks missing values.
    var version2: [String: [String: Any]] {
        let array: [String: Any] = [
            "zarr_format": 2, "shape": shape, "chunks": chunks, "dtype": dtype, "order": "C", "filters": NSNull(),
            "fill_value": fill.map { ZarrJSON.value($0) } ?? NSNull(),
            "compressor": level > 0 ? ["id": "zlib", "level": level] as [String: Any] : NSNull(),
        ]
        var attributes = ZarrJSON.object(variable.attributes, version: 2)
        attributes["_ARRAY_DIMENSIONS"] = variable.dimensions
        return ["\(variable.name)/.zarray": array, "\(variable.name)/.zattrs": attributes]
    }

    /// `zarr.json`; missing values are marked by an attribute, as xarray does.
    var version3: [String: Any] {
        let isText = variable.type == .string, type = variable.type
        var codecs: [[String: Any]] =
            isText ? [["name": "vlen-utf8"]] : [["name": "bytes", "configuration": ["endian": "little"]]]
        if level > 0 {
            codecs.append(["name": "zstd", "configuration": ["level": level, "checksum": false] as [String: Any]])
        }
        return [
            "zarr_format": 3, "node_type": "array", "shape": shape,
            "data_type": isText
                ? "string" : ["short": "int16", "int": "int32", "float": "float32"][type.rawValue] ?? "float64",
            "chunk_grid": ["name": "regular", "configuration": ["chunk_shape": chunks]] as [String: Any],
            "chunk_key_encoding": ["name": "default", "configuration": ["separator": ZarrChunkKeys.version3.separator]]
                as [String: Any],
            "fill_value": isText ? "" : type.isInteger ? Int(fill ?? 0) : ZarrJSON.value(fill ?? 0),
            "codecs": codecs, "storage_transformers": [Any](), "dimension_names": variable.dimensions,
            "attributes": ZarrJSON.object(variable.attributes, version: 3, of: type),
        ]
    }
}

extension ZarrJSON {
    /// - Parameter type: of a variable, which says how version 3 has its marker of missing values.
    static func object(_ attributes: [StoredAttribute], version: Int, of type: ElementType? = nil) -> [String: Any] {
        var object: [String: Any] = [:]
        for attribute in attributes {
            switch attribute.value {
            case .numbers(let numbers) where attribute.name == "_FillValue":
                guard version == 3, let type, let number = numbers.first else { continue }
                object[attribute.name] = type.isInteger ? Int(number) as Any : packed(number)
            case .text(let text): object[attribute.name] = text
            case .numbers(let numbers) where numbers.count == 1: object[attribute.name] = value(numbers[0])
            case .numbers(let numbers): object[attribute.name] = numbers.map { value($0) } as [Any]
            }
        }
        return object
    }

    static func value(_ number: Double) -> Any {
        if number.isFinite { return number }
        return number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
    }
}
