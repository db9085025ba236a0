import Foundation

/// Processor time as the system counts it, by which a neighbour is noticed. Linux alone says it.
enum ProcessorTime {
    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Seconds that all processors have worked, for anybody, or were taken away by the host of a virtual machine.
    static var ofMachine: Double? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
        else { return nil }
        // user, nice, system, idle, waiting for devices, interrupts, soft interrupts, stolen.
        let numbers = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard numbers.count == 8 else { return nil }
        return (numbers.reduce(0, +) - numbers[3] - numbers[4]) / ticks
    }

    /// Seconds that this process and all that it has started have worked, those that have ended included.
    static var ofThisAndItsChildren: Double? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return nil }
        let processes = names.compactMap { Int32($0) }.compactMap(Process.init)
        let children = Dictionary(grouping: processes, by: \.parent)
        var seconds = 0.0, tree = processes.filter { $0.id == getpid() }
        while let process = tree.popLast() {
            seconds += process.seconds
            tree += children[process.id] ?? []
        }
        return seconds
    }

    /// A process as `/proc` tells of it.
    private struct Process {
        let id: Int32, parent: Int32
        let seconds: Double

        init?(_ id: Int32) {
            guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                let name = text.lastIndex(of: ")")
            else { return nil }
            // From the state on, behind the name, which may hold spaces.
            let fields = text[text.index(after: name)...].split(separator: " ")
            guard fields.count > 15, let parent = Int32(fields[1]) else { return nil }
            self.id = id
            self.parent = parent
            seconds = fields[11..<15].compactMap { Double($0) }.reduce(0, +) / ticks
        }
    }
}
