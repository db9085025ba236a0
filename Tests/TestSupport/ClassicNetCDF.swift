import Foundation

/// A classic NetCDF file, byte by byte, with what no writer of Tern's would write: attributes that contradict
/// themselves, numbers without `_FillValue`, latitudes on two dimensions.
///
/// Source: NetCDF Classic Format Specification (CDF-1).
public struct ClassicNetCDF {
    public enum Value: Sendable {
        case text(String), integers([Int32]), floats([Float]), doubles([Double])
    }

    public struct Variable: Sendable {
        var name: String, dimensions: [String], values: Value, attributes: [(String, Value)]

        public init(_ name: String, _ dimensions: [String], _ values: Value, _ attributes: [(String, Value)] = []) {
            (self.name, self.dimensions, self.values, self.attributes) = (name, dimensions, values, attributes)
        }
    }

    private var dimensions: [(String, Int)], variables: [Variable]

    public init(dimensions: [(String, Int)], _ variables: [Variable]) {
        (self.dimensions, self.variables) = (dimensions, variables)
    }

    public var bytes: Data {
        // Where data begin depends on the header's length, which does not depend on where they begin.
        let length = header(begins: variables.map { _ in 0 }).count
        var begins: [Int] = [], next = length
        for variable in variables {
            begins.append(next)
            next += variable.values.bytes.count
        }
        return variables.reduce(header(begins: begins)) { $0 + $1.values.bytes }
    }

    public func write(to path: String) throws { try bytes.write(to: URL(fileURLWithPath: path)) }

    private func header(begins: [Int]) -> Data {
        var data = Data("CDF\u{1}".utf8) + Self.number(0) + Self.number(10) + Self.number(dimensions.count)
        for (name, length) in dimensions { data += Self.text(name) + Self.number(length) }
        data += Self.number(0) + Self.number(0) + Self.number(11) + Self.number(variables.count)
        for (variable, begin) in zip(variables, begins) {
            data += Self.text(variable.name) + Self.number(variable.dimensions.count)
            for name in variable.dimensions { data += Self.number(dimensions.firstIndex { $0.0 == name }!) }
            data += Self.number(variable.attributes.isEmpty ? 0 : 12) + Self.number(variable.attributes.count)
            for (name, value) in variable.attributes {
                data += Self.text(name) + Self.number(value.type) + Self.number(value.count) + value.bytes
            }
            data += Self.number(variable.values.type) + Self.number(variable.values.bytes.count) + Self.number(begin)
        }
        return data
    }

    private static func number(_ x: Int) -> Data { withUnsafeBytes(of: Int32(x).bigEndian) { Data($0) } }

    private static func text(_ name: String) -> Data { number(name.utf8.count) + Value.text(name).bytes }
}

extension ClassicNetCDF.Value {
    fileprivate var type: Int {
        switch self {
        case .text: 2
        case .integers: 4
        case .floats: 5
        case .doubles: 6
        }
    }

    fileprivate var count: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .integers(let numbers): numbers.count
        case .floats(let numbers): numbers.count
        case .doubles(let numbers): numbers.count
        }
    }

    /// Padded to four bytes.
    fileprivate var bytes: Data {
        switch self {
        case .text(let text): Data(text.utf8) + Data(count: (4 - text.utf8.count % 4) % 4)
        case .integers(let numbers):
            numbers.reduce(into: Data()) { data, x in withUnsafeBytes(of: x.bigEndian) { data += Data($0) } }
        case .floats(let numbers):
            numbers.reduce(into: Data()) { data, x in withUnsafeBytes(of: x.bitPattern.bigEndian) { data += Data($0) } }
        case .doubles(let numbers):
            numbers.reduce(into: Data()) { data, x in withUnsafeBytes(of: x.bitPattern.bigEndian) { data += Data($0) } }
        }
    }
}
