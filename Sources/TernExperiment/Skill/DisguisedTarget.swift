import Foundation
import Tern

/// An input that is the target in another form: the same numbers in other units, rounded, prepared otherwise, averaged,
/// or in a sum of several inputs.
///
/// A number is looked for among all features of the inputs and their means over the map, a map among the channels cell
/// by cell.
package struct DisguisedTarget: Equatable {
    package var target: String
    /// Of the inputs that give it; several where they do together.
    package var channels: [String]
    private var form: Form

    private enum Form: Equatable { case same, rounded, mean(place: String), mixture }

    package var warning: String {
        let names = channels.map { "\"\($0)\"" },
            list =
                names.count <= 4
                ? names.joined(separator: ", ")
                : "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) more"
        return switch form {
        case .same: "the input \(list) gives \(target) to rounding: it is the target in another form; leave it out"
        case .rounded:
            "the input \(list) is \(target) but for the rounding of one of them: it is the target in another form; leave it out"
        case .mean(let place):
            "the mean of the input \(list) over \(place) gives \(target) to rounding: it is the target in another form; leave it out"
        case .mixture:
            "the inputs \(list) together give \(target) to rounding, as a sum of them by fixed weights; leave out what the target was computed from"
        }
    }

    private static let fewest = 10, mostRows = 200, mostCells = 200

    /// - Parameter examples: some of them, with inputs and targets.
    package static func found(in examples: Examples, _ preprocessing: Preprocessing) -> [DisguisedTarget] {
        let rows = min(examples.count, mostRows)
        guard rows >= fewest, examples.hasInputs, examples.hasTargets else { return [] }
        if let grid = preprocessing.targetGrid {
            guard let inputGrid = preprocessing.inputGrid, grid.difference(from: inputGrid) == nil else { return [] }
        }
        let inputs = examples.inputs.sliced(0..<rows).scalars(Float.self),
            targets = examples.targets.sliced(0..<rows).scalars(Float.self)
        let names = preprocessing.channels, features = inputs.count / rows, outputs = targets.count / rows
        let fields = preprocessing.targetFields, count = fields.count, cells = outputs / count
        guard cells == 1 || features % (cells * names.count) == 0 else { return [] }
        let usual = UsualCourse(examples.labels.prefix(rows))
        func column(_ values: [Float], _ width: Int, _ place: Int) -> [Double] {
            (0..<rows).map { Double(values[$0 * width + place]) }
        }
        /// The features that stand for a cell of the target: by step of the window and channel, or all.
        func places(_ cell: Int) -> [Int] {
            cells == 1
                ? Array(0..<features)
                : (0..<features / cells).map { plane in
                    let (step, channel) = plane.quotientAndRemainder(dividingBy: names.count)
                    return (step * cells + cell) * names.count + channel
                }
        }
        let shown = cells <= mostCells ? Array(0..<cells) : (0..<mostCells).map { $0 * cells / mostCells }
        return fields.indices.flatMap { k -> [DisguisedTarget] in
            func found(_ form: Form, _ channels: [String]) -> DisguisedTarget {
                DisguisedTarget(target: fields[k].name, channels: channels, form: form)
            }
            /// What holds in each cell where both are known; nil where they are in none.
            var same: [Int: Bool] = [:], rounded: [Int: Bool] = [:], isMixture: Bool?
            for cell in shown {
                let y = column(targets, outputs, cell * count + k), yLeft = usual.left(of: y), places = places(cell)
                let columns = places.map { column(inputs, features, $0) }
                for (plane, x) in columns.enumerated() where same[plane] != false || rounded[plane] != false {
                    guard let pair = Pair(x, y) else { continue }
                    let left = Pair(usual.left(of: x), yLeft, of: pair)
                    same[plane] =
                        same[plane] != false && (pair.unexplained < 1e-7 || left.map { $0.unexplained < 1e-7 } ?? false)
                    if let isRounded = pair.isRounded(usual.monthOfRow, inMaps: cells > 1, left: left) {
                        rounded[plane] = rounded[plane] != false && isRounded
                    }
                }
                guard isMixture != false, (2...rows / 3).contains(columns.count) else { continue }
                isMixture = Self.isMixture(columns.map(usual.left), yLeft, y) ?? isMixture
            }
            func channels(_ flags: [Int: Bool]) -> [String] {
                Set(flags.filter(\.value).map { $0.key % names.count }).sorted().map { names[$0] }
            }
            let own = channels(same).map { found(.same, [$0]) }
            if !own.isEmpty { return own }
            let near = channels(rounded).map { found(.rounded, [$0]) }
            if !near.isEmpty { return near }
            if cells == 1 {
                let y = column(targets, outputs, k)
                let means = preprocessing.means(of: inputs, rows: rows, like: y, usual)
                if !means.isEmpty { return means.map { found(.mean(place: $0.place), [$0.channel]) } }
            }
            return isMixture == true ? [found(.mixture, names)] : []
        }
    }

    /// Whether several columns together give another; nil where little is known of it.
    private static func isMixture(_ columns: [[Double]], _ y: [Double], _ whole: [Double]) -> Bool? {
        let rows = y.indices.filter { row in y[row].isFinite && columns.allSatisfy { $0[row].isFinite } }
        guard rows.count >= max(fewest, 3 * columns.count) else { return nil }
        let x = Tensor(columns: columns.map { column in rows.map { column[$0] } }, rows: rows.count),
            own = rows.map { y[$0] }
        func variance(_ values: [Double]) -> Double { values.moments().variance }
        guard variance(own) > 1e-6 * variance(rows.map { whole[$0] }), variance(own) > 0 else { return nil }
        var model = Ridge(alpha: 0)
        guard (try? model.fit(x, Tensor(own))) != nil, let answer = try? model.predict(x) else { return nil }
        return variance(zip(own, answer.doubles).map { $0 - $1 }) < 1e-7 * variance(own)
    }
}

