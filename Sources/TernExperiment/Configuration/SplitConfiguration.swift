/// Which examples are learned from, watched, and tested on.
///
/// - `period`: by the sample dimension's labels (years or dates), in the order of time.
/// - `group`: by a coordinate's values, such as `model`, or by `run`.
/// - `random`: with the experiment's seed; refused along a dimension of time unless `allow_leak` is true, since
///   neighbours in time are alike.
public struct SplitConfiguration: Sendable, Equatable {
    public enum Method: String, Sendable, Choice { case period, group, random }

    public var by: Method = .period
    /// The coordinate whose values make groups; `run` for the runs of the data.
    public var group: String?
    /// For `period`: `[from, to]`; for `group`: values; for `random`: left out.
    public var training: [Scalar]?
    public var validation: [Scalar]?
    public var test: [Scalar]?
    /// Of what remains, how large a part is drawn for validation and test where they are not named (groups are drawn
    /// whole). With 0 there is no such part; without a test part there are no test scores.
    public var validationFraction: Double = 0.15
    public var testFraction: Double = 0.15
    /// Only these labels of the sample dimension are tested on: `[2080, 2100]`.
    public var testPeriod: [Scalar]?
    /// So many steps next to a bound between parts are left out (`period`).
    public var gap: Int = 0
    public var allowLeak: Bool = false

    public init() {}

    public init(
        by method: Method, group: String? = nil, training: [Scalar]? = nil, validation: [Scalar]? = nil,
        test: [Scalar]? = nil
    ) {
        (by, self.group, self.training, self.validation, self.test) = (method, group, training, validation, test)
    }

    /// The coordinate whose values are groups, or `run` where data come in runs, or the dimension whose labels are
    /// samples beside the main one; nil where nothing groups them.
    func groupName(in data: DataConfiguration) -> String? { group ?? (data.runs == nil ? data.memberDimension : "run") }
}
