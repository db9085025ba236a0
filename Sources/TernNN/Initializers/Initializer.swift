import TernCore

/// How a variable is filled before training (a stub until the whole list is merged).
public struct Initializer: Sendable, Codable, Hashable {
    var name: String
    public static let zeros = Initializer(name: "zeros")
    public static let ones = Initializer(name: "ones")
    public static let glorotUniform = Initializer(name: "glorot_uniform")
    public static func orthogonal(gain: Double = 1) -> Initializer { Initializer(name: "orthogonal") }
    public static func randomUniform(low: Double = -0.05, high: Double = 0.05) -> Initializer { Initializer(name: "random_uniform") }

    public func callAsFunction(_ shape: [Int], dtype: DType = .float32, random: inout Generator) -> Tensor {
        switch name {
        case "zeros": .zeros(shape, dtype: dtype)
        case "ones": .ones(shape, dtype: dtype)
        default: Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape).cast(to: dtype) * 0.1
        }
    }
}