/// Two columns beside each other, where both are known.
private struct Pair {
    private var x: [Double], y: [Double], rows: [Int]
    private var xx = 0.0, yy = 0.0, xy = 0.0, meanX = 0.0, meanY = 0.0

    /// 1 − r².
    var unexplained: Double { max(0, 1 - xy * xy / (xx * yy)) }

    /// Nil where little is known of both, or one is constant.
    ///
    /// - Parameter whole: the columns of which these are parts; nil too where they are a part that rounding could have
    ///   made.
    init?(_ a: [Double], _ b: [Double], of whole: Pair? = nil) {
        rows = a.indices.filter { a[$0].isFinite && b[$0].isFinite }
        (x, y) = (rows.map { a[$0] }, rows.map { b[$0] })
        guard rows.count >= 10 else { return nil }
        (meanX, meanY) = (x.mean, y.mean)
        for (x, y) in zip(x, y) {
            let dx = x - meanX, dy = y - meanY
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
        }
        let n = Double(x.count)
        guard xx > 1e-12 * (n * meanX * meanX + xx), yy > 1e-12 * (n * meanY * meanY + yy) else { return nil }
        if let whole, xx < 1e-6 * whole.xx || yy < 1e-6 * whole.yy { return nil }
    }

    /// Whether one is the other but for the steps that one of them was rounded to; nil where too little is known of it.
    ///
    /// - Parameters:
    ///   - months: of which each may have had another mean taken away.
    ///   - isMap: whether many cells are asked, so that coarse steps are no accident.
    ///   - left: the same without season and trend, of which one may lack them.
    func isRounded(_ months: [Int], inMaps isMap: Bool, left: Pair?) -> Bool? {
        guard x.count >= 30 else { return nil }
        // Half a step, and what the line is uncertain by, or the means of months, of which each has a few steps only.
        let alike = [(self, 0.7), (left, 1)].filter { pair, _ in
            pair.map { $0.unexplained < (isMap ? 0.1 : 0.02) } ?? false
        }
        if alike.isEmpty, !isMap { return false }
        let groups = rows.map { months[$0] }
        // Single precision of large values, such as pressures, of which the mean was taken.
        func step(_ values: [Double]) -> Double {
            RoundingStep(of: values, groups: groups, noise: 3e-6 * (values.max()! - values.min()!)).size
        }
        let (ofX, ofY) = (step(x), step(y))
        guard ofX > 0 || ofY > 0 else { return false }
        // Of few numbers nothing can be told: a dry place where rain is 0 or 1.
        guard min(Set(x).count, Set(y).count) >= 6 else { return nil }
        return alike.contains { pair, most in
            guard let pair else { return false }
            let slope = pair.xy / pair.xx,
                errors = zip(pair.x, pair.y).map { abs($1 - pair.meanY - slope * ($0 - pair.meanX)) }
            let largest = errors.max()!, usual = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
            return [ofX * abs(slope), ofY].contains { largest <= most * $0 && usual <= 0.4 * $0 }
        }
    }
}

/// What season and trend make of a column: the means of months and a straight line.
private struct UsualCourse {
    private(set) var monthOfRow: [Int]
    private var times: [Double]

    init(_ labels: some Sequence<Label>) {
        monthOfRow = labels.map { $0.date?.month ?? 0 }
        times = labels.enumerated().map { $1.time ?? Double($0) }
    }

    /// What is left without it.
    func left(of column: [Double]) -> [Double] {
        let x = withoutMonths(column), t = withoutMonths(times.indices.map { column[$0].isFinite ? times[$0] : .nan })
        var tt = 0.0, xt = 0.0
        for (x, t) in zip(x, t) where x.isFinite && t.isFinite {
            tt += t * t
            xt += x * t
        }
        return zip(x, t).map { tt > 0 ? $0 - xt / tt * $1 : $0 }
    }

