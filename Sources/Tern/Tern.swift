/// Neural networks for the geo and environmental sciences: all modules under one name.
///
/// ```swift
/// import Tern
///
/// var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
/// try model.fit(x, y)
/// print(try model.score(xTest, yTest))
/// ```
@_exported import TernCore
@_exported import TernData
@_exported import TernFiles
@_exported import TernLearn
@_exported import TernNN
@_exported import TernPlot
@_exported import TernReport
@_exported import TernText
