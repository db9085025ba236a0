import Tern

/// A run as the network sees it: the inputs of each step side by side, scaled and filled.
struct PreparedRun: Sendable {
    var steps: RunSteps
    /// [steps, cells, channels].
    var inputs: [Float]

    /// - Parameter used: the steps that examples need, in which nothing may be missing.
    /// - Throws: ``DataError`` that names file, variable, step and cell of a gap.
    init(_ run: consuming RunSteps, _ preprocessing: Preprocessing, used: [Bool]) throws {
        let cells = preprocessing.inputGrid?.cellCount ?? 1, channels = preprocessing.channels.count, count = run.inputCount
        var gap: (variable: Int, step: Int, cell: Int)?
        inputs = [Float](unsafeUninitializedCapacity: count * cells * channels) { buffer, filled in
            var channel = 0
            for (k, fitted) in preprocessing.inputs.enumerated() {
                let variable = run.inputs[k], fill = fitted.fill?.values.map(Float.init), hasMask = fitted.configuration.mask
                // A series has one value for all cells, what is constant one for all steps.
                let cellStride = variable.grid == nil ? 0 : 1, stepStride = variable.timeline == nil ? 0 : variable.cellCount
                variable.values.withUnsafeBufferPointer { values in
                    for step in 0..<count {
                        for cell in 0..<cells {
                            let value = values[step * stepStride + cell * cellStride], isMissing = !value.isFinite
                            let place = (step * cells + cell) * channels + channel
                            if isMissing, fill == nil, gap == nil, step < used.count, used[step] { gap = (k, step, cell * cellStride) }
                            buffer[place] = isMissing ? fill.map { $0.count == 1 ? $0[0] : $0[cell * cellStride] } ?? .nan : value
                            if hasMask { buffer[place + 1] = isMissing ? 0 : 1 }
                        }
                    }
                }
                channel += hasMask ? 2 : 1
            }
            filled = count * cells * channels
        }
        if let gap { throw Self.failure(run.inputs[gap.variable], step: gap.step, cell: gap.cell, isTarget: false) }
        run.inputs = run.inputs.map { input in
            var input = input
            input.values = []
            return input
        }
        steps = run
    }

    /// Without its inputs.
    init(targetsOf run: RunSteps) { (steps, inputs) = (run, []) }

    static func failure(_ variable: VariableSteps, step: Int, cell: Int, isTarget: Bool) -> DataError {
        let remedy = isTarget
            ? variable.grid == nil ? "select a part without gaps" : "say mask: true, so that missing cells do not count, or select a part without gaps"
            : "say what stands in for it (fill: mean, or a number), mask: true for a channel of gaps, or select a part without them"
        return DataError(file: variable.file, "variable \"\(variable.name)\" is missing at \(variable.place(step: step, cell: cell)); \(remedy)")
    }
}

extension Preprocessing {
    /// Which steps of a run's inputs lie in a window.
    static func usedSteps(ofRun run: Int, count: Int, by candidates: Candidates) -> [Bool] {
        var used = [Bool](repeating: false, count: count)
        for place in candidates.places where place.run == run {
            for step in place.step - candidates.reach.upperBound...place.step - candidates.reach.lowerBound { used[step] = true }
        }
        return used
    }

    /// The chosen candidates as tensors; windows are copied once, each in one piece.
    func examples(_ chosen: [Int], of candidates: Candidates, in runs: [PreparedRun], withInputs: Bool = true) throws -> Examples {
        let cells = inputGrid?.cellCount ?? 1, width = configuration.window.length * cells * channels.count
        let rows = withInputs ? chosen : []
        let inputs = Tensor(shape: [rows.count] + inputShape, dtype: .float32) { bytes in
            let target = bytes.bindMemory(to: Float.self)
            for (row, example) in rows.enumerated() {
                let place = candidates.places[example], first = place.step - candidates.reach.upperBound
                runs[place.run].inputs.withUnsafeBufferPointer { source in
                    let part = UnsafeBufferPointer(rebasing: source[first * cells * channels.count..<first * cells * channels.count + width])
                    _ = UnsafeMutableBufferPointer(rebasing: target[row * width..<(row + 1) * width]).update(from: part)
                }
            }
        }
        let knowsTargets = chosen.allSatisfy { runs[candidates.places[$0].run].steps.targetSteps[candidates.places[$0].step] != nil }
        func targetSteps(before offset: Int) -> [Int?] {
            chosen.map { example in
                let place = candidates.places[example], run = runs[place.run].steps
                guard place.step >= offset, run.positions[place.step] - run.positions[place.step - offset] == offset else { return nil }
                return run.targetSteps[place.step - offset]
            }
        }
        let none = Tensor.zeros([0] + outputShape)
        return Examples(
            inputs: inputs, targets: knowsTargets ? try targetTensor(chosen, targetSteps(before: 0), candidates, runs, isRequired: true) : none,
            previousTargets: knowsTargets
                ? try targetTensor(chosen, targetSteps(before: max(1, configuration.window.lead)), candidates, runs, isRequired: false) : none,
            labels: chosen.map { candidates.labels[$0] }, groups: chosen.map { candidates.groups[$0] }, runs: chosen.map { candidates.runs[$0] },
            coordinates: coordinates(chosen, candidates, runs.map(\.steps)), sample: configuration.sample)
    }

