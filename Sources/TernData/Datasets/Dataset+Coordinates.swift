import TernCore

// Which variables are coordinates of which, and how they are read.
extension Dataset {
    /// The variables that label the dimensions of a field, those named after a dimension first.
    func coordinates(for field: Variable) -> [Variable] {
        let named = [field.storedAttributes, storedAttributes].flatMap { attributes in
            (attributes.last { $0.name == "coordinates" }?.value.text ?? "").split(separator: " ").map(String.init)
        }
        let places = Set(named.compactMap { index.places[$0] } + field.dimensions.flatMap { index.labelling[$0] ?? [] })
        let candidates = places.sorted().map { variables[$0] }.filter { variable in
            guard variable.name != field.name || field.dimensions == [field.name],
                !index.bounds.contains(variable.name), let dimension = variable.labelledDimension,
                let axis = field.dimensions.firstIndex(of: dimension)
            else { return false }
            return variable.shape[0] == field.shape[axis] && (variable.complaint == nil || variable.name == dimension)
        }
        let main = field.dimensions.compactMap { dimension in candidates.first { $0.name == dimension } }
        return main + candidates.filter { !field.dimensions.contains($0.name) }
    }

    func coordinate(
        _ variable: Variable, _ parts: [String: Range<Int>], from store: any ArrayStore, _ decodingTimes: Bool
    ) throws -> Coordinate {
        let dimension = variable.labelledDimension!
        // A field without the labels of its own dimension would be another; a second coordinate is left out instead.
        try checkReadable(variable)
        let range = parts[dimension]!
        if variable.type.isText {
            let ranges = variable.type == .char ? [range, 0..<variable.shape[1]] : [range]
            return Coordinate(
                variable.name, dimension: dimension, labels: .texts(try store.texts(of: variable, in: ranges)),
                attributes: variable.attributes)
        }
        var attributes = variable.attributes
        for name in Self.packing { attributes[name] = nil }
        let numbers = try Unpacking(variable).values(of: variable, in: [range], from: store).doubles
        var labels = Coordinate.Labels.numbers(numbers)
        // A time that cannot be read does not keep the rest from being read: then it counts.
        if decodingTimes, let times = try? dates(numbers, variable) { labels = .times(times) }
        return Coordinate(
            variable.name, dimension: dimension, labels: labels, attributes: attributes,
            bounds: try usableBounds(of: variable, at: numbers, range, from: store).bounds)
    }

    /// Why the times of a coordinate stay numbers; nil where they are dates, or claim to be none.
    ///
    /// - Complexity: reads the coordinate, if it claims to hold times.
    public func timeComplaint(_ name: String) -> String? {
        if case .joined(let parts, _) = source { return parts.lazy.compactMap { $0.timeComplaint(name) }.first }
        guard case .store(let store) = source, let variable = index.places[name].map({ variables[$0] }),
            variable.shape.count == 1, !variable.type.isText,
            variable.complaint == nil, isTime(variable)
        else { return nil }
        do {
            _ = try dates(
                Unpacking(variable).values(of: variable, in: [0..<variable.shape[0]], from: store).doubles, variable)
            return nil
        } catch let error as DataError { return error.message } catch { return "\(error)" }
    }

    /// Why the bounds of rows or columns are not used, and what is instead; nil where they are, or the file claims to
    /// have none.
    ///
    /// - Parameter dimension: that of the latitudes or longitudes.
    /// - Complexity: reads these and their bounds, if it has some.
    public func boundsComplaint(along dimension: String) -> String? {
        switch source {
        case .joined(let parts, _): return parts.lazy.compactMap { $0.boundsComplaint(along: dimension) }.first
        case .fields(let fields):
            return Self.coordinates(of: fields).lazy.compactMap { coordinate in
                guard coordinate.dimension == dimension, let bounds = coordinate.bounds,
                    coordinate.role == .latitude || coordinate.isRotatedLatitude
                else { return nil }
                return Sphere.complaint(about: bounds, ofRowsAt: coordinate.numbers ?? []).map {
                    Self.boundsComplaint(coordinate.name, $0, "latitudes")
                }
            }.first
        case .store(let store):
            return (index.along[dimension] ?? []).lazy.compactMap { place in
                let variable = variables[place]
                guard variable.complaint == nil, variable.isLatitude || variable.isLongitude else { return nil }
                let range = 0..<variable.shape[0]
                do {
                    let numbers = try Unpacking(variable).values(of: variable, in: [range], from: store).doubles
                    return try usableBounds(of: variable, at: numbers, range, from: store).complaint
                } catch let error as DataError { return error.message } catch { return "\(error)" }
            }.first
        }
    }

