import Foundation
import TernCore

/// The variables of a NetCDF file or a Zarr store, of several files joined along a dimension, or of fields in memory.
///
/// ```swift
/// let years = Coordinate("time", times: (2001...2004).map { CalendarDate(year: $0) })
/// let maps = Tensor([[20.5, 21], [19, 20], [18, 19], [22, 23]])
/// let sst = Field("sst", maps, dimensions: ["time", "lon"], coordinates: [years])
/// try Dataset([sst]).write(to: "sst.nc")
/// let data = try Dataset(contentsOf: "sst.nc")  // NetCDF-3, NetCDF-4, or .zarr, .zarr.zip
/// print(data.variables.map(\.name))  // ["time", "sst"]
/// let part = try data.field("sst", at: ["time": 0..<2])  // only what is asked for is read
/// print(part.shape, part.coordinate("time")!.times![1])  // [2, 2] 2002-01-01
/// ```
///
/// Opening reads the header alone. A file is closed when the last dataset that reads it is gone. Several files are
/// opened as one by ``init(contentsOf:along:)``.
public struct Dataset: Sendable {
    enum Source: Sendable {
        case store(any ArrayStore)
        case fields([Field])
        /// Parts one after the other along a dimension.
        case joined([Dataset], along: String)
    }

    /// The file, for messages; "dataset" in memory.
    public let path: String
    /// Such as "netCDF-4", "classic", "Zarr 3" or "memory".
    public let format: String
    /// Of all groups of the file; those in groups are named by path, such as `model/time`.
    public let dimensions: [Dimension]
    /// In the order of the file; those in groups are named by path, such as `model/sst`.
    public let variables: [Variable]
    /// What the file says of itself, in its order and with its types.
    public let storedAttributes: [StoredAttribute]
    let source: Source
    let index: VariableIndex
    let firstLabels = FirstLabels()

    /// What the file says of itself, such as `title` and `Conventions`, by name.
    public var attributes: Attributes { storedAttributes.asDictionary }

