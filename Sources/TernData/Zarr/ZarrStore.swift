import Foundation
import TernCore

/// A folder of arrays cut into chunks: Zarr, version 2, as xarray writes it.
///
/// It is read here and not through netCDF-C, whose Debian build takes compressed chunks for plain ones. Chunks may be plain,
/// or compressed by zlib, gzip, or Blosc with LZ4 or zlib.
///
/// Source: Zarr storage specification version 2, https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html; dimensions are
/// named by `_ARRAY_DIMENSIONS`, https://docs.xarray.dev/en/stable/internals/zarr-encoding-spec.html.
final class ZarrStore: ArrayStore {
    let path: String
    let format = "Zarr 2"
    let dimensions: [Dimension]
    let variables: [Variable]
    let attributes: [StoredAttribute]
    private let arrays: [ZarrArray]

    /// - Throws: ``DataError`` where the folder is no Zarr store of version 2, or an array's description cannot be read.
    init(_ path: String) throws {
        let root = URL(fileURLWithPath: path)
        let manager = FileManager.default
        if manager.fileExists(atPath: root.appendingPathComponent("zarr.json").path) {
            throw DataError(file: path, "this is a Zarr store of version 3; write it as version 2: to_zarr(path, zarr_format=2)")
        }
        guard manager.fileExists(atPath: root.appendingPathComponent(".zgroup").path)
            || manager.fileExists(atPath: root.appendingPathComponent(".zmetadata").path)
        else { throw DataError(file: path, "this folder is no Zarr store: it holds no .zgroup") }
        guard let entries = try? manager.contentsOfDirectory(atPath: path) else { throw DataError(file: path, "this folder cannot be read") }
        let names = entries.sorted().filter {
            manager.fileExists(atPath: root.appendingPathComponent($0).appendingPathComponent(".zarray").path)
        }
        var dimensions: [Dimension] = []
        var variables: [Variable] = []
        arrays = try names.map { name in
            let array = try ZarrArray(root.appendingPathComponent(name), name: name, store: path)
            var attributes = array.attributes
            let listed = try ZarrJSON.object(root.appendingPathComponent(name).appendingPathComponent(".zattrs"), store: path)?["_ARRAY_DIMENSIONS"]
            let names = listed as? [String] ?? array.shape.indices.map { "\(name)_\($0)" }
            guard names.count == array.shape.count else {
                throw DataError(file: path, "array \"\(name)\" has \(array.shape.count) dimensions and \(names.count) names for them in _ARRAY_DIMENSIONS")
            }
            for (dimension, length) in zip(names, array.shape) {
                if let known = dimensions.first(where: { $0.name == dimension }) {
                    guard known.length == length else {
                        throw DataError(file: path, "array \"\(name)\" has \(length) along \"\(dimension)\", another array \(known.length)")
                    }
                } else { dimensions.append(Dimension(dimension, length: length)) }
            }
            // The value of chunks that were never written marks missing values, as for xarray.
            if let fill = array.fill, !array.type.isText, !attributes.contains(where: { $0.name == "_FillValue" }) {
                attributes.insert(StoredAttribute(name: "_FillValue", type: array.type, value: .numbers([fill])), at: 0)
            }
            variables.append(Variable(
                name: name, type: array.type, dimensions: names, shape: array.shape, storedAttributes: attributes, id: variables.count))
            return array
        }
        self.path = path
        self.dimensions = dimensions
        self.variables = variables
        attributes = ZarrJSON.attributes(try ZarrJSON.object(root.appendingPathComponent(".zattrs"), store: path) ?? [:])
    }

    func read(_ variable: Variable, in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws {
        try arrays[variable.id].numbers(in: ranges, into: target)
    }

    func storedBytes(of variable: Variable) -> Int { arrays[variable.id].filesBytes }

    func texts(of variable: Variable, in ranges: [Range<Int>]) throws -> [String] {
        try checkMemory(checkedProduct(ranges.map(\.count) + [24]), variable)
        return try arrays[variable.id].texts(in: ranges)
    }
}

/// The JSON of a store's descriptions.
enum ZarrJSON {
    /// The object in a file, nil where there is no file.
    static func object(_ url: URL, store: String) throws -> [String: Any]? {
        guard let data = FileManager.default.contents(atPath: url.path) else { return nil }
        if let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] { return object }
        // Python writes NaN and Infinity, which are no JSON.
        let text = String(decoding: data, as: UTF8.self).replacing(#/(?<lead>[:\[,]\s*)(?<word>NaN|-?Infinity)/#) { "\($0.lead)\"\($0.word)\"" }
        if let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] { return object }
        let name = url.path.hasPrefix(store) ? String(url.path.dropFirst(store.count)).trimmingPrefix("/") : Substring(url.lastPathComponent)
        throw DataError(file: store, "\(name) is no JSON object; the store is damaged")
    }

    static func attributes(_ object: [String: Any]) -> [StoredAttribute] {
        object.sorted { $0.key < $1.key }.compactMap { name, value in
            if name == "_ARRAY_DIMENSIONS" { return nil }
            if let text = value as? String {
                if let number = number(text), name == "_FillValue" || name == "missing_value" {
                    return StoredAttribute(name: name, type: .double, value: .numbers([number]))
                }
                return StoredAttribute(name: name, type: .string, value: .text(text))
            }
            if let numbers = (value as? [Any])?.map(number), !numbers.contains(nil) {
                return StoredAttribute(name: name, type: .double, value: .numbers(numbers.map { $0! }))
            }
            if let number = number(value) { return StoredAttribute(name: name, type: .double, value: .numbers([number])) }
            if let texts = value as? [String] { return StoredAttribute(name: name, type: .string, value: .text(texts.joined(separator: ", "))) }
            return nil
        }
    }

    /// A number, or the words for those that JSON lacks.
    static func number(_ value: Any) -> Double? {
        if let number = value as? NSNumber { return number.doubleValue }
        return switch value as? String {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: nil
        }
    }
}
