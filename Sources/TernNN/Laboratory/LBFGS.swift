/// The quasi-Newton direction from the last steps and changes of the gradient.
///
/// Source: Nocedal and Wright, "Numerical optimization", 2nd edition, 2006: algorithms 3.5 and 3.6 (line
/// search).
struct LBFGS {
    private var memory: LBFGSMemory
    private var last: (x: [Double], g: [Double])?

    init(memory: Int) { self.memory = LBFGSMemory(capacity: memory) }

    mutating func direction(_ x: [Double], _ g: [Double]) -> [Double] {
        if let last {
            let step = zip(x, last.x).map { $0 - $1 }, change = zip(g, last.g).map { $0 - $1 }
            if dot(step, change) > 1e-12 * dot(change, change) { memory.append(step: step, change: change) }
        }
        last = (x, g)
        let way = memory.direction(g)
        // A first step of length 1 at most.
        let length = memory.isEmpty ? dot(g, g).squareRoot() : 1
        return length > 1 ? way.map { $0 / length } : way
    }
}

/// A length of a step that lowers the value enough and flattens the slope enough (the strong Wolfe conditions).
enum LineSearch {
    typealias Found = (length: Double, point: [Double], value: Double, gradient: [Double])

    static func run(
        _ x: [Double], _ value: Double, _ gradient: [Double], _ way: [Double],
        _ evaluate: ([Double]) -> (value: Double, gradient: [Double]), decrease: Double = 1e-4, flatness: Double = 0.9
    ) -> Found? {
        let slope = dot(gradient, way)
        func at(_ length: Double) -> (found: Found, slope: Double) {
            let point = zip(x, way).map { $0 + length * $1 }, result = evaluate(point)
            return ((length, point, result.value, result.gradient), dot(result.gradient, way))
        }
        func isGood(_ f: Found) -> Bool { f.value.isFinite && f.value <= value + decrease * f.length * slope }

        /// Between a length that is good but too steep and one that is too long.
        func zoom(_ low: (found: Found, slope: Double), _ high: Double) -> Found? {
            var (low, high) = (low, high)
            for _ in 0..<60 {
                let middle = at((low.found.length + high) / 2)
                if !isGood(middle.found) || middle.found.value >= low.found.value {
                    high = middle.found.length
                } else {
                    if abs(middle.slope) <= -flatness * slope { return middle.found }
                    if middle.slope * (high - low.found.length) >= 0 { high = low.found.length }
                    low = middle
                }
                if abs(high - low.found.length) < 1e-16 * max(1, abs(high)) { break }
            }
            return low.found.length > 0 ? low.found : nil
        }

        var before: (found: Found, slope: Double) = ((0, x, value, gradient), slope)
        var length = 1.0
        for i in 0..<30 {
            let now = at(length)
            if !isGood(now.found) || (i > 0 && now.found.value >= before.found.value) { return zoom(before, length) }
            if abs(now.slope) <= -flatness * slope { return now.found }
            if now.slope >= 0 { return zoom(now, before.found.length) }
            before = now
            length *= 2
        }
        return before.found.length > 0 ? before.found : nil
    }
}
