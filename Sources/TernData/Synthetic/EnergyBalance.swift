import Foundation

/// From emissions to the warming of the globe, a year at a time.
///
/// - Carbon: what was emitted decays in four pools, more slowly as the world warms and its sinks fill. Pools by F. Joos
///   et al., Atmos. Chem. Phys. 13, 2013, doi:10.5194/acp-13-2793-2013; their slowing α by N. J. Leach et al. (FaIR
///   2.0), Geosci. Model Dev. 14, 2021, doi:10.5194/gmd-14-3007-2021.
/// - Forcing: 5.35 W m⁻² ln(C/C₀) for carbon dioxide and 0.036 W m⁻² (√M − √M₀) for methane (G. Myhre et al., Geophys.
///   Res. Lett. 25, 1998, doi:10.1029/98GL01908), the latter with the ozone and stratospheric water that it makes.
/// - Temperature: two layers, C dT/dt = F − λT − γ(T − T₀) and C₀ dT₀/dt = γ(T − T₀), with the mean parameters of
///   CMIP5's models (O. Geoffroy et al., J. Climate 26, 2013, doi:10.1175/JCLI-D-12-00195.1).
///
/// There are no volcanoes and no changes of the sun: nothing that the emissions do not tell.
struct EnergyBalance {
    /// Of each year from 1850 on: warming in K.
    private(set) var warming: [Double] = []
    /// Carbon dioxide in ppm.
    private(set) var concentration: [Double] = []
    /// W m⁻² since 1850 of all together.
    private(set) var forcing: [Double] = []

    /// W m⁻² for each Mt a year more than in 1850: sulphate shades and brightens clouds, soot absorbs.
    static let so2Efficacy = -0.0083, bcEfficacy = 0.025

    init(_ scenario: EmissionScenario) {
        let shares = [0.2173, 0.2240, 0.2824, 0.2763], times = [1e9, 394.4, 36.54, 4.304]  // years
        let preindustrial = 284.3, gigatonnesPerPPM = 7.82  // of CO2
        let methane = 808.0, megatonnesPerPPB = 2.75, methaneLifetime = 9.0
        let (c, deep, feedback, exchange) = (7.3, 106.0, 1.13, 0.73)  // W yr m⁻² K⁻¹ twice, W m⁻² K⁻¹ twice

        // FaIR's α solves "the airborne share summed over 100 years is r₀ + r_u (carbon taken up) + r_T T" in closed
        // form.
        let reach = times.map { 100 / $0 }
        let g1 = zip(zip(shares, times), reach).map { $0.0 * $0.1 * (1 - (1 + $1) * exp(-$1)) }.reduce(0, +)
        let sum = zip(zip(shares, times), reach).map { -$0.0 * $0.1 * expm1(-$1) }.reduce(0, +)

        var pools = [0.0, 0, 0, 0], emitted = 0.0, m = 0.0, t = 0.0, deepT = 0.0
        for year in 1850...scenario.years.upperBound {
            let airborne = pools.reduce(0, +)
            let target = 30.4 + 0.0177 * (emitted - airborne) / 3.664 + 2.64 * t  // uptake in GtC
            let alpha = exp((target - sum) / g1)
            emitted += scenario.co2(year)
            for i in pools.indices {
                let decay = exp(-1 / (alpha * times[i]))
                pools[i] = pools[i] * decay + shares[i] * scenario.co2(year) * alpha * times[i] * (1 - decay)
            }
            m =
                m * exp(-1 / methaneLifetime)
                + (scenario.ch4(year) - scenario.ch4(1850)) / megatonnesPerPPB * methaneLifetime
                * (1 - exp(-1 / methaneLifetime))

            let ppm = preindustrial + pools.reduce(0, +) / gigatonnesPerPPM
            let f =
                5.35 * log(ppm / preindustrial)
                + 1.65 * 0.036 * ((methane + m).squareRoot() - methane.squareRoot())
                + Self.so2Efficacy * (scenario.so2(year) - scenario.so2(1850))
                + Self.bcEfficacy * (scenario.bc(year) - scenario.bc(1850))
            let flow = exchange * (t - deepT)
            t += (f - feedback * t - flow) / c
            deepT += flow / deep
            warming.append(t)
            concentration.append(ppm)
            forcing.append(f)
        }
    }
}
