#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Darwin)
@preconcurrency import Darwin
#endif
import TernText

/// Standard output and standard error of a command.
package enum StandardStreams {
    /// To be called first: files that are opened later never get the number of a closed stream, and the command ends
    /// with status 1 where standard output could not take all that was printed.
    package static func prepare() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // Open for the other direction, so that what is printed fails, and is told.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
        #if canImport(Glibc)
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let files = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        if getrlimit(files, &limit) == 0, limit.rlim_cur < 64 {
            limit.rlim_cur = min(limit.rlim_max, 64)
            setrlimit(files, &limit)
            if limit.rlim_cur < 16 {
                error("error: only \(limit.rlim_cur) files may be open at once; allow more: ulimit -n 64\n")
                _exit(1)
            }
        }
        // A file that grows too large is an error of the call that writes.
        signal(SIGXFSZ, SIG_IGN)
        atexit {
            let hadFailed = ferror(stdout) != 0
            errno = 0
            guard fflush(stdout) != 0 || hadFailed else { return }
            let reason = errno == 0 || errno == EBADF ? "" : ": \(SystemReason.last)"
            StandardStreams.error("error: standard output could not take all that was printed\(reason)\n")
            _exit(1)
        }
    }

    /// Writes bytes to standard output; what fails is told at the end.
    package static func print(_ bytes: UnsafeRawBufferPointer) throws {
        if fwrite(bytes.baseAddress, 1, bytes.count, stdout) < bytes.count {
            throw DataError(file: "standard output", "cannot be written: \(SystemReason.last)")
        }
    }

    /// Tells people something on standard error, in lines that steer no terminal.
    package static func tell(_ text: String) { error(text.printable(keepingLines: true) + "\n") }

    /// Writes to standard error, which may be closed or full: nothing more can be done then.
    package static func error(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO) }
    }
}
