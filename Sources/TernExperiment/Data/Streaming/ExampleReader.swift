import Tern

/// Makes examples of files as they are asked for.
struct ExampleReader: Sendable {
    let preprocessing: Preprocessing
    let candidates: Candidates
    /// Without values.
    let runs: [RunSteps]
    /// Who is shown what is read; nil of training's own files.
    var watcher: NewData?

    /// How many steps of all variables, windows included, fill a chunk.
    var chunk: Int {
        if let chunk = preprocessing.configuration.chunk { return chunk }
        let read = (runs[0].inputs + runs[0].targets).reduce(0) { $0 + ($1.unread?.bytesPerStep ?? 0) }
        return ChunkSize.steps(
            ofBytes: read + 4 * (preprocessing.inputShape.reduce(1, *) + preprocessing.outputShape.reduce(1, *)))
    }

    /// A part of the candidates, in chunks, of which one may hold several runs.
    func stream(_ chosen: [Int]) -> ExampleStream {
        let size = chunk, outline = preprocessing.outline(chosen, of: candidates, in: runs)
        var chunks: [Range<Int>] = [], start = 0, before = 0, first = chosen.first.map { candidates.examples[$0] }
        for (i, example) in chosen.enumerated() {
            let place = candidates.examples[example]
            if place.run != first!.run {
                before += candidates.examples[chosen[i - 1]].step - first!.step + 1
                first = place
            }
            guard before + place.step - first!.step >= size else { continue }
            chunks.append(start..<i)
            (start, before, first) = (i, 0, place)
        }
        chunks.append(start..<chosen.count)
        return ExampleStream(outline: outline, chunks: chunks) { try examples($0.map { chosen[$0] }, withInputs: $1) }
    }

    /// Candidates of runs that follow each other.
    private func examples(_ chosen: [Int], withInputs: Bool) throws -> Examples {
        var parts: [[Int]] = []
        for example in chosen {
            if let last = parts.last?.last, candidates.examples[last].run == candidates.examples[example].run {
                parts[parts.count - 1].append(example)
            } else {
                parts.append([example])
            }
        }
        guard parts.count != 1 else { return try examplesOfRun(chosen, withInputs: withInputs) }
        let read = try parts.map { try examplesOfRun($0, withInputs: withInputs) }
        guard !read.isEmpty else { return try preprocessing.examples([], of: candidates, in: []) }
        return Examples(read, in: preprocessing.outline(chosen, of: candidates, in: runs))
    }

    /// Candidates of one run; all steps from the first to the last are read.
    private func examplesOfRun(_ chosen: [Int], withInputs: Bool) throws -> Examples {
        let first = chosen.first!, last = chosen.last!, run = candidates.examples[first].run
        // The windows' steps, and those of the targets that were known last.
        let start = max(0, candidates.examples[first].step - max(1, candidates.reach.upperBound))
        var part = try runs[run].reading(start..<candidates.examples[last].step + 1, withInputs: withInputs)
        try preprocessing.prepare(&part, watcher: watcher, index: run, from: start)
        let own = candidates.taking(chosen, inRunFrom: start)
        let prepared =
            withInputs
            ? try PreparedRun(
                part, preprocessing, used: Preprocessing.usedSteps(ofRun: 0, count: part.inputCount, by: own),
                watcher: watcher)
            : PreparedRun(targetsOf: part)
        return try preprocessing.examples(
            Array(0..<own.count), of: own, in: [prepared], withInputs: withInputs, allowsGaps: watcher != nil)
    }
}

extension Candidates {
    /// These candidates of one run, of which only the steps from `start` on remain.
    fileprivate func taking(_ chosen: [Int], inRunFrom start: Int) -> Candidates {
        var part = self
        part.examples = chosen.map { Example(run: 0, step: examples[$0].step - start) }
        part.labels = chosen.map { labels[$0] }
        part.groups = chosen.map { groups[$0] }
        part.runs = chosen.map { runs[$0] }
        part.positions = chosen.map { positions[$0] }
        return part
    }
}
