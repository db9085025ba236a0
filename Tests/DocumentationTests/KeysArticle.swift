import TernExperiment
import Testing
import Yams

/// The article on an experiment's YAML, key by key, made of its schema, which is made of the keys' own descriptions.
enum KeysArticle {
    static func text() throws -> String {
        // JSON is YAML, and Yams keeps the order of keys.
        let schema = try #require(try compose(yaml: Experiment.schema)?.mapping)
        var sections = ""
        var keys: [(name: String, schema: Node)] = []
        for (key, value) in try #require(schema["properties"]?.mapping) {
            let name = key.string!
            if let inner = object(in: value) {
                sections += section(name, "### \(name)", described(value), inner)
            } else {
                keys.append((name, value))
            }
        }
        let topRequired = schema["required"]?.array().compactMap(\.string) ?? []
        let required = topRequired.map { "`\($0)`" }
        return head + "\(required.joined(separator: ", ")) are required.\n\n" + table(keys, required: Set(topRequired))
            + "\n" + sections.dropLast()
    }

    private static let head = """
        # An experiment in YAML, key by key

        What a file for `tern train` may say.

        ## Overview

        The file has a part for each question: which data, how they are split, which network, how it learns, what it has to beat, and what
        is left behind. What is left out has a default. `tern train rain.yaml` runs it; in a program:

        ```swift
        import TernExperiment

        let experiment = try Experiment(
            yaml: \"""
                name: rain
                data:
                  files: {fields: pacific.nc}
                  inputs: [sst]
                  targets: [{variable: precipitation, scale: standard}]
                split: {by: period, test_fraction: 0.2}
                model: {name: sst-cnn, filters: 4}
                training: {epochs: 3, early_stopping: 5}
                \""")
        let run = try experiment.run(into: "runs/rain")
        print(run.scores.targets, run.scores.count)
        ```

        ```
        ["precipitation"] 48
        ```

        A key that is misspelt is an error that names the nearest one. `--set model.filters=8` on the command line changes any key;
        docs/experiment.schema.json is the same list for editors that complete and check YAML. Files to begin with are in the folder
        `examples`.

        ### Keys

        This list is made from the keys themselves.

        """

    /// A table of an object's keys, and behind it the tables of objects within.
    private static func section(_ path: String, _ title: String, _ words: String, _ object: Node.Mapping) -> String {
        var inner = "", keys: [(name: String, schema: Node)] = []
        let required = Set(object["required"]?.array().compactMap(\.string) ?? [])
        for (key, value) in object["properties"]?.mapping ?? [:] {
            let name = key.string!
            keys.append((name, value))
            // Targets have the keys of inputs.
            if let deeper = self.object(in: value), name != "targets" {
                let title = "#### \(path).\(name)"
                inner += section("\(path).\(name)", title, described(value), deeper)
            }
        }
        return "\(title)\n\n\(words)\n\n\(table(keys, required: required))\n\(inner)"
    }

    private static func table(_ keys: [(name: String, schema: Node)], required: Set<String>) -> String {
        "| key | what it says | values | default |\n| --- | --- | --- | --- |\n"
            + keys.map { name, schema in
                let standard = required.contains(name) ? "required" : standard(schema)
                return "| `\(name)` | \(described(schema)) | \(values(schema)) | \(standard) |\n"
            }.joined()
    }

    private static func described(_ schema: Node) -> String {
        plain(schema["description"]?.string ?? "")
    }

    /// Text without the signs of a table or of links.
    private static func plain(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "\\<").replacing("*", with: "\\*").replacing(
            "[", with: "\\[")
    }

    private static func standard(_ schema: Node) -> String {
        guard let value = schema["default"] else { return "" }
        return object(in: schema) != nil || value.string == "" || value.mapping != nil ? "" : "`\(flow(value))`"
    }

    private static func flow(_ value: Node) -> String {
        if let list = value.sequence { return "[" + list.map(flow).joined(separator: ", ") + "]" }
        return value.string ?? ""
    }

    /// The object that a value may be, alone or in a list.
    private static func object(in schema: Node) -> Node.Mapping? {
        if schema["properties"] != nil { return schema.mapping }
        if let items = schema["items"], let found = object(in: items) { return found }
        return schema["anyOf"]?.sequence?.lazy.compactMap { object(in: $0) }.first
    }

    /// What a value may be, in words.
    private static func values(_ schema: Node) -> String {
        if let choices = schema["anyOf"]?.sequence {
            let lists = choices.filter { $0["type"]?.string == "array" }
            var words: [String] = []
            for choice in choices where choice["type"]?.string != "null" && !lists.contains(choice) {
                let word = values(choice)
                if !word.isEmpty, !words.contains(word) { words.append(word) }
            }
            // A list of what may also stand alone is said in short.
            return (words + lists.map { words.isEmpty ? values($0) : "a list of them" }).joined(separator: ", or ")
        }
        if schema["$ref"] != nil { return "a layer" }
        if let names = schema["enum"]?.sequence {
            return names.filter { $0.string != "null" }.map { "`\($0.string ?? "")`" }.joined(separator: ", ")
        }
        if let types = schema["type"]?.sequence {
            return types.compactMap { $0.string.flatMap(word) }.joined(separator: " or ")
        }
        switch schema["type"]?.string {
        case "array": return "a list of " + (schema["items"].map { plural(values($0)) } ?? "values")
        case "object":
            if schema["properties"] != nil { return "keys, see below" }
            return "names with " + (schema["additionalProperties"].map { values($0) } ?? "values")
        case let type?: return (word(type) ?? type) + bounds(schema)
        case nil: return ""
        }
    }

    private static func word(_ type: String) -> String? {
        [
            "string": "text", "number": "a number", "integer": "a whole number", "boolean": "`true` or `false`",
        ][type]
    }

    private static func plural(_ words: String) -> String {
        words.replacing("a whole number", with: "whole numbers").replacing("a number", with: "numbers")
            .replacing("text", with: "texts").replacing("a layer", with: "layers")
    }

    private static func bounds(_ schema: Node) -> String {
        func number(_ key: String) -> String? { schema[key]?.string }
        return switch (number("minimum"), number("exclusiveMinimum"), number("maximum")) {
        case (let low?, nil, let high?): " from \(low) to \(high)"
        case (let low?, nil, nil): ", \(low) or more"
        case (nil, let low?, nil): " above \(low)"
        case (nil, nil, let high?): ", \(high) at most"
        default: ""
        }
    }
}
