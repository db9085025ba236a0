import TernCore
import TernFiles

/// What is to be said of work that goes on by another Tern than began it; nil where it is the same.
///
/// - Parameters:
///   - work: `run` or `fit`.
///   - maker: Tern and the version that began it.
///   - instructionSet: for which its kernels were.
package func noteOfOrigin(_ work: String, maker: String, instructionSet: String) -> String? {
    if (maker, instructionSet) == (TernVersion.maker, Machine.instructionSet) { return nil }
    return
        "the \(work) was begun by \(maker) on \(instructionSet) and goes on by \(TernVersion.maker) on \(Machine.instructionSet): it ends near, but not at the bits to which it would have come"
}
