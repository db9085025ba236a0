import Foundation

/// A page in a headless browser: what a reader would stumble over.
///
/// ```swift
/// let findings = try BrowserPage("lecture.html").inspect(width: 360, dark: true)
/// ```
///
/// A copy of the page with a script that looks at it is opened in a frame of the width; the reader's preference for
/// dark colours is played by rewriting the query for it.
public struct BrowserPage {
    public let url: URL

    public init(_ path: String) { url = URL(fileURLWithPath: path) }

    /// The browser's program, nil where none is installed.
    public static let browser: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        let names = ["chromium", "chromium-browser", "google-chrome"]
        return names.flatMap { name in folders.map { "\($0)/\(name)" } }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    /// What is wrong with the page, in words; and links that lead to other files.
    public struct Report: Decodable {
        public var findings: [String]
        public var links: [String]
        /// Of the viewport that was seen.
        public var width: Double
    }

    public func inspect(width: Int, dark: Bool = false) throws -> Report {
        let folder = TemporaryFolder()
        var page = try String(contentsOf: url, encoding: .utf8)
        if dark {
            // The style is another then, so that its hash does not fit.
            page = page.replacing("(prefers-color-scheme: dark)", with: "(min-width: 0px)")
                .replacing(/style-src 'sha256-[^']*'/, with: "style-src 'unsafe-inline'")
        }
        page = page.replacing("script-src '", with: "script-src 'nonce-inspector' '", maxReplacements: 1)
        page = page.replacing(
            "<head>", with: "<head><script nonce=\"inspector\">\(Self.listener)</script>", maxReplacements: 1)
        page = page.replacing(
            "</body>", with: "<script nonce=\"inspector\">\(Self.inspector)</script></body>", maxReplacements: 1)
        _ = folder.write(page, as: "page.html")
        let frame = folder.write(
            """
            <!DOCTYPE html><iframe src="page.html" width="\(width)" height="900" style="border:0"></iframe><pre id="result"></pre>
            <script>addEventListener("message", event => { document.getElementById("result").textContent = btoa(event.data); });</script>
            """, as: "frame.html")
        let dump = try run(
            Self.browser!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--user-data-dir=\(folder.path("profile"))",
                "--window-size=1400,1000", "--virtual-time-budget=4000", "--dump-dom", "file://\(frame)",
            ])
        guard let start = dump.range(of: "<pre id=\"result\">"),
            let end = dump.range(of: "</pre>", range: start.upperBound..<dump.endIndex),
            let data = Data(base64Encoded: String(dump[start.upperBound..<end.lowerBound])), !data.isEmpty
        else {
            throw CocoaError(
                .fileReadUnknown,
                userInfo: [NSLocalizedDescriptionKey: "the browser gave no result: \(dump.prefix(500))"])
        }
        return try JSONDecoder().decode(Report.self, from: data)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// Runs before the page's own scripts.
    private static let listener = """
        window.troubles = [];
        addEventListener("error", event => troubles.push("error: " + (event.message || event.target.outerHTML)), true);
        addEventListener("unhandledrejection", event => troubles.push("rejection: " + event.reason));
        addEventListener("securitypolicyviolation", event => troubles.push("blocked: " + event.blockedURI));
        for (const kind of ["error", "warn"]) console[kind] = (...words) => troubles.push("console: " + words.join(" "));
        """

