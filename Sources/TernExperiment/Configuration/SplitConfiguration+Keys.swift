import Tern

extension SplitConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key(
                "by", \.by, required: true,
                "period: by the labels of the sample dimension; group: by a coordinate's values or by run; random: refused along time, and with windows that hold targets, unless allow_leak."
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
                "Allow a random split along time, where neighbours are alike, or with windows that hold targets of the test; scores are then too good."
            ),
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
        for case (let key, let labels?) in labelled {
            if by == .random, key != "test_period" {
                throw failure(key, "cannot be named where the split is random; leave it out or give a fraction")
            }
            if by == .period || key == "test_period", labels.count != 2 {
                throw failure(key, "wants two labels [from, to], found \(labels.count)")
            }
        }
        if by == .group {
            for (i, part) in Split.Part.allCases.enumerated() {
                for other in Split.Part.allCases[(i + 1)...] {
                    if let twice = labels(of: part)?.first(where: { labels(of: other)?.contains($0) == true }) {
                        throw failure("\(other)", "names \(twice.json.written()), which is in \(part) too")
                    }
                }
            }
        }
        if validationFraction + testFraction >= 1 {
            throw failure("test_fraction", "and validation_fraction leave nothing to train on")
        }
    }
}
