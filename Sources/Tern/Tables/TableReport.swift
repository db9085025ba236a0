import Foundation
import TernCore
import TernLearn
import TernPlot
import TernReport
import TernText

/// The page on which a training for a table is read: what was done, scores beside simpler models, and figures.
///
/// ```swift
/// let x = (0..<40).map { Double($0 * 7 % 40) }
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
/// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
/// let training = try TableTraining(examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
/// let page = TableReport(training, examples, title: "A line").report
/// print(page.sections.map(\.name))  // ["data", "training", "result-y"]
/// ```
///
/// `report.write(to: "line.html")` writes it, with files of all its numbers and figures beside it.
public struct TableReport: Sendable {
    /// What is reported.
    public var training: TableTraining
    /// What it learned from.
    public var examples: TableExamples
    /// The page's heading.
    public var title: String
    /// The scores of several parts, where it was cross-validated.
    public var validation: TableCrossValidation?
    /// What a search found before the training.
    public var search: TableSearch.Result?

    /// A report of a training.
    public init(
        _ training: TableTraining, _ examples: TableExamples, title: String,
        validation: TableCrossValidation? = nil, search: TableSearch.Result? = nil
    ) {
        (self.training, self.examples, self.title) = (training, examples, title)
        (self.validation, self.search) = (validation, search)
    }

    /// The page.
    public var report: Report {
        var names: [String] = []
        return Report(
            title: title.literal,
            lead:
                "\(Self.list(examples.targets)) from \(examples.features.count.grouped) column\(examples.features.count == 1 ? "" : "s"), by the \(training.model.title).",
            sections: [dataSection, trainingSection]
                + examples.targets.indices.map { i in
                    names.append(ReportSection.name("result", about: examples.targets[i], besides: names))
                    return resultSection(names[i], i)
                },
            colophon: TernVersion.colophon(), isForgiving: true)
    }

    private static func list(_ names: [String]) -> String { names.map(\.literal).joined(separator: ", ") }

    private var dataSection: ReportSection {
        var section = ReportSection("data", title: "Data")
        let parts = training.parts
        section.add(
            .text(
                "\(parts.train.count.grouped) rows to train, \(parts.test.count.grouped) to test on, which the models have not seen."
            ))
        section.number("training_rows", Double(parts.train.count))
        section.number("test_rows", Double(parts.test.count))
        let features = training.model.encoding.features
        section.add(
            .table(
                "features",
                ReportTable(
                    ["column", "becomes", "least", "greatest", "mean"],
                    rows: features.map { feature in
                        [
                            .text(feature.column.literal), .text(feature.words?.literal ?? "a number as it stands"),
                            feature.range.map { .number($0.lowerBound) } ?? .missing,
                            feature.range.map { .number($0.upperBound) } ?? .missing,
                            feature.range == nil ? .missing : .number(feature.mean),
                        ]
                    }),
                caption: "What the model sees, with the training part's values."))
        let notes = examples.notes + parts.notes + training.notes.filter { !$0.contains(" become") }
        if !notes.isEmpty { section.add(.list(notes.map(\.literal))) }
        for warning in examples.warnings + parts.warnings { section.add(.note("Beware: \(warning.literal).")) }
        return section
    }

