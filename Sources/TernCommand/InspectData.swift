import ArgumentParser
import Foundation
import Tern
import TernText

/// What `tern inspect` draws of a file of fields.
struct MapOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Draw this variable of a NetCDF file or Zarr store on a map.", valueName: "variable"))
    var map: String?

    @Option(
        help: ArgumentHelp(
            "The time to draw, such as 2015-12; the mean where it covers several (default: the first).",
            valueName: "date"))
    var time: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What to draw along other dimensions; #n counts entries from 0.", valueName: "dimension=value"))
    var select: [String] = []

    @Option(name: .shortAndLong, help: "The picture: .png, .svg or .pdf (default: map.png).")
    var output: String?

    func validate() throws {
        for (option, isGiven) in [("--time", time != nil), ("--select", !select.isEmpty), ("--output", output != nil)]
        where map == nil && isGiven {
            throw ValidationError("\(option) is for a map; name its variable: --map VARIABLE")
        }
    }
}

/// Prints what a NetCDF file or a Zarr store holds, and draws a map of it.
struct DataReport {
    let dataset: Dataset

    /// Whether a file is one of these, by its ending or its first bytes.
    static func describes(_ path: String) -> Bool {
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        if ["nc", "nc3", "nc4", "cdf", "netcdf", "zarr", "zip"].contains(ending) { return true }
        return [.netCDF, .hdf5, .zarr].contains(FileKind(of: path))
    }

    func printAll() throws {
        print("\(dataset.path): \(dataset.format)\n\ndimensions")
        print(
            textTable(dataset.dimensions.map { ["  \($0.name)", "\($0.length)", $0.isUnlimited ? "unlimited" : ""] }))
        print("\nvariables")
        for variable in dataset.variables {
            print(
                "  \(variable.type.rawValue) \(variable.name.printable)(\(variable.dimensions.map(\.printable).joined(separator: ", ")))"
            )
            for attribute in variable.storedAttributes {
                print("    \(attribute.name.printable) = \(text(attribute.value))")
            }
            if let complaint = variable.complaint { print("    cannot be read: \(complaint.printable)") }
        }
        if !dataset.storedAttributes.isEmpty { print("\nglobal attributes") }
        for attribute in dataset.storedAttributes { print("  \(attribute.name.printable) = \(text(attribute.value))") }
        let notes = dataset.variables.flatMap { variable in
            [
                variable.note, dataset.timeComplaint(variable.name).map { "\($0); its numbers are used as they stand" },
                dataset.boundsComplaint(along: variable.name),
            ]
            .compactMap { $0 }.map { "\(variable.name): \($0)".printable }
        }
        if !notes.isEmpty { print("\n" + notes.joined(separator: "\n")) }
        var suspects: [String] = [], read = Dataset.Declared()
        let unread = Set(dataset.variables.lazy.filter { $0.complaint != nil }.map(\.name))
        print(
            "\n"
                + textTable(
                    [["values", "min", "max", "mean", "missing"]]
                        + (try dataset.variables.compactMap { try summary($0, unread, &read, &suspects) })))
        if !suspects.isEmpty { print("\n" + suspects.joined(separator: "\n").printable) }
    }

    private func text(_ value: Attribute) -> String {
        switch value {
        case .text(let text): "\"\(text.shortened(to: 200))\"".printable
        case .numbers(let numbers): numbers.map(short).joined(separator: ", ")
        }
    }

    /// A row of the table.
    ///
    /// - Parameters:
    ///   - unread: the names of variables that cannot be read.
    ///   - read: gets what the variable declares.
    ///   - suspects: gets a line for each value that looks like a mark of missing ones.
    private func summary(
        _ variable: Dataset.Variable, _ unread: Set<String>, _ read: inout Dataset.Declared, _ suspects: inout [String]
    ) throws -> [String]? {
        guard !variable.type.isText, variable.complaint == nil, variable.count > 0 else { return nil }
        if let label = variable.dimensions.first(where: unread.contains) {
            return [variable.name, "not read: \(label), which labels it, cannot be read"]
        }
        if let emptiness = dataset.emptiness(of: variable, after: &read) {
            return [variable.name, "not read: \(emptiness)"]
        }
        guard let found = try dataset.summary(of: variable) else { return [variable.name, "", "", "", "100 %"] }
        suspects += found.notes.sentences.map { "\(variable.name): \($0)" }
        suspects += found.suspects.map { "\(variable.name): \($0.sentence(nil, .fillValue, short))" }
        return [
            variable.name, short(found.range.lowerBound), short(found.range.upperBound), short(found.mean),
            found.missing == 0 ? "" : String(format: "%.1f %%", 100 * found.missing),
        ]
    }

