import Foundation
import Tern

/// Points to learn from: features by axis, and targets or classes.
package struct NetworkPoints: Sendable, Equatable {
    package var x: [[Double]], y: [Double], isClasses: Bool

    package init(x: [[Double]], y: [Double], isClasses: Bool) {
        (self.x, self.y, self.isClasses) = (x, y, isClasses)
    }

    /// Gives each axis mean 0 and standard deviation 1, as `StandardScaler`; a curve's y, too.
    mutating func scale() {
        func scaled(_ numbers: [Double]) -> [Double] {
            let (mean, deviation) = Self.moments(numbers)
            return numbers.map { ($0 - mean) / (deviation > 0 ? deviation : 1) }
        }
        guard y.count >= 2 else { return }
        x = x.map(scaled)
        if !isClasses { y = scaled(y) }
    }

    private static func moments(_ numbers: [Double]) -> (mean: Double, deviation: Double) {
        let numbers = Tensor(numbers)
        return (numbers.mean().item, numbers.standardDeviation().item)
    }

    /// Of axes that are far from order one, a sentence: weights begin, and rates are meant, for values of order one.
    func complaintOfScale() -> String? {
        let axes = isClasses ? [("x1", x[0]), ("x2", x[1])] : [("x", x[0]), ("y", y)]
        let far = axes.compactMap { name, numbers -> String? in
            let (mean, deviation) = Self.moments(numbers)
            guard abs(mean) > 5 || deviation > 10 || (deviation > 0 && deviation < 0.1) else { return nil }
            return "\(name) has mean \(short(mean)) and standard deviation \(short(deviation))"
        }
        guard !far.isEmpty else { return nil }
        return far.joined(separator: "; ")
            + ": a network learns badly from values far from order one, so the score may say more of the scale than of the network. "
            + "Scale them to mean 0 and standard deviation 1; of a table the box \"scale the columns\" does."
    }

    /// - Throws: `StudioMistake` where they are too many, too few or no numbers.
    func check() throws {
        let axes = isClasses ? 2 : 1
        guard x.count == axes, x.allSatisfy({ $0.count == y.count }) else {
            throw StudioMistake(
                "points of \(isClasses ? "classes have x1, x2 and a class" : "a curve have x and y"), as many of each",
                argument: "points")
        }
        guard (x + [y]).allSatisfy({ $0.allSatisfy { abs($0) <= 1e6 } }) else {
            throw StudioMistake("a point lies beyond a million, or is no number; scale the data", argument: "points")
        }
        guard y.count >= 2 else {
            throw StudioMistake(
                "\(y.isEmpty ? "there is no point" : "there is one point"); add some: a network learns from two and more",
                argument: "points")
        }
        guard y.count <= NetworkSettings.mostPoints else {
            throw StudioMistake(
                "there are \(y.count) points; \(NetworkSettings.mostPoints) are taken at most", argument: "points")
        }
        guard isClasses else { return }
        let classes = Set(y)
        guard classes.allSatisfy({ $0 >= 0 && $0 < Double(NetworkSettings.mostClasses) && $0 == $0.rounded() }) else {
            throw StudioMistake("classes are 0 to \(NetworkSettings.mostClasses - 1)", argument: "points")
        }
        guard classes.count >= 2 else {
            throw StudioMistake("all points are of one class; add some of another", argument: "points")
        }
    }
}

