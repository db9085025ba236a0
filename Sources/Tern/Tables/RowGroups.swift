import TernData

/// Rows that belong together, such as those of one station: what is known of some tells of the others.
struct RowGroups: Sendable {
    let name: String
    /// Which group each row belongs to, from 0.
    let codes: [Int], count: Int

    private static let names: Set<String> = [
        "station", "stations", "stn", "stationid", "site", "siteid", "id", "wmo", "wmoid", "name", "location", "city",
        "place", "country", "region",
        "state", "county", "basin", "catchment", "gauge", "gage", "lake", "glacier", "buoy", "platform", "cruise",
        "profile", "subject", "plot", "group",
        "sensor", "model", "member", "run", "ensemble", "scenario", "experiment", "realization", "storm", "event",
        "tower", "trajectory", "cast", "well",
    ]

    /// The columns that look like names of groups, of which rows of 3 or more on average have one, from the finest.
    ///
    /// Names of stations are known by the column's name, or by a number with a fraction that is the same in all rows of
    /// a station, such as its height.
    /// So are columns of which each time has a row for each value, such as codes of stations.
    static func found(in table: Table, targets: [String], times: RowTimes? = nil) -> [RowGroups] {
        let others = table.columns.filter { !targets.contains($0.name) }
        let fractions = others.compactMap(\.numbers).filter { $0.contains { $0 != $0.rounded() } }
        var found: [RowGroups] = others.compactMap { column in
            let isNamed = names.contains(RowTimes.plain(column.name))
            let codes: (numbers: [Int], firsts: [Int])
            let numbers = column.numbersOfCodes
            if let numbers {
                guard isNamed || times != nil, numbers.allSatisfy({ $0 == $0.rounded() }) else { return nil }
                codes = column.texts?.numbered ?? numbers.numbered
            } else {
                guard let texts = column.texts, !texts.contains("") else { return nil }
                codes = texts.numbered
            }
            let group = RowGroups(name: column.name, codes: codes.numbers, count: codes.firsts.count)
            guard group.isLarge(in: table),
                isNamed || numbers == nil && group.count > 2 && fractions.contains(where: group.isShared)
                    || times.map({ group.isComplete($0) }) ?? false
            else { return nil }
            // Of dates, which take longest to tell, few are left here.
            return if case .none = column.dateReading { group } else { nil }
        }
        if found.isEmpty {
            func place(_ names: Set<String>) -> Table.Column? {
                others.first { $0.numbersOfCodes != nil && names.contains(RowTimes.plain($0.name)) }
            }
            if let lat = place(["lat", "latitude"]), let lon = place(["lon", "long", "longitude"]) {
                let codes = zip(lat.numbersOfCodes!, lon.numbersOfCodes!).map { "\($0) \($1)" }.numbered
                let group = RowGroups(name: lat.name, codes: codes.numbers, count: codes.firsts.count)
                if group.count > 2, group.isLarge(in: table) { found.append(group) }
            }
        }
        return found.sorted { $0.count > $1.count }
    }

    /// Whether a column that no name tells to be one of groups has a row of most groups at each time; hours of the day,
    /// which are part of the time, are none.
    private func isComplete(_ times: RowTimes) -> Bool {
        !RowTimes.isPart(name) && tellsApart(times) && 2 * codes.count >= count * Set(times.values).count
    }

    /// Whether rows of one time belong to several groups, and of each group few rows have the same time.
    func tellsApart(_ times: RowTimes) -> Bool {
        struct Place: Hashable { let code: Int, time: Double }
        let values = times.values
        guard !values.contains(where: \.isNaN), 3 * Set(values).count <= 2 * values.count else { return false }
        return 20 * Set(zip(codes, values).map { Place(code: $0, time: $1) }).count >= 19 * values.count
    }

    /// The rows of each group in the order of time, one group behind the other.
    func order(_ times: RowTimes) -> [Int] {
        codes.indices.sorted { (codes[$0], times.values[$0], $0) < (codes[$1], times.values[$1], $1) }
    }

    /// How alike the values of a group are: the share of the variance that is between groups, and whether it is more
    /// than chance.
    ///
    /// Source: R. A. Fisher, "Statistical Methods for Research Workers", 1925, chapter 7 (the intraclass correlation).
    func likeness(of y: [Double]) -> (share: Double, isSure: Bool) {
        var sums = [Double](repeating: 0, count: count), sizes = sums
        for (code, y) in zip(codes, y) {
            sums[code] += y
            sizes[code] += 1
        }
        let n = Double(y.count), groups = Double(count), mean = y.reduce(0, +) / n
        var within = 0.0, between = 0.0
        for (code, y) in zip(codes, y) {
            let own = sums[code] / sizes[code]
            within += (y - own) * (y - own)
            between += (own - mean) * (own - mean)
        }
        guard n > groups, within > 0 else { return (between > 0 ? 1 : 0, between > 0) }
        let ratio = between / (groups - 1) / (within / (n - groups)),
            size = (n - sizes.reduce(0) { $0 + $1 * $1 } / n) / (groups - 1)
        return ((ratio - 1) / (ratio - 1 + size), ratio > 4)
    }

    /// Whether there are several, of three rows or more on average.
    private func isLarge(in table: Table) -> Bool { count > 1 && 3 * count <= table.rowCount }

    /// Whether a column has one number in each group, and several in all.
    private func isShared(_ numbers: [Double]) -> Bool {
        var own = [Double](repeating: .nan, count: count)
        for (code, x) in zip(codes, numbers) {
            if own[code].isNaN { own[code] = x }
            if own[code] != x { return false }
        }
        return Set(own).count > 2
    }
}

extension Table {
    /// The column that says to what each row belongs.
    ///
    /// - Throws: `DataError` where it is not there, or does not say it of a row.
    func column(ofGroups name: String) throws -> Column {
        let column = try column(name)
        if let row = column.missingRows.first { throw failure(inRow: row, of: name, ": the group is missing") }
        return column
    }
}
