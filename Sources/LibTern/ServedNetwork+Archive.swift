import Foundation
import Tern
import TernExperiment

// A network as text beside tensors, which pickles and copies of Python are: the model, what its optimiser has gathered,
// and how it goes on to learn.
extension ServedNetwork {
    private struct Archive: Codable {
        var network: [String: String]
        var configuration: String?
        var epochsDone: Int
        var rate: Double?
    }

    func archive() throws -> CallResult {
        let file: Safetensors
        do { file = try model.safetensors() } catch let error as EncodingError {
            throw ArgumentError("the network cannot be copied: \(words(ofEncoding: error))")
        }
        let archive = Archive(
            network: file.metadata, configuration: configurationText, epochsDone: epochsDone, rate: rate)
        let text = String(decoding: try JSONEncoder.ofAllNumbers.encode(archive), as: UTF8.self)
        return CallResult(text: text, arrays: file.tensors)
    }

    /// The network that ``archive()`` took apart; nil where the text is none of a network.
    convenience init?(archive text: String, _ tensors: [String: Tensor]) throws {
        guard let archive = try? JSONDecoder.ofAllNumbers.decode(Archive.self, from: Data(text.utf8)) else {
            return nil
        }
        let model = try Model(Safetensors(tensors: tensors, metadata: archive.network), "the copy of a network")
        let configuration = try archive.configuration.map { (try NetworkConfiguration($0), text: $0) }
        self.init(model, configuration)
        (epochsDone, rate) = (archive.epochsDone, archive.rate)
    }
}

private func words(ofEncoding error: EncodingError) -> String {
    if case .invalidValue(_, let context) = error { context.debugDescription } else { "\(error)" }
}
