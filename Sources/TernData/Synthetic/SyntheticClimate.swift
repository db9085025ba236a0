import Foundation
import TernCore

/// A made climate in the form of ClimateBench: from emissions to maps of temperature and rain.
///
/// ```swift
/// let climate = SyntheticClimate(seed: 0, latitudes: 6, longitudes: 8, members: 1)
/// let (inputs, outputs) = climate.scenario("ssp245")
/// print(inputs.map(\.name))  // ["CO2", "CH4", "SO2", "BC"]
/// print(outputs[0].name, outputs[0].dimensions)  // tas ["member", "time", "lat", "lon"]
/// print(outputs[0].shape)  // [1, 86, 6, 8]
/// ```
///
/// Names, dimensions and units are those of the files `inputs_ssp245.nc` and `outputs_ssp245.nc` of D. Watson-Parris et
/// al., "ClimateBench v1.0: A benchmark for data-driven climate projections", JAMES 14, 2022, doi:10.1029/2021MS002954:
/// - `CO2`: emissions since 1850 in GtCO2; `CH4`: in GtCH4 a year; `SO2`, `BC`: maps in kg m-2 s-1;
/// - `tas`, `diurnal_temperature_range` in K, `pr`, `pr90` in kg m-2 s-1: differences from preindustrial means of
///   years.
///
/// Behind them are an energy balance with a carbon cycle, maps that scale with warming and with each region's aerosols,
/// El Niño, and red noise: enough that a network must find what it would have to find in a model's output, and no more.
/// Scores on these data say nothing of the real climate. The same seed gives the same data; another seed gives other
/// weather, cities and fires.
public struct SyntheticClimate: Sendable {
    /// `historical` spans 1850 to 2014, the others 2015 to 2100.
    public static let scenarios = EmissionScenario.all.map(\.name)

    /// What the data say of themselves, in each field's attribute `synthetic`.
    public static let notice =
        "made by Tern from small physical models and random numbers; not observations or model output"

    /// As they were given.
    public let seed: UInt64, members: Int

    private let grid: GlobeGrid
    private let emissions: EmissionMaps
    private let patterns: ClimatePatterns
    private let streams: [Generator]

    /// Draws cities, fires and the maps of patterns; the grid of ClimateBench by default.
    ///
    /// - Parameters:
    ///   - latitudes: of the grid, 3 or more.
    ///   - longitudes: of the grid, 4 or more.
    ///   - members: runs of the same scenario with other weather, 1 or more.
    /// - Complexity: about a second for the default grid, and as much for a scenario.
    public init(seed: UInt64 = 0, latitudes: Int = 96, longitudes: Int = 144, members: Int = 3) {
        guard latitudes >= 3, longitudes >= 4, members >= 1 else {
            fail(
                "SyntheticClimate needs 3 latitudes, 4 longitudes and a member or more; it was given \(latitudes), \(longitudes) and \(members)"
            )
        }
        self.seed = seed
        self.members = members
        grid = GlobeGrid(latitudes: latitudes, longitudes: longitudes)
        var root = Generator(seed: seed)
        var places = root.spawn(1)[0]
        streams = root.spawn(Self.scenarios.count)
        let climate = MeanClimate(grid: grid)
        emissions = EmissionMaps(grid: grid, land: climate.land, random: &places)
        patterns = ClimatePatterns(grid: grid, climate: climate, emissions: emissions, random: &places)
    }

    /// What drives the climate of a scenario, and what comes of it.
    ///
    /// - Returns: `CO2` and `CH4` [time], `SO2` and `BC` [time, latitude, longitude]; `tas`,
    ///   `diurnal_temperature_range`, `pr` and `pr90` [member, time, lat, lon], in `float32`. Times are years as
    ///   numbers.
    /// - Precondition: `name` is one of ``scenarios``.
    public func scenario(_ name: String) -> (inputs: [Field], outputs: [Field]) {
        guard let index = Self.scenarios.firstIndex(of: name) else {
            fail("there is no scenario \"\(name)\"; there are \(Self.scenarios.joined(separator: ", "))")
        }
        let scenario = EmissionScenario.all[index]
        var random = streams[index]
        let years = Array(scenario.years), first = years[0] - 1850
        let fires = years.map { _ in EmissionMaps.fires.map { _ in exp(0.25 * random.standardNormal() - 0.03125) } }
        let so2 = years.map { emissions.so2($0, total: scenario.so2($0)) }
        let bc = zip(years, fires).map { emissions.bc($0, total: scenario.bc($0), fires: $1) }
        let inputs = self.inputs(scenario, years: years, so2: so2, bc: bc)

        let warming = EnergyBalance(scenario).warming[first...]
        let so2Before = emissions.so2(1850, total: scenario.so2(1850))
        let bcBefore = emissions.bc(1850, total: scenario.bc(1850), fires: EmissionMaps.fires.map { _ in 1 })
        let forced = years.indices.map { i in
            [warming[first + i]] + zip(so2[i], so2Before).map(-) + zip(bc[i], bcBefore).map(-)
        }
        var weights: [Float] = []
        for _ in 0..<members {
            let unforced = Self.variability(years: years.count, random: &random)
            for (a, b) in zip(forced, unforced) { weights += (a + b).map { Float($0) } }
        }
        let rows = Tensor(weights, shape: [members * years.count, weights.count / members / years.count])
        let weather = Philox4x32(key: random.next())
        let outputs = ClimatePatterns.Variable.allCases.enumerated().map { stream, variable in
            output(
                variable, years: years, values: matmul(rows, patterns.maps[variable]!), weather: weather,
                stream: UInt64(stream), scenario: name)
        }
        return (inputs, outputs)
    }

