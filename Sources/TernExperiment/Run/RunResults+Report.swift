import Foundation
import Tern

extension RunResults {
    /// The page on which a run is read.
    func report() throws -> Report {
        Report(
            title: experiment.name.literal, lead: experiment.description,
            sections: [dataSection(), trainingSection()] + (isTested ? try resultSections() : [untestedSection()]),
            colophon: TernVersion.colophon(), isForgiving: true)
    }

    private func dataSection() -> ReportSection {
        var section = ReportSection("data", title: "Data")
        if let notice {
            section.add(
                .note(
                    "The data of this run are made: \(notice.literal). Scores on them say nothing of the real climate.")
            )
        }
        let inputs = Self.counted(data.preprocessing.channels)
        let targets = Self.counted(data.preprocessing.targetFields.map(\.name))
        section.add(
            .text(
                "From \(inputs), as \(times(data.inputShape)), to \(targets), as \(times(data.outputShape)). "
                    + "All that is estimated for scaling, climatologies and fills comes from the training part."))
        let rows = [("training", data.training), ("validation", data.validation), ("test", data.test)].map {
            name, stream -> [ReportTable.Cell] in
            let part = stream.outline, groups = Set(part.groups).subtracting([""]).sorted()
            // Groups lie one after the other, each with its own times.
            let labels = part.labels.sorted { ($0.time ?? 0) < ($1.time ?? 0) }
            return [
                .text(name), .number(Double(part.count)), .text(labels.first.map { $0.description.literal } ?? "–"),
                .text(labels.last.map { $0.description.literal } ?? "–"),
                .text(
                    groups.isEmpty
                        ? "–"
                        : groups.count <= 6 ? groups.map(\.literal).joined(separator: ", ") : "\(groups.count) of them"),
            ]
        }
        section.add(
            .table(
                "parts",
                ReportTable(
                    ["part", "examples", "first", "last", data.preprocessing.groupName?.literal ?? "group"], rows: rows),
                caption: "How the data are split."))
        if let yaml = try? experiment.yaml() {
            section.add(.details("The exact configuration", [.code(yaml, language: "yaml")]))
        }
        return section
    }

    private func trainingSection() -> ReportSection {
        var section = ReportSection("training", title: "Training")
        let count = histories.count
        section.add(
            .text(
                "\(count == 1 ? "A network" : "\(count) networks, whose answers are averaged, each") of \(parameterCount.grouped) parameters"
                    + (experiment.model.residual ? ", learning what a ridge regression leaves over." : ".")
                    + (experiment.usesBestWeights ? " The weights of the epoch of least \(watchedLoss) are kept." : "")
            ))
        if let fitted = linear.fittedCount, let all = linear.trainingCount, fitted < all {
            section.add(
                .text(
                    "The ridge regression on EOFs was fitted on \(fitted.grouped) of \(all.grouped) training examples, evenly spaced, which fit in memory."
                ))
        }
        section.add(
            .figure(
                "losses", lossFigure, caption: "Loss by epoch, in scaled units.",
                description: "Losses of training and validation over \(histories[0].epochs.count) epochs."))
        section.add(.details("The network, layer by layer", [.code(summary, language: "text")]))
        section.number("epochs", histories.map { Double($0.epochs.count) })
        section.number("last_loss", histories.compactMap { $0["loss"].last })
        return section
    }

    /// What early stopping watched.
    private var watchedLoss: String {
        let monitor = experiment.training.monitor(hasValidation: data.validation.count > 0)
        return ["loss": "training loss", "val_loss": "validation loss"][monitor] ?? monitor
    }

    private func untestedSection() -> ReportSection {
        var section = ReportSection("result", title: "Results")
        section.add(.note(ScoreTable.untested))
        return section
    }

