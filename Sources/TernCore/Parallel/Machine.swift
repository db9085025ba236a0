import CTernKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the environment asks of the machine.
///
/// ```swift
/// Machine.instructionSets.last            // "portable": such kernels run everywhere
/// Machine.complaint == nil                // true
/// ```
///
/// `TERN_NUM_THREADS` is the number of threads, `TERN_ISA` a lower instruction set than the best.
public enum Machine {
    private static let knownSets = ["avx512", "avx2", "portable"]

    /// The instruction sets that there are kernels for and that this processor has, the best first.
    public static var instructionSets: [String] { knownSets.filter { tern_kernels_named($0) != nil } }

    /// The instruction set of the kernels that are used.
    public static var instructionSet: String { String(cString: kernels.name) }

    /// The most threads that can be asked for.
    package static let mostThreads = 1024

    /// What is wrong with the environment's settings, nil where nothing is. Commands and libtern say it; elsewhere it
    /// ends the program at the first computation.
    public static var complaint: String? {
        if let text = setting("TERN_NUM_THREADS"), wantedThreads == nil {
            return "TERN_NUM_THREADS is \"\(text)\"; it is a number of threads from 1 to \(mostThreads), or unset"
        }
        guard let name = setting("TERN_ISA") else { return nil }
        guard knownSets.contains(name) else { return "TERN_ISA is \"\(name)\"; it is avx512, avx2, portable or unset" }
        return !instructionSets.contains(name) ? "TERN_ISA is \(name), which this processor lacks; unset it" : nil
    }

    static var wantedThreads: Int? {
        setting("TERN_NUM_THREADS").flatMap { Int($0) }.flatMap { (1...mostThreads).contains($0) ? $0 : nil }
    }

    private static func setting(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