    /// What is known of candidates without their values.
    func outline(_ chosen: [Int], of candidates: Candidates, in runs: [RunSteps]) -> Examples {
        let none = Tensor.zeros([0] + outputShape)
        return Examples(
            inputs: .zeros([0] + inputShape), targets: none, previousTargets: none, labels: chosen.map { candidates.labels[$0] },
            groups: chosen.map { candidates.groups[$0] }, runs: chosen.map { candidates.runs[$0] },
            coordinates: coordinates(chosen, candidates, runs), sample: configuration.sample)
    }

    private func targetTensor(
        _ chosen: [Int], _ steps: [Int?], _ candidates: Candidates, _ runs: [PreparedRun], isRequired: Bool
    ) throws -> Tensor {
        let cells = targetGrid?.cellCount ?? 1, count = targets.count
        return try Tensor(shape: [chosen.count] + outputShape, dtype: .float32) { bytes in
            let target = bytes.bindMemory(to: Float.self)
            for (row, example) in chosen.enumerated() {
                let variables = runs[candidates.places[example].run].steps.targets
                for k in 0..<count {
                    for cell in 0..<cells {
                        let value = steps[row].map { variables[k].values[$0 * cells + cell] } ?? .nan
                        target[(row * cells + cell) * count + k] = filled(value, k, cell)
                        if isRequired, !value.isFinite, targets[k].fill == nil, !(targets[k].configuration.mask && targetGrid != nil) {
                            throw PreparedRun.failure(variables[k], step: steps[row]!, cell: cell, isTarget: true)
                        }
                    }
                }
            }
        }
    }

    private func filled(_ value: Float, _ k: Int, _ cell: Int) -> Float {
        guard !value.isFinite else { return value }
        // A mask keeps gaps, so that they count for nothing.
        guard !targets[k].configuration.mask, let fill = targets[k].fill?.values else { return .nan }
        return Float(fill.count == 1 ? fill[0] : fill[cell])
    }

    /// The label of each example first, then what else all runs know.
    private func coordinates(_ chosen: [Int], _ candidates: Candidates, _ runs: [RunSteps]) -> [Coordinate] {
        let sample = configuration.sample
        var found: [Coordinate] = []
        let labels = chosen.map { candidates.labels[$0] }, name = candidates.labelName ?? sample
        let original = runs.lazy.flatMap { $0.coordinates }.first { $0.name == name }
        if candidates.labelName != nil {
            let kind: Coordinate.Labels = if labels.allSatisfy({ $0.date != nil }) {
                .times(labels.map { $0.date! })
            } else if labels.allSatisfy({ $0.number != nil }) {
                .numbers(labels.map { $0.number! })
            } else { .texts(labels.map(\.plainText)) }
            found.append(Coordinate(name, dimension: sample, labels: kind, attributes: original?.attributes ?? [:]))
        }
        if candidates.runs.contains(where: { !$0.isEmpty }) {
            found.append(Coordinate("run", dimension: sample, labels: .texts(chosen.map { candidates.runs[$0] })))
        }
        for coordinate in runs.first?.coordinates ?? [] where !found.contains(where: { $0.name == coordinate.name }) {
            let own = runs.map { $0.coordinates.first { $0.name == coordinate.name } }
            let places = chosen.map { candidates.places[$0] }.map { (run: $0.run, step: runs[$0.run].coordinateStep($0.step)) }
            guard let joined = coordinate.taking(places, of: own) else { continue }
            found.append(joined)
        }
        return found
    }
}

extension Label {
    /// Without the marks around a text.
    var plainText: String { if case .text(let text) = self { text } else { description } }
}

extension Coordinate {
    /// Its labels at steps of several runs; nil where some are unknown, or of different kinds.
    fileprivate func taking(_ places: [(run: Int, step: Int?)], of runs: [Coordinate?]) -> Coordinate? {
        func labels<T>(_ values: (Coordinate) -> [T]?) -> [T]? {
            let all = runs.map { $0.flatMap(values) }
            var taken: [T] = []
            taken.reserveCapacity(places.count)
            for (run, step) in places {
                guard let step, let values = all[run] else { return nil }
                taken.append(values[step])
            }
            return taken
        }
        var joined = self
        if let numbers = labels(\.numbers) { joined.labels = .numbers(numbers) }
        else if let times = labels(\.times) { joined.labels = .times(times) }
        else if let texts = labels(\.texts) { joined.labels = .texts(texts) }
        else { return nil }
        joined.bounds = nil
        return joined
    }
}
