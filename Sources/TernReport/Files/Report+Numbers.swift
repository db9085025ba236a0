import TernText

extension Report {
    /// All kept numbers as JSON, by section and name in their order: `{"sine": {"test_mse": {"values": [0.16], "unit":
    /// null}}}`.
    ///
    /// Numbers read back as they were; what is not finite is `null`. Sections without numbers are left out.
    public var numbersJSON: String {
        let sections = sections.filter { !$0.numbers.isEmpty }.map { section in
            "  \(section.name.quotedJSON): {\n"
                + section.numbers.map { number in
                    let values = number.values.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ", ")
                    return
                        "    \(number.name.quotedJSON): {\"values\": [\(values)], \"unit\": \(number.unit?.quotedJSON ?? "null")}"
                }.joined(separator: ",\n") + "\n  }"
        }
        return sections.isEmpty ? "{}\n" : "{\n" + sections.joined(separator: ",\n") + "\n}\n"
    }
}
