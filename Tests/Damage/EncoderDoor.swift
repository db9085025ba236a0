import Foundation
import Tern
import TernPlot
import TernReport
import TernText
import TestSupport

/// What texts become in a figure's script, on a page or as names: texts in all places, and what must hold whatever they
/// are.
struct EncoderDoor: Door {
    /// Between texts; no byte of a text.
    private static let separator: UInt8 = 0xFF

    let check: ([String]) throws -> Void

    var examples: [Data] {
        [["sea level (m)", "K", "$x^2$"], ["`a`", "'; !b", "\r\n"], ["[a](http://b.c)", "\"\u{301} c", "<d>"]].map(
            Self.joined)
    }

    private static func joined(_ texts: [String]) -> Data {
        Data(texts.map { Array($0.utf8) }.joined(separator: [separator]))
    }

    func damaged(_ valid: Data, _ dice: inout Dice) -> Data {
        if dice.below(3) == 0 { return Damage.bytes(valid, &dice) }
        var texts = Self.texts(of: valid)
        var nasty = NastyText(seed: dice.next())
        let i = dice.below(texts.count)
        switch dice.below(3) {
        case 0: texts[i] = nasty.next()
        case 1: texts[i] += nasty.next()
        default: texts.insert(nasty.next(), at: i)
        }
        return Self.joined(texts)
    }

    func read(_ data: Data) throws { try check(Self.texts(of: data.prefix(4000))) }

    private static func texts(of data: Data) -> [String] {
        data.split(separator: separator, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The texts one after the other, again and again.
    private static func cycle(_ texts: [String]) -> () -> String {
        var i = 0
        return {
            i += 1
            return texts[i % texts.count]
        }
    }

    // MARK: - The encoders

    /// Ends the process: what was found.
    private static func require(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { fatalError(what()) }
    }

    /// Without its strings, the digits of its numbers, the place of the legend and the ticks, of which there are as
    /// many as have room beside the texts, the script of a figure is the same for all texts.
    static var figure: EncoderDoor {
        func outline(_ next: () -> String) throws -> String {
            let script = try Self.figure(next).script(for: .svg, output: "figure.svg")
            require(
                !script.unicodeScalars.contains { $0 == "`" || $0.value < 0x20 && $0 != "\n" },
                "a backquote or control sign in a script")
            var outline = "", isText = false
            for scalar in script.unicodeScalars {
                if scalar == "'" {
                    isText.toggle()
                } else if isText {
                    require(scalar != "\n", "a text goes over two lines")
                } else if scalar != "-" && scalar != "." && !("0"..."9" ~= scalar) {
                    outline.unicodeScalars.append(scalar)
                }
            }
            return outline.split(separator: "\n").filter { line in
                !["set key ", "unset key", "set xtics ", "set ytics ", "set cbtics "].contains { line.hasPrefix($0) }
            }.joined(separator: "\n")
        }
        let plain = try! outline { "a" }
        return EncoderDoor { texts in
            let text = cycle(texts)
            let found = try outline { "a" + text() }
            require(found == plain, "texts change what a script does:\n\(found)\ninstead of:\n\(plain)")
        }
    }

    private static func figure(_ text: () -> String) -> Figure {
        var lines = Panel(title: text(), x: Axis(text()), y: Axis(text(), ticks: [Tick(0, text()), Tick(1, text())]))
        lines.add(Line(x: [0, 1, 2], y: [0, 1, 0], label: text()))
        lines.add(Scatter(x: [0, 1], y: [1, 0], label: text()))
        let map = Panel(
            title: text(), HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[1, 2], [3, 4]]), valueLabel: text()))
        return Figure(panels: [lines, map], columns: 2, title: text())
    }

    /// A page is well formed and holds nothing that a text has brought.
    static func page(_ folder: URL) -> EncoderDoor {
        let path = folder.appendingPathComponent("page.html").path
        return EncoderDoor { texts in
            let text = cycle(texts)
            var section = ReportSection("one", title: text())
            section.add(
                .heading(text()), .text(text() + text()), .math(text()), .list([text(), text()]),
                .code(text(), language: text()),
                .table("t", ReportTable([text(), text()], rows: [[.text(text()), .text(text())]]), caption: text()),
                .note(text()), .details(text(), [.text(text())]))
            try Report(title: text(), lead: text(), sections: [section], colophon: text(), isForgiving: true).write(
                to: path)
            if let complaint = MarkupReader.complaint(aboutPage: try String(contentsOfFile: path, encoding: .utf8)) {
                fatalError(complaint)
            }
        }
    }

    /// A name is one component that tells which name it was; a field of a table and a text of JSON read back.
    static var names: EncoderDoor {
        EncoderDoor { texts in
            for text in texts {
                let name = PathName.encoded(text)
                require(PathName.complaint(about: name) == nil, "\(name) is no component")
                require(
                    !name.contains("/") && !name.hasPrefix(".") && !name.utf8.contains(0), "\(name) leads elsewhere")
                if !text.isEmpty, name.utf8.count < 100 {
                    require(decoded(name) == Array(text.utf8), "\(name) was another name")
                }
                require(
                    !text.printable.unicodeScalars.contains { $0.properties.generalCategory == .control },
                    "a control sign is printed")
                let read = try! JSONSerialization.jsonObject(with: Data("[\(text.quotedJSON)]".utf8)) as! [String]
                require(
                    Array(read[0].unicodeScalars) == Array(text.unicodeScalars), "a text of JSON reads back as another")
            }
            var options = CSVOptions(delimiter: ",")
            options.textColumns = ["a"]
            let fields = texts.filter { !$0.isEmpty }
            let table = try Table(csvText: "a,b\n" + fields.map { $0.csvField() + ",1\n" }.joined(), options: options)
            require(
                fields.isEmpty
                    || table["a"]?.texts.map { $0.map { Array($0.unicodeScalars) } }
                        == fields.map { Array($0.unicodeScalars) },
                "a field reads back as another")
        }
    }

    /// Bytes of which some are written `%XX`.
    private static func decoded(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = [], rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            let isEncoded = byte == UInt8(ascii: "%")
            bytes.append(isEncoded ? UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)! : byte)
            if isEncoded { rest = rest.dropFirst(2) }
        }
        return bytes
    }
}
