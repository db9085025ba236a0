import TernReport
import TestSupport
import Testing

@Suite struct TextTests {
    private func html(_ text: String) throws -> String { try Markup(text).html { ($0, "name of \($0)") } }

    @Test(arguments: [
        ("a & b < c > \"d\"", "a &amp; b &lt; c &gt; &quot;d&quot;"),
        ("`a < *b*`", "<code>a &lt; *b*</code>"),
        ("*a* and **b**", "<em>a</em> and <strong>b</strong>"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("***a***", "<strong><em>a</em></strong>"),
        ("*a **b***", "<em>a <strong>b</strong></em>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a*b", "a*b"), ("**a", "**a"), ("*a `*` b", "*a <code>*</code> b"), ("`a", "`a"), ("[a](b", "[a](b"),
        ("[a]", "[a]"), ("****", "****"),
        ("\\*a\\*", "*a*"), ("\\`a`", "`a`"),
        ("$5 and $6", "$5 and $6"), ("costs $ 5 $", "costs $ 5 $"), ("$", "$"), ("$$", "$$"),
        ("[a *b*](#c)", "<a href=\"#c\">a <em>b</em></a>"), ("[](#c)", "<a href=\"#c\">name of #c</a>"),
        ("[a](http://x.org/(1).html)", "<a href=\"http://x.org/(1).html\">a</a>"), ("[a](x(1).html)", "[a](x(1).html)"),
        ("[a](https://b.org/?x=1&y=2)", "<a href=\"https://b.org/?x=1&amp;y=2\">a</a>"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](#\"onclick)", "<a href=\"#&quot;onclick\">a</a>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("", ""), ("a\\", "a\\"),
    ])
    func marksBecomeElementsAndLoneOnesStayText(_ text: String, _ expected: String) throws {
        #expect(try html(text) == expected)
    }

    @Test func mathematicsInTextKeepsItsComma() throws {
        let text = try html("for $x_i$, and $y$")
        #expect(text.hasPrefix("for <span class=\"whole\"><math>") && text.contains("</math>,</span> and <math>"))
        #expect(try html("*$a*b$*").hasPrefix("<em><math>"))
    }

    @Test func plainTextHasNoMarks() {
        #expect(Markup("*a* `b` [c](#d) $x$ **e**").plain == "a b c x e")
        #expect(try! Markup("[a *b*](#c)").withoutLinks.html { _ in ("", "") } == "a <em>b</em>")
    }

    @Test(arguments: [
        (
            "let x = 1e-2 // a < b",
            "<span class=\"k\">let</span> x = <span class=\"n\">1e-2</span> <span class=\"c\">// a &lt; b</span>"
        ),
        ("Tensor(\"a // b\")", "<span class=\"t\">Tensor</span>(<span class=\"s\">&quot;a // b&quot;</span>)"),
        ("0..<3", "<span class=\"n\">0</span>..&lt;<span class=\"n\">3</span>"),
        ("\"\\\"\" x", "<span class=\"s\">&quot;\\&quot;&quot;</span> x"),
        ("\"a", "<span class=\"s\">&quot;a</span>"), ("/* a", "<span class=\"c\">/* a</span>"),
        ("a.init", "a.init"), ("@Test func", "<span class=\"k\">@Test</span> <span class=\"k\">func</span>"),
    ])
    func swiftIsMarkedByKind(_ code: String, _ expected: String) {
        #expect(Code.html(code, language: "swift") == expected)
    }

    @Test func otherLanguagesKnowTheirComments() {
        #expect(Code.html("a: 1 # b", language: "yaml").contains("<span class=\"c\"># b</span>"))
        #expect(Code.html("x#y", language: "sh") == "x#y")
        #expect(Code.html("def f(): # <", language: "python").contains("<span class=\"k\">def</span>"))
        #expect(Code.html("<b>", language: "unknown") == "&lt;b&gt;")
    }

    @Test(arguments: [
        ([0.00196880673, 0.000123, 0.5123], ["0.00197", "0.00012", "0.51230"]),
        ([2701, 3, 12345], ["2701", "3", "12\u{202F}345"]), ([-1.5, 0.25], ["−1.50", "0.25"]),
        ([1e-9, 2], ["1.00·10⁻⁹", "2"]),
        ([0, 0], ["0", "0"]), ([.nan, .infinity], ["–", "∞"]), ([1e12], ["1.00·10¹²"]),
        ([1013.27, 998.1], ["1013.3", "998.1"]), ([3.2e-6, 0, -5e-8], ["3.20·10⁻⁶", "0", "−5.00·10⁻⁸"]),
        ([1000.01, 1000.02], ["1000.01", "1000.02"]),
        ([1.2345e-4, 1.2346e-4], ["1.2345·10⁻⁴", "1.2346·10⁻⁴"]),
        ([1_234_567_890, 1_234_567_891, 5], ["1.234567890·10⁹", "1.234567891·10⁹", "5"]),
        ([1e308, -1e308, 0.5], ["1.00·10³⁰⁸", "−1.00·10³⁰⁸", "5.00·10⁻¹"]),
    ])
    func numbersOfAColumnShareTheirDecimals(_ column: [Double], _ expected: [String]) {
        let shown = ShownNumber(column: column)
        #expect(column.map(shown.text) == expected)
    }

    @Test(.ends) func marksWithoutEndAreText() {
        #expect(Markup(String(repeating: "[", count: 60_000)).plain.count == 60_000)
        let nested = String(repeating: "[", count: 4000) + "x" + String(repeating: "](#a)", count: 4000)
        #expect(Markup(nested).plain.contains("x"))
    }

    @Test(
        .ends,
        arguments: [#"\\$"#, "[a](", "[a](#", "[x](# ", "$a", "`", "*a", "\\$*", "$a\\"])
    func marksThatAreRepeatedAreReadInTime(_ mark: String) throws {
        let text = String(repeating: mark, count: 30_000)
        for text in [text, text + String(repeating: ")", count: 30_000), "*" + text + "*"] {
            #expect(try !Markup(text).html(isForgiving: true) { ($0, $0) }.isEmpty)
        }
    }

    @Test(.ends, arguments: ["\\", "\"\\", "1..", "\u{27}\u{27}\u{27}", "1e", "/*"])
    func signsThatAreRepeatedAreReadInTime(_ sign: String) {
        let text = "\"" + String(repeating: sign, count: 100_000)
        for language in ["swift", "python", "yaml"] { #expect(!Code.html(text, language: language).isEmpty) }
    }
}
