import CTernKernels

/// One operation on each element, its operands broadcast as in NumPy and of one type
/// (apart from the condition of `select`, which is bool).
struct Elementwise: Primitive {
    let operation: ElementwiseOperation
    /// The type of the result where the operation converts (`copy`).
    var target: DType?

    var name: String { target.map { "cast(to: .\($0))" } ?? operation.name }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let shape = Broadcasting.shape(inputs.map(\.shape), in: name)
        let value = inputs[inputs.count - 1].dtype
        guard target != nil || operation.supports(value) else { fail(operation.complaint(about: value)) }
        return TensorSpec(shape: shape, dtype: target ?? (operation.isTest ? .bool : value))
    }

    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .elementwise(operation) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        var builder = ElementwiseProgram(shape: output.shape)
        let slots = inputs.enumerated().map { index, spec -> Int in
            if let slot = builder.input(index, spec) { return slot }
            fail("\(name): the shapes \(inputs.map(\.shape)) need a copy of operand \(index); broadcast it first")
        }
        let destination = builder.output(inputs.count, output)
        builder.step(operation, from: inputs[inputs.count - 1].dtype, to: output.dtype, destination, slots)
        return [builder.call()]
    }
}

extension ElementwiseOperation {
    var name: String { String(cString: tern_op_name(self)) }

    /// Whether the result is bool.
    var isTest: Bool {
        switch self {
        case .isNaN, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .logicalNot,
            .logicalAnd, .logicalOr, .logicalXor:
            true
        default: false
        }
    }

    /// Whether the kernels know it for elements of this type.
    func supports(_ dtype: DType) -> Bool {
        switch self {
        case .copy, .select, .add, .multiply, .maximum, .minimum, .equal, .notEqual, .less, .lessEqual, .greater,
            .greaterEqual:
            true
        case .negate, .absolute, .sign, .square, .subtract, .power, .floorDivide, .remainder: dtype != .bool
        case .logicalNot, .logicalAnd, .logicalOr, .logicalXor: dtype == .bool
        default: dtype.isFloatingPoint
        }
    }

    func complaint(about dtype: DType) -> String {
        let advice =
            switch (self, dtype) {
            case (.subtract, .bool): "use .!= for exclusive or, or cast to an integer type first"
            case (.negate, .bool): "use .! for logical not, or cast to an integer type first"
            case (_, .bool): "NumPy refuses it, or answers in int8; cast to an integer type first"
            case (.reciprocal, _): "use 1 / x for float64"
            default: "cast to a floating type first"
            }
        return "\(name) of \(dtype) is not defined: \(advice)"
    }

    /// Nanoseconds an element of float32 takes, roughly.
    var cost: Double {
        switch self {
        case .exp, .exp2, .expm1, .log, .log2, .log1p, .sin, .cos, .tan, .sinh, .cosh, .tanh, .asin, .acos, .atan,
            .erf, .sigmoid, .atan2:
            0.8
        case .power: 2.5
        case .floorDivide, .remainder, .log10: 8
        case .sqrt, .divide, .reciprocal: 0.3
        case .normalizedStep: 0.3
        default: 0.06
        }
    }
}

extension Elementwise {
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        if operation.isTest { return inputs.map { _ in nil } }
        if target != nil {
            return [inputs[0].dtype.isFloatingPoint && output.dtype.isFloatingPoint ? g.cast(to: inputs[0].dtype) : nil]
        }
        guard output.dtype.isFloatingPoint else { return inputs.map { _ in nil } }
        let partials = partials(inputs, output, g)
        return zip(partials, inputs).map { partial, input in partial?.summed(to: input.shape) }
    }

    /// Each operand's share of the cotangent, in the shape of the output.
    private func partials(_ inputs: [Tensor], _ out: Tensor, _ g: Tensor) -> [Tensor?] {
        let x = inputs[0]
        func y() -> Tensor { inputs[1] }
        switch operation {
        case .copy: return [g]
        case .negate: return [-g]
        case .absolute: return [g * sign(x)]
        case .sign, .floor, .ceil, .round, .trunc: return [nil]
        case .square: return [g * 2 * x]  // where g is 0, a large x must not make a NaN of it
        case .reciprocal: return [-g * square(out)]
        case .sqrt: return [g * 0.5 / out]
        case .exp: return [g * out]
        case .exp2: return [g * out * 0.6931471805599453]  // ln 2
        case .expm1: return [g * (out + 1)]
        case .log: return [g / x]
        case .log2: return [g / (x * 0.6931471805599453)]
        case .log10: return [g / (x * 2.302585092994046)]  // ln 10
        case .log1p: return [g / (x + 1)]
        case .sin: return [g * cos(x)]
        case .cos: return [-g * sin(x)]
        case .tan: return [g * (square(out) + 1)]
        case .sinh: return [g * cosh(x)]
        case .cosh: return [g * sinh(x)]
        case .tanh: return [Tensor.elementwise(.tanhSlope, g, out)]
        case .asin: return [g / sqrt(1 - square(x))]
        case .acos: return [-g / sqrt(1 - square(x))]
        case .atan: return [g / (square(x) + 1)]
        case .erf: return [g * exp(-square(x)) * 1.1283791670955126]  // 2 / sqrt(pi)
        case .sigmoid: return [Tensor.elementwise(.sigmoidSlope, g, out)]
        case .relu: return [gate(g, by: out)]
        case .add: return [g, g]
        case .subtract: return [g, -g]
        case .multiply: return [g * y(), g * x]
        case .divide: return [g / y(), -g * out / y()]
        case .power:
            // At x = 0 the logarithm would make a NaN of the exponent's zero share.
            let base = select(x .== 0, Tensor(weak: 1, like: x), x)
            return [
                g * y() * power(x, select(y() .== 0, Tensor(weak: 1, like: y()), y() - 1)),
                g * out * log(base),
            ]
        case .maximum: return shares(g, x .> y(), x .== y())
        case .minimum: return shares(g, x .< y(), x .== y())
        case .floorDivide: return [nil, nil]
        case .remainder: return [g, -g * floorDivide(x, y())]
        case .atan2:
            let r = square(x) + square(y())
            return [g * y() / r, -g * x / r]
        case .gate: return [gate(g, by: y()), nil]
        case .tanhSlope: return [Tensor.elementwise(.tanhSlope, g, y()), -2 * g * x * y()]
        case .sigmoidSlope: return [Tensor.elementwise(.sigmoidSlope, g, y()), g * x * (1 - 2 * y())]
        case .select:
            let zero = Tensor(weak: 0, like: g)
            return [nil, select(x, g, zero), select(x, zero, g)]
        case .multiplyAdd, .subtractProduct, .movingAverage, .movingAverageOfSquare, .normalizedStep:
            fail("\(operation.name) is made by the planner alone")
        case .isNaN, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .logicalNot,
            .logicalAnd, .logicalOr, .logicalXor:
            return inputs.map { _ in nil }
        }
    }

    /// The winner gets the cotangent; equals share it.
    private func shares(_ g: Tensor, _ first: Tensor, _ tie: Tensor) -> [Tensor?] {
        let half = tie.cast(to: g.dtype) * 0.5
        let share = first.cast(to: g.dtype) + half
        return [g * share, g * (1 - share)]
    }
}

