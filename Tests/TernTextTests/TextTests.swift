import Foundation
import TernText
import TestSupport
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("sea level (m)", "sea level (m)"), ("a\r\nb\nc\td", "a b c d"), ("\u{1B}[2Jx\u{07}", "\u{FFFD}[2Jx\u{FFFD}"),
        ("a\u{2028}b\u{85}c", "a b c"),
        ("x\u{202E}y\u{2066}z", "x\u{FFFD}y\u{FFFD}z"), ("\u{9B}31m\0", "\u{FFFD}31m\u{FFFD}"),
        ("👩‍👩‍👧 \u{200F}שלום é", "👩‍👩‍👧 \u{200F}שלום é"), ("", ""),
    ])
    func aPrintableTextIsOneLineWithoutControls(_ text: String, _ expected: String) {
        #expect(Array(text.printable.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func randomTextsLoseTheirControlsAlone() {
        var texts = NastyText(seed: 1)
        for _ in 0..<3000 {
            let text = texts.next()
            #expect(
                !text.printable.unicodeScalars.contains(where: \.isControl)
                    && text.printable.printable == text.printable)
            let lines = text.printable(keepingLines: true).unicodeScalars
            #expect(lines.allSatisfy { !$0.isControl || $0 == "\n" || $0 == "\t" })
            #expect(text.unicodeScalars.filter { !$0.isControl }.count <= text.printable.unicodeScalars.count)
            #expect(
                Array(text.literal.unliteral.unicodeScalars) == Array(text.printable.unicodeScalars),
                "\(text.debugDescription)")
        }
    }

    @Test func aFieldOfATableReadsBack() {
        var texts = NastyText(seed: 2)
        for _ in 0..<2000 {
            let text = texts.next(), scalars = Array(text.csvField().unicodeScalars)
            guard scalars.first == "\"" else {
                #expect(
                    Array(text.unicodeScalars) == scalars
                        && !scalars.contains { [",", ";", "\t", "|", "\n", "\r", "\""].contains($0) })
                continue
            }
            var inner: [Unicode.Scalar] = [], i = 1
            while i < scalars.count - 1 {
                if scalars[i] == "\"" {
                    #expect(scalars[i + 1] == "\"" && i + 1 < scalars.count - 1)
                    i += 1
                }
                inner.append(scalars[i])
                i += 1
            }
            #expect(inner == Array(text.unicodeScalars) && scalars.last == "\"")
        }
        #expect("1|2".csvField() == "\"1|2\"" && "1.2".csvField() == "1.2")
    }
}

@Suite struct NumberTextTests {
    /// C writes the sign of a NaN, by which one of x86's own operations is "-nan".
    @Test func aNumberThatIsNoneHasNoSign() {
        #expect(short(.nan) == "nan" && short(-Double.nan) == "nan" && short(-.infinity) == "-inf")
        #expect(short(1.0 / 3) == "0.333333" && short(-12_345_678) == "-1.23457e+07")
    }

    @Test func digitsOfBase16HaveZerosBeforeThem() {
        #expect([0, 9, 171].map { $0.hexadecimal(digits: 2) } == ["00", "09", "ab"])
        #expect(UInt8(171).hexadecimal(digits: 2, uppercase: true) == "AB" && 4096.hexadecimal(digits: 2) == "1000")
        #expect(UInt64.max.hexadecimal(digits: 16) == String(repeating: "f", count: 16))
    }
}

@Suite struct PathNameTests {
    @Test(arguments: [
        ("sst", "sst"), ("SST → rain, 2°", "SST → rain, 2°"), ("..", "%2E."), ("../../x", "%2E.%2F..%2Fx"),
        ("/etc/x", "%2Fetc%2Fx"), ("", "%"), ("-rf", "%2Drf"),
        ("a\0b", "a%00b"), ("100%", "100%25"), ("a\\b:c", "a%5Cb%3Ac"), (".hidden", "%2Ehidden"),
    ])
    func aNameIsOneComponent(_ name: String, _ expected: String) {
        #expect(PathName.encoded(name) == expected)
        #expect((PathName.complaint(about: name) == nil) == (name == expected || name == "100%"), "\(name)")
    }

    /// Random names stay within their folder on the file system itself, and no two meet.
    @Test func randomNamesStayInTheirFolderAndDoNotMeet() throws {
        let outer = TemporaryFolder(), folder = outer.url.appendingPathComponent("inner")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        var texts = NastyText(seed: 3), names: [[Unicode.Scalar]: String] = [:]
        for i in 0..<600 {
            let name =
                i % 7 == 0
                ? String(repeating: "../", count: i % 5) + texts.next()
                : i % 31 == 0 ? String(repeating: texts.next() + "é", count: 150) : texts.next()
            let component = PathName.encoded(name)
            #expect(PathName.complaint(about: component) == nil, "\(component.debugDescription)")
            names[Array(name.unicodeScalars)] = component
            _ = FileManager.default.createFile(atPath: folder.path + "/" + component, contents: Data(name.utf8))
        }
        #expect(outer.contents == ["inner"])
        #expect(Set(names.values.map { Array($0.utf8) }).count == names.count)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == names.count)
    }
}

@Suite struct ShellWordTests {
    @Test func aQuoteWithAnAccentIsAQuote() {
        let word = ShellWord.quoted("x'\u{301};id;'\u{301}")
        #expect(word.unicodeScalars.elementsEqual("'x'\\''\u{301};id;'\\''\u{301}'".unicodeScalars))
        #expect(ShellWord.quoted("-rain") == "./-rain" && ShellWord.word("-999") == "-999")
    }
}
