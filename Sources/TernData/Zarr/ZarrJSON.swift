import Foundation
import TernCore
import TernText

/// The JSON of a store's descriptions.
enum ZarrJSON {
    /// The object of a key, nil where there is no such key.
    static func object(_ key: String, in keys: any KeyStore) throws -> [String: Any]? {
        guard let source = try keys.value(key) else { return nil }
        try source.checkMemory(checkedProduct([source.count, 16]), "the description \(key)")
        let data = Data(try source.bytes(0..<source.count))
        do { try JSONKeys.check(data) } catch {
            throw DataError(file: keys.path, "\(key): \(words(ofDecoding: error))")
        }
        if let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] { return object }
        // Python writes NaN and Infinity, which are no JSON.
        let text = String(decoding: data, as: UTF8.self).replacing(#/(?<lead>[:\[,]\s*)(?<word>NaN|-?Infinity)/#) {
            "\($0.lead)\"\($0.word)\""
        }
        if let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] { return object }
        throw DataError(file: keys.path, "\(key) is no JSON object; the store is damaged")
    }

    /// - Parameter type: of the variable, whose markers of missing values may be written as bytes.
    static func attributes(_ object: [String: Any], of type: ElementType? = nil) -> [StoredAttribute] {
        object.sorted { $0.key < $1.key }.compactMap { name, value in
            if name == "_ARRAY_DIMENSIONS" { return nil }
            if let text = value as? String {
                let packed = name == "_FillValue" && type?.isFloatingPoint == true ? packedNumber(text) : nil
                if name == "_FillValue" || name == "missing_value", let number = number(text) ?? packed {
                    return StoredAttribute(name: name, type: .double, value: .numbers([number]))
                }
                return StoredAttribute(name: name, type: .string, value: .text(text))
            }
            if let numbers = (value as? [Any])?.map(number), !numbers.contains(nil) {
                // Of limits the type says whether they are those of stored numbers; JSON tells 0 from 0.0 alone.
                let isWhole = name.hasPrefix("valid_") && (value as? [Any] ?? []).allSatisfy(isWhole)
                return StoredAttribute(
                    name: name, type: isWhole ? .int64 : .double, value: .numbers(numbers.map { $0! }))
            }
            if let number = number(value) {
                if name.hasPrefix("valid_"), isWhole(value) {
                    return StoredAttribute(name: name, type: .int64, value: .numbers([number]))
                }
                return StoredAttribute(name: name, type: .double, value: .numbers([number]))
            }
            if let texts = value as? [String] {
                return StoredAttribute(name: name, type: .string, value: .text(texts.joined(separator: ", ")))
            }
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

    /// Whether a number stands without a point or a power of ten.
    private static func isWhole(_ value: Any) -> Bool {
        (value as? NSNumber).map { !["d", "f", "c", "B"].contains(String(cString: $0.objCType)) } ?? false
    }

    /// The base64 text of a double's bytes, as xarray writes `_FillValue` (`xarray.backends.zarr.FillValueCoder`).
    private static func packedNumber(_ text: String) -> Double? {
        guard let data = Data(base64Encoded: text), data.count == 8 else { return nil }
        return Double(bitPattern: data.littleEndian)
    }

    static func packed(_ number: Double) -> String { Data(number.bitPattern.littleEndianBytes).base64EncodedString() }
}

/// What Tern does not know of an array, and what to do: a complaint about it alone.
struct ZarrUnknown: Error, CustomStringConvertible { let description: String }

/// What cannot be true of any array: the store is damaged.
struct ZarrDamage: Error, CustomStringConvertible { let description: String }

/// A part of a description that others may define: a name and what it is set to.
///
/// Source: Zarr core specification version 3.1, "Extension definition".
struct ZarrExtension {
    let name: String
    let settings: [String: Any]

    init?(_ value: Any?) {
        if let name = value as? String {
            (self.name, settings) = (name, [:])
        } else if let object = value as? [String: Any], let name = object["name"] as? String {
            (self.name, settings) = (name, object["configuration"] as? [String: Any] ?? [:])
        } else {
            return nil
        }
    }

    /// A compressor or filter of version 2, whose settings lie beside its name.
    init?(version2 value: Any?) {
        guard let object = value as? [String: Any], let name = object["id"] as? String else { return nil }
        (self.name, settings) = (name, object)
    }
}
