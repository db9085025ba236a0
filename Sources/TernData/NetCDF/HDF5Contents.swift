import Foundation
import TernFiles

/// What a file of HDF5 links, looked at before netCDF-C opens it, which follows links into other files and goes round
/// for ever where groups hold each other. Whoever calls has locked netCDF-C.
struct HDF5Contents {
    /// The datasets whose numbers lie in other files, by path ("group/name").
    private(set) var outside: Set<String> = []
    private let path: String, library: HDF5Links
    private var count = 0, hasSoftLinks = false

    /// Whatever is linked is read anew by each way to it.
    private static let deepest = 64, mostObjects = 200_000

    /// - Returns: nil where HDF5 cannot open the file.
    /// - Throws: `DataError` where a link leads into another file, or groups hold each other.
    init?(of path: String, _ library: HDF5Links) throws {
        (self.path, self.library) = (path, library)
        let isOpen = try library.withFile(path) {
            // Hard links reach all that is in the file; soft ones may lead on by a link into another file.
            try look(into: $0, "", depth: 0, followsSoftLinks: false)
            if !hasSoftLinks { return }
            count = 0
            try look(into: $0, "", depth: 0, followsSoftLinks: true)
        }
        if !isOpen { return nil }
    }

    private mutating func look(into group: HDF5Library.ID, _ prefix: String, depth: Int, followsSoftLinks: Bool) throws
    {
        guard depth <= Self.deepest else {
            throw DataError(
                file: path,
                "its groups lie more than \(Self.deepest) deep within each other, or hold each other, which netCDF's never do"
            )
        }
        for link in library.links(of: group) {
            count += 1
            guard count <= Self.mostObjects else {
                throw DataError(
                    file: path,
                    "its groups link more than \(Self.mostObjects.grouped) variables and groups, some by many ways; split it"
                )
            }
            if link.kind == .soft { hasSoftLinks = true }
            if link.kind == .soft, !followsSoftLinks { continue }
            guard link.kind != .outward else {
                throw DataError(
                    file: path,
                    "\"\((prefix + link.text).printable)\" is a link into another file, which is not followed; write what it means into this one"
                )
            }
            try library.withObject(group, link.name) { object, kind in
                switch kind {
                case .group:
                    try look(
                        into: object, prefix + link.text + "/", depth: depth + 1, followsSoftLinks: followsSoftLinks)
                case .dataset:
                    if library.liesOutside(object) { outside.insert(prefix + link.text.withoutMark) }
                case .other: break
                }
            }
        }
    }
}

extension String {
    /// netCDF-C marks so a variable that has a dimension's name and does not lie along it.
    fileprivate var withoutMark: String { hasPrefix("_nc4_non_coord_") ? String(dropFirst(15)) : self }
}

/// The functions of the HDF5 library that tell what a file links; nil where one is not there.
struct HDF5Links: Sendable {
    typealias ID = HDF5Library.ID
    struct Link {
        enum Kind { case hard, soft, outward }
        /// As HDF5 has it, which need be no UTF-8.
        let name: [CChar], kind: Kind
        var text: String { NetCDFLibrary.string(name[...]) }
    }
    enum Kind { case group, dataset, other }

    private typealias Visit =
        @convention(c) (ID, UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutableRawPointer) -> Int32
    private typealias Iterate =
        @convention(c) (ID, Int32, Int32, UnsafeMutablePointer<UInt64>?, Visit, UnsafeMutableRawPointer) -> Int32
    private typealias OpenFile = @convention(c) (UnsafePointer<CChar>, UInt32, ID) -> ID
    private typealias OpenObject = @convention(c) (ID, UnsafePointer<CChar>, ID) -> ID
    private typealias Ask = @convention(c) (ID) -> Int32

    private let openFile: OpenFile, closeFile: Ask, iterate: Iterate
    private let openObject: OpenObject, closeObject: Ask, kindOf: Ask
    private let externalCount: Ask, layout: Ask
    private let library: HDF5Library

    static let shared = try? HDF5Links()

    private init() throws {
        guard let library = HDF5Library.shared else { throw NetCDFLibrary.Absent() }
        self.library = library
        openFile = try NetCDFLibrary.required("H5Fopen")
        closeFile = try NetCDFLibrary.required("H5Fclose")
        // By release: the first field of what they tell of a link is its type in all.
        iterate =
            try NetCDFLibrary.function("H5Literate2", Iterate.self)
            ?? NetCDFLibrary.function("H5Literate1", Iterate.self) ?? NetCDFLibrary.required("H5Literate")
        openObject = try NetCDFLibrary.required("H5Oopen")
        closeObject = try NetCDFLibrary.required("H5Oclose")
        kindOf = try NetCDFLibrary.required("H5Iget_type")
        externalCount = try NetCDFLibrary.required("H5Pget_external_count")
        layout = try NetCDFLibrary.required("H5Pget_layout")
    }

    /// - Returns: whether HDF5 could open it.
    func withFile(_ path: String, _ body: (ID) throws -> Void) rethrows -> Bool {
        let readOnly: UInt32 = 0
        let file = openFile(path, readOnly, 0)
        guard file >= 0 else { return false }
        defer { _ = closeFile(file) }
        try body(file)
        return true
    }

    func links(of group: ID) -> [Link] {
        final class Found { var links: [Link] = [] }
        let found = Found(), byName: Int32 = 0, asStored: Int32 = 2
        let visit: Visit = { _, name, type, found in
            // Those above the first two are of users, among them those into other files.
            let kind: Link.Kind = type.pointee == 0 ? .hard : type.pointee == 1 ? .soft : .outward
            Unmanaged<Found>.fromOpaque(found).takeUnretainedValue().links.append(
                Link(name: Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)), kind: kind))
            return 0
        }
        withExtendedLifetime(found) {
            _ = iterate(group, byName, asStored, nil, visit, Unmanaged.passUnretained(found).toOpaque())
        }
        return found.links
    }

    /// Calls `body` with what a link leads to, where it leads to something.
    func withObject(_ group: ID, _ name: [CChar], _ body: (ID, Kind) throws -> Void) rethrows {
        let object = openObject(group, name, 0)
        guard object >= 0 else { return }
        defer { _ = closeObject(object) }
        try body(object, [2: .group, 5: .dataset][kindOf(object)] ?? .other)
    }

    /// Whether the numbers of a dataset lie in other files, or are put together of other datasets.
    func liesOutside(_ dataset: ID) -> Bool {
        let virtual: Int32 = 3
        return library.withCreationList(dataset) { externalCount($0) > 0 || layout($0) == virtual } ?? false
    }
}
