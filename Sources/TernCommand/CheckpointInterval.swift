import ArgumentParser
import Tern

/// `--checkpoint-every`: 30s, 5min, 1h, 500steps, 1epoch.
enum CheckpointInterval {
    /// - Throws: `ValidationError` that says what is meant.
    static func frequency(_ text: String) throws -> BackupAndRestore.Frequency {
        if let frequency = BackupAndRestore.Frequency(interval: text) { return frequency }
        throw ValidationError("--checkpoint-every \(text): give \(BackupAndRestore.Frequency.intervals).")
    }
}
