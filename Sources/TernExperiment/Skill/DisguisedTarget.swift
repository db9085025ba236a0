import Tern

/// An input that is the target in another form: the same numbers in other units, say.
///
/// A number is looked for among all features of the inputs, a map among the channels cell by cell.
package struct DisguisedTarget: Equatable {
    package var target: String, channel: String

    package var warning: String { "the input \"\(channel)\" gives \(target) to rounding: it is the target in another form; leave it out" }

    /// - Parameter examples: some of them, with inputs and targets.
    package static func found(in examples: Examples, _ preprocessing: Preprocessing) -> [DisguisedTarget] {
        let rows = min(examples.count, 200)
        guard rows >= fewest, examples.hasInputs, examples.hasTargets else { return [] }
        if let grid = preprocessing.targetGrid {
            guard let inputGrid = preprocessing.inputGrid, grid.difference(from: inputGrid) == nil else { return [] }
        }
        let inputs = examples.inputs.sliced(0..<rows).scalars(Float.self), targets = examples.targets.sliced(0..<rows).scalars(Float.self)
        let channels = preprocessing.channels, features = inputs.count / rows, outputs = targets.count / rows
        let fields = preprocessing.targetFields, count = fields.count, cells = outputs / count
        guard cells == 1 || features % (cells * channels.count) == 0 else { return [] }
        /// The features that stand for the cells of the target, by step of the window and channel.
        let planes = cells == 1 ? (0..<features).map { [$0] } : (0..<features / cells).map { plane in
            let (step, channel) = plane.quotientAndRemainder(dividingBy: channels.count)
            return (0..<cells).map { (step * cells + $0) * channels.count + channel }
        }
        return fields.indices.flatMap { k in
            let alike = planes.filter { plane in
                let rest = plane.lazy.enumerated().compactMap { cell, feature in
                    unexplained(rows, { inputs[$0 * features + feature] }, { targets[$0 * outputs + cell * count + k] })
                }
                return !rest.isEmpty && rest.allSatisfy { $0 < 1e-7 }
            }
            return Set(alike.map { $0[0] % channels.count }).sorted().map { DisguisedTarget(target: fields[k].name, channel: channels[$0]) }
        }
    }

    private static let fewest = 10

    /// 1 − r² of what is known of both; nil where that is little, or one is constant.
    private static func unexplained(_ rows: Int, _ x: (Int) -> Float, _ y: (Int) -> Float) -> Double? {
        var n = 0.0, a = 0.0, b = 0.0
        for row in 0..<rows where x(row).isFinite && y(row).isFinite {
            n += 1
            a += Double(x(row))
            b += Double(y(row))
        }
        guard n >= Double(fewest) else { return nil }
        var xx = 0.0, yy = 0.0, xy = 0.0
        for row in 0..<rows where x(row).isFinite && y(row).isFinite {
            let dx = Double(x(row)) - a / n, dy = Double(y(row)) - b / n
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
        }
        return xx > 1e-12 * (a * a / n + xx) && yy > 1e-12 * (b * b / n + yy) ? max(0, 1 - xy * xy / (xx * yy)) : nil
    }
}
