/// The dimensions of an example's input, and what they are: the steps of a window, cells, channels.
///
/// ```swift
/// let windows = ExampleShape(steps: 10, cells: [96, 144], channels: 4)
/// print(windows.dimensions)  // [10, 96, 144, 4]
/// print(ExampleShape([14, 19, 1]).cells)  // [14, 19]
/// ```
public struct ExampleShape: Sendable, Equatable {
    /// Nil where an example knows one step.
    public var steps: Int?
    /// [latitude, longitude] of maps, [stations], none for series.
    public var cells: [Int]
    /// Numbers in each cell, or of each step where there are no cells.
    public var channels: Int

    /// An example of which is known what its dimensions are.
    public init(steps: Int? = nil, cells: [Int] = [], channels: Int) {
        (self.steps, self.cells, self.channels) = (steps, cells, channels)
    }

    /// What the number of dimensions alone tells: series, windows of series, maps, windows of maps.
    public init(_ dimensions: [Int]) {
        let outer = Array(dimensions.dropLast()), isWindow = [1, 3].contains(outer.count)
        self.init(
            steps: isWindow ? outer[0] : nil, cells: isWindow ? Array(outer.dropFirst()) : outer,
            channels: dimensions.last ?? 1)
    }

    /// Steps, cells, channels, as a tensor without its batch has them.
    public var dimensions: [Int] { (steps.map { [$0] } ?? []) + cells + [channels] }

    /// For messages: "windows of maps, [steps, latitude, longitude, channels]".
    var kind: String {
        let names = cells.count == 2 ? "maps" : cells.isEmpty ? "numbers" : "cells"
        let dimensions =
            (steps == nil ? [] : ["steps"]) + (cells.count == 2 ? ["rows", "columns"] : cells.map { _ in "cells" }) + [
                "channels"
            ]
        return "\(steps == nil ? "" : "windows of ")\(names), [\(dimensions.joined(separator: ", "))]"
    }
}
