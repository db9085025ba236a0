extension Double {
    /// The fewest digits that read back equal; whole numbers below 10¹⁵ have no point.
    ///
    /// ```swift
    /// 3.0.plain          // "3"
    /// 0.1.plain          // "0.1"
    /// ```
    package var plain: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self) }
}
