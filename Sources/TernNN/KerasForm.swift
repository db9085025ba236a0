import TernText

/// What Keras calls something that keeps functions here, and with which arguments: so that it can be written.
package struct KerasForm: Sendable, Equatable {
    /// The class, such as `CosineDecay`.
    package var className: String
    /// The arguments that tell it from another of its class, by Keras's names.
    package var arguments: [String: JSON]

    init(_ className: String, _ arguments: [String: JSON] = [:]) {
        self.className = className
        self.arguments = arguments
    }
}

extension JSON {
    /// A number, or null.
    static func whole(orNull value: Int?) -> JSON { value.map { JSON($0) } ?? .null }
    static func float(orNull value: Double?) -> JSON { value.map(JSON.float) ?? .null }
    static func floats(orNull values: [Double]?) -> JSON { values.map { .list($0.map(JSON.float)) } ?? .null }
}
