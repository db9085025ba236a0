import Foundation
import TernCore
import TernText

/// What files name by its kind: estimators and splitters.
///
/// ```swift
/// struct Mean: Regressor {                // an estimator of your own
///     var value = 0.0
///     mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) { value = y.mean().item }
///     func predict(_ x: Tensor) -> Tensor { Tensor(repeating: value, shape: [x.shape[0]], dtype: .float64) }
/// }
/// EstimatorRegistry.register(Mean.self)   // so that files with it can be read
/// ```
public protocol Registered: Codable, Sendable {
    /// The name in files: by default the type's.
    static var kind: String { get }

    /// Whether what a file says of it fits together, so that it can be used; asked after each is read.
    ///
    /// - Throws: ``EstimatorError`` where it does not.
    func checkDecoded() throws
}

extension Registered {
    /// The type's name without its module. Of two types of one name, one needs a kind of its own.
    public static var kind: String { "\(Self.self)" }

    /// By default all fits.
    public func checkDecoded() throws {}
}

/// The types of estimators and splitters by kind, so that files can be read back.
///
/// ```swift
/// EstimatorRegistry.type(of: "Ridge")!    // Ridge
/// ```
public enum EstimatorRegistry {
    /// The estimators that need nothing to be made, with their defaults.
    package static let prototypes: [any Estimator] = [
        MLPRegressor(), MLPClassifier(), GaussianProcessRegressor(), LinearRegression(), Ridge(), LogisticRegression(),
        TabularRegressor(), TabularClassifier(), StandardScaler(), MinMaxScaler(), MaxAbsScaler(), RobustScaler(),
        QuantileTransformer(), PowerTransformer(), PolynomialFeatures(), SimpleImputer(), OneHotEncoder(),
        OrdinalEncoder(), PCA(),
    ]
    private static let parts: [any Registered.Type] = [
        ColumnTransformer.self, FunctionTransformer.self, LabelEncoder.self, GridSearch.self, RandomizedSearch.self,
        HalvingSearch.self, Pipeline.self, TransformedTargetRegressor.self,
        BlockedKFold.self, BufferedSplit.self, GroupKFold.self, KFold.self, ShuffleSplit.self, StratifiedKFold.self,
        StratifiedShuffleSplit.self, TimeSeriesSplit.self,
    ]
    private static let lock = NSLock()
    nonisolated(unsafe) private static var types: [String: any Registered.Type] =
        Dictionary(
            uniqueKeysWithValues: (prototypes.map { Swift.type(of: $0) as any Registered.Type } + parts).map {
                ($0.kind, $0)
            })

    /// Makes a type known under its ``Registered/kind``. A kind that another type has ends the program.
    public static func register(_ type: any Registered.Type) {
        do { try learn(type) } catch { fail("\(error)") }
    }

    /// Makes the type of what is written known, so that it can be read again in this process.
    static func learn(_ type: any Registered.Type) throws {
        let other = lock.withLock { () -> (any Registered.Type)? in
            if let known = types[type.kind], known != type { return known }
            types[type.kind] = type
            return nil
        }
        if let other {
            throw EstimatorError(
                "EstimatorRegistry: \"\(type.kind)\" is \(other); give \(type) another `static var kind`")
        }
    }

    /// All kinds that are known, in alphabetical order.
    public static var kinds: [String] { lock.withLock { types.keys.sorted() } }

    /// The type of this kind; nil where none is known.
    public static func type(of kind: String) -> (any Registered.Type)? { lock.withLock { types[kind] } }
}

/// An estimator or splitter of any type as a part of another: its kind, and what it says of itself.
struct RegisteredBox: Codable {
    let value: any Registered

    init(_ value: any Registered) { self.value = value }

    private enum CodingKeys: String, CodingKey { case kind, value }

    func encode(to encoder: any Encoder) throws {
        try EstimatorRegistry.learn(type(of: value))
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: value).kind, forKey: .kind)
        try value.encode(to: container.superEncoder(forKey: .value))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        guard let type = EstimatorRegistry.type(of: kind) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription: "there is no \"\(kind)\"; one of your own is made known by EstimatorRegistry.register"
            )
        }
        value = try type.init(from: container.superDecoder(forKey: .value))
        do { try value.checkDecoded() } catch let error as EstimatorError {
            throw DecodingError.dataCorruptedError(
                forKey: .value, in: container, debugDescription: error.description)
        }
    }

    /// As what is wanted there.
    func `as`<T>(_ type: T.Type, in decoder: any Decoder) throws -> T {
        guard let value = value as? T else {
            throw decoder.refusal("\(Swift.type(of: self.value).kind) cannot stand here")
        }
        return value
    }
}
