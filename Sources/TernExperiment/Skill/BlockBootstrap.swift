import Foundation
import Tern

/// Sums over a sample that is drawn anew, many times, in blocks of units that follow each other.
///
/// ```
/// let length = BlockBootstrap.blockLength(of: squaredErrors)
/// BlockBootstrap(units: 480, blockLength: length, seed: 0).visit(sums, width: 1) { total in means.append(total[0] / 480) }
/// ```
///
/// Units lie on a ring, so that each is drawn as often as any other; a block begins anywhere on it. With blocks of one
/// unit it is the ordinary bootstrap.
///
/// Source: D. N. Politis and J. P. Romano, "A circular block-resampling procedure for stationary data", in: Exploring
/// the Limits of Bootstrap, Wiley, 1992.
package struct BlockBootstrap {
    package static let draws = 2000

    let units: Int, blockLength: Int, seed: UInt64

    package init(units: Int, blockLength: Int, seed: UInt64) {
        (self.units, self.blockLength, self.seed) = (units, max(1, min(blockLength, units)), seed)
    }

    /// Calls `body` with the sums of each draw.
    ///
    /// - Parameters:
    ///   - values: [units, width], row by row.
    ///   - body: must not keep the buffer.
    /// - Complexity: O(draws · units / blockLength · width), and the memory of twice the values.
    package func visit(_ values: [Double], width: Int, _ body: (UnsafeBufferPointer<Double>) -> Void) {
        // Sums up to each unit, twice round the ring: a block's sum is a difference.
        var sums = [Double](repeating: 0, count: (2 * units + 1) * width)
        for unit in 0..<2 * units {
            for i in 0..<width {
                sums[(unit + 1) * width + i] = sums[unit * width + i] + values[unit % units * width + i]
            }
        }
        let blocks = (units + blockLength - 1) / blockLength, rest = units - (blocks - 1) * blockLength
        var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
        var total = [Double](repeating: 0, count: width)
        sums.withUnsafeBufferPointer { sums in
            for _ in 0..<Self.draws {
                let starts = random.integers(in: 0..<units, count: blocks)
                total.withUnsafeMutableBufferPointer { total in
                    for i in 0..<width { total[i] = 0 }
                    for (block, start) in starts.enumerated() {
                        // The last block is cut, so that each draw has as many units as the sample.
                        let low = start * width, high = (start + (block == blocks - 1 ? rest : blockLength)) * width
                        for i in 0..<width { total[i] += sums[high + i] - sums[low + i] }
                    }
                    body(UnsafeBufferPointer(total))
                }
            }
        }
    }

    /// The 95 % interval of a score from those of the draws; nil where more than one in twenty is no number.
    ///
    /// Draws spread a little less than samples of few independent members do, so the interval reaches as much further
    /// as Student's t does beyond the normal distribution: the expanded percentile interval.
    ///
    /// Source: T. C. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69, 2015,
    /// doi:10.1080/00031305.2015.1089789.
    ///
    /// - Parameter size: how many independent members the sample has; infinite for the plain percentiles.
    package static func interval(_ values: [Double], size: Double = .infinity) -> ClosedRange<Double>? {
        let known = values.filter(\.isFinite), tail = tail(size)
        guard !known.isEmpty, known.count * 20 >= values.count * 19 else { return nil }
        let ends = Tensor(known).quantile([tail, 1 - tail]).doubles
        return ends[0]...ends[1]
    }

    /// The share of draws that lies beyond either end of an interval.
    package static func tail(_ size: Double) -> Double {
        guard size.isFinite else { return 0.025 }
        // Student's quantile by its expansion (Abramowitz and Stegun 26.7.5), to four digits from 9 degrees of freedom
        // on.
        let z = 1.959963984540054, freedom = max(1, size - 1)
        let t =
            z + (pow(z, 3) + z) / (4 * freedom) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * freedom * freedom)
            + (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / (384 * pow(freedom, 3))
        return 0.5 * erfc((size / freedom).squareRoot() * t / 2.0.squareRoot())
    }

    /// How long blocks should be so that the variance of the series' mean is estimated best, from its autocorrelation.
    ///
    /// Autocorrelations count up to the lag from which on several in a row are insignificant, with weights that fall
    /// from half of twice that lag on. 1 for a constant series.
    ///
    /// Source: D. N. Politis and H. White, "Automatic block-length selection for the dependent bootstrap", Econometric
    /// Reviews 23, 2004, doi:10.1081/ETR-120028836, for circular blocks, with the correction of A. Patton, D. N.
    /// Politis and H. White, Econometric Reviews 28, 2009, doi:10.1080/07474930802459016. The lag is chosen as by the
    /// authors' program.
    package static func blockLength(of series: [Double]) -> Double {
        let n = series.count, count = Double(n)
        guard n > 3 else { return 1 }
        let mean = series.mean
        func covariance(_ lag: Int) -> Double {
            var sum = 0.0
            for i in 0..<n - lag { sum += (series[i] - mean) * (series[i + lag] - mean) }
            return sum / count
        }
        let variance = covariance(0)
        guard variance > 1e-24 * mean * mean, variance.isFinite else { return 1 }
        let wanted = 5, most = min(n - 1, Int(count.squareRoot().rounded(.up)) + wanted)
        let threshold = 2 * (log10(count) / count).squareRoot()
        var covariances = [variance], lag: Int?
        for k in 1...most {
            covariances.append(covariance(k))
            if lag == nil, (wanted..<most).contains(k),
                (k - wanted + 1...k).allSatisfy({ abs(covariances[$0]) < threshold * variance })
            {
                lag = k - wanted + 1
            }
        }
        let reach = min(2 * (lag ?? most), most)
        var slope = 0.0, spectrum = variance
        for k in 1...reach {
            let weight = 2 * k <= reach ? 1 : 2 * (1 - Double(k) / Double(reach))
            slope += 2 * weight * Double(k) * covariances[k]
            spectrum += 2 * weight * covariances[k]
        }
        let longest = min(3 * count.squareRoot(), count / 3).rounded(.up)
        let length = pow(2 * slope * slope / (4 / 3 * spectrum * spectrum) * count, 1 / 3)
        return length.isNaN ? 1 : max(1, min(length, longest))
    }
}
