/// Neural networks for the geo and environmental sciences: all modules under one name.
///
/// ```swift
/// let x = Tensor((0..<40).map { Double($0) / 40 }, shape: [40, 1]), y = x.flattened() * 2 + 1
/// var model = MLPRegressor(hiddenLayerSizes: [8], maxIter: 20, randomState: 42)
/// try model.fit(x, y)
/// print(try model.predict(x).shape)  // [40]
/// ```
@_exported import TernCore
@_exported import TernData
@_exported import TernFiles
@_exported import TernLearn
@_exported import TernNN
@_exported import TernPlot
@_exported import TernReport
@_exported import TernText
