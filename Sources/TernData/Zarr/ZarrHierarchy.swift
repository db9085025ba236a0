/// An array or a group of a store: its path and what lies in its description.
struct ZarrNode {
    var path: String
    var version: Int
    var isArray: Bool
    var description: [String: Any]
    var attributes: [String: Any]
    /// Why nothing under it can be read.
    var complaint: String?

    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    /// The path of the group that it lies in.
    var group: String { path.split(separator: "/").dropLast().joined(separator: "/") }
}

/// The groups and arrays of a store, found by looking; what only the consolidated description names is added.
struct ZarrHierarchy {
    let root: ZarrNode
    /// Those of a group before those of the groups within it.
    private(set) var arrays: [ZarrNode] = []
    /// Groups nobody nests deeper.
    static let deepest = 64

    private let keys: any KeyStore
    private var found: Set<String> = []

    init(_ keys: any KeyStore) throws {
        self.keys = keys
        let consolidated = try ZarrJSON.object(".zmetadata", in: keys)
        guard
            let root = try Self.node("", in: keys)
                ?? consolidated.map({ _ in
                    ZarrNode(
                        path: "", version: 2, isArray: false, description: [:],
                        attributes: try ZarrJSON.object(".zattrs", in: keys) ?? [:])
                })
        else { throw DataError(file: keys.path, "this is no Zarr store: it holds neither zarr.json nor .zgroup") }
        self.root = root
        try visit(root)
        let others =
            root.version == 2
            ? Self.version2(consolidated?["metadata"] as? [String: Any] ?? [:])
            : Self.version3(
                (root.description["consolidated_metadata"] as? [String: Any])?["metadata"] as? [String: Any] ?? [:])
        for var node in others where !found.contains(node.path) {
            // They become parts of paths.
            let parts = node.path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.allSatisfy({ !["", ".", ".."].contains($0) }), !node.path.contains("\0") else {
                throw DataError(
                    file: keys.path,
                    "its consolidated description names \"\(node.path)\", which is no place in a store; the store is damaged"
                )
            }
            guard parts.count <= Self.deepest + 1 else { throw tooDeep }
            node.complaint = root.complaint ?? node.complaint
            arrays.append(node)
        }
    }

    private var tooDeep: DataError {
        DataError(file: keys.path, "its groups lie more than \(Self.deepest) deep")
    }

    private mutating func visit(_ root: ZarrNode) throws {
        var waiting = [root]
        while let node = waiting.popLast() {
            found.insert(node.path)
            if node.isArray { arrays.append(node); continue }
            guard node.path.split(separator: "/").count <= Self.deepest else { throw tooDeep }
            var groups: [ZarrNode] = []
            for name in try keys.children(of: node.path) {
                guard var child = try Self.node(key(node.path, name), in: keys) else { continue }
                child.complaint = node.complaint ?? child.complaint
                if child.isArray {
                    found.insert(child.path)
                    arrays.append(child)
                } else {
                    groups.append(child)
                }
            }
            waiting += groups.reversed()
        }
    }

    /// What lies at a path, nil where it is neither array nor group.
    private static func node(_ path: String, in keys: any KeyStore) throws -> ZarrNode? {
        if let description = try ZarrJSON.object(key(path, "zarr.json"), in: keys) {
            guard description["zarr_format"] as? Int == 3, let kind = description["node_type"] as? String,
                ["array", "group"].contains(kind)
            else {
                throw DataError(
                    file: keys.path,
                    "\(key(path, "zarr.json")) describes neither an array nor a group of Zarr 3; the store is damaged or newer than Tern"
                )
            }
            return version3(path, description)
        }
        for name in [".zarray", ".zgroup"] {
            guard let description = try ZarrJSON.object(key(path, name), in: keys) else { continue }
            return ZarrNode(
                path: path, version: 2, isArray: name == ".zarray", description: description,
                attributes: try ZarrJSON.object(key(path, ".zattrs"), in: keys) ?? [:])
        }
        return nil
    }

    private static func version3(_ path: String, _ description: [String: Any]) -> ZarrNode {
        let isArray = description["node_type"] as? String == "array"
        let known: Set =
            isArray
            ? [
                "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value",
                "codecs", "attributes",
                "storage_transformers", "dimension_names",
            ]
            : ["zarr_format", "node_type", "attributes", "consolidated_metadata"]
        let unknown = description.keys.sorted().first {
            !known.contains($0) && (description[$0] as? [String: Any])?["must_understand"] as? Bool != false
        }
        return ZarrNode(
            path: path, version: 3, isArray: isArray, description: description,
            attributes: description["attributes"] as? [String: Any] ?? [:],
            complaint: unknown.map {
                "its \(isArray ? "description" : "group") uses the extension \"\($0)\", which Tern does not know; write it without"
            })
    }

    private static func version3(_ metadata: [String: Any]) -> [ZarrNode] {
        metadata.sorted { $0.key < $1.key }.compactMap { path, value in
            (value as? [String: Any]).map { version3(path, $0) }.flatMap { $0.isArray ? $0 : nil }
        }
    }

    private static func version2(_ metadata: [String: Any]) -> [ZarrNode] {
        metadata.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name.hasSuffix("/.zarray"), let description = value as? [String: Any] else { return nil }
            let path = String(name.dropLast("/.zarray".count))
            return ZarrNode(
                path: path, version: 2, isArray: true, description: description,
                attributes: metadata[path + "/.zattrs"] as? [String: Any] ?? [:])
        }
    }
}
