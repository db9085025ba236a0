import Testing

extension Trait where Self == TimeLimitTrait {
    /// That a test ends, where a fault would make it go on for hours. All tests begin at once, so the time is also that
    /// of others which have the processors.
    public static var ends: Self { .timeLimit(.minutes(20)) }
}
