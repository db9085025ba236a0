import ArgumentParser
import Tern

/// `--checkpoint-every`: 30s, 5min, 1h, 500steps, 1epoch.
enum CheckpointInterval {
    /// - Throws: `ValidationError` that says what is meant.
    static func frequency(_ text: String) throws -> BackupAndRestore.Frequency {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count).trimmingPrefix { $0 == " " }
        if let value = Double(number), value > 0, value <= 1e9 {
            switch unit {
            case "s": return .afterSeconds(value)
            case "min": return .afterSeconds(60 * value)
            case "h": return .afterSeconds(3600 * value)
            case "step", "steps": if let count = Int(number) { return .afterBatches(count) }
            case "epoch", "epochs": if let count = Int(number) { return .afterEpochs(count) }
            default: break
            }
        }
        throw ValidationError(
            "--checkpoint-every \(text): give an interval such as 30s, 5min, 1h, 500steps or 10epochs.")
    }
}
