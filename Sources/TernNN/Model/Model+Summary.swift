import TernText

extension Model {
    /// The numbers in all weights, counted.
    public var parameterCount: Int { variables.reduce(0) { $0 + $1.variable.value.count } }

    /// The layers with their output shapes and numbers of parameters, as Keras prints them.
    ///
    /// ```swift
    /// let model = Sequential(input: [8]) { Dense(1) }
    /// print(model.summary())      // Trainable params: 9
    /// ```
    public func summary() -> String {
        let rows = summaryRows.map { ["\($0.name) (\($0.kind))", Self.text($0.shape), $0.parameterCount.grouped] }
        let trained = trainedVariables.reduce(0) { $0 + $1.value.count }
        let total = parameterCount
        func line(_ name: String, _ count: Int) -> String {
            let bytes = Double(count * info.dtype.size)
            let size =
                bytes < 1024
                ? "\(Int(bytes)) B"
                : bytes < 1_048_576 ? Self.decimals(bytes / 1024) + " KB" : Self.decimals(bytes / 1_048_576) + " MB"
            return " \(name) params: \(count.grouped) (\(size))"
        }
        return "Model: \"\(info.name ?? "model")\"\n" + Self.table(["Layer (type)", "Output Shape", "Param #"], rows)
            + "\n"
            + [line("Total", total), line("Trainable", trained), line("Non-trainable", total - trained)].joined(
                separator: "\n")
    }

    /// The inputs and the uses of layers, each after what it reads.
    package var summaryRows: [SummaryRow] {
        var seen = Set<ObjectIdentifier>(), places: [ObjectIdentifier: Int] = [:]
        return (inputs.map(\.source) + calls.filter { $0.layer != nil }).enumerated().map { index, call in
            places[ObjectIdentifier(call)] = index
            guard let layer = call.layer else {
                let input = inputs.first { $0.source === call }!
                return SummaryRow(
                    name: call.name ?? "input", kind: "Input", shape: input.shape, parameterCount: 0, isInput: true,
                    reads: [])
            }
            let isFirst = seen.insert(ObjectIdentifier(layer)).inserted
            let count = isFirst ? layer.variables.reduce(0) { $0 + $1.variable.value.count } : 0
            var reads: [Int] = []
            for place in call.inputs.compactMap({ places[ObjectIdentifier($0.source)] }) where !reads.contains(place) {
                reads.append(place)
            }
            return SummaryRow(
                name: layer.info.name!, kind: type(of: layer).kind, shape: shape(of: call), parameterCount: count,
                isInput: false, reads: reads)
        }
    }

    /// The shape of a call's first output, without the batch.
    private func shape(of call: LayerCall) -> [Int] {
        for other in calls {
            if let symbol = other.inputs.first(where: { $0.source === call && $0.index == 0 }) { return symbol.shape }
        }
        return outputs.first { $0.source === call }?.shape ?? []
    }

    private static func text(_ shape: [Int]) -> String {
        "(" + (["None"] + shape.map(String.init)).joined(separator: ", ") + ")"
    }

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
        return
            ([bar("┏", "┳", "┓", "━"), row(header, "┃"), bar("┡", "╇", "┩", "━")] + rows.map { row($0, "│") } + [
                bar("└", "┴", "┘", "─")
            ])
            .joined(separator: "\n")
    }
}

/// One use of a layer, or an input, as tables and drawings of a model show it.
package struct SummaryRow {
    package var name: String
    package var kind: String
    /// Of the first output, without the batch.
    package var shape: [Int]
    /// 0 where the layer was used before.
    package var parameterCount: Int
    package var isInput: Bool
    /// The rows whose results it reads, in their order.
    package var reads: [Int]
}
