import Foundation
import TernCore

/// A file's bytes, some whole lines at a time.
final class CSVBlocks {
    typealias Pointer = UnsafePointer<UInt8>

    private let input: InputFile?
    private let bytes: LineBytes
    private var offset = 0
    private var isEnded: Bool
    /// What is in memory and has not been used.
    var start: Pointer
    private(set) var end: Pointer
    /// How many bytes the file has, where that is known.
    var fileSize: Int? { input?.count }
    /// Whether nothing follows what is in memory.
    var isLast: Bool { isEnded }

    /// - Parameter size: how many bytes are read at once.
    init(_ input: InputFile, size: Int = 16 << 20) throws {
        // What cannot be read twice, or is compressed, is kept whole.
        let compressed = try input.isGzip ? input.unzipped() : nil
        let isSeekable = input.count != nil && compressed == nil
        bytes = try isSeekable ? LineBytes(capacity: min(size, input.count! + 2)) : compressed ?? input.lines()
        self.input = isSeekable ? input : nil
        isEnded = !isSeekable
        start = Pointer(bytes.pointer)
        end = start + bytes.count
    }

    /// The same file from its beginning; what is kept whole is not read again.
    func fromStart(of path: String, size: Int) throws -> CSVBlocks {
        try input == nil ? CSVBlocks(bytes) : CSVBlocks(InputFile(path), size: size)
    }

    /// What is in memory already.
    init(_ bytes: LineBytes) {
        (input, self.bytes, isEnded) = (nil, bytes, true)
        start = Pointer(bytes.pointer)
        end = start + bytes.count
    }

    /// Reads on behind what has not been used; where that fills the memory, there is more of it then.
    func fill() throws {
        guard !isEnded, let input else { return }
        let rest = end - start
        if start > Pointer(bytes.pointer) { memmove(bytes.pointer, start, rest) }
        bytes.count = rest
        if rest + 1 >= bytes.capacity { bytes.grow() }
        while bytes.count + 1 < bytes.capacity {
            let n = pread(
                input.descriptor, bytes.pointer + bytes.count, bytes.capacity - 1 - bytes.count, off_t(offset))
            if n < 0 { try input.interrupted(); continue }
            if n == 0 {
                isEnded = true
                bytes.endLine(isWhole: bytes.count == offset)
                break
            }
            bytes.count += n
            offset += n
        }
        // Loops over a line that is not whole end here.
        if !isEnded { bytes.pointer[bytes.count] = Byte.newline }
        start = Pointer(bytes.pointer)
        end = start + bytes.count
    }
}

/// The records of a file, cut into parts that threads parse side by side.
struct CSVRecords {
    typealias Pointer = UnsafePointer<UInt8>

    private let file: String
    private let syntax: CSVSyntax
    private let blocks: CSVBlocks
    /// The line on which the present block begins.
    private(set) var line: Int
    /// The first number of each column that lost digits.
    private(set) var rounded: [Int: RoundedNumber] = [:]
    private var isFirst = true
    /// The bytes that a thread reads in one go; the first part, from which the types of the
    /// columns are guessed, is smaller.
    private let chunkSize = 1 << 20, sampleSize = 1 << 16

    /// - Parameter blocks: behind the header.
    init(file: String, _ header: CSVHeader, _ blocks: CSVBlocks) {
        (self.file, syntax, self.blocks, line) = (file, header.syntax, blocks, header.firstLine)
    }

    /// The next whole records; nil behind the last.
    mutating func next() throws -> [CSVChunk]? {
        if !isFirst { try blocks.fill() }
        while true {
            if blocks.start == blocks.end && blocks.isLast { return nil }
            let chunks = try split()
            isFirst = false
            if !chunks.isEmpty { return chunks }
            // No record ends in what is in memory.
            try blocks.fill()
        }
    }