/// Data by name, with a seed: those of scikit-learn's `make_…` functions, number by number, and a sine.
package struct NetworkDataRequest: Decodable, Sendable {
    package enum Name: String, Codable, Sendable, CaseIterable {
        case sine, moons, circles, xor, blobs
        package var isClasses: Bool { self != .sine }
    }
    package var data: Name
    package var count: Int
    package var noise: Double
    package var seed: UInt32

    package init(_ data: Name, count: Int = 30, noise: Double = 0.1, seed: UInt32 = 0) {
        (self.data, self.count, self.noise, self.seed) = (data, count, noise, seed)
    }

    /// The place that all of them fit in, whatever the seed.
    package var view: [[Double]] {
        switch data {
        case .sine: [[-6, 6], [-2.5, 2.5]]
        case .moons: [[-2, 3], [-1.5, 2]]
        default: [[-2, 2], [-2, 2]]
        }
    }

    /// The middles of the blobs.
    static let centers = [[-1.0, -0.7], [1, -0.7], [0, 1]]

    package func points() throws -> NetworkPoints {
        try StudioMistake.check("count", Double(count), in: 4...Double(NetworkSettings.mostPoints))
        try StudioMistake.check("noise", noise, in: 0...10)
        var random = RandomState(seed: seed)
        func noisy(_ x: [Double], _ y: [Double], _ classes: [Double]) -> NetworkPoints {
            // `sklearn.utils.shuffle`, then noise row by row.
            var order = Array(x.indices)
            random.shuffle(&order)
            let noise = random.normal(mean: 0, standardDeviation: noise, count: 2 * x.count)
            return NetworkPoints(
                x: [
                    order.enumerated().map { x[$1] + noise[2 * $0] },
                    order.enumerated().map { y[$1] + noise[2 * $0 + 1] },
                ], y: order.map { classes[$0] }, isClasses: true)
        }
        let outer = count / 2, inner = count - count / 2
        let classes = Array(repeating: 0.0, count: outer) + Array(repeating: 1.0, count: inner)
        switch data {
        case .sine:
            let x = random.uniform(low: -4, high: 4, count: count)
            let noise = random.normal(mean: 0, standardDeviation: noise, count: count)
            return NetworkPoints(x: [x], y: (sin(Tensor(x)) + Tensor(noise)).doubles, isClasses: false)
        case .moons:
            func turn(_ n: Int) -> [Double] { Tensor.linearSpace(from: 0, to: Double.pi, count: n).doubles }
            return noisy(
                turn(outer).map { cos($0) } + turn(inner).map { 1 - cos($0) },
                turn(outer).map { sin($0) } + turn(inner).map { 1 - sin($0) - 0.5 }, classes)
        case .circles:
            func turn(_ n: Int) -> [Double] { (0..<n).map { Double($0) * (2 * Double.pi / Double(n)) } }
            return noisy(
                turn(outer).map { cos($0) } + turn(inner).map { cos($0) * 0.5 },
                turn(outer).map { sin($0) } + turn(inner).map { sin($0) * 0.5 }, classes)
        case .xor:
            let numbers = random.uniform(low: -1.5, high: 1.5, count: 2 * count)
            let noise = random.normal(mean: 0, standardDeviation: noise, count: 2 * count)
            let pairs = (0..<count).map { (numbers[2 * $0], numbers[2 * $0 + 1]) }
            return NetworkPoints(
                x: [
                    pairs.enumerated().map { $1.0 + noise[2 * $0] },
                    pairs.enumerated().map { $1.1 + noise[2 * $0 + 1] },
                ], y: pairs.map { ($0.0 > 0) != ($0.1 > 0) ? 1 : 0 }, isClasses: true)
        case .blobs:
            var x: [Double] = [], y: [Double] = [], classes: [Double] = []
            for (k, center) in Self.centers.enumerated() {
                let n = count / 3 + (k < count % 3 ? 1 : 0)
                let numbers = random.normal(mean: 0, standardDeviation: noise, count: 2 * n)
                for i in 0..<n {
                    x.append(center[0] + numbers[2 * i])
                    y.append(center[1] + numbers[2 * i + 1])
                    classes.append(Double(k))
                }
            }
            var order = Array(x.indices)
            random.shuffle(&order)
            return NetworkPoints(
                x: [order.map { x[$0] }, order.map { y[$0] }], y: order.map { classes[$0] }, isClasses: true)
        }
    }

    /// The same as a program of NumPy and scikit-learn: `X` and `y`.
    package var python: (imports: [String], lines: [String]) {
        switch data {
        case .sine:
            (
                [],
                [
                    "rng = np.random.RandomState(\(seed))", "X = rng.uniform(-4, 4, \(count)).reshape(-1, 1)",
                    "y = np.sin(X[:, 0]) + rng.normal(0, \(noise), \(count))",
                ]
            )
        case .moons:
            (
                ["from sklearn.datasets import make_moons"],
                ["X, y = make_moons(n_samples=\(count), noise=\(noise), random_state=\(seed))"]
            )
        case .circles:
            (
                ["from sklearn.datasets import make_circles"],
                ["X, y = make_circles(n_samples=\(count), noise=\(noise), factor=0.5, random_state=\(seed))"]
            )
        case .xor:
            (
                [],
                [
                    "rng = np.random.RandomState(\(seed))", "X = rng.uniform(-1.5, 1.5, (\(count), 2))",
                    "y = ((X[:, 0] > 0) != (X[:, 1] > 0)).astype(int)",
                    "X = X + rng.normal(0, \(noise), X.shape)",
                ]
            )
        case .blobs:
            (
                ["from sklearn.datasets import make_blobs"],
                [
                    "X, y = make_blobs(n_samples=\(count), centers=\(Self.centers), cluster_std=\(noise), random_state=\(seed))"
                ]
            )
        }
    }
}

/// Data by name as the page gets it.
package struct NetworkData: Encodable {
    package var x: [NumberArray], y: NumberArray
    package var view: [[Double]]
    /// The function that lies behind the points of the sine, at the places that curves are drawn at.
    package var truth: NumberArray?
    package var places: NumberArray

    package init(_ request: NetworkDataRequest) throws {
        let points = try request.points()
        x = points.x.map { NumberArray($0) }
        y = NumberArray(points.y)
        view = request.view
        places = NumberArray(NetworkPicture.places(view[0]))
        truth = request.data == .sine ? NumberArray(places.values.map { sin($0) }) : nil
    }
}
