import Foundation
import Tern
import Testing

/// The step to which numbers were rounded.
@Suite struct RoundingStepTests {
    private func values(_ seed: UInt32, _ count: Int) -> [Double] {
        var random = RandomState(seed: seed)
        return random.standardNormal(count: count).map { 280 + 3 * $0 }
    }

    @Test(arguments: [1, 0.1, 0.01, 0.5, 5.0 / 9]) func theStepIsFound(_ step: Double) {
        for seed in 0..<50 as Range<UInt32> {
            let rounding = RoundingStep(
                of: values(seed, 30 + 3 * Int(seed)).map { ($0 / step).rounded() * step - 273.15 })
            #expect(abs(rounding.size / step - 1) < 1e-6, "\(seed)")
        }
    }

    @Test func itIsFoundBehindSinglePrecisionScalesAndMeansOfMonths() {
        for seed in 0..<50 as Range<UInt32> {
            let months = (0..<120).map { $0 % 12 }
            let x = values(seed, 120).enumerated().map {
                Double(Float((Double(Float(($1 * 10).rounded() / 10)) - 280 - sin(Double(months[$0]))) / 2.9))
            }
            let rounding = RoundingStep(of: x, groups: months, noise: 3e-6 * (x.max()! - x.min()!))
            #expect(abs(rounding.size * 29 - 1) < 1e-3, "\(seed)")
        }
    }

    @Test func numbersWithAllDigitsHaveNone() {
        for seed in 0..<200 as Range<UInt32> {
            let x = values(seed, 12 + Int(seed)).map { Double(Float($0 - 280)) }
            #expect(RoundingStep(of: x, noise: 3e-6 * (x.max()! - x.min()!)).size == 0, "\(seed)")
            #expect(RoundingStep(of: values(seed, 40)).size == 0)
        }
        #expect(
            RoundingStep(of: [3, 3, .nan]).size == 0 && RoundingStep(of: [3, 3, .nan]).distinct == 1
                && RoundingStep(of: []).distinct == 0)
    }

    @Test func yearsAreACounter() {
        #expect(RoundingStep(of: (0..<60).map { 1990 + Double($0 / 6) }).isCounter)
        #expect(!RoundingStep(of: [1, 2, 3, 5, 8]).isCounter)
    }
}
