import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

@Suite struct FunctionalTests {
    private let picture = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])

    @Test func theLecturesConvolution() {
        #expect(conv2d(picture, Tensor([[0, 1], [2, 3]] as [[Float]])).doubles == [19, 25, 37, 43])
        #expect(maxPool2d(picture, size: 2, strides: 1).doubles == [4, 5, 7, 8])
    }

    @Test func theLecturesShapes() {
        func shape(_ n: Int, _ kernel: [Int], _ padding: [Int], _ strides: WindowSize) -> [Int] {
            let margins = padding.map { Margin(before: $0, after: $0) }
            return conv2d(Tensor.zeros([n, n]), Tensor.ones(kernel), strides: strides, padding: .explicit(margins))
                .shape
        }
        #expect(shape(3, [2, 2], [1, 1], 1) == [4, 4])
        #expect(shape(8, [3, 3], [1, 1], 2) == [4, 4])
        #expect(shape(8, [3, 5], [0, 1], [3, 4]) == [2, 2])
    }

    @Test func theGlobeGoesRound() {
        let x = Tensor.range(0..<12, dtype: .float32).reshaped([1, 3, 4, 1])
        let y = PeriodicPadding2D()(x).reshaped([5, 6])
        #expect(y[1].doubles == [3, 0, 1, 2, 3, 0])
        // Beyond the pole lies the first row, turned by half the longitudes.
        #expect(y[0].doubles == [1, 2, 3, 0, 1, 2])
        #expect(y[4].doubles == [9, 10, 11, 8, 9, 10])
    }

    @Test func meansAreWeightedByArea() {
        let latitudes = [-60.0, 0, 60]
        let x = Tensor([1, 1, 4, 4, 7, 10] as [Float], shape: [1, 3, 2, 1])
        let mean = GlobalAreaWeightedAveragePooling2D(latitudes: latitudes)(x).item
        #expect(abs(mean - (0.5 * 1 + 4 + 0.5 * 8.5) / 2) < 1e-6)
    }

    @Test func windowsAreWeightedByAreaAndMasksLeaveCellsOut() {
        let layer = AreaWeightedAveragePooling2D(2, latitudes: [0, 60, 0, 60])
        for odd in [[0, 91, 0, 60], [.nan, 60, 0, 60]] as [[Double]] {
            #expect(
                AreaWeightedAveragePooling2D(2, latitudes: odd).complaint(about: [1, 4, 2, 1])?.contains("no latitude")
                    == true)
        }
        let x = Tensor([1, 3, 5, 5, 0, 2, 1, 1].map(Float.init), shape: [1, 4, 2, 1])
        let y = layer(x).doubles
        expectClose(y, [(4 + 0.5 * 10) / 3.0, (2 + 0.5 * 2) / 3.0], 1e-6)
        var context = CallContext()
        context.masks = [Tensor([true, false, true, true, false, false, false, false], shape: [1, 4, 2])]
        let masked = layer(x, context).doubles
        #expect(abs(masked[0] - (1 + 0.5 * 10) / 2) < 1e-6 && masked[1] == 0)
        #expect(layer.mask([x], context.masks)!.cast(to: .int64).doubles == [1, 0])
    }

    @Test func landDoesNotCountInAConvolution() {
        var x = Tensor.ones([1, 4, 4, 1])
        x[0, 1, 1, 0] = Tensor(Float.nan)
        let layer = MaskedConv2D(1, kernelSize: 3, padding: .same, masksMissing: true)
        _ = layer(x)
        layer.kernel = Tensor.ones([3, 3, 1, 1])
        #expect(layer.complaint(about: [1, 4, 4, 2]) == "it was built for 1 channels and got 2")
        // Scaled up for what is missing, all windows see the same sea.
        let y = layer(x)
        #expect(abs(y - 9).max().item < 1e-5)
        let g = gradient { (x: Tensor) in layer(x).sum() }(x)
        #expect(g[0, 1, 1, 0].item == 0 && !isNaN(g).any().scalars(Bool.self)[0])
    }

    /// Of activations that are not 0 at 0, too.
    @Test func aMaskedConvolutionIsOfZeroWhereNothingCounts() {
        for (activation, zero) in [(Activation.linear, 0.0), (.relu, 0), (.sigmoid, 0.5), (.exponential, 1)] {
            let layer = MaskedConv2D(2, kernelSize: 1, activation: activation, masksMissing: true)
            let y = layer(Tensor([Float.nan, 1], shape: [1, 1, 2, 1])).doubles
            #expect(y[..<2] == [zero, zero], "\(activation) \(y)")
        }
    }
}