// MARK: - Applying it

extension Tensor {
    /// A constant of the same type, for arithmetic with plain numbers.
    init<S: WeakScalar>(weak value: S, like other: Tensor) {
        self.init(repeatingWeak: value, shape: [], dtype: other.dtype)
    }

    /// Applies `operation` to operands of one type.
    static func elementwise(_ operation: ElementwiseOperation, _ operands: Tensor...) -> Tensor {
        var operands = operands
        if operands.count > 1 {
            // A shape that a program cannot read in place is repeated into a copy.
            let shape = Broadcasting.shape(operands.map(\.shape), in: operation.name)
            var columns: Int?
            for i in operands.indices {
                let extent = Broadcasting.extent(of: operands[i].shape, in: shape)
                switch extent {
                case .row(let c), .column(let c):
                    if let columns, columns != c { operands[i] = operands[i].broadcast(to: shape) }
                    columns = columns ?? c
                case .full where operands[i].shape != shape:
                    operands[i] = operands[i].reshaped(shape)
                case .full, .scalar: break
                case nil: operands[i] = operands[i].broadcast(to: shape)
                }
            }
        }
        return apply(Elementwise(operation: operation), operands)
    }

    /// Applies a function of real numbers; integers become `float64` first, as in NumPy.
    static func real(_ operation: ElementwiseOperation, _ x: Tensor) -> Tensor {
        elementwise(operation, x.dtype.isFloatingPoint ? x : x.cast(to: .float64))
    }

    /// Applies `operation` to two operands after promotion to a common type.
    static func promoting(
        _ operation: ElementwiseOperation, _ a: Tensor, _ b: Tensor, real: Bool = false
    ) -> Tensor {
        var dtype = DType.promoted(a.dtype, b.dtype)
        if real && !dtype.isFloatingPoint { dtype = .float64 }
        return elementwise(operation, a.cast(to: dtype), b.cast(to: dtype))
    }

    /// `self` and the operand that stands for a plain number beside it.
    func weak<S: WeakScalar>(_ value: S) -> (Tensor, Tensor) {
        if dtype.isFloatingPoint { return (self, Tensor(weak: value, like: self)) }
        let dtype = S.weakDType == .int64 && self.dtype != .bool ? self.dtype : S.weakDType
        let x = cast(to: dtype)
        return (x, Tensor(weak: value, like: x))
    }

    /// The same for a comparison, which may be with an integer that the type cannot hold.
    func weakly<S: WeakScalar>(comparedWith value: S) -> (Tensor, Tensor) {
        let isBeyond = dtype == .int32 && value.asInteger.map { Int32(exactly: $0) == nil } ?? false
        return (isBeyond ? cast(to: .int64) : self).weak(value)
    }

    /// The elements converted to another type; a fraction is cut off on its way to an integer, and NaN
    /// or a number beyond an integer type becomes its smallest.
    public func cast(to dtype: DType) -> Tensor {
        dtype == self.dtype ? self : Tensor.apply(Elementwise(operation: .copy, target: dtype), self)
    }

    /// Sums what broadcasting had repeated, back to `shape`.
    func summed(to shape: [Int]) -> Tensor {
        if self.shape == shape { return self }
        let extra = rank - shape.count
        let axes = (0..<rank).filter { $0 < extra || (shape[$0 - extra] == 1 && self.shape[$0] != 1) }
        let sum = axes.isEmpty ? self : self.sum(axes: axes, keepingDimensions: true)
        return sum.reshaped(shape)
    }
}
