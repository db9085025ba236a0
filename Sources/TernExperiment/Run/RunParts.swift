import Foundation
import Tern

/// Which times of which runs and groups a run learned from, watched and was tested on: `parts.json` in its folder.
///
/// Times that follow each other at one distance are kept as one ``Span``, so that the months of a century are three
/// numbers.
package struct RunParts: Codable, Sendable, Equatable {
    /// What times are counted in: the coarsest that tells those of a series apart.
    enum Unit: String, Codable { case month, day, minute, microsecond, number, name }

    /// What labels and groups are called; nil where steps are only counted, and where nothing groups them.
    var labelName: String?
    var groupName: String?
    var unit: Unit
    var training: [Series] = [], validation: [Series] = [], test: [Series] = []
    /// How many examples the parts have, which may share time, run and group.
    var counts: [Int]

    /// The times of one group of a run, in their order.
    struct Series: Codable, Sendable, Equatable {
        var run: String, group: String
        /// As people write them.
        var first: String, last: String
        var spans: [Span]
        /// Of labels that are no times.
        var names: [String]?
        var count: Int { names?.count ?? spans.reduce(0) { $0 + $1.count } }
    }

    /// Times at one distance.
    package struct Span: Codable, Sendable, Equatable {
        package var first: Double, step: Double, count: Int

        var last: Double { first + step * Double(count - 1) }

        package func contains(_ time: Double) -> Bool {
            guard step > 0, count > 1 else { return time == first }
            let place = ((time - first) / step).rounded()
            return place >= 0 && place < Double(count) && abs(first + place * step - time) <= 1e-6 * step
        }

        init(first: Double, step: Double, count: Int) { (self.first, self.step, self.count) = (first, step, count) }

        package init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            (first, step, count) = (
                try container.decode(Double.self), try container.decode(Double.self), try container.decode(Int.self)
            )
            guard step >= 0, (1...1 << 40).contains(count) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "no span of times is \(first), \(step), \(count)")
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(first)
            try container.encode(step)
            try container.encode(count)
        }
    }

    static let file = "parts.json"

    init(_ data: ExperimentStream) {
        let training = data.training.outline, validation = data.validation.outline, test = data.test.outline
        let parts = [training, validation, test]
        labelName = data.preprocessing.labelName
        groupName = data.preprocessing.groupName
        unit = Self.unit(of: parts)
        counts = parts.map(\.count)
        (self.training, self.validation, self.test) = (series(of: training), series(of: validation), series(of: test))
    }

    private struct SeriesName: Hashable {
        var run: String, group: String
    }

    /// Whether time, run and group tell the examples that were trained on.
    var tellsExamples: Bool { counts.first == training.reduce(0) { $0 + $1.count } }

    private static func unit(of parts: [Examples]) -> Unit {
        let labels = parts.flatMap(\.labels)
        if labels.allSatisfy({ $0.number?.isFinite == true }) { return .number }
        guard labels.allSatisfy({ $0.date != nil }) else { return .name }
        func tellsApart(_ unit: Unit) -> Bool {
            var dates: [SeriesName: Set<CalendarDate>] = [:], found: [SeriesName: Set<Double>] = [:]
            for part in parts {
                for (i, label) in part.labels.enumerated() {
                    let series = SeriesName(run: part.runs[i], group: part.groups[i])
                    dates[series, default: []].insert(label.date!)
                    found[series, default: []].insert(unit.time(of: label)!)
                }
            }
            return dates.allSatisfy { $1.count == found[$0]!.count }
        }
        return [Unit.month, .day, .minute, .microsecond].first { tellsApart($0) } ?? .name
    }

    private func series(of part: Examples) -> [Series] {
        let members = Dictionary(grouping: part.labels.indices) {
            SeriesName(run: part.runs[$0], group: part.groups[$0])
        }
        return members.sorted { ($0.key.run, $0.key.group) < ($1.key.run, $1.key.group) }.map { name, indices in
            // Groups may hold several series of the same times, such as members.
            let labels = indices.map { part.labels[$0] }.sorted {
                ($0.time ?? 0, $0.text) < ($1.time ?? 0, $1.text)
            }
            return Series(
                run: name.run, group: name.group, first: labels.first!.text, last: labels.last!.text,
                spans: unit == .name ? [] : Self.spans(Set(labels.map { unit.time(of: $0)! }).sorted()),
                names: unit == .name ? labels.map(\.text).distinct : nil)
        }
    }

    /// - Parameter times: in their order, none twice.
    package static func spans(_ times: [Double]) -> [Span] {
        var spans: [Span] = []
        for time in times {
            guard let last = spans.last else {
                spans.append(Span(first: time, step: 0, count: 1))
                continue
            }
            let step = time - last.last
            if last.count == 1 || abs(step - last.step) <= 1e-9 * last.step {
                spans[spans.count - 1] = Span(
                    first: last.first, step: last.count == 1 ? step : last.step, count: last.count + 1)
            } else {
                spans.append(Span(first: time, step: 0, count: 1))
            }
        }
        return spans
    }
}

extension RunParts.Unit {
    /// 1970-01-01: so near to what is measured, doubles count microseconds exactly.
    private static let recent = 719_162

    /// Where a label lies; nil where it cannot be counted so.
    func time(of label: Label) -> Double? {
        switch self {
        case .month: label.date.map { 12 * Double($0.year) + Double($0.month) }
        case .day: label.date.map { Double($0.dayNumber) }
        case .minute: label.date.map { Double($0.dayNumber) * 1440 + ($0.seconds / 60).rounded() }
        case .microsecond:
            label.date.map { Double($0.dayNumber - Self.recent) * 86400e6 + ($0.seconds * 1e6).rounded() }
        case .number: label.number
        case .name: nil
        }
    }
}

extension RunParts.Series {
    func contains(_ label: Label, _ unit: RunParts.Unit) -> Bool {
        if let names { return names.contains(label.text) }
        guard let time = unit.time(of: label) else { return false }
        // Spans lie one after the other.
        let next = spans.partitioningIndex { !($0.first <= time) }
        return next > 0 && spans[next - 1].contains(time)
    }
}
