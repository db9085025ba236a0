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
    use(try Tensor([[1.0, 2], [3, 4]]).write(npy: "sst.npy"))
    let sst = try Tensor.read(npy: "sst.npy")
    _ = sst
    print(sst.shape, sst.dtype)  // [2, 2] float64
    checkPrinted("[2, 2] float64")
}

private func NPZ_NPZ() async throws {
    let sst = Tensor([[20.5, 21], [19, 18.5]])
    _ = sst
    use(try NPZ(["sst": sst, "lat": Tensor([0.0, 10])]).write(to: "ocean.npz", compressed: true))
    let file = try NPZ(contentsOf: "ocean.npz", only: ["lat"])
    _ = file
    print(try NPZ.names(in: "ocean.npz"), file.arrays["lat"]!.shape)  // ["lat", "sst"] [2]
    checkPrinted("[\"lat\", \"sst\"] [2]")
}
