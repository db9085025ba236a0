import Foundation
import TernCore

/// Arrays cut into chunks in a folder or a ZIP archive: Zarr, versions 2 and 3, as zarr-python and xarray write it.
///
/// It is read here and not through netCDF-C, whose Debian build takes compressed chunks for plain ones. Variables of
/// groups are named by path, such as "model/sst", as those of NetCDF are. An array that Tern cannot read has a
/// complaint and hides no other.
///
/// Source: Zarr core specification version 3, https://zarr-specs.readthedocs.io/en/latest/v3/core/, and storage
/// specification version 2; dimensions of the latter are named by `_ARRAY_DIMENSIONS`,
/// https://docs.xarray.dev/en/stable/internals/zarr-encoding-spec.html.
final class ZarrStore: ArrayStore {
    let path: String
    let format: String
    let dimensions: [Dimension]
    let variables: [Variable]
    let attributes: [StoredAttribute]
    /// By the number of the variable; nil where it cannot be read.
    private let arrays: [ZarrArray?]
    private let keys: any KeyStore
    private let paths: [String]

    /// - Throws: `DataError` where the folder or file is no Zarr store, a description is damaged, or Tern can read
    ///   none of its arrays.
    init(_ path: String, isFolder: Bool) throws {
        let keys: any KeyStore = isFolder ? try FolderKeys(path) : try ZipKeys(path)
        let hierarchy = try ZarrHierarchy(keys)
        var scope = ZarrDimensions(), variables: [Variable] = [], arrays: [ZarrArray?] = []
        var headers: [(node: ZarrNode, name: String, shape: [Int])] = []
        for node in hierarchy.arrays {
            let name = node.path.isEmpty ? Self.stem(path) : node.path
            guard let shape = node.description["shape"] as? [Int] else {
                throw DataError(
                    file: path, "array \"\(name)\": its description lacks shape and chunks; the store is damaged")
            }
            guard checkedProduct(shape + [8]) != nil else {
                throw DataError(file: path, "array \"\(name)\": no array could have the shape \(shape)")
            }
            headers.append((node, name, shape))
        }
        scope.declare(
            try headers.map { ($0.node, try Self.dimensionNames($0.node, $0.name, $0.shape, path), $0.shape) })
        for (i, (node, name, shape)) in headers.enumerated() {
            var complaint = node.complaint ?? scope.complaints[i], layout: ZarrLayout?
            if complaint == nil {
                do {
                    layout =
                        try node.version == 2
                        ? ZarrLayout(version2: node.description, shape) : ZarrLayout(version3: node.description, shape)
                } catch let unknown as ZarrUnknown { complaint = unknown.description } catch let damage as ZarrDamage {
                    throw DataError(file: path, "array \"\(name)\": \(damage)")
                }
            }
            let type = layout?.type.element ?? .other
            var attributes = ZarrJSON.attributes(node.attributes, of: type)
            if let layout {
                // What the type says goes before what somebody wrote; in version 2 the value of what was never written
                // marks missing ones, as for xarray.
                var implied = layout.type.attributes
                if implied.isEmpty, node.version == 2, !type.isText, let fill = layout.fill.number {
                    implied = [StoredAttribute(name: "_FillValue", type: type, value: .numbers([fill]))]
                    implied.removeAll { marker in attributes.contains { $0.name == marker.name } }
                }
                attributes = implied + attributes.filter { other in !implied.contains { $0.name == other.name } }
            }
            variables.append(
                Variable(
                    name: name, type: type, dimensions: scope.names[i], shape: shape, storedAttributes: attributes,
                    id: i, complaint: complaint))
            arrays.append(layout.map { ZarrArray(name: name, keys: keys, path: node.path, shape: shape, layout: $0) })
        }
        if let first = variables.first, variables.allSatisfy({ $0.complaint != nil }) {
            throw DataError(file: path, "array \"\(first.name)\": \(first.complaint!)")
        }
        self.path = path
        self.keys = keys
        self.variables = variables
        self.arrays = arrays
        dimensions = scope.dimensions
        paths = headers.map(\.node.path)
        format = "Zarr \(hierarchy.root.version)"
        attributes = hierarchy.root.isArray ? [] : ZarrJSON.attributes(hierarchy.root.attributes)
    }

    /// What a store is called that is one array.
    private static func stem(_ path: String) -> String {
        let name = URL(fileURLWithPath: path).lastPathComponent
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    /// Nil for dimensions without a name.
    private static func dimensionNames(_ node: ZarrNode, _ name: String, _ shape: [Int], _ path: String) throws
        -> [String?]
    {
        let key = node.version == 2 ? "_ARRAY_DIMENSIONS" : "dimension_names"
        guard let listed = (node.version == 2 ? node.attributes : node.description)[key] as? [Any] else {
            return shape.map { _ in nil }
        }
        guard listed.count == shape.count else {
            throw DataError(
                file: path,
                "array \"\(name)\" has \(shape.count) dimensions and \(listed.count) names for them in \(key)")
        }
        return listed.map { $0 as? String }
    }

    private func array(_ variable: Variable) throws -> ZarrArray {
        if let array = arrays[variable.id] { return array }
        throw DataError(file: path, "array \"\(variable.name)\": \(variable.complaint ?? "it cannot be read")")
    }

    func read(_ variable: Variable, in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws {
        try array(variable).numbers(in: ranges, into: target)
    }

    func chunkCount(of variable: Variable) -> Int { arrays[variable.id]?.chunkCount ?? 1 }

    func storedBytes(of variable: Variable) -> Int { keys.byteCount(under: paths[variable.id]) }

    /// All that the store holds.
    var storedBytes: Int { keys.byteCount(under: "") }

    func texts(of variable: Variable, in ranges: [Range<Int>]) throws -> [String] {
        try checkMemory(checkedProduct(ranges.map(\.count) + [24]), variable)
        return try array(variable).texts(in: ranges)
    }
}
