// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernFiles = [
    Example("TernFiles/DataError: DataError", DataError_DataError),
    Example("TernFiles/TernVersion: TernVersion", TernVersion_TernVersion),
]

private func DataError_DataError() async throws {
    let error = DataError(file: "sst.csv", line: 17, "column \"sst\" (3rd): \"abc\" is not a number")
    _ = error
    use(error.description)
}

private func TernVersion_TernVersion() async throws {
    check("true", TernVersion.maker == "Tern " + TernVersion.current)
}
