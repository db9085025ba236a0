import Foundation
import TernData

/// Values of new tables that lie outside of what a model was trained on: other units, marks of missing values, other
/// times.
///
/// A network says something of any number; only this says that it never saw the like. Rows are given block by block.
struct UnseenValues {
    fileprivate struct Column {
        let name: String, range: ClosedRange<Double>, mean: Double, deviation: Double
        var count = 0, outside = 0, far = 0
        /// Of all values, and of those outside.
        var all = Extent(), beyond = Extent()
        /// Of differences from the mean, and of their squares.
        var sum = 0.0, squares = 0.0
        /// Numbers that may stand for a missing value.
        var markers: [Double: (count: Int, line: Int)] = [:]
    }

    fileprivate struct Extent {
        var least = Double.infinity, greatest = -Double.infinity

        mutating func add(_ x: Double) { (least, greatest) = (min(least, x), max(greatest, x)) }
    }

    private var columns: [Column]
    private var rows = 0
    /// Markers of one column are counted up to so many.
    fileprivate static let mostMarkers = 8

    init(_ model: TableModel) {
        let made = Set(model.series.map { $0.lagNames + $0.targetNames } ?? [])
        columns = (model.encoding.features + model.targetFeatures).compactMap { feature in
            feature.range.flatMap { range in
                made.contains(feature.column)
                    ? nil
                    : Column(name: feature.column, range: range, mean: feature.mean, deviation: feature.deviation)
            }
        }
    }

    /// - Parameter table: may lack the target.
    mutating func add(_ table: Table) {
        rows += table.rowCount
        for i in columns.indices {
            guard let numbers = table[columns[i].name]?.numbers else { continue }
            columns[i].add(numbers) { table.line(ofRow: $0) }
        }
    }

    /// A line for those who read the predictions; nil where nothing is strange.
    var warning: String? {
        let found = columns.compactMap { $0.complaint(rows: rows) }
        guard !found.isEmpty else { return nil }
        let more = found.count > 4 ? "; and \(found.count - 4) more columns" : ""
        return "outside of what the model was trained on: " + found.prefix(4).joined(separator: "; ") + more
    }
}

extension UnseenValues.Column {
    fileprivate mutating func add(_ numbers: [Double], line: (Int) -> Int) {
        for (row, x) in numbers.enumerated() where !x.isNaN {
            if range.contains(x) {
                take(x)
                continue
            }
            if SuspectedMarker.stands(x, apartFrom: range),
                markers[x] != nil || markers.count < UnseenValues.mostMarkers
            {
                markers[x, default: (0, line(row))].count += 1
                continue
            }
            take(x)
            takeOutside(x)
        }
    }

    private mutating func take(_ x: Double, times: Int = 1) {
        count += times
        all.add(x)
        sum += Double(times) * (x - mean)
        squares += Double(times) * (x - mean) * (x - mean)
    }

    private mutating func takeOutside(_ x: Double, times: Int = 1) {
        let width = range.upperBound - range.lowerBound, distance = max(range.lowerBound - x, x - range.upperBound)
        // What is next to the range, or was rounded when it was written, is not outside.
        guard distance > max(1e-3 * width, 1e-9 * max(abs(range.lowerBound), abs(range.upperBound))) else { return }
        outside += times
        if distance > 0.5 * width { far += times }
        beyond.add(x)
    }

    /// What is strange: single values far off, a share of the column that is more than chance, or a spread of other
    /// units.
    fileprivate func complaint(rows: Int) -> String? {
        var own = self
        // What looks like a mark and does not stand apart from the rest is a value.
        for (x, found) in markers
        where own.count > 0 && !SuspectedMarker.stands(x, apartFrom: own.all.least...own.all.greatest) {
            own.markers[x] = nil
            own.take(x, times: found.count)
            own.takeOutside(x, times: found.count)
        }
        let trained = "trained on \(Self.text(range.lowerBound, range.upperBound))", name = "\"\(name)\""
        var parts: [String] = []
        for (x, found) in own.markers.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }).prefix(2) {
            let number = Label.number(x).description,
                places = found.count > 1 ? "\(found.count) rows from line \(found.line) on" : "line \(found.line)"
            parts.append(
                "\(name) is \(number) in \(places) (\(trained)): \(SuspectedMarker.Remedy.option.advice(for: number))"
            )
        }
        let isScaled = own.isScaled, areMany = own.outside >= 3 && 4 * own.outside >= own.count
        if own.far > 0 || areMany {
            let share =
                own.outside == rows
                ? (rows == 1 ? "the only row" : "all \(rows) rows") : "\(own.outside) of \(rows) rows"
            let isOther = own.count >= 3 && 10 * own.far >= 9 * own.count
            parts.append(
                "\(name) in \(share) (\(Self.text(own.beyond.least, own.beyond.greatest)); \(trained))\(isScaled ? ", as if in other units" : isOther ? ", as if of another place or in other units" : "")"
            )
        } else if isScaled {
            parts.append(
                "\(name) is spread as if in other units (\(Self.text(own.all.least, own.all.greatest)); \(trained))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", and ")
    }

    /// Whether mean and spread are the same multiple, 8 or more, of what they were, or the same part.
    private var isScaled: Bool {
        guard count >= 10, range.lowerBound < range.upperBound else { return false }
        let n = Double(count), offset = sum / n, spread = max(0, squares / n - offset * offset).squareRoot(),
            usual = abs(mean + offset)
        guard spread > 0, usual > 0, mean != 0 else { return false }
        let spreads = deviation / spread, means = abs(mean) / usual
        guard max(spreads, 1 / spreads) >= 8 else { return false }
        return (0.4...2.5).contains(spreads / means)
    }

    private static func text(_ least: Double, _ greatest: Double) -> String {
        least == greatest ? text(least) : "\(text(least)) to \(text(greatest))"
    }

    private static func text(_ x: Double) -> String {
        x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : String(format: "%.6g", x)
    }
}
