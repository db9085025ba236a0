import Tern

/// Something in a configuration of Keras: its class and what that is made with.
struct KerasObject {
    let className: String
    let module: String
    let config: JSON
    /// What Keras calls a class of somebody's own, such as `Custom>Scale`.
    let registeredName: String?
    /// Objects of one number are one object.
    let sharedID: Int?

    /// nil where the value describes no object.
    init?(_ json: JSON) {
        guard let className = json["class_name"]?.text else { return nil }
        self.className = className
        module = json["module"]?.text ?? ""
        config = json["config"] ?? .null
        registeredName = json["registered_name"]?.text
        sharedID = json["shared_object_id"]?.whole
    }

    /// Whether the class is Keras's own, and no one's that has its name.
    var isKeras: Bool { module == "keras" || module.hasPrefix("keras.") }

    /// Such an object as Keras writes it.
    static func json(_ module: String, _ className: String, _ config: JSON, sharedID: Int? = nil) -> JSON {
        let members: JSON = [
            "module": .text(module), "class_name": .text(className), "config": config, "registered_name": .null,
        ]
        return sharedID.map { members.with("shared_object_id", JSON($0)) } ?? members
    }

    /// An object whose arguments are in no order.
    static func json(_ module: String, _ className: String, _ arguments: [String: JSON]) -> JSON {
        json(module, className, .object(arguments.sorted { $0.key < $1.key }.map { JSON.Member(key: $0, value: $1) }))
    }
}

// Settings that may be left out: nil where they are, or null. What stands there and is of another kind is no default.
extension JSON {
    /// True or false, for which Python's 1 and 0 stand too.
    var truth: Bool? { flag ?? (number == 1 ? true : number == 0 ? false : nil) }

    /// - Throws: ``KerasComplaint`` where it is neither true nor false.
    func flag(at key: String) throws -> Bool? { try given(key, "true or false", \.truth) }

    /// A layer's, a model's or an input's own name. Paths of weights are made of names, with "/" between them.
    ///
    /// - Throws: ``KerasComplaint`` where it holds a "/", which Keras refuses too, or NUL.
    func name() throws -> String? {
        let name = self["name"]?.text
        if let name, name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }) {
            throw KerasComplaint("the name \(name.debugDescription) holds a \"/\" or a NUL, which no name does")
        }
        return name
    }

    /// - Throws: ``KerasComplaint`` where it is no number.
    func number(at key: String) throws -> Double? { try given(key, "a number", \.number) }

    /// - Throws: ``KerasComplaint`` where it is no whole number of a modest size.
    func whole(at key: String) throws -> Int? { try given(key, "a whole number", \.modestWhole) }

    func given<T>(_ key: String, _ wanted: String, _ read: (JSON) -> T?) throws -> T? {
        guard let value = self[key], !value.isNull else { return nil }
        guard let found = read(value) else {
            throw KerasComplaint("\(key) wants \(wanted), found \(value.written().shortened(to: 40))")
        }
        return found
    }
}

/// What is wrong with a model of Keras, or with a model that is to become one; the file is put before it.
struct KerasComplaint: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// Calls `body`; what is wrong becomes an error of the file.
    static func told<R>(of file: String, _ body: () throws -> R) throws -> R {
        do { return try body() } catch let complaint as KerasComplaint {
            throw DataError(file: file, complaint.message)
        } catch let failure as CaughtFailure {
            throw DataError(file: file, failure.description)
        }
    }
}
