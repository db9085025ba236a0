import Foundation
import TernCore

/// Made months of sea-surface temperature in the tropical Pacific, and the rain at the coast that answers to it.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 24).fields()
/// print(sst.shape, sst.units!)  // [24, 14, 19] K
/// print(rain.shape, rain.units!)  // [24] mm day-1
/// ```
///
/// The region is the equatorial coast of South America. With all temperatures relative to the mean of the tropics, its
/// rain is the sum of
/// - convection, which begins where the coastal water is warmer than about 27.5 °C (N. C. Johnson and S.-P. Xie, Nature
///   Geosci. 3, 2010, doi:10.1038/ngeo1008): only strong El Niños reach it, and a meridional mode helps or hinders;
/// - the intertropical convergence zone, which brings rain where it lies and follows the warmer hemisphere;
/// - sinking air beside a warm central Pacific, an effect that saturates;
/// - weather that no temperature tells, so that the best correlation is 0.83.
///
/// A linear model reaches about 0.65; the rest asks for thresholds and products. These are not observations, and scores
/// on them say nothing of the real ocean.
public struct SyntheticPrecipitation: Sendable {
    /// As they were given.
    public let seed: UInt64, samples: Int

    /// Months of a made ocean; nothing is computed before ``fields()``.
    ///
    /// - Parameter samples: months, 2 or more.
    public init(seed: UInt64 = 0, samples: Int = 5545) {
        guard samples >= 2 else { fail("SyntheticPrecipitation needs 2 samples or more; it was given \(samples)") }
        self.seed = seed
        self.samples = samples
    }

    /// The months in order, from January of year 1 on; the same seed gives the same.
    ///
    /// - Returns: anomalies of sea-surface temperature in K, [time, lat, lon], and of rain in mm a day, [time], in
    ///   `float32`.
    public func fields() -> (sst: Field, precipitation: Field) {
        var random = Generator(seed: seed)
        let ocean = TropicalPacific(months: samples, random: &random)
        let signal = ocean.anomalies.map(Self.rain)
        let (mean, variance) = signal.moments()
        let weather = 0.66 * variance.squareRoot()
        let rain = signal.map { $0 - mean + weather * random.standardNormal() }

        let months = (0..<samples).map {
            CalendarDate(year: 1 + $0 / 12, month: 1 + $0 % 12, day: 15, calendar: .noLeap)
        }
        let time = Coordinate("time", times: months)
        func attributes(_ longName: String, _ units: String) -> Attributes {
            [
                "long_name": .text(longName), "units": .text(units), "synthetic": .text(SyntheticClimate.notice),
                "seed": SyntheticClimate.attribute(of: seed),
            ]
        }
        let sst = Field(
            "sst",
            Tensor(
                ocean.anomalies.flatMap { $0.map { Float($0) } },
                shape: [samples, TropicalPacific.latitudes.count, TropicalPacific.longitudes.count]),
            dimensions: ["time", "lat", "lon"],
            coordinates: [
                time, Coordinate("lat", numbers: TropicalPacific.latitudes, attributes: ["units": "degrees_north"]),
                Coordinate("lon", numbers: TropicalPacific.longitudes, attributes: ["units": "degrees_east"]),
            ],
            attributes: attributes("sea-surface temperature anomaly", "K"))
        let precipitation = Field(
            "precipitation", Tensor(rain.map { Float($0) }), dimensions: ["time"], coordinates: [time],
            attributes: attributes("precipitation anomaly, equatorial coast of South America", "mm day-1"))
        return (sst, precipitation)
    }

    /// The rain in mm a day that one month's anomalies bring, but for weather.
    static func rain(_ anomalies: [Double]) -> Double {
        func mean(_ y: ClosedRange<Double>, _ x: ClosedRange<Double>) -> Double {
            var sum = 0.0, count = 0.0
            for (row, latitude) in TropicalPacific.latitudes.enumerated() where y.contains(latitude) {
                for (column, longitude) in TropicalPacific.longitudes.enumerated() where x.contains(longitude) {
                    sum += anomalies[row * TropicalPacific.longitudes.count + column]
                    count += 1
                }
            }
            return sum / count
        }
        let tropics = mean(-20...20, 120...300)
        let coast = mean(-10...5, 260...290) - tropics, centre = mean(-5...5, 170...220) - tropics
        let gradient = mean(5...25, 190...260) - mean(-25...(-5), 200...270)

        // Degrees above the threshold, with a rounded corner: 0.25 ln(1 + exp(x / 0.25)).
        let excess = 0.25 * log1p(exp((26.6 + coast - 0.5 * gradient - 27.5) / 0.25))
        let convergence = exp(-0.5 * pow((gradient + 0.25) / 0.4, 2))
        return 4 * excess + 1.4 * convergence - 1.1 * tanh(centre / 0.5)
    }
}
