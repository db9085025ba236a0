import Tern

/// Makes examples of files as they are asked for.
struct ExampleReader: Sendable {
    let preprocessing: Preprocessing
    let candidates: Candidates
    /// Without values.
    let runs: [RunSteps]

    /// How many steps of all variables, windows included, fill a chunk.
    var chunk: Int {
        if let chunk = preprocessing.configuration.chunk { return chunk }
        let read = (runs[0].inputs + runs[0].targets).reduce(0) { $0 + ($1.unread?.bytesPerStep ?? 0) }
        return ChunkSize.steps(ofBytes: read + 4 * (preprocessing.inputShape.reduce(1, *) + preprocessing.outputShape.reduce(1, *)))
    }

    /// A part of the candidates, in chunks.
    func stream(_ chosen: [Int]) -> ExampleStream {
        let size = chunk, outline = preprocessing.outline(chosen, of: candidates, in: runs)
        var chunks: [Range<Int>] = [], start = 0
        for (i, example) in chosen.enumerated() {
            let first = candidates.places[chosen[start]], place = candidates.places[example]
            guard place.run != first.run || place.step - first.step >= size else { continue }
            chunks.append(start..<i)
            start = i
        }
        chunks.append(start..<chosen.count)
        return ExampleStream(outline: outline, chunks: chunks) { try examples($0.map { chosen[$0] }, withInputs: $1) }
    }

    /// Candidates of one run; all steps from the first to the last are read.
    private func examples(_ chosen: [Int], withInputs: Bool) throws -> Examples {
        guard let first = chosen.first, let last = chosen.last else { return try preprocessing.examples([], of: candidates, in: []) }
        let run = candidates.places[first].run
        // The windows' steps, and those of the targets that were known last.
        let start = max(0, candidates.places[first].step - max(1, candidates.reach.upperBound))
        var part = try runs[run].reading(start..<candidates.places[last].step + 1, withInputs: withInputs)
        try preprocessing.prepare(&part)
        let own = candidates.taking(chosen, inRunFrom: start)
        let prepared = withInputs
            ? try PreparedRun(part, preprocessing, used: Preprocessing.usedSteps(ofRun: 0, count: part.inputCount, by: own))
            : PreparedRun(targetsOf: part)
        return try preprocessing.examples(Array(0..<own.count), of: own, in: [prepared], withInputs: withInputs)
    }
}

extension Candidates {
    /// These candidates of one run, of which only the steps from `start` on remain.
    fileprivate func taking(_ chosen: [Int], inRunFrom start: Int) -> Candidates {
        var part = self
        part.places = chosen.map { Place(run: 0, step: places[$0].step - start) }
        part.labels = chosen.map { labels[$0] }
        part.groups = chosen.map { groups[$0] }
        part.runs = chosen.map { runs[$0] }
        part.positions = chosen.map { positions[$0] }
        return part
    }
}
