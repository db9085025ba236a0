import CTernKernels

/// How the present thread computes where a host program calls that is not Tern's: its rounding, its handling of
/// subnormal numbers and its traps are not those that kernels mean.
package enum FloatEnvironment {
    /// Computes in the default environment from here on, until ``leave()``.
    package static func enter() { tern_floats_enter() }

    /// Gives the host's environment back, with its flags.
    package static func leave() { tern_floats_leave() }

    /// Does within a call what is the host's own.
    package static func inHosts<R>(_ body: () throws -> R) rethrows -> R {
        leave()
        defer { enter() }
        return try body()
    }
}
