import Foundation

/// A text that C holds as long as its owner does.
final class LastingCopy: @unchecked Sendable {
    let pointer: UnsafePointer<CChar>
    init(_ text: String) { pointer = UnsafePointer(strdup(text)!) }
    deinit { free(UnsafeMutablePointer(mutating: pointer)) }
}
