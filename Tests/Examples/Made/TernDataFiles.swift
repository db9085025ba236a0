// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataFiles = [
    Example("TernData/Files/Safetensors: Safetensors", Safetensors_Safetensors),
]

private func Safetensors_Safetensors() async throws {
    let weight = Tensor([[0.5, -1], [2, 0]])
    _ = weight
    use(try Safetensors(tensors: ["weight": weight], metadata: ["name": "co2"]).write(to: "model.safetensors"))
    let file = try Safetensors(contentsOf: "model.safetensors")
    _ = file
    print(file.names, file.metadata["name"]!, file.tensors["weight"]! == weight)  // ["weight"] co2 true
    checkPrinted("[\"weight\"] co2 true")
}
