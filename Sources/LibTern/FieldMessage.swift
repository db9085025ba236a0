import Tern

/// A field as a call's JSON object and arrays, and back.
///
/// The labels of dimensions are numbers, texts (in the object), or dates: rows of year, month, day and seconds. Arrays
/// are named with a prefix, so that one call takes or gives several fields.
struct FieldMessage {
    var object: [String: ParameterValue]
    var arrays: [String: Tensor]

    init(_ field: Field, prefix: String = "") {
        arrays = [prefix + "values": field.values]
        var coordinates: [ParameterValue] = []
        for (number, coordinate) in field.coordinates.enumerated() {
            var described: [String: ParameterValue] = [
                "name": .text(coordinate.name), "dimension": .text(coordinate.dimension),
                "attributes": Self.attributes(coordinate.attributes),
            ]
            switch coordinate.labels {
            case .numbers(let numbers): arrays["\(prefix)labels\(number)"] = Tensor(numbers)
            case .texts(let texts): described["texts"] = .list(texts.map(ParameterValue.text))
            case .times(let times):
                described["calendar"] = .text((times.first?.calendar ?? .standard).rawValue)
                arrays["\(prefix)labels\(number)"] = Tensor(
                    times.flatMap { [Double($0.year), Double($0.month), Double($0.day), $0.seconds] },
                    shape: [times.count, 4])
            }
            coordinates.append(.object(described))
        }
        object = [
            "name": .text(field.name), "dimensions": .list(field.dimensions.map(ParameterValue.text)),
            "attributes": Self.attributes(field.attributes), "coordinates": .list(coordinates),
        ]
    }

    /// The field of a call's list of them, whose arrays have its number as a prefix: `0.values`.
    static func field(_ described: ParameterValue, number: Int, _ arguments: CallArguments) throws -> Field {
        guard case .object(let parts) = described, let name = parts["name"]?.word,
            case .list(let dimensions)? = parts["dimensions"], case .list(let coordinates)? = parts["coordinates"]
        else { throw ArgumentError("a field is to have a name, dimensions and coordinates") }
        let values = try arguments.array("\(number).values")
        guard values.rank == dimensions.count else {
            throw ArgumentError("\(name) has \(dimensions.count) dimensions and values of the shape \(values.shape)")
        }
        return Field(
            name, values.dtype == .float32 ? values : values.cast(to: .float64),
            dimensions: dimensions.map(\.description),
            coordinates: try coordinates.enumerated().map { i, coordinate in
                try Self.coordinate(coordinate, arguments.arrays["\(number).labels\(i)"])
            }, attributes: try attributes(parts["attributes"]))
    }

    private static func coordinate(_ described: ParameterValue, _ array: Tensor?) throws -> Coordinate {
        guard case .object(let parts) = described, let name = parts["name"]?.word,
            let dimension = parts["dimension"]?.word
        else { throw ArgumentError("a coordinate is to have a name and a dimension") }
        let labels: Coordinate.Labels
        if case .list(let texts)? = parts["texts"] {
            labels = .texts(texts.map(\.description))
        } else if let array, case .text(let calendarName)? = parts["calendar"] {
            guard let calendar = CalendarDate.Calendar(name: calendarName), array.rank == 2, array.shape[1] == 4 else {
                throw ArgumentError(
                    "\(name): there is no calendar \"\(calendarName)\", or its dates are no rows of four")
            }
            let numbers = array.doubles
            labels = .times(
                try stride(from: 0, to: numbers.count, by: 4).map { i in
                    let parts = numbers[i..<i + 3].map { Int(exactly: $0) ?? 0 }
                    let date = CalendarDate(
                        year: parts[0], month: parts[1], day: parts[2], seconds: numbers[i + 3], calendar: calendar)
                    guard date.isValid else { throw ArgumentError("\(name): \(date) is no date of \(calendarName)") }
                    return date
                })
        } else if let array {
            labels = .numbers(array.doubles)
        } else {
            throw ArgumentError("the coordinate \(name) has no labels")
        }
        return Coordinate(name, dimension: dimension, labels: labels, attributes: try attributes(parts["attributes"]))
    }

    /// Texts, and lists of numbers: one that is not finite and stands alone is a text.
    static func attributes(_ attributes: Attributes) -> ParameterValue {
        .object(
            attributes.mapValues {
                switch $0 {
                case .text(let text): .text(text)
                case .numbers(let numbers): .list(numbers.map(ParameterValue.number))
                }
            })
    }

    static func attributes(_ described: ParameterValue?) throws -> Attributes {
        guard case .object(let attributes)? = described else { return [:] }
        return try attributes.mapValues { value in
            if let text = value.word { return .text(text) }
            guard let numbers = value.all(\.number) ?? value.number.map({ [$0] }) else {
                throw ArgumentError("an attribute is to be a text or numbers; given is \(value)")
            }
            return .numbers(numbers)
        }
    }
}
