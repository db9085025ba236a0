import Foundation

/// A tab of the studio: what stands behind it, once for each page that is open.
///
/// What a view keeps between requests is the page's own and goes when it is closed. Requests of one page run side by
/// side, on threads of their own, so what changes is kept behind a lock.
package protocol StudioView: Sendable {
    /// How messages and addresses name it: `descent`.
    static var name: String { get }
    /// What can be asked of it.
    static var actions: [StudioAction<Self>] { get }
    /// What of it can be shown without a program; nil: nothing.
    static var recordings: StudioRecordings? { get }
    /// A view without a past, for a page that was opened.
    init()
}

/// A question that a page may ask of a view: its name, its arguments and what answers it.
package struct StudioAction<View: StudioView>: Sendable {
    /// How messages name it.
    package let name: String
    let answer: @Sendable (View, Data, StudioWork) throws -> any Encodable

    /// An action with arguments of a type of its own.
    ///
    /// - Parameter answer: computes the reply, in as many pieces as it likes (`StudioWork.report`). What it throws is
    ///   told to the page in a sentence; `StudioMistake` says it best.
    package init<Arguments: Decodable & SendableMetatype>(
        _ name: String, _ answer: @escaping @Sendable (View, Arguments, StudioWork) throws -> any Encodable
    ) {
        self.name = name
        self.answer = { view, message, work in
            try answer(view, StudioMessage.arguments(Arguments.self, of: message), work)
        }
    }
}

/// The arguments of an action that has none.
struct Nothing: Decodable {}

/// What is wrong with a request, in a sentence for the reader of the page.
package struct StudioMistake: Error, CustomStringConvertible, Encodable {
    /// The sentence.
    package var description: String
    /// The argument that it is about, where there is one: its control is marked.
    package var argument: String?
    /// How many characters of the argument come before the mistake, where it is a text: a caret stands there.
    package var offset: Int?

    package init(_ description: String, argument: String? = nil, offset: Int? = nil) {
        self.description = description
        self.argument = argument
        self.offset = offset
    }
}

extension StudioMistake {
    /// - Throws: a mistake where a number of a request is outside what the view takes.
    package static func check(_ argument: String, _ value: Double, in range: ClosedRange<Double>) throws {
        guard !range.contains(value) else { return }
        throw StudioMistake(
            "\(argument) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)", argument: argument)
    }

    /// The axes of a view, each of two numbers.
    ///
    /// - Throws: a mistake where one does not go from a number to a greater one.
    static func axes(_ view: [[Double]]) throws -> [ClosedRange<Double>] {
        try view.map { ends in
            guard ends.count == 2, ends.allSatisfy({ abs($0) <= 1e9 }), ends[1] - ends[0] > 1e-9 else {
                throw StudioMistake("an axis goes from one number to a greater one, at most 1e9", argument: "view")
            }
            return ends[0]...ends[1]
        }
    }
}

/// What a request says of a view's settings; what it leaves out stays as it is.
struct Given<Keys: CodingKey> {
    private let values: KeyedDecodingContainer<Keys>

    init(_ decoder: any Decoder) throws { values = try decoder.container(keyedBy: Keys.self) }

    /// Puts what was said under a key into a setting.
    ///
    /// - Throws: `StudioMistake` where it is of another type, or no such name.
    func read<T: Decodable>(_ key: Keys, _ setting: inout T) throws {
        do {
            if let given = try values.decodeIfPresent(T.self, forKey: key) { setting = given }
        } catch {
            // Of a number that does not fit, Foundation says no more than that the whole is no JSON.
            throw StudioMistake("\(key.stringValue) must be \(Self.words(T.self))", argument: key.stringValue)
        }
    }

    private static func words<T>(_ type: T.Type) -> String {
        switch type {
        case is Double.Type, is Double?.Type: "a number"
        case is [Double].Type, is [Double]?.Type, is [[Double]].Type: "numbers"
        case is Int.Type, is Int?.Type: "a whole number"
        case is [Int].Type: "whole numbers"
        case is UInt32.Type: "a whole number from 0 to \(UInt32.max)"
        case is Bool.Type: "true or false"
        case let names as any CaseIterable.Type: "one of \(list(names))"
        default: "of another form"
        }
    }

    private static func list<Names: CaseIterable>(_: Names.Type) -> String {
        Names.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }.joined(separator: ", ")
    }
}

/// A view of any type, as the connection holds it.
struct AnyStudioView: Sendable {
    let name: String
    let actionNames: [String]
    let answer: @Sendable (_ action: String, _ message: Data, StudioWork) throws -> any Encodable

    init<View: StudioView>(_ type: View.Type) {
        let view = View(), actions = View.actions
        name = View.name
        actionNames = actions.map(\.name)
        answer = { name, message, work in
            guard let action = actions.first(where: { $0.name == name }) else {
                throw StudioMistake(
                    "the view \(View.name) has no action \"\(name.prefix(40))\"; there are \(actions.map(\.name).joined(separator: ", "))"
                )
            }
            return try action.answer(view, message, work)
        }
    }
}
