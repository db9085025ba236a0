import Foundation
import TernPlot
import TernText
import TestSupport
import Testing

/// What `tern fit`, `tern predict`, `tern evaluate` and `tern inspect` do with classes, series and other estimators.
@Suite struct FitTests {
    private let folder = TemporaryFolder()

    private func noise(_ i: Int, _ salt: UInt64 = 0) -> Double {
        var random = SplitMix64(UInt64(i) &* 7919 &+ salt &* 104_729 &+ 1)
        return Double(random.next() >> 11) / Double(UInt64(1) << 53)
    }

    /// Weather of days, with a column of words and one of dates.
    private func weather(_ days: Int = 120) -> String {
        "day,wind,sky,rain,t\n"
            + (0..<days).map { i in
                let sky = ["clear", "cloudy", "grey"][Int(3 * noise(i, 1))], wind = 10 * noise(i)
                let date = "2001-\(i / 28 + 1 < 10 ? "0" : "")\(i / 28 + 1)-\(i % 28 < 9 ? "0" : "")\(i % 28 + 1)"
                return
                    "\(date),\(wind),\(sky),\(sky == "grey" && wind > 3 ? "wet" : "dry"),\(15 + wind - (sky == "grey" ? 4 : 0))\n"
            }.joined()
    }

    private func tern(_ line: String) throws -> Tool { try Tool(shell: "tern \(line)", in: folder) }

    @Test func classesGoThroughAllCommands() throws {
        _ = folder.write(weather(), as: "w.csv")
        let fit = try tern("fit w.csv --target rain --exclude t --estimator logistic -o m.st")
        for said in [
            "column \"sky\": 3 levels become columns of 0 and 1 (clear, cloudy, grey)", "accuracy train",
            "most frequent class", "true class, and how often each was predicted on the test rows",
            "rain from day, wind, sky: 96 rows to train, 24 to test on",
        ] { #expect(fit.output.contains(said), "\(fit)") }
        let predict = try tern("predict m.st w.csv -o p.csv")
        #expect(predict.error.contains("120 rows: accuracy 0."), "\(predict)")
        let evaluate = try tern("evaluate m.st w.csv")
        #expect(evaluate.output.contains("rain of w.csv: 120 rows"), "\(evaluate)")
        #expect(evaluate.output.contains("how often each was predicted on these rows\n"), "\(evaluate)")
        #expect(evaluate.error.contains("the very file that the model was fitted with"), "\(evaluate)")
        _ = folder.write(weather(90), as: "new.csv")
        #expect(try !tern("evaluate m.st new.csv").error.contains("the very file"))
        let json = try tern("evaluate m.st w.csv --json")
        #expect(json.output.contains("\"log loss\" : ") && json.error.contains("the very file"), "\(json)")
        let inspect = try tern("inspect m.st").output
        #expect(inspect.contains("classes: dry, wet") && inspect.contains("sky=grey"), "\(inspect)")
        #expect(try tern("evaluate m.st").error.contains("give the CSV file to score the model on"))
    }

    @Test(arguments: ["ridge", "linear", "gp", "mlp", "tabular"]) func everyEstimatorStandsBesideALineAndTheMean(
        _ name: String
    ) throws {
        _ = folder.write(weather(60), as: "w.csv")
        let quick = ["mlp", "tabular"].contains(name) ? "--epochs 2" : ""
        let fit = try tern("fit w.csv --target t --exclude rain --estimator \(name) \(quick) -o m.st")
        #expect(fit.status == 0 && fit.output.contains("\nmean "), "\(fit)")
        #expect(fit.output.contains("\nlinear regression "), "\(fit)")
        let predict = try tern("predict m.st w.csv -o p.csv"), inspect = try tern("inspect m.st")
        #expect(predict.error.contains("60 rows: RMSE ") && predict.error.contains("MAE") && inspect.status == 0)
        if quick.isEmpty == false, name == "mlp" {
            #expect(fit.output.contains("is better than the network for t: RMSE "), "\(fit)")
        }
    }

    @Test func aSeriesIsPredictedAheadFromItsPast() throws {
        _ = folder.write(
            "year,x,y\n" + (0..<80).map { "\(1900 + $0),\(noise($0)),\(sin(Double($0) / 3))\n" }.joined(), as: "s.csv")
        let fit = try tern("fit s.csv --target y --features y,x --lags 1,2 --horizon 2 --estimator linear -o m.st")
        for said in [
            "y_2_ahead from y, x, y_lag_1, y_lag_2, x_lag_1, x_lag_2: ", "2 rows without a row 2 before are left out",
            "2 rows without a target are left out",
            "2 rows before the test part are neither trained nor tested on: the target lies in it",
            "persistence ",
        ] { #expect(fit.output.contains(said), "\(fit)") }
        let line = try #require(fit.output.split(separator: "\n").first { $0.hasPrefix("linear") }).split(
            separator: " ")
        #expect(Double(line[7])! > 0.999, "\(fit.output)")
        let predict = try tern("predict m.st s.csv")
        #expect(predict.output.hasPrefix("year,x,y,predicted_y_2_ahead\n"), "\(predict)")
        let rows = predict.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows[1].hasSuffix(",") && rows[2].hasSuffix(",") && !rows[80].hasSuffix(","), "\(predict)")
        #expect(predict.error.contains("2 rows have too few before and no prediction"))
        #expect(try tern("evaluate m.st s.csv").output.contains("persistence"))
    }

