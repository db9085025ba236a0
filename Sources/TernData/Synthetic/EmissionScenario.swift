/// A quantity over the years, linear between those in which it is given.
struct Pathway: Sendable, ExpressibleByDictionaryLiteral {
    private let years: [Double], values: [Double]

    /// - Precondition: years ascend.
    init(dictionaryLiteral elements: (Int, Double)...) { self.init(elements.map { (Double($0), $1) }) }

    private init(_ points: [(Double, Double)]) { (years, values) = (points.map(\.0), points.map(\.1)) }

    /// This one, and `later` from its first year on.
    func followed(by later: Pathway) -> Pathway {
        Pathway(Array(zip(years, values).filter { $0.0 < later.years[0] }) + Array(zip(later.years, later.values)))
    }

    func callAsFunction(_ year: Int) -> Double {
        let year = Double(year)
        guard let after = years.firstIndex(where: { $0 > year }) else { return values.last! }
        guard after > 0 else { return values[0] }
        let share = (year - years[after - 1]) / (years[after] - years[after - 1])
        return values[after - 1] + share * (values[after] - values[after - 1])
    }
}

/// What the world emits from 1850 on: history to 2014, then one of the shared socioeconomic pathways.
///
/// Totals are rounded from the data of CMIP6. Sources: R. M. Hoesly et al., "Historical (1750–2014) anthropogenic
/// emissions of reactive gases and aerosols", Geosci. Model Dev. 11, 2018, doi:10.5194/gmd-11-369-2018; M. J. Gidden et
/// al., "Global emissions pathways under different socioeconomic scenarios", Geosci. Model Dev. 12, 2019,
/// doi:10.5194/gmd-12-1443-2019.
struct EmissionScenario: Sendable {
    var name: String
    /// The years that its data span; emissions are known from 1850 on.
    var years: ClosedRange<Int>
    /// GtCO2 a year, of fossil fuels and of land use.
    var co2: Pathway
    /// Mt a year each.
    var ch4: Pathway, so2: Pathway, bc: Pathway

    static let history = EmissionScenario(
        name: "historical", years: 1850...2014,
        co2: [
            1850: 2.2, 1875: 3.2, 1900: 5, 1925: 7.5, 1940: 8.8, 1950: 11, 1960: 15.5, 1970: 20.5, 1980: 25, 1990: 28,
            2000: 30.5,
            2010: 38.5, 2014: 39.8,
        ],
        ch4: [
            1850: 62, 1900: 105, 1925: 135, 1950: 180, 1960: 215, 1970: 260, 1980: 295, 1990: 322, 2000: 315, 2010: 370,
            2014: 386,
        ],
        so2: [
            1850: 6, 1875: 15, 1900: 32, 1920: 48, 1932: 44, 1940: 62, 1946: 56, 1960: 95, 1970: 125, 1980: 138,
            1990: 128,
            2000: 107, 2006: 118, 2014: 98,
        ],
        bc: [1850: 2.8, 1900: 4.2, 1930: 4.6, 1950: 5, 1970: 6.3, 1990: 7.6, 2000: 7.8, 2014: 9.8])

    static let all = [
        history,
        future(
            "ssp126",
            co2: [
                2015: 39.8, 2020: 39.8, 2030: 34.7, 2040: 26.5, 2050: 17.9, 2060: 10.5, 2070: 4.5, 2080: -3.3,
                2090: -8.4, 2100: -8.6,
            ],
            ch4: [2015: 387, 2020: 369, 2030: 281, 2050: 194, 2075: 150, 2100: 122],
            so2: [2015: 97, 2020: 76, 2030: 39, 2050: 24, 2100: 12],
            bc: [2015: 9.8, 2020: 8, 2030: 5.2, 2050: 3.8, 2100: 2.2]),
        future(
            "ssp245",
            co2: [
                2015: 39.8, 2020: 40.6, 2030: 43.5, 2040: 44.3, 2050: 43.5, 2060: 40.2, 2070: 35.2, 2080: 26.8,
                2090: 16.3, 2100: 9.7,
            ],
            ch4: [2015: 387, 2020: 384, 2030: 390, 2050: 371, 2075: 329, 2100: 295],
            so2: [2015: 97, 2020: 91, 2030: 82, 2050: 63, 2075: 40, 2100: 27],
            bc: [2015: 9.8, 2020: 9.6, 2030: 9.2, 2050: 7, 2100: 4.2]),
        future(
            "ssp370",
            co2: [
                2015: 40, 2020: 44.8, 2030: 52.8, 2040: 58.5, 2050: 62.9, 2060: 66.6, 2070: 70, 2080: 73.4, 2090: 77.8,
                2100: 82.7,
            ],
            ch4: [2015: 388, 2020: 415, 2030: 464, 2050: 557, 2075: 675, 2100: 777],
            so2: [2015: 97, 2020: 99, 2030: 105, 2050: 102, 2075: 92, 2100: 76],
            bc: [2015: 9.8, 2020: 10.2, 2030: 11, 2050: 10.6, 2100: 8.6]),
        future(
            "ssp585",
            co2: [
                2015: 40, 2020: 43.7, 2030: 55.3, 2040: 68.8, 2050: 83.3, 2060: 100.3, 2070: 116.8, 2080: 129.6,
                2090: 130.6,
                2100: 126.3,
            ],
            ch4: [2015: 388, 2020: 407, 2030: 450, 2050: 507, 2070: 550, 2085: 500, 2100: 421],
            so2: [2015: 97, 2020: 95, 2030: 85, 2050: 67, 2075: 45, 2100: 32],
            bc: [2015: 9.8, 2020: 9.5, 2030: 8.5, 2050: 6, 2100: 3.2]),
    ]

    private static func future(_ name: String, co2: Pathway, ch4: Pathway, so2: Pathway, bc: Pathway)
        -> EmissionScenario
    {
        EmissionScenario(
            name: name, years: 2015...2100, co2: history.co2.followed(by: co2), ch4: history.ch4.followed(by: ch4),
            so2: history.so2.followed(by: so2), bc: history.bc.followed(by: bc))
    }
}
