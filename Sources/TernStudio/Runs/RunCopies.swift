import Foundation
import TernExperiment
import TernText

/// The scores of runs, as programs and as a command.
struct RunCopies: Encodable {
    var swift: String, python: String, command: String

    init(_ places: [RunFolders.Place]) {
        let paths = places.map { SourceText.quoted($0.folder) }
        swift =
            "import TernExperiment\n\n"
            + paths.map { path in
                """
                do {
                    let run = try Run(contentsOf: \(path))
                    for row in run.scores.rows {
                        print(run.folder, row.target, row.model, row.scores[.rmse] ?? .nan, row.scores[.r] ?? .nan)
                    }
                }

                """
            }.joined()
        python =
            "import json\n\nfor folder in [\(paths.joined(separator: ", "))]:\n" + """
                    with open(folder + "/scores.json") as file:
                        for row in json.load(file)["rows"]:
                            scores = row["scores"]
                            print(folder, row["target"], row["model"], scores.get("rmse"), scores.get("r"))

                """
        let words = places.map { ShellWord.quoted($0.folder) }
        command = (words.count > 1 ? "tern compare \(words.joined(separator: " "))" : "tern report \(words[0])") + "\n"
    }
}
