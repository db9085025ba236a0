extension Model {
    func encodeGraph(to encoder: any Encoder) throws {}
    static func decodeGraph(from decoder: any Decoder) throws -> (inputs: [Symbol], outputs: [Symbol], name: String?) {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not yet"))
    }
}
