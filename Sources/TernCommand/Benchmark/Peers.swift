import Foundation
import Tern

/// The other libraries, in the Python environments that hold them.
struct Peers {
    /// The scripts, as files.
    let folder: URL
    private let threads: Int
    /// Who can be had, and the interpreter of each.
    private let pythons: [String: String]

    /// Peers as people call them.
    static let titles = [
        "tern": "Tern", "tern-python": "Tern from Python", "sklearn": "scikit-learn", "torch": "PyTorch",
        "torch-channels-last": "PyTorch, channels last", "torch-compiled": "PyTorch, compiled", "jax": "JAX",
        "mlx": "MLX", "onnxruntime": "ONNX Runtime", "keras-tensorflow": "Keras on TensorFlow",
        "keras-jax": "Keras on JAX", "keras-torch": "Keras on PyTorch", "xarray": "xarray",
    ]

    private static let scripts: [String: [UInt8]] = [
        "peers.py": PackageResources.peers_py, "peers_tables.py": PackageResources.peers_tables_py,
        "peers_torch.py": PackageResources.peers_torch_py, "peers_jax.py": PackageResources.peers_jax_py,
        "peers_keras.py": PackageResources.peers_keras_py, "peers_mlx.py": PackageResources.peers_mlx_py,
        "peers_onnx.py": PackageResources.peers_onnx_py, "peers_layers.py": PackageResources.peers_layers_py,
        "peers_fields.py": PackageResources.peers_fields_py, "peers_tern.py": PackageResources.peers_tern_py,
        "peers_networks.py": PackageResources.peers_networks_py,
    ]

    /// Writes the scripts and asks each environment what it has; of a library that several have, the first one's.
    init(pythons paths: [String], threads: Int, folder: URL) throws {
        self.folder = folder
        self.threads = threads
        for (name, bytes) in Self.scripts { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
        var found: [String: String] = [:]
        for path in paths {
            for peer in try Self.peers(in: path, folder) where found[peer] == nil { found[peer] = path }
        }
        pythons = found
    }

    private static func peers(in python: String, _ folder: URL) throws -> [String] {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [folder.appendingPathComponent("peers.py").path, "--list"]
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw UsageError("\(python) cannot run the scripts of the peers") }
        return String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// A process for each of `peers` that can be had.
    func contestants(_ peers: [String], _ work: BenchmarkName, _ setting: BenchmarkSetting) throws -> [Contestant] {
        try peers.compactMap { peer in
            guard let python = pythons[peer] else { return nil }
            return try Contestant(
                peer, executable: URL(fileURLWithPath: python),
                arguments: [
                    folder.appendingPathComponent("peers.py").path, "--peer", peer, "--case", work.rawValue,
                    "--threads", "\(threads)", "--folder", setting.folder.path,
                ] + (setting.isQuick ? ["--quick"] : []),
                threads: threads, folder: folder)
        }
    }
}
