// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataFiles = [
    Example("TernData/Files/Safetensors: Safetensors", Safetensors_Safetensors),
]

private func Safetensors_Safetensors() async throws {
    let w = Tensor.ones([2, 2])
    use(try Safetensors(tensors: ["weight": w], metadata: ["name": "co2"]).write(to: "model.safetensors"))
    let file = try Safetensors(contentsOf: "model.safetensors")
    _ = file
    use(file.tensors["weight"])
}
