import CTern
import Foundation
import Tern
import TernText
import Testing

/// Messages are in words that callers know, who have never seen Swift.
struct WordsTests {
    private let x = Values((0..<12).map { sin(Double($0)) }, [6, 2]), y = Values((0..<6).map(Double.init), [6])

    /// What no message holds: types of Swift, calls in its syntax, names of its parameters.
    private static func swift(in message: String) -> String? {
        let odd =
            /Array<|Dictionary<|Optional\(|\.reshaped\(|\btry |\bnil\b|\b[a-z]+: \.[a-z]|\.[a-z]+[A-Z]\w*\(|\b[a-z]+[A-Z][a-z]+/
        // What stands in quotation marks is of the caller's, or of a file.
        return message.replacing(/".*?"/, with: "").firstMatch(of: odd).map { String($0.output) }
    }

    @Test(arguments: [
        ("Ridge", #"{"alpha": "big"}"#, "alpha"), ("Ridge", #"{"fit_intercept": 2}"#, "fit_intercept"),
        ("Ridge", #"{"fitIntercept": true}"#, #"there is no parameter "fitIntercept""#),
        ("Ridge", #"{"alpha": [1, 2]}"#, "it is no number"), ("PCA", #"{"n_components": "x"}"#, "n_components"),
        ("MLPRegressor", #"{"hidden_layer_sizes": {"a": 1}}"#, "it is no list"),
        ("MLPRegressor", #"{"learning_rate": "fast"}"#, "learning_rate"),
        ("MLPClassifier", #"{"class_weight": "balanced"}"#, "there is no parameter \"class_weight\""),
        ("LogisticRegression", #"{"class_weight": 3}"#, "it is no object"),
        ("MLPRegressor", #"{"max_iter": 2.5}"#, "it is no whole number of those that it takes"),
        ("MLPRegressor", #"{"random_state": -5}"#, "it is no whole number of those that it takes"),
    ])
    func ofParametersThatCannotBe(_ estimator: String, _ parameters: String, _ said: String) {
        var model: OpaquePointer?
        #expect(
            tern_model_make(#"{"estimator": "\#(estimator)", "parameters": \#(parameters)}"#, &model)
                == TERN_BAD_ARGUMENT)
        #expect(message.contains(said) && Self.swift(in: message) == nil, "\(message)")
    }

    @Test(arguments: [
        ("MLPRegressor", #"{"max_iter": 0}"#, "max_iter is 0"),
        ("MLPRegressor", #"{"batch_size": 0}"#, "batch_size is 0"),
        ("MLPRegressor", #"{"hidden_layer_sizes": [0]}"#, "hidden_layer_sizes"),
        ("MLPRegressor", #"{"learning_rate_init": 0}"#, "learning_rate_init is 0"),
        ("MLPRegressor", #"{"n_iter_no_change": 0}"#, "n_iter_no_change is 0"),
        ("MLPRegressor", #"{"validation_fraction": 2}"#, "validation_fraction is 2"),
        ("MLPRegressor", #"{"early_stopping": true, "validation_fraction": 0.1}"#, "validation_fraction"),
        ("GaussianProcessRegressor", #"{"alpha_by_sample": [1]}"#, "alpha_by_sample has 1 numbers"),
        ("GaussianProcessRegressor", #"{"n_restarts_optimizer": -1}"#, "n_restarts_optimizer is -1"),
        ("GaussianProcessRegressor", #"{"n_targets": 0}"#, "n_targets is 0"),
        ("LogisticRegression", #"{"max_iter": -1}"#, "max_iter is -1"),
        ("QuantileTransformer", #"{"n_quantiles": 0}"#, "n_quantiles is 0"),
        ("QuantileTransformer", #"{"n_quantiles": 9, "subsample": 3}"#, "n_quantiles is 9"),
        ("MinMaxScaler", #"{"feature_range": [1, 1]}"#, "feature_range"),
        ("RobustScaler", #"{"quantile_range": [-1, 200]}"#, "quantile_range"),
        ("PowerTransformer", #"{"method": "box-cox"}"#, "Take the method yeo-johnson"),
        ("PolynomialFeatures", #"{"degree": 0, "include_bias": false}"#, "include_bias"),
        ("OneHotEncoder", #"{"max_categories": 0}"#, "max_categories is 0"),
        ("OrdinalEncoder", #"{"unknown_value": 0.5}"#, "unknown_value is 0.5"),
    ])
    func ofFitsThatCannotBe(_ estimator: String, _ parameters: String, _ said: String) throws {
        let held = try Held.made(#"{"estimator": "\#(estimator)", "parameters": \#(parameters)}"#)
        #expect(throws: Held.Failure.self) { try held.fit(x.array, y.array) }
        #expect(message.contains(said) && Self.swift(in: message) == nil, "\(message)")
    }

    @Test func ofArraysThatDoNotFit() throws {
        let held = try Held.made(#"{"estimator": "Ridge"}"#)
        #expect(throws: Held.Failure.self) { try held.fit(y.array, y.array) }
        #expect(message.contains("give x the shape [examples, 1]"), "\(message)")
        let weights = Values([1.0, 2], [2]).array
        #expect(tern_model_fit(held.pointer, [x.array], 1, [y.array], 1, [weights], 0, nil, nil) != TERN_OK)
        #expect(message.contains("sample_weight has the shape [2]; it must be [6]"), "\(message)")
    }

    /// Names that a caller chose are left as they are, whatever they look like.
    @Test func namesOfTheCallersStay() throws {
        let held = try Held.made(#"{"estimator": "Ridge"}"#)
        #expect(tern_model_save(held.pointer, "/nowhere/fitIntercept/maxIter.safetensors") == TERN_BAD_FILE)
        #expect(message.contains("/nowhere/fitIntercept/maxIter.safetensors"), "\(message)")
        var result: OpaquePointer?
        #expect(tern_call(nil, "fitIntercept", nil, nil, 0, nil, nil, &result) == TERN_BAD_ARGUMENT)
        #expect(message.contains("\"fitIntercept\""), "\(message)")
    }

    @Test func ofAPathThatIsEmpty() throws {
        let held = try Held.made(#"{"estimator": "Ridge"}"#)
        #expect(tern_model_save(held.pointer, "") == TERN_BAD_ARGUMENT)
        #expect(message == "path is empty; say where the model is to be written")
    }

    @Test func ofWhatIsDamaged() {
        let archive = #"{"kind": "StandardScaler", "value": {"mean": "x"}}"#
        let text = String(decoding: (try? JSONEncoder().encode(["archive": archive])) ?? Data(), as: UTF8.self)
        var result: OpaquePointer?
        #expect(tern_call(nil, "restore", text, nil, 0, nil, nil, &result) != TERN_OK)
        #expect(Self.swift(in: message) == nil, "\(message)")
    }
}
