import Foundation

/// A case of the benchmark: what Tern does, in parts that are timed one by one. What its peers do is in the Python
/// scripts of `Resources`, under the same names.
protocol BenchmarkCase {
    /// A line of the command's help.
    static var summary: String { get }
    /// Who else has work of this name, as the scripts call them.
    static var peers: [String] { get }
    /// Whether one process does all parts, since they are many and short; first calls are then not told.
    static var sharesProcess: Bool { get }
    static func parts(isQuick: Bool) -> [BenchmarkPart]
    /// Writes the files that all contestants read.
    static func makeFiles(_ setting: BenchmarkSetting) throws
    /// Makes the data and the model of a part; none of it is timed.
    static func prepare(_ part: String, _ setting: BenchmarkSetting) throws -> BenchmarkRun
}

extension BenchmarkCase {
    static var sharesProcess: Bool { false }
    static func makeFiles(_ setting: BenchmarkSetting) throws {}
}

/// One thing that is timed.
struct BenchmarkPart: Codable {
    /// Unique within its case.
    var name: String
    /// What a run is, such as "an epoch".
    var unit: String
    /// Steps of training within a run.
    var steps = 1
    /// Floating-point operations of a run in products and convolutions; nil where they are not what it takes.
    var operations: Double?
    /// Bytes that a run must read and write; nil where memory is not what it takes.
    var bytes: Double?
}

/// What a part does again and again.
struct BenchmarkRun {
    /// What is timed.
    var run: () throws -> Void
    /// What it has made small, by which peers are seen to have done the same work.
    var value: (() throws -> Double)?
}

/// What all parts of a case know.
struct BenchmarkSetting {
    /// With small data: the times say nothing.
    var isQuick: Bool
    /// Where ``BenchmarkCase/makeFiles(_:)`` writes.
    var folder: URL

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// The cases by their names on the command line.
enum BenchmarkName: String, CaseIterable {
    case lecture, table, chain, classifier, gp, sst, mnist, climate, unet, lstm, fold, inference, python, layers,
        optimizer, fields

    var type: any BenchmarkCase.Type {
        switch self {
        case .lecture: LectureCase.self
        case .table: TableCase.self
        case .chain: ChainCase.self
        case .classifier: ClassifierCase.self
        case .gp: ProcessCase.self
        case .sst: SSTCase.self
        case .mnist: MNISTCase.self
        case .climate: ClimateCase.self
        case .unet: UNetCase.self
        case .lstm: LSTMCase.self
        case .fold: FoldCase.self
        case .inference: InferenceCase.self
        case .python: PythonCase.self
        case .layers: LayersCase.self
        case .optimizer: OptimizerCase.self
        case .fields: FieldsCase.self
        }
    }
}
