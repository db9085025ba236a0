// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentConfiguration = [
    Example("TernExperiment/Configuration/DataConfiguration: DataConfiguration", DataConfiguration_DataConfiguration),
    Example("TernExperiment/Configuration/DataConfiguration: VariableConfiguration", DataConfiguration_VariableConfiguration),
    Example("TernExperiment/Configuration/DataConfiguration: Anomaly", DataConfiguration_Anomaly),
    Example("TernExperiment/Configuration/DataConfiguration: Scale", DataConfiguration_Scale),
    Example("TernExperiment/Configuration/DataConfiguration: Fill", DataConfiguration_Fill),
    Example("TernExperiment/Configuration/DataConfiguration: Regrid", DataConfiguration_Regrid),
    Example("TernExperiment/Configuration/DataConfiguration: Method", DataConfiguration_Method),
    Example("TernExperiment/Configuration/DataConfiguration: Scalar", DataConfiguration_Scalar),
    Example("TernExperiment/Configuration/DataConfiguration: WindowConfiguration", DataConfiguration_WindowConfiguration),
    Example("TernExperiment/Configuration/DataConfiguration: Form", DataConfiguration_Form),
    Example("TernExperiment/Configuration/DimensionRole: DimensionRole", DimensionRole_DimensionRole),
    Example("TernExperiment/Configuration/Experiment: Experiment", Experiment_Experiment),
    Example("TernExperiment/Configuration/ModelConfiguration: ModelConfiguration", ModelConfiguration_ModelConfiguration),
    Example("TernExperiment/Configuration/ModelConfiguration: LayerConfiguration", ModelConfiguration_LayerConfiguration),
    Example("TernExperiment/Configuration/ModelConfiguration: Setting", ModelConfiguration_Setting),
    Example("TernExperiment/Configuration/SplitConfiguration: SplitConfiguration", SplitConfiguration_SplitConfiguration),
    Example("TernExperiment/Configuration/SplitConfiguration: Method", SplitConfiguration_Method),
    Example("TernExperiment/Configuration/TrainingConfiguration: TrainingConfiguration", TrainingConfiguration_TrainingConfiguration),
    Example("TernExperiment/Configuration/TrainingConfiguration: EarlyStoppingConfiguration", TrainingConfiguration_EarlyStoppingConfiguration),
    Example("TernExperiment/Configuration/TrainingConfiguration: PlateauConfiguration", TrainingConfiguration_PlateauConfiguration),
    Example("TernExperiment/Configuration/TrainingConfiguration: BaselineConfiguration", TrainingConfiguration_BaselineConfiguration),
    Example("TernExperiment/Configuration/TrainingConfiguration: OutputConfiguration", TrainingConfiguration_OutputConfiguration),
]

