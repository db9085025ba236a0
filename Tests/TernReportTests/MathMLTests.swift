import Foundation
import TernReport
import Testing

@Suite struct MathMLTests {
    /// What stands between `<semantics>` and the annotation.
    private func body(_ tex: String) throws -> String {
        let text = try MathML.display(tex)
        let start = try #require(text.range(of: "<semantics>")), end = try #require(text.range(of: "<annotation"))
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test(arguments: [
        ("x", "<mi>x</mi>"),
        ("2.5", "<mn>2.5</mn>"),
        ("\\alpha", "<mi>α</mi>"),
        ("a + b", "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"),
        ("-x", "<mrow><mo form=\"prefix\" lspace=\"0\" rspace=\"0\">−</mo><mi>x</mi></mrow>"),
        ("a = -b", "<mrow><mi>a</mi><mo>=</mo><mo form=\"prefix\" lspace=\"0\" rspace=\"0\">−</mo><mi>b</mi></mrow>"),
        ("a < b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
        ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x^10", "<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>0</mn></mrow>"),
        ("f'", "<msup><mi>f</mi><mrow><mo lspace=\"0\" rspace=\"0\">′</mo></mrow></msup>"),
        ("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        ("\\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        ("\\sqrt{x}", "<msqrt><mi>x</mi></msqrt>"),
        ("\\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        ("\\sum_{i}^n", "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>"),
        ("\\int_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
        ("\\hat y", "<mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover>"),
        ("\\mathbf{w}", "<mi mathvariant=\"normal\" class=\"bold\">w</mi>"),
        ("\\mathcal{L}", "<mi mathvariant=\"normal\">ℒ</mi>"),
        ("\\mathrm{d}", "<mi mathvariant=\"normal\">d</mi>"),
        ("\\text{if so}", "<mtext>if\u{A0}so</mtext>"),
        ("\\sin x", "<mrow><mi>sin</mi><mspace width=\"0.167em\"/><mi>x</mi></mrow>"),
        ("10{,}000", "<mrow><mn>10</mn><mo lspace=\"0\" rspace=\"0\">,</mo><mn>000</mn></mrow>"),
    ])
    func aFormulaBecomes(_ tex: String, _ expected: String) throws {
        #expect(try body(tex) == expected)
    }

    @Test func limitsStandBelowFunctionsThatTakeThem() throws {
        #expect(try body("\\max_x f").hasPrefix("<mrow><munder><mo form=\"prefix\" movablelimits=\"true\""))
        #expect(try body("\\log_2 n").hasPrefix("<mrow><msub><mi>log</mi><mn>2</mn></msub>"))
        #expect(
            try body("\\underbrace{a}_{b}")
                == "<munder><munder><mi>a</mi><mo stretchy=\"true\">⏟</mo></munder><mi>b</mi></munder>")
    }

    @Test func fencesGrowAndADotIsNone() throws {
        let text = try body("\\left( \\frac{a}{b} \\right.")
        #expect(text.contains("<mo form=\"prefix\" fence=\"true\" stretchy=\"true\">(</mo>"))
        #expect(!text.contains("postfix"))
        #expect(try body("(a)").contains("stretchy=\"false\""))
    }

    @Test func matricesCasesAndAlignedLinesAreTables() throws {
        let matrix = try body("\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}")
        #expect(matrix.components(separatedBy: "<mtr>").count == 3 && matrix.components(separatedBy: "<mtd").count == 5)
        #expect(matrix.contains(">(</mo><mtable") && matrix.contains("</mtable><mo form=\"postfix\""))
        #expect(try body("\\begin{cases} 1 & x > 0 \\\\ 0 \\end{cases}").contains("<mtd class=\"left\">"))
        let aligned = try body("\\begin{aligned} a &= b \\\\ &= -c \\end{aligned}")
        #expect(aligned.contains("columnalign=\"right left\" displaystyle=\"true\""))
        #expect(aligned.contains("<mtd class=\"left\"><mo>=</mo>"))
    }

    @Test func operatorsStandCloseInScripts() throws {
        #expect(try body("x_{t-1}").contains("<mo form=\"infix\" lspace=\"0\" rspace=\"0\">−</mo>"))
    }

    @Test(arguments: ["a{,_2}b", "a{;^2}b", "a{,'}b", "{,_i^2}"]) func aCommaWithScriptsInBracesIsWellFormed(
        _ tex: String
    ) throws {
        let text = try MathML.display(tex)
        #expect(XMLCheck.isWellFormed(text), "\(text)")
    }

    @Test func theSourceCanBeCopied() throws {
        #expect(try MathML.inline("a < b").contains("<annotation encoding=\"application/x-tex\">a &lt; b</annotation>"))
    }

    @Test func everySymbolIsWellFormed() throws {
        let names =
            [TeXSymbols.letters, TeXSymbols.upright, TeXSymbols.large, TeXSymbols.limitFunctions].flatMap(\.keys)
            + (Array(TeXSymbols.binary.keys) + TeXSymbols.relations.keys).filter { $0.first!.isLetter }
            + TeXSymbols.functions
        for name in names {
            let text = try MathML.display("a \\\(name) b_{\\\(name)}")
            #expect(XMLCheck.isWellFormed(text), "\\\(name): \(text)")
        }
        for (name, _) in TeXSymbols.accents {
            #expect(XMLCheck.isWellFormed(try MathML.display("\\\(name){x}")), "\\\(name)")
        }
    }

    @Test(arguments: [
        ("\\foo x", "the unknown command \\foo"), ("\\frac{a}", "nothing behind \\frac"), ("{a", "a { without its }"),
        ("a}", "a } without its {"),
        ("\\left( a", "a \\left without its \\right"), ("\\begin{pmatrix} a", "\\begin{pmatrix} without its \\end"),
        ("\\begin{picture}\\end{picture}", "the unknown environment picture"), ("x_1_2", "two subscripts"),
        ("x^", "nothing behind ^"),
        ("", "nothing in it"), ("a & b", "& in a place"), ("\\begin{cases} a \\end{matrix}", "ends with \\end{matrix}"),
        ("50%", "% without its backslash"),
    ])
    func mistakesAreNamedWithTheFormula(_ tex: String, _ expected: String) {
        let error = #expect(throws: ReportError.self) { try MathML.display(tex) }
        #expect("\(error!)".contains(expected) && "\(error!)".contains("in the formula \(tex)"), "\(error!)")
    }
}

/// Whether tags close in the order in which they opened.
enum XMLCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for match in text.matches(of: /<(\/?)([a-z]+)[^<>]*?(\/?)>/) {
            if match.3 == "/" { continue }
            if match.1.isEmpty { open.append(match.2) } else if open.popLast() != match.2 { return false }
        }
        return open.isEmpty
    }
}
