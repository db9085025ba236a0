// What a run keeps of its configuration is the YAML itself, in one text.

extension Settings {
    fileprivate init(text decoder: any Decoder) throws {
        try self.init(
            Place(Document(decoder.singleValueContainer().decode(String.self), file: "the run's configuration")))
    }

    fileprivate func writeText(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json.yaml())
    }
}

extension DataConfiguration: Codable {
    /// Reads the YAML of the key `data`, in one text.
    public init(from decoder: any Decoder) throws { try self.init(text: decoder) }
    /// Writes the YAML of the key `data`, in one text.
    public func encode(to encoder: any Encoder) throws { try writeText(to: encoder) }
}

extension VariableConfiguration: Codable {
    /// Reads the YAML of one variable, in one text.
    public init(from decoder: any Decoder) throws { try self.init(text: decoder) }
    /// Writes the YAML of one variable, in one text.
    public func encode(to encoder: any Encoder) throws { try writeText(to: encoder) }
}
