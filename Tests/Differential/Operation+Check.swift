import TernCore

extension Operation {
    /// Throws where the operands' shapes do not fit the operation.
    func check(_ x: [PlainArray]) throws {
        let a = x[0], shape = a.shape
        func need(_ condition: Bool) throws { if !condition { throw Undefined() } }
        func needAxis(_ axis: Int) throws { try need(axis >= -a.rank && axis < a.rank) }
        switch self {
        // Not defined for integers, which the engine says.
        case .unary(.reciprocal): try need(a.dtype.isFloatingPoint)
        case .binary(.power):
            try need(promoted(a.dtype, x[1].dtype).isFloatingPoint || x[1].values.allSatisfy { $0 >= 0 })
        case .unary, .binary, .number, .select, .cast, .clipped, .stoppingGradient, .matmul: break
        case .random: try need(a.count == 1)
        case .reshaped(let new): try need(PlainArray.count(new) == a.count)
        case .broadcast(let new): try need(try broadcastShape([shape, new]) == new)
        case .transposed(let order): try need(order.sorted() == Array(0..<a.rank))
        case .part(let cuts): try need(Self.fits(cuts, shape))
        case .replacing(let cuts):
            try need(Self.fits(cuts, shape))
            let part = Self.places(cuts, shape).shape
            try need(
                try broadcastShape([x[1].shape, part]) == part && x[1].rank <= part.count && x[1].dtype == a.dtype)
        case .concatenated(let axis):
            try need(
                axis < a.rank
                    && x.allSatisfy { one in
                        one.rank == a.rank && shape.indices.allSatisfy { $0 == axis || one.shape[$0] == shape[$0] }
                    })
        case .stacked: try need(x.allSatisfy { $0.shape == shape })
        case .dot: try need(x[1].count == a.count)
        case .reduced(let fold, let axes, _):
            for axis in axes ?? [] { try needAxis(axis) }
            let folded = axes.map { $0.map { shape[$0 < 0 ? $0 + a.rank : $0] } } ?? shape
            try need(!folded.contains(0) || fold == .sum || fold == .product)
        case .extreme(_, let axis), .cumulativeSum(let axis), .cumulativeProduct(let axis), .argsorted(let axis),
            .sorted(let axis):
            try needAxis(axis)
            try need(shape[axis] > 0)
        case .taking(let indices, let axis):
            try needAxis(axis)
            try need(indices.allSatisfy { $0 >= -shape[axis] && $0 < shape[axis] })
        case .takingAlong(let axis):
            try needAxis(axis)
            try need(x[1].shape == shape && x[1].values.allSatisfy { $0 >= 0 && $0 < Double(shape[axis]) })
        case .searched, .histogram:
            try need(
                x[1].rank == 1 && zip(x[1].values, x[1].values.dropFirst()).allSatisfy { $0 <= $1 }
                    && x[1].values.allSatisfy(\.isFinite))
            if case .histogram = self {
                try need(
                    x[1].count > 0 && x[2].shape == shape && x[2].dtype != .bool && x[2].values.allSatisfy(\.isFinite))
            }
        case .interpolated:
            try need(x[1].rank == 1 && x[1].count > 0 && x[2].shape == x[1].shape)
            try need(
                zip(x[1].values, x[1].values.dropFirst()).allSatisfy { $0 < $1 }
                    && (x[1].values + x[2].values).allSatisfy(\.isFinite))
        case .convolution(let s):
            let w = x[1].shape
            // Whether the zeros of the margins count, times infinity, is nobody's promise.
            try need(x[1].values.allSatisfy(\.isFinite))
            try need(w.count == a.rank && w[w.count - 2] * s.groups == shape.last! && w.last! % s.groups == 0)
            for (d, n) in shape[1..<(a.rank - 1)].enumerated() {
                try need(n + s.before[d] + s.after[d] > (w[d] - 1) * s.dilations[d])
            }
        case .transposedConvolution(let s, let grid):
            let w = x[1].shape
            try need(x[1].values.allSatisfy(\.isFinite))
            try need(w.count == a.rank && w.last! == shape.last! && w.last! % s.groups == 0)
            for (d, n) in grid.enumerated() {
                let room = n + s.before[d] + s.after[d] - (w[d] - 1) * s.dilations[d] - 1
                try need(room >= 0 && room / s.strides[d] + 1 == shape[1 + d])
            }
        case .pooling(_, let size, let s):
            for (d, n) in shape[1..<(a.rank - 1)].enumerated() {
                let room = n + s.before[d] + s.after[d] - size[d]
                try need(
                    room >= 0 && n > 0 && size[d] > s.before[d] && room / s.strides[d] * s.strides[d] - s.before[d] < n)
            }
        case .moment: try need(a.rank > 0 && a.count > 0)
        }
    }

    private static func fits(_ cuts: [Cut], _ shape: [Int]) -> Bool {
        let used = cuts.filter { $0 != .new }
        return used.count <= shape.count
            && zip(used, shape).allSatisfy { cut, n in
                if case .at(let i) = cut { i >= -n && i < n } else { true }
            }
    }
}
