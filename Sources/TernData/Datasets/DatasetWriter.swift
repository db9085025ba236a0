import Foundation
import TernCore

/// Writes a NetCDF-4 file or a Zarr store piece by piece along one dimension, such as predictions batch by batch.
///
/// ```swift
/// let writer = try DatasetWriter(to: "predictions.nc", along: "time")
/// for month in 0..<3 {
///     let time = Coordinate("time", numbers: [Double(month)])
///     let map = Tensor(repeating: Double(month), shape: [1, 4])
///     try writer.append([Field("rain", map, dimensions: ["time", "cell"], coordinates: [time])])
/// }
/// try writer.finish()  // only now the file has its name
/// print(try Dataset(contentsOf: "predictions.nc").field("rain").shape)  // [3, 4]
/// ```
///
/// Numbers that label the dimension are stored as doubles, since a later piece may hold fractions. A writer that goes
/// without ``finish()`` leaves nothing.
public final class DatasetWriter {
    private let path: String
    private let replacement: Replacement
    private let dimension: String
    private let attributes: Attributes
    private let level: Int
    private let format: Dataset.Format
    private var writer: (any VariableWriter)?
    /// Of the first piece; what grows without its content.
    private var first: [EncodedVariable] = []
    private var count = 0
    private var state = State.open

    private enum State {
        case open, finished
        /// Nobody knows how much of a piece is there.
        case broken
    }

    /// A file to be written.
    ///
    /// - Parameters:
    ///   - path: of a Zarr store where it ends in ".zarr" or ".zarr.zip", else of a NetCDF-4 file.
    ///   - dimension: the first of all fields, along which the file grows.
    ///   - attributes: of the file; `Conventions` is added where it is missing.
    ///   - format: another than the path asks for.
    ///   - level: of compression, 0 (none) to 9.
    /// - Throws: `DataError` where the file could not be written.
    public init(
        to path: String, along dimension: String, attributes: Attributes = [:], as format: Dataset.Format? = nil,
        compression level: Int = 1
    ) throws {
        try Dataset.Format.check(compression: level, of: path)
        self.path = path
        self.dimension = dimension
        self.attributes = attributes
        self.level = level
        self.format = format ?? Dataset.Format(of: path)
        replacement = try Replacement(of: path, isFolder: self.format.isFolder)
    }

    deinit { if state != .finished { replacement.discard() } }

    private func checkOpen() throws {
        switch state {
        case .open: break
        case .finished: throw DataError(file: path, "is finished; a writer writes one file")
        case .broken: throw DataError(file: path, "a piece could not be written before; begin with another writer")
        }
    }

    /// Adds the next entries of the dimension, which must be each field's first.
    ///
    /// - Throws: `DataError` where a piece does not fit the first one: other variables or types of numbers, other units
    ///   or calendars, other lengths but along the dimension, other labels or values of what does not lie along it.
    ///   Where it cannot be written, and after ``finish()``, nothing more can be added.
    public func append(_ fields: [Field]) throws {
        try checkOpen()
        for field in fields {
            guard field.dimensions.first == dimension, field.shape[0] == fields[0].shape[0] else {
                throw field.failure(
                    "its first dimension must be \"\(dimension)\" and as long as the others'; it has \(field.dimensions) of \(field.shape)"
                )
            }
        }
        let encoding = try Encoding(fields, packing: [], unlimited: dimension, file: path)
        // The first piece may be of no length, so that its count tells nothing.
        if writer != nil { try check(encoding) }
        do { try write(encoding) } catch {
            state = .broken
            throw replacement.told(error)
        }
        count += fields.first?.shape[0] ?? 0
    }

    private func write(_ encoding: Encoding) throws {
        let isFirst = writer == nil
        if isFirst {
            writer = try format.writer(replacement.temporary, encoding, attributes: attributes.stored, level: level)
            first = encoding.variables.map { variable in
                var variable = variable
                if variable.dimensions.first == dimension { variable.content = .texts([]) }
                return variable
            }
        }
        for variable in encoding.variables where variable.dimensions.first == dimension || isFirst {
            try writer!.write(variable, from: variable.dimensions.first == dimension ? count : 0)
        }
    }

    /// - Throws: `DataError` where a piece does not fit the first one.
    private func check(_ encoding: Encoding) throws {
        guard encoding.variables.map(\.name) == first.map(\.name) else {
            throw DataError(
                file: path,
                "this piece has the variables \(encoding.variables.map(\.name)), the first one \(first.map(\.name))")
        }
        for (variable, first) in zip(encoding.variables, first) {
            guard let difference = difference(of: variable, from: first) else { continue }
            throw DataError(file: path, "in this piece \"\(variable.name)\" \(difference)")
        }
    }

    /// What keeps a piece's variable from going on where the first one's ended, for messages.
    private func difference(of variable: EncodedVariable, from first: EncodedVariable) -> String? {
        func fixed(_ variable: EncodedVariable) -> [Int] {
            variable.dimensions.first == dimension ? Array(variable.shape.dropFirst()) : variable.shape
        }
        guard fixed(variable) == fixed(first), variable.dimensions == first.dimensions else {
            return
                "has the shape \(variable.shape), which differs from the first piece's beyond \"\(dimension)\""
        }
        if variable.type != first.type { return "is of the type \(variable.type), in the first \(first.type)" }
        for name in ["units", "calendar"] {
            let own = variable.attributes.first { $0.name == name }?.value,
                other = first.attributes.first { $0.name == name }?.value
            if own != other { return "has another \"\(name)\" than in the first" }
        }
        guard variable.dimensions.first != dimension, !variable.content.isSame(as: first.content) else { return nil }
        return "has other values than in the first, and it does not lie along \"\(dimension)\""
    }

    /// Gives the file its name; to be called once, after the last piece.
    ///
    /// - Throws: `DataError` where nothing was added, a piece could not be written or the disk is full.
    public func finish() throws {
        try checkOpen()
        guard let writer else { throw DataError(file: path, "nothing was written; append a field first") }
        do {
            try writer.close()
            try replacement.finish()
        } catch {
            state = .broken
            throw replacement.told(error)
        }
        state = .finished
    }
}
