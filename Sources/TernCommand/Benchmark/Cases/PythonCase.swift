import Tern

/// Fits and predictions as Python's users have them, beside the same in Swift: what the way through libtern costs.
enum PythonCase: BenchmarkCase {
    static let summary = "fits of lecture, table and sst, and a prediction of a sample, through the Python package"
    static let peers = ["tern-python", "sklearn", "keras-jax", "keras-tensorflow"]

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        LectureCase.parts(isQuick: isQuick).prefix(1).map { renamed($0, "lecture") }
            + TableCase.parts(isQuick: isQuick).prefix(1).map { renamed($0, "table") }
            + SSTCase.parts(isQuick: isQuick).prefix(1).map { renamed($0, "sst") }
            + [BenchmarkPart(name: "predict", unit: "a sample of sst")]
    }

    private static func renamed(_ part: BenchmarkPart, _ name: String) -> BenchmarkPart {
        var part = part
        part.name = name
        return part
    }

    static func makeFiles(_ setting: BenchmarkSetting) throws {
        try BenchmarkNetwork.sst().write(to: setting.path("sst.safetensors"))
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) throws -> BenchmarkRun {
        switch part {
        case "lecture": return LectureCase.prepare("float32", setting)
        case "table": return TableCase.prepare("float32", setting)
        case "sst": return SSTCase.prepare("training", setting)
        default: return InferenceCase.prepare("sst", setting)
        }
    }
}