    private static func boundsComplaint(_ name: String, _ reason: String, _ centers: String) -> String {
        "the bounds of \"\(name)\" cannot be used, \(reason); cells are taken to end half-way between the \(centers)"
    }

    /// Whether the climate data operators (CDO) wrote a variable as absolute times.
    private func isAbsoluteTime(_ variable: Variable) -> Bool {
        variable.attributes["units"]?.text?.lowercased().hasPrefix("day as %y%m%d") ?? false
    }

    /// Whether a variable claims to hold times.
    private func isTime(_ variable: Variable) -> Bool {
        isAbsoluteTime(variable) || TimeUnits.describes(variable.attributes["units"]?.text)
    }

    /// The dates of a time coordinate; nil where its numbers are none.
    private func dates(_ numbers: [Double], _ variable: Variable) throws -> [CalendarDate]? {
        guard isTime(variable) else { return try packedDates(numbers, variable) }
        return isAbsoluteTime(variable) ? try absoluteDates(numbers, variable) : try relativeDates(numbers, variable)
    }

    func calendar(_ variable: Variable) throws -> CalendarDate.Calendar {
        let name = variable.attributes["calendar"]?.text ?? "standard"
        guard let calendar = CalendarDate.Calendar(name: name) else {
            throw DataError(
                file: path,
                "variable \"\(variable.name)\": the calendar \"\(name)\" is unknown; "
                    + suggestion(for: name, among: CalendarDate.Calendar.allCases.map(\.rawValue), "calendars"))
        }
        return calendar
    }

    /// Dates such as 20001231.5, of which a number tells a tenth of a millisecond at best: what is a second but for that
    /// is one.
    private func absoluteDates(_ numbers: [Double], _ variable: Variable) throws -> [CalendarDate] {
        let calendar = try calendar(variable)
        return try numbers.enumerated().map { index, number in
            let whole = number.rounded(.down), digits = Int(wholeOf: whole) ?? -1
            let share = (number - whole) * 86_400, second = share.rounded()
            let seconds = abs(share - second) <= 1.5 * number.ulp * 86_400 ? second : share
            guard digits > 0, digits < 1_000_000_000, let day = CalendarDate(digits: digits, calendar: calendar) else {
                throw DataError(
                    file: path,
                    "variable \"\(variable.name)\": the \(ordinal(index + 1)) time is \(number), which is no date such as 20001231.5"
                )
            }
            return CalendarDate(
                dayNumber: day.dayNumber, microseconds: Int((seconds * 1e6).rounded()), calendar: calendar)
        }
    }

    /// Times without units that are whole numbers such as 199001, 19900115, 1990011512 or 199001151230; nil where they
    /// are not.
    private func packedDates(_ numbers: [Double], _ variable: Variable) throws -> [CalendarDate]? {
        let units = (variable.attributes["units"]?.text ?? "").lowercased().filter { !$0.isWhitespace }
        guard ["", "1", "yyyymm", "yyyymmdd", "yyyymmddhh", "%y%m", "%y%m%d"].contains(units), !numbers.isEmpty,
            ["time", "date", "yyyymm", "yyyymmdd"].contains(variable.name.lowercased().withoutGroup)
                || variable.role == .time
        else { return nil }
        let calendar = try calendar(variable)
        var dates: [CalendarDate] = []
        for number in numbers {
            // Seven digits may be a Julian day number.
            guard let (date, part) = CalendarDate.unpacked(number, years: 1000...2999, calendar: calendar),
                part != .dayOfYear
            else { return nil }
            dates.append(date)
        }
        return dates
    }

