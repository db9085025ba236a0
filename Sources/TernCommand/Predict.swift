import ArgumentParser
import Foundation
import Tern
import TernExperiment

/// Applies a trained model to a table, or a run to fields.
struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predict with a model of `tern fit`, or with a run of `tern train`.",
        discussion: """
            With a model of `tern fit`: reads its feature columns from a CSV file, in any order and among others, and \
            writes the file's columns with the prediction as the last one, named after the target. Rows that lack a \
            feature get an empty prediction, unless the model was trained with --missing mean. Where the file holds the \
            target too, the scores of the prediction go to standard error. Values outside of what the model was trained \
            on, as in other units, and numbers that look like marks of missing values are warned of.

              tern predict co2.safetensors new.csv --output predicted.csv

            With the folder of a run: reads the experiment's inputs from a NetCDF file or Zarr store on the same grid, \
            and writes the targets, with the coordinates of the data. Latitudes, longitudes, stations and levels may \
            stand in another order than in training. Where an input has a gap that the experiment does not fill, so has \
            the prediction; how many there are, and values far beyond those of training, go to standard error. Where an \
            experiment has several files, --file names them one by one.

              tern predict runs/sst-precipitation new.nc --output predicted.nc
              tern predict runs/climate-emulation --file "emissions=inputs_{run}.nc" --runs ssp245 -o ssp245.nc

            A file that exists is replaced only where it holds predictions already.
            """)

    @Argument(help: "The model file, or the run's folder.", completion: .file(extensions: ["safetensors"]))
    var model: String

    @Argument(
        help: "The file to predict from: CSV for a model, NetCDF or Zarr for a run.",
        completion: .file(extensions: ["csv", "txt", "nc", "zarr"]))
    var data: String?

    @Option(name: .shortAndLong, help: "The file to write (default: standard output for CSV, predicted.nc for a run).")
    var output: String?

    @OptionGroup var form: CSVArguments

    @OptionGroup var files: RunFiles

    @Flag(name: .shortAndLong, help: "Print nothing but errors, warnings and the predictions.")
    var quiet = false

    @OptionGroup var process: ProcessArguments

    func run() throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: model, isDirectory: &isFolder), isFolder.boolValue {
            return try predictFields()
        }
        guard let data else { throw UsageError("give the CSV file to predict from: tern predict \(model) FILE.csv") }
        if !files.files.isEmpty || files.runs != nil {
            throw UsageError("--file and --runs are for runs of `tern train`; \(model) is a file")
        }
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
        if let pairs = found.pairs { report(pairs.truth, pairs.predicted) }
    }

    private func predictFields() throws {
        if let option = form.given.first {
            throw UsageError("\(option) is for tables; \(model) is a run of `tern train`, which reads fields")
        }
        let path = output ?? "predicted.nc"
        if try process.runsInChild(files.given(data) + [path]) { return }
        let run = try Run(contentsOf: model), paths = try files.paths(of: run, data)
        if paths.isEmpty, files.runs == nil {
            throw UsageError("give a file to predict from: tern predict \(model) FILE.nc, or --file name=path")
        }
        try refuseReplacing(path, by: Array(paths.values) + [model])
        try OutputKind.predictedFields.check(path)
        let fields = try run.predict(from: paths, runs: files.names, to: path, note: quiet ? { _ in } : nil)
        if !quiet { print("\(path) written: \(fields.map { "\($0.name) \($0.shape)" }.joined(separator: ", "))") }
    }

    private func report(_ truth: [Double], _ predicted: [Double]) {
        guard truth.count > 1 else { return }
        let y = Tensor(truth), p = Tensor(predicted)
        let text =
            "\(truth.count) rows: RMSE \(short(rootMeanSquaredError(y, p))), MAE \(short(meanAbsoluteError(y, p))), R2 \(short(r2Score(y, p)))"
        tell(text)
    }
}

/// Prints what a model file or a file of fields holds.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a model, a NetCDF file or a Zarr store holds; draw a map.",
        discussion: """
            Of a model that `tern fit` wrote: layers, shapes and parameter counts. Of an estimator that a program wrote: its \
            kind, parameters and what it has learned. Of a NetCDF file or a Zarr store: its \
            header, and for each variable of numbers the least and largest value, the mean and the share that is missing.
            A file on HDF5 is read by a second process, since the HDF5 library may end the one that reads a damaged file; \
            `tern train` reads its files itself, so look at a file from elsewhere first.

              tern inspect co2.safetensors
              tern inspect sst.nc --map sst --time 2015-12 --output december.png
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["safetensors", "nc", "zarr"]))
    var model: String

    @OptionGroup var map: MapOptions

    @OptionGroup var process: ProcessArguments

    func run() throws {
        if DataReport.describes(model) {
            if try process.runsInChild([model]) { return }
            let report = DataReport(dataset: try Dataset(contentsOf: model))
            return map.map == nil ? try report.printAll() : try report.draw(map)
        }
        if let variable = map.map {
            throw UsageError(
                "\(model): a model has no variable \"\(variable)\" to map; give a NetCDF file or a Zarr store")
        }
        if let kind = FileKind(of: self.model), kind != .safetensors {
            throw DataError(file: self.model, kind.complaint(insteadOf: "model, NetCDF file or Zarr store"))
        }
        if let report = try EstimatorReport(self.model) { return try report.printAll() }
        let model: TableModel
        do { model = try TableModel(contentsOf: self.model) } catch {
            guard let other = try? Model(contentsOf: self.model) else { throw error }
            return print(other.summary())
        }
        let network = model.network
        print("\(model.target) from \(model.features.joined(separator: ", "))\n")
        var rows = [["layer", "weights", "biases", "activation", "parameters"]]
        for (i, (coef, intercept)) in zip(network.coefs, network.intercepts).enumerated() {
            rows.append([
                "\(i + 1)", "\(coef.shape[0]) x \(coef.shape[1])", "\(intercept.count)",
                i + 1 < network.coefs.count ? network.activation.rawValue : network.outActivation,
                "\(coef.count + intercept.count)",
            ])
        }
        rows.append(["all", "", "", network.coefs[0].dtype.description, "\(network.parameterCount)"])
        print(textTable(rows))
        print(
            "\n"
                + textTable(
                    [["column", "mean", "scale"]]
                        + zip(model.features, zip(model.featureScaler.mean, model.featureScaler.scale)).map {
                            [$0, short($1.0), short($1.1)]
                        } + [[model.target, short(model.targetScaler.mean[0]), short(model.targetScaler.scale[0])]]))
        print("\n" + textTable(model.notes.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
    }
}
