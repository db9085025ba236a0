import Foundation
import Tern
import TernKeras

/// Messages of the engine in words that its callers know: what Swift calls `fitIntercept` is `fit_intercept` to C and
/// Python, and advice in Swift's syntax is of no use there.
enum OutwardWords {
    /// Where advice is Swift, what is to be done.
    private static let phrases: [(swift: String, said: String)] = [
        ("use x.reshaped([-1, 1])", "give x the shape [examples, 1]"),
        ("clip the gradient: optimizer.clipping(.globalNorm(1))", "clip the gradient by its global norm"),
        ("; loss.ignoringMissing() leaves missing targets out", "; leave such examples out, or give them weight 0"),
        ("Take method .yeoJohnson", "Take the method yeo-johnson"),
        ("only addIndicator: true tells", "only add_indicator=True tells"),
        ("call compile(loss:) first", "compile the model first"),
        ("write the model with includesOptimizer: false", "write the model with include_optimizer=False"),
        ("read the model with compiles: false, and compile it in Tern", "load the model with compile=False"),
        ("; one of your own is made known by EstimatorRegistry.register", ""),
        ("say them (inputShapes:, or --input-shape 24x4)", "give the model data first, or an Input with all lengths"),
        (", or nil", ", or none"),
    ]

    /// Arguments that are no parameters of an estimator, and settings of layers.
    private static let others = [
        "sample_weight", "partial_fit", "inverse_transform", "class_weight", "best_metric", "learning_rate",
        "output_size",
        "noise_shape", "bias_axes", "output_shape", "output_padding", "kernel_size", "goes_backwards",
    ]

    /// By their names in Swift, those outside.
    private static let names: [String: String] = {
        let parameters = EstimatorRegistry.prototypes.flatMap { type(of: $0).parameterNames }
        let settings = others + KerasParts.layers.values.flatMap { $0 }
        let pairs =
            parameters.map { ($0, ScikitLearnNames.name(of: $0)) }
            + settings.map { (ScikitLearnNames.own($0), $0) }
        return Dictionary(pairs.filter { $0 != $1 }, uniquingKeysWith: { first, _ in first })
    }()

    static func of(_ message: String) -> String {
        var text = message
        for (swift, said) in phrases { text = text.replacingOccurrences(of: swift, with: said) }
        // What stands in quotation marks is the caller's own.
        return text.replacing(/(?<before>^|[^A-Za-z0-9_"\/.])(?<word>[a-z]+[A-Z0-9][A-Za-z0-9]*)(?![A-Za-z0-9_"\/])/) {
            found in
            "\(found.before)\(names[String(found.word)] ?? String(found.word))"
        }
    }
}
