import ArgumentParser
import Foundation
import Tern
import TernExperiment
import TernKeras
import TernText

/// Applies a trained model to a table, or a run to fields.
struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predict with a model of `tern fit` or of Keras, or with a run of `tern train`.",
        discussion: """
            With a model of `tern fit`: reads its feature columns from a CSV file, in any order and among others, and \
            writes the file's columns with the predictions as the last ones, named after the targets; of classes the most \
            likely one and the probability of each. Delimiter and decimal mark are those of the file (tabs where the output's name ends with .tsv). Rows that lack a feature get an empty prediction, unless the model was \
            trained with --missing mean. Where the file holds the target too, the scores of the prediction go to standard \
            error. Values outside of what the model was trained on, as in other units, words that it does not know, and \
            numbers that look like marks of missing values are warned of. The file is read block by block; a model with lags \
            or a horizon reads it whole, and wants the rows before those that are of interest, too.

              tern predict co2.safetensors new.csv --output predicted.csv

            With the folder of a run: reads the experiment's inputs from a NetCDF file or Zarr store on the same grid, \
            and writes the targets, with the coordinates of the data. Latitudes, longitudes, stations and levels may \
            stand in another order than in training. Where an input has a gap that the experiment does not fill, so has \
            the prediction; how many there are, and values far beyond those of training, go to standard error. Where an \
            experiment has several files, --file names them one by one.

              tern predict runs/sst-precipitation new.nc --output predicted.nc
              tern predict runs/climate-emulation --file "emissions=inputs_{run}.nc" --runs ssp245 -o ssp245.nc

            With a model of Keras (.keras): reads its input from a NumPy array (.npy), or all inputs by their names from an \
            .npz archive, of shape [examples, ...] as the model wants them; writes the outputs as .npy, or several as .npz. \
            A .keras file says nothing of columns, units or scaling: what the model was trained on is up to you.

              tern predict network.keras inputs.npy --output predicted.npy

            A file that exists is replaced only where it holds predictions already.
            """)

    @Argument(help: "The model file, or the run's folder.", completion: .file(extensions: ["safetensors", "keras"]))
    var model: String

    @Argument(
        help: "The file to predict from: CSV for a model, NetCDF or Zarr for a run, .npy or .npz for a model of Keras.",
        completion: .file(extensions: ["csv", "txt", "nc", "zarr", "npy", "npz"]))
    var data: String?

    @Option(
        name: .shortAndLong,
        help:
            "The file to write (default: standard output for CSV, predicted.nc for a run, predicted.npy for a model of Keras)."
    )
    var output: String?

    @OptionGroup var form: CSVArguments

    @OptionGroup var files: RunFiles

    @OptionGroup var keras: KerasArguments

    @Flag(
        name: .shortAndLong, help: "Print nothing but errors, warnings, what is odd about fields, and the predictions.")
    var quiet = false

    @OptionGroup var process: ProcessArguments

    func run() throws {
        if FilePath.isFolder(model) == true { return try predictFields() }
        if FileKind(of: model) == .keras { return try predictArrays() }
        try keras.refuse(for: model)
        guard let data else { throw UsageError("give the CSV file to predict from: tern predict \(model) FILE.csv") }
        try files.refuse(for: model)
        let model = try TableModel(contentsOf: model)
        let options = try form.options()
        if let output {
            try refuseReplacing(output, by: [data, self.model])
            try OutputKind.predictedTable.check(output)
        }
        let found =
            try output.map { try model.predict(csv: data, options: options, to: $0) }
            ?? model.predict(csv: data, options: options) { try printData($0) }
        for warning in found.warnings { tell("warning: \(data): \(warning)") }
        guard !quiet else { return }
        for note in found.notes { tell(note) }
        for scores in found.scores where scores.model == model.title {
            let metrics = TableMetric.allCases.compactMap { metric in
                scores[metric].map { "\(metric.rawValue) \(short($0))" }
            }
            let name = model.targets.count > 1 ? "\(scores.target), " : ""
            tell("\(name)\(found.scoredCount) rows: \(metrics.joined(separator: ", "))")
        }
    }

    private func predictArrays() throws {
        try form.refuse("\(model) is a model of Keras, which reads arrays")
        try files.refuse(for: model)
        guard let data else { throw UsageError("give the array to predict from: tern predict \(model) FILE.npy") }
        let file = try keras.file(model), network = file.model
        let path = output ?? (network.outputs.count == 1 ? "predicted.npy" : "predicted.npz")
        try refuseReplacing(path, by: [data, model])
        try (network.outputs.count == 1 ? OutputKind.predictedArray : .predictedArrays).check(path)
        for warning in file.warnings { tell("warning: \(model): \(warning)") }
        let found = try network.predict(inputs(network, data))
        if found.count == 1 {
            try found[0].write(npy: path)
        } else {
            try NPZ(Dictionary(zip(outputNames(network), found)) { $1 }).write(to: path)
        }
        if !quiet { print("\(path) written: \(found.map { "\($0.shape)" }.joined(separator: ", "))") }
    }

    private func predictFields() throws {
        try keras.refuse(for: model)
        try form.refuse("\(model) is a run of `tern train`, which reads fields")
        let path = output ?? "predicted.nc"
        if try process.runsInChild(files.given(data) + [path]) { return }
        let run = try Run(contentsOf: model), paths = try files.paths(of: run, data)
        if paths.isEmpty, files.runs == nil {
            throw UsageError("give a file to predict from: tern predict \(model) FILE.nc, or --file name=path")
        }
        try refuseReplacing(path, by: Array(paths.values) + [model])
        try OutputKind.predictedFields.check(path)
        let fields = try run.predict(from: paths, runs: files.names, to: path)
        if !quiet { print("\(path) written: \(fields.map { "\($0.name) \($0.shape)" }.joined(separator: ", "))") }
    }
}

