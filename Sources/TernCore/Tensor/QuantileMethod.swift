/// How a quantile that falls between two elements is found: the names of `numpy.quantile`.
///
/// ```swift
/// let x = Tensor([1.0, 2, 4, 8])
/// QuantileMethod.allCases.count               // 13
/// x.quantile(0.5, method: .medianUnbiased)    // 3
/// x.quantile(0.5, method: .higher)            // 4
/// ```
///
/// The first nine are those of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician
/// 50, 1996, doi:10.1080/00031305.1996.10473566. Below, q is the share, n the number of elements, and places are
/// counted from 0; places beyond an end are that end's.
public enum QuantileMethod: String, Sendable, CaseIterable, Codable {
    /// The smallest element at or below which at least the share q of all elements lies (method 1).
    case invertedCDF = "inverted_cdf"
    /// The same, but its mean with the next element where exactly the share q lies at or below it (method 2).
    case averagedInvertedCDF = "averaged_inverted_cdf"
    /// The element nearest to n q, counted from 1; of two as near the one of even number (method 3).
    case closestObservation = "closest_observation"
    /// A straight line between neighbours, at the place n q − 1 (method 4).
    case interpolatedInvertedCDF = "interpolated_inverted_cdf"
    /// A straight line between neighbours, at the place n q − ½ (method 5): usual in hydrology.
    case hazen
    /// A straight line between neighbours, at the place (n + 1) q − 1 (method 6).
    case weibull
    /// A straight line between neighbours, at the place (n − 1) q (method 7): NumPy's default, and Tern's.
    case linear
    /// A straight line between neighbours, at the place (n + ⅓) q − ⅔ (method 8): about unbiased for medians, whatever
    /// the distribution.
    case medianUnbiased = "median_unbiased"
    /// A straight line between neighbours, at the place (n + ¼) q − ⅝ (method 9): about unbiased for normal data.
    case normalUnbiased = "normal_unbiased"
    /// The element at or before the place (n − 1) q.
    case lower
    /// The element at or after the place (n − 1) q.
    case higher
    /// The mean of ``lower`` and ``higher``.
    case midpoint
    /// The element nearest to the place (n − 1) q, of two as near the one at an even place.
    case nearest

    /// Whether the result is an element as it is, not a value between two.
    var isDiscrete: Bool {
        switch self {
        case .invertedCDF, .closestObservation, .lower, .higher, .nearest: true
        default: false
        }
    }

    /// The place of quantile `q` among `n` sorted elements counted from 0: a whole number where the method is
    /// discrete. Both are `float64` and may be broadcast.
    func place(of q: Tensor, among n: Tensor) -> Tensor {
        switch self {
        case .invertedCDF: return upwards(n * q - 1) { _ in nil }
        case .closestObservation: return upwards(n * q - 1 - 0.5) { $0 % 2 .== 1 }
        case .averagedInvertedCDF: return n * q - 1
        case .interpolatedInvertedCDF: return weighted(n, q, 0, 1)
        case .hazen: return weighted(n, q, 0.5, 0.5)
        case .weibull: return weighted(n, q, 0, 0)
        case .linear: return (n - 1) * q
        case .medianUnbiased: return weighted(n, q, 1 / 3.0, 1 / 3.0)
        case .normalUnbiased: return weighted(n, q, 3 / 8.0, 3 / 8.0)
        case .lower: return floor((n - 1) * q)
        case .higher: return ceil((n - 1) * q)
        case .nearest: return round((n - 1) * q)
        case .midpoint: return (floor((n - 1) * q) + ceil((n - 1) * q)) * 0.5
        }
    }

    /// The share of the later element, from the place and its distance from the earlier element.
    func share(_ distance: Tensor, at place: Tensor) -> Tensor {
        switch self {
        case .averagedInvertedCDF: select(distance .== 0, Tensor(0.5), Tensor(1.0))
        case .midpoint: select(place % 1 .== 0, Tensor(0.0), Tensor(0.5))
        default: distance
        }
    }

    private func weighted(_ n: Tensor, _ q: Tensor, _ alpha: Double, _ beta: Double) -> Tensor {
        n * q + (q * (1 - alpha - beta) + alpha) - 1
    }

    /// The next whole number, but a whole number (of those that `stays` names) itself.
    private func upwards(_ place: Tensor, _ stays: (Tensor) -> Tensor?) -> Tensor {
        let below = floor(place)
        var isKept = place .== below
        if let condition = stays(below) { isKept = isKept .& condition }
        return maximum(select(isKept, below, below + 1), 0)
    }
}
