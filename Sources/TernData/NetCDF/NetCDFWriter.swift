import CNetCDF
import Foundation
import TernCore

/// What keeps a name from being a variable's in a NetCDF file; nil where nothing does (NetCDF User's Guide, "Permitted
/// Characters in NetCDF Names"). For those who want to know before they have worked.
package func complaintOfNetCDF(about name: String) -> String? {
    guard let first = name.unicodeScalars.first else { return "it is empty" }
    if first.isASCII, !first.properties.isAlphabetic, !("0"..."9").contains(first), first != "_" {
        return "it begins with \"\(first)\""
    }
    if name.unicodeScalars.contains(where: { $0 == "/" || $0.value < 0x20 || $0.value == 0x7F }) {
        return "it holds a slash or a control character"
    }
    return name.last == " " ? "it ends with a space" : nil
}

/// Writes variables into a new NetCDF file.
final class NetCDFWriter: VariableWriter {
    private let path: String
    private let file: Int32
    private let isClassic: Bool
    private var ids: [String: Int32] = [:]
    private var isOpen = true

    /// - Parameter level: of deflate, 0 to 9; classic files have none.
    init(_ path: String, _ encoding: Encoding, attributes: [StoredAttribute], isClassic: Bool, level: Int) throws {
        self.path = path
        self.isClassic = isClassic
        var file: Int32 = 0
        let code = NetCDFLibrary.locked {
            nc_create(path, NC_CLOBBER | (isClassic ? NC_64BIT_OFFSET : NC_NETCDF4), &file)
        }
        guard code == NC_NOERR else { throw DataError(file: path, "cannot be written: \(NetCDFLibrary.message(code))") }
        self.file = file
        try NetCDFLibrary.locked {
            var dimensions: [String: Int32] = [:]
            func dimension(_ name: String, _ length: Int) throws -> Int32 {
                if let known = dimensions[name] { return known }
                var id: Int32 = 0
                try check(nc_def_dim(file, name, length, &id), "dimension \"\(name)\"")
                dimensions[name] = id
                return id
            }
            for each in encoding.dimensions {
                _ = try dimension(each.name, each.isUnlimited ? NC_UNLIMITED : max(each.length, 0))
            }
            for variable in encoding.variables {
                var places = try variable.dimensions.map { try dimension($0, 0) }
                var type = variable.type
                if type == .string, isClassic, case .texts(let texts) = variable.content {
                    type = .char
                    places.append(try dimension("\(variable.name)_length", max(1, texts.map(\.utf8.count).max() ?? 1)))
                }
                var id: Int32 = 0
                try check(
                    nc_def_var(file, variable.name, type.netCDF, Int32(places.count), places, &id),
                    "variable \"\(variable.name)\"")
                ids[variable.name] = id
                if !isClassic, level > 0, !places.isEmpty, type != .string {
                    try check(nc_def_var_deflate(file, id, 1, 1, Int32(level)), variable.name)
                }
                for attribute in variable.attributes { try put(attribute, id) }
            }
            for attribute in attributes { try put(attribute, NC_GLOBAL) }
            try check(nc_enddef(file), "the header")
        }
    }

    deinit { if isOpen { _ = NetCDFLibrary.locked { nc_close(file) } } }

    private func check(_ code: Int32, _ what: String) throws {
        if code != NC_NOERR { throw DataError(file: path, "\(what) cannot be written: \(NetCDFLibrary.message(code))") }
    }

    private func put(_ attribute: StoredAttribute, _ variable: Int32) throws {
        let name = attribute.name
        switch attribute.value {
        case .text(let text):
            try check(nc_put_att_text(file, variable, name, text.utf8.count, text), "attribute \"\(name)\"")
        case .numbers(let numbers):
            try check(
                nc_put_att_double(file, variable, name, attribute.type.netCDF, numbers.count, numbers),
                "attribute \"\(name)\"")
        }
    }

    func write(_ variable: EncodedVariable, from start: Int) throws {
        let id = ids[variable.name]!
        var begin = [Int](repeating: 0, count: variable.shape.count), count = variable.shape
        if !begin.isEmpty { begin[0] = start }
        if count.contains(0) { return }
        try NetCDFLibrary.locked {
            switch variable.content {
            case .numbers(let tensor):
                let code: Int32 =
                    switch tensor.dtype {
                    case .float32:
                        tensor.withScalars(Float.self) { nc_put_vara_float(file, id, begin, count, $0.baseAddress!) }
                    default:
                        tensor.cast(to: .float64).withScalars(Double.self) {
                            nc_put_vara_double(file, id, begin, count, $0.baseAddress!)
                        }
                    }
                try check(code, "variable \"\(variable.name)\"")
            case .texts(let texts) where isClassic:
                let width = max(1, texts.map(\.utf8.count).max() ?? 1)
                let bytes: [CChar] = texts.flatMap { text in
                    text.utf8.map { CChar(bitPattern: $0) } + [CChar](repeating: 0, count: width - text.utf8.count)
                }
                begin.append(0)
                count.append(width)
                try check(nc_put_vara_text(file, id, begin, count, bytes), "variable \"\(variable.name)\"")
            case .texts(let texts):
                let copies = texts.map { strdup($0) }
                defer { copies.forEach { free($0) } }
                var pointers = copies.map { UnsafePointer($0) }
                try check(nc_put_vara_string(file, id, begin, count, &pointers), "variable \"\(variable.name)\"")
            }
        }
    }

    func close() throws {
        // The library may have given the number to another file.
        guard isOpen else { return }
        isOpen = false
        try check(NetCDFLibrary.locked { nc_close(file) }, "the file")
    }
}
