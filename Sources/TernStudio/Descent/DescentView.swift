import Foundation
import TernNN
import TernPlot
import TernText

/// The view of searches for a minimum: optimisers race on one function.
package struct DescentView: StudioView {
    package static let name = "descent"
    package static let actions: [StudioAction<Self>] = [
        .init("describe") { (_, _: Nothing, _) in Description() },
        .init("descend") { (view, settings: DescentSettings, _) in
            try Race(settings, view.functions)
        },
        .init("map") { (_, request: MapRequest, _) in try DescentMap(request.chosenFunction(), request.views()) },
        .init("basins") { (_, request: BasinRequest, work) in try DescentBasins(request, work) },
        .init("copies") { (_, request: DescentCopies.Request, _) in try DescentCopies(request) },
    ]

    private let functions = CompiledFunctions()

    package init() {}

    /// What there is to choose from.
    struct Description: Encodable {
        struct Function: Encodable {
            var name: String, formula: String
            var start: [Double], view: [[Double]]
        }
        struct Optimizer: Encodable {
            var name: String
            var ownRate: Double?
        }
        var functions = TestFunction.all.map {
            Function(
                name: $0.name, formula: $0.formula, start: $0.start,
                view: $0.view.map { [$0.lowerBound, $0.upperBound] })
        }
        var optimizers = NamedDescentMethod.racers.map { Optimizer(name: $0.name, ownRate: $0.ownRate) }
        var schedules = DescentSettings.Schedule.allCases
        var mostSteps = DescentSettings.mostSteps, mostOptimizers = DescentSettings.mostOptimizers
    }

    /// The searches of all optimisers.
    struct Race: Encodable {
        struct Run: Encodable {
            var name: String
            /// Positions by variable, values, lengths of gradients and rates, of each point.
            var positions: [NumberArray], gradients: [NumberArray]
            var values: NumberArray, lengths: NumberArray, rates: NumberArray
            /// What became of it, in a sentence.
            var outcome: String
        }
        var name: String
        var start: [Double]
        var view: [[Double]]
        var runs: [Run]

        init(_ settings: DescentSettings, _ functions: CompiledFunctions) throws {
            try settings.check()
            let function = try settings.chosenFunction(), racers = try settings.racers()
            name = function.name
            start = function.start
            view = function.view.map { [$0.lowerBound, $0.upperBound] }
            let compiled = functions.function(function)
            runs = racers.map { Run($0.name, settings.descent($0, function, compiled: compiled)) }
        }
    }
}

extension DescentView.Race.Run {
    init(_ name: String, _ descent: Descent) {
        self.name = name
        let count = descent.last.position.count
        positions = (0..<count).map { NumberArray(descent.coordinate($0)) }
        gradients = (0..<count).map { i in NumberArray(descent.points.map { $0.gradient[i] }) }
        values = NumberArray(descent.values)
        lengths = NumberArray(descent.points.map(\.gradientLength))
        rates = NumberArray(descent.points.map(\.rate))
        let end = descent.last
        let place =
            "x = " + (count == 1 ? short(end.position[0]) : "(\(end.position.map(short).joined(separator: ", ")))")
        outcome =
            if end.step == 0, !end.value.isFinite {
                "\(name): the function has no finite value at the start, \(place)."
            } else if end.value.isNaN {
                "\(name) came to a point where the function has no value, at step \(end.step)."
            } else if !end.value.isFinite {
                "\(name) left all bounds at step \(end.step); a lower rate may help."
            } else {
                "\(name): f = \(short(end.value)) at \(place) after \(end.step) step\(end.step == 1 ? "" : "s")."
            }
    }
}
