import Tern

/// A run as the network sees it: the inputs of each step side by side, scaled and filled.
struct PreparedRun: Sendable {
    var steps: RunSteps
    /// [steps, cells, channels].
    var inputs: [Float]

    /// - Parameters:
    ///   - used: the steps that examples need, in which nothing may be missing.
    ///   - watcher: who is told of a gap; without one it is an error.
    /// - Throws: `DataError` that names file, variable, step and cell of a gap.
    init(_ run: consuming RunSteps, _ preprocessing: Preprocessing, used: [Bool], watcher: NewData? = nil) throws {
        let cells = preprocessing.inputCells?.cellCount ?? 1, channels = preprocessing.stepChannelCount,
            count = run.inputCount
        let times = try preprocessing.configuration.timeInputs.map {
            try $0.values(at: run.inputLabels, file: run.inputs[0].file)
        }
        var gap: (variable: Int, index: Int)?
        inputs = [Float](unsafeUninitializedCapacity: count * cells * channels) { buffer, filled in
            var channel = 0
            for (k, fitted) in preprocessing.inputs.enumerated() {
                let variable = run.inputs[k], fill = fitted.fill?.values.map(Float.init),
                    hasMask = fitted.configuration.mask
                let own = variable.shape.channelCount
                // A series has one value for all cells, what is constant one for all steps.
                let cellStride = variable.shape.hasCells ? own : 0,
                    stepStride = variable.timeline == nil ? 0 : variable.width
                variable.values.singles.withUnsafeBufferPointer { values in
                    for step in 0..<count {
                        for cell in 0..<cells {
                            for c in 0..<own {
                                let within = cell * cellStride + c, value = values[step * stepStride + within],
                                    isMissing = !value.isFinite
                                let place = (step * cells + cell) * channels + channel + c
                                if isMissing, fill == nil, gap == nil, step < used.count, used[step] {
                                    gap = (k, step * stepStride + within)
                                }
                                buffer[place] =
                                    isMissing ? fill.map { $0.count == 1 ? $0[0] : $0[within] } ?? .nan : value
                                if hasMask { buffer[place + own] = isMissing ? 0 : 1 }
                            }
                        }
                    }
                }
                channel += hasMask ? 2 * own : own
            }
            for values in times {
                for place in 0..<count * cells {
                    buffer[place * channels + channel] = values[place / cells * 2]
                    buffer[place * channels + channel + 1] = values[place / cells * 2 + 1]
                }
                channel += 2
            }
            filled = count * cells * channels
        }
        if let gap {
            let failure = Self.failure(run.inputs[gap.variable], gap.index, isTarget: false)
            guard let watcher else { throw failure }
            watcher.add(gap: failure)
        }
        run.inputs = run.inputs.map { input in
            var input = input
            input.values = StepValues()
            return input
        }
        steps = run
    }

    /// Without its inputs.
    init(targetsOf run: RunSteps) { (steps, inputs) = (run, []) }

    static func failure(_ variable: VariableSteps, _ index: Int, isTarget: Bool) -> DataError {
        let remedy =
            isTarget
            ? variable.width == 1
                ? "select a part without gaps"
                : "say mask: true, so that missing cells do not count, or select a part without gaps"
            : "say what stands in for it (fill: mean, or a number), mask: true for a channel of gaps, or select a part without them"
        return DataError(
            file: variable.file, "variable \"\(variable.name)\" is missing at \(variable.place(index)); \(remedy)")
    }
}

extension Preprocessing {
    /// Which steps of a run's inputs lie in a window.
    static func usedSteps(ofRun run: Int, count: Int, by candidates: Candidates) -> [Bool] {
        var used = [Bool](repeating: false, count: count)
        for place in candidates.examples where place.run == run {
            for step in candidates.inputSteps(of: place) {
                used[step] = true
            }
        }
        return used
    }

    /// The chosen candidates as tensors; windows are copied once, each in one piece.
    ///
    /// - Parameter allowsGaps: whether targets may be missing that were not in training.
    func examples(
        _ chosen: [Int], of candidates: Candidates, in runs: [PreparedRun], withInputs: Bool = true,
        allowsGaps: Bool = false
    ) throws -> Examples {
        let cells = inputCells?.cellCount ?? 1, length = configuration.window.length, count = stepChannelCount,
            width = length * cells * count
        let isAside = configuration.window.form == .channels && length > 1
        let rows = withInputs ? chosen : []
        let inputs = Tensor(shape: [rows.count] + inputShape, dtype: .float32) { bytes in
            let target = bytes.bindMemory(to: Float.self)
            for (row, example) in rows.enumerated() {
                let place = candidates.examples[example], first = candidates.inputSteps(of: place).lowerBound
                runs[place.run].inputs.withUnsafeBufferPointer { source in
                    let part = UnsafeBufferPointer(
                        rebasing: source[first * cells * count..<first * cells * count + width])
                    let window = UnsafeMutableBufferPointer(rebasing: target[row * width..<(row + 1) * width])
                    guard isAside else {
                        _ = window.update(from: part)
                        return
                    }
                    // Steps beside channels in each cell.
                    for step in 0..<length {
                        for cell in 0..<cells {
                            for c in 0..<count {
                                window[(cell * length + step) * count + c] = part[(step * cells + cell) * count + c]
                            }
                        }
                    }
                }
            }
        }
        let knowsTargets = chosen.allSatisfy {
            runs[candidates.examples[$0].run].steps.targetSteps[candidates.examples[$0].step] != nil
        }
        func targetSteps(before offset: Int) -> [Int?] {
            chosen.map { example in
                let place = candidates.examples[example], run = runs[place.run].steps
                guard place.step >= offset, run.positions[place.step] - run.positions[place.step - offset] == offset
                else { return nil }
                return run.targetSteps[place.step - offset]
            }
        }
        var examples = outline(chosen, of: candidates, in: runs.map(\.steps))
        examples.inputs = inputs
        guard knowsTargets else { return examples }
        examples.targets = try targetTensor(
            chosen, targetSteps(before: 0), candidates, runs, isRequired: !allowsGaps)
        examples.previousTargets = try targetTensor(
            chosen, targetSteps(before: max(1, configuration.window.lead)), candidates, runs, isRequired: false)
        return examples
    }

