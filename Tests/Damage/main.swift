import Foundation
import Tern
import TernExperiment

// Gives readers damaged files, and encoders odd texts: each must end in a value or a thrown error, within time and
// memory.
//
//   damage DOOR --seed 1 --count 300        cases of the seeds 1 to 300
//   damage DOOR --seed 7 --count 1 --show   what one case throws
//   damage DOOR FILE ...                    what is in files, and what it throws
//   damage DOOR --examples FOLDER           the valid examples, as files
//   damage                                  the doors' names
//
// A case that traps, or takes more than 30 seconds or 4 GB, ends the process; the last line of output names its seed or
// file. Built by Scripts/fuzz.sh, `damage DOOR --fuzz OPTIONS...` is led by the code that cases reach (libFuzzer).

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
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tern-damage-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
@MainActor func leave(_ status: Int32) -> Never {
    try? FileManager.default.removeItem(at: folder)
    exit(status)
}
let made = try door.make(folder)

#if FUZZING
if arguments.dropFirst().first == "--fuzz" { leave(Fuzzing.run(made, Array(arguments.dropFirst(2)))) }
#endif
if arguments.dropFirst().first == "--examples", arguments.count == 3 {
    for (i, example) in made.examples.enumerated() {
        try example.write(to: URL(fileURLWithPath: arguments[2] + "/example-\(i)"))
    }
    leave(0)
}

// A sanitizer's shadow of memory is larger than any limit.
let isSanitized = ProcessInfo.processInfo.environment["TERN_SANITIZER"] != nil
#if !FUZZING
var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
#if canImport(Darwin)
if !isSanitized { setrlimit(RLIMIT_AS, &limit) }
#else
if !isSanitized { setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) }
#endif
#endif

let files = arguments.dropFirst().first?.hasPrefix("--") == false ? Array(arguments.dropFirst()) : []
let shows = arguments.contains("--show") || !files.isEmpty
var thrown = 0
@MainActor func attempt(_ label: String, _ data: Data) {
    say("\(name) \(label)")
    alarm(30)
    do { try made.read(data) } catch {
        thrown += 1
        if shows { say("thrown: \(error)") }
    }
    alarm(0)
}
for file in files { attempt(file, try Data(contentsOf: URL(fileURLWithPath: file))) }
let first = option("--seed", 1), count = files.isEmpty ? option("--count", 100) : 0
let examples = made.examples
for seed in first..<first + count {
    var dice = Dice(UInt64(seed))
    attempt("\(seed)", made.damaged(dice.one(of: examples), &dice))
}
say("\(count + files.count) cases, \(thrown) thrown")
leave(0)
