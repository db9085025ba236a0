/// Where there is land, on cells of 2.5 degrees.
enum LandMask {
    private static let rows: [[Double]] = cells.split(separator: "\n").map { line in
        line.flatMap { digit -> [Double] in
            let cells = digit.hexDigitValue!
            return [8, 4, 2, 1].map { cells & $0 == 0 ? 0 : 1 }
        }
    }

    /// The share of land around a point, bilinear between the centres of cells.
    static func share(latitude: Double, longitude: Double) -> Double {
        let height = Double(rows.count), width = Double(rows[0].count)
        let y = min(max((90 - latitude) / 180 * height - 0.5, 0), height - 1)
        let x = longitude / 360 * width - 0.5 + width
        let row = min(Int(y), rows.count - 2), column = Int(x)
        let v = y - Double(row), u = x - Double(column)
        func cell(_ i: Int, _ j: Int) -> Double { rows[i][j % rows[0].count] }
        return (1 - v) * ((1 - u) * cell(row, column) + u * cell(row, column + 1))
            + v * ((1 - u) * cell(row + 1, column) + u * cell(row + 1, column + 1))
    }
}
