import Foundation
import TernCore

// Random programs at once, compiled and by a plain interpreter:
//   differential --seed 1 --count 3000     so many programs from a seed on
//   differential --seed 1 --seconds 3600   as many as there is time for
//   differential --program FILE            one program, as JSON; with --show as Swift
// Programs run in a child process, so that one that ends it is told like one that differs. Failing ones are made small
// and printed as Swift. Exit status: 0 where all agree, 1 else.

var seed: UInt64 = 1, count = Int.max, seconds = Double.infinity, file: String?, isChild = false, shows = false
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() {
    func value() -> String { arguments.popFirst() ?? "" }
    switch name {
    case "--seed": seed = UInt64(value()) ?? 1
    case "--count": count = Int(value()) ?? 1
    case "--seconds": seconds = Double(value()) ?? 1
    case "--program": file = value()
    case "--child": isChild = true
    case "--show": shows = true
    case "--sabotage": Differences.isSabotaged = true
    default:
        print("usage: differential [--seed N] [--count N | --seconds S] [--program FILE [--show]]")
        exit(2)
    }
}

if let file {
    let program = try JSONDecoder().decode(Program.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    if shows { print(program.source) }
    if let text = Differences(program).find() {
        print(text)
        exit(1)
    }
    exit(0)
}

let end = Date().addingTimeInterval(min(seconds, 1e9))

if isChild {
    // Says which program it is about to run, so that its parent knows where it ended.
    var done = 0
    while done < count && Date() < end {
        let next = seed + UInt64(done)
        FileHandle.standardOutput.write(Data("\(next)\n".utf8))
        if Differences(ProgramGenerator.program(seed: next)).find() != nil { exit(1) }
        done += 1
    }
    FileHandle.standardOutput.write(Data("done\n".utf8))
    exit(0)
}

/// Runs this program again with other arguments: its status and the last line it printed.
func again(_ arguments: [String]) -> (status: Int32, last: String, error: String) {
    let process = Process(), out = Pipe(), err = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments + (Differences.isSabotaged ? ["--sabotage"] : [])
    process.standardOutput = out
    process.standardError = err
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    try! process.run()
    let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let error = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let ended = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    return (
        ended, text.split(separator: "\n").last.map(String.init) ?? "",
        error.split(separator: "\n").first.map(String.init) ?? ""
    )
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("differential-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appendingPathComponent("program.json").path

/// What goes wrong with a program, run in a child.
func trouble(_ program: Program) -> String? {
    try! JSONEncoder().encode(program).write(to: URL(fileURLWithPath: path))
    let (status, last, error) = again(["--program", path])
    return status == 0 ? nil : status == 1 ? last : "it ends the program: \(error)"
}

var next = seed, tried = 0, findings = 0
while tried < count && Date() < end && findings < 5 {
    let left = min(count - tried, 500)
    let (status, last, _) = again([
        "--child", "--seed", "\(next)", "--count", "\(left)", "--seconds", "\(max(1, end.timeIntervalSinceNow))",
    ])
    if status == 0 && last == "done" {
        tried += left
        next += UInt64(left)
        continue
    }
    guard let failed = UInt64(last) else { print("the child said \"\(last)\" (status \(status))"); exit(2) }
    tried += Int(failed - next) + 1
    next = failed + 1
    findings += 1
    let program = ProgramGenerator.program(seed: failed)
    let small = shrunk(program) { trouble($0) != nil }
    print(
        "Seed \(failed): \(trouble(program) ?? "it failed only once")\nMade small: \(trouble(small) ?? "-")\n\n\(small.source)\n"
    )
}
print("\(tried) programs, \(findings) that differ")
exit(findings == 0 ? 0 : 1)
