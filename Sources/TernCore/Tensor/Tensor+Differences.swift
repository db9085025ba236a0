// Neighbours along an axis: differences, and elements that move round.
extension Tensor {
    /// The difference of each element and the one before it along `axis`, taken `order` times: `numpy.diff`.
    ///
    /// ```swift
    /// Tensor([1.0, 4, 9, 16]).difference()            // [3, 5, 7]
    /// Tensor([1.0, 4, 9, 16]).difference(order: 2)    // [2, 2]
    /// ```
    ///
    /// The axis gets shorter by `order`, down to 0. The difference of booleans is whether they differ.
    ///
    /// - Parameters:
    ///   - prepending: elements put before the axis first: a number, or a tensor that fits beside it.
    ///   - appending: elements put after it.
    /// - Complexity: O(count · order).
    public func difference(
        order: Int = 1, axis: Int = -1, prepending: Tensor? = nil, appending: Tensor? = nil
    ) -> Tensor {
        guard order >= 0 else { fail("difference: the order \(order) is negative") }
        guard rank > 0 else { fail("difference: a number has no neighbours (shape [])") }
        let axis = normalized([axis], in: "difference")[0]
        if order == 0 { return self }
        var one = shape
        one[axis] = 1
        func part(_ x: Tensor?) -> [Tensor] { x.map { [$0.rank == 0 ? $0.broadcast(to: one) : $0] } ?? [] }
        var x = Tensor.concatenated(part(prepending) + [self] + part(appending), axis: axis)
        for _ in 0..<order {
            let n = x.shape[axis]
            if n == 0 { break }
            let after = x.sliced(1..<n, axis: axis), before = x.sliced(0..<(n - 1), axis: axis)
            x = x.dtype == .bool ? after .!= before : after - before
        }
        return x
    }

    /// The elements moved on by `shift` places along `axis`, those beyond the end coming back at the start:
    /// `numpy.roll`. Without an axis, all elements move in row-major order.
    ///
    /// ```swift
    /// Tensor([1, 2, 3, 4]).rolled(by: 1)    // [4, 1, 2, 3]
    /// Tensor([1, 2, 3, 4]).rolled(by: -1)   // [2, 3, 4, 1]
    /// ```
    ///
    /// - Complexity: O(count).
    public func rolled(by shift: Int, axis: Int? = nil) -> Tensor {
        guard let axis else { return flattened().rolled(by: shift, axis: 0).reshaped(shape) }
        let at = normalized([axis], in: "rolled")[0], n = shape[at]
        if n == 0 { return self }
        let start = ((shift % n) + n) % n
        if start == 0 { return self }
        return .concatenated([sliced((n - start)..<n, axis: at), sliced(0..<(n - start), axis: at)], axis: at)
    }

    /// The elements moved on by `shifts` places along `axes`, one shift for each axis; an axis may come twice.
    public func rolled(by shifts: [Int], axes: [Int]) -> Tensor {
        guard shifts.count == axes.count else {
            fail("rolled: \(shifts.count) shifts do not fit \(axes.count) axes; give one for each")
        }
        return zip(shifts, axes).reduce(self) { $0.rolled(by: $1.0, axis: $1.1) }
    }
}
