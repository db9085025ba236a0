extension UInt32? {
    /// The seed that was given, or one drawn from the system.
    var orDrawn: UInt32 { self ?? .random(in: 0...UInt32.max) }
}
