import Foundation
import Tern

extension RunResults {
    /// Losses by epoch, a line for each network of an ensemble.
    var lossFigure: Figure {
        let panel = History.panel("loss", of: histories, label: "loss (scaled units)")
        return Figure(panel, size: Size(width: 640, height: 340))
    }

    /// Predicted against true values, the network's and the baseline's; of large maps every n-th value.
    func scatterFigure(_ k: Int) -> Figure {
        let truth = truth[k], units = axisUnits(truth)
        let step = max(1, truth.values.count / 3000)
        func thinned(_ field: Field) -> [Double] {
            let values = field.values.doubles
            return stride(from: 0, to: values.count, by: step).map { values[$0] }
        }
        let x = thinned(truth), ends = [x.filter(\.isFinite).min() ?? 0, x.filter(\.isFinite).max() ?? 1]
        func panel(_ model: String, _ field: Field) -> Panel {
            let r =
                scores[model, .r, of: truth.name].map {
                    ", r\(usual[k] == nil ? "" : " of anomalies") = \(String(format: "%.2f", $0))"
                } ?? ""
            let y = thinned(field), present = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
            return Panel(
                title: model + r, x: Axis("\(truth.name.literal)\(units)"), y: Axis("predicted\(units)"), aspect: 1,
                Scatter(x: present.map { x[$0] }, y: present.map { y[$0] }, size: 3, opacity: 0.35),
                Line(x: ends, y: ends, color: Style.light.muted, style: .dashed))
        }
        return Figure(
            panels: [panel(ScoreTable.network, prediction[k]), panel(ScoreTable.baseline, baseline[k])], columns: 2,
            size: Size(width: 860, height: 410))
    }

    /// Truth and prediction along the samples: the values of numbers, the means by area of maps. For the first run or
    /// group.
    func seriesFigure(_ k: Int) -> Figure? {
        let examples = test
        let first = examples.labels.indices.filter {
            examples.runs[$0] == examples.runs[0] && examples.groups[$0] == examples.groups[0]
        }
        let times = first.map { examples.labels[$0].time ?? Double($0) }
        guard first.count > 2, times.isRising else { return nil }
        let field = truth[k], isGap = isNaN(field.values)
        // Means are of what the truth knows: of the sea alone, and of the same stations.
        func values(_ forecast: Field) -> [Double] {
            var field = forecast
            field.values = select(isGap, Tensor(Double.nan), forecast.values.cast(to: .float64))
            let all =
                areMaps
                ? areaWeightedMean(
                    field.values, latitudes: data.latitudes, bounds: data.preprocessing.targetGrid?.latitudeBounds
                ).doubles
                : field.shape.count > 1
                    ? ((try? field.mean(over: Array(field.dimensions.dropFirst())).values.doubles) ?? [])
                    : field.values.doubles
            return first.suffix(400).map { all[$0] }
        }
        let part = [examples.runs[0], examples.groups[0]].filter { !$0.isEmpty }.first ?? ""
        let isDated = examples.labels.allSatisfy { $0.time != nil }
        // Years are few and far apart on paper; shorter times are written as dates.
        let years = Array(times.suffix(400)),
            isShort = examples.labels.allSatisfy { $0.date != nil } && years.last! - years[0] < 12
        let x = isShort ? years.map { ($0 - 1970) * 365.2425 * 86_400 } : years
        let panel = Panel(
            title: part.literal,
            x: isShort ? Axis("time", scale: .time) : Axis(isDated ? "year" : examples.sample.literal),
            y: Axis("\(field.shape.count > 1 ? "mean " : "")\(field.name.literal)\(axisUnits(field))"),
            legend: .outside,
            Line(x: x, y: values(field), label: "truth", color: Style.light.foreground),
            Line(x: x, y: values(prediction[k]), label: ScoreTable.network),
            Line(x: x, y: values(baseline[k]), label: ScoreTable.baseline))
        return Figure(panel, size: Size(width: 860, height: 340))
    }

    /// Truth, prediction and their difference: the mean over the test part (nil), or one sample.
    func mapFigure(_ k: Int, at sample: Int?) -> Figure? {
        guard let grid = drawnGrid, case let field = truth[k] else { return nil }
        func map(_ field: Field) -> Tensor { sample.map { field.values[$0] } ?? field.values.mean(axis: 0) }
        let (a, b) = (map(field), map(prediction[k]))
        let all = (a.doubles + b.doubles).filter(\.isFinite), low = all.min() ?? 0, high = all.max() ?? 1
        // Values on both sides of zero are told apart by colour, unless nearly all lie on one.
        let isSigned = min(-low, high) > 0.1 * max(-low, high)
        let reach = max(abs(low), abs(high)), range = isSigned ? -reach...reach : low...max(high, low + 1e-300)
        let units = Self.shown(field.units) ?? "",
            date = sample.map { ", " + test.labels[$0].description.literal } ?? ", mean of the test part"
        func panel(_ title: String, _ values: Tensor, range: ClosedRange<Double>?) -> Panel {
            Panel(
                title: title,
                WorldMap(
                    longitudes: grid.longitudes, latitudes: grid.latitudes, values: values.rows,
                    colors: range == nil || isSigned ? .anomaly : .viridis,
                    range: range, centered: range == nil ? 0 : nil, valueLabel: units))
        }
        return Figure(
            panels: [
                panel("Truth" + date, a, range: range), panel("Prediction" + date, b, range: range),
                panel("Prediction − truth" + date, b - a, range: nil),
            ], columns: 1, size: mapSize(3))
    }

    /// Correlation over the samples and skill over the climatology, cell by cell.
    func skillFigure(_ k: Int) throws -> Figure? {
        guard let grid = drawnGrid, test.count > 2 else { return nil }
        let map = try SkillMap(truth: truth[k], prediction: prediction[k], reference: climatology[k], usual: usual[k])
        func panel(_ title: String, _ field: Field, _ range: ClosedRange<Double>, _ colors: ColorMap) -> Panel {
            Panel(
                title: title,
                WorldMap(
                    longitudes: grid.longitudes, latitudes: grid.latitudes, values: field.values.rows, colors: colors,
                    range: range, valueLabel: ""))
        }
        return Figure(
            panels: [
                panel(
                    usual[k] == nil ? "Correlation with the truth" : "Correlation with the truth, as anomalies", map.r,
                    -1...1, .anomaly), panel("Skill: 1 − MSE / MSE of the climatology", map.skill, -1...1, .anomaly),
            ], columns: 1, size: mapSize(2))
    }

    /// High enough for the grid's shape.
    private func mapSize(_ count: Int) -> Size {
        guard let grid = drawnGrid, let north = grid.latitudes.max(),
            let south = grid.latitudes.min(),
            let east = grid.longitudes.max(), let west = grid.longitudes.min(), east > west
        else { return Size(width: 680, height: 280 * Double(count)) }
        let height = min(460, max(150, 560 * (north - south) / (east - west) + 70))
        return Size(width: 680, height: height * Double(count))
    }

    private func axisUnits(_ field: Field) -> String { Self.shown(field.units).map { " (\($0))" } ?? "" }
}
