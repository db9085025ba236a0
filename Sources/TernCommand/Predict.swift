import ArgumentParser
import Foundation
import Tern

/// Applies a trained model to a table.
struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predict with a model that `tern fit` wrote.",
        discussion: """
            Reads the model's feature columns from a CSV file, in any order and among others, and writes the file's \
            columns with the prediction as the last one, named after the target. Rows that lack a feature get an \
            empty prediction, unless the model was trained with --missing mean.

              tern predict co2.safetensors new.csv --output predicted.csv

            Where the file holds the target too, the scores of the prediction go to standard error.
            """)

    @Argument(help: "The model file.", completion: .file(extensions: ["safetensors"]))
    var model: String

    @Argument(help: "The CSV file with the features.", completion: .file(extensions: ["csv", "txt"]))
    var data: String

    @Option(name: .shortAndLong, help: "The CSV file to write (default: standard output).")
    var output: String?

    @Option(help: "Character between fields (default: found in the header).")
    var delimiter: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors and the predictions.")
    var quiet = false

    func run() throws {
        let model = try TableModel(contentsOf: model)
        var table = try Table.read(data, delimiter)
        let predicted = try model.predict(table)
        if !quiet, let truth = table.columns.first(where: { $0.name == model.target })?.numbers { report(truth, predicted) }
        var name = "predicted_\(model.target)"
        while table.columnNames.contains(name) { name += "_new" }
        table.columns.append(Table.Column(name: name, values: .numbers(predicted)))
        if let output { try table.write(csv: output) } else { print(table.csvText, terminator: "") }
    }

    private func report(_ truth: [Double], _ predicted: [Double]) {
        let pairs = zip(truth, predicted).filter { !$0.isNaN && !$1.isNaN }
        guard pairs.count > 1 else { return }
        let y = Tensor(pairs.map(\.0)), p = Tensor(pairs.map(\.1))
        let text = "\(pairs.count) rows: RMSE \(short(rootMeanSquaredError(y, p))), MAE \(short(meanAbsoluteError(y, p))), R2 \(short(r2Score(y, p)))\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Prints what a model file or a file of fields holds.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a model, a NetCDF file or a Zarr store holds; draw a map.",
        discussion: """
            Of a model that `tern fit` wrote: layers, shapes and parameter counts. Of a NetCDF file or a Zarr store: its \
            header, and for each variable of numbers the least and largest value, the mean and the share that is missing.

              tern inspect co2.safetensors
              tern inspect sst.nc --map sst --time 2015-12 --output december.png
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["safetensors", "nc", "zarr"]))
    var model: String

    @OptionGroup var map: MapOptions

    func run() throws {
        if DataReport.describes(model) {
            let report = DataReport(dataset: try Dataset(contentsOf: model))
            return map.map == nil ? try report.printAll() : try report.draw(map)
        }
        if let variable = map.map { throw UsageError("\(model): a model has no variable \"\(variable)\" to map; give a NetCDF file or a Zarr store") }
        let model = try TableModel(contentsOf: model)
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
        print("\n" + textTable([["column", "mean", "scale"]] + zip(model.features, zip(model.featureScaler.mean, model.featureScaler.scale)).map {
            [$0, short($1.0), short($1.1)]
        } + [[model.target, short(model.targetScaler.mean[0]), short(model.targetScaler.scale[0])]]))
        print("\n" + textTable(model.notes.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
    }
}
