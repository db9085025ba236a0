import Foundation
import TernExperiment
import Tern

// Gives readers damaged files: each must end in a value or a thrown error, within time and memory.
//
//   damage DOOR --seed 1 --count 300        cases of the seeds 1 to 300
//   damage DOOR --seed 7 --count 1 --show   what one case throws
//   damage                                  the doors' names
//
// A case that traps, or takes more than 30 seconds or 4 GB, ends the process; the last line of output names its seed.

let arguments = Array(CommandLine.arguments.dropFirst())
/// At once, so that it is there when the process ends.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
@MainActor func option(_ name: String, _ standard: Int) -> Int {
    guard let i = arguments.firstIndex(of: name), i + 1 < arguments.count else { return standard }
    return Int(arguments[i + 1]) ?? standard
}
guard let name = arguments.first, let door = doors.first(where: { $0.name == name }) else {
    say(doors.map(\.name).joined(separator: "\n"))
    exit(arguments.isEmpty ? 0 : 2)
}
let first = option("--seed", 1), count = option("--count", 100), shows = arguments.contains("--show")
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tern-damage-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let made = try door.make(folder)
var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
#if canImport(Darwin)
setrlimit(RLIMIT_AS, &limit)
#else
setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
#endif
var thrown = 0
for seed in first..<first + count {
    say("\(name) \(seed)")
    var dice = Dice(UInt64(seed))
    alarm(30)
    do { try made.tryOnce(&dice) } catch {
        thrown += 1
        if shows { say("thrown: \(error)") }
    }
    alarm(0)
}
say("\(count) cases, \(thrown) thrown")
