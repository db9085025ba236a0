// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataTables = [
    Example("TernData/Tables/CSVLayout: CSVLayout", CSVLayout_CSVLayout),
    Example("TernData/Tables/CSVOptions: CSVOptions", CSVOptions_CSVOptions),
    Example("TernData/Tables/CSVOptions: Header", CSVOptions_Header),
    Example("TernData/Tables/CSVReader: init", CSVReader_init),
    Example("TernData/Tables/Table: Table", Table_Table),
    Example("TernData/Tables/Table: Column", Table_Column),
    Example("TernData/Tables/Table: Values", Table_Values),
    Example("TernData/Tables/TableBlocks: TableBlocks", TableBlocks_TableBlocks),
]

private func CSVLayout_CSVLayout() async throws {
    let layout = try Table(csvText: "time;rain\n1;0,5\n2;1,25\n").layout!
    _ = layout
    print(layout.delimiter, layout.decimal, layout.notes)  // ; , ["a comma stands before fractions"]
    checkPrinted("; , [\"a comma stands before fractions\"]")
}

private func CSVOptions_CSVOptions() async throws {
    var options = CSVOptions(missingNumbers: [-99.9], textColumns: ["station"])
    _ = options
    options.comment = "%"
    let table = try Table(csvText: "station,co2\n007,-99.9\n% moved\n008,411.5\n", options: options)
    _ = table
    print(table["station"]!.texts!, table["co2"]!.missingRows)  // ["007", "008"] [0]
    checkPrinted("[\"007\", \"008\"] [0]")
}

private func CSVOptions_Header() async throws {
    let table = try Table(csvText: "1,2\n3,4\n", options: CSVOptions(header: .absent))
    _ = table
    print(table.columnNames, table.rowCount)  // ["column1", "column2"] 2
    checkPrinted("[\"column1\", \"column2\"] 2")
}

private func CSVReader_init() async throws {
    try "year,sst\n1990,25.5\n1991,-99.99\n".write(toFile: "sst.csv", atomically: true, encoding: .utf8)
    use(try Table(columns: [Table.Column("sst", [20.5, -99.99])]).write(csv: "sst.csv"))
    let table = try Table(csv: "sst.csv", options: CSVOptions(missingNumbers: [-99.99]))
    _ = table
    print(table["sst"]!.missingRows)  // [1]
    checkPrinted("[1]")
}

private func Table_Table() async throws {
    let table = try Table(csvText: "date,co2\n2020-01,413.4\n2020-02,\n2020-03,414.5\n")
    _ = table
    print(table.columnNames, table.rowCount)  // ["date", "co2"] 3
    checkPrinted("[\"date\", \"co2\"] 3")
    print(table["co2"]!.missingRows)  // [1]
    checkPrinted("[1]")
    print(try table.withoutMissing().matrix(of: ["co2"]).shape)  // [2, 1]
    checkPrinted("[2, 1]")
}

private func Table_Column() async throws {
    let rain = Table.Column("rain", [0.5, .nan, 2]), station = Table.Column("station", ["A", "", "B"])
    _ = rain
    _ = station
    print(rain.missingRows, station.missingRows, station.numbers == nil)  // [1] [1] true
    checkPrinted("[1] [1] true")
}

private func Table_Values() async throws {
    let column = Table.Column(name: "rain", values: .numbers([0.5, .nan]))
    _ = column
    if case .numbers(let numbers) = column.values { print(numbers.count) }  // 2
    checkPrinted("2")
}

private func TableBlocks_TableBlocks() async throws {
    try writeStations("stations.csv")
    use(try Table(csvText: "station,t\nA,1.5\nB,2\n").write(csv: "stations.csv"))
    let blocks = try TableBlocks(csv: "stations.csv", numbers: ["t"])
    _ = blocks
    while let block = try blocks.next() {
        print(block.cells["t"]!.texts!, block.numbers["t"]!.numbers!)  // ["1.5", "2"] [1.5, 2.0]
    }
    checkPrinted("[\"1.5\", \"2\"] [1.5, 2.0]")
}
