import TernCore

/// A file or folder of named arrays: what NetCDF and Zarr have in common. Values are as stored, nothing is unpacked.
protocol ArrayStore: AnyObject, Sendable {
    var path: String { get }
    /// Such as "netCDF-4" or "Zarr 3".
    var format: String { get }
    var dimensions: [Dimension] { get }
    var variables: [Variable] { get }
    var attributes: [StoredAttribute] { get }

    /// Writes the numbers in a part of a variable to `target`: in the variable's type and this processor's order of
    /// bytes.
    ///
    /// - Parameter ranges: one for each dimension, within its length; `target` is as long as they say.
    func read(_ variable: Variable, in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws

    /// How many bytes of the store may belong to a variable, compressed or not.
    func storedBytes(of variable: Variable) -> Int

    /// In how many places to look for all of a variable: chunks that are files or members of their own.
    func chunkCount(of variable: Variable) -> Int

    /// The texts in a part of a variable of texts; characters lie along its last dimension.
    func texts(of variable: Variable, in ranges: [Range<Int>]) throws -> [String]
}

extension ArrayStore {
    func chunkCount(of variable: Variable) -> Int { 1 }

    /// - Throws: `DataError` where memory does not hold so many bytes of a variable; nil stands for more than could
    ///   be.
    func checkMemory(_ bytes: Int?, _ variable: Variable) throws {
        guard let complaint = MachineMemory.complaint(about: bytes) else { return }
        throw DataError(
            file: path,
            "variable \"\(variable.name)\" of shape \(variable.shape) cannot be read whole: \(complaint); read a part of it"
        )
    }
}
