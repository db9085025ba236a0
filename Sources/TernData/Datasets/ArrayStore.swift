import TernCore

/// A file or folder of named arrays: what NetCDF and Zarr have in common. Values are as stored, nothing is unpacked.
protocol ArrayStore: AnyObject, Sendable {
    var path: String { get }
    /// Such as "netCDF-4" or "Zarr 2".
    var format: String { get }
    var dimensions: [Dimension] { get }
    var variables: [Variable] { get }
    var attributes: [StoredAttribute] { get }

    /// The numbers in a part of a variable as `float32` or `float64`, into which they are converted.
    ///
    /// - Parameter ranges: one for each dimension, within its length.
    func numbers(of variable: Variable, in ranges: [Range<Int>], as dtype: DType) throws -> Tensor

    /// The texts in a part of a variable of texts; characters lie along its last dimension.
    func texts(of variable: Variable, in ranges: [Range<Int>]) throws -> [String]
}
