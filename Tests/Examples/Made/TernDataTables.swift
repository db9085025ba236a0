// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataTables = [
    Example("TernData/Tables/CSVReader: init", CSVReader_init),
    Example("TernData/Tables/Table: Table", Table_Table),
    Example("TernData/Tables/TableBlocks: TableBlocks", TableBlocks_TableBlocks),
]

private func CSVReader_init() async throws {
    try "year,sst\n1990,25.5\n1991,-99.99\n".write(toFile: "sst.csv", atomically: true, encoding: .utf8)
    let table = try Table(csv: "sst.csv", options: CSVOptions(missingNumbers: [-99.99]))
    _ = table
}

private func Table_Table() async throws {
    try "date,co2\n1958-03,315.7\n1958-04,\n".write(toFile: "co2.csv", atomically: true, encoding: .utf8)
    let table = try Table(csv: "co2.csv")
    _ = table
    check("[\"date\", \"co2\"]", table.columnNames)
    check("[6, 9, ...]", table["co2"]?.missingRows)
    let x = try table.matrix(of: ["co2"])      // [rows, 1], float64
    check("[rows, 1], float64", each: [x as Any])
    _ = x
}

private func TableBlocks_TableBlocks() async throws {
    try writeStations("stations.csv")
    let model = TableModel(features: ["day", "wind"], target: "t2m", network: MLPRegressor(randomState: 0))
    func write(_ cells: Table, _ predictions: [Double]) throws {}
    let blocks = try TableBlocks(csv: "stations.csv", numbers: model.features)
    _ = blocks
    while let block = try blocks.next() { try write(block.cells, model.predict(block.numbers)) }
}
