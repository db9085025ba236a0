import Tern

extension Comparison {
    /// How many independent times tell as much of the correlation as these, which are like their neighbours; nil where
    /// no two follow each other.
    ///
    /// n (1 − r₁ r₂) / (1 + r₁ r₂), with the correlations r₁ and r₂ of the truth and of the prediction with themselves
    /// a step later; for maps over all cells by area, each about its own mean. Never more than n.
    ///
    /// Source: C. S. Bretherton et al., "The effective number of spatial degrees of freedom of a time-varying field",
    /// J. Climate 12, 1999, doi:10.1175/1520-0442(1999)012<1990:TENOSD>2.0.CO;2, eq. 31.
    ///
    /// - Parameters:
    ///   - times: n.
    ///   - truth: r₁, as ``autocorrelationOfTruth(_:)`` gives it.
    ///   - neighbours: examples that follow each other.
    package func effectiveSize(of times: Int, truth: Double?, neighbours: [(Int, Int)]) -> Double? {
        guard let truth, let own = autocorrelation(neighbours, prediction) else { return nil }
        let product = truth * own
        return Double(times) * max(0, min(1, (1 - product) / (1 + product)))
    }

    package func autocorrelationOfTruth(_ neighbours: [(Int, Int)]) -> Double? { autocorrelation(neighbours, truth) }

    private func autocorrelation(_ neighbours: [(Int, Int)], _ values: [Double]) -> Double? {
        /// What departs from the usual, where it is known.
        func departure(_ i: Int) -> Double { truth[i].isFinite ? values[i] - (usual?[i] ?? 0) : .nan }
        var sums = [Double](repeating: 0, count: cells), counts = sums
        for row in 0..<rows {
            for cell in 0..<cells {
                let x = departure(row * cells + cell)
                guard x.isFinite else { continue }
                sums[cell] += x
                counts[cell] += 1
            }
        }
        let means = zip(sums, counts).map { $0 / $1 }
        var square = 0.0, weights = 0.0
        for row in 0..<rows {
            for cell in 0..<cells {
                let x = departure(row * cells + cell) - means[cell]
                guard x.isFinite else { continue }
                square += areas[cell] * x * x
                weights += areas[cell]
            }
        }
        var product = 0.0, pairs = 0.0
        for (a, b) in neighbours {
            for cell in 0..<cells {
                let x = (departure(a * cells + cell) - means[cell]) * (departure(b * cells + cell) - means[cell])
                guard x.isFinite else { continue }
                product += areas[cell] * x
                pairs += areas[cell]
            }
        }
        guard pairs > 0, square > 0 else { return nil }
        return max(-1, min(1, product / pairs / (square / weights)))
    }
}
