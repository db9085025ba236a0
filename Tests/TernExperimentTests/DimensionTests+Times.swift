import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

// Phases of the day and the year, and places that are selected by number.
extension DimensionTests {
    @Test func phasesAreThoseOfTheCalendar() throws {
        for own in expected.phases {
            let calendar = CalendarDate.Calendar(name: own.calendar)!
            let labels = own.dates.map {
                Label.date(
                    CalendarDate(year: $0[0], month: $0[1], day: $0[2], seconds: Double($0[3]), calendar: calendar))
            }
            for (input, values) in [(TimeInput.dayOfYear, own.day_of_year), (.timeOfDay, own.time_of_day)] {
                expectClose(
                    try input.values(at: labels, file: "f").map { Double($0) }, values.doubles, 1e-6,
                    "\(own.calendar) \(input)")
            }
        }
    }

    @Test func phasesAreChannelsOfEachStepAndCell() throws {
        var data = configuration([scaled("t", .none)], [scaled("index")], ["level": .channels])
        data.timeInputs = [.dayOfYear, .timeOfDay]
        data.window = WindowConfiguration(length: 2)
        let found = try prepared(data), channels = found.preprocessing.channels
        #expect(
            channels.suffix(4) == ["day_of_year sine", "day_of_year cosine", "time_of_day sine", "time_of_day cosine"]
                && found.inputShape == [2, 3, 4, 7])
        let labels = found.training.labels,
            expected = try TimeInput.dayOfYear.values(at: [labels[4], labels[5]], file: "f")
        for step in 0..<2 {
            for row in 0..<3 {
                #expect(
                    found.training.inputs[5, step, row, 2, 3].item == Double(expected[2 * step])
                        && found.training.inputs[5, step, row, 1, 4].item == Double(expected[2 * step + 1]))
            }
        }
        // 18 hours from step to step, from six in the morning on.
        let first = found.training.inputs[0, .all, 0, 0, 5..<7].doubles
        expectClose(first, [1, 0, 0, 1], 1e-6)
        let again = try found.preprocessing.examples(from: path)
        #expect(again.taking(Array(0..<10)).inputs == found.training.taking(Array(0..<10)).inputs)
        let years = S.series("a", 1900...1999) { Double($0) }
        var numbers = S.configuration([S.plain("a")], [S.plain("a")])
        numbers.timeInputs = [.dayOfYear]
        let error = #expect(throws: DataError.self) {
            try ExperimentData(numbers, split: S.periods(1900...1969, 1970...1984, 1985...1999), fields: ["a": years])
        }
        #expect(
            error?.message.contains("day_of_year needs dates, but the steps are labelled 1900") == true, "\(error!)")
    }

    @Test func placesAreSelectedByNumber() throws {
        var t = scaled("t", .none)
        t.select = ["level": [.text("#-1")], "time": [.text("#3"), .text("#40")], "lat": [.text("#0"), .text("#1")]]
        let data = configuration([t], [scaled("index")])
        let whole = try prepared(data)
        #expect(whole.inputShape == [2, 4, 1] && inputs(whole) == expected.place.doubles)
        var streamed = data
        (streamed.isStreamed, streamed.chunk) = (true, 7)
        var split = SplitConfiguration(by: .period)
        (split.training, split.validation) = (
            [.text("2019"), .text("2019-12-21")], [.text("2019-12-22"), .text("2019-12-29")]
        )
        #expect(
            try ExperimentStream(streamed, split: split).training.sample(atMost: .max).inputs == whole.training.inputs)
        func refusal(_ select: [String: [Scalar]]) -> String {
            var wrong = scaled("t")
            wrong.select = select
            return message { try prepared(configuration([wrong], [scaled("index")])) }
        }
        #expect(refusal(["level": [.text("#3")]]).contains("index 3 is outside dimension \"level\" of length 3"))
        #expect(
            refusal(["level": [.text("#1"), .text("#5")]]).contains(
                "there are no places #1 to #5 along a dimension of length 3"))
        let mixed =
            "name: a\ndata: {files: {f: f.nc}, inputs: [{variable: x, select: {time: [\"#0\", 1999]}}], targets: y}\nsplit: {by: period}\nmodel: {name: mlp}\n"
        #expect(
            message { try Experiment(yaml: mixed) }.contains(
                "data.inputs.0.select.time is #0, 1999; a place is written \"#2\""))
        // A station may be called so.
        let named = Field(
            "a", Tensor((0..<20).map(Double.init), shape: [10, 2]), dimensions: ["time", "station"],
            coordinates: [
                Coordinate("time", numbers: (1990...1999).map(Double.init)),
                Coordinate("station", labels: .texts(["#1", "#0"])),
            ])
        var one = S.plain("a")
        one.select = ["station": [.text("#0")]]
        let found = try ExperimentData(
            S.configuration([one], [one]), split: S.periods(1990...1995, 1996...1997, 1998...1999), fields: ["a": named]
        )
        #expect(found.training.inputs.doubles == [1, 3, 5, 7, 9, 11])
    }
}
