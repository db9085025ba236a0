import Tern

extension VariableSteps {
    /// Brings the steps into the order of time where each has a time of its own, and notes what is not so: splits,
    /// windows, persistence and lags go by time, whatever the order in the file.
    ///
    /// Samples of several models, or members, repeat times, which begin anew with each of them: they stay as they are.
    mutating func sortSteps(along sample: String) {
        guard let timeline, timeline.isTime, stepCount > 1, coordinates.contains(where: { $0.name == sample }) else {
            return
        }
        let times = timeline.labels.map { $0.time ?? .nan }
        guard times.allSatisfy(\.isFinite), zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) else { return }
        let what = timeline.name ?? "time"
        var seen: Set<Double> = []
        let repeated = times.indices.filter { !seen.insert(times[$0]).inserted }
        guard let first = repeated.first else {
            self = taking(times.indices.sorted { times[$0] < times[$1] })
            notes.append("the steps of \(file) do not follow \(what); they are taken in its order")
            return
        }
        guard !isStacked(times) else { return }
        notes.append(
            "\(repeated.count.grouped) of \(stepCount.grouped) steps of \(file) have a \(what) that another has too (first \(timeline.labels[first])); "
                + "no window or persistence reaches across them: leave one of each")
    }

    /// Whether another coordinate along the samples tells steps of one time apart.
    private func isStacked(_ times: [Double]) -> Bool {
        coordinates.contains { coordinate in
            guard coordinate.role == nil, coordinate.name != timeline?.name else { return false }
            let labels = coordinate.labelTexts
            guard Set(labels).count > 1 else { return false }
            return Set(times.indices.map { "\(times[$0]) \(labels[$0])" }).count == times.count
        }
    }
}
