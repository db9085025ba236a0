/// How far a cell that stands alone is known to be a unit. It knows the usual spellings and no more.
enum UnitCell {
    /// No name is written so: "hPa", "m/s", "(K)", "%", and the "-" of what has none.
    case clear
    /// Names are written so, too: "t", "mm", "day".
    case possible
    case none

    init(_ text: String) {
        let isBracketed = text.count > 2 && "([".contains(text.first!) && ")]".contains(text.last!)
        let body = isBracketed ? text.dropFirst().dropLast() : text[...]
        if body == "-" || body == "1" {
            self = .clear
            return
        }
        // A power counts as its unit: m2, m^2, m-2.
        let bases = body.split { "/*. ^\u{B7}".contains($0) }.map { factor in
            factor.prefix { !$0.isNumber && $0 != "-" && $0 != "+" }
        }
        let named = bases.filter { !$0.isEmpty }
        guard !named.isEmpty, named.allSatisfy({ Self.units.contains($0) || Self.names.contains($0) }) else {
            self = .none
            return
        }
        let isPlain = body.allSatisfy { $0.isLetter || $0.isNumber }
        self = isPlain && !isBracketed && Self.names.contains(named[0]) ? .possible : .clear
    }

    private static func words(_ text: String) -> Set<Substring> { Set(text.split(separator: " ")) }

    /// What is a column's name, too: minutes are mm, and magnesium is Mg.
    private static let names = words(
        "m s h d g t a b l K C F A V W J N M L mm ms min mn hr hrs hour hours dy day days mo month months yr year "
            + "years sec second seconds in ft Mg Tg Pg Mt Gt Sv DU deg")
    private static let units = words(
        "nm um \u{B5}m \u{3BC}m cm dm km mi nmi kt kts knots hft ng ug \u{B5}g \u{3BC}g mg kg "
            + "Pa hPa kPa MPa mb mbar dbar bar atm mW kW MW GW kJ MJ mV kV mA Hz kHz MHz GHz "
            + "mol mmol umol \u{B5}mol \u{3BC}mol nmol pmol ml mL uM \u{B5}M \u{3BC}M nM mM "
            + "\u{B0} \u{B0}C \u{B0}F \u{B0}K \u{B0}N \u{B0}E \u{B0}T degC degF degK degT degN degE degree degrees "
            + "degrees_north degrees_east rad kelvin Celsius celsius % \u{2030} percent psu PSU "
            + "ppm ppmv ppb ppbv ppt pptv")
}
