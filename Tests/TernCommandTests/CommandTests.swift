import Foundation
import Tern
import TestSupport
import Testing

@Suite struct CommandTests {
    private let folder = TemporaryFolder()
    private static let example = Fixture.packagePath("examples/mauna_loa_co2.csv")

    @Test func theExampleOfTheReadmeWorks() throws {
        let model = folder.path("co2.safetensors")
        let fit = try Tool(["fit", Self.example, "--target", "co2", "--estimator", "mlp", "--output", model])
        #expect(fit.status == 0)
        #expect(fit.output.contains("co2 from year, month: 416 rows to train, 105 to test on"))
        #expect(fit.output.contains("linear regression"))
        #expect(fit.error.contains("epoch 1/500"))

        let inspect = try Tool(["inspect", model])
        #expect(inspect.output.contains("64 x 64"))
        #expect(inspect.output.contains("4417"))

        let predict = try Tool(["predict", model, Self.example, "--output", folder.path("out.csv")])
        #expect(predict.status == 0)
        #expect(predict.error.contains("521 rows: RMSE"))
        let table = try Table(csv: folder.path("out.csv"))
        #expect(table.columnNames == ["year", "month", "co2", "predicted_co2"])
        let r2 = r2Score(Tensor(try table.numbers(of: "co2")), Tensor(try table.numbers(of: "predicted_co2")))
        #expect(r2 > 0.99)
    }

    @Test func theSameSeedGivesTheSameFileOnAnyNumberOfThreads() throws {
        for threads in ["1", "2", "5"] {
            let fit = try Tool(
                [
                    "fit", Self.example, "--target", "co2", "--split", "last", "--epochs", "5", "-q", "-o",
                    folder.path(threads), "--batch-size", "150",
                ],
                environment: ["TERN_NUM_THREADS": threads])
            #expect(fit.status == 0)
            #expect(fit.output.isEmpty && fit.error.isEmpty, "\(fit)")
        }
        let files = try ["1", "2", "5"].map { try Data(contentsOf: URL(fileURLWithPath: folder.path($0))) }
        #expect(files[0] == files[1])
        #expect(files[0] == files[2])
    }