    /// The first text in each column of numbers.
    func parse(_ chunks: some RandomAccessCollection<CSVChunk> & Sendable, _ plan: CSVPlan) throws -> [Int: (
        line: Int, text: String
    )] {
        let all = Array(chunks)
        if all.count == 1 {
            all[0].parse(plan)
        } else {
            ThreadPool.current.forEachPiece(of: all.count, grain: 1) { i, _ in all[i].parse(plan) }
        }
        var line = line, firstText: [Int: (line: Int, text: String)] = [:]
        for chunk in all {
            if let error = chunk.error { throw DataError(file: file, line: line + error.line, error.message) }
            for (column, first) in chunk.firstText where firstText[column] == nil {
                firstText[column] = (line + first.line, first.text)
            }
            line += chunk.lines
        }
        return firstText
    }

    /// Remembers what lost digits in chunks whose numbers are used.
    mutating func noteRounding(in chunks: [CSVChunk]) {
        var line = line
        for chunk in chunks {
            for (column, first) in chunk.firstRounded where rounded[column] == nil {
                rounded[column] = first.moved(by: line)
            }
            line += chunk.lines
        }
    }

    /// A line for each column in which a number lost digits.
    func roundings(of names: [String]) -> [String] {
        rounded.sorted { $0.key < $1.key }.map { $1.words(of: names[$0]) }
    }

    /// Goes on behind chunks that have been used.
    mutating func finish(_ chunks: [CSVChunk]) {
        line += chunks.reduce(0) { $0 + $1.lines }
        blocks.start = chunks.last!.end
    }

    /// Cuts what is in memory at the ends of records; what follows the last end stays.
    private func split() throws -> [CSVChunk] {
        let body = blocks.start, end = blocks.end
        var chunks: [CSVChunk] = []
        var from = body, lastEnd = body
        /// Cuts at the first newline before `limit` that makes a part large enough, again and again.
        func cut(from position: Pointer, to limit: Pointer) {
            var last = limit
            while last > position, (last - 1).pointee != Byte.newline { last -= 1 }
            if last > position { lastEnd = last }
            var position = position
            while true {
                let least = from + (isFirst && chunks.isEmpty ? sampleSize : chunkSize)
                position = max(position, least)
                guard position < limit, let newline = memchr(position, Int32(Byte.newline), limit - position) else {
                    return
                }
                let next = Pointer(newline.assumingMemoryBound(to: UInt8.self)) + 1
                chunks.append(CSVChunk(start: from, end: next, base: body))
                from = next
                position = next
            }
        }
        // Newlines within quotation marks end no record.
        var p = body, lineStart = body
        while p < end, let found = memchr(p, Int32(Byte.quote), end - p) {
            let quote = Pointer(found.assumingMemoryBound(to: UInt8.self))
            if let comment = syntax.comment {
                // The marks of a comment enclose nothing. A line that goes on behind marks begins before them.
                var start = quote
                while start > p, (start - 1).pointee != Byte.newline { start -= 1 }
                if start > p { lineStart = start }
                if syntax.afterBlanks(lineStart).pointee == comment,
                    let newline = memchr(quote, Int32(Byte.newline), end - quote)
                {
                    let next = Pointer(newline.assumingMemoryBound(to: UInt8.self)) + 1
                    cut(from: p, to: next)
                    (p, lineStart) = (next, next)
                    continue
                }
            }
            cut(from: p, to: quote)
            p = quote + 1
            var before = quote
            while before > body, syntax.isBlank((before - 1).pointee) { before -= 1 }
            let isOpening =
                before == body || (before - 1).pointee == syntax.delimiter
                || (before - 1).pointee == Byte.newline || (syntax.splitsAtBlanks && before < quote)
            if isOpening {
                // At the end of what is in memory the other half of a doubled mark may be missing.
                guard let closing = syntax.closingQuote(from: p, end: end), blocks.isLast || closing + 1 < end else {
                    if blocks.isLast {
                        let lines = UnsafeBufferPointer(start: body, count: quote - body).count { $0 == Byte.newline }
                        throw DataError(file: file, line: line + lines, CSVSyntax.Mistake.unterminatedQuote.message)
                    }
                    p = end
                    break
                }
                p = closing + 1
            }
        }
        cut(from: p, to: end)
        let whole = blocks.isLast ? end : lastEnd
        if from < whole { chunks.append(CSVChunk(start: from, end: whole, base: body)) }
        return chunks
    }
}