    /// What is known of candidates without their values.
    func outline(_ chosen: [Int], of candidates: Candidates, in runs: [RunSteps]) -> Examples {
        let none = Tensor.zeros([0] + outputShape)
        return Examples(
            inputs: .zeros([0] + inputShape), targets: none, previousTargets: none,
            labels: chosen.map { candidates.labels[$0] },
            groups: chosen.map { candidates.groups[$0] }, runs: chosen.map { candidates.runs[$0] },
            coordinates: coordinates(chosen, candidates, runs), sample: configuration.sample)
    }

    private func targetTensor(
        _ chosen: [Int], _ steps: [Int?], _ candidates: Candidates, _ runs: [PreparedRun], isRequired: Bool
    ) throws -> Tensor {
        let cells = targets[0].shape.cellCount, sizes = targets.map(\.shape.channelCount), count = sizes.reduce(0, +)
        return try Tensor(shape: [chosen.count] + outputShape, dtype: .float32) { bytes in
            let target = bytes.bindMemory(to: Float.self)
            for (row, example) in chosen.enumerated() {
                let variables = runs[candidates.examples[example].run].steps.targets
                var channel = 0
                for (k, own) in sizes.enumerated() {
                    let width = cells * own,
                        mayLack = targets[k].fill != nil || targets[k].configuration.mask && width > 1
                    for within in 0..<width {
                        let value = steps[row].map { variables[k].values.singles[$0 * width + within] }
                        // What has no step is no gap, which a fill stands in for.
                        target[(row * cells + within / own) * count + channel + within % own] =
                            value.map { filled($0, k, within) } ?? .nan
                        if isRequired, value?.isFinite != true, !mayLack {
                            throw PreparedRun.failure(variables[k], steps[row]! * width + within, isTarget: true)
                        }
                    }
                    channel += own
                }
            }
        }
    }

    private func filled(_ value: Float, _ k: Int, _ within: Int) -> Float {
        guard !value.isFinite else { return value }
        // A mask keeps gaps, so that they count for nothing.
        guard !targets[k].configuration.mask, let fill = targets[k].fill?.values else { return .nan }
        return Float(fill.count == 1 ? fill[0] : fill[within])
    }

    /// The label of each example first, then what else all runs know.
    private func coordinates(_ chosen: [Int], _ candidates: Candidates, _ runs: [RunSteps]) -> [Coordinate] {
        let sample = configuration.sample
        var found: [Coordinate] = []
        let labels = chosen.map { candidates.labels[$0] }, name = candidates.labelName ?? sample
        let original = runs.lazy.flatMap { $0.coordinates }.first { $0.name == name }
        if candidates.labelName != nil {
            var own = Coordinate(
                name, dimension: sample, labels: .texts(labels.map(\.text)), attributes: original?.attributes ?? [:])
            if labels.allSatisfy({ $0.date != nil }) {
                own.label(by: labels.map { $0.date! })
            } else if labels.allSatisfy({ $0.number != nil }) {
                own.labels = .numbers(labels.map { $0.number! })
            }
            found.append(own)
        }
        if candidates.runs.contains(where: { !$0.isEmpty }) {
            found.append(Coordinate("run", dimension: sample, labels: .texts(chosen.map { candidates.runs[$0] })))
        }
        for coordinate in runs.first?.member.coordinates ?? []
        where !found.contains(where: { $0.name == coordinate.name }) {
            let places = chosen.map { (run: candidates.examples[$0].run, step: Int?.some(0)) }
            let own = runs.map { run in run.member.coordinates.first { $0.name == coordinate.name } }
            guard var joined = coordinate.taking(places, of: own) else { continue }
            joined.dimension = sample
            found.append(joined)
        }
        for coordinate in runs.first?.coordinates ?? [] where !found.contains(where: { $0.name == coordinate.name }) {
            let own = runs.map { $0.coordinates.first { $0.name == coordinate.name } }
            let places = chosen.map { candidates.examples[$0] }.map {
                (run: $0.run, step: runs[$0.run].coordinateStep($0.step))
            }
            guard let joined = coordinate.taking(places, of: own) else { continue }
            found.append(joined)
        }
        return found
    }
}

extension Coordinate {
    /// By times of one calendar; those of several, as runs of climate models have, are no one axis and stand as texts.
    fileprivate mutating func label(by dates: [CalendarDate]) {
        guard Set(dates.map(\.calendar)).count > 1 else { return labels = .times(dates) }
        labels = .texts(dates.map(\.description))
        // They say how numbers count.
        attributes["units"] = nil
        attributes["calendar"] = nil
    }

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
        if let numbers = labels(\.numbers) {
            joined.labels = .numbers(numbers)
        } else if let times = labels(\.times) {
            joined.label(by: times)
        } else if let texts = labels(\.texts) {
            joined.labels = .texts(texts)
        } else {
            return nil
        }
        joined.bounds = nil
        return joined
    }
}