    @Test func aTargetInOtherUnitsAmongTheFeaturesIsWarnedOf() throws {
        func fit(_ target: (Int) -> Double) throws -> Tool {
            _ = folder.write(
                "celsius,wind,target\n" + (0..<60).map { "\($0 % 17),\($0 * 7 % 13),\(target($0))\n" }.joined(),
                as: "t.csv")
            return try Tool(
                ["fit", "t.csv", "--target", "target", "--epochs", "2", "-q", "-o", "m.safetensors"], in: folder)
        }
        let twin = try fit { 1.8 * Double($0 % 17) + 32 },
            alike = try fit { 1.8 * Double($0 % 17) + 32 + Double($0 % 5) * 2 }
        #expect(
            twin.status == 0
                && twin.error.contains(
                    "warning: t.csv: \"celsius\" is the target in another form (R2 is 1 to rounding)"),
            "\(twin.error)")
        #expect(alike.status == 0 && !alike.error.contains("warning"), "\(alike.error)")
    }

    @Test(arguments: [
        ("a,b,y\n1,2,3\n4,x,6\n7,8,9\n1,1,2\n", "data.csv:3: column \"b\" (2nd): \"x\" is not a number"),
        ("a,b,y\n1,2,3\n4,5\n", "data.csv:3: 2 fields where the header has 3"),
        ("a,b,y\n1,,3\n2,3,4\n3,4,7\n", "data.csv:2: column \"b\" (2nd): a value is missing"),
        ("", "data.csv: the file is empty"),
        ("a,y\n", "data.csv:1: there are no rows"),
        ("a,y\n1,2\n", "data.csv: 1 usable row"),
        ("b,y\n5,3\n5,4\n5,4\n", "to predict from: \"b\" is left out (constant, 5)"),
        ("d,y\nx,3\nz,4\n", "to predict from: \"d\" is left out (text of which each row has its own, such as \"x\")"),
        (
            "a,y\n1,no\n2,yes\n",
            "column \"y\" (2nd) holds words (such as \"no\"), so it is taken for classes, but there are 2"
        ),
        ("a,b,y\n1,\"1,5\",3.5\n4,2,6\n7,8,9\n1,1,2\n", "say how numbers are written (--decimal, --thousands)"),
        ("a,y\n1,5\n2,5\n3,5\n", "there is nothing to predict"),
        ("a,b\n1,2\n3,4\n", "data.csv: there is no column \"y\""),
        ("a,y\n1,2\n2,inf\n3,4\n", "data.csv:3: column \"y\" (2nd): an infinite value"),
    ])
    func badTablesAreRefusedInOneLine(_ text: String, _ expected: String) throws {
        _ = folder.write(text)
        let fit = try Tool(["fit", "data.csv", "--target", "y", "-o", "m.safetensors"], in: folder)
        #expect(fit.status == 1)
        #expect(fit.error.contains(expected), "\(fit.error)")
        #expect(fit.error.split(separator: "\n").count == 1, "\(fit.error)")
        #expect(fit.output.isEmpty)
        #expect(folder.contents == ["data.csv"])
    }

    @Test func missingValuesAreDroppedOrFilled() throws {
        var text = "a,b,y\n"
        for i in 0..<60 { text += "\(i),\(i % 7 == 3 ? "NA" : "\(i * i % 11)"),\(i % 20 == 5 ? "" : "\(2 * i)")\n" }
        _ = folder.write(text)
        let drop = try Tool(
            ["fit", "data.csv", "--target", "y", "--missing", "drop", "-o", "drop", "--epochs", "5"], in: folder)
        #expect(drop.status == 0)
        #expect(drop.output.contains("39 rows to train, 10 to test"))  // 9 lack b, 3 lack y, 1 of them both
        let mean = try Tool(
            ["fit", "data.csv", "--target", "y", "--missing", "mean", "-o", "mean", "--epochs", "5"], in: folder)
        #expect(mean.status == 0)
        #expect(mean.output.contains("45 rows to train, 12 to test"))

        _ = folder.write("b,a\nNA,1\n3,2\n", as: "new.csv")
        let dropped = try Tool(["predict", "drop", "new.csv"], in: folder).output.split(separator: "\n")
        #expect(dropped[0] == "b,a,predicted_y")
        // Cells stay as they stand in the file.
        #expect(dropped[1] == "NA,1,")
        let filled = try Tool(["predict", "mean", "new.csv"], in: folder).output.split(separator: "\n")
        #expect(filled[1].hasPrefix("NA,1,") && filled[1] != "NA,1,")
    }

    @Test func aFolderThatDoesNotExistIsToldBeforeTheWork() throws {
        let fit = try Tool(["fit", Self.example, "--target", "co2", "-o", folder.path("no/m.safetensors")])
        #expect(fit.status == 1)
        #expect(fit.error.contains("does not exist"))
        #expect(!fit.error.contains("epoch"))
    }

    @Test func aModelThatDoesNotFitTheTableIsTold() throws {
        _ = try Tool(["fit", Self.example, "--target", "co2", "-o", "m", "--epochs", "2", "-q"], in: folder)
        _ = folder.write("year,mnth\n1990,3\n")
        let predict = try Tool(["predict", "m", "data.csv"], in: folder)
        #expect(predict.status == 1)
        #expect(predict.error.contains("there is no column \"month\"; did you mean \"mnth\"?"))
        let notAModel = try Tool(["inspect", "data.csv"], in: folder)
        #expect(notAModel.status == 1)
        #expect(notAModel.error.contains("this is a table of text, and no model, NetCDF file or Zarr store"))
    }

    @Test(arguments: [
        [], ["fit"], ["train"], ["predict"], ["evaluate"], ["compare"], ["inspect"], ["make-data"], ["lecture"],
        ["descend"], ["benchmark"], ["report"], ["studio"],
    ])
    func everyCommandHasHelp(_ command: [String]) throws {
        let help = try Tool(command + ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("USAGE: tern"))
        #expect(help.output.contains("tern \(command.first ?? "fit") "))
    }

    @Test func descendPrintsTheTableAndWritesAllPoints() throws {
        let descend = try Tool(
            [
                "descend", "--function", "quadratic", "--from", "10", "--rate", "0.2", "--steps", "10", "--no-figure",
                "--csv", "way.csv",
            ],
            in: folder)
        #expect(descend.status == 0 && descend.error.isEmpty)
        #expect(descend.output.contains("10    0.0604662  0.00365616"))
        #expect(folder.contents == ["way.csv"])
        #expect(try String(contentsOfFile: folder.path("way.csv"), encoding: .utf8).split(separator: "\n").count == 12)
    }

    @Test(.enabled(if: Figure.canDraw)) func descendDrawsWhatItIsAskedFor() throws {
        let descend = try Tool(
            [
                "descend", "--function", "x1^4 - 3*x1*x2 + x2^2", "--from", "1,2", "--optimizer", "sgd,adam,newton",
                "--output", "way.svg", "--keep-script",
            ],
            in: folder)
        #expect(descend.status == 0, "\(descend.error)")
        let faults = DrawnTexts(svg: try String(contentsOfFile: folder.path("way.svg"), encoding: .utf8)).faults
        #expect(folder.contents == ["way.gp", "way.svg"] && faults.isEmpty, "\(faults)")
    }

    @Test(arguments: [
        (["--function", "x*sinn(x)"], "  x*sinn(x)\n    ^\n"),
        (["--function", "saddle", "--from", "1"], "has 2 variable(s) and --from has 1"),
        (["--optimizer", ","], "--optimizer names none; there are sgd, momentum"),
        (["--optimizer", "newton", "--rate", "9"], "--rate is for optimizers with a learning rate"),
        (["--optimizer", "lbfgs", "--decay", "0.5"], "--decay is for optimizers with a learning rate"),
        (
            ["--optimizer", "lbfgs,newton", "--rate", "1"],
            "--rate is for optimizers with a learning rate; lbfgs and newton"
        ),
        (["--optimizer", "lbfgs", "--noise", "0"], "--noise is for optimizers with a learning rate"),
        (["--optimizer", "adamm"], "there is no optimizer \"adamm\"; there are sgd, momentum"),
        (["--output", "way.bmp"], ".png, .svg or .pdf"),
        (["--from", "1;2"], "is no number"), (["--function", "bowl", "--from", "1,,2"], "\"\" is no number"),
    ])
    func descendSaysWhatIsWrong(_ arguments: [String], _ expected: String) throws {
        let descend = try Tool(["descend"] + arguments, in: folder)
        #expect(descend.status == 1 && descend.error.hasPrefix("error: "))
        #expect(descend.error.contains(expected), "\(descend.error)")
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: [
        (["descend", "--no-figure", "--keep-script"], "--keep-script is for the figure"),
        (["descend", "--no-figure", "-o", "a.svg"], "--output is for the figure"),
        (["descend", "--seed", "3"], "--seed is that of the noise"),
        (["inspect", "f.nc", "--time", "2001"], "--time is for a map"),
        (["inspect", "f.nc", "--select", "level=500"], "--select is for a map"),
        (["inspect", "f.nc", "-o", "a.svg"], "--output is for a map"),
    ])
    func optionsThatWouldChangeNothingAreRefused(_ arguments: [String], _ expected: String) throws {
        let tool = try Tool(arguments, in: folder)
        #expect(tool.status != 0 && tool.error.contains(expected), "\(tool.error)")
    }

    @Test func aSearchAlongLinesHasNoNoiseAndSaysSo() throws {
        func descend(_ optimizers: String, _ noise: [String]) throws -> String {
            let tool = try Tool(
                ["descend", "--function", "bowl", "--optimizer", optimizers, "--no-figure"] + noise, in: folder)
            #expect(tool.status == 0, "\(tool.error)")
            return tool.output
        }
        let both = try descend("sgd,lbfgs", ["--noise", "1"]), plain = try descend("lbfgs", [])
        #expect(both.contains("bowl, lbfgs, without noise\n"), "\(both)")
        #expect(both.hasSuffix(plain.replacing("bowl, lbfgs", with: "bowl, lbfgs, without noise")), "\(both)")
    }

    @Test func aDecayBeginsAtTheRateThatTheOptimizerHas() throws {
        func rate(_ optimizer: String) throws -> String? {
            let tool = try Tool(
                ["descend", "--optimizer", optimizer, "--decay", "0.5", "--steps", "2", "--no-figure"], in: folder)
            return tool.output.split(separator: "\n").first { $0.hasPrefix("1 ") }?.split(separator: " ").last.map(
                String.init)
        }
        let rates = try ["sgd", "adam"].map(rate).map { $0.flatMap { Double($0) } }
        #expect(rates[0] == rates[1].map { 10 * $0 }, "\(rates)")
    }
}
