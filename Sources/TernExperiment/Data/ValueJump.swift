import Tern

/// A place along the steps from which on all values lie far from those before, as where a file goes on in other units.
///
/// Steps are seen one after the other. Stretches of them whose values lie far apart, each of some length and none
/// constant, are told; what begins more than a few stretches comes and goes, as weather does.
struct ValueJump {
    private struct Stretch {
        var count = 1, first = ""
        /// Of the means of steps, and of all values.
        var means: ClosedRange<Double>, values: ClosedRange<Double>

        /// Whether all values lie farther from those of another than these from each other, and than steps differ.
        func isFar(from other: Stretch) -> Bool {
            let distance = max(values.lowerBound - other.values.upperBound, other.values.lowerBound - values.upperBound)
            return distance > max(ValueJump.farness * means.width, values.width)
        }
    }

    private static let mostStretches = 6, fewestSteps = 5, farness = 5.0
    private var stretches: [Stretch] = []
    private var isRestless = false

    /// - Parameter place: of the step, for people.
    mutating func add(mean: Double, values: ClosedRange<Double>, at place: @autoclosure () -> String) {
        if isRestless { return }
        var new = Stretch(means: mean...mean, values: values)
        guard var last = stretches.last,
            last.count < Self.fewestSteps || last.means.width == 0 || !last.isFar(from: new)
        else {
            new.first = place()
            stretches.append(new)
            isRestless = stretches.count > Self.mostStretches
            return
        }
        last.count += 1
        (last.means, last.values) = (last.means.joined(new.means), last.values.joined(values))
        stretches[stretches.count - 1] = last
    }

    /// Where the second stretch begins, and the values before and from there on; nil where there is no such place.
    var found: (place: String, before: ClosedRange<Double>, after: ClosedRange<Double>)? {
        if isRestless { return nil }
        for (a, b) in zip(stretches, stretches.dropFirst())
        where b.count >= Self.fewestSteps && b.means.width > 0 && a.isFar(from: b) && b.isFar(from: a) {
            return (b.first, a.values, b.values)
        }
        return nil
    }
}

extension ClosedRange<Double> {
    fileprivate var width: Double { upperBound - lowerBound }
    fileprivate func joined(_ other: Self) -> Self {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}
