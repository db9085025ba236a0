// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataArrays = [
    Example("TernData/Arrays/NPY: read", NPY_read),
    Example("TernData/Arrays/NPZ: NPZ", NPZ_NPZ),
]

private func NPY_read() async throws {
    try Tensor.ones([3, 4]).write(npy: "sst.npy")
    let sst = try Tensor.read(npy: "sst.npy")
    _ = sst
}

private func NPZ_NPZ() async throws {
    let sst = Tensor.ones([3, 4])
    let lat = Tensor([-45.0, 0, 45])
    use(try NPZ(["sst": sst, "lat": lat]).write(to: "ocean.npz", compressed: true))
    let file = try NPZ(contentsOf: "ocean.npz")
    _ = file
    use(file.arrays["lat"])
}
