/// One axis of a panel: what it measures, and how values become positions.
///
/// ```swift
/// let loss = Axis("MSE", scale: .logarithmic)
/// let year = Axis("year", scale: .time)  // seconds since 1970, UTC
/// let depth = Axis("depth (m)", range: 0...200, reversed: true)
/// print(loss.scale, year.label, depth.range!)  // logarithmic year 0.0...200.0
/// ```
public struct Axis: Sendable, Equatable {
    /// How values become positions, and how ticks are written.
    ///
    /// ```swift
    /// print(Axis("latitude", scale: .latitude).scale == .latitude)  // true
    /// ```
    public enum Scale: Sendable, Equatable {
        /// Equal distances for equal differences.
        case linear
        /// To the base 10; values that are not positive are gaps.
        case logarithmic
        /// Values are seconds since 1970 in UTC, as `Date.timeIntervalSince1970` gives them, at most 3.2e12 from 0
        /// (about 100,000 years).
        case time
        /// Degrees of longitude, written 30°W, 0°, 30°E.
        case longitude
        /// Degrees of latitude, written 30°S, 0°, 30°N.
        case latitude
    }

    /// Written beside the axis, with its unit; `x_1^2` and `\sigma` become Unicode.
    public var label: String
    /// How values become positions.
    public var scale: Scale
    /// What the axis covers, above zero where it is logarithmic. Without it: all finite data and 4 % more on each side;
    /// to the edges of the cells for maps and heat maps; from zero for bars and histograms on an axis that is not
    /// logarithmic.
    public var range: ClosedRange<Double>?
    /// Whether values grow to the left or downwards, as depth does.
    public var reversed: Bool
    /// Names at given positions instead of numbers; nil chooses round numbers.
    public var ticks: [Tick]?

    /// An axis; with no arguments one without a label over all data.
    ///
    /// - Parameters:
    ///   - label: what is measured, with its unit.
    ///   - range: nil covers all data.
    ///   - reversed: whether values grow to the left or downwards.
    ///   - ticks: nil chooses round numbers.
    public init(
        _ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil, reversed: Bool = false,
        ticks: [Tick]? = nil
    ) {
        self.label = label
        self.scale = scale
        self.range = range
        self.reversed = reversed
        self.ticks = ticks
    }
}

/// A mark on an axis and what is written there.
///
/// ```swift
/// let months = Axis("month", ticks: [Tick(1, "Jan"), Tick(4, "Apr"), Tick(7, "Jul"), Tick(2, "", isMinor: true)])
/// print(months.ticks!.count)  // 4
/// ```
public struct Tick: Sendable, Equatable {
    /// In units of the axis.
    public var position: Double
    /// Written at the mark; `x_1^2` and `\sigma` become Unicode.
    public var label: String
    /// Whether the mark is small, where it has no text: a tick with a text is drawn large.
    public var isMinor: Bool

    /// A mark at a value of the axis.
    public init(_ position: Double, _ label: String, isMinor: Bool = false) {
        self.position = position
        self.label = label
        self.isMinor = isMinor
    }
}
