import TernCore

/// A penalty on weights (a stub until the whole list is merged).
public struct Regularizer: Sendable, Codable, Hashable {
    public func callAsFunction(_ weights: Tensor) -> Tensor { square(weights).sum() }
}