    private func resultSections() throws -> [ReportSection] {
        var names: [String] = []
        return try truth.indices.map { k in
            let field = truth[k]
            names.append(ReportSection.name("result", about: field.name, besides: names))
            var section = ReportSection(
                names[k], title: truth.count == 1 ? "Results" : "Results: \(field.name.literal)")
            section.add(
                .table(
                    "scores", scores.reportTable(field.name),
                    caption:
                        "Scores on the test part, of \(scores.count) examples\(Self.shown(field.units).map { "; errors are in \($0)" } ?? "")."
                ))
            let notes = scores.notes(of: field.name).map(\.sentence.literal)
            if !notes.isEmpty { section.add(.text(notes.joined(separator: " "))) }
            for warning in scores.evidence(of: field.name)?.warnings ?? [] {
                section.add(.note("Beware: \(warning.literal)."))
            }
            for row in scores.rows where row.target == field.name {
                let model = row.model.replacing(" ", with: "_")
                for (score, value) in row.scores.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    section.number("\(model)_\(score.rawValue)", value)
                }
                for (score, interval) in (row.intervals ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    section.number("\(model)_\(score.rawValue)_interval", [interval.lowerBound, interval.upperBound])
                }
            }
            for (name, what, table) in try partTables(k) {
                section.add(
                    .table(
                        name, table,
                        caption:
                            "Scores by \(what.literal), on the test part\(usual[k] == nil ? "" : "; correlations are of anomalies")."
                    ))
            }
            section.add(
                .figure(
                    "scatter", scatterFigure(k),
                    caption:
                        "Predicted against true values of the test part\(field.values.count > 3000 ? ", a part of them" : "").",
                    description: "Clouds of points about the diagonal, for the network and for the ridge regression."))
            if let series = seriesFigure(k) {
                section.add(
                    .figure(
                        "series", series,
                        caption: areMaps
                            ? "Means by area, truth and predictions."
                            : "Truth and predictions\(test.count > 400 ? ", the last 400 examples" : "").",
                        description: "Lines of the truth, the network and the ridge regression along the samples."))
            }
            if let maps = mapFigure(k, at: nil) {
                section.add(
                    .figure(
                        "maps", maps, caption: "Means over the test part.",
                        description: "Maps of truth, prediction and their difference."))
                for sample in try shownSamples() {
                    if let one = mapFigure(k, at: sample) {
                        section.add(
                            .figure(
                                "map-\(sample)", one, caption: "\(test.labels[sample].description.literal).",
                                description: "Maps of truth, prediction and their difference."))
                    }
                }
            }
            if let skill = try skillFigure(k) {
                section.add(
                    .figure(
                        "skill", skill, caption: "Skill by grid cell over the test part.",
                        description: "Maps of the correlation and of the skill over the climatology."))
            }
            return section
        }
    }

    /// Names as a person would list them: what comes several times is counted.
    private static func counted(_ names: [String]) -> String {
        let texts = names.distinct.map { name in
            let count = names.count { $0 == name }
            return count == 1 ? name.literal : "\(name.literal) (\(count) channels)"
        }
        return texts.count < 2 ? texts.joined() : texts.dropLast().joined(separator: ", ") + " and " + texts.last!
    }

    /// Units as they are written in print; nil where there are none.
    static func shown(_ units: String?) -> String? {
        guard let units, !["", "1", "-"].contains(units) else { return nil }
        return ["degc", "celsius", "deg_c", "degrees_celsius", "degree_celsius"].contains(units.lowercased())
            ? "°C" : units.literal
    }

    private func times(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
}

extension ScoreTable {
    /// Models as columns, of which there are few; scores as rows, each with its interval.
    func reportTable(_ target: String) -> ReportTable {
        let own = rows.filter { $0.target == target }
        return ReportTable(
            ["score"] + own.map(\.model),
            rows: columns(for: target).flatMap { score -> [[ReportTable.Cell]] in
                let values: [ReportTable.Cell] =
                    [.text(score.title)] + own.map { $0.scores[score].map { .number($0) } ?? .missing }
                let intervals = own.map { $0.intervals?[score] }
                guard intervals.contains(where: { $0 != nil }) else { return [values] }
                return [
                    values,
                    [.text("95 % interval")]
                        + intervals.map { $0.map { .text($0.short.replacing("-", with: "−")) } ?? .missing },
                ]
            }
                + (own.contains { $0.effectiveCount != nil }
                    ? [
                        [.text("effective n of r")]
                            + own.map { $0.effectiveCount.map { .text(Int($0.rounded()).grouped) } ?? .missing }
                    ] : []))
    }
}

extension Score {
    /// For tables.
    public var title: String {
        switch self {
        case .rmse: "RMSE"
        case .areaWeightedRMSE: "RMSE by area"
        case .mae: "MAE"
        case .bias: "bias"
        case .r: "r"
        case .rByGroup: "r, mean of groups"
        case .anomalyCorrelation: "anomaly correlation"
        case .nrmseSpatial: "NRMSE spatial"
        case .nrmseGlobal: "NRMSE global"
        case .nrmseTotal: "NRMSE total"
        case .skillOverClimatology: "skill over climatology"
        case .skillOverPersistence: "skill over persistence"
        case .skillOverBaseline: "skill over ridge"
        }
    }
}
