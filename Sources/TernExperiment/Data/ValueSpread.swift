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
            count: counts.values[channel], least: bounds.values[2 * channel], most: bounds.values[2 * channel + 1],
            mean: moments.values[2 * channel],
            deviation: moments.values[2 * channel + 1])
    }

    /// Whether it is of so many channels.
    func fits(channels: Int) -> Bool {
        counts.values.count == channels && bounds.values.count == 2 * channels && moments.values.count == 2 * channels
    }
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
        ValueSpread(
            counts.indices.map { c in
                let n = counts[c]
                guard n > 0 else { return ValueSpread.Channel(count: 0, least: 0, most: 0, mean: 0, deviation: 0) }
                let mean = sums[c] / n
                return ValueSpread.Channel(
                    count: n, least: least[c], most: most[c], mean: origins[c] + mean,
                    deviation: max(0, squares[c] / n - mean * mean).squareRoot())
            })
    }
}

/// Looks for values that stand for missing ones, among values of which a part is in memory at a time.
struct MarkerSearch {
    private var extremes = SuspectedMarker.Extremes()
    private var count = 0, places: [Double: String] = [:]
    private var isDouble = false, reading: ReadingNotes = []
    /// Of the file that is read.
    private var jump = ValueJump(), file = "", jumps: [String] = []

    mutating func add(_ variable: VariableSteps, _ steps: some Sequence<Int>) {
        if variable.file != file { endFile() }
        file = variable.file
        for step in steps {
            var sum = 0.0, known = 0, least = Double.infinity, most = -Double.infinity
            variable.values.visit(step * variable.width..<(step + 1) * variable.width) { i, x in
                guard x.isFinite else { return }
                (sum, known, least, most) = (sum + x, known + 1, min(least, x), max(most, x))
                extremes.add(x, at: i)
            }
            count += known
            if known > 0 {
                jump.add(mean: sum / Double(known), values: least...most, at: variable.stepPlace(step) ?? "")
            }
        }
        isDouble = isDouble || variable.values.isDouble
        reading.formUnion(variable.values.reading)
        extremes.placed { places[$0] = variable.place($1) }
    }

    /// Each file is looked at by itself: those of other runs may be about something else.
    private mutating func endFile() {
        jumps += jumpNote.map { [$0] } ?? []
        jump = ValueJump()
    }

    private var jumpNote: String? {
        guard let found = jump.found else { return nil }
        func range(_ range: ClosedRange<Double>) -> String { "\(range.lowerBound.short) to \(range.upperBound.short)" }
        return
            "its values jump at \(found.place) from \(range(found.before)) to \(range(found.after)); are units and scale the same throughout?"
    }

    /// Those that stand apart.
    var markers: [SuspectedMarker] { SuspectedMarker.found(in: extremes, among: count) }

    /// What is taken for missing though nothing says so, and what looks like it, a line each.
    func notes(_ name: String) -> [String] {
        // What a marker is, is told as one.
        let markers = markers,
            jumps = markers.isEmpty ? (jumps + [jumpNote].compactMap { $0 }).map { "variable \"\(name)\": \($0)" } : []
        return reading.sentences.map { "variable \"\(name)\": \($0)" } + jumps
            + markers.map {
                "variable \"\(name)\": \($0.sentence("at \(places[$0.value] ?? "")", .fillValue, text))"
            }
    }

    private func text(_ x: Double) -> String {
        isDouble ? Label.number(x).description : Label.number(Double("\(Float(x))")!).description
    }
}

extension Double {
    /// To four digits, for messages.
    var short: String { String(format: "%.4g", self) }
}
