extension Report {
    /// All kept numbers as JSON, by section and name in their order: `{"sine": {"test_mse": {"values": [0.16], "unit": null}}}`.
    ///
    /// Numbers read back as they were; what is not finite is `null`.
    public var numbersJSON: String {
        let sections = sections.filter { !$0.numbers.isEmpty }.map { section in
            "  \(section.name.json): {\n" + section.numbers.map { number in
                let values = number.values.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ", ")
                return "    \(number.name.json): {\"values\": [\(values)], \"unit\": \(number.unit?.json ?? "null")}"
            }.joined(separator: ",\n") + "\n  }"
        }
        return sections.isEmpty ? "{}\n" : "{\n" + sections.joined(separator: ",\n") + "\n}\n"
    }
}

extension String {
    /// As a string of JSON.
    fileprivate var json: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
