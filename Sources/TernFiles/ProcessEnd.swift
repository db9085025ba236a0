import Foundation

extension Process {
    /// Why a process that read a file was ended by a signal, in words that stand behind the file's name; nil where it
    /// ended by itself.
    package var complaintAboutEnd: String? {
        guard terminationReason == .uncaughtSignal else { return nil }
        // No library ends its own process so.
        return [SIGKILL, SIGTERM].contains(terminationStatus)
            ? "the process that read it was ended from outside, or by the system for want of memory"
            : "the HDF5 library gave up on it: the file is damaged"
    }
}
