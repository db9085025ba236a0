import Foundation
import Tern

/// What the Python package `tern.data` asks: files of fields, opened anew for each call, which reads headers alone.
enum DataFunctions {
    static let all: [String: @Sendable (CallArguments) throws -> CallResult] = [
        "dataset_describe": { try CallResult(description(of: dataset($0))) },
        "dataset_read": { arguments in
            let data = try dataset(arguments), variable = try data.variable(arguments.text("variable"))
            guard !variable.type.isText else {
                // The caller takes the part of them.
                try data.check(ranges(arguments), of: variable)
                return try CallResult(["texts": .list(data.texts(variable.name).map(ParameterValue.text))])
            }
            var notes: ReadingNotes? = []
            let field = try data.field(variable.name, at: ranges(arguments), notes: &notes)
            var message = FieldMessage(field)
            message.object["notes"] = .list((notes ?? []).sentences.map(ParameterValue.text))
            message.object["time_complaints"] = .list(
                field.coordinates.compactMap { data.timeComplaint($0.name).map(ParameterValue.text) })
            return try CallResult(message.object, arrays: message.arrays)
        },
        "dataset_write": { arguments in
            guard case .list(let described)? = arguments.values["fields"] else {
                throw ArgumentError("\"fields\" is to be a list")
            }
            let fields = try described.enumerated().map { try FieldMessage.field($1, number: $0, arguments) }
            let attributes = try FieldMessage.attributes(arguments.values["attributes"])
            try catchingFailure {
                try Dataset(fields, attributes: attributes).write(
                    to: arguments.path("path"), as: format(arguments),
                    compression: arguments.integer("compression") ?? 1, packing: Set(arguments.texts("packed")))
            }
            return CallResult()
        },
    ]

    private static func dataset(_ arguments: CallArguments) throws -> Dataset {
        let paths = try arguments.texts("paths").map { try CallArguments.path($0, "paths") }
        if let dimension = try arguments.givenText("along") {
            return try Dataset(contentsOf: paths, along: dimension)
        }
        guard paths.count == 1 else {
            throw ArgumentError("\(paths.count) files are given, but not along what to join")
        }
        return try Dataset(contentsOf: paths[0])
    }

    private static func ranges(_ arguments: CallArguments) throws -> [String: Range<Int>] {
        guard case .object(let ranges)? = arguments.values["ranges"] else { return [:] }
        return try ranges.mapValues { range in
            guard case .list(let ends) = range, ends.count == 2, case .integer(let low) = ends[0],
                case .integer(let high) = ends[1], low <= high
            else {
                throw ArgumentError("a range is to be two numbers, the first no greater; given is \(range)")
            }
            return low..<high
        }
    }

    private static func format(_ arguments: CallArguments) throws -> Dataset.Format? {
        guard let name = try arguments.givenText("format") else { return nil }
        let formats: [String: Dataset.Format] = [
            "netcdf4": .netCDF4, "netcdf3": .netCDF3, "zarr": .zarr, "zarr.zip": .zippedZarr, "zarr2": .zarr2,
        ]
        guard let format = formats[name.lowercased()] else {
            throw ArgumentError(
                "there is no format \"\(name)\" to write; there are \(formats.keys.sorted().joined(separator: ", "))")
        }
        return format
    }

    private static func description(of data: Dataset) -> [String: ParameterValue] {
        [
            "path": .text(data.path), "format": .text(data.format),
            "attributes": FieldMessage.attributes(data.attributes),
            "dimensions": .list(
                data.dimensions.map {
                    .object([
                        "name": .text($0.name), "length": .integer($0.length), "is_unlimited": .bool($0.isUnlimited),
                    ])
                }),
            "data_variables": .list(data.dataVariables.map { .text($0.name) }),
            "variables": .list(
                data.variables.map { variable in
                    .object([
                        "name": .text(variable.name), "type": .text(variable.type.rawValue),
                        "dimensions": .list(variable.dimensions.map(ParameterValue.text)),
                        "shape": .list(variable.shape.map(ParameterValue.integer)),
                        "attributes": FieldMessage.attributes(variable.attributes),
                        "is_helper": .bool(data.isHelper(variable)),
                        "note": (variable.note ?? data.emptiness(of: variable)).map(ParameterValue.text) ?? .null,
                        "complaint": variable.complaint.map(ParameterValue.text) ?? .null,
                    ])
                }),
        ]
    }
}

extension CallArguments {
    /// A list of texts; none where it is not given.
    func texts(_ name: String) throws -> [String] {
        guard let given = values[name], given != .null else { return [] }
        guard case .list(let values) = given else { throw ArgumentError("\"\(name)\" is to be a list of texts") }
        return try values.map { value in
            guard let text = value.word else { throw ArgumentError("\"\(name)\" is to be a list of texts") }
            return text
        }
    }
}
