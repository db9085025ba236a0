/// What keeps a report from being written, and where in it.
public struct ReportError: Error, CustomStringConvertible, Equatable {
    public var description: String

    public init(_ description: String) { self.description = description }
}
