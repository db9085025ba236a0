extension Model {
    /// The numbers in all weights, counted.
    public var parameterCount: Int { variables.reduce(0) { $0 + $1.variable.value.count } }

    /// The layers with their output shapes and numbers of parameters, as Keras prints them.
    ///
    /// ```swift
    /// print(model.summary())
    /// ```
    public func summary() -> String {
        var rows: [[String]] = []
        var seen = Set<ObjectIdentifier>()
        for call in inputs.map(\.source) + calls.filter({ $0.layer != nil }) {
            guard let layer = call.layer else {
                let input = inputs.first { $0.source === call }!
                rows.append(["\(call.name ?? "input") (Input)", Self.text(input.shape), "0"])
                continue
            }
            let first = seen.insert(ObjectIdentifier(layer)).inserted
            let count = first ? layer.variables.reduce(0) { $0 + $1.variable.value.count } : 0
            rows.append(["\(layer.info.name!) (\(type(of: layer).kind))", Self.text(shape(of: call)), count.grouped])
        }
        let trained = trainedVariables.reduce(0) { $0 + $1.value.count }
        let total = parameterCount
        func line(_ name: String, _ count: Int) -> String {
            let bytes = Double(count * info.dtype.size)
            let size = bytes < 1024 ? "\(Int(bytes)) B" : bytes < 1_048_576 ? Self.decimals(bytes / 1024) + " KB" : Self.decimals(bytes / 1_048_576) + " MB"
            return " \(name) params: \(count.grouped) (\(size))"
        }
        return "Model: \"\(info.name ?? "model")\"\n" + Self.table(["Layer (type)", "Output Shape", "Param #"], rows) + "\n"
            + [line("Total", total), line("Trainable", trained), line("Non-trainable", total - trained)].joined(separator: "\n")
    }

    /// The shape of a call's first output, without the batch.
    private func shape(of call: LayerCall) -> [Int] {
        for other in calls {
            if let symbol = other.inputs.first(where: { $0.source === call && $0.index == 0 }) { return symbol.shape }
        }
        return outputs.first { $0.source === call }?.shape ?? []
    }

    private static func text(_ shape: [Int]) -> String { "(" + (["None"] + shape.map(String.init)).joined(separator: ", ") + ")" }

    private static func decimals(_ x: Double) -> String {
        let hundredths = Int((x * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let widths = header.indices.map { i in ([header] + rows).map { $0[i].count }.max()! }
        func bar(_ left: Character, _ middle: String, _ right: Character, _ line: Character) -> String {
            "\(left)" + widths.map { String(repeating: line, count: $0 + 2) }.joined(separator: middle) + "\(right)"
        }
        func row(_ cells: [String], _ edge: Character) -> String {
            let padded = cells.indices.map { i in
                let blanks = String(repeating: " ", count: widths[i] - cells[i].count)
                return " " + (i == cells.count - 1 ? blanks + cells[i] : cells[i] + blanks) + " "
            }
            return "\(edge)" + padded.joined(separator: "\(edge)") + "\(edge)"
        }
        return ([bar("┏", "┳", "┓", "━"), row(header, "┃"), bar("┡", "╇", "┩", "━")] + rows.map { row($0, "│") } + [bar("└", "┴", "┘", "─")])
            .joined(separator: "\n")
    }
}

extension Int {
    /// 2853 as 2,853.
    package var grouped: String {
        var digits = Array(String(self)), at = digits.count - 3
        while at > 0 {
            digits.insert(",", at: at)
            at -= 3
        }
        return String(digits)
    }
}
