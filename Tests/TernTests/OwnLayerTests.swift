import Foundation
import Tern
import TestSupport
import Testing

/// As the documentation of ``Layer`` has it.
private final class Scale: UnaryLayer {
    var info = LayerInfo()
    @Weight var factor: Tensor
    func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
}

/// Its decoder knows nothing of the information that it carries.
private final class Shift: UnaryLayer {
    let info = LayerInfo()
    let reach: Double
    @Weight var shift: Tensor
    init(_ reach: Double) { self.reach = reach }
    private enum CodingKeys: String, CodingKey { case reach }
    func build(_ inputShape: [Int]) { $shift.make("shift", [inputShape.last!], .constant(reach), in: self) }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x + shift }
}

/// A layer of layers.
private final class Pair: UnaryLayer {
    let info = LayerInfo()
    var first = Shift(1), second = Scale()
    private enum CodingKeys: String, CodingKey { case first, second }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { second(first(x, context), context) }
}

/// Named as one of Tern's.
private enum Foreign {
    final class Dense: UnaryLayer {
        var info = LayerInfo()
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x }
    }
}

@Suite struct OwnLayerTests {
    private static let x = Tensor.random([20, 3], in: -1..<1, seed: 1, dtype: .float32),
        y = Tensor.random([20, 3], seed: 2, dtype: .float32)

    @Test(arguments: [nil, "mine", "a/b", "scale_1"], [true, false]) func survivesItsFile(
        _ name: String?, _ isTrainable: Bool
    ) throws {
        for make: () -> any Layer in [{ Scale() }, { Shift(0.5) }, { Pair() }, { TimeDistributed(Scale()) }] {
            let own = make(), folder = TemporaryFolder()
            own.info.name = name
            own.info.isTrainable = isTrainable
            if let pair = own as? Pair {
                pair.first.info.isTrainable = false
                pair.second.info.name = "inner"
            }
            let series = own is TimeDistributed
            let model = Sequential(input: series ? [1, 3] : [3]) {
                Dense(3)
                own
            }
            let x = series ? Self.x.reshaped([20, 1, 3]) : Self.x, y = series ? Self.y.reshaped([20, 1, 3]) : Self.y
            model.compile(loss: .meanSquaredError)
            try model.fit(x, y, epochs: 2)
            try model.write(to: folder.path("m.safetensors"))
            let same = try Model(contentsOf: folder.path("m.safetensors"))
            #expect(try same.predict(x) == model.predict(x))
            #expect(same.variables.map(\.path) == model.variables.map(\.path))
            #expect(
                same.layers[1].info.name == model.layers[1].info.name && same.layers[1].info.isTrainable == isTrainable)
            // What is frozen stays frozen.
            for model in [model, same] {
                model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
                try model.fit(x, y, shuffles: false)
            }
            #expect(try same.predict(x) == model.predict(x))
        }
    }

    @Test func twoTypesOfOneNameAreTold() throws {
        let model = Sequential(input: [3]) {
            Foreign.Dense()
            Tern.Dense(1)
        }
        let folder = TemporaryFolder()
        let error = #expect(throws: (any Error).self) { try model.write(to: folder.path("m.safetensors")) }
        #expect("\(error!)".contains("two types of layers are called \"Dense\""))
        #expect(folder.contents.isEmpty)
        let failure = #expect(throws: CaughtFailure.self) {
            try catchingFailure { LayerRegistry.register(Foreign.Dense.self) }
        }
        #expect("\(failure!)".contains("is a layer of Tern's"))
    }
}
