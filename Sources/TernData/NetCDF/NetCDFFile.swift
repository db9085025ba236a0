import CNetCDF
import Foundation
import Synchronization
import TernCore

/// A NetCDF file open for reading, classic or on HDF5; closed with the object.
///
/// Variables of groups within it are named by path, such as "model/sst".
final class NetCDFFile: ArrayStore {
    let path: String
    let format: String
    let dimensions: [Dimension]
    let variables: [Variable]
    let attributes: [StoredAttribute]
    /// Where each variable lies: its group and its number there.
    private let places: [(group: Int32, variable: Int32)]
    private let handle: NetCDFHandle
    /// Of the file, in bytes.
    private let length: Int
    /// Of a classic file.
    private let classic: ClassicHeader?
    /// How often numbers were read by our own hands, not by netCDF-C.
    let ownReadings = Atomic(0)

    /// - Throws: `DataError` where the file is absent, no NetCDF, or was copied only in part.
    init(_ path: String) throws {
        // For the messages of files that are absent or closed, and so that no name is taken for an address in the net.
        if (try? Destination(path))?.kind == .device {
            throw DataError(
                file: path, "this is a pipe or a device; NetCDF is read at many places at once, so give a file")
        }
        let file = try InputFile(path), length = file.count
        let classic = try length.flatMap { try ClassicHeader(file, length: $0) }
        self.path = path
        self.length = length ?? .max
        var header = Header(path: path, length: self.length)
        do {
            handle = try NetCDFLibrary.locked { try NetCDFHandle.open(path) }
        } catch let failure as NetCDFHandle.Failure { throw Self.openingFailed(path, failure.code) }
        // What was found in the header is relied on.
        guard classic == nil || handle.isOf(file) else {
            throw DataError(file: path, "the file was replaced while it was being opened; open it again")
        }
        let (id, outside) = (handle.id, handle.outside)
        try NetCDFLibrary.locked { try header.read(id, outside) }
        format = header.format
        dimensions = header.dimensions
        variables = header.variables
        attributes = header.attributes
        places = header.places
        self.classic = classic
    }

    private static func openingFailed(_ path: String, _ code: Int32) -> DataError {
        switch code {
        case NC_ENOTNC:
            DataError(
                file: path,
                FileKind(of: path)?.complaint(insteadOf: "NetCDF file or Zarr store")
                    ?? "this is no NetCDF file; it begins with neither \"CDF\" nor HDF5's mark")
        case NC_EHDFERR where NetCDFHandle.isLocked(path):
            DataError(
                file: path, "another program has it open to write (it holds HDF5's lock); wait until it has ended")
        case NC_EHDFERR:
            DataError(
                file: path,
                "it begins as NetCDF-4 does, but HDF5 cannot read it; the file is damaged or was copied only in part")
        default: DataError(file: path, "cannot be opened as NetCDF: \(NetCDFLibrary.message(code))")
        }
    }

    private func check(_ code: Int32, _ variable: Variable) throws {
        if code != NC_NOERR {
            throw DataError(
                file: path,
                "variable \"\(variable.name)\" cannot be read: \(NetCDFLibrary.message(code)); the file may be damaged")
        }
    }

