// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernEOF = [
    Example("Tern/EOF/EOF+Fields: projection", EOF_Fields_projection),
    Example("Tern/EOF/EOF: EOF", EOF_EOF),
    Example("Tern/EOF/EOF: varianceShareErrors", EOF_varianceShareErrors),
]

private func EOF_Fields_projection() async throws {
    let lat = Coordinate("lat", numbers: [-30, 0, 30])
    _ = lat
    let swing = Tensor([1.0, -1, 0.5, -0.5]).reshaped([4, 1]), map = Tensor([1.0, 3, 1])
    _ = swing
    _ = map
    let field = Field("t", swing * map, dimensions: ["time", "lat"], coordinates: [lat])
    _ = field
    let eof = try EOF(of: field, count: 1)
    _ = eof
    let twice = Field("t", 2 * swing * map, dimensions: ["time", "lat"], coordinates: [lat])
    _ = twice
    let strength = try eof.projection(of: twice)
    _ = strength
    let ratio = try (strength / eof.series).values      // [[2], [2], [2], [2]], up to rounding
    check("[[2], [2], [2], [2]], up to rounding", each: [ratio as Any])
    _ = ratio
}

private func EOF_EOF() async throws {
    let lat = Coordinate("lat", numbers: [-30, 0, 30]), lon = Coordinate("lon", numbers: [0, 90])
    _ = lat
    _ = lon
    let swing = Tensor([1.0, -1, 2, -2]).reshaped([4, 1, 1]), map = Tensor([[1.0, 1], [3, 3], [1, 1]])
    _ = swing
    _ = map
    let field = Field("sst", 20 + swing * map, dimensions: ["time", "lat", "lon"], coordinates: [lat, lon])
    _ = field
    let eof = try EOF(of: field, count: 1)
    _ = eof
    check("1, up to rounding", eof.varianceShares[0])
    check("[\"mode\", \"lat\", \"lon\"]", eof.patterns.dimensions)
    check("[4, 1]", eof.series.shape)
    use(try eof.reconstruction().values)
}

private func EOF_varianceShareErrors() async throws {
    let lat = Coordinate("lat", numbers: [-30, 30])
    _ = lat
    let field = Field("t", Tensor([[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1], [0, 0], [0, 0]]),
        dimensions: ["time", "lat"], coordinates: [lat])
    _ = field
    let eof = try EOF(of: field, count: 2)
    _ = eof
    check("[0.75, 0.25], up to rounding", eof.varianceShares)
    check("[0.375, 0.125], up to rounding", eof.varianceShareErrors())
    check("[true, true]", eof.isSeparated())
}
