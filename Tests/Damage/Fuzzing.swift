#if FUZZING
import Foundation
import Synchronization
import TernCore

/// Damage that is led by the code that it reaches: the doors as targets of libFuzzer, with our damage beside its own.
enum Fuzzing {
    nonisolated(unsafe) fileprivate static var door: (any Door)?

    /// - Parameter options: libFuzzer's, and folders of files to begin with.
    /// - Returns: its exit status.
    static func run(_ door: any Door, _ options: [String]) -> Int32 {
        Self.door = door
        MachineMemory.fuzzed.store(1 << 30, ordering: .relaxed)
        var words: [UnsafeMutablePointer<CChar>?] = (["damage"] + options).map { strdup($0) } + [nil]
        var count = Int32(words.count - 1)
        return words.withUnsafeMutableBufferPointer { words in
            var first = words.baseAddress
            return runDriver(&count, &first) { bytes, count in
                do { try Fuzzing.door!.read(Data(UnsafeRawBufferPointer(start: bytes, count: count))) } catch {}
                return 0
            }
        }
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// Half of the time libFuzzer's own change of bytes, else one that knows the format.
@_cdecl("LLVMFuzzerCustomMutator")
func fuzzerCustomMutator(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    var dice = Dice(UInt64(seed))
    if dice.below(2) == 0 { return mutate(bytes, count, limit) }
    let changed = Fuzzing.door!.damaged(Data(UnsafeRawBufferPointer(start: bytes, count: count)), &dice).prefix(limit)
    changed.copyBytes(to: bytes, count: changed.count)
    return changed.count
}
#endif
