import Tern

/// The labels of the dimensions whose labels are samples of their own, such as the member of an ensemble or the
/// station.
struct Member: Sendable, Equatable {
    /// By dimension.
    var labels: [String: String] = [:]
    /// What is known of it, of one entry each: the dimensions' own coordinates first, then others along them.
    var coordinates: [Coordinate] = []
    /// The dimensions without a coordinate of their name, whose labels are places alone.
    private var counted: Set<String> = []

    init() {}

    /// The label at an index of a dimension.
    init(_ dimension: String, _ index: Int, of field: Field) {
        let own = field.coordinates.filter { $0.dimension == dimension }
        let main =
            own.first { $0.name == dimension }
            ?? Coordinate(dimension, numbers: (0..<field.length(of: dimension)!).map(Double.init))
        coordinates = ([main] + own.filter { $0.name != dimension }).map { $0.taking([index]) }
        labels = [dimension: coordinates[0].labelTexts[0]]
        if !own.contains(where: { $0.name == dimension }) { counted = [dimension] }
    }

    /// The label of several dimensions together.
    func joined(with other: Member) -> Member {
        var both = self
        both.labels.merge(other.labels) { own, _ in own }
        both.counted.formUnion(other.counted)
        both.coordinates += other.coordinates.filter { coordinate in
            !coordinates.contains { $0.name == coordinate.name }
        }
        return both
    }

    /// Its coordinates along so many samples.
    func coordinates(along sample: String, count: Int) -> [Coordinate] {
        let places = [Int](repeating: 0, count: count)
        return coordinates.map { coordinate in
            var repeated = coordinate.taking(places)
            (repeated.dimension, repeated.bounds) = (sample, nil)
            return repeated
        }
    }

    /// The members that all variables have, in the order of the first, each with its variables. A variable without a
    /// dimension, or with one selected label of it, is the same for all of its labels.
    ///
    /// - Parameter variables: of each variable its members.
    static func joined(_ variables: [[VariableSteps]]) throws -> [(member: Member, variables: [VariableSteps])] {
        var found: [(member: Member, variables: [VariableSteps])] = [(Member(), [])]
        for own in variables {
            let shared = Set(own[0].member.labels.keys).intersection(found[0].member.labels.keys).sorted()
            func key(_ member: Member) -> [String] { shared.map { member.labels[$0]! } }
            if !shared.isEmpty {
                try refuseRepeated(own.map(\.member), own[0])
                try refuseRepeated(
                    found.map(\.member), found[0].variables.last { !$0.member.labels.isEmpty } ?? own[0])
            }
            let matches = Dictionary(grouping: own) { key($0.member) }, texts = texts(of: own.map(\.member))
            /// Whether one of both has a lone place along a dimension, and the other several.
            func isLone(_ dimension: String) -> Bool {
                let counts = [own.map(\.member), found.map(\.member)].map {
                    Set($0.map { $0.labels[dimension]! }).count
                }
                return counts.contains(1) && counts[0] != counts[1]
            }
            let lone = Set(shared.filter(isLone))
            let next = try found.flatMap { known in
                try (matches[key(known.member)] ?? []).map {
                    try known.member.checkNames(of: $0, along: shared, lone, among: texts)
                    return (known.member.joined(with: $0.member), known.variables + [$0])
                }
            }
            guard !next.isEmpty else {
                let other = found[0].variables.last { !$0.member.labels.isEmpty }!
                let isLone = [own.map(\.member), found.map(\.member)].contains { Set($0.map(key)).count == 1 }
                throw DataError(
                    file: own[0].file,
                    "variable \"\(own[0].name)\" and \"\(other.name)\" of \(other.file) share no label of \(shared.joined(separator: " and ")): "
                        + "the first one's is \(key(own[0].member).joined(separator: ", ")), the other's \(key(other.member).joined(separator: ", "))"
                        + (isLone
                            ? "; what is to stand for all labels of another selects its own (select: {\(shared[0]): \"#0\"})"
                            : "")
                )
            }
            found = next
        }
        return found
    }

    /// The texts of each coordinate that holds some.
    private static func texts(of members: [Member]) -> [String: Set<String>] {
        members.flatMap(\.coordinates).filter { $0.texts != nil }.reduce(into: [:]) {
            $0[$1.name, default: []].insert($1.labelTexts[0])
        }
    }

    /// Refuses places that only their number makes the same where a name of one stands at another place of the other
    /// variable, or where one has a single place: what names differ by elsewhere may be anything, such as a source.
    ///
    /// - Parameters:
    ///   - lone: the dimensions along which one of both has a single place.
    ///   - texts: those of the other variable, by coordinate.
    private func checkNames(
        of variable: VariableSteps, along shared: [String], _ lone: Set<String>, among texts: [String: Set<String>]
    ) throws {
        for dimension in shared where counted.contains(dimension) && variable.member.counted.contains(dimension) {
            for own in coordinates where own.dimension == dimension && own.texts != nil {
                guard let other = variable.member.coordinates.first(where: { $0.name == own.name }),
                    other.texts != nil, other.labelTexts != own.labelTexts,
                    lone.contains(dimension) || texts[own.name]?.contains(own.labelTexts[0]) == true
                else { continue }
                throw DataError(
                    file: variable.file,
                    "variable \"\(variable.name)\": \(own.name) \"\(other.labelTexts[0])\" stands where another variable has \"\(own.labelTexts[0])\", and nothing but places along \"\(dimension)\" pairs them; "
                        + "give both a coordinate \"\(dimension)\", or the same order")
            }
        }
    }