    private static let inspector = #"""
        addEventListener("load", () => document.querySelectorAll("details").forEach(e => { e.open = true; }));
        addEventListener("load", () => document.fonts.ready.then(() => setTimeout(() => {
          const found = [...troubles], all = [...document.querySelectorAll("body *")];
          const name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " \"" + e.textContent.trim().slice(0, 30) + "\"";
          if (!document.documentElement.lang) found.push("no language");
          if (!document.title.trim()) found.push("no title");
          if (!document.querySelector("meta[name=viewport]")) found.push("no viewport");
          for (const mark of ["header", "main", "footer"]) if (document.querySelectorAll("body > " + mark).length != 1) found.push("not one " + mark);

          const ids = new Set();
          for (const e of document.querySelectorAll("[id]")) { if (ids.has(e.id)) found.push("two of id " + e.id); ids.add(e.id); }
          const links = [];
          for (const a of document.querySelectorAll("a[href]")) {
            const to = a.getAttribute("href");
            if (to.startsWith("#")) { if (!ids.has(decodeURIComponent(to.slice(1)))) found.push("broken anchor " + to); }
            else links.push(to);
            if (!a.textContent.trim() && !a.getAttribute("aria-label")) found.push("link without a name " + to);
          }
          for (const use of document.querySelectorAll("svg use")) {
            const to = use.getAttribute("xlink:href") || use.getAttribute("href");
            if (!to || !ids.has(to.slice(1))) found.push("broken mark " + to);
          }

          let level = 0;
          for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
            const next = Number(h.tagName[1]);
            if (next > level + 1) found.push("heading skips a level: " + name(h));
            level = next;
          }
          if (document.querySelectorAll("h1").length != 1) found.push("not one h1");

          for (const f of document.querySelectorAll("figure")) {
            const svg = [...f.querySelectorAll("svg")].find(e => e.getBoundingClientRect().width), box = svg && svg.getBoundingClientRect();
            if (!svg || box.width < 50 || box.height < 50) found.push("empty figure " + name(f));
            if (svg && (svg.getAttribute("role") != "img" || !svg.getAttribute("aria-label"))) found.push("unnamed figure " + name(f));
            if (!f.querySelector("figcaption")) found.push("no caption " + name(f));
          }
          for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) found.push("no alt " + e.src.slice(0, 40));
          for (const t of document.querySelectorAll("table")) {
            if (!t.caption || !t.caption.textContent.trim()) found.push("no caption " + name(t));
            for (const h of t.querySelectorAll("th")) if (!h.scope) found.push("no scope " + name(h));
            if (!t.querySelector("th")) found.push("no th " + name(t));
          }

          // What sticks out of the page, unless a box of its own scrolls.
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) found.push("page scrolls to " + document.documentElement.scrollWidth);
          const scrolls = e => { for (let p = e.parentElement; p && p != document.body; p = p.parentElement) if (getComputedStyle(p).overflowX != "visible") return p; };
          for (const e of all) {
            if (e.closest("svg") && e.tagName != "svg" || e.closest("annotation") || e.matches(".skip")) continue;
            const box = e.getBoundingClientRect();
            if (box.width && box.right > width + 1 && !scrolls(e)) found.push("overflows: " + name(e));
          }
          for (const e of all) if (e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0)
            found.push("scrolls without the keyboard: " + name(e));

          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
          const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
          const behind = e => { for (let p = e; p; p = p.parentElement) { const c = rgba(getComputedStyle(p).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255, 255]; };
          const seen = new Set();
          for (const e of all) {
            if (!["MATH", "ANNOTATION", "SCRIPT", "STYLE", "TITLE", "DESC"].includes(e.tagName.toUpperCase()) && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) {
              if (e.closest("annotation, title, script, .inlaid")) continue;
              const style = getComputedStyle(e), isDrawn = e.closest("svg");
              const ink = rgba(isDrawn ? style.fill : style.color), ground = behind(isDrawn ? e.closest("svg") : e);
              const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
              const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
              if (ratio < (isLarge ? 3 : 4.5)) {
                const text = "contrast " + ratio.toFixed(2) + " of " + ink + " on " + ground;
                if (!seen.has(text)) found.push(text + ": " + name(e));
                seen.add(text);
              }
            }
          }
          const json = JSON.stringify({ findings: found, links: links, width: innerWidth });
          parent.postMessage(String.fromCharCode(...new TextEncoder().encode(json)), "*");
        }, 300)));
        """#
}
