import Testing

/// The message of the error that `body` throws, empty where it throws none.
public func message(_ body: () throws -> some Any) -> String {
    do { _ = try body(); return "" } catch { return "\(error)" }
}

/// What a process said before it ended: that of `#expect(processExitsWith: .failure, observing: [\.standardErrorContent])`.
public func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}