    func read(_ variable: Variable, in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws {
        guard let start = target.baseAddress, !ranges.contains(where: \.isEmpty) else { return }
        let place = places[variable.id]
        // Another descriptor is not kept, since there are few; it is the same file as long as it has its number.
        if target.count >= ContiguousValues.leastBytes, let file = try? InputFile(path), handle.isOf(file),
            let values = contiguousValues(of: variable, place, in: file), try values.read(ranges, into: target)
        {
            ownReadings.add(1, ordering: .relaxed)
            return
        }
        if let file = handle.hdf5, let library = HDF5Library.shared,
            let chunks = NetCDFLibrary.locked({ DeflatedChunks(variable, place, in: file, library) }),
            chunks.read(ranges, into: target, library)
        {
            ownReadings.add(1, ordering: .relaxed)
            return
        }
        try NetCDFLibrary.locked {
            try check(
                nc_get_vara(place.group, place.variable, ranges.map(\.lowerBound), ranges.map(\.count), start),
                variable)
        }
    }

    private func contiguousValues(
        of variable: Variable, _ place: (group: Int32, variable: Int32), in file: InputFile
    ) -> ContiguousValues? {
        if let classic { return ContiguousValues(variable, place.variable, classic, file) }
        guard let hdf5 = handle.hdf5, let library = HDF5Library.shared else { return nil }
        return NetCDFLibrary.locked { ContiguousValues(variable, place, in: hdf5, library, file) }
    }

    func storedBytes(of variable: Variable) -> Int { length }

    func texts(of variable: Variable, in ranges: [Range<Int>]) throws -> [String] {
        let start = ranges.map(\.lowerBound), count = ranges.map(\.count), place = places[variable.id]
        let total = count.reduce(1, *)
        // Texts of no letters are texts all the same.
        if total == 0 {
            return variable.type == .char ? [String](repeating: "", count: count.dropLast().reduce(1, *)) : []
        }
        try checkMemory(checkedProduct([total, 24]), variable)
        return try NetCDFLibrary.locked {
            if variable.type == .char {
                var characters = [CChar](repeating: 0, count: total)
                try check(nc_get_vara_text(place.group, place.variable, start, count, &characters), variable)
                let width = count.last ?? 1
                return stride(from: 0, to: total, by: width).map { NetCDFLibrary.string(characters[$0..<$0 + width]) }
            }
            var strings = [UnsafeMutablePointer<CChar>?](repeating: nil, count: total)
            try check(nc_get_vara_string(place.group, place.variable, start, count, &strings), variable)
            defer { nc_free_string(total, &strings) }
            return strings.map { $0.map { String(cString: $0) } ?? "" }
        }
    }
}

/// What the beginning of a file says, read while the library is locked.
private struct Header {
    let path: String, length: Int
    var format = ""
    var dimensions: [Dimension] = []
    var variables: [Variable] = []
    var attributes: [StoredAttribute] = []
    var places: [(group: Int32, variable: Int32)] = []
    private var outside: Set<String> = []

    init(path: String, length: Int) { (self.path, self.length) = (path, length) }

    private func check(_ code: Int32) throws {
        if code != NC_NOERR {
            throw DataError(
                file: path, "its header cannot be read: \(NetCDFLibrary.message(code)); the file may be damaged")
        }
    }

    /// - Parameter outside: the variables whose numbers lie in other files.
    mutating func read(_ file: Int32, _ outside: Set<String>) throws {
        self.outside = outside
        var kind: Int32 = 0
        try check(nc_inq_format(file, &kind))
        format =
            switch kind {
            case NC_FORMAT_CLASSIC: "classic"
            case NC_FORMAT_64BIT_OFFSET: "64-bit offset"
            case NC_FORMAT_64BIT_DATA: "64-bit data"
            case NC_FORMAT_NETCDF4_CLASSIC: "netCDF-4 classic model"
            default: "netCDF-4"
            }
        try readGroup(file, prefix: "", outer: [:])
    }

