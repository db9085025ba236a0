// What the comments of Sources speak of without making it: `Given` in Tests/DocumentationTests says how it is read.

// For all

let x = Tensor.random([64, 3], seed: 1, dtype: .float32)

let y = x.sum(axis: 1, keepingDimensions: true)

let model = Sequential(input: [3]) {
    Dense(8, activation: .relu)
    Dense(1)
}
model.compile(loss: .meanSquaredError)

let table = try Table(
    csvText: "year,month,sst\n" + (0..<60).map { "\(1990 + $0 / 12),\(1 + $0 % 12),\($0 % 7)\n" }.joined())

// file "stations.csv"
try writeStations("stations.csv")

// For Tern/Figures/Tensor+Elements

var panel = Panel(title: "Sine")

let x = Tensor([0.0, 0.5, 1.0])

// For Tern/TableExamples

var model = MLPRegressor(hiddenLayerSizes: [8], randomState: 0)

// For Tern/Tern

let x = Tensor.random([64, 3], seed: 1)

let y = x.sum(axis: 1)

let xTest = x

let yTest = y

// For TernCore

let x = Tensor.random([4, 5, 5], seed: 1)

let y = Tensor.random([4, 5, 5], seed: 2)

let w = Tensor.random([5, 2], seed: 3)

let a = Tensor.random([2, 3], seed: 1)

let b = Tensor.random([3, 4], seed: 2)

let q = Tensor.random([2, 6, 3], seed: 3)

let k = Tensor.random([2, 5, 3], seed: 4)

let u = Tensor([1.0, 2])

let v = Tensor([3.0, 4, 5])

let shape = [6]

let lengths = [2, 3]

let covariance = Tensor([[4.0, 1], [1, 2]])

let targets = Tensor([1.0, -1])

let expected = [0.5, 2, 11]

// For TernCore/Plan

let x = Tensor.random([4, 5], seed: 1)

// For TernData

let sst = seaSurface()

let rain = seaSurface(name: "rain")

let nino34 = try monthlyIndex()

let date = CalendarDate("2010-01-01")!

let w = Tensor.ones([2, 2])

// file "a.nc"
try Dataset([seaSurface(months: 12)]).write(to: "a.nc")

// file "b.nc"
try Dataset([seaSurface(months: 12, from: 2013)]).write(to: "b.nc")

// file "sst.mnmean.nc"
try Dataset([seaSurface()]).write(to: "sst.mnmean.nc")

// file "sst.npy"
try Tensor.ones([3, 4]).write(npy: "sst.npy")

// file "sst.csv"
try "year,sst\n1990,25.5\n1991,-99.99\n".write(toFile: "sst.csv", atomically: true, encoding: .utf8)

// file "co2.csv"
try "date,co2\n1958-03,315.7\n1958-04,\n".write(toFile: "co2.csv", atomically: true, encoding: .utf8)

let training = try seaSurface().select(["time": .dates("2012", "2014")])

let test = try seaSurface().select(["time": "2015"])

let prediction = test

let samples = Field(
    "tas", Tensor.random([6, 4], seed: 1), dimensions: ["sample", "cell"],
    coordinates: [Coordinate("model", dimension: "sample", numbers: [1, 1, 2, 2, 3, 3])])

// For TernData/Arrays

let sst = Tensor.ones([3, 4])

let lat = Tensor([-45.0, 0, 45])

// For TernData/Datasets/ChunkReader

let data = Dataset([
    Field("sst", Tensor.ones([3000, 4]), dimensions: ["sample", "cell"]),
    Field("rain", Tensor.ones([3000]), dimensions: ["sample"]),
])

func train(_ x: Tensor, _ y: Tensor) throws {}

// For TernData/Datasets/DatasetWriter

let batches = 0..<3

func prediction(_ batch: Int) -> Field { seaSurface(months: 2, from: 2012 + batch) }

// For TernData/Tables/TableBlocks

// For TernExperiment

// file "examples/sst-precipitation.yaml"
try writeExperiment()

// file "runs/sst-precipitation"
_ = try experiment.run(into: "runs/sst-precipitation")

let experiment = try Experiment(
    contentsOf: {
        try writeExperiment(); return "examples/sst-precipitation.yaml"
    }())

let data = try ExperimentData(experiment.data, split: experiment.split, folder: "examples")

let preprocessing = data.preprocessing

let model = try experiment.model.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
model.compile(loss: .meanSquaredError)

func train(on examples: Examples) throws {}

let stream = try ExperimentStream(experiment.data, split: experiment.split, folder: "examples").training

let url = URL(fileURLWithPath: "preprocessing.json")

let baseline = try Baseline(fitting: data, experiment.baseline)

let network = model.predict(data.test.inputs)

// file "obs.nc"
try Dataset(contentsOf: "new.nc").write(to: "obs.nc")

let truth = seaSurface()

let predicted = seaSurface(from: 2012)

let usual = seaSurface(from: 2012)

// For TernLearn

let x = Tensor.random([8, 1], seed: 1)

let y = x.sum(axis: 1)

let xTest = x

let yTest = y

let points = Tensor([[0.1], [0.5]])

var process = GaussianProcessRegressor(kernel: .rbf(lengthScale: 1))
try process.fit(x, y)

let maps = Tensor.random([24, 12], seed: 1)

let tas = Tensor.random([21, 4, 6], in: 1..<3, seed: 1)

let emulated = Tensor.random([21, 4, 6], in: 1..<3, seed: 2)

let lat = [-67.5, -22.5, 22.5, 67.5]

// For TernNN

let sst = Tensor.random([64, 14, 19, 1], seed: 1, dtype: .float32)

let base = Sequential(input: [14, 19, 1]) {
    Conv2D(4, kernelSize: [3, 2], activation: .relu)
    Flatten()
    Dense(1)
}

let rain = base

// For TernNN/Activations

let x = Tensor.ones([2, 3])

// For TernNN/Layers

let x = Tensor.ones([4, 6, 5])

let query = Tensor.ones([4, 6, 3])

let value = Tensor.ones([4, 5, 3])

let a = Input([3])

let b = Input([3])

final class Scale: UnaryLayer {
    var info = LayerInfo()
    @Weight var factor: Tensor
    func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
}

let first = Tensor.ones([4, 3])

// For TernNN/Layers/LayerPrototype

final class Scale: UnaryLayer {
    var info = LayerInfo()
    var factor: Double
    init(_ factor: Double) { self.factor = factor }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
}

// For TernNN/Layers/Grid

let x = Tensor.ones([2, 5, 6, 3])

// For TernNN/Losses

let target = Tensor.ones([4, 3, 6, 1])

let prediction = Tensor.zeros([4, 3, 6, 1])

let latitudes = [-60.0, 0, 60]

// For TernNN/Metrics

let y = Tensor([1.0, 2, 3])

let p = Tensor([1.0, 2, 5])

// For TernNN/Model

let field = Input([6])

let season = Input([4])

// For TernPlot

var panel = Panel(title: "Loss")

let closer = Panel(title: "closer")

let figure = Figure(panel)

let epochs = [1.0, 2, 3]

let training = [0.5, 0.08, 0.01]

let validation = [0.6, 0.1, 0.03]

let lon = [0.0, 90, 180, 270]

let lat = [-45.0, 0, 45]

let sst = [[0.1, 0.2, 0.3, 0], [0.5, -1, 0, 0], [0, 0, 0.2, 0.3]]

// For TernReport

let figure = Figure(Panel(title: "A sine", Line(x: [0, 1, 2], y: [0, 0.8, 0.9])))
