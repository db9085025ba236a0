import Foundation
import TernExperiment
import Tern
import TestSupport

/// All doors by name; each makes its valid examples in a folder.
let doors: [(name: String, make: @Sendable (URL) throws -> any Door)] = [
    (
        "npy",
        { folder in
            FileDoor(
                folder: folder, name: "in.npy",
                examples: try written(folder, arrays.map { array in { try array.write(npy: $0) } })
            ) { _ = try Tensor.read(npy: $0) }
        }
    ),
    (
        "npz",
        { folder in
            let file = NPZ(["a": arrays[0], "b": arrays[2]])
            return FileDoor(
                folder: folder, name: "in.npz",
                examples: try written(
                    folder, [false, true].map { packed in { try file.write(to: $0, compressed: packed) } })
            ) { _ = try NPZ(contentsOf: $0) }
        }
    ),
    (
        "safetensors",
        { folder in
            let file = Safetensors(tensors: ["a": arrays[0], "b": arrays[1], "c": arrays[3]], metadata: ["name": "x"])
            return FileDoor(
                folder: folder, name: "in.safetensors", examples: try written(folder, [{ try file.write(to: $0) }])
            ) { _ = try Safetensors(contentsOf: $0) }
        }
    ),
    (
        "table",
        { folder in
            let rows = (0..<10).map { "\($0 * $0 % 7),\($0 * 3 % 5),\($0 % 2 == 0 ? "u" : "v"),\($0)\n" }.joined()
            let examples = try TableExamples(Table(csvText: "a,b,c,y\n" + rows), target: "y", gaps: .mean)
            let network = try TableEstimator.mlp.predictor(
                forClasses: false, network: MLPRegressor(hiddenLayerSizes: [3], maxIter: 2, randomState: 0))
            let model = try TableModel(examples, estimator: network)
            return FileDoor(
                folder: folder, name: "in.safetensors", examples: try written(folder, [{ try model.write(to: $0) }]),
                open: { path in
                    let table = Table(
                        columns: ["a", "b", "y"].map { Table.Column(name: $0, values: .numbers([1, .nan, 3])) }
                            + [Table.Column("c", ["u", "", "w"])],
                        source: "table")
                    _ = try TableModel(contentsOf: path).predict(table)
                }, damage: { FolderDoor.safetensors($0, &$1) })
        }
    ),
    (
        "netcdf",
        { folder in
            let data = dataset()
            return FileDoor(
                folder: folder, name: "in.nc",
                examples: try written(folder, [{ try data.write(to: $0, as: .netCDF3) }]), open: readAll)
        }
    ),
    (
        "zarr",
        { folder in
            let path = folder.appendingPathComponent("in.zarr").path
            try dataset().write(to: path, compression: 1)
            let codecs = [
                "gzip", "zstd_checked", "crc32c", "chain", "lz4_bitshuffle", "zstd_shuffle", "blosclz_noshuffle",
                "turned_twice", "delta",
            ]
            try ZarrFixture.write("codecs3.zarr", codecs, to: path)
            try ZarrFixture.write(
                "shards3.zarr", ["start", "nested", "checked_inside", "compressed_outside", "sparse"], to: path)
            return try FolderDoor(URL(fileURLWithPath: path), open: readAll)
        }
    ),
    (
        "zarr-plain",
        { folder in
            let path = folder.appendingPathComponent("in.zarr").path
            try dataset().write(to: path, as: .zarr2, compression: 0)
            try ZarrFixture.write(
                "version2.zarr",
                ["column_major", "blosc", "many_filters", "scaled", "any", "narrow", "date_ns", "unwritten"], to: path)
            return try FolderDoor(URL(fileURLWithPath: path), open: readAll)
        }
    ),
    (
        "csv",
        { folder in
            FileDoor(
                folder: folder, name: "in.csv",
                examples: [
                    "a,b,c\n1,2.5,x\n-3,NA,\"y, z\"\n4e3,,\"two\nlines\"\n", "\u{FEFF}sep=;\na;b\r\n1;2\r\n3;\"4\"\r\n",
                    "a\tb\n1\t2\n\n3\t4", "x y  z\n1 2  3\n4 5  6\n",
                ].map { Data($0.utf8) },
                open: readInBlocks, damage: { Damage.textOrBytes($0, &$1) })
        }
    ),
    (
        "times",
        { _ in
            TextDoor(examples: [
                "days since 1800-1-1 00:00:00", "hours since 2000-01-01T12:30:15.5 +1:00", "seconds since -5-12-31 UTC",
                "months since 1-1-1",
            ]) { text in
                for calendar in CalendarDate.Calendar.allCases {
                    _ = CalendarDate.span(of: text, calendar: calendar)
                    let units = try TimeUnits(text, calendar: calendar)
                    for number in [0, 1e3, -1e9, 1e18, .nan, .infinity] {
                        if let date = units.date(for: number) {
                            _ = (date.description, units.number(for: date), date.decimalYear, date.dayOfYear)
                        }
                    }
                }
            }
        }
    ),
    (
        "formula",
        { _ in
            TextDoor(examples: [
                "x1^4 - 3*x1*x2 + x2^2", "sin(0.1*pi*x)/exp(-x^2)+max(x,2)",
                String(repeating: "(", count: 90) + "x" + String(repeating: ")", count: 90),
            ]) {
                let formula = try Formula($0)
                _ = minimise(
                    from: [Double](repeating: 1, count: formula.variableCount), optimizer: SGD(learningRate: 0.1),
                    steps: 1, formula.function)
            }
        }
    ),
    (
        "tex",
        { _ in
            TextDoor(examples: [
                #"\frac{1}{n}\sum_{i=1}^n \left(y_i - \hat{y}_i\right)^2"#,
                #"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \le \sqrt[3]{x'}"#,
                String(repeating: "{", count: 90) + "x" + String(repeating: "}", count: 90),
                String(repeating: #"\sqrt"#, count: 5000) + "x",
                String(repeating: "x^{", count: 20_000), String(repeating: #"\left("#, count: 20_000),
                String(repeating: #"\sqrt["#, count: 20_000),
            ]) { _ = try MathML.display($0) }
        }
    ),
    ("backup", { folder in try backup(folder) }),
    (
        "experiment",
        { _ in TextDoor(examples: [SmallRun.series, SmallRun.maps] + networks) { try build(Experiment(yaml: $0)) } }
    ),
    ("model", { folder in try SmallModel.door(folder) }),
    ("keras", { folder in try KerasDoor.door(folder) }),
    ("estimator", { folder in try SmallEstimator.door(folder) }),
    ("run-series", { folder in try SmallRun.door(folder, SmallRun.series, SmallRun.seriesData()) }),
    ("figure", { _ in EncoderDoor.figure }),
    ("page", { folder in EncoderDoor.page(folder) }),
    ("names", { _ in EncoderDoor.names }),
    ("run-maps", { folder in try SmallRun.door(folder, SmallRun.maps, SmallRun.mapsData()) }),
]

private let arrays = [
    Tensor((0..<12).map(Float.init), shape: [3, 4]), Tensor((0..<6).map(Double.init), shape: [6]),
    Tensor((0..<8).map { Int32($0) }, shape: [2, 2, 2]),
    Tensor([true, false, true]),
]

/// What writers write.
private func written(_ folder: URL, _ writers: [(String) throws -> Void]) throws -> [Data] {
    try writers.map { write in
        let url = folder.appendingPathComponent("valid")
        defer { try? FileManager.default.removeItem(at: url) }
        try write(url.path)
        return try Data(contentsOf: url)
    }
}

/// A small file of fields with times, packed values, a second coordinate and names.
private func dataset() -> Dataset {
    let times = (0..<6).map { CalendarDate(year: 2000, month: 1 + $0) }
    let along = [
        Coordinate("time", times: times),
        Coordinate("model", dimension: "time", labels: .texts(["a", "b", "cd", "", "e", "f"])),
    ]
    return Dataset([
        Field(
            "sst", Tensor((0..<72).map { $0 == 5 ? .nan : Float($0) }, shape: [6, 3, 4]),
            dimensions: ["time", "lat", "lon"],
            coordinates: along + [
                Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 90, 180, 270]),
            ], attributes: ["units": "K"]),
        Field("rain", Tensor((0..<6).map(Double.init)), dimensions: ["time"], coordinates: along),
    ])
}

/// As `tern inspect` reads a file, and all of each variable.
private func readAll(_ path: String) throws {
    let data = try Dataset(contentsOf: path)
    // One that cannot be read is told when all others were read.
    for variable in data.variables.filter({ $0.complaint == nil }) + data.variables.filter({ $0.complaint != nil }) {
        if variable.type.isText {
            _ = try data.texts(variable.name)
        } else {
            if data.emptiness(of: variable) != nil { continue }
            let field = try data.field(variable.name)
            _ = (field.range, try field.count(), field.coordinates.map(\.labels))
        }
    }
}

/// A table, which is the same in blocks of any size.
private func readInBlocks(_ path: String) throws {
    // What lies between cells is told by the beginning, of which a small block holds less.
    func table(_ size: Int) -> Result<Table, any Error> {
        var options = CSVOptions(delimiter: ",")
        options.blockSize = size
        return Result { try Table(csv: path, options: options) }
    }
    let whole = table(1 << 20), blocks = table(16)
    switch (whole, blocks) {
    case (.success(let a), .success(let b)): if a != b { fatalError("in blocks the table is another: \(a), \(b)") }
    // Which of two mistakes is told depends on what is looked at first.
    case (.failure, .failure): break
    default: fatalError("in blocks it ends otherwise: \(whole), \(blocks)")
    }
    _ = try Table(csv: path)
}

/// Networks for examples of some shapes, which may fit.
private func build(_ experiment: Experiment) throws {
    for (input, output) in [([12], [1]), ([3, 8, 8, 2], [1]), ([8, 8, 2], [8, 8, 1])] {
        do { _ = try experiment.model.build(inputShape: input, outputShape: output, seed: 0) } catch is DataError {}
    }
}

/// The state of a training run that was interrupted.
private func backup(_ folder: URL) throws -> any Door {
    struct Interruption: Error {}
    final class Stop: Callback {
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws { if batch == 2 { throw Interruption() } }
    }
    let x = Tensor((0..<24).map { Float($0 % 5) }, shape: [12, 2]),
        y = Tensor((0..<12).map(Float.init), shape: [12, 1])
    func fit(_ path: String, _ callbacks: [any Callback]) throws {
        let model = Sequential(input: [2]) {
            Dense(3, activation: .relu)
            Dropout(0.2)
            Dense(1)
        }
        model.compile(optimizer: Adam(), loss: .meanSquaredError)
        try model.fit(
            x, y, batchSize: 3, epochs: 2,
            callbacks: [
                BackupAndRestore(path, saves: .afterBatches(1), deletesAtEnd: false), EarlyStopping(monitor: "loss"),
            ] + callbacks)
    }
    let path = folder.appendingPathComponent("backup").path
    do { try fit(path, [Stop()]) } catch is Interruption {}
    let state = try Data(contentsOf: URL(fileURLWithPath: path + "/latest.safetensors"))
    return FileDoor(
        folder: URL(fileURLWithPath: path), name: "latest.safetensors", examples: [state],
        open: { _ in try fit(path, []) },
        damage: { FolderDoor.safetensors($0, &$1) })
}

/// Experiments with other networks.
private let networks = [
    "{name: sst-cnn, filters: 4}", "{name: cnn-lstm, filters: 2, units: [3]}", "{name: unet, filters: 2}",
    "{name: wide-deep}",
    "\n  layers:\n    - conv2d: {filters: 4, kernel_size: [3, 2], strides: 1, padding: same}\n    - max_pooling2d: {pool_size: 2}\n    - flatten\n    - dense: {units: 64}\n    - reshape: {target_shape: [8, 8, 1]}",
    "\n  layers:\n    - time_distributed: {layer: {conv2d: {filters: 2, kernel_size: 3}}}\n    - conv_lstm2d: {filters: 2, kernel_size: 3}\n    - flatten\n    - dense: {units: 1}",
].map { SmallRun.series.replacingOccurrences(of: "{name: mlp, units: [8]}", with: $0) }