    /// Refuses labels of which nobody knows which series of another variable they belong to.
    private static func refuseRepeated(_ members: [Member], _ variable: VariableSteps) throws {
        var seen: Set<[String: String]> = []
        guard let twice = members.first(where: { !seen.insert($0.labels).inserted }) else { return }
        let names = twice.labels.sorted { $0.key < $1.key }.map { "\($0.key) \"\($0.value)\"" }
        throw DataError(
            file: variable.file,
            "variable \"\(variable.name)\": \(names.joined(separator: ", ")) stands twice, so that nobody knows which belongs to which of another variable; "
                + "give each label once, or select one by its place (select: {\(twice.labels.keys.min()!): \"#0\"})")
    }

    /// Whether a variable that does not change in time is not the same in all runs.
    static func differ(_ runs: [VariableSteps]) -> Bool {
        runs.dropFirst().contains {
            $0.values.singles != runs[0].values.singles || $0.values.doubles != runs[0].values.doubles
        }
    }

    /// What was left out, because not all variables have it.
    static func notes(_ variables: [[VariableSteps]], _ joined: [(member: Member, variables: [VariableSteps])])
        -> [String]
    {
        let dimensions = Set(joined.flatMap(\.member.labels.keys)).sorted()
        return dimensions.compactMap { dimension in
            let all = Set(variables.flatMap { $0.compactMap { $0.member.labels[dimension] } }),
                kept = Set(joined.compactMap { $0.member.labels[dimension] })
            return all == kept
                ? nil
                : "\(all.count - kept.count) of \(all.count) labels of \"\(dimension)\" are not in all variables, and left out"
        }
    }
}

extension VariableSteps {
    /// A variable of a run, for each label of the dimensions that are samples beside the main one.
    static func members(
        of variable: VariableConfiguration, run: String?, from source: any FieldSource, in data: DataConfiguration,
        isNew: Bool, isStreamed: Bool
    ) throws -> [VariableSteps] {
        let file = try source.file(variable, run: run), stored = try file.dataset.variable(file.name)
        let axes = stored.dimensions.filter {
            $0 != data.sample && !variable.mean.contains($0) && data.role(of: $0, for: variable) == .samples
        }
        if isStreamed, stored.dimensions.contains(data.sample) {
            return try places(along: axes, of: variable, file, isNew: isNew).map { member, places, rest in
                var steps = try VariableSteps(unread: rest, of: file, at: places, in: data, isNew: isNew)
                steps.notes += [try file.limitsNote(), isNew ? nil : file.areaNote(steps)].compactMap { $0 }
                steps.member = member
                return steps
            }
        }
        var reading: ReadingNotes? = []
        let field = try file.field(notes: &reading)
        if data.needsTimes { try file.checkTimes(field.coordinates, along: data.sample) }
        let note = data.needsTimes ? nil : file.timeNote(field.coordinates, along: data.sample)
        return try places(along: axes, of: variable, file, isNew: isNew).map { member, places, rest in
            let part = places.sorted { $0.key < $1.key }.reduce(field) { $0.sliced($1.value, along: $1.key) }
            var steps = try VariableSteps(
                rest, of: part, file: file.path, in: data, isNew: isNew, reading: reading ?? [])
            steps.notes += [try file.limitsNote(), note, isNew ? nil : file.areaNote(steps)].compactMap { $0 }
            steps.member = member
            return steps
        }
    }

    /// The members of a variable, where they lie in its file, and the variable without what is selected of them.
    private static func places(
        along axes: [String], of variable: VariableConfiguration, _ file: FieldFile, isNew: Bool
    ) throws -> [(member: Member, places: [String: Range<Int>], variable: VariableConfiguration)] {
        var found: [(member: Member, places: [String: Range<Int>])] = [(Member(), [:])], rest = variable
        for axis in axes {
            let chosen = try file.labels(along: axis, selectedBy: rest) { _ in true }
            let indices = chosen.labels.values.doubles.map { Int($0) }
            // A label that is asked for says nothing more, and neither does a dimension of one entry without any, or of
            // new files: training selected none where the like stood for all.
            let isAsked = rest.select.contains { chosen.rest.select[$0.key] == nil && $0.value.count == 1 }
            let isLabelled = chosen.labels.coordinates.contains {
                $0.name == axis || $0.dimension == axis && $0.texts != nil
            }
            let isSilent = indices.count == 1 && (isNew || isAsked || !isLabelled)
            rest = chosen.rest
            found = found.flatMap { member, places in
                indices.enumerated().map { i, index in
                    (
                        isSilent ? member : member.joined(with: Member(axis, i, of: chosen.labels)),
                        places.merging([axis: index..<index + 1]) { $1 }
                    )
                }
            }
        }
        return found.map { ($0.member, $0.places, rest) }
    }
}