    // MARK: - Fields

    private func inputs(_ scenario: EmissionScenario, years: [Int], so2: [[Double]], bc: [[Double]]) -> [Field] {
        let time = Coordinate("time", numbers: years.map(Double.init), attributes: ["long_name": "year"])
        let coordinates = [time, latitudeCoordinate("latitude"), longitudeCoordinate("longitude")]
        func series(_ name: String, _ longName: String, units: String, _ value: (Int) -> Double) -> Field {
            Field(
                name, Tensor(years.map(value)), dimensions: ["time"], coordinates: [time],
                attributes: attributes(longName, units: units, scenario.name))
        }
        func maps(_ name: String, _ longName: String, _ regions: [[Double]]) -> Field {
            // Mt a year over the globe in kg m⁻² s⁻¹.
            let unit = 1e9 / (365.25 * 86400) / 5.101e14
            let weights = Tensor(
                regions.flatMap { $0.map { Float($0 * unit) } }, shape: [years.count, regions[0].count])
            let shapes = Tensor(
                emissions.patterns.flatMap { $0.map { Float($0) } }, shape: [emissions.patterns.count, grid.count])
            return Field(
                name, matmul(weights, shapes).reshaped([years.count, grid.latitudes.count, grid.longitudes.count]),
                dimensions: ["time", "latitude", "longitude"], coordinates: coordinates,
                attributes: attributes(longName, units: "kg m-2 s-1", scenario.name))
        }
        let emitted = (1850...years.last!).map(scenario.co2.callAsFunction).reduce(into: []) {
            $0.append(($0.last ?? 0) + $1)
        }
        return [
            series("CO2", "cumulative carbon dioxide emissions since 1850", units: "GtCO2") { emitted[$0 - 1850] },
            series("CH4", "methane emissions", units: "GtCH4 yr-1") { scenario.ch4($0) / 1000 },
            maps("SO2", "sulphur dioxide emissions", so2),
            maps("BC", "black carbon emissions", bc),
        ]
    }

    private func output(
        _ variable: ClimatePatterns.Variable, years: [Int], values: Tensor, weather: Philox4x32, stream: UInt64,
        scenario: String
    ) -> Field {
        var numbers = values.scalars(Float.self)
        let noise = weather.normalFloats(at: 0..<numbers.count, stream: stream), spread = patterns.weather[variable]!
        for row in stride(from: 0, to: numbers.count, by: grid.count) {
            for i in 0..<grid.count { numbers[row + i] += noise[row + i] * spread[i] }
        }
        let (longName, units) =
            switch variable {
            case .tas: ("near-surface air temperature, difference from preindustrial", "K")
            case .diurnalTemperatureRange: ("diurnal temperature range, difference from preindustrial", "K")
            case .pr: ("precipitation, difference from preindustrial", "kg m-2 s-1")
            case .pr90: ("90th percentile of daily precipitation, difference from preindustrial", "kg m-2 s-1")
            }
        return Field(
            variable.rawValue,
            Tensor(numbers, shape: [members, years.count, grid.latitudes.count, grid.longitudes.count]),
            dimensions: ["member", "time", "lat", "lon"],
            coordinates: [
                Coordinate("member", numbers: (1...members).map(Double.init)),
                Coordinate("time", numbers: years.map(Double.init), attributes: ["long_name": "year"]),
                latitudeCoordinate("lat"), longitudeCoordinate("lon"),
            ],
            attributes: attributes(longName, units: units, scenario))
    }

    private func attributes(_ longName: String, units: String, _ scenario: String) -> Attributes {
        [
            "long_name": .text(longName), "units": .text(units), "synthetic": .text(Self.notice),
            "scenario": .text(scenario),
            "seed": Self.attribute(of: seed),
        ]
    }

    /// A seed as an attribute: its digits where they are more than a number of a file holds.
    package static func attribute(of seed: UInt64) -> Attribute {
        Double(exactly: seed).map { .numbers([$0]) } ?? .text("\(seed)")
    }

    private func latitudeCoordinate(_ name: String) -> Coordinate {
        Coordinate(name, numbers: grid.latitudes, attributes: ["units": "degrees_north", "standard_name": "latitude"])
    }

    private func longitudeCoordinate(_ name: String) -> Coordinate {
        Coordinate(name, numbers: grid.longitudes, attributes: ["units": "degrees_east", "standard_name": "longitude"])
    }

    // MARK: - Unforced variability

    /// Weights of El Niño and of the noise's maps for each year.
    ///
    /// El Niño's index is an oscillation of about four years driven by noise and skewed towards warm events; each map
    /// of noise has a memory of its own, from weeks to a few years.
    private static func variability(years: Int, random: inout Generator) -> [[Double]] {
        let memories = (0..<2 * ClimatePatterns.noiseCount).map { 0.1 + 0.6 * Double($0 % 8) / 7 }
        var noise = RedNoise(memories: memories, random: &random)
        var now = 0.0, before = 0.0
        return (-20..<years).map { _ in
            let next: Double = 0.2 * now - 0.4 * before + 0.9 * random.standardNormal()
            (now, before) = (next, now)
            noise.step(&random)
            return [now + 0.12 * (now * now - 1)] + noise.values
        }.suffix(years)
    }
}