private func DataConfiguration_DataConfiguration() async throws {
    var data = DataConfiguration(
        files: ["ocean": "sst.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "rain")], window: WindowConfiguration(length: 12, lead: 3))
    _ = data
    data.timeInputs = [.dayOfYear]
    print(data.sample, data.inputs[0].scale.rawValue)  // time standard
    checkPrinted("time standard")
}

private func DataConfiguration_VariableConfiguration() async throws {
    var sst = VariableConfiguration(variable: "sst")
    _ = sst
    sst.select = ["lat": [.number(-30), .number(30)]]
    sst.anomaly = .month
    sst.fill = .mean
    print(sst.scale.rawValue, sst.anomaly!.rawValue)  // standard month
    checkPrinted("standard month")
}

private func DataConfiguration_Anomaly() async throws {
    print(VariableConfiguration.Anomaly(rawValue: "season")!)  // season
    checkPrinted("season")
}

private func DataConfiguration_Scale() async throws {
    print(VariableConfiguration.Scale.allCases.map(\.rawValue))  // ["none", "standard", "cell", "max"]
    checkPrinted("[\"none\", \"standard\", \"cell\", \"max\"]")
}

private func DataConfiguration_Fill() async throws {
    var ice = VariableConfiguration(variable: "ice")
    _ = ice
    ice.fill = .value(0)
    print(ice.fill == .value(0))  // true
    checkPrinted("true")
}

private func DataConfiguration_Regrid() async throws {
    let regrid = VariableConfiguration.Regrid(step: 2.5, method: .conservative)
    _ = regrid
    print(regrid.step, regrid.method.rawValue)  // 2.5 conservative
    checkPrinted("2.5 conservative")
}

private func DataConfiguration_Method() async throws {
    print(VariableConfiguration.Regrid().method)  // bilinear
    checkPrinted("bilinear")
}

private func DataConfiguration_Scalar() async throws {
    let range: [Scalar] = [.text("1950-01"), .number(2000)]
    _ = range
    print(range[1] == .number(2000))  // true
    checkPrinted("true")
}

private func DataConfiguration_WindowConfiguration() async throws {
    let window = WindowConfiguration(length: 12, lead: 3)
    _ = window
    print(window.length, window.form.rawValue)  // 12 steps
    checkPrinted("12 steps")
}

private func DataConfiguration_Form() async throws {
    print(WindowConfiguration.Form.allCases.map(\.rawValue))  // ["steps", "channels"]
    checkPrinted("[\"steps\", \"channels\"]")
}

private func DimensionRole_DimensionRole() async throws {
    var data = DataConfiguration()
    _ = data
    data.dimensions = ["level": .channels, "member": .samples]
    print(data.dimensions["level"]!.rawValue)  // channels
    checkPrinted("channels")
}

private func Experiment_Experiment() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let experiment = try Experiment(
        yaml: """
            name: rain
            data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
            split: {by: period}
            model: {name: linear}
            training: {epochs: 2}
            output: {figures: false}
            """)
    _ = experiment
    let run = try experiment.run(into: "runs/linear")
    _ = run
    print(run.scores.targets, run.scores.count)  // ["precipitation"] 9
    checkPrinted("[\"precipitation\"] 9")
}

private func ModelConfiguration_ModelConfiguration() async throws {
    var settings = ModelConfiguration(name: "sst-cnn")
    _ = settings
    settings.filters = 8
    let model = try settings.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    _ = model
    print(model.outputs.map(\.shape))  // [[1]]
    checkPrinted("[[1]]")
}

private func ModelConfiguration_LayerConfiguration() async throws {
    let layer = LayerConfiguration("Dense", ["units": .number(4), "activation": .text("relu")])
    _ = layer
    print(try layer.make() is Dense)  // true
    checkPrinted("true")
}

private func ModelConfiguration_Setting() async throws {
    let setting: LayerConfiguration.Setting = .map(["l2": .number(0.01)])
    _ = setting
    print(setting == .map(["l2": .number(0.01)]))  // true
    checkPrinted("true")
}

private func SplitConfiguration_SplitConfiguration() async throws {
    let years = SplitConfiguration(by: .period, test: [.text("2000"), .text("2014")])
    _ = years
    print(years.by.rawValue, years.validationFraction)  // period 0.15
    checkPrinted("period 0.15")
}

private func SplitConfiguration_Method() async throws {
    print(SplitConfiguration.Method.allCases.map(\.rawValue))  // ["period", "group", "random"]
    checkPrinted("[\"period\", \"group\", \"random\"]")
}

private func TrainingConfiguration_TrainingConfiguration() async throws {
    var training = TrainingConfiguration()
    _ = training
    training.optimizer = "adamw"
    training.weightDecay = 0.01
    print(training.epochs, training.makeOptimizer(stepsPerEpoch: 10) is SGD)  // 30 false
    checkPrinted("30 false")
}

private func TrainingConfiguration_EarlyStoppingConfiguration() async throws {
    var stopping = TrainingConfiguration.EarlyStoppingConfiguration()
    _ = stopping
    stopping.patience = 5
    print(stopping.monitor)  // val_loss
    checkPrinted("val_loss")
}

private func TrainingConfiguration_PlateauConfiguration() async throws {
    var training = TrainingConfiguration()
    _ = training
    training.reduceOnPlateau = TrainingConfiguration.PlateauConfiguration()
    print(training.reduceOnPlateau!.factor)  // 0.5
    checkPrinted("0.5")
}

private func TrainingConfiguration_BaselineConfiguration() async throws {
    let settings = BaselineConfiguration(components: 10, alphas: [1, 100])
    _ = settings
    print(settings.alphas.count, BaselineConfiguration().components)  // 2 20
    checkPrinted("2 20")
}

private func TrainingConfiguration_OutputConfiguration() async throws {
    var output = OutputConfiguration()
    _ = output
    output.figures = false
    print(output.maps == nil)  // true
    checkPrinted("true")
}
