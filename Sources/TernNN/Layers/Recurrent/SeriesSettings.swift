/// How a recurrent layer goes along a series, and what it returns.
struct SeriesSettings: Codable, Sendable {
    /// Whether the output is that of all steps.
    var returnsSequences = false
    /// Whether the last states follow the output.
    var returnsState = false
    /// Whether it begins with the last step.
    var goesBackwards = false
    /// Whether a call begins with the states that the one before ended with.
    var isStateful = false
    /// Whether the output of steps that a mask leaves out is 0.
    var zerosOutputForMask = false
}