    private func withoutMonths(_ column: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: 13), counts = sums
        for (x, month) in zip(column, monthOfRow) where x.isFinite {
            sums[month] += x
            counts[month] += 1
        }
        return zip(column, monthOfRow).map { $0 - sums[$1] / counts[$1] }
    }
}

extension Preprocessing {
    private static let mostMapNumbers = 4_000_000, fewestMaps = 12

    /// The channels of the inputs whose mean over a box, or over all cells, follows a target to rounding, at a step of
    /// the window; cells count the same, or by area where it is known.
    fileprivate func means(of values: [Float], rows: Int, like target: [Double], _ usual: UsualCourse) -> [(
        channel: String, place: String
    )] {
        guard let shape = inputCells, configuration.window.form == .steps || configuration.window.length == 1 else {
            return []
        }
        let cells = shape.cellCount, channels = stepChannelCount, features = values.count / rows,
            steps = features / (cells * channels)
        let known = Array(
            (0..<rows).filter { target[$0].isFinite }.prefix(max(Self.fewestMaps, Self.mostMapNumbers / cells)))
        guard known.count >= Self.fewestMaps else { return [] }
        let y = known.map { target[$0] }, left = usual.left(of: target), yLeft = known.map { left[$0] }
        let (lines, columns) = shape.cellShape.count == 2 ? (shape.cellShape[0], shape.cellShape[1]) : (1, cells)
        var found: [(channel: String, place: String)] = [], first = 0
        /// The maps of a channel, plain and without season and trend.
        func maps(_ input: FittedVariable, _ c: Int, _ step: Int) -> (whole: [Double], left: [Double]) {
            let own = input.shape.channelCount, sizes = input.scaling.size.values
            var whole = [Double](repeating: 0, count: known.count * cells), left = whole
            for cell in 0..<cells {
                let size = sizes[(cell * own + c) % sizes.count]
                let series = (0..<rows).map {
                    size * Double(values[$0 * features + (step * cells + cell) * channels + first + c])
                }
                let rest = usual.left(of: series)
                for (k, row) in known.enumerated() where series[row].isFinite {
                    (whole[k * cells + cell], left[k * cells + cell]) = (series[row], rest[row])
                }
            }
            return (whole, left)
        }
        for input in inputs {
            let own = input.shape.channelCount
            for c in 0..<own where input.shape.hasCells {
                let channel = input.channelNames[c]
                search: for step in 0..<steps {
                    let plain = maps(input, c, step)
                    for areas in [shape.cellAreas, nil].distinct {
                        func weighted(_ maps: [Double]) -> [Double] {
                            areas.map { areas in maps.indices.map { maps[$0] * areas[$0 % cells] } } ?? maps
                        }
                        let whole = weighted(plain.whole), left = weighted(plain.left)
                        guard
                            let box = BoxMean(
                                of: left, rows: lines, columns: columns, like: yLeft,
                                wraps: shape.grid.map { Longitudes.areClosed($0.longitudes) } ?? false)
                        else { continue }
                        let rest = Pair(box.values(of: left), yLeft),
                            isSame = rest.map { $0.unexplained < 1e-7 } ?? false
                        guard
                            isSame
                                || Pair(box.values(of: whole), y)?.isRounded(
                                    known.map { usual.monthOfRow[$0] }, inMaps: false, left: rest) == true
                        else { continue }
                        found.append((channel, box.isWhole ? "its cells" : shape.place(of: box)))
                        break search
                    }
                }
            }
            first += own * (input.configuration.mask ? 2 : 1)
        }
        return found
    }
}

extension StepShape {
    /// "lat -5 to 5, lon 190 to 240".
    fileprivate func place(of box: BoxMean) -> String {
        func span(_ name: String, _ labels: [String], _ range: ClosedRange<Int>) -> String {
            let (a, b) = (labels[range.lowerBound], labels[range.upperBound % labels.count])
            return range.count == labels.count ? "all \(name)" : a == b ? "\(name) \(a)" : "\(name) \(a) to \(b)"
        }
        func texts(_ numbers: [Double]) -> [String] { numbers.map { Label.number($0).description } }
        if let grid {
            return
                "\(span(grid.latitudeName, texts(grid.latitudes), box.rows)), \(span(grid.longitudeName, texts(grid.longitudes), box.columns))"
        }
        return cells.count == 2
            ? "\(span(cells[0].name, cells[0].texts, box.rows)), \(span(cells[1].name, cells[1].texts, box.columns))"
            : cells.count == 1 ? span(cells[0].name, cells[0].texts, box.columns) : "some of its cells"
    }
}
