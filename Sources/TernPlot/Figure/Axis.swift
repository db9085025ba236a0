/// One axis of a panel: what it measures, and how values become positions.
///
/// ```swift
/// let loss = Axis("MSE", scale: .logarithmic)
/// let year = Axis("year", scale: .time)             // seconds since 1970, UTC
/// let depth = Axis("depth (m)", range: 0...200, reversed: true)
/// ```
public struct Axis: Sendable, Equatable {
    public enum Scale: Sendable, Equatable {
        case linear
        /// To the base 10; values that are not positive are gaps.
        case logarithmic
        /// Values are seconds since 1970 in UTC, as `Date.timeIntervalSince1970` gives them.
        case time
        /// Degrees of longitude, written 30°W, 0°, 30°E.
        case longitude
        /// Degrees of latitude, written 30°S, 0°, 30°N.
        case latitude
    }

    /// Written beside the axis; `x_1^2` and `\sigma` become Unicode.
    public var label: String
    public var scale: Scale
    /// What the axis covers; without it, all the data and a little more.
    public var range: ClosedRange<Double>?
    /// Whether values grow to the left or downwards.
    public var reversed: Bool
    /// Names at given positions instead of numbers.
    public var ticks: [Tick]?

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

/// A mark on an axis and what is written there; a minor one has no text.
public struct Tick: Sendable, Equatable {
    public var position: Double
    public var label: String
    public var isMinor: Bool

    public init(_ position: Double, _ label: String, isMinor: Bool = false) {
        self.position = position
        self.label = label
        self.isMinor = isMinor
    }
}
