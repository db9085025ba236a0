import TernCore

extension Operation {
    /// The operation by the engine.
    func callAsFunction(_ x: [Tensor]) -> Tensor {
        switch self {
        case .unary(let function): function(x[0])
        case .binary(let function): function(x[0], x[1])
        case .number(let function, let value): function(x[0], value)
        case .select: TernCore.select(x[0], x[1], x[2])
        case .cast(let dtype): x[0].cast(to: dtype)
        case .reshaped(let shape): x[0].reshaped(shape)
        case .broadcast(let shape): x[0].broadcast(to: shape)
        case .transposed(let order): x[0].transposed(order)
        case .part(let cuts): x[0].part(cuts.map(\.index))
        case .replacing(let cuts):
            {
                var result = x[0]
                result.replacePart(cuts.map(\.index), with: x[1])
                return result
            }()
        case .concatenated(let axis): .concatenated(x, axis: axis)
        case .stacked(let axis): .stacked(x, axis: axis)
        case .matmul: TernCore.matmul(x[0], x[1])
        case .dot: TernCore.dot(x[0], x[1])
        case .reduced(let fold, let axes, let keeping):
            switch fold {
            case .sum: x[0].sum(axes: axes, keepingDimensions: keeping)
            case .mean: x[0].mean(axes: axes, keepingDimensions: keeping)
            case .product: x[0].product(axes: axes, keepingDimensions: keeping)
            case .max: x[0].max(axes: axes, keepingDimensions: keeping)
            case .min: x[0].min(axes: axes, keepingDimensions: keeping)
            case .any: x[0].any(axes: axes, keepingDimensions: keeping)
            case .all: x[0].all(axes: axes, keepingDimensions: keeping)
            case .variance: x[0].variance(axes: axes, keepingDimensions: keeping)
            }
        case .extreme(let isMax, let axis): isMax ? x[0].argmax(axis: axis) : x[0].argmin(axis: axis)
        case .cumulativeSum(let axis): x[0].cumulativeSum(axis: axis)
        case .cumulativeProduct(let axis): x[0].cumulativeProduct(axis: axis)
        case .argsorted(let axis): x[0].argsorted(axis: axis)
        case .sorted(let axis): x[0].sorted(axis: axis)
        case .taking(let indices, let axis): x[0].taking(Tensor(indices), axis: axis)
        case .takingAlong(let axis): x[0].takingAlong(x[1], axis: axis)
        case .searched(let right): x[0].searchSorted(in: x[1], right: right)
        case .histogram: x[0].histogram(edges: x[1], weights: x[2]).counts
        case .interpolated: interpolate(at: x[0], points: x[1], values: x[2])
        case .convolution(let s):
            TernCore.convolution(
                x[0], x[1], strides: s.strides, margins: s.margins, dilations: s.dilations, groups: s.groups)
        case .transposedConvolution(let s, let grid):
            TernCore.transposedConvolution(
                x[0], x[1], grid: grid, strides: s.strides, margins: s.margins, dilations: s.dilations, groups: s.groups
            )
        case .pooling(let isMax, let size, let s):
            TernCore.pooling(x[0], maximum: isMax, size: size, strides: s.strides, margins: s.margins)
        case .moment(let isVariance): isVariance ? x[0].momentsOfLastAxis().variance : x[0].momentsOfLastAxis().mean
        case .clipped(let low, let high): x[0].clipped(to: low...high)
        case .stoppingGradient: x[0].stoppingGradient()
        case .random(let isNormal, let shape, let key):
            isNormal ? .normal(shape, key: key, counter: x[0]) : .uniform(shape, key: key, counter: x[0])
        }
    }
}

extension Operation.Unary {
    func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .negate: -x
        case .abs: TernCore.abs(x)
        case .sign: TernCore.sign(x)
        case .square: TernCore.square(x)
        case .reciprocal: TernCore.reciprocal(x)
        case .sqrt: TernCore.sqrt(x)
        case .exp: TernCore.exp(x)
        case .exp2: TernCore.exp2(x)
        case .expm1: TernCore.expm1(x)
        case .log: TernCore.log(x)
        case .log2: TernCore.log2(x)
        case .log1p: TernCore.log1p(x)
        case .sin: TernCore.sin(x)
        case .cos: TernCore.cos(x)
        case .tan: TernCore.tan(x)
        case .sinh: TernCore.sinh(x)
        case .cosh: TernCore.cosh(x)
        case .tanh: TernCore.tanh(x)
        case .asin: TernCore.asin(x)
        case .acos: TernCore.acos(x)
        case .atan: TernCore.atan(x)
        case .erf: TernCore.erf(x)
        case .floor: TernCore.floor(x)
        case .ceil: TernCore.ceil(x)
        case .round: TernCore.round(x)
        case .trunc: TernCore.trunc(x)
        case .sigmoid: TernCore.sigmoid(x)
        case .relu: TernCore.relu(x)
        case .isNaN: TernCore.isNaN(x)
        case .not: .!x
        }
    }
}

extension Operation.Binary {
    func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .power: TernCore.power(x, y)
        case .maximum: TernCore.maximum(x, y)
        case .minimum: TernCore.minimum(x, y)
        case .floorDivide: TernCore.floorDivide(x, y)
        case .remainder: x % y
        case .atan2: TernCore.atan2(x, y)
        case .equal: x .== y
        case .notEqual: x .!= y
        case .less: x .< y
        case .lessEqual: x .<= y
        case .greater: x .> y
        case .greaterEqual: x .>= y
        case .and: x .& y
        case .or: x .| y
        case .xor: x .^ y
        }
    }

    /// With a plain number, for the operations that take one.
    func callAsFunction(_ x: Tensor, _ y: Double) -> Tensor {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .power: TernCore.power(x, y)
        case .maximum: TernCore.maximum(x, y)
        case .minimum: TernCore.minimum(x, y)
        case .remainder: x % y
        case .less: x .< y
        case .greater: x .> y
        default: fatalError("\(self) takes no plain number")
        }
    }
}
