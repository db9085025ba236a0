import Foundation
import TestSupport

/// Runs the command line as a user does: as a process.
struct Tool {
    var status: Int32, output: String, error: String

    /// Runs a line of the shell in which `tern` is the command, and `$tern` its path, for what only a shell can set up.
    init(shell line: String, in folder: TemporaryFolder? = nil, environment: [String: String] = [:]) throws {
        try self.init(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "tern='\(Self.program.path)'; tern() { \"$tern\" \"$@\"; }; " + line], in: folder,
            environment)
    }

    init(_ arguments: [String], in folder: TemporaryFolder? = nil, environment: [String: String] = [:]) throws {
        try self.init(Self.program, arguments, in: folder, environment)
    }

    private static var program: URL { ProgramRun.product("tern") }

    private init(_ program: URL, _ arguments: [String], in folder: TemporaryFolder?, _ environment: [String: String])
        throws
    {
        // Tests run side by side already.
        let alone = ["TERN_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]
        let run = try ProgramRun(
            program, arguments, in: folder?.url,
            environment: ProcessInfo.processInfo.environment.merging(alone) { $1 }.merging(environment) { $1 })
        (status, output, error) = (run.status, run.output, run.error)
    }
}
