import Foundation
import Tern

/// What values of a variable are, channel by channel: how many, from where to where, their mean and standard deviation.
package struct ValueSpread: Codable, Sendable, Equatable {
    private let counts: PackedArray, bounds: PackedArray, moments: PackedArray

    /// One channel's; the rest is 0 where there are none.
    package struct Channel {
        package var count: Double, least: Double, most: Double, mean: Double, deviation: Double
        var width: Double { most - least }
    }

    fileprivate init(_ channels: [Channel]) {
        counts = PackedArray(channels.map(\.count))
        bounds = PackedArray(channels.flatMap { [$0.least, $0.most] })
        moments = PackedArray(channels.flatMap { [$0.mean, $0.deviation] })
    }

    package subscript(channel: Int) -> Channel {
        Channel(
            count: counts.values[channel], least: bounds.values[2 * channel], most: bounds.values[2 * channel + 1], mean: moments.values[2 * channel],
            deviation: moments.values[2 * channel + 1])
    }

    /// Whether it is of so many channels.
    func fits(channels: Int) -> Bool { counts.values.count == channels && bounds.values.count == 2 * channels && moments.values.count == 2 * channels }
}

/// Gathers a ``ValueSpread`` of values of which a part is in memory at a time.
struct ValueSums {
    private var counts: [Double], least: [Double], most: [Double], sums: [Double], squares: [Double]
    /// Sums are about the first value, so that those far from 0 keep their digits.
    private var origins: [Double]

    init(channels: Int) {
        counts = [Double](repeating: 0, count: channels)
        (sums, squares, origins) = (counts, counts, counts)
        least = [Double](repeating: .infinity, count: channels)
        most = [Double](repeating: -.infinity, count: channels)
    }

    /// The values at steps, [steps, cells, channels]; gaps count for nothing.
    mutating func add(_ values: StepValues, _ steps: some Sequence<Int>, width: Int) {
        for step in steps {
            var channel = 0
            values.visit(step * width..<(step + 1) * width) { _, x in
                if x.isFinite {
                    if counts[channel] == 0 { origins[channel] = x }
                    let d = x - origins[channel]
                    counts[channel] += 1
                    sums[channel] += d
                    squares[channel] += d * d
                    if x < least[channel] { least[channel] = x }
                    if x > most[channel] { most[channel] = x }
                }
                channel = channel + 1 == counts.count ? 0 : channel + 1
            }
        }
    }

    var spread: ValueSpread {
        ValueSpread(counts.indices.map { c in
            let n = counts[c]
            guard n > 0 else { return ValueSpread.Channel(count: 0, least: 0, most: 0, mean: 0, deviation: 0) }
            let mean = sums[c] / n
            return ValueSpread.Channel(
                count: n, least: least[c], most: most[c], mean: origins[c] + mean, deviation: max(0, squares[c] / n - mean * mean).squareRoot())
        })
    }
}

/// Looks for a value that stands for a missing one, among values of which a part is in memory at a time.
struct MarkerSearch {
    private var extremes = SuspectedMarker.Extremes()
    private var count = 0, low = (count: 0, place: ""), high = (count: 0, place: "")
    private var isDouble = false, hasUnmarkedFill = false

    mutating func add(_ variable: VariableSteps, _ steps: some Sequence<Int>) {
        var firstLow: Int?, firstHigh: Int?
        for step in steps {
            variable.values.visit(step * variable.width..<(step + 1) * variable.width) { i, x in
                guard x.isFinite else { return }
                count += 1
                if x < extremes.least { (low.count, firstLow) = (0, i) }
                if x > extremes.most { (high.count, firstHigh) = (0, i) }
                extremes.add(x)
                if x == extremes.least { low.count += 1 }
                if x == extremes.most { high.count += 1 }
            }
        }
        isDouble = isDouble || variable.values.isDouble
        hasUnmarkedFill = hasUnmarkedFill || variable.values.hasUnmarkedFill
        if let firstLow { low.place = variable.place(firstLow) }
        if let firstHigh { high.place = variable.place(firstHigh) }
    }

    var marker: SuspectedMarker? { SuspectedMarker(extremes) }

    /// What is taken for missing though nothing says so, and what looks like it, a line each.
    func notes(_ name: String) -> [String] {
        let unmarked = "variable \"\(name)\": netCDF's own fill value is taken for a missing one, though the variable has no _FillValue that says so (xarray would take it for a number)"
        return (hasUnmarkedFill ? [unmarked] : []) + [markerNote(name)].compactMap { $0 }
    }

    /// What looks like a fill value that nothing says is one; nil where nothing does.
    private func markerNote(_ name: String) -> String? {
        guard let marker else { return nil }
        let found = marker.value == extremes.least ? low : high
        guard 2 * found.count < count else { return nil }
        func short(_ x: Double) -> String { isDouble ? Label.number(x).description : Label.number(Double("\(Float(x))")!).description }
        return "variable \"\(name)\": \(short(marker.value)) at \(found.place)\(found.count > 1 ? " and \((found.count - 1).grouped) more" : "") stands apart from "
            + "all other values (\(short(marker.others.lowerBound)) to \(short(marker.others.upperBound))); if it means a missing value, mark it by _FillValue"
    }
}

extension Double {
    /// To four digits, for messages.
    var short: String { String(format: "%.4g", self) }
}
