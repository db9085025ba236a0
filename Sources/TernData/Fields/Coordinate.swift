/// Labels along one dimension of a field: numbers, times or names.
///
/// ```swift
/// let lat = Coordinate("lat", numbers: [-45, 0, 45], attributes: ["units": "degrees_north"])
/// let model = Coordinate("model", dimension: "sample", labels: .texts(["A", "A", "B"]))
/// print(lat.count, lat.dimension, model.texts![2])  // 3 lat B
/// ```
public struct Coordinate: Sendable, Equatable {
    /// What the entries of a dimension are called.
    ///
    /// ```swift
    /// let labels = Coordinate.Labels.times([CalendarDate("2015-12")!])
    /// print(Coordinate("time", labels: labels).times![0])  // 2015-12-01
    /// ```
    public enum Labels: Sendable, Equatable {
        /// Such as degrees or metres; integers too.
        case numbers([Double])
        /// Dates of one calendar.
        case times([CalendarDate])
        /// Names, such as those of models.
        case texts([String])
    }

    /// Such as `lat`.
    public var name: String
    /// The dimension that it runs along, often of the same name.
    public var dimension: String
    /// One for each entry of the dimension, in its order.
    public var labels: Labels
    /// Such as `units` and `standard_name`.
    public var attributes: Attributes
    /// Where the cell around each value begins and ends, where a file says so.
    public var bounds: [ClosedRange<Double>]?

    /// A coordinate of labels of any kind.
    ///
    /// - Parameters:
    ///   - dimension: along which it runs; nil: that of its own name.
    ///   - bounds: where cells begin and end, one for each label; nil: half-way between numbers.
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

    /// A coordinate of numbers.
    public init(_ name: String, dimension: String? = nil, numbers: [Double], attributes: Attributes = [:]) {
        self.init(name, dimension: dimension, labels: .numbers(numbers), attributes: attributes)
    }

    /// A coordinate of dates.
    public init(_ name: String, dimension: String? = nil, times: [CalendarDate], attributes: Attributes = [:]) {
        self.init(name, dimension: dimension, labels: .times(times), attributes: attributes)
    }

    /// The number of labels.
    public var count: Int {
        switch labels {
        case .numbers(let numbers): numbers.count
        case .times(let times): times.count
        case .texts(let texts): texts.count
        }
    }

    /// The labels, nil where they are dates or texts.
    public var numbers: [Double]? { if case .numbers(let numbers) = labels { numbers } else { nil } }
    /// The labels, nil where they are numbers or texts.
    public var times: [CalendarDate]? { if case .times(let times) = labels { times } else { nil } }
}

/// What is said of a field, a coordinate or a file, by name.
///
/// ```swift
/// let attributes: Attributes = ["units": "K", "missing_value": -999.0]
/// print(attributes["units"]!.text!, attributes["missing_value"]!.number!)  // K -999.0
/// ```
public typealias Attributes = [String: Attribute]

/// A text or numbers.
///
/// ```swift
/// let range: Attribute = .numbers([0, 350])
/// print(range.number!, range.text == nil)  // 0.0 true
/// ```
public enum Attribute: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral {
    /// Of any length.
    case text(String)
    /// One or several, of whatever type in the file.
    case numbers([Double])

    /// A text in quotation marks.
    public init(stringLiteral text: String) { self = .text(text) }
    /// A single number.
    public init(floatLiteral number: Double) { self = .numbers([number]) }

    /// The text, nil where it is numbers.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The first number, nil where it is a text or there is none.
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
