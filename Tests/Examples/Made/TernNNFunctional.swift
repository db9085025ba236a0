// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNFunctional = [
    Example("TernNN/Functional/Convolve: conv1d", Convolve_conv1d),
    Example("TernNN/Functional/Convolve: conv2d", Convolve_conv2d),
    Example("TernNN/Functional/OneHot: oneHot", OneHot_oneHot),
    Example("TernNN/Functional/Padding: Padding", Padding_Padding),
    Example("TernNN/Functional/Padding: WindowSize", Padding_WindowSize),
    Example("TernNN/Functional/Pool: maxPool2d", Pool_maxPool2d),
    Example("TernNN/Functional/Resize: Interpolation", Resize_Interpolation),
    Example("TernNN/Functional/Resize: resize", Resize_resize),
]

private func Convolve_conv1d() async throws {
    check("[1, 8, 5]", conv1d(Tensor.ones([1, 8, 2]), Tensor.ones([3, 2, 5]), padding: .causal).shape)
}

private func Convolve_conv2d() async throws {
    let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
    _ = x
    check("[[19, 25], [37, 43]]", conv2d(x, Tensor([[0, 1], [2, 3]] as [[Float]])))
}

private func OneHot_oneHot() async throws {
    check("[[0, 0, 1], [1, 0, 0]]", oneHot(Tensor([2, 0]), count: 3))
}

private func Padding_Padding() async throws {
    let x = Tensor.ones([1, 4, 1]), kernel = Tensor.ones([3, 1, 1])
    _ = x
    _ = kernel
    check("[3, 3]", conv1d(x, kernel, padding: .valid).flattened())
    check("[2, 3, 3, 2]", conv1d(x, kernel, padding: .same).flattened())
    check("[1, 2, 3, 3]", conv1d(x, kernel, padding: .causal).flattened())
}

private func Padding_WindowSize() async throws {
    let image = Tensor.ones([1, 8, 6, 1])
    _ = image
    check("[1, 4, 3, 1]", maxPool2d(image, size: 2).shape)
    check("[1, 2, 2, 1]", maxPool2d(image, size: [4, 3]).shape)
}

private func Pool_maxPool2d() async throws {
    let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
    _ = x
    check("[[4, 5], [7, 8]]", maxPool2d(x, size: 2, strides: 1))
}

private func Resize_Interpolation() async throws {
    let picture = Tensor([0.0, 4], shape: [1, 2, 1])                                // [height, width, channels]
    check("[height, width, channels]", each: [picture as Any])
    _ = picture
    check("[0, 1, 3, 4]", resize(picture, height: 1, width: 4).flattened())
    check("[0, 0, 4, 4]", resize(picture, height: 1, width: 4, interpolation: .nearest).flattened())
}

private func Resize_resize() async throws {
    check("[8, 48, 72, 3]", resize(Tensor.ones([8, 96, 144, 3]), height: 48, width: 72, interpolation: .bicubic).shape)
}
