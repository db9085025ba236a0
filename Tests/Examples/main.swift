import Foundation
import Tern

// Runs the examples of the comments, each in an empty folder: `examples [WORD]`, those whose name holds the word. A
// line before each says which it is, so that one that ends the program is known.
func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
let word = CommandLine.arguments.dropFirst().first
let home = FileManager.default.currentDirectoryPath
var failures = 0
for (number, example) in allExamples.enumerated() where word.map(example.name.contains) ?? true {
    say("## \(example.name)")
    let folder = home + "/\(number)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    guard FileManager.default.changeCurrentDirectoryPath(folder) else { fatalError("no folder \(folder)") }
    do { try await example.run() } catch { Kept.complaints.add("it throws: \(error)") }
    _ = Kept.printed.taken()
    for complaint in Kept.complaints.taken() {
        failures += 1
        say("!! \(example.name): \(complaint)")
    }
}
say("## end")
exit(failures == 0 ? 0 : 1)
