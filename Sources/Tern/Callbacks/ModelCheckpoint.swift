import Foundation
import TernData
import TernNN

/// Saves the model as training goes on: after every epoch, or where a quantity is better than ever.
///
/// ```swift
/// ModelCheckpoint("best.safetensors", savesBestOnly: true)
/// ModelCheckpoint("run/{epoch:03}-{val_loss:.4}.safetensors")
/// ```
///
/// In the path, `{epoch}` (counted from 1) and the names of reported quantities stand for their
/// values, with digits after a colon: `{epoch:03}` fills up with zeros, `{val_loss:.4}` has four decimals.
public final class ModelCheckpoint: Callback {
    public let path: String
    public let monitor: String, mode: MonitorMode
    public let savesBestOnly: Bool, savesWeightsOnly: Bool
    /// Epochs from one save to the next.
    public let period: Int
    /// What the best must beat, at first.
    public let initialValue: Double?
    /// The file of the last save.
    public private(set) var lastPath: String?
    private var best = 0.0, direction = MonitorMode.min

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

    public func trainingBegins(_ run: TrainingRun) throws {
        if savesBestOnly { direction = try mode.resolved(monitor, of: run.model) }
        best = initialValue ?? direction.worst
        if !path.contains("{") { try checkWritable(path) }
    }

    public var state: CallbackState? {
        get { CallbackState(numbers: ["best": best]) }
        set { best = newValue?.numbers["best"] ?? best }
    }

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
