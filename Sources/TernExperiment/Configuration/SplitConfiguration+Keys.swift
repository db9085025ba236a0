import Tern

extension SplitConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key(
                "by", \.by, required: true,
                "period: by the labels of the sample dimension; group: by a coordinate's values or by run; random: refused along time unless allow_leak."
            ),
            Key("group", \.group, "The coordinate whose values make groups; run for the runs of the data."),
            Key(
                "training", \.training,
                "For period [from, to], for group its values; what is not named elsewhere where left out."),
            Key("validation", \.validation, "The part that is watched while training, named as training is."),
            Key("test", \.test, "The part that scores are taken on, named as training is."),
            Key(
                "validation_fraction", \.validationFraction, is: .from(0, to: 1),
                "How large a part is drawn for validation where it is not named; 0 for none."),
            Key(
                "test_fraction", \.testFraction, is: .from(0, to: 1),
                "How large a part is drawn for the test where it is not named; 0 for none, and then no test scores."),
            Key("test_period", \.testPeriod, "Only these labels of the sample dimension are tested on, [from, to]."),
            Key("gap", \.gap, is: .atLeast(0), "So many steps next to a bound between parts are left out (period)."),
            Key(
                "allow_leak", \.allowLeak,
                "Allow a random split along time, where neighbours are alike and scores too good."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        func failure(_ key: String, _ message: String) -> DataError {
            place.descendant([key]).error("\(place.name).\(key) \(message)")
        }
        if by == .group, group == nil { throw failure("by", "is group, but group does not say by which coordinate") }
        if by != .group, group != nil { throw failure("group", "is for by: group; by is \(by.rawValue)") }
        if by != .period, gap > 0 { throw failure("gap", "is for by: period; by is \(by.rawValue)") }
        if by != .random, allowLeak { throw failure("allow_leak", "is for by: random; by is \(by.rawValue)") }
        let parts = [("training", training), ("validation", validation), ("test", test), ("test_period", testPeriod)]
        for (key, value) in parts where value != nil {
            if by == .random, key != "test_period" {
                throw failure(key, "cannot be named where the split is random; leave it out or give a fraction")
            }
            if by == .period || key == "test_period", value!.count != 2 {
                throw failure(key, "wants two labels [from, to], found \(value!.count)")
            }
        }
        if by == .group {
            for (i, part) in parts.prefix(3).enumerated() {
                for other in parts[(i + 1)..<3] {
                    if let twice = part.1?.first(where: { other.1?.contains($0) == true }) {
                        throw failure(other.0, "names \(twice.json.written()), which is in \(part.0) too")
                    }
                }
            }
        }
        if validationFraction + testFraction >= 1 {
            throw failure("test_fraction", "and validation_fraction leave nothing to train on")
        }
    }
}