    /// Opens a NetCDF file, or a folder or ZIP archive (".zip") that holds a Zarr store of version 2 or 3.
    ///
    /// - Throws: `DataError` where it is absent, of another format, or was copied only in part.
    public init(contentsOf path: String) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let store: any ArrayStore =
            exists && (isFolder.boolValue || path.lowercased().hasSuffix(".zip"))
            ? try ZarrStore(path, isFolder: isFolder.boolValue) : try NetCDFFile(path)
        self.path = path
        format = store.format
        dimensions = store.dimensions
        variables = store.variables.map { variable in
            var variable = variable
            variable.complaint = variable.complaint ?? variable.headerComplaint
            return variable
        }
        index = VariableIndex(variables)
        storedAttributes = store.attributes
        source = .store(store)
    }

    /// A dataset of fields, which may share dimensions and coordinates; of coordinates of one name the first counts.
    ///
    /// - Precondition: Names differ, and dimensions of one name have one length.
    public init(_ fields: [Field], attributes: Attributes = [:]) {
        path = "dataset"
        format = "memory"
        var dimensions: [Dimension] = []
        for field in fields {
            for (name, length) in zip(field.dimensions, field.shape) {
                if let known = dimensions.first(where: { $0.name == name }) {
                    guard known.length == length else {
                        TernCore.fail(
                            "dataset: dimension \"\(name)\" has the length \(length) in \"\(field.name)\" and \(known.length) in another field"
                        )
                    }
                } else {
                    dimensions.append(Dimension(name, length: length))
                }
            }
        }
        guard Set(fields.map(\.name)).count == fields.count else {
            TernCore.fail("dataset: two fields have one name: \(fields.map(\.name))")
        }
        self.dimensions = dimensions
        storedAttributes = attributes.stored
        source = .fields(fields)
        variables =
            Self.coordinates(of: fields).map { Variable(describing: $0) }
            + fields.map { field in
                Variable(
                    name: field.name, type: field.values.dtype == .float32 ? .float : .double,
                    dimensions: field.dimensions, shape: field.shape,
                    storedAttributes: field.attributes.stored)
            }
        index = VariableIndex(variables)
    }

    /// The coordinates of fields, each once.
    static func coordinates(of fields: [Field]) -> [Coordinate] {
        var found: [Coordinate] = []
        for coordinate in fields.flatMap(\.coordinates) where !found.contains(where: { $0.name == coordinate.name }) {
            found.append(coordinate)
        }
        return found.filter { coordinate in !fields.contains { $0.name == coordinate.name } }
    }

    /// The length of a dimension; nil where there is none of this name.
    public func length(of dimension: String) -> Int? { dimensions.first { $0.name == dimension }?.length }

    /// What the file says of a variable.
    ///
    /// - Throws: `DataError` that lists the variables there are and the nearest name.
    public func variable(_ name: String) throws -> Variable {
        if let place = index.places[name] { return variables[place] }
        throw DataError(
            file: path,
            "there is no variable \"\(name)\"; \(suggestion(for: name, among: variables.map(\.name), "variables"))")
    }

    /// "it declares 4.4 TB, and the file holds 8 kB" of a variable that, for the most part, nobody can have written;
    /// else nil.
    ///
    /// Reading it would go on for minutes or hours and find fill values.
    public func emptiness(of variable: Variable) -> String? {
        guard case .store(let store) = source, let (declared, chunks, work) = work(of: variable, in: store)
        else { return nil }
        guard work > Self.leastEmptiness else { return nil }
        let stored = store.storedBytes(of: variable)
        guard work / Self.mostShrinking > stored else { return nil }
        let size = work > declared ? "\(chunks) chunks" : MachineMemory.words(declared)
        return "it declares \(size), and its file holds \(MachineMemory.words(stored))"
    }

    private static let leastEmptiness = 1 << 28
    /// Deflate shrinks no data so far, and Zstandard only what is one number for the most part.
    private static let mostShrinking = 2000

    private func work(of variable: Variable, in store: any ArrayStore) -> (declared: Int, chunks: Int, work: Int)? {
        guard let declared = checkedProduct([variable.count, variable.type.size]) else { return nil }
        // To look for a chunk takes as long as to read a page of numbers.
        let chunks = store.chunkCount(of: variable)
        return (declared, chunks, max(declared, checkedProduct([chunks, 4096]) ?? .max))
    }

    /// What the variables declare that are read one after the other, and what the file holds, once that was asked.
    package struct Declared {
        fileprivate var work = 0, stored: Int?

        package init() {}
    }

    /// What ``emptiness(of:)`` says of a variable alone, or of it together with those that were read before:
    /// thousands of small ones take as long as a large one.
    ///
    /// - Parameter before: gets the variable, where nothing is said of it and it is to be read.
    package func emptiness(of variable: Variable, after before: inout Declared) -> String? {
        if let alone = emptiness(of: variable) { return alone }
        guard case .store(let store) = source, let own = work(of: variable, in: store) else { return nil }
        let work = checkedSum([before.work, own.work]) ?? .max
        if work > Self.leastEmptiness {
            // Variables of a NetCDF file have no bytes of their own that could be counted.
            let stored = before.stored ?? (store as? ZarrStore)?.storedBytes ?? store.storedBytes(of: variable)
            before.stored = stored
            guard work / Self.mostShrinking <= stored else {
                return "with the variables that were read it declares \(MachineMemory.words(work)), and the file holds "
                    + MachineMemory.words(stored)
            }
        }
        before.work = work
        return nil
    }

    /// How often numbers of a NetCDF file were read without netCDF-C, which gives the same more slowly.
    package var ownReadings: Int {
        guard case .store(let store) = source, let file = store as? NetCDFFile else { return 0 }
        return file.ownReadings.load(ordering: .relaxed)
    }

    /// The variables that are data and can be read: neither coordinates nor their bounds.
    ///
    /// A series of integers labels its dimension, as the number of a model or a year does, where a variable of more
    /// than that series lies along it; else it is data.
    public var dataVariables: [Variable] {
        let labels = Set(dimensions.map(\.name))
        let candidates = variables.filter {
            !isHelper($0) && !$0.type.isText && $0.complaint == nil && !labels.contains($0.name)
        }.map { (variable: $0, isCoordinate: $0.isCoordinate) }
        let labelled = Set(candidates.filter { !$0.isCoordinate }.flatMap(\.variable.dimensions))
        return candidates.filter { variable, isCoordinate in
            !isCoordinate || variable.role == nil && !variable.dimensions.contains(where: labelled.contains)
        }.map(\.variable)
    }

    /// Whether another variable names it: as its coordinate, its bounds or what else belongs to it.
    package func isHelper(_ variable: Variable) -> Bool { index.helpers.contains(variable.name) }
}

extension Attributes {
    /// In the order of their names, as a file would hold them.
    var stored: [StoredAttribute] {
        sorted { $0.key < $1.key }.map { name, value in
            StoredAttribute(name: name, type: value.text == nil ? .double : .char, value: value)
        }
    }
}

extension Variable {
    init(describing coordinate: Coordinate) {
        let isText = if case .texts = coordinate.labels { true } else { false }
        self.init(
            name: coordinate.name, type: isText ? .string : .double, dimensions: [coordinate.dimension],
            shape: [coordinate.count],
            storedAttributes: coordinate.attributes.stored)
    }
}