    @Test func severalTargetsHaveATableEach() throws {
        _ = folder.write(weather(), as: "w.csv")
        for targets in ["--target wind,t", "--target wind --target t"] {
            let fit = try tern("fit w.csv \(targets) --estimator ridge -o m.st")
            #expect(fit.output.contains("wind, t from day, sky, rain") && fit.output.contains("\nwind\n"), "\(fit)")
        }
        let head = try tern("predict m.st w.csv -q").output.prefix { $0 != "\n" }
        #expect(head == "day,wind,sky,rain,t,predicted_wind,predicted_t")
    }

    @Test func foldersAndTinyTablesAreTold() throws {
        _ = folder.write("x,y\n1,2\n2,3\n", as: "two.csv")
        #expect(try tern("fit . --target y").error.contains(". is a folder; name the CSV file in it"))
        let two = try tern("fit two.csv --target y")
        #expect(
            two.error.contains("1 training row is too few for the default estimator")
                && two.error.contains("--estimator ridge"), "\(two)")
        #expect(try tern("fit two.csv --target y --estimator ridge").output.contains("y from x: 1 row to train"))
    }

    @Test func aMatrixBesideWeightedScoresIsSaidToCountRows() throws {
        _ = folder.write(weather(), as: "w.csv")
        let fit = try tern("fit w.csv --target rain --exclude t --weights wind --estimator logistic -o m.st")
        #expect(fit.output.contains("each counts as one here, in the scores by its weight"), "\(fit)")
    }

    @Test func foldsAndSearchesAreToldInTables() throws {
        _ = folder.write(weather(), as: "w.csv")
        _ = folder.write("parameters:\n  alpha: [0.001, 1000]\nfolds: 3\n", as: "s.yaml")
        let fit = try tern("fit w.csv --target t --estimator ridge --search s.yaml --cross-validate 3 -o m.st")
        for said in [
            "search over 3 folds of the training rows, by r2", "rank  alpha", "cross-validation over 3 folds",
            "folds lost", "over the folds linear regression is",
            "cross-validation over 3 folds of all 120 rows (rows drawn at random), mean and standard deviation; each fold searches anew",
        ] { #expect(fit.output.contains(said), "\(fit)") }
        #expect(try tern("inspect m.st").output.contains("alpha 0.001"))
        #expect(try tern("fit --help").output.contains("log_uniform: [1e-5, 1]"))
    }

    @Test func foldsThatCannotBeSearchedInAreToldBeforeTheFit() throws {
        _ = folder.write(weather(), as: "w.csv")
        _ = folder.write("parameters:\n  alpha: [0.001, 1000]\nfolds: 2\n", as: "s.yaml")
        let fit = try tern(
            "fit w.csv --target t --group sky --estimator ridge --search s.yaml --cross-validate 2 -o m.st")
        #expect(fit.status == 1 && !fit.output.contains("search over"), "\(fit)")
        #expect(
            fit.error.contains("the search in each fold of --cross-validate: 2 folds need as many groups of \"sky\""),
            "\(fit)")
    }

    @Test func aSearchInFoldsIsCheckedAmongRowsThatCount() throws {
        let rows = (0..<40).map { "s\($0 % 4),\(noise($0)),\($0 % 4 == 3 ? 0 : 1),\(noise($0, 1))\n" }
        _ = folder.write("station,x,w,y\n" + rows.joined(), as: "b.csv")
        _ = folder.write("parameters:\n  alpha: [0.001, 1000]\nfolds: 2\n", as: "s.yaml")
        let fit = try tern(
            "fit b.csv --target y --group station --weights w --estimator ridge --search s.yaml --cross-validate 2 -o m.st"
        )
        #expect(fit.status == 1 && !fit.output.contains("search over"), "\(fit)")
        #expect(
            fit.error.contains(
                "the search in each fold of --cross-validate: 2 folds need as many groups of \"station\", which stay whole; there are 1"
            ), "\(fit)")
    }

    @Test(arguments: [
        ("parameters: {alpha: [1]}\nfold: 3\n", "s.yaml:2: there is no key \"fold\""),
        ("parameters: {alpha: 3}\n", "s.yaml:1: a parameter wants a list of values"),
        ("parameters: {alhpa: [1]}\n", "there is no parameter \"alhpa\"; it has alpha, fitIntercept"),
        ("method: random\n", "there are no parameters to search for"),
        ("parameters: {alpha: {uniform: [0, 1]}}\n", "a grid needs a list of values"),
        ("parameters: {alpha: {uniform: [3, 1]}}\n", "s.yaml:1: the lower bound of a range stands first"),
        (
            "scoring: accuracy\nparameters: {alpha: [1]}\n",
            "accuracy, a score of classes, and t is predicted as a number"
        ),
        ("method: annealing\nparameters: {alpha: [1]}\n", "s.yaml:1: method is grid or random"),
        ("parameters: [\n", "s.yaml"),
    ])
    func searchesThatCannotBeReadAreTold(_ text: String, _ said: String) throws {
        _ = folder.write(weather(), as: "w.csv")
        _ = folder.write(text, as: "s.yaml")
        let fit = try tern("fit w.csv --target t --estimator ridge --search s.yaml -o m.st")
        #expect(fit.status == 1 && fit.error.contains(said), "\(fit.error)")
    }

    @Test func earlyStoppingOfTooFewRowsIsTold() throws {
        _ = folder.write(weather(), as: "w.csv")
        let fit = "fit w.csv --target t --exclude rain --estimator mlp --epochs 2 --test-fraction 0.9 -o m.st"
        let asked = try tern(fit + " --early-stopping")
        #expect(asked.status == 1 && asked.error.contains("12 are too few; it wants 20"), "\(asked)")
        #expect(try tern(fit).status == 0)
    }

    @Test(arguments: [
        (
            "--target t --estimator ridge --hidden 3",
            "--hidden is for --estimator tabular and mlp; ridge does not know it"
        ),
        ("--target rain --estimator gp", "--estimator gp does not predict classes; take tabular or mlp or logistic"),
        ("--target t --estimator logistic", "--estimator logistic does not predict numbers"),
        ("--target t --lags 0", "--lags is 0; give numbers of rows like 1,2,7."),
        ("--target t --lags ''", "--lags is ; give numbers of rows like 1,2,7."),
        ("--target t --estimator mlp --hidden ,", "--hidden is ,; give units like 64,64, or none for a linear model"),
        (
            "--target t --features wind --as-category sky",
            "\"sky\" is to be a category, and is neither a target nor a feature"
        ),
        ("--target t --exclude rain --as-number rain", "\"rain\" is to be a number, and is neither"),
        ("--target t,rain", "several targets must be numbers"), ("--target t --as-number sky", "is to be a number"),
        ("--target t --weights sky", "a weight needs one in each row"),
        ("--target t --features t", "is the target and cannot be a feature too"),
        ("--target t --lags 200", "no row has one 200 rows before it: there are 120 rows; take shorter --lags"),
        ("--target t --horizon 120", "no row has one 120 rows after it: there are 120 rows; take a shorter --horizon"),
        (
            "--target t --group sky --cross-validate 5 --estimator ridge",
            "5 folds need as many groups of \"sky\", which stay whole; there are 3: take 3 at most"
        ),
        (
            "--target t --group sky --cross-validate 500 --estimator ridge",
            "500 folds need as many groups of \"sky\", which stay whole; there are 3: take 3 at most"
        ),
        ("--target t --cross-validate 200 --estimator ridge", "200 folds need as many rows; there are 120"),
        (
            "--target rain --cross-validate 110 --estimator logistic",
            "110 folds need as many rows of the most frequent class"
        ),
        (
            "--target t --split last --cross-validate 120 --estimator ridge",
            "120 folds in the order of time need more than 120 different times; there are 120: take fewer folds"
        ),
        ("--target t --weights wind --estimator gp", "--weights: a Gaussian process cannot count rows by weights"),
    ])
    func whatCannotBeAskedForIsTold(_ arguments: String, _ said: String) throws {
        _ = folder.write(weather(), as: "w.csv")
        let fit = try tern("fit w.csv \(arguments) -o m.st")
        #expect(fit.status != 0 && fit.error.contains(said) && folder.contents == ["w.csv"], "\(fit.error)")
    }

    @Test(.enabled(if: Figure.canDraw)) func aReportHoldsScoresAndFigures() throws {
        _ = folder.write(weather(), as: "w.csv")
        #expect(
            try tern("fit w.csv --target t --estimator mlp --epochs 3 --split last -o m.st --report r -q").status == 0)
        let page = try String(contentsOfFile: folder.path("r/report.html"), encoding: .utf8)
        for name in ["losses", "scatter", "residuals", "series", "scores"] {
            #expect(page.contains("id=\"\(name)"), "\(name)")
        }
        let weighted = "--weights wind --estimator logistic"
        #expect(try tern("fit w.csv --target rain \(weighted) -o m.st --report r -q").status == 0)
        let classes = try String(contentsOfFile: folder.path("r/report.html"), encoding: .utf8)
        #expect(classes.contains("confusion") && classes.contains("Receiver operating characteristic"))
        #expect(classes.contains("Each row counts as one here, in the scores by its weight."))
        _ = folder.write("mine", as: "r/report.html")
        let kept = try tern("fit w.csv --target t --estimator ridge -o m.st --report r")
        #expect(kept.status == 1 && kept.error.contains("no page of Tern, and would be lost"), "\(kept.error)")
    }

    /// A fold whose dates span less than two years has no season, and so fewer features than all rows.
    @Test func aGaussianProcessIsMadeForTheFeaturesOfEachFold() throws {
        let rows = (0..<60).map { i in
            "\(2000 + i / 12)-\(i % 12 < 9 ? "0" : "")\(i % 12 + 1)-01,\(noise(i)),\(noise(i) + Double(i % 12) / 6)\n"
        }
        _ = folder.write("date,x,y\n" + rows.joined(), as: "s.csv")
        let fit = try tern("fit s.csv --target y --split last --estimator gp --cross-validate 3 -o g.st")
        #expect(fit.status == 0 && fit.output.contains("Gaussian process"), "\(fit)")
    }

    @Test func whatMemoryCannotHoldIsToldBeforeTraining() throws {
        _ = folder.write(weather(), as: "w.csv")
        let fit = try tern("fit w.csv --target t --hidden 1000000,1000000 -o m.st")
        #expect(fit.status == 1 && fit.error.contains("cannot be trained: it needs"), "\(fit)")
        #expect(try tern("fit w.csv --target wind --estimator logistic").error.contains("--classify"))
    }
}
