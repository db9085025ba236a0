import Foundation

/// The page's modules as one plain script: a page that is opened from a folder may load no modules.
///
/// It knows the forms in which the studio's own files import and export, and refuses others.
struct ModuleBundle {
    private(set) var text = ""
    private var known: Set<String> = []

    /// - Parameter name: of the module that begins; those that it imports come before it.
    /// - Throws: `StudioMistake` where a file is missing, or written in another form.
    init(from name: String, in files: StudioFiles) throws {
        text = "\"use strict\";\nconst modules = {};\n"
        try add(name, files)
    }

    private mutating func add(_ name: String, _ files: StudioFiles) throws {
        guard known.insert(name).inserted else { return }
        guard let file = files[name] else { throw StudioMistake("the page has no file \(name)") }
        var source = String(decoding: file.bytes, as: UTF8.self)
        for match in source.matches(of: #/(?:from |import\()"\./([A-Za-z0-9-]+\.js)"/#) {
            try add(String(match.1), files)
        }
        var exported: [String] = []
        for match in source.matches(of: #/(?m)^export (?:const|class|function|async function) ([A-Za-z0-9]+)/#) {
            exported.append(String(match.1))
        }
        source.replace(#/(?m)^export (const|class|function|async function)\b/#) { "\($0.1)" }
        source.replace(#/(?m)^import \{([^}]*)\} from "\./([A-Za-z0-9-]+\.js)";/#) { match in
            "const {\(match.1.replacing(" as ", with: ": "))} = modules[\"\(match.2)\"];"
        }
        source.replace(#/import\("\./([A-Za-z0-9-]+\.js)"\)/#) { "Promise.resolve(modules[\"\($0.1)\"])" }
        if let odd = source.firstMatch(of: #/(?m)^(?:import|export)\b.*/#) {
            throw StudioMistake("\(name): \"\(odd.output)\" is in no form that the export knows")
        }
        text +=
            "\n// \(name)\nmodules[\"\(name)\"] = (() => {\n\(source)\nreturn { \(exported.joined(separator: ", ")) };\n})();\n"
    }
}
