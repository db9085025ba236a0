import Tern

// What a run keeps of its settings is the YAML that reads back equal.
extension DataConfiguration: Codable {}
extension VariableConfiguration: Codable {}
extension VariableConfiguration.Anomaly: Codable {}

extension Settings {
    public init(from decoder: any Decoder) throws {
        try self.init(Place(Document(decoder.singleValueContainer().decode(String.self), file: "preprocessing")))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json.yaml())
    }
}
