// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNFunctional = [
    Example("TernNN/Functional/Convolve: conv1d", Convolve_conv1d),
    Example("TernNN/Functional/Convolve: conv2d", Convolve_conv2d),
    Example("TernNN/Functional/OneHot: oneHot", OneHot_oneHot),
    Example("TernNN/Functional/Padding: WindowSize", Padding_WindowSize),
    Example("TernNN/Functional/Pool: maxPool2d", Pool_maxPool2d),
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

private func Padding_WindowSize() async throws {
    use(Conv2D(4, kernelSize: 3))
    use(Conv2D(4, kernelSize: [3, 2]))
}

private func Pool_maxPool2d() async throws {
    let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
    _ = x
    check("[[4, 5], [7, 8]]", maxPool2d(x, size: 2, strides: 1))
}

private func Resize_resize() async throws {
    check("[8, 48, 72, 3]", resize(Tensor.ones([8, 96, 144, 3]), height: 48, width: 72, interpolation: .bicubic).shape)
}