    func draw(_ options: MapOptions) throws {
        let (field, drawn) = try slice(options)
        guard let (lat, lon) = field.globeCoordinates, field.dimensions.count == 2,
            let latitudes = lat.numbers, let longitudes = lon.numbers
        else {
            if let curved = dataset.curvedLatitude(on: try dataset.variable(field.name).dimensions) {
                throw UsageError(
                    "\(dataset.path): the latitudes of variable \"\(field.name)\" lie on two dimensions (\"\(curved.name)\"): a rotated or curvilinear grid, which is "
                        + "not drawn; bring it onto latitudes and longitudes first, as with: cdo remapbil,r360x180")
            }
            if let lat = field.coordinate(.latitude), lat.name != lat.dimension,
                field.coordinate(.longitude).map({ $0.dimension == lat.dimension }) ?? true
            {
                throw UsageError(
                    "\(dataset.path): latitudes and longitudes of variable \"\(field.name)\" lie along one dimension (\"\(lat.dimension)\"): stations, or an "
                        + "unstructured grid, which is not drawn; bring it onto latitudes and longitudes first, as with: cdo remapcon,r360x180"
                )
            }
            if let rotated = field.coordinates.first(where: \.isRotatedLatitude) {
                throw UsageError(
                    "\(dataset.path): \"\(rotated.name)\" of variable \"\(field.name)\" counts from a rotated pole and is no latitude; a map needs latitude and longitude: bring it "
                        + "onto latitudes and longitudes first, as with: cdo remapbil,r360x180")
            }
            throw UsageError(
                "\(dataset.path): variable \"\(field.name)\" is left with the dimensions \(field.dimensions.joined(separator: ", ")); "
                    + "a map needs latitude and longitude: choose the rest by --time or --select \(field.dimensions.first ?? "dimension")=value"
            )
        }
        let values = try field.transposed([lat.dimension, lon.dimension]).values.rows
        // Values on both sides of zero are anomalies as a rule.
        let range = field.range ?? 0...0
        let isAnomaly =
            range.lowerBound < 0 && range.upperBound > 0
            && min(-range.lowerBound, range.upperBound) > 0.2 * max(-range.lowerBound, range.upperBound)
        let map = WorldMap(
            longitudes: longitudes, latitudes: latitudes, values: values, centered: isAnomaly ? 0 : nil,
            valueLabel: field.units?.literal ?? "")
        let what = field.attributes["long_name"]?.text ?? field.name
        let title = ([what] + drawn).map(\.literal).joined(separator: ", ")
        let output = options.output ?? "map.png"
        try checkWritable(output)
        try OutputKind.figure.check(output)
        try Figure(Panel(title: title, map)).write(to: output)
        print("\(output) drawn")
    }

    /// What is left of the variable on latitudes and longitudes, and what is drawn of its other dimensions.
    private func slice(_ options: MapOptions) throws -> (field: Field, drawn: [String]) {
        let header = try dataset.variable(options.map!)
        var selections: [String: Selection] = [:]
        for text in options.select {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw UsageError("--select \(text): write dimension=value, such as level=500 or member=#0")
            }
            if parts[1].hasPrefix("#"), let index = Int(parts[1].dropFirst()) {
                selections[parts[0]] = .index(index)
            } else {
                selections[parts[0]] = Double(parts[1]).map { .nearest(.number($0)) } ?? .label(.text(parts[1]))
            }
        }
        // The coordinates alone tell where the time is.
        let head = try dataset.field(
            header.name,
            at: Dictionary(uniqueKeysWithValues: header.dimensions.prefix(1).map { ($0, 0..<min(1, header.shape[0])) }))
        let times = head.coordinates.first { $0.role == .time }, time = times?.dimension
        var field: Field, drawn: [String] = []
        if let time, options.time == nil, selections[time] == nil {
            field = try dataset.field(header.name, at: [time: 0..<1])
            if let first = field.coordinates.first(where: { $0.name == times?.name })?.labelTexts.first {
                drawn.append(times?.times == nil ? "\(time)=\(first)" : first)
            }
            field = try field.select([time: .index(0)])
        } else {
            field = try dataset.field(header.name)
            if let wanted = options.time {
                guard let time else {
                    throw UsageError("\(dataset.path): variable \"\(header.name)\" has no times; leave out --time")
                }
                field = try field.select([time: .label(.text(wanted))])
                let isMean = (field.length(of: time) ?? 1) > 1
                drawn.append(isMean ? "mean of \(wanted)" : wanted)
                if field.dimensions.contains(time) { field = try field.mean(over: [time]) }
            }
        }
        for (name, selection) in selections.sorted(by: { $0.key < $1.key }) {
            if case .nearest(.number(let wanted)) = selection {
                drawn.append(try label(nearestTo: wanted, name, in: field))
            } else {
                drawn.append("\(name)=\(text(selection))")
            }
            field = try field.select([name: selection])
        }
        let kept = field.dimensions.filter { [.latitude, .longitude].contains(field.coordinate($0)?.role) }
        return (field.dimensions.count > 2 ? field.squeezed(keeping: kept) : field, drawn)
    }

    private func text(_ selection: Selection) -> String {
        switch selection {
        case .index(let index): "#\(index)"
        case .label(let label): label.description
        default: ""
        }
    }

    /// Such as "level=500", of the label that is drawn.
    ///
    /// - Throws: ``UsageError`` where no label lies near what was asked for.
    private func label(nearestTo wanted: Double, _ name: String, in field: Field) throws -> String {
        guard let coordinate = field.coordinate(name), let numbers = coordinate.numbers else {
            return "\(name)=\(short(wanted))"
        }
        let places = Field(
            name, Tensor(numbers.indices.map(Double.init)), dimensions: [coordinate.dimension],
            coordinates: [coordinate])
        let nearest = numbers[Int(try places.select([name: .nearest(.number(wanted))]).values.doubles[0])]
        func distance(_ number: Double) -> Double {
            let difference = number - nearest
            return abs(coordinate.role == .longitude ? Longitudes.turn(difference) : difference)
        }
        let spacing = numbers.map(distance).filter { $0 > 0 }.min() ?? 0
        guard distance(wanted) <= 0.5 * spacing + 1e-6 * abs(nearest) else {
            throw UsageError(
                "\(dataset.path): no \(name) of variable \"\(field.name)\" lies near \(short(wanted)); there are \(numbers.prefix(12).map(short).joined(separator: ", "))\(numbers.count > 12 ? ", ..." : "")"
            )
        }
        return "\(name)=\(short(nearest))"
    }
}
