import Foundation
import Tern

/// What the date of a step tells a network: where in the year or in the day it lies.
///
/// ```swift
/// print(TimeInput.allCases.map(\.rawValue))  // ["day_of_year", "time_of_day"]
/// ```
///
/// A phase is given as its sine and its cosine, so that the last day lies beside the first. Both are of the file's own
/// calendar: a year has 360 days where the calendar has.
public enum TimeInput: String, CaseIterable, Sendable, Choice {
    /// The share of the year that has passed.
    case dayOfYear = "day_of_year"
    /// The share of the day that has passed.
    case timeOfDay = "time_of_day"

    /// What its two channels are called.
    var channels: [String] { ["\(rawValue) sine", "\(rawValue) cosine"] }

    /// From 0 up to 1 at the end of the year, or of the day.
    func phase(of date: CalendarDate) -> Double {
        switch self {
        case .timeOfDay: date.dayShare
        case .dayOfYear: date.yearShare
        }
    }

    /// Sines and cosines at the steps, [steps, 2].
    ///
    /// - Throws: `DataError` where a label is no date.
    package func values(at labels: [Label], file: String) throws -> [Float] {
        try labels.flatMap { label in
            guard let date = label.date else {
                throw DataError(
                    file: file,
                    "data.time_inputs: \(rawValue) needs dates, but the steps are labelled \(label); leave it out, or give times with units such as "
                        + "\"days since 1970-01-01\"")
            }
            let angle = 2 * Double.pi * phase(of: date)
            return [Float(sin(angle)), Float(cos(angle))]
        }
    }
}
