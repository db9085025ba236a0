import Foundation
import Tern
import TestSupport

import TernExperiment

/// Fields in memory whose values tell where they come from.
enum SampleFields {
    static let latitudes = [-10.0, 0, 10], longitudes = [0.0, 90, 180, 270]

    static var grid: [Coordinate] { [Coordinate("lat", numbers: latitudes), Coordinate("lon", numbers: longitudes)] }

    /// Maps of years; `value` gets year and cell.
    static func yearly(_ name: String, _ years: ClosedRange<Int>, _ value: (Int, Int) -> Double) -> Field {
        Field(
            name, Tensor(years.flatMap { year in (0..<12).map { value(year, $0) } }, shape: [years.count, 3, 4]),
            dimensions: ["time", "lat", "lon"],
            coordinates: [Coordinate("time", numbers: years.map(Double.init))] + grid, attributes: ["units": "K"])
    }

    /// A number for each year.
    static func series(_ name: String, _ years: ClosedRange<Int>, _ value: (Int) -> Double) -> Field {
        Field(
            name, Tensor(years.map(value)), dimensions: ["time"],
            coordinates: [Coordinate("time", numbers: years.map(Double.init))])
    }

    /// A day of months, counted from January of a year.
    static func months(from year: Int, _ months: Range<Int>, day: Int = 15) -> [CalendarDate] {
        months.map { CalendarDate(year: year + $0 / 12, month: $0 % 12 + 1, day: day) }
    }

    /// A number for each of these times.
    static func series(_ name: String, _ times: [CalendarDate], _ value: (Int) -> Double) -> Field {
        Field(
            name, Tensor(times.indices.map(value)), dimensions: ["time"],
            coordinates: [Coordinate("time", times: times)])
    }

    /// Maps of months from January of a year on; `value` gets the number of the month and the cell.
    static func monthly(_ name: String, from year: Int, count: Int, _ value: (Int, Int) -> Double) -> Field {
        let times = months(from: year, 0..<count)
        return Field(
            name, Tensor((0..<count).flatMap { month in (0..<12).map { value(month, $0) } }, shape: [count, 3, 4]),
            dimensions: ["time", "lat", "lon"],
            coordinates: [Coordinate("time", times: times)] + grid)
    }

    /// Samples of models, of which each has years of its own.
    static func samples(models: [Int], years: ClosedRange<Int>, _ value: (Int, Int) -> Double) -> Field {
        let pairs = models.flatMap { model in years.map { (model, $0) } }
        return Field(
            "rain", Tensor(pairs.map { value($0.0, $0.1) }), dimensions: ["sample"],
            coordinates: [
                Coordinate("model", dimension: "sample", numbers: pairs.map { Double($0.0) }),
                Coordinate("year", dimension: "sample", numbers: pairs.map { Double($0.1) }),
            ])
    }

    /// Less their mean, over their standard deviation.
    static func standardized(_ values: [Double]) -> Tensor {
        let x = Tensor(values)
        return (x - x.mean()) / x.standardDeviation()
    }

    /// Without the variables' scaling, so that numbers can be read.
    static func plain(_ name: String) -> VariableConfiguration {
        var variable = VariableConfiguration(variable: name)
        variable.scale = .none
        return variable
    }

    static func configuration(
        _ inputs: [VariableConfiguration], _ targets: [VariableConfiguration], window: WindowConfiguration = .init()
    ) -> DataConfiguration {
        DataConfiguration(files: ["memory": "memory"], inputs: inputs, targets: targets, window: window)
    }

    static func periods(_ training: ClosedRange<Int>, _ validation: ClosedRange<Int>, _ test: ClosedRange<Int>)
        -> SplitConfiguration
    {
        func scalars(_ range: ClosedRange<Int>) -> [Scalar] {
            [.number(Double(range.lowerBound)), .number(Double(range.upperBound))]
        }
        return SplitConfiguration(
            by: .period, training: scalars(training), validation: scalars(validation), test: scalars(test))
    }
}

/// Real data that lie beside the package on some machines.
enum RealData {
    static let folder = Fixture.sharedPath("data")
    static func has(_ name: String) -> Bool { Fixture.hasShared("data/\(name)") }
}
