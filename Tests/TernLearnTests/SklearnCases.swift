import Foundation
import TernCore
import TernLearn
import TestSupport
import Testing

/// Cases computed by scikit-learn (Scripts/fixtures/sklearn_cases.py): trees of values, in which NaN and infinities are
/// texts.
struct SklearnCases: Sendable {
    let kinds: [String: [ParameterValue]]

    init(_ name: String) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        kinds = try decoder.decode([String: [ParameterValue]].self, from: Fixture.data(name))
    }

    subscript(kind: String) -> [ParameterValue] { kinds[kind] ?? [] }
}

extension ParameterValue {
    /// A value by name; nil where it is missing or null.
    subscript(name: String) -> ParameterValue? {
        guard case .object(let values) = self, let value = values[name], value != .null else { return nil }
        return value
    }
    subscript(index: Int) -> ParameterValue {
        guard case .list(let values) = self else { fatalError("\(self) is no list") }
        return values[index]
    }

    var list: [ParameterValue] {
        guard case .list(let values) = self else { fatalError("\(self) is no list") }
        return values
    }
    var double: Double {
        guard let number else { fatalError("\(self) is no number") }
        return number
    }
    var int: Int { Int(double) }
    var bool: Bool { self == .bool(true) }
    var text: String { description }
    var doubles: [Double] { list.map(\.double) }
    var ints: [Int] { list.map(\.int) }
    var isRefused: Bool { self == "refused" }

    private var flat: [Double] {
        if case .list(let values) = self { values.flatMap(\.flat) } else { [double] }
    }
    private var shape: [Int] {
        guard case .list(let values) = self else { return [] }
        return [values.count] + (values.first?.shape ?? [])
    }
    var tensor: Tensor { Tensor(flat, shape: shape) }
    var size: SplitSize {
        if case .integer(let n) = self { .count(n) } else { .fraction(double) }
    }
}

/// Whether what Tern computes is what scikit-learn did: within a relative tolerance, or refused as there. Numbers below
/// `floor` count as if they were as large.
func expectSame(
    _ theirs: ParameterValue?, _ place: @autoclosure () -> String, tolerance: Double = 1e-9, floor: Double = 1e-3,
    _ ours: () throws -> Tensor
) {
    guard let theirs else { return }
    do {
        let ours = try ours()
        if theirs.isRefused {
            Issue.record("\(place()): scikit-learn refuses this, Tern gives \(ours)")
            return
        }
        let expected = theirs.tensor, a = ours.doubles, b = expected.doubles
        guard ours.shape == expected.shape else {
            Issue.record("\(place()): the shape is \(ours.shape), scikit-learn's \(expected.shape)")
            return
        }
        for (a, b) in zip(a, b) where !(abs(a - b) <= tolerance * max(floor, abs(b)) || a == b || (a.isNaN && b.isNaN))
        {
            Issue.record("\(place()): \(ours), scikit-learn's \(expected)")
            return
        }
    } catch let error as EstimatorError {
        if !theirs.isRefused { Issue.record("\(place()): refused (\(error)), but scikit-learn gives \(theirs)") }
    } catch {
        Issue.record("\(place()): \(error)")
    }
}

/// The same of several lists of numbers, such as a curve's.
func expectSameLists(_ theirs: ParameterValue?, _ place: String, _ ours: () throws -> [[Double]]) {
    guard let theirs else { return }
    if theirs.isRefused {
        #expect(throws: EstimatorError.self, "\(place)") { try ours() }
        return
    }
    for (k, part) in theirs.list.enumerated() { expectSame(part, "\(k), \(place)") { Tensor(try ours()[k]) } }
}

func expectSame(
    _ theirs: ParameterValue?, _ place: @autoclosure () -> String, tolerance: Double = 1e-9, _ ours: () throws -> Double
) {
    expectSame(theirs, place(), tolerance: tolerance) { Tensor(try ours()) }
}