    private mutating func readGroup(_ group: Int32, prefix: String, outer: [Int32: Dimension]) throws {
        var known = outer
        var count: Int32 = 0
        try check(nc_inq_dimids(group, &count, nil, 0))
        var ids = [Int32](repeating: 0, count: Int(count))
        try check(nc_inq_dimids(group, &count, &ids, 0))
        var unlimitedCount: Int32 = 0
        try check(nc_inq_unlimdims(group, &unlimitedCount, nil))
        var unlimited = [Int32](repeating: 0, count: Int(unlimitedCount))
        try check(nc_inq_unlimdims(group, &unlimitedCount, &unlimited))
        for id in ids {
            var length = 0
            let name = try NetCDFLibrary.name { try check(nc_inq_dim(group, id, $0, &length)) }
            guard length >= 0 else {
                throw DataError(
                    file: path, "dimension \"\(prefix + name)\" is longer than any array could be; the file is damaged")
            }
            let dimension = Dimension(prefix + name, length: length, isUnlimited: unlimited.contains(id))
            known[id] = dimension
            dimensions.append(dimension)
        }

        try check(nc_inq_nvars(group, &count))
        for id in 0..<count {
            var type: nc_type = 0, rank: Int32 = 0, attributeCount: Int32 = 0
            var places = [Int32](repeating: 0, count: Int(NC_MAX_VAR_DIMS))
            let name = try NetCDFLibrary.name {
                try check(nc_inq_var(group, id, $0, &type, &rank, &places, &attributeCount))
            }
            let dimensions = places.prefix(Int(rank)).map { known[$0] ?? Dimension("?", length: 0) }
            let shape = dimensions.map(\.length)
            guard checkedProduct(shape + [8]) != nil else {
                throw DataError(
                    file: path,
                    "variable \"\(prefix + name)\" has the shape \(shape), which no array could have; the file is damaged"
                )
            }
            let elements = ElementType(netCDF: type)
            variables.append(
                Variable(
                    name: prefix + name, type: elements, dimensions: dimensions.map(\.name), shape: shape,
                    storedAttributes: try attributes(group, id, Int(attributeCount)), id: variables.count,
                    complaint: outside.contains(prefix + name)
                        ? "its numbers lie in another file, or are put together of others, which is not followed; write them into this one"
                        : elements == .other
                            ? "it is of a type that Tern does not read (compound, enumeration or the like)" : nil,
                    defaultFill: elements.defaultFill))
            self.places.append((group, id))
        }
        if prefix.isEmpty {
            try check(nc_inq_natts(group, &count))
            attributes = try attributes(group, NC_GLOBAL, Int(count))
        }

        guard format == "netCDF-4" else { return }
        try check(nc_inq_grps(group, &count, nil))
        var groups = [Int32](repeating: 0, count: Int(count))
        try check(nc_inq_grps(group, &count, &groups))
        for inner in groups {
            let name = try NetCDFLibrary.name { try check(nc_inq_grpname(inner, $0)) }
            try readGroup(inner, prefix: prefix + name + "/", outer: known)
        }
    }

    private func attributes(_ group: Int32, _ variable: Int32, _ count: Int) throws -> [StoredAttribute] {
        try (0..<Int32(count)).compactMap { index in
            var kind: nc_type = 0, length = 0
            let name = try NetCDFLibrary.name { try check(nc_inq_attname(group, variable, index, $0)) }
            try check(nc_inq_att(group, variable, name, &kind, &length))
            let type = ElementType(netCDF: kind)
            // Attributes lie in the file as they are.
            guard (0...self.length).contains(length) else {
                throw DataError(
                    file: path, "attribute \"\(name)\" has \(length) elements, more than the file; it is damaged")
            }
            switch type {
            case .char:
                var characters = [CChar](repeating: 0, count: length)
                try check(nc_get_att_text(group, variable, name, &characters))
                return StoredAttribute(name: name, type: type, value: .text(NetCDFLibrary.string(characters)))
            case .string:
                var strings = [UnsafeMutablePointer<CChar>?](repeating: nil, count: length)
                try check(nc_get_att_string(group, variable, name, &strings))
                defer { nc_free_string(length, &strings) }
                let text = strings.map { $0.map { String(cString: $0) } ?? "" }.joined(separator: ", ")
                return StoredAttribute(name: name, type: type, value: .text(text))
            case .other: return nil
            default:
                var numbers = [Double](repeating: 0, count: length)
                if length > 0 { try check(nc_get_att_double(group, variable, name, &numbers)) }
                return StoredAttribute(name: name, type: type, value: .numbers(numbers))
            }
        }
    }
}