/// Prints what a model file or a file of fields holds.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a model, a NetCDF file or a Zarr store holds; draw a map.",
        discussion: """
            Of a model that `tern fit` wrote: what it predicts, what becomes of columns, and its layers or parameters. Of \
            an estimator that a program wrote: its kind, parameters and what it has learned. Of a model \
            of Keras (.keras): its layers, and what Tern does otherwise. Of a NetCDF file or a Zarr store: its \
            header, and for each variable of numbers the least and largest value, the mean and the share that is missing.
            A file on HDF5 is read by a second process, since the HDF5 library may end the one that reads a damaged file; \
            `tern train` reads its files itself, so look at a file from elsewhere first.

              tern inspect co2.safetensors
              tern inspect sst.nc --map sst --time 2015-12 --output december.png
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["safetensors", "keras", "nc", "zarr"]))
    var model: String

    @OptionGroup var map: MapOptions

    @OptionGroup var keras: KerasArguments

    @OptionGroup var process: ProcessArguments

    func run() throws {
        if DataReport.describes(model) {
            try keras.refuse(for: model)
            if try process.runsInChild([model]) { return }
            let report = DataReport(dataset: try Dataset(contentsOf: model))
            return map.map == nil ? try report.printAll() : try report.draw(map)
        }
        if let variable = map.map {
            throw UsageError(
                "\(model): a model has no variable \"\(variable)\" to map; give a NetCDF file or a Zarr store")
        }
        if FileKind(of: self.model) == .keras { return try printKeras(keras.file(self.model)) }
        try keras.refuse(for: self.model)
        try FileKind.check(self.model, isOneOf: .safetensors, as: "model, NetCDF file or Zarr store")
        if let report = try EstimatorReport(self.model) { return try report.printAll() }
        let model: TableModel
        do { model = try TableModel(contentsOf: self.model) } catch {
            guard let other = try? Model(contentsOf: self.model) else { throw error }
            return print(other.summary())
        }
        printModel(model)
    }
}

/// Prints a model of `tern fit`.
private func printModel(_ model: TableModel) {
    let names = model.encoding.columns
    print("\(model.targets.joined(separator: ", ")) from \(names.joined(separator: ", ")), by the \(model.title)")
    if !model.classes.isEmpty { print("classes: \(model.classes.joined(separator: ", "))") }
    if let series = model.series {
        let group = series.group.map { ", in each \($0)" } ?? ""
        print("rows follow \(series.times ?? "the order of the file")\(group)")
    }
    let core = model.core
    let network =
        (core as? MLPRegressor).map { ($0.coefs, $0.intercepts, $0.activation.rawValue, $0.outActivation) }
        ?? (core as? MLPClassifier).map { ($0.coefs, $0.intercepts, $0.activation.rawValue, $0.outActivation) }
    if let (coefs, intercepts, activation, last) = network {
        var rows = [["layer", "weights", "biases", "activation", "parameters"]]
        for (i, (coef, intercept)) in zip(coefs, intercepts).enumerated() {
            rows.append([
                "\(i + 1)", "\(coef.shape[0]) x \(coef.shape[1])", "\(intercept.count)",
                i + 1 < coefs.count ? activation : last, "\(coef.count + intercept.count)",
            ])
        }
        let count = (coefs + intercepts).reduce(0) { $0 + $1.count }
        rows.append(["all", "", "", coefs[0].dtype.description, "\(count)"])
        print("\n" + textTable(rows))
    } else if let process = core as? GaussianProcessRegressor, let kernel = process.fittedKernel {
        print("\nkernel \(kernel)")
    } else if let (coef, intercept) = slopes(core) {
        let heads = model.classes.isEmpty ? model.targets : coef.count == 1 ? [model.classes.last!] : model.classes
        print(
            "\nslopes of scaled features\n\n"
                + textTable(
                    [[""] + heads]
                        + model.encoding.names.enumerated().map { i, name in [name] + coef.map { short($0[i]) } }
                        + [["intercept"] + intercept.map(short)]))
    } else if let parameters = try? core.parameters {
        print("\n" + textTable(parameters.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }))
    }
    func number(_ x: Double?) -> String { x.map(short) ?? "" }
    print(
        "\n"
            + textTable(
                [["column", "least", "greatest", "mean"]]
                    + model.encoding.features.map { feature in
                        [
                            feature.column, number(feature.range?.lowerBound), number(feature.range?.upperBound),
                            feature.range == nil ? "" : short(feature.mean),
                        ]
                    }))
    for note in model.encoding.notes { print(note) }
    print("\n" + textTable(model.notes.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
}

/// A row of slopes for each output, and their intercepts, of a linear model.
private func slopes(_ estimator: any Estimator) -> (coef: [[Double]], intercept: [Double])? {
    let coef: Tensor, intercept: Tensor
    switch estimator {
    case let model as LinearRegression: (coef, intercept) = (model.coef, model.intercept)
    case let model as Ridge: (coef, intercept) = (model.coef, model.intercept)
    case let model as LogisticRegression: (coef, intercept) = (model.coef, model.intercept)
    default: return nil
    }
    let rows = coef.rank == 1 ? coef.reshaped([1, coef.count]) : coef, values = rows.doubles, width = rows.shape[1]
    return (
        (0..<rows.shape[0]).map { i in Array(values[i * width..<(i + 1) * width]) },
        intercept.rank == 0 ? Array(repeating: intercept.item, count: rows.shape[0]) : intercept.doubles
    )
}