    private var trainingSection: ReportSection {
        var section = ReportSection("training", title: "Training")
        let losses = training.model.lossCurve, core = training.model.core
        if losses.count > 1 {
            var history = History()
            for (epoch, loss) in losses.enumerated() { history.add(epoch, ["loss": loss]) }
            var panels = [History.panel("loss", of: [history], label: "loss (scaled units)")]
            let scores = (core as? MLPRegressor)?.validationScores ?? (core as? MLPClassifier)?.validationScores ?? []
            if !scores.isEmpty {
                panels.append(
                    Panel(
                        x: Axis("epoch"), y: Axis(examples.isClassified ? "validation accuracy" : "validation R2"),
                        Line(
                            x: scores.indices.map { Double($0 + 1) }, y: scores, color: Style.light.cycle[1])))
            }
            section.add(
                .figure(
                    "losses",
                    Figure(
                        panels: panels, columns: 2,
                        size: Size(width: 430 * Double(panels.count) + (panels.count == 1 ? 170 : 0), height: 320)),
                    caption:
                        "Training, epoch by epoch\(scores.isEmpty ? "" : ", and the score on rows held out of training, by which it stops").",
                    description: "The loss over \(losses.count) epochs."))
            section.number("epochs", Double(losses.count))
            section.number("last_loss", losses.last!)
        } else if case let curves = training.model.heldOutCurves, !curves.isEmpty {
            section.add(
                .figure(
                    "losses", heldOutFigure(curves),
                    caption: "The loss of held-out rows, epoch by epoch; at 0 that of the line alone.",
                    description: "A line for each kind of networks."))
        } else {
            section.add(.text("The \(training.model.title) is fitted at once, without epochs."))
        }
        if let parameters = try? core.parameters {
            let rows = parameters.sorted { $0.key < $1.key }.map { name, value -> [ReportTable.Cell] in
                [.text(name.literal), .text("\(value)".shortened(to: 200).literal)]
            }
            if !rows.isEmpty {
                section.add(
                    .details(
                        "Parameters of \(type(of: core).kind.literal)",
                        [
                            .table(
                                "parameters", ReportTable(["parameter", "value"], rows: rows),
                                caption: "As they were set.")
                        ]))
            }
        }
        if let search {
            let names = search.results.first.map { $0.parameters.keys.sorted() } ?? []
            let shown = search.results.sorted { $0.rank < $1.rank }
            section.add(
                .table(
                    "search",
                    ReportTable(
                        ["rank"] + names.map(\.literal) + ["mean score", "deviation"],
                        rows: shown.map { one in
                            [.number(Double(one.rank))]
                                + names.map { name in
                                    let value = one.parameters[name] ?? .null
                                    return value.number.map { .number($0) } ?? .text("\(value)".literal)
                                } + [.number(one.meanTestScore), .number(one.testScoreDeviation)]
                        }),
                    caption:
                        "The search on the training rows: \(search.scoring.literal) over \(search.results.first?.testScores.count ?? 0) folds; the first was trained on all of them."
                ))
        }
        return section
    }

    private func heldOutFigure(_ curves: [[Double]]) -> Figure {
        var panel = Panel(
            x: Axis("epoch"), y: Axis("loss of held-out rows (scaled units)"), legend: .outside)
        let names = curves.count == 2 ? ["features alone", "with cosines of them"] : curves.map { _ in "" }
        for (curve, name) in zip(curves, names) {
            panel.add(Line(x: curve.indices.map(Double.init), y: curve, label: name))
        }
        return Figure(panel, size: Size(width: 760, height: 320))
    }

