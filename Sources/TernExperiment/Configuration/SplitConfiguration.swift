/// Which examples are learned from, watched, and tested on: the key `split`.
///
/// - `period`: by the sample dimension's labels (years or dates), in the order of time.
/// - `group`: by a coordinate's values, such as `model`, or by `run`.
/// - `random`: with the experiment's seed; refused along a dimension of time unless `allow_leak` is true, since
///   neighbours in time are alike, and along any other where windows of training would hold targets of the test.
///
/// ```swift
/// let years = SplitConfiguration(by: .period, test: [.text("2000"), .text("2014")])
/// print(years.by.rawValue, years.validationFraction)  // period 0.15
/// ```
public struct SplitConfiguration: Sendable, Equatable {
    /// By what examples are parted.
    ///
    /// ```swift
    /// print(SplitConfiguration.Method.allCases.map(\.rawValue))  // ["period", "group", "random"]
    /// ```
    public enum Method: String, Sendable, Choice {
        /// By labels of the sample dimension, in the order of time.
        case period
        /// By the values of a coordinate, all of one on one side.
        case group
        /// Drawn one by one.
        case random
    }

    /// By what examples are parted.
    public var by: Method = .period
    /// The coordinate whose values make groups; `run` for the runs of the data.
    public var group: String?
    /// What is learned from. For `period`: `[from, to]`; for `group`: values; for `random`: nil. Nil is all that the
    /// others leave.
    public var training: [Scalar]?
    /// What is watched while training, named as ``training`` is; nil: a share.
    public var validation: [Scalar]?
    /// What scores are taken on, named as ``training`` is; nil: a share, the latest of `period`.
    public var test: [Scalar]?
    /// Of what remains, how large a part is drawn for validation and test where they are not named (groups are drawn
    /// whole). With 0 there is no such part; without a test part there are no test scores.
    public var validationFraction: Double = 0.15
    /// As ``validationFraction``, for the test part.
    public var testFraction: Double = 0.15
    /// Only these labels of the sample dimension are tested on: `[2080, 2100]`.
    public var testPeriod: [Scalar]?
    /// So many steps next to a bound between parts are left out (`period`), also where another run goes on behind it.
    public var gap: Int = 0
    /// Whether a random split is allowed along time, where neighbours are alike, and with windows that hold targets of
    /// the test; scores are then too good.
    public var allowLeak: Bool = false

    /// By period, with 15 % each for validation and test.
    public init() {}

    /// Parts that are named; what is nil is drawn as a share.
    public init(
        by method: Method, group: String? = nil, training: [Scalar]? = nil, validation: [Scalar]? = nil,
        test: [Scalar]? = nil
    ) {
        (by, self.group, self.training, self.validation, self.test) = (method, group, training, validation, test)
    }

    /// The coordinate whose values are groups, or `run` where data come in runs, or the dimension whose labels are
    /// samples beside the main one; nil where nothing groups them.
    func groupName(in data: DataConfiguration) -> String? { group ?? (data.runs == nil ? data.memberDimension : "run") }

    /// The labels that a part is named by; nil of one that is drawn.
    func labels(of part: Split.Part) -> [Scalar]? {
        switch part {
        case .training: training
        case .validation: validation
        case .test: test
        }
    }

    /// The keys of the parts, and of the period that is tested on, with the labels that they hold.
    var labelled: [(key: String, labels: [Scalar]?)] {
        Split.Part.allCases.map { ("\($0)", labels(of: $0)) } + [("test_period", testPeriod)]
    }
}
