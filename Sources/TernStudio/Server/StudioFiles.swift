import Foundation
import TernPlot
import TernReport

/// The files of the page, as they were embedded; or, for who works on them, as they lie in a folder.
package struct StudioFiles: Sendable {
    /// Where files are read from instead, each time (`TERN_STUDIO_FILES`): a change is seen when the page is loaded
    /// again.
    var folder: String?

    package init(folder: String? = ProcessInfo.processInfo.environment["TERN_STUDIO_FILES"]) { self.folder = folder }

    /// The files by name. A new one is named here and in Package.swift.
    private static let embedded: [String: [UInt8]] = [
        "studio.html": PackageResources.studio_html, "studio.css": PackageResources.studio_css,
        "shell.js": PackageResources.shell_js, "socket.js": PackageResources.socket_js,
        "plot.js": PackageResources.plot_js, "surface.js": PackageResources.surface_js,
        "controls.js": PackageResources.controls_js, "descent.js": PackageResources.descent_js,
        "descent-guide.js": PackageResources.descent_guide_js,
        "network.js": PackageResources.network_js, "network-guide.js": PackageResources.network_guide_js,
        "network-controls.js": PackageResources.network_controls_js,
        "network-points.js": PackageResources.network_points_js,
        "network-picture.js": PackageResources.network_picture_js,
        "convolution.js": PackageResources.convolution_js,
        "convolution-drawing.js": PackageResources.convolution_drawing_js,
        "convolution-guide.js": PackageResources.convolution_guide_js,
        "network-looks.js": PackageResources.network_looks_js,
        "gradients.js": PackageResources.gradients_js, "gradients-guide.js": PackageResources.gradients_guide_js,
        "recorded.js": PackageResources.recorded_js, "runs.js": PackageResources.runs_js,
        "runs-guide.js": PackageResources.runs_guide_js, "runs-explore.js": PackageResources.runs_explore_js,
    ]

    package static var names: [String] { embedded.keys.sorted() + ["house.css", "house.js"] }

    /// A file with its type, nil where there is none of this name.
    package subscript(name: String) -> (type: String, bytes: Data)? {
        let types = ["html": "text/html", "css": "text/css", "js": "text/javascript"]
        guard let kind = types[name.split(separator: ".").last.map(String.init) ?? ""] else { return nil }
        let type = kind + "; charset=utf-8"
        switch name {
        case "house.css": return (type, Data(Self.houseStyle.utf8))
        case "house.js": return (type, Data(Self.houseColors.utf8))
        default:
            guard let bytes = Self.embedded[name] else { return nil }
            if let folder, let read = FileManager.default.contents(atPath: folder + "/" + name) { return (type, read) }
            return (type, Data(bytes))
        }
    }

    /// The colours and type of the report, and the colours of series as figures have them, light and dark: as the
    /// reader's system says, or the switch on the page.
    private static var houseStyle: String {
        func block(_ variables: String, _ style: Style) -> String {
            let series = style.cycle.enumerated().map { "--series-\($0): \($1);" }.joined(separator: " ")
            return "\(variables) \(series) --grid: \(style.grid); --contour: \(style.contour); --muted: \(style.muted);"
        }
        let light = block(PageStyle.lightVariables, .light), dark = block(PageStyle.darkVariables, .dark)
        return """
            :root { \(light) color-scheme: light; }
            :root[data-theme="dark"] { \(dark) color-scheme: dark; }
            @media (prefers-color-scheme: dark) {
              :root:not([data-theme="light"]) { \(dark) color-scheme: dark; }
            }

            """
    }

    /// The colour scales of figures.
    private static var houseColors: String {
        let maps: [ColorMap] = [.viridis, .cividis, .anomaly, .grays]
        let scales = maps.map { map in
            "  \(map.name): [\(map.colors.map { "\"\($0)\"" }.joined(separator: ", "))],"
        }
        return
            "// The colour scales of Tern's figures, from the lowest value to the highest.\nexport const scales = {\n"
            + scales.joined(separator: "\n") + "\n};\n"
    }
}
