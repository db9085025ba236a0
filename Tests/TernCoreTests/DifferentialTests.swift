import Foundation
import TernCore
import TestSupport
import Testing

/// The tester of random programs (Tests/Differential) as a process.
private func differential(_ arguments: [String], isa: String? = nil) throws -> (status: Int32, output: String) {
    var environment = ProcessInfo.processInfo.environment
    environment["TERN_ISA"] = isa
    let run = try ProgramRun(ProgramRun.product("differential"), arguments, environment: environment)
    return (run.status, run.output)
}

@Suite struct DifferentialTests {
    /// `Scripts/differential.sh` runs it for longer.
    @Test(arguments: [("", 500), ("avx2", 75), ("portable", 100)])
    func randomProgramsAreTheSameAtOnceAndCompiled(isa: String, count: Int) throws {
        let (status, output) = try differential(["--seed", "1", "--count", "\(count)"], isa: isa.isEmpty ? nil : isa)
        #expect(status == 0 && output.hasSuffix("\(count) programs, 0 that differ\n"), "\(output)")
    }

    @Test func aWrongPlanIsToldAndMadeSmall() throws {
        let (status, output) = try differential(["--seed", "9", "--count", "8", "--sabotage"])
        #expect(status == 1)
        #expect(output.contains("let v1 = tanh(x[0])\n    return [v1]"), "\(output)")
    }
}