    private func relativeDates(_ numbers: [Double], _ variable: Variable) throws -> [CalendarDate] {
        let calendar = try calendar(variable)
        do {
            let units = try TimeUnits(variable.attributes["units"]?.text ?? "", calendar: calendar)
            return try numbers.enumerated().map { index, number in
                guard let date = units.date(for: number) else {
                    let reason =
                        units.isPartOfMonth(number)
                        ? "months of the calendar have no length of which this could be a part; count days instead"
                        : "which is no date"
                    throw DataError(
                        file: path,
                        "variable \"\(variable.name)\": the \(ordinal(index + 1)) time is \(number) \(units.text), \(reason)"
                    )
                }
                return date
            }
        } catch let error as TimeUnitsError {
            throw DataError(file: path, "variable \"\(variable.name)\": \(error)")
        }
    }

    /// Where the cells begin and end, in the units of the variable; nil where the file does not say so. Of rows and
    /// columns, why what it says cannot be used.
    private func usableBounds(
        of variable: Variable, at numbers: [Double], _ range: Range<Int>, from store: any ArrayStore
    ) throws -> (bounds: [ClosedRange<Double>]?, complaint: String?) {
        guard let name = variable.attributes["bounds"]?.text else { return (nil, nil) }
        let bounds = try bounds(name, of: variable, range, from: store)
        guard variable.isLatitude else {
            guard variable.isLongitude, let bounds else { return (bounds, nil) }
            // Edges in single precision may be a little more than all the way round apart.
            if let odd = bounds.first(where: { !($0.upperBound - $0.lowerBound <= 360.001) }) {
                let reason = "a column from \(odd.lowerBound) to \(odd.upperBound) is wider than the globe"
                return (nil, Self.boundsComplaint(variable.name, reason, "longitudes"))
            }
            // One column alone may go all the way round, which is said by the file and not by the part that is read.
            guard variable.shape[0] > 1 else { return (bounds, nil) }
            // From 358.75 to 1.25 it is two and a half degrees, not nearly all the way round.
            let turned = bounds.map { cell in
                let width = cell.upperBound - cell.lowerBound
                return width > 180 && width < 360 ? cell.upperBound - 360...cell.lowerBound : cell
            }
            return (turned, nil)
        }
        let reason =
            bounds.map { Sphere.complaint(about: $0, ofRowsAt: numbers) }
            ?? "for \"\(name)\" is missing or has no two numbers for each row"
        return (reason == nil ? bounds : nil, reason.map { Self.boundsComplaint(variable.name, $0, "latitudes") })
    }

    /// What a variable of bounds holds; nil where there is none of two columns without gaps.
    private func bounds(_ name: String, of variable: Variable, _ range: Range<Int>, from store: any ArrayStore) throws
        -> [ClosedRange<Double>]?
    {
        guard var bounds = index.places[name].map({ variables[$0] }), bounds.shape.count == 2,
            bounds.shape[0] == variable.shape[0], bounds.shape[1] == 2, !bounds.type.isText, bounds.complaint == nil
        else { return nil }
        // Bounds are packed as their coordinate is, where they do not say it themselves (CF, section 7.1).
        if bounds.storedAttributes.isEmpty { bounds.storedAttributes = variable.storedAttributes }
        let edges = try Unpacking(bounds).values(of: bounds, in: [range, 0..<2], from: store).doubles
        guard !edges.contains(where: \.isNaN) else { return nil }
        return (0..<range.count).map { min(edges[2 * $0], edges[2 * $0 + 1])...max(edges[2 * $0], edges[2 * $0 + 1]) }
    }
}