    private func resultSection(_ name: String, _ i: Int) -> ReportSection {
        let target = examples.targets[i]
        var section = ReportSection(
            name, title: examples.targets.count == 1 ? "Results" : "Results: \(target.literal)")
        let tested = training.test.filter { $0.target == target },
            trained = training.train.filter { $0.target == target }
        let metrics = examples.isClassified ? TableMetric.ofClasses : TableMetric.ofNumbers
        section.add(
            .table(
                "scores",
                ReportTable(
                    ["model", "rows"] + metrics.map(\.rawValue),
                    rows: zip(tested, trained).flatMap { own, seen in
                        [(own, "test"), (seen, "training")].map { scores, part -> [ReportTable.Cell] in
                            [.text(scores.model), .text(part)]
                                + metrics.map { scores[$0].map { .number($0) } ?? .missing }
                        }
                    }),
                caption:
                    "Scores on the \(training.parts.test.count.grouped) rows to test on, and on those that were trained on."
            ))
        if let verdict = training.verdicts.first(where: { $0.contains(" for \(target):") }) {
            section.add(.note(verdict.literal.prefix(1).uppercased() + verdict.literal.dropFirst() + "."))
        }
        for scores in tested {
            for (metric, value) in scores.values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                section.number(
                    "\(scores.model)_\(metric.rawValue)".lowercased().replacing(" ", with: "_"), value)
            }
        }
        if let validation { section.add(validationTable(validation, target, metrics)) }
        for block in examples.isClassified ? classFigures : numberFigures(i) { section.add(block) }
        return section
    }

    private func validationTable(_ validation: TableCrossValidation, _ target: String, _ metrics: [TableMetric])
        -> ReportBlock
    {
        .table(
            "cross-validation",
            ReportTable(
                ["model"] + metrics.flatMap { [$0.rawValue, "deviation"] },
                rows: validation.models.map { model -> [ReportTable.Cell] in
                    [.text(model)]
                        + metrics.flatMap { metric -> [ReportTable.Cell] in
                            [
                                validation.mean(model, of: target, metric),
                                validation.deviation(model, of: target, metric),
                            ].map { $0.map { .number($0) } ?? .missing }
                        }
                }),
            caption:
                "Cross-validation: means and standard deviations over \(validation.splits.count) folds."
                + chosen(validation)
        )
    }

    /// With what rows parameters were chosen: with those that folds test on, their scores flatter.
    private func chosen(_ validation: TableCrossValidation) -> String {
        if validation.isSearched { return " Parameters were chosen anew in each fold, by its training rows." }
        return search == nil ? "" : " The parameters were chosen with most of these rows: the scores flatter."
    }

    // MARK: Numbers

    private func numberFigures(_ i: Int) -> [ReportBlock] {
        let truth = training.truth[i], target = examples.targets[i]
        let step = max(1, truth.count / 3000), shown = Array(stride(from: 0, to: truth.count, by: step))
        let own = training.predicted[0].1.values[i]
        let ends = [truth.min() ?? 0, truth.max() ?? 1], muted = Style.light.muted
        let scatters = training.predicted.prefix(2).map { model, predictions -> Panel in
            Panel(
                title: model, x: Axis(target.literal), y: Axis("predicted"), aspect: 1,
                Scatter(
                    x: shown.map { truth[$0] }, y: shown.map { predictions.values[i][$0] }, size: 3, opacity: 0.35),
                Line(x: ends, y: ends, color: muted, style: .dashed))
        }
        let left = zip(truth, own).map { $1 - $0 }
        let residuals = [
            Panel(
                title: "Residuals", x: Axis("predicted \(target.literal)"), y: Axis("predicted − true"),
                Scatter(x: shown.map { own[$0] }, y: shown.map { left[$0] }, size: 3, opacity: 0.35),
                Line(x: [own.min() ?? 0, own.max() ?? 1], y: [0, 0], color: muted, style: .dashed)),
            Panel(title: "Their distribution", x: Axis("predicted − true"), y: Axis("rows"), Histogram(left)),
        ]
        var blocks: [ReportBlock] = [
            .figure(
                "scatter",
                Figure(panels: scatters, columns: 2, size: Size(width: 430 * Double(scatters.count), height: 410)),
                caption: "Predicted against true values of the test rows\(step > 1 ? ", a part of them" : "").",
                description: "Clouds of points about the diagonal."),
            .figure(
                "residuals", Figure(panels: residuals, columns: 2, size: Size(width: 860, height: 340)),
                caption: "What is left over on the test rows, of the \(training.model.title).",
                description: "Residuals against predictions, and their histogram."),
        ]
        if let series = seriesFigure(i) { blocks.append(series) }
        return blocks
    }

    /// Truth and predictions along time, where test rows are a series.
    private func seriesFigure(_ i: Int) -> ReportBlock? {
        guard let times = examples.times, examples.series?.group == nil else { return nil }
        let rows = training.parts.test, order = rows.indices.sorted { times.years[rows[$0]] < times.years[rows[$1]] }
        let x = order.map { times.years[rows[$0]] }
        guard x.count > 2, x.allSatisfy(\.isFinite), Set(x).count == x.count else { return nil }
        let last = Array(order.suffix(400)), own = last.map { times.years[rows[$0]] }
        let isYear = own.allSatisfy { abs($0) < 10_000 }
        func line(_ values: [Double], _ label: String, _ color: String? = nil) -> Line {
            Line(x: own, y: last.map { values[$0] }, label: label, color: color)
        }
        var panel = Panel(
            x: Axis(isYear ? "year" : times.name.literal), y: Axis(examples.targets[i].literal), legend: .outside,
            line(training.truth[i], "truth", Style.light.foreground))
        for (model, predictions) in training.predicted.prefix(2) { panel.add(line(predictions.values[i], model)) }
        let ahead =
            examples.series.map { $0.horizon > 0 ? "; each point stands at the time from which it was predicted" : "" }
            ?? ""
        return .figure(
            "series", Figure(panel, size: Size(width: 860, height: 340)),
            caption:
                "Truth and predictions\(order.count > 400 ? ", the last 400 test rows" : " of the test rows")\(ahead).",
            description: "Lines of the truth and of the predictions along time.")
    }

    // MARK: Classes

    /// Beside scores by weights.
    private var countNote: String {
        training.weights == nil ? "" : " Each row counts as one here, in the scores by its weight."
    }

    private var classFigures: [ReportBlock] {
        let classes = examples.classes, truth = training.truth[0], own = training.predicted[0].1
        let labels = classes.indices.map(Double.init)
        var blocks: [ReportBlock] = []
        if classes.count >= 2, classes.count <= 20,
            let matrix = try? confusionMatrix(Tensor(truth), Tensor(own.values[0]), labels: labels)
        {
            let counts = matrix.doubles
            let ticks = classes.indices.map { Tick(Double($0), classes[$0].shortened(to: 14).literal) }
            let size = max(340.0, 48 * Double(classes.count) + 160)
            let map = HeatMap(
                Grid(
                    x: labels, y: labels,
                    values: classes.indices.map { i in classes.indices.map { counts[i * classes.count + $0] } }),
                valueLabel: "rows", showsValues: classes.count <= 10)
            blocks.append(
                .figure(
                    "confusion",
                    Figure(
                        Panel(
                            x: Axis("predicted", ticks: ticks), y: Axis("true", reversed: true, ticks: ticks), map),
                        size: Size(width: size + 120, height: size)),
                    caption: "The confusion matrix of the \(training.model.title) on the test rows.\(countNote)",
                    description: "A square of counts, true classes against predicted ones."))
            blocks.append(
                .table(
                    "confusion-matrix",
                    ReportTable(
                        ["true class"] + classes.map { "predicted \($0.literal)" } + ["recall"],
                        rows: classes.indices.map { i in
                            let row = Array(counts[i * classes.count..<(i + 1) * classes.count]), sum = row.reduce(0, +)
                            return [.text(classes[i].literal)] + row.map { .number($0) }
                                + [sum > 0 ? .number(row[i] / sum) : .missing]
                        }), caption: "The same as numbers.\(countNote)"))
        }
        if let roc = rocFigure { blocks.append(roc) }
        return blocks
    }

    private var rocFigure: ReportBlock? {
        let classes = examples.classes, truth = training.truth[0], own = training.predicted[0].1
        // Of two classes the second tells all.
        let shown = classes.count == 2 ? [1] : Array(classes.indices.prefix(8))
        var panel = Panel(
            x: Axis("false positive rate", range: 0...1), y: Axis("true positive rate", range: 0...1),
            legend: .outside)
        var count = 0
        for place in shown {
            let isOwn = truth.map { $0 == Double(place) ? 1.0 : 0 }
            guard isOwn.contains(1), isOwn.contains(0),
                let curve = try? rocCurve(Tensor(isOwn), Tensor(own.probabilities[place])),
                let area = try? auc(curve.falsePositiveRate, curve.truePositiveRate)
            else { continue }
            count += 1
            panel.add(
                Line(
                    x: curve.falsePositiveRate, y: curve.truePositiveRate,
                    label: "\(classes[place].shortened(to: 20).literal), area \(String(format: "%.2f", area))"))
        }
        guard count > 0 else { return nil }
        panel.add(Line(x: [0, 1], y: [0, 1], color: Style.light.muted, style: .dashed))
        return .figure(
            "roc", Figure(panel, size: Size(width: 680, height: 380)),
            caption:
                "Receiver operating characteristic of the test rows, \(classes.count == 2 ? "for the second class" : "each class against the rest").\(countNote)",
            description: "Curves from the lower left to the upper right, above the diagonal.")
    }
}
