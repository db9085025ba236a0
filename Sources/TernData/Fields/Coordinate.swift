/// Labels along one dimension of a field: numbers, times or names.
public struct Coordinate: Sendable, Equatable {
    public enum Labels: Sendable, Equatable {
        case numbers([Double])
        case times([CalendarDate])
        case texts([String])
    }

    public var name: String
    /// The dimension that it runs along, often of the same name.
    public var dimension: String
    public var labels: Labels
    public var attributes: Attributes
    /// Where the cell around each value begins and ends, where a file says so.
    public var bounds: [ClosedRange<Double>]?

    public init(
        _ name: String, dimension: String? = nil, labels: Labels, attributes: Attributes = [:],
        bounds: [ClosedRange<Double>]? = nil
    ) {
        self.name = name
        self.dimension = dimension ?? name
        self.labels = labels
        self.attributes = attributes
        self.bounds = bounds
    }

    public init(_ name: String, dimension: String? = nil, numbers: [Double], attributes: Attributes = [:]) {
        self.init(name, dimension: dimension, labels: .numbers(numbers), attributes: attributes)
    }

    public init(_ name: String, dimension: String? = nil, times: [CalendarDate], attributes: Attributes = [:]) {
        self.init(name, dimension: dimension, labels: .times(times), attributes: attributes)
    }

    public var count: Int {
        switch labels {
        case .numbers(let numbers): numbers.count
        case .times(let times): times.count
        case .texts(let texts): texts.count
        }
    }

    public var numbers: [Double]? { if case .numbers(let numbers) = labels { numbers } else { nil } }
    public var times: [CalendarDate]? { if case .times(let times) = labels { times } else { nil } }
}

/// What is said of a field, a coordinate or a file, by name.
public typealias Attributes = [String: Attribute]

/// A text or numbers.
public enum Attribute: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral {
    case text(String)
    case numbers([Double])

    public init(stringLiteral text: String) { self = .text(text) }
    public init(floatLiteral number: Double) { self = .numbers([number]) }

    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var number: Double? { if case .numbers(let numbers) = self { numbers.first } else { nil } }
}

extension Coordinate {
    /// Labels as they would be written in YAML.
    package var labelTexts: [String] {
        switch labels {
        case .numbers(let numbers): numbers.map { Label.number($0).description }
        case .times(let times): times.map(\.description)
        case .texts(let texts): texts
        }
    }
}
