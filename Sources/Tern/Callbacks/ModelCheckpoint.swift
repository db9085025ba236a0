import Foundation
import TernData
import TernNN

/// Saves the model as training goes on: after every epoch, or where a quantity is better than ever.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
/// let best = ModelCheckpoint("best.safetensors", monitor: "loss", savesBestOnly: true)
/// let each = ModelCheckpoint("epoch-{epoch:03}.safetensors", period: 2)
/// try model.fit(x, y, epochs: 4, callbacks: [best, each])
/// print(each.lastPath!)  // epoch-004.safetensors
/// ```
///
/// In the path, `{epoch}` (counted from 1) and the names of reported quantities stand for their values, with digits
/// after a colon: `{epoch:03}` fills up with zeros, `{val_loss:.4}` has four decimals.
public final class ModelCheckpoint: Callback {
    /// Where models are saved, with places for values.
    public let path: String
    /// The quantity that tells which is best, and whether it is to fall or to rise.
    public let monitor: String, mode: MonitorMode
    /// Whether only a model better than all before is saved, and whether only its weights are, by
    /// `Model.saveWeights(to:)`.
    public let savesBestOnly: Bool, savesWeightsOnly: Bool
    /// Epochs from one save to the next.
    public let period: Int
    /// What the best must beat, at first.
    public let initialValue: Double?
    /// The file of the last save; nil before the first.
    public private(set) var lastPath: String?
    private var best = 0.0, direction = MonitorMode.min

    /// A saver of models, as Keras's callback of this name.
    ///
    /// - Parameters:
    ///   - path: with `{name}` or `{name:digits}` where a value is to stand.
    ///   - monitor: of what `fit` reports; needed with `savesBestOnly` alone.
    ///   - mode: whether `monitor` is to fall or to rise; by default as its name tells.
    ///   - period: epochs from one save to the next; less than 1 is taken for 1.
    ///   - initialValue: what the first save must beat where only the best is saved; nil: nothing.
    public init(
        _ path: String, monitor: String = "val_loss", savesBestOnly: Bool = false, savesWeightsOnly: Bool = false,
        mode: MonitorMode = .auto, period: Int = 1, initialValue: Double? = nil
    ) {
        self.path = path
        self.monitor = monitor
        self.savesBestOnly = savesBestOnly
        self.savesWeightsOnly = savesWeightsOnly
        self.mode = mode
        self.period = max(1, period)
        self.initialValue = initialValue
    }

    /// Begins anew with ``initialValue`` as the best.
    ///
    /// - Throws: `DataError` where the file cannot be written.
    public func trainingBegins(_ run: TrainingRun) throws {
        if savesBestOnly { direction = try mode.resolved(monitor, of: run.model) }
        best = initialValue ?? direction.worst
        if !path.contains("{") { try checkWritable(path) }
    }

    /// The best value so far, which a run that is taken up again goes on with.
    public var state: CallbackState? {
        get { CallbackState(numbers: ["best": best]) }
        set { best = newValue?.numbers["best"] ?? best }
    }

    /// Saves, where it is time and the model good enough.
    ///
    /// - Throws: `TrainingError` where a quantity named is not reported or two weights have one name, `DataError` where
    ///   the file cannot be written.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        guard (epoch + 1) % period == 0 else { return }
        if savesBestOnly {
            let value = try monitored(monitor, logs)
            guard direction.isBetter(value, than: best, by: 0) else { return }
            best = value
        }
        let file = try filled(epoch, logs)
        if savesWeightsOnly { try run.model.saveWeights(to: file) } else { try run.model.write(to: file) }
        lastPath = file
    }

    /// The path with the values in their places.
    private func filled(_ epoch: Int, _ logs: [String: Double]) throws -> String {
        var result = "", rest = path[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let parts = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1).map(String.init)
            let name = parts.first ?? "", format = parts.count > 1 ? parts[1] : ""
            result += rest[..<open]
            if name == "epoch" {
                let text = "\(epoch + 1)", width = Int(format.filter(\.isNumber)) ?? 0
                result += String(repeating: "0", count: max(0, width - text.count)) + text
            } else {
                let digits = Int(format.filter(\.isNumber))
                let value = try monitored(name, logs)
                result += digits.map { String(format: "%.\($0)f", value) } ?? "\(value)"
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
